//! JSON Schema, all dialects met, normalised into one representation: the runtime's own rules beside
//! the annotations that only people and models read.
//!
//! - `lower` and `keywords` — schemas of documents into the arena of `model`;
//! - `merge` — `allOf` into flat schemas, unions with `null` into types;
//! - `shape` — what arguments are made from;
//! - `table` — the runtime's tables;
//! - `relax` — what is demanded of answers;
//! - `project` — what is left of answers of which a part is passed on;
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
mod project;
mod relax;
pub mod render;
mod shape;
mod table;
pub mod text;
pub(crate) mod uri;
pub mod xml;

pub use identifiers::{References, Unresolved};
pub use lower::{Dialect, Direction, Lowering, Mark};
pub use model::{Annotations, Schema, Schemas};
pub use project::{Fate, Level};
pub use shape::{Kind, ObjectMember, ObjectShape, Rest};
pub use table::{Compact, compact};

#[cfg(test)]
mod tests;
