//! Addresses, networks and ranges made into one set.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{Span, Spanned};

/// The set as ranges of numbers, in order, neither touching nor overlapping; addresses of version 4 as
/// version 6 maps them. What is no address is reported, and so is what others hold already: one of the
/// two is a mistake.
pub(super) fn addresses(entries: &[Spanned<String>], sink: &mut Sink) -> Vec<(u128, u128)> {
    let mut ranges: Vec<(u128, u128, Span)> = Vec::new();
    for entry in entries {
        let Some((first, last)) = range(entry) else {
            sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    entry.span,
                    format!("`{}` is not an address, a network or a range", entry.value),
                )
                .help("write `10.1.2.3`, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`, or the same of version 6"),
            );
            continue;
        };
        if let Some((.., other)) = ranges
            .iter()
            .find(|(from, to, _)| first <= *to && *from <= last)
        {
            sink.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ENTRY,
                    entry.span,
                    format!("`{}` overlaps an earlier entry", entry.value),
                )
                .also(*other, "this one")
                .help("remove one of the two, or make them disjoint"),
            );
            continue;
        }
        ranges.push((first, last, entry.span));
    }
    ranges.sort_unstable_by_key(|(first, ..)| *first);
    let mut merged: Vec<(u128, u128)> = Vec::new();
    for (first, last, _) in ranges {
        match merged.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(first) => *end = last,
            _ => merged.push((first, last)),
        }
    }
    merged
}

fn range(text: &str) -> Option<(u128, u128)> {
    if let Some((first, last)) = text.split_once('-') {
        let (first, last): (IpAddr, IpAddr) = (first.parse().ok()?, last.parse().ok()?);
        let same = first.is_ipv4() == last.is_ipv4();
        return Some((bits(first), bits(last))).filter(|(first, last)| same && first <= last);
    }
    if let Ok(address) = text.parse() {
        return Some((bits(address), bits(address)));
    }
    let network: IpNet = text.parse().ok()?;
    // `10.0.0.1/8` may be meant as one address or as its network: it says neither.
    (network.addr() == network.network())
        .then(|| (bits(network.network()), bits(network.broadcast())))
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::{addresses, range};
    use crate::diagnostic::Sink;
    use crate::source::{FileId, Span, Spanned};

    const MAPPED: u128 = 0xffff_0000_0000;

    fn at(text: &str) -> Spanned<String> {
        Spanned::new(text.to_owned(), Span::new(FileId(0), 0, 0))
    }

    #[test]
    fn ways_to_write_addresses() {
        for (text, expected) in [
            ("0.0.0.1", Some((MAPPED + 1, MAPPED + 1))),
            ("0.0.0.0/24", Some((MAPPED, MAPPED + 255))),
            ("0.0.0.1-0.0.0.3", Some((MAPPED + 1, MAPPED + 3))),
            ("::1", Some((1, 1))),
            ("::/127", Some((0, 1))),
            ("0.0.0.1/24", None),
            ("0.0.0.3-0.0.0.1", None),
            ("0.0.0.3-::1", None),
            ("0.0.0.256", None),
            ("10/8", None),
            ("-", None),
        ] {
            assert_eq!(range(text), expected, "{text}");
        }
    }

    #[test]
    fn neighbours_become_one_and_overlaps_are_mistakes() {
        let mut sink = Sink::default();
        let ranges = addresses(
            &["::4-::5", "::1", "::2-::3", "::9", "::5-::7"].map(at),
            &mut sink,
        );
        assert_eq!(ranges, [(1, 5), (9, 9)]);
        assert_eq!(sink.errors(), 1);
    }
}
