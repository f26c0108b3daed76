//! Where the gateway may connect to.

use crate::source::Span;

/// What connections may be made to.
#[derive(Clone, Debug)]
pub struct Egress {
    /// Host names.
    pub hosts: Vec<String>,
    /// Domains, below which every name is meant; each with its dot before it.
    pub domains: Vec<String>,
    /// Addresses: in order, neither touching nor overlapping; version 4 as version 6 maps it.
    pub ranges: Vec<(u128, u128)>,
    /// Where it was declared.
    pub span: Span,
}
