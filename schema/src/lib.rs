//! JSON reading, JSON Schema rules as constant tables, and the evaluator of those rules.
//!
//! This crate is what Gatewright's compiler and runtime have in common: the compiler builds the
//! tables of [`rule`] from documents and checks defaults and examples with [`Table::check`]; the
//! generated code holds the same tables as statics, and the binary validates calls with the very
//! same evaluator. Nothing here allocates a tree of values: everything works on slices of the
//! original text.
//!
//! - [`json`] — the pull reader and the writer;
//! - [`rule`] — what a schema demands, as data;
//! - [`check`] — the evaluator: one pass over the text of a value;
//! - [`decode`] — an object's members, checked and handed out by position;
//! - [`method`] — the methods that policies and logs tell apart;
//! - [`pattern`] — regular expressions, compiled within limits;
//! - [`time`] — points in time and spans of time, as expressions have them;
//! - [`violation`] — what was wrong, where, what was expected and what came;
//! - [`search`] — tools found by words: the index of a catalogue and its ranking;
//! - [`tokens`] — how many tokens a text costs a model.
//! - [`xml`] — which names and characters XML has.

#[cfg(test)]
mod arbitrary;
pub mod check;
pub mod decode;
mod equality;
mod format;
pub mod json;
pub mod method;
mod number;
pub mod pattern;
pub mod rule;
pub mod search;
pub mod time;
pub mod tokens;
pub mod violation;
pub mod xml;

pub use equality::equal;
pub use number::normal as normal_number;
pub use rule::{SchemaId, Table};
pub use violation::{Violation, Violations};
