//! Remembered answers.

use crate::source::Node;

use super::super::Caching;
use super::{boolean, duration, size};

/// `cache` of an override.
pub(super) fn caching(node: &Node) -> Option<Caching> {
    Some(Caching {
        ttl: duration(node, "ttl")?,
        shared: boolean(node, "shared"),
        stale_if_error: duration(node, "stale_if_error"),
        max_entry_bytes: size(node, "max_entry_bytes"),
        span: node.span,
    })
}
