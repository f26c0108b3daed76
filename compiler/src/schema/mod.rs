//! JSON Schema, all dialects met, normalised into one representation: the runtime's own rules beside
//! the annotations that only people and models read.
//!
//! - `lower` and `keywords` — schemas of documents into the arena of `model`;
//! - `merge` — `allOf` into flat schemas, unions with `null` into types;
//! - `shape` — what arguments are made from;
//! - `table` — the runtime's tables;
//! - `relax` — what is demanded of answers;
//! - [`render`] and [`text`] — the JSON Schema that clients are shown.

mod cycles;
mod defaults;
mod identifiers;
mod keywords;
mod links;
mod lower;
mod merge;
mod model;
mod pattern;
mod relax;
pub mod render;
mod shape;
mod table;
pub mod text;
pub(crate) mod uri;
pub mod xml;

pub use identifiers::References;
pub use lower::{Dialect, Direction, Lowering};
pub use model::{Annotations, Schema, Schemas};
pub use shape::{Kind, ObjectMember, ObjectShape, Rest};
pub use table::{Compact, compact};

#[cfg(test)]
mod tests;
