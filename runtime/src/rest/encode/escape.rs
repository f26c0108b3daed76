//! Percent-encoding, by where a value goes (RFC 3986, sections 2 and 3).

use super::Refusal;
use crate::rest::{Location, Parameter};

/// What is kept as it is and what is refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct Escape {
    /// The ASCII characters that stay, one bit each.
    kept: u128,
    /// Whether triplets such as `%2F` stay as they are (RFC 6570, section 3.2.3).
    triplets: bool,
    location: Location,
}

/// RFC 3986, section 2.3.
const UNRESERVED: u128 =
    bits(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

/// The reserved characters that a path segment may hold (RFC 3986, `pchar`).
const RESERVED_IN_PATH: u128 = UNRESERVED | bits(b"!$&'()*+,;=:@");

/// The reserved characters that the value of a query parameter may hold: RFC 3986's `query` without
/// `&` and `+`, which would end the value or read as a space.
const RESERVED_IN_QUERY: u128 = UNRESERVED | bits(b"!$'()*,;=:@/?");

/// RFC 6265, `cookie-octet`, without `%`, which is kept in triplets only.
const RESERVED_IN_COOKIE: u128 = UNRESERVED | bits(b"!#$&'()*+/:<=>?@[]^`{|}");

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(crate) fn percent_encode(text: &str) -> String {
    let escape = Escape {
        kept: UNRESERVED,
        triplets: false,
        location: Location::Query,
    };
    let mut out = String::with_capacity(text.len());
    // Nothing is refused in a query.
    let _ = escape.push(text, &mut out);
    out
}

fn push_triplet(byte: u8, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

const SEPARATOR: Refusal = Refusal::with_help(
    "a text without `/` and `\\`, for it is one segment of a path",
    "pass the bare identifier, not a path",
);

const CONTROL: Refusal =
    Refusal::new("a text without control characters, for it is part of a path");

const LIST_ITEM: Refusal =
    Refusal::new("items without commas, for the list goes into a header that cannot escape them");

const fn bits(characters: &[u8]) -> u128 {
    let mut set = 0;
    let mut at = 0;
    while at < characters.len() {
        set |= 1 << characters[at];
        at += 1;
    }
    set
}

impl Escape {
    /// The rule for values of a parameter.
    pub(super) const fn of(parameter: &Parameter) -> Self {
        let kept = match (parameter.location, parameter.allow_reserved) {
            (Location::Header, _) => u128::MAX,
            (_, false) => UNRESERVED,
            (Location::Path, true) => RESERVED_IN_PATH,
            (Location::Query, true) => RESERVED_IN_QUERY,
            (Location::Cookie, true) => RESERVED_IN_COOKIE,
        };
        Self {
            kept,
            triplets: parameter.allow_reserved,
            location: parameter.location,
        }
    }

    /// Appends a text.
    pub(super) fn push(self, text: &str, out: &mut String) -> Result<(), Refusal> {
        if matches!(self.location, Location::Header) {
            out.push_str(text); // Not encoded (OpenAPI 3.1.1, appendix D); checked as a whole later.
            return Ok(());
        }
        if matches!(self.location, Location::Path) {
            in_path(text, self.triplets)?;
        }
        let mut rest = text;
        loop {
            let kept = rest.bytes().take_while(|byte| self.keeps(*byte)).count();
            let (run, after) = rest.split_at(kept); // What is kept is ASCII.
            out.push_str(run);
            let Some(character) = after.chars().next() else {
                return Ok(());
            };
            let (encoded, after) = after.split_at(character.len_utf8());
            if self.triplets && is_triplet(rest.as_bytes().get(kept..).unwrap_or_default()) {
                out.push('%');
            } else {
                encoded.bytes().for_each(|byte| push_triplet(byte, out));
            }
            rest = after;
        }
    }

    const fn keeps(self, byte: u8) -> bool {
        byte.is_ascii() && self.kept >> byte & 1 == 1
    }

    /// Appends one of several items of a list.
    pub(super) fn push_item(self, text: &str, out: &mut String) -> Result<(), Refusal> {
        if matches!(self.location, Location::Header) && text.contains(',') {
            return Err(LIST_ITEM);
        }
        self.push(text, out)
    }
}

/// Refuses what would change the segments of a path on a server that decodes before it splits.
fn in_path(text: &str, triplets: bool) -> Result<(), Refusal> {
    for byte in text.bytes() {
        match byte {
            b'/' | b'\\' => return Err(SEPARATOR),
            0..0x20 | 0x7f => return Err(CONTROL),
            _ => {}
        }
    }
    if triplets {
        for window in text.as_bytes().windows(3) {
            if is_triplet(window) {
                match (window[1], window[2] | 0x20) {
                    (b'2', b'f') | (b'5', b'c') => return Err(SEPARATOR),
                    (b'0' | b'1', _) | (b'7', b'f') => return Err(CONTROL),
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

fn is_triplet(text: &[u8]) -> bool {
    matches!(text, [b'%', first, second, ..] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
}
