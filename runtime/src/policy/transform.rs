//! What generated code calls to change a request, and to answer a call in the API's place.

use std::borrow::Cow;
use std::future::ready;
use std::net::IpAddr;

use bytes::Bytes;
use gatewright_schema::json::{push_compact, string_into};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};

use super::condition::Key;
use super::{Reason, Refusal};
use crate::call::{Answer, Call};
use crate::expr::{Error, Value, entries};
use crate::rest::{Change, answer, percent_encode};
use crate::result::{Content, ToolResult};
use crate::upstream::Response;

/// What a tool answers where its API is not asked: an example of the document, or a value made from
/// its schema.
#[derive(Clone, Copy, Debug)]
pub struct Mock {
    /// `application/json`; empty where there is no content.
    pub media_type: &'static str,
    /// The body.
    pub body: &'static str,
}

impl Call {
    /// Notes a change for the requests of this call.
    pub fn change(&self, change: Change) {
        self.request_changes().push(change);
    }

    /// What the tool answers to an API's answer that is `mock`: it goes the way of every answer.
    pub fn mock(&self, mock: &Mock) -> ToolResult {
        let tool = self.description();
        let Some(operation) = tool.operation else {
            return ToolResult::text(mock.body);
        };
        let mut headers = HeaderMap::new();
        let status = match HeaderValue::from_str(mock.media_type) {
            Ok(media_type) if !media_type.is_empty() => {
                headers.insert(CONTENT_TYPE, media_type);
                StatusCode::OK
            }
            _ => StatusCode::NO_CONTENT,
        };
        let response = Response {
            status,
            headers,
            body: Bytes::from_static(mock.body.as_bytes()),
            truncated: false,
            shaped: None,
            mentions: String::new(),
        };
        answer::result(tool, operation, &response)
    }

    /// The answer of a policy, given without asking the API.
    pub fn reply<'a>(&self, result: ToolResult) -> Answer<'a> {
        tracing::info!(
            target: "gatewright::policy",
            tool = self.name(),
            "answered by a policy"
        );
        Box::pin(ready(result))
    }
}

/// A result whose structured content is a constant of the binary: compact JSON text.
pub fn structured(json: &'static str, is_error: bool) -> ToolResult {
    ToolResult {
        content: vec![Content::Structured],
        structured: Some(Bytes::from_static(json.as_bytes())),
        is_error,
    }
}

/// Whether a policy applies. Where that cannot be said, neither applying nor skipping it is safe.
///
/// # Errors
/// Where it cannot be decided.
pub fn holds(condition: Result<bool, Error>) -> Result<bool, Refusal> {
    condition.map_err(failed)
}

/// The text of a value that goes into a request.
///
/// # Errors
/// Where the expression has no value.
pub fn text<'a, K: Key<'a>>(value: Result<K, Error>) -> Result<Cow<'a, str>, Refusal> {
    value.map(K::text).map_err(failed)
}

/// Text as the value of a header (RFC 9110, section 5.5): visible ASCII, with spaces between.
///
/// # Errors
/// Of text that a header cannot hold, such as line ends.
pub fn header_value(text: &str) -> Result<HeaderValue, Refusal> {
    let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !visible || text.starts_with(' ') || text.ends_with(' ') {
        return Err(unfit());
    }
    HeaderValue::from_str(text).map_err(|_| unfit())
}

/// Text as the value of a parameter of the query.
pub fn query_value(text: &str) -> String {
    percent_encode(text)
}

/// A value as JSON text.
///
/// # Errors
/// Where the expression has no value, or one that JSON cannot hold.
pub fn json<V: Json>(value: Result<V, Error>) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    value
        .and_then(|value| value.write(&mut out))
        .map_err(failed)?;
    Ok(out)
}

/// JSON text that the compiler wrote.
pub fn json_constant(json: &'static str) -> Vec<u8> {
    json.as_bytes().to_vec()
}

#[cold]
fn failed(error: Error) -> Refusal {
    tracing::warn!(target: "gatewright::policy", %error, "a change of a request could not be worked out");
    Refusal::new(
        Reason::Transform,
        "This call is not allowed: what a policy adds to it could not be worked out.",
    )
}

#[cold]
fn unfit() -> Refusal {
    Refusal::new(
        Reason::Transform,
        "This call is not allowed: a header that is made from it can hold visible ASCII characters only, \
         with spaces between them.",
    )
}

/// A value that JSON can hold.
pub trait Json {
    /// Appends its JSON text.
    ///
    /// # Errors
    /// Of values that JSON cannot hold.
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Error>;
}

impl Json for Cow<'_, str> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        string_into(self, out);
        Ok(())
    }
}

impl Json for IpAddr {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        string_into(&self.to_string(), out);
        Ok(())
    }
}

impl Json for f64 {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        if !self.is_finite() {
            return Err(Error::NotConvertible);
        }
        out.extend_from_slice(self.to_string().as_bytes());
        Ok(())
    }
}

macro_rules! displayed {
    ($($kind:ty)*) => {
        $(impl Json for $kind {
            fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
                out.extend_from_slice(self.to_string().as_bytes());
                Ok(())
            }
        })*
    };
}

displayed! { bool i64 u64 }

impl Json for Value<'_> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(value) => value.write(out)?,
            Self::Int(value) => value.write(out)?,
            Self::Uint(value) => value.write(out)?,
            Self::Double(value) => value.write(out)?,
            Self::String(text) => text.write(out)?,
            Self::Ip(address) => address.write(out)?,
            Self::List(items) => {
                out.push(b'[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    item.write(out)?;
                }
                out.push(b']');
            }
            Self::Json(raw) => {
                push_compact(raw.as_str().as_bytes(), out).map_err(|_| Error::NotConvertible)?;
            }
            Self::Map(_) | Self::Table(_) => {
                out.push(b'{');
                for (position, (key, value)) in entries(self)?.into_iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    string_into(&key, out);
                    out.push(b':');
                    value.write(out)?;
                }
                out.push(b'}');
            }
            Self::Bytes(_) | Self::Timestamp(_) | Self::Duration(_) | Self::Cidr(_) => {
                return Err(Error::NotConvertible);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
