//! Host names, IP addresses and mailboxes.

use std::net::{Ipv4Addr, Ipv6Addr};

/// RFC 2673, section 3.2: four decimal octets without leading zeros.
pub(super) fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// RFC 4291, section 2.2, without a zone.
pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// RFC 1123, section 2.1 (with the lengths of RFC 1035, section 2.3.4). Labels that begin with
/// `xn--` are taken as they are: what they decode to is not looked at.
pub(super) fn is_hostname(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label != "xn--"
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

/// RFC 5321, section 4.1.2, `Mailbox`, with the lengths of section 4.5.3.1.
pub(super) fn is_email(text: &str) -> bool {
    // The last `@` separates: an earlier one can only stand within quotes.
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    (1..=64).contains(&local.len())
        && domain.len() <= 255
        && is_local_part(local)
        && match domain.strip_prefix('[') {
            Some(literal) => literal.strip_suffix(']').is_some_and(is_address_literal),
            None => is_hostname(domain),
        }
}

fn is_local_part(text: &str) -> bool {
    match text.strip_prefix('"').map(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.is_some_and(is_quoted),
        None => text
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte)),
    }
}

/// RFC 5322, section 3.2.3, `atext`.
const fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_one_of(byte, b"!#$%&'*+-/=?^_`{|}~")
}

const fn is_one_of(byte: u8, mut set: &[u8]) -> bool {
    while let [first, rest @ ..] = set {
        if *first == byte {
            return true;
        }
        set = rest;
    }
    false
}

/// The content of a `Quoted-string`: printable, with quotes and backslashes escaped.
fn is_quoted(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let printable = match byte {
            b'\\' => bytes
                .next()
                .is_some_and(|escaped| (0x20..0x7f).contains(&escaped)),
            b'"' => false,
            _ => (0x20..0x7f).contains(&byte),
        };
        if !printable {
            return false;
        }
    }
    true
}

/// RFC 5321, section 4.1.3, for IP addresses.
fn is_address_literal(text: &str) -> bool {
    match text.split_at_checked(5) {
        Some((tag, address)) if tag.eq_ignore_ascii_case("IPv6:") => is_ipv6(address),
        _ => is_ipv4(text),
    }
}
