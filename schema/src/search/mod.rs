//! Finding tools by words: what a tool is found by, the index of a catalogue as constant tables, and
//! the ranking.
//!
//! The compiler builds an [`Index`] of every server in search mode with [`Builder`]; generated code
//! holds it as a static, and the binary ranks with the same functions over the same words.

mod builder;
mod document;
mod index;
pub mod meta;
mod rank;
mod words;

pub use builder::Builder;
pub use document::{Document, Listing, one_line};
pub use index::Index;
pub use rank::{MAX_QUERY_WORDS, rank};
pub use words::words;

#[cfg(test)]
mod tests;
