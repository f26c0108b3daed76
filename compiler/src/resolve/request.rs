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

/// A pair of the query that a path template holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryPair<'t> {
    /// Its name, on the wire.
    pub(super) name: String,
    /// What follows.
    pub(super) value: QueryValue<'t>,
}

/// What follows the name of a [`QueryPair`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum QueryValue<'t> {
    /// The rest of the pair on the wire, with its `=` where there is one.
    Literal(String),
    /// `{name}`: the value of a path parameter.
    Parameter(&'t str),
}

/// The path of a template, and the query that it may hold; `None` where there is a fragment, a `?` in
/// braces, or a pair in which braces are more or less than the whole value.
pub(super) fn split_query(template: &str) -> Option<(&str, Vec<QueryPair<'_>>)> {
    if template.contains('#') {
        return None;
    }
    let Some((path, query)) = template.split_once('?') else {
        return Some((template, Vec::new()));
    };
    if path.matches('{').count() != path.matches('}').count() {
        return None;
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    Some((path, pairs.map(pair).collect::<Option<_>>()?))
}

fn pair(text: &str) -> Option<QueryPair<'_>> {
    let braces = ['{', '}'];
    let at = text.find('=').unwrap_or(text.len());
    let (name, rest) = text.split_at(at);
    if name.is_empty() || name.contains(braces) {
        return None;
    }
    let variable = rest
        .strip_prefix("={")
        .and_then(|rest| rest.strip_suffix('}'))
        .filter(|name| !name.is_empty() && !name.contains(braces));
    let value = match variable {
        Some(name) => QueryValue::Parameter(name),
        None if rest.contains(braces) => return None,
        None => QueryValue::Literal(query_literal(rest)),
    };
    Some(QueryPair {
        name: query_literal(name),
        value,
    })
}

/// Text of a query as it goes on the wire: what RFC 3986 admits there as it is, escapes that the author
/// wrote kept, everything else percent-encoded.
fn query_literal(text: &str) -> String {
    encoded(text, |byte| {
        byte.is_ascii_alphanumeric() || b"-._~!$'()*+,;=:@/?%".contains(&byte)
    })
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
    fn queries_of_templates_are_pairs() {
        let literal = |name: &str, value: &str| QueryPair {
            name: name.to_owned(),
            value: QueryValue::Literal(value.to_owned()),
        };
        let variable = QueryPair {
            name: "v".to_owned(),
            value: QueryValue::Parameter("version"),
        };
        assert_eq!(split_query("/a/{b}"), Some(("/a/{b}", vec![])));
        assert_eq!(
            split_query("/a?list&type=x y&&v={version}&e="),
            Some((
                "/a",
                vec![
                    literal("list", ""),
                    literal("type", "=x%20y"),
                    variable,
                    literal("e", "=")
                ]
            ))
        );
        for refused in [
            "/a#b",
            "/a?b#c",
            "/a{?b}",
            "/a?{b}=1",
            "/a?b=x{c}",
            "/a?b={c}{d}",
            "/a?b={",
            "/a?=1",
        ] {
            assert_eq!(split_query(refused), None, "{refused}");
        }
    }

    #[test]
    fn literals_and_names_are_encoded_once() {
        assert_eq!(path_literal("a b?c#d%20é"), "a%20b%3Fc%23d%20%C3%A9");
        assert_eq!(wire_name("filter[x]", Location::Query), "filter%5Bx%5D");
        assert_eq!(wire_name("X-Trace", Location::Header), "x-trace");
    }
}
