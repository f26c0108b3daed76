//! OpenAPI documents read as operations: what selection needs of all, the rest of those selected.

mod types;

pub use types::*;
