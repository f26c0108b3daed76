//! JSON Schema, all dialects met, normalised into one representation: the runtime's own rules beside
//! the annotations that only people and models read.

mod model;

pub use model::{Annotations, Schema, Schemas};
