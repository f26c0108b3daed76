//! Path templates split into segments, and the names of parameters as they go on the wire.

use crate::openapi::Location;

/// A piece of a path segment: text, or the name of a path parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TemplatePiece<'t> {
    /// Text as it stands in the template.
    Literal(&'t str),
    /// `{name}`
    Parameter(&'t str),
}

/// Splits `/pets/{petId}.json` into its segments; `None` where braces do not pair.
pub(super) fn segments(template: &str) -> Option<Vec<Vec<TemplatePiece<'_>>>> {
    template
        .strip_prefix('/')
        .unwrap_or(template)
        .split('/')
        .map(pieces)
        .collect()
}

fn pieces(segment: &str) -> Option<Vec<TemplatePiece<'_>>> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if literal.contains('}') || name.contains('{') {
            return None;
        }
        if !literal.is_empty() {
            pieces.push(TemplatePiece::Literal(literal));
        }
        pieces.push(TemplatePiece::Parameter(name));
        rest = after;
    }
    if rest.contains('}') {
        return None;
    }
    if !rest.is_empty() {
        pieces.push(TemplatePiece::Literal(rest));
    }
    Some(pieces)
}

/// Text of a path template as it goes on the wire: RFC 3986's `pchar`s as they are, escapes that the
/// author wrote kept, everything else percent-encoded.
pub(super) fn path_literal(text: &str) -> String {
    encoded(text, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%".contains(&byte)
    })
}

/// The name of a parameter as it goes on the wire.
pub(super) fn wire_name(name: &str, location: Location) -> String {
    match location {
        Location::Query => encoded(name, |byte| {
            byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
        }),
        Location::Header => name.to_ascii_lowercase(),
        Location::Path | Location::Cookie => name.to_owned(),
    }
}

fn encoded(text: &str, kept: impl Fn(u8) -> bool) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if kept(byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 0xf] {
                out.push(char::from(
                    HEX.get(usize::from(digit)).copied().unwrap_or(b'0'),
                ));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_split_into_segments_and_pieces() {
        use TemplatePiece::{Literal, Parameter};
        assert_eq!(
            segments("/pets/{petId}/{a}-{b}.json"),
            Some(vec![
                vec![Literal("pets")],
                vec![Parameter("petId")],
                vec![
                    Parameter("a"),
                    Literal("-"),
                    Parameter("b"),
                    Literal(".json")
                ],
            ])
        );
        assert_eq!(segments("/"), Some(vec![vec![]]));
        assert_eq!(
            segments("/pets/"),
            Some(vec![vec![Literal("pets")], vec![]])
        );
        assert_eq!(segments("/{a"), None);
        assert_eq!(segments("/a}"), None);
        assert_eq!(segments("/{a{b}}"), None);
    }

    #[test]
    fn literals_and_names_are_encoded_once() {
        assert_eq!(path_literal("a b?c#d%20é"), "a%20b%3Fc%23d%20%C3%A9");
        assert_eq!(wire_name("filter[x]", Location::Query), "filter%5Bx%5D");
        assert_eq!(wire_name("X-Trace", Location::Header), "x-trace");
    }
}
