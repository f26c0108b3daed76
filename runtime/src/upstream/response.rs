//! What an API answered.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::rest::shape::{LeftOut, Refusal};

/// What an API answered: any status, and a body that was read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) truncated: bool,
    /// Where the body was reduced to what the tool passes on while it came in: the arrays that were
    /// shortened, or why it could not be.
    pub(crate) shaped: Option<Result<Vec<LeftOut>, Refusal>>,
    /// What the model is told of the headers, a line each; empty: nothing.
    pub(crate) mentions: String,
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

    /// The body, decoded. Where the manifest's `response` says what of JSON is passed on, only that.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Whether the body is only the first part of what the API sent. That happens to answers that
    /// are not successes, and to streams of events (`text/event-stream`); any other success greater
    /// than the tool's bound is an error.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}
