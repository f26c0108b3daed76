//! XML by the `xml` hints of schemas: arguments to a body, an answer to JSON.
//!
//! A table that was made at build time says how a schema's values lie in XML. The body is written
//! straight from the checked JSON text of the arguments; the answer is read event by event into JSON
//! text. Neither builds a tree.

mod encoding;
mod frame;
mod given;
mod problem;
mod read;
mod scalar;
mod table;
mod text;
mod write;

pub use problem::Problem;
pub use read::read;
pub use table::{Document, Member, Name, Node, Object, Place, Shape};
pub(super) use write::{Content, write};

#[cfg(test)]
mod tests;
