//! JSON text without a tree: a pull reader that checks as it goes, and a writer.

mod reader;
mod value;
mod writer;

pub use reader::{Error, Kind, MAX_DEPTH, Reader};
pub use value::{Number, Raw};
pub use writer::{escape_into, push_compact, string_into};
