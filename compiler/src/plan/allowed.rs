//! What lints may find, by the manifest's word.

use crate::source::{Span, Spanned};

/// A lint that is not reported where this stands.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Its name.
    pub lint: String,
    /// Why, for people.
    pub reason: String,
    /// Where its name stands.
    pub span: Span,
}

impl Allowed {
    /// The entries of an `allow`.
    pub(crate) fn all(entries: &[(Spanned<String>, Spanned<String>)]) -> Vec<Self> {
        let entries = entries.iter().map(|(lint, reason)| Self {
            lint: lint.value.clone(),
            reason: reason.value.clone(),
            span: lint.span,
        });
        entries.collect()
    }
}
