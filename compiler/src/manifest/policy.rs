//! Policies as written.

mod authorize;
mod transforms;

use std::time::Duration;

use super::Template;
use crate::source::{Node, Span, Spanned};

pub use authorize::*;
pub use transforms::*;

/// An item of a `policies` list.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it does.
    pub kind: PolicyKind,
    /// `when`: an expression; it applies only where that is true.
    pub when: Option<Node>,
    /// `arguments: true`: the function of `rust` is given the arguments too. The place is there also where
    /// it is `false`.
    pub arguments: Option<Spanned<bool>>,
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
    /// `rate_limit` or `rate_limit_by_key`
    RateLimit(RateLimit),
    /// `quota` or `quota_by_key`
    Quota(Quota),
    /// `limit_concurrency`
    LimitConcurrency(LimitConcurrency),
    /// `set_header`
    SetHeader(SetPair),
    /// `set_query_parameter`
    SetQueryParameter(SetPair),
    /// `set_body`
    SetBody(SetBody),
    /// `return_response`
    ReturnResponse(ReturnResponse),
    /// `mock_response`
    MockResponse(MockResponse),
    /// `validate_content`
    ValidateContent(ValidateContent),
    /// `cors`
    Cors(Cors),
    /// `rust`: the path of a function of the downstream crate (`crate::policies::no_weekends`).
    Rust(Spanned<String>),
    /// `authorize`
    Authorize(Box<Authorize>),
    /// `content_guard`
    ContentGuard(ContentGuard),
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

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `calls`: calls of tools.
    Calls,
    /// `requests`: HTTP requests.
    Requests,
    /// `messages`: JSON-RPC messages.
    Messages,
}

impl Unit {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Calls, Self::Requests, Self::Messages];

    /// The key that says how many, and what several of them are called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Requests => "requests",
            Self::Messages => "messages",
        }
    }
}

/// How often calls may come that have the same key.
#[derive(Clone, Debug)]
pub struct RateLimit {
    /// What is counted.
    pub unit: Unit,
    /// `calls`, `requests` or `messages`
    pub most: Spanned<u32>,
    /// `renewal_period`
    pub renewal_period: Spanned<Duration>,
    /// `counter_key`: an expression; absent for `rate_limit`, which tells callers apart.
    pub counter_key: Option<Node>,
    /// `algorithm: token_bucket`; otherwise an exact sliding window.
    pub token_bucket: bool,
    /// `increment_count`
    pub increment_count: Option<Spanned<u32>>,
    /// `on_store_failure`
    pub on_store_failure: Option<Spanned<OnStoreFailure>>,
}

/// How much may be used in a period by calls that have the same key.
#[derive(Clone, Debug)]
pub struct Quota {
    /// `calls`, `requests`, `messages`: at most one of them, or it was reported.
    pub amounts: Vec<(Unit, Spanned<u32>)>,
    /// `result_bytes`
    pub result_bytes: Option<Spanned<u64>>,
    /// `result_tokens`
    pub result_tokens: Option<Spanned<u32>>,
    /// `renewal_period`; `None` for `never`.
    pub renewal_period: Option<Duration>,
    /// `counter_key`: an expression; absent for `quota`, which tells callers apart.
    pub counter_key: Option<Node>,
    /// `first_period_start`, in milliseconds since 1970.
    pub first_period_start: Option<Spanned<i64>>,
    /// `increment_count`
    pub increment_count: Option<Spanned<u32>>,
    /// `on_store_failure`
    pub on_store_failure: Option<Spanned<OnStoreFailure>>,
}

/// What holds for a limit while its store cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnStoreFailure {
    /// `refuse`
    Refuse,
    /// `local`: each process counts for itself.
    Local,
    /// `allow`
    Allow,
}

/// `store`: where counts are kept.
#[derive(Clone, Debug)]
pub struct Store {
    /// What it is.
    pub kind: StoreKind,
    /// `timeout`
    pub timeout: Option<Spanned<Duration>>,
    /// The whole entry.
    pub span: Span,
}

/// The kinds of [`Store`].
#[derive(Clone, Debug)]
pub enum StoreKind {
    /// `embedded`
    Embedded {
        /// `path`
        path: Spanned<Template>,
    },
    /// `redis`
    Redis {
        /// `url`
        url: Spanned<Template>,
        /// `authorities`: the path of a file.
        authorities: Option<Spanned<Template>>,
        /// `prefix`
        prefix: Option<Spanned<String>>,
    },
}

/// How many calls that have the same key may run at once.
#[derive(Clone, Debug)]
pub struct LimitConcurrency {
    /// `max_count`
    pub max_count: Spanned<u32>,
    /// `key`: an expression; absent: all calls together.
    pub key: Option<Node>,
}

/// What arguments and results must not hold.
#[derive(Clone, Debug)]
pub struct ContentGuard {
    /// `scan`: `arguments`, `result`.
    pub scan: Vec<Spanned<String>>,
    /// `detect`: `secrets`, `personal_data`, `prompt_injection`.
    pub detect: Vec<Spanned<String>>,
    /// `patterns`: names, and regular expressions.
    pub patterns: Vec<(Spanned<String>, Spanned<String>)>,
    /// `classifier`
    pub classifier: Option<Classifier>,
    /// `action`: `refuse`, `mask` or `log`.
    pub action: Spanned<String>,
}

/// A service that says what texts are.
#[derive(Clone, Debug)]
pub struct Classifier {
    /// `url`
    pub url: Spanned<Template>,
    /// `model`
    pub model: Option<Spanned<String>>,
    /// `credential`: a key of `credentials`.
    pub credential: Option<Spanned<String>>,
    /// `timeout`
    pub timeout: Option<Spanned<Duration>>,
    /// `on_failure: allow`
    pub allow_on_failure: Spanned<bool>,
    /// `categories`
    pub categories: Vec<Spanned<String>>,
    /// The whole entry.
    pub span: Span,
}
