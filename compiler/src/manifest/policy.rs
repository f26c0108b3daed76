//! Policies as written.

use std::time::Duration;

use crate::source::{Node, Span, Spanned};

/// An item of a `policies` list.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it does.
    pub kind: PolicyKind,
    /// `when`: an expression; it applies only where that is true.
    pub when: Option<Node>,
    /// The whole item.
    pub span: Span,
}

/// The kinds of policy.
#[derive(Clone, Debug)]
pub enum PolicyKind {
    /// `ip_filter`
    IpFilter(IpFilter),
    /// `check_header`
    CheckHeader(CheckHeader),
    /// `rate_limit_by_key`
    RateLimitByKey(RateLimitByKey),
    /// `limit_concurrency`
    LimitConcurrency(LimitConcurrency),
}

/// Which addresses requests may come from.
#[derive(Clone, Debug)]
pub struct IpFilter {
    /// `action: allow`: only from those; otherwise from all but those.
    pub allow: bool,
    /// `addresses`: single ones, networks (`10.0.0.0/8`) and ranges (`10.0.0.1-10.0.0.9`).
    pub addresses: Vec<Spanned<String>>,
}

/// A header that requests must bear.
#[derive(Clone, Debug)]
pub struct CheckHeader {
    /// `name`
    pub name: Spanned<String>,
    /// `values`: one of them; empty: any.
    pub values: Vec<Spanned<String>>,
    /// `ignore_case`
    pub ignore_case: bool,
}

/// How often calls may come that have the same key.
#[derive(Clone, Debug)]
pub struct RateLimitByKey {
    /// `calls`
    pub calls: Spanned<u32>,
    /// `renewal_period`
    pub renewal_period: Spanned<Duration>,
    /// `counter_key`: an expression.
    pub counter_key: Node,
    /// `algorithm: token_bucket`; otherwise an exact sliding window.
    pub token_bucket: bool,
}

/// How many calls that have the same key may run at once.
#[derive(Clone, Debug)]
pub struct LimitConcurrency {
    /// `max_count`
    pub max_count: Spanned<u32>,
    /// `key`: an expression; absent: all calls together.
    pub key: Option<Node>,
}
