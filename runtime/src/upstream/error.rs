//! Why no answer came from an API, in words that tell neither addresses nor secrets.

use std::error::Error as StdError;
use std::fmt;

/// The classes of failures between the gateway and an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No connection could be made. The API has not seen the request.
    Connect,
    /// No secure connection could be made. The API has not seen the request.
    Tls,
    /// The whole answer did not come in the tool's time.
    Timeout,
    /// The connection ended before the answer did, or what came was not HTTP.
    Broken,
    /// The answer was greater than this many bytes, the tool's bound.
    TooLarge(usize),
    /// The answer was compressed, and cannot be decompressed.
    Corrupt,
    /// The request could not be made: a fault of the gateway.
    Request,
    /// The gateway may not connect to where the API is. The API has not seen the request.
    Egress,
    /// A policy's change could not be made to the request, which was not sent.
    Change,
}

/// Why no answer came from an API.
///
/// Its text is meant for models. What only operators may know goes to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    api: &'static str,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, api: &'static str) -> Self {
        Self { kind, api }
    }

    /// The error of a request to an API that the gateway does not have.
    pub(crate) fn unknown_api() -> Self {
        Self::new(ErrorKind::Request, "unknown")
    }

    /// Its class.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The API's key in the manifest.
    pub fn api(&self) -> &'static str {
        self.api
    }

    /// Whether the API may have carried the request out although no answer came.
    pub fn may_have_happened(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Timeout | ErrorKind::Broken | ErrorKind::TooLarge(_) | ErrorKind::Corrupt
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let api = self.api;
        match self.kind {
            ErrorKind::Connect => write!(f, "no connection to the API `{api}` could be made"),
            ErrorKind::Tls => write!(f, "no secure connection to the API `{api}` could be made"),
            ErrorKind::Timeout => write!(f, "the API `{api}` did not answer in time"),
            ErrorKind::Broken => {
                write!(
                    f,
                    "the API `{api}` ended the connection before its answer was whole"
                )
            }
            ErrorKind::TooLarge(limit) => write!(
                f,
                "the answer of the API `{api}` is greater than the {limit} bytes that this tool admits"
            ),
            ErrorKind::Corrupt => write!(
                f,
                "the answer of the API `{api}` is compressed, and its compressed data is damaged"
            ),
            ErrorKind::Egress => write!(f, "the gateway may not connect to the API `{api}`"),
            ErrorKind::Change => write!(
                f,
                "a policy of the gateway could not change the request to the API `{api}` as it should"
            ),
            ErrorKind::Request => write!(
                f,
                "the gateway could not make the request to the API `{api}`"
            ),
        }
    }
}

impl StdError for Error {}
