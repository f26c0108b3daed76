//! What callers get together.

use super::Steps;
use crate::expr::Compiled;
use crate::source::Span;

/// Servers and tools that callers get together; each [`Server`](super::Server) says which of its tools
/// are in which.
#[derive(Debug)]
pub struct Product {
    /// Its key in the manifest.
    pub name: String,
    /// Where that key stands.
    pub span: Span,
    /// For people.
    pub title: String,
    /// Whether everybody may use it.
    pub open: bool,
    /// The applications that may: tokens with a role.
    pub applications: Option<Applications>,
    /// Who else may: a condition about the caller.
    pub claim: Option<Box<Compiled>>,
    /// What every call by it must pass.
    pub steps: Steps,
}

/// Tokens that open a product.
#[derive(Debug)]
pub struct Applications {
    /// A position in [`Plan::identities`](super::Plan::identities).
    pub identity: usize,
    /// The role that a token must have.
    pub role: String,
    /// Where the identity was named.
    pub span: Span,
}
