//! OpenAPI documents read as operations: what selection needs of all, the rest of those selected.
//!
//! [`Documents`] holds the parsed files; [`Document::open`] looks at one of them,
//! [`Document::operations`] lists without judging, [`Document::details`] reads one operation strictly.

mod details;
mod document;
mod documents;
mod form;
mod hints;
mod loading;
mod outward;
mod overlay;
mod parameters;
mod security;
mod servers;
mod swagger;
mod template;
mod types;

#[cfg(test)]
mod tests;

pub use document::Document;
pub use documents::{Documents, ReferenceError};
pub use hints::Hints;
pub use security::{Alternative, KeyLocation, Scheme, SchemeKind, Security};
pub use servers::{ServerUrl, ServerVariable};
pub use types::*;
