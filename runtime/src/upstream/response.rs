//! What an API answered.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// What an API answered: any status, and a body that was read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) truncated: bool,
}

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether the body is only the first part of what the API sent. That happens to answers that
    /// are not successes; a success greater than the tool's bound is an error.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}
