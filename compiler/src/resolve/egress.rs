//! The bounds of connections: names apart from addresses.

use std::net::IpAddr;

use super::addresses::addresses;
use crate::diagnostic::Sink;
use crate::manifest;
use crate::plan::Egress;
use crate::source::Spanned;

/// What is allowed, apart by kind.
pub(super) fn egress(declared: &manifest::Egress, sink: &mut Sink) -> Egress {
    let (numbers, names): (Vec<Spanned<String>>, Vec<_>) = declared
        .allow
        .iter()
        .cloned()
        .partition(|entry| is_address(&entry.value));
    let below = |entry: &Spanned<String>| entry.value.strip_prefix('*').map(str::to_owned);
    Egress {
        domains: names.iter().filter_map(below).collect(),
        hosts: names
            .iter()
            .filter(|entry| below(entry).is_none())
            .map(|entry| entry.value.clone())
            .collect(),
        ranges: if numbers.is_empty() {
            Vec::new()
        } else {
            addresses(&numbers, sink)
        },
        span: declared.span,
    }
}

/// Whether an entry is meant as an address or a network: what has a slash or colons is, and so is what
/// consists of digits and dots.
fn is_address(entry: &str) -> bool {
    entry.parse::<IpAddr>().is_ok()
        || entry.contains(['/', ':'])
        || entry
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}
