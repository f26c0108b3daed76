//! Source files: their text, positions in them, and the spanned tree that YAML and JSON are read into.

mod files;
mod json;
mod path;
mod pointer;
mod span;
mod tree;
mod yaml;

pub use files::{FileId, Files, Loader, MAX_FILE_BYTES, MemoryLoader, OpenError, SourceFile};
pub use pointer::{Pointer, PointerError};
pub use span::{Span, Spanned};
pub use tree::{Member, Node, Object, Value};

/// How deep the values of a document may nest, aliases included. What walks a tree may recurse.
pub const MAX_DEPTH: usize = 255;

#[cfg(test)]
mod tests;
