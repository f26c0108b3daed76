//! JSON text without a tree: a pull reader that checks as it goes, and a writer.

mod duplicates;
mod reader;
mod scan;
mod value;
mod writer;

pub(crate) use duplicates::{Flaw, check as check_text};
pub use reader::{Error, Kind, MAX_DEPTH, Reader};
pub use value::{Number, Raw};
pub use writer::{compact, escape_into, push_compact, string_into};
