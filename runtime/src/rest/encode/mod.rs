//! From arguments to a request: the path, the query, the headers and the body, by constant tables.
//!
//! Nothing that a caller sends is ever parsed as a URL or as a header. The path is put together from
//! segments that were split at build time, and every value is percent-encoded on the way in; what
//! could still change the meaning of a request (dot segments, separators, line breaks in headers) is
//! refused, with a violation that names the argument.

mod body;
mod escape;
mod file;
mod form;
mod header;
mod multipart;
mod nested;
mod path;
mod query;
mod style;
mod xml;

pub(crate) use escape::percent_encode;

use gatewright_schema::{Violation, Violations};
use http::header::HeaderMap;

use super::{Operation, Request, Value};

/// The greatest path and query, in bytes. RFC 9110, section 4.1, asks for 8,000 octets at least;
/// many servers take no more.
const MAX_TARGET: usize = 8 * 1024;

/// The greatest body, in bytes, but for one that is JSON: that is no larger than the call it comes from.
/// What a call may hold is not exceeded by encoding it, other than by lists of very many short items.
const MAX_BODY: usize = 16 << 20;

/// Writes the request of an operation. `values` are the arguments, by position.
///
/// # Errors
/// Where a value cannot stand where it goes: the pointer of each violation names the argument.
pub fn encode(operation: &'static Operation, values: &[Value<'_>]) -> Result<Request, Violations> {
    let mut arguments = Arguments {
        operation,
        values,
        violations: Violations::default(),
    };
    let mut target = String::with_capacity(128);
    path::write(&mut arguments, &mut target);
    query::write(&mut arguments, &mut target);
    if target.len() > MAX_TARGET {
        arguments.violations.push(too_long(target.len()));
    }
    let mut headers = HeaderMap::with_capacity(8);
    header::write(&mut arguments, &mut headers);
    let body = body::write(&mut arguments, &mut headers);
    if !arguments.violations.is_empty() {
        return Err(arguments.violations);
    }
    Ok(Request {
        operation,
        path_and_query: target,
        headers,
        body,
    })
}

/// The arguments of a call, and what is wrong with them so far.
struct Arguments<'a> {
    operation: &'static Operation,
    values: &'a [Value<'a>],
    violations: Violations,
}

impl<'a> Arguments<'a> {
    /// The value at a position.
    fn value(&self, position: usize) -> Value<'a> {
        self.values.get(position).copied().unwrap_or(Value::Absent)
    }

    /// Notes that the arguments as a whole cannot become a request.
    #[cold]
    fn refuse_all(&mut self, refusal: Refusal) {
        self.violations.push(Violation {
            pointer: String::new(),
            rule: "request",
            expected: refusal.expected.to_owned(),
            actual: "these".to_owned(),
            help: refusal.help.map(str::to_owned),
        });
    }

    /// Notes that the value at a position cannot stand where it goes.
    #[cold]
    fn refuse(&mut self, position: usize, refusal: Refusal) {
        let name = self
            .operation
            .arguments
            .get(position)
            .copied()
            .unwrap_or("");
        let mut pointer = String::with_capacity(name.len() + 1);
        pointer.push('/');
        for character in name.chars() {
            match character {
                '~' => pointer.push_str("~0"),
                '/' => pointer.push_str("~1"),
                other => pointer.push(other),
            }
        }
        let actual = describe(self.value(position));
        self.violations.push(Violation {
            pointer,
            rule: "request",
            expected: refusal.expected.to_owned(),
            actual,
            help: refusal.help.map(str::to_owned),
        });
    }
}

/// Why a value cannot stand where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refusal {
    /// A noun phrase: what could.
    expected: &'static str,
    /// How to mend it.
    help: Option<&'static str>,
}

impl Refusal {
    const fn new(expected: &'static str) -> Self {
        Self {
            expected,
            help: None,
        }
    }

    const fn with_help(expected: &'static str, help: &'static str) -> Self {
        Self {
            expected,
            help: Some(help),
        }
    }
}

/// A value in words, shortened.
#[cold]
fn describe(value: Value<'_>) -> String {
    const SHOWN: usize = 60;
    let shorten = |text: &str| match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    };
    match value {
        Value::Absent => "nothing".to_owned(),
        Value::Text(text) => format!("the string {:?}", shorten(text)),
        Value::Integer(value) => value.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Number(text) | Value::Json(text) => shorten(text),
    }
}

#[cold]
fn too_long(length: usize) -> Violation {
    Violation {
        pointer: String::new(),
        rule: "request",
        expected: format!("arguments that make a URL of at most {MAX_TARGET} bytes"),
        actual: format!("arguments that make one of {length} bytes"),
        help: Some("send shorter texts or fewer items in one call".to_owned()),
    }
}

#[cfg(test)]
mod tests;
