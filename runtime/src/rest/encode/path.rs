//! The path: segments that were split at build time, each value inside one segment.

use super::{Arguments, Refusal, style};
use crate::rest::Piece;

const EMPTY: Refusal = Refusal::new("a value that is not empty, for it is part of a path");
const DOTS: Refusal = Refusal::with_help(
    "a value that makes no `.` or `..` of its path segment",
    "such segments lead to other paths",
);

/// Appends the path.
pub(super) fn write(arguments: &mut Arguments<'_>, target: &mut String) {
    for pieces in arguments.operation.path {
        target.push('/');
        let start = target.len();
        let mut last = None;
        for piece in *pieces {
            let parameter = match piece {
                Piece::Literal(text) => {
                    target.push_str(text);
                    continue;
                }
                Piece::Parameter(parameter) => parameter,
            };
            last = Some(parameter.argument);
            let before = target.len();
            let value = arguments.value(parameter.argument);
            match style::expand(parameter, value, target) {
                Ok(()) if target.len() > before => {}
                Ok(()) => arguments.refuse(parameter.argument, EMPTY),
                Err(refusal) => arguments.refuse(parameter.argument, refusal),
            }
        }
        if let Some(argument) = last
            && is_dots(target.get(start..).unwrap_or_default())
        {
            arguments.refuse(argument, DOTS);
        }
    }
    if arguments.operation.path.is_empty() {
        target.push('/');
    }
}

/// Whether a segment is one of those that RFC 3986, section 5.2.4, removes, also where dots are
/// written `%2E`.
fn is_dots(segment: &str) -> bool {
    let mut rest = segment;
    let mut dots = 0;
    while !rest.is_empty() {
        rest = match (rest.strip_prefix('.'), rest.get(..3)) {
            (Some(after), _) => after,
            (None, Some(triplet)) if triplet.eq_ignore_ascii_case("%2e") => {
                rest.get(3..).unwrap_or_default()
            }
            _ => return false,
        };
        dots += 1;
    }
    matches!(dots, 1 | 2)
}
