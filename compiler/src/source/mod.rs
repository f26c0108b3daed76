//! Source files: their text, positions in them, and the spanned tree that YAML and JSON are read into.

mod files;
mod json;
mod pointer;
mod span;
mod tree;
mod yaml;

pub use files::{FileId, Files, Loader, SourceFile};
pub use pointer::Pointer;
pub use span::{Span, Spanned};
pub use tree::{Member, Node, Object, Value};
