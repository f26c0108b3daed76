//! A request to an API, ready to be sent: everything but the API's address and credential.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::Operation;

/// A request to an API, as [`encode`](super::encode()) makes it.
///
/// It holds neither the address nor the credential of the API: those are added when it is sent, so
/// that no handler can see or change them.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) path_and_query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

impl Request {
    /// The operation that is called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The path, below the path of the API's URL, and the query: `/pets/7?expand=owner`.
    pub fn path_and_query(&self) -> &str {
        &self.path_and_query
    }

    /// The headers, without those that the API's entry in the manifest adds.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; empty where there is none.
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Sets a header, in place of those of that name.
    ///
    /// The API's fixed headers and its credential still win over it.
    pub fn set_header(&mut self, name: HeaderName, value: HeaderValue) {
        self.headers.insert(name, value);
    }
}
