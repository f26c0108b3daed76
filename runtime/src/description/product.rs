//! What callers get together.

use crate::caller::Caller;

/// Servers and tools that callers get together: [`Access`](super::Access) says which tools are in it.
#[derive(Debug)]
pub struct Product {
    /// Its key in the manifest: what the file with the keys calls it.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// Whether everybody may use it.
    pub open: bool,
    /// The applications that may.
    pub applications: Option<Applications>,
    /// Whether a caller may, by what is known of it. Not asked of callers whose key says what it is for.
    pub claim: Option<fn(&Caller) -> bool>,
}

/// Tokens that open a product.
#[derive(Debug)]
pub struct Applications {
    /// A position in [`Description::identities`](super::Description::identities).
    pub identity: usize,
    /// The role that a token must have.
    pub role: &'static str,
}
