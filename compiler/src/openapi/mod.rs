//! OpenAPI documents read as operations: what selection needs of all, the rest of those selected.

mod documents;
mod types;

pub use documents::{Documents, ReferenceError};
pub use types::*;
