//! Remembered answers, as written.

use std::time::Duration;

use crate::source::{Span, Spanned};

/// How the answers of a tool are remembered.
#[derive(Clone, Debug)]
pub struct Caching {
    /// `ttl`: how long an answer is as good as a new one.
    pub ttl: Spanned<Duration>,
    /// `shared: true`: all callers share the answers.
    pub shared: Option<Spanned<bool>>,
    /// `stale_if_error`: how much longer they are told where the API fails.
    pub stale_if_error: Option<Spanned<Duration>>,
    /// `max_entry_bytes`: greater answers are not remembered.
    pub max_entry_bytes: Option<Spanned<u64>>,
    /// The whole entry.
    pub span: Span,
}
