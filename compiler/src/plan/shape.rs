//! What of an answer is passed on.

use crate::source::{Span, Spanned};

pub use crate::schema::{Fate, Level};

/// What of an answer is passed on.
#[derive(Debug)]
pub struct Shape {
    /// Which members and items are kept; the first is about the whole answer; empty: everything is.
    pub levels: Vec<Level>,
    /// What takes the place of values that are masked, JSON texts, and where each was declared.
    pub masks: Vec<Spanned<String>>,
    /// How many items are kept of the outer arrays.
    pub max_items: Option<u64>,
    /// The greatest JSON text that is passed on, in bytes.
    pub max_bytes: Option<u64>,
    /// Headers that the model is told.
    pub headers: Vec<String>,
    /// Where all this was said.
    pub span: Span,
}
