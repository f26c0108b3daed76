//! Tests of policies, as written.

use std::time::Duration;

use crate::source::{Node, Span, Spanned};

/// An item of `tests`.
#[derive(Clone, Debug)]
pub struct Test {
    /// `name`
    pub name: Spanned<String>,
    /// `at`: when it begins (RFC 3339); 2026 where absent.
    pub at: Option<Spanned<String>>,
    /// `steps`, or the one call.
    pub steps: Vec<TestStep>,
}

/// One of the calls of a test.
#[derive(Clone, Debug)]
pub struct TestStep {
    /// `after`: how much time passes before it.
    pub after: Option<Spanned<Duration>>,
    /// `times`: how often the call is made; once where absent.
    pub times: Option<Spanned<u32>>,
    /// `call`
    pub call: TestCall,
    /// `upstream`: what the API answers.
    pub upstream: Option<Spanned<TestUpstream>>,
    /// `authorizer`: what authorizers answer.
    pub authorizer: Option<Spanned<TestVerdicts>>,
    /// `classifier`: what classifiers answer.
    pub classifier: Option<Spanned<TestVerdicts>>,
    /// `expect`
    pub expect: Option<TestExpect>,
    /// The whole step.
    pub span: Span,
}

/// What the authorizers or the classifiers of a call do in a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestVerdicts {
    /// All of them the same.
    All(TestVerdict),
    /// Each one of these, in the order of asking.
    Each(Vec<TestVerdict>),
}

/// What an authorizer or a classifier does in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestVerdict {
    /// `allow`, `pass`
    Allow,
    /// `deny`, `flag`
    Deny,
    /// `fail`: it does not answer.
    Fail,
}

/// `call`
#[derive(Clone, Debug)]
pub struct TestCall {
    /// `server`
    pub server: Spanned<String>,
    /// `tool` or `method`
    pub target: TestTarget,
    /// `principal`: who calls; absent: somebody who proves nothing.
    pub principal: Option<TestPrincipal>,
    /// `headers`
    pub headers: Vec<(Spanned<String>, Spanned<String>)>,
    /// `listener`; the first that the server is served at where absent.
    pub listener: Option<Spanned<String>>,
    /// `ip`; the loopback address where absent.
    pub ip: Option<Spanned<String>>,
    /// `arguments`: a mapping.
    pub arguments: Option<Node>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum TestTarget {
    /// `tool`
    Tool(Spanned<String>),
    /// `method`
    Method(Spanned<String>),
}

/// `principal`
#[derive(Clone, Debug)]
pub struct TestPrincipal {
    /// `identity`; the server's only one where absent.
    pub identity: Option<Spanned<String>>,
    /// `issuer`
    pub issuer: Option<Spanned<String>>,
    /// `subject`
    pub subject: Option<Spanned<String>>,
    /// `client_id`
    pub client_id: Option<Spanned<String>>,
    /// `consumer`
    pub consumer: Option<Spanned<String>>,
    /// `scopes`
    pub scopes: Vec<Spanned<String>>,
    /// `roles`
    pub roles: Vec<Spanned<String>>,
    /// `products`
    pub products: Vec<Spanned<String>>,
    /// `claims`, by name.
    pub claims: Vec<(Spanned<String>, Node)>,
    /// The whole of it.
    pub span: Span,
}

/// `upstream`
#[derive(Clone, Debug)]
pub enum TestUpstream {
    /// An answer.
    Answer {
        /// `status`
        status: Spanned<u16>,
        /// `headers`
        headers: Vec<(Spanned<String>, Spanned<String>)>,
        /// `body`
        body: Option<Node>,
    },
    /// `failure: connect`, `timeout` or `broken`.
    Failure(String),
}

/// `expect`
#[derive(Clone, Debug)]
pub struct TestExpect {
    /// `allowed`, `denied` or `invalid`.
    pub outcome: Spanned<TestOutcome>,
    /// `upstream_asked`
    pub upstream_asked: Option<Spanned<bool>>,
    /// `upstream_request`
    pub upstream_request: Option<Spanned<TestRequest>>,
    /// `result`
    pub result: Option<Spanned<TestResult>>,
    /// `status`
    pub status: Option<Spanned<u16>>,
    /// `headers`
    pub headers: Vec<(Spanned<String>, Spanned<String>)>,
    /// `record`: fields of the access record, and what they are.
    pub record: Vec<(&'static str, Spanned<String>)>,
}

/// Whether a call is let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// `allowed: true`
    Allowed,
    /// `denied: REASON`
    Denied(String),
    /// `invalid: true`
    Invalid,
    /// `allowed: false` or `invalid: false`, which says nothing.
    Nothing,
}

/// `upstream_request`
#[derive(Clone, Debug)]
pub struct TestRequest {
    /// `method`
    pub method: Option<Spanned<String>>,
    /// `path`
    pub path: Option<Spanned<String>>,
    /// `query`
    pub query: Option<Spanned<String>>,
    /// `headers`
    pub headers: Vec<(Spanned<String>, Spanned<String>)>,
    /// `without_headers`
    pub without_headers: Vec<Spanned<String>>,
    /// `body`
    pub body: Option<Node>,
}

/// `result`
#[derive(Clone, Debug)]
pub struct TestResult {
    /// `is_error`
    pub is_error: Option<Spanned<bool>>,
    /// `text`
    pub text: Option<Spanned<String>>,
    /// `contains`
    pub contains: Vec<Spanned<String>>,
    /// `structured`
    pub structured: Option<Node>,
}
