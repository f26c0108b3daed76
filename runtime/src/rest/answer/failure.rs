//! What is said where a call did not succeed: what happened, and what can be done about it.

use std::fmt::Write as _;

use gatewright_schema::json::{Kind, Reader};
use gatewright_schema::{Violation, Violations, json};
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};

use super::media::{Family, MediaType};
use crate::rest::Operation;
use crate::result::ToolResult;
use crate::upstream::{Error, ErrorKind, Response, path_of, retry_after};

/// How much of an API's error is shown, in bytes.
const MAX_EXCERPT: usize = 2048;

/// The result of arguments that break the tool's schema. `place` is where they stand in those that
/// the caller wrote.
#[cold]
pub(crate) fn invalid(tool: &str, violations: &Violations, place: &str) -> ToolResult {
    let mut text = format!(
        "The arguments of `{tool}` are not valid, and nothing was done. Mend this and call again:"
    );
    list(violations, place, &mut text);
    ToolResult::error(text)
}

/// Appends every violation, on a line each. `place` is where the value stands in what the caller wrote.
pub(super) fn list(violations: &Violations, place: &str, text: &mut String) {
    for violation in violations {
        let violation = Violation {
            pointer: format!("{place}{}", violation.pointer),
            ..violation.clone()
        };
        let _ = write!(text, "\n- {violation}"); // Infallible: writing to a string.
    }
    if violations.unreported() > 0 {
        let _ = write!(text, "\n- and {} more", violations.unreported());
    }
}

/// The result where no answer came.
#[cold]
pub(crate) fn failure(operation: &Operation, error: &Error) -> ToolResult {
    let safe = is_idempotent(operation.method);
    let advice = match (error.kind(), safe) {
        (ErrorKind::Connect, _) => {
            "Nothing was done. The API may be down: calling again later may help."
        }
        (ErrorKind::Tls | ErrorKind::Egress, _) => {
            "Nothing was done. This is for the operator of the gateway to mend: calling again will not help."
        }
        (ErrorKind::Timeout | ErrorKind::Broken | ErrorKind::Corrupt, true) => {
            "The same call can safely be made again, later or with a narrower request."
        }
        (ErrorKind::Timeout | ErrorKind::Broken | ErrorKind::Corrupt, false) => {
            "The call may have taken effect all the same: find out before you call again."
        }
        (ErrorKind::TooLarge(_), true) => {
            "Narrow the request: ask for fewer items, one page, a shorter period or fewer fields."
        }
        (ErrorKind::TooLarge(_), false) => {
            "The call has most likely taken effect: do not repeat it. Read what you need of the outcome \
             with a narrower request."
        }
        (ErrorKind::Change, _) => {
            "Nothing was done. Shorter texts may help, or an object in the place of another value."
        }
        (ErrorKind::Request, _) => {
            "Nothing was done. If an argument is an object, leave out members that name credentials."
        }
    };
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    ToolResult::error(format!("{text}. {advice}"))
}

/// The result of an answer that is not a success.
#[cold]
pub(super) fn refused(operation: &Operation, response: &Response) -> ToolResult {
    let mut text = format!(
        "The API answered {} to {} {}.",
        status(response.status),
        operation.method,
        operation.template
    );
    if let Some(location) = response.headers.get(LOCATION).and_then(path_of) {
        let _ = write!(text, "\nLocation: {location}");
    }
    let wait = retry_after(&response.headers);
    if let Some(wait) = wait {
        let _ = write!(text, "\nRetry-After: {wait}");
    }
    let _ = write!(
        text,
        "\n{}",
        advice(operation, response.status, wait.is_some())
    );
    let body = body(response);
    if !body.is_empty() {
        let _ = write!(text, "\nWhat the API said:\n{body}");
    }
    ToolResult::error(text)
}

/// The result of an answer in a coding that the gateway does not speak.
#[cold]
pub(super) fn unreadable(operation: &Operation, response: &Response, coding: &str) -> ToolResult {
    let known = ["gzip", "br", "deflate", "zstd"].contains(&coding);
    let coding = if known { coding } else { "another coding" };
    ToolResult::error(format!(
        "The API answered {} to {} {}, but compressed its answer in a way that the gateway does not \
         know ({coding}), so that it cannot be read. This is for the operator of the gateway to mend: calling again will not \
         help.",
        status(response.status),
        operation.method,
        operation.template
    ))
}

/// Whether and how a call can be made again.
fn advice(operation: &Operation, status: StatusCode, has_wait: bool) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            "The API did not accept the gateway's credential. This is for the operator of the gateway \
             to mend: neither other arguments nor signing in again will help."
        }
        StatusCode::FORBIDDEN => {
            "The API does not let the gateway do this with these arguments: others may be allowed, the \
             same will be refused again."
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE if has_wait => {
            "The API is busy: call again after the time above, not before."
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            "The API is busy: wait before you call again, and longer each time."
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => "The same call can be made again.",
        status if status.is_server_error() && is_idempotent(operation.method) => {
            "The fault is the API's: the same call can safely be made again later."
        }
        status if status.is_server_error() => {
            "The fault is the API's, and the call may have taken effect all the same: find out before \
             you call again."
        }
        status if status.is_redirection() => {
            "That is a redirection that the gateway does not follow: calling again will not help."
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            "What the arguments name does not exist: check the identifiers."
        }
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => {
            "What the arguments name is in another state: read it again before you change it."
        }
        _ => "The same call will be refused again: change the arguments.",
    }
}

/// RFC 9110, section 9.2.2; `QUERY` is safe by its definition.
fn is_idempotent(method: &str) -> bool {
    matches!(
        method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY"
    )
}

/// `404 Not Found`
pub(super) fn status(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// What the API said, shortened: what matters of a problem (RFC 9457), or the beginning of the body.
fn body(response: &Response) -> String {
    let media_type = response
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(MediaType::parse)
        .unwrap_or_default();
    if response.body.is_empty() {
        return String::new();
    }
    match media_type.family() {
        Family::Image | Family::Audio | Family::Binary => {
            return format!("{} bytes of {}", response.body.len(), media_type.essence);
        }
        Family::Json | Family::Unknown if !response.truncated => {
            let body = media_type.utf_8(&response.body);
            if let Ok(text) = problem(&body)
                && !text.is_empty()
            {
                return excerpt(&text);
            }
            if let Ok(compact) = super::compact(&body) {
                return excerpt(&String::from_utf8_lossy(&compact));
            }
        }
        _ => {}
    }
    // What is behind the bound is not worth decoding.
    let beginning = response
        .body
        .get(..MAX_EXCERPT * 4)
        .unwrap_or(&response.body);
    excerpt(media_type.decode(beginning).trim())
}

/// The members of a problem that say what is wrong, on a line each; empty where there is no `title`
/// or `detail`.
fn problem(body: &[u8]) -> Result<String, json::Error> {
    let mut reader = Reader::new(body);
    let mut text = String::new();
    let (mut is_problem, mut first) = (false, true);
    if reader.peek()? != Kind::Object {
        return Ok(text);
    }
    reader.begin_object()?;
    while let Some(key) = reader.next_key(&mut first)? {
        let kind = reader.peek()?;
        match (key.as_ref(), kind) {
            ("title" | "detail", Kind::String) => {
                is_problem = true;
                let _ = writeln!(text, "{key}: {}", reader.string()?);
            }
            ("errors" | "invalid-params" | "code" | "message", Kind::Object | Kind::Array) => {
                let mut compact = Vec::new();
                json::push_compact(reader.raw()?.as_str().as_bytes(), &mut compact)?;
                let _ = writeln!(text, "{key}: {}", String::from_utf8_lossy(&compact));
            }
            ("type" | "code" | "message", Kind::String) => {
                let _ = writeln!(text, "{key}: {}", reader.string()?);
            }
            _ => {
                reader.raw()?;
            }
        }
    }
    text.truncate(text.trim_end().len());
    Ok(if is_problem { text } else { String::new() })
}

/// The beginning of a text, cut between characters.
fn excerpt(text: &str) -> String {
    if text.len() <= MAX_EXCERPT {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(MAX_EXCERPT);
    format!("{}… (cut off)", text.get(..end).unwrap_or_default())
}
