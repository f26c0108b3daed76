//! Remembered answers.

use std::time::Duration;

use crate::source::Span;

/// How the answers of a tool are remembered.
#[derive(Clone, Debug)]
pub struct Caching {
    /// How long an answer is as good as a new one.
    pub ttl: Duration,
    /// Whether all callers share the answers.
    pub shared: bool,
    /// How much longer they are told where the API fails.
    pub stale_if_error: Duration,
    /// Greater answers are not remembered.
    pub max_entry_bytes: u64,
    /// Where this was said.
    pub span: Span,
}

/// Tools whose remembered answers a call makes untrue.
#[derive(Clone, Debug, Default)]
pub struct Invalidates {
    /// Their positions among those of the server, in order.
    pub tools: Vec<usize>,
    /// Where this was said.
    pub span: Option<Span>,
}
