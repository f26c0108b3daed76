//! The headers, among them the cookies.

use bytes::Bytes;
use http::header::{ACCEPT, COOKIE, HeaderMap, HeaderName, HeaderValue};

use super::{Arguments, Refusal, style};
use crate::rest::Location;

const INVISIBLE: Refusal = Refusal::new(
    "visible ASCII characters, with spaces between them only, for the value goes into a header",
);
const NAME: Refusal = Refusal::new("a header with a valid name; this is a fault of the gateway");

/// Sets the headers of an operation.
pub(super) fn write(arguments: &mut Arguments<'_>, headers: &mut HeaderMap) {
    let operation = arguments.operation;
    if let Some(accept) = constant(operation.accept) {
        headers.insert(ACCEPT, accept);
    }
    let mut cookies = String::new();
    for parameter in operation.parameters {
        let argument = parameter.argument;
        let value = arguments.value(argument);
        match parameter.location {
            Location::Header => {
                let mut text = String::new();
                match style::expand(parameter, value, &mut text).and_then(|()| checked(&text)) {
                    Ok(None) => {}
                    Ok(Some(value)) => match HeaderName::from_bytes(parameter.name.as_bytes()) {
                        Ok(name) => {
                            headers.append(name, value);
                        }
                        Err(_) => arguments.refuse(argument, NAME),
                    },
                    Err(refusal) => arguments.refuse(argument, refusal),
                }
            }
            Location::Cookie => {
                let before = cookies.len();
                if before > 0 {
                    cookies.push_str("; ");
                }
                let start = cookies.len();
                if let Err(refusal) = style::expand(parameter, value, &mut cookies) {
                    arguments.refuse(argument, refusal);
                }
                if cookies.len() == start {
                    cookies.truncate(before);
                }
            }
            Location::Path | Location::Query => {}
        }
    }
    // Cookies are percent-encoded: there is nothing in them that a header cannot hold.
    if let Ok(Some(cookies)) = checked(&cookies) {
        headers.insert(COOKIE, cookies);
    }
}

/// A header value that the compiler wrote.
pub(super) fn constant(text: &'static str) -> Option<HeaderValue> {
    if text.is_empty() {
        return None;
    }
    HeaderValue::from_maybe_shared(Bytes::from_static(text.as_bytes())).ok()
}

/// The value of a header, if what is to be in it can be (RFC 9110, section 5.5); none where it is
/// empty. White space at the ends would be lost on the way, and is refused too.
fn checked(text: &str) -> Result<Option<HeaderValue>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !visible || text.starts_with(' ') || text.ends_with(' ') {
        return Err(INVISIBLE);
    }
    HeaderValue::from_str(text).map(Some).map_err(|_| INVISIBLE)
}
