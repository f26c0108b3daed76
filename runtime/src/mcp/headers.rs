//! The request headers that mirror the body (2026-07-28, "Standard MCP Request Headers").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

#[cfg(test)]
mod tests;

/// The revision that the request is written in.
pub(crate) const PROTOCOL_VERSION: &str = "mcp-protocol-version";
/// The body's `method`.
pub(crate) const METHOD: &str = "mcp-method";
/// The body's `params.name`.
pub(crate) const NAME: &str = "mcp-name";
/// The session of revisions up to 2025-11-25.
pub(crate) const SESSION_ID: &str = "mcp-session-id";

/// A header that may be given at most once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Single<'a> {
    /// Not given.
    Absent,
    /// Given once: its value without the white space around it.
    Value(&'a str),
    /// Given more than once, or with bytes outside visible ASCII, space and tab.
    Invalid,
}

/// The header of that name.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Single<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Single::Absent,
        (Some(value), None) => match value.to_str() {
            Ok(value) => Single::Value(value.trim_matches([' ', '\t'])),
            Err(_) => Single::Invalid,
        },
        (Some(_), Some(_)) => Single::Invalid,
    }
}

/// Whether a header's value stands for `text`: literally, or as `=?base64?…?=`. A value that looks
/// like the latter never stands for itself. Base64 that is malformed stands for nothing.
pub(crate) fn stands_for(value: &str, text: &str) -> bool {
    match value
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    {
        Some(encoded) => STANDARD
            .decode(encoded)
            .is_ok_and(|decoded| decoded == text.as_bytes()),
        None => value == text,
    }
}
