//! Faults of the protocol: what a JSON-RPC error response says, and the HTTP status it travels with.

use std::borrow::Cow;

use http::StatusCode;

use super::revision::Revision;
use crate::policy::Refusal;

/// Why a request gets an error response instead of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The JSON-RPC error code.
    pub(crate) code: i32,
    /// One sentence for people.
    pub(crate) message: Cow<'static, str>,
    /// The JSON text of `error.data`.
    pub(crate) data: Option<String>,
    /// The status where the transport is HTTP.
    pub(crate) status: StatusCode,
}

impl Fault {
    fn new(code: i32, status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
            status,
        }
    }

    /// -32700: the body is not JSON.
    #[cold]
    pub(crate) fn parse(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(-32700, StatusCode::BAD_REQUEST, message)
    }

    /// -32600: JSON, but not a request that this server can take.
    #[cold]
    pub(crate) fn invalid_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(-32600, StatusCode::BAD_REQUEST, message)
    }

    /// -32601. Only 2026-07-28 gives it a status of its own, 404.
    #[cold]
    pub(crate) fn method_not_found(revision: Revision) -> Self {
        let status = if revision.is_modern() {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::OK
        };
        Self::new(-32601, status, "Method not found")
    }

    /// -32602 about the envelope of 2026-07-28: its `_meta`, or the shape of `params`.
    #[cold]
    pub(crate) fn invalid_envelope(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(-32602, StatusCode::BAD_REQUEST, message)
    }

    /// -32602 about what a well-formed request asks for. In-band: clients treat a status of 400 as
    /// a fault of the envelope and may conclude that they speak to a server of another era.
    #[cold]
    pub(crate) fn invalid_params(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(-32602, StatusCode::OK, message)
    }

    /// -32603 without detail: what went wrong is in the log.
    #[cold]
    pub(crate) fn internal() -> Self {
        Self::new(-32603, StatusCode::OK, "Internal error")
    }

    /// -32603 where the server takes no more calls for now.
    #[cold]
    pub(crate) fn overloaded() -> Self {
        Self::new(
            -32603,
            StatusCode::SERVICE_UNAVAILABLE,
            "The server is at its limit of concurrent calls: try again shortly",
        )
    }

    /// 403: the caller may not call this tool with the scopes that it has. The code is outside of the
    /// range that JSON-RPC keeps for itself, since the protocol has none for this.
    #[cold]
    pub(crate) fn insufficient_scope(scopes: &[&str]) -> Self {
        let scopes = scopes.join(" ");
        Self::new(
            403,
            StatusCode::FORBIDDEN,
            format!("Insufficient scope: this tool needs `{scopes}`"),
        )
    }

    /// 401: nobody knows who calls, and this tool is not for everybody. For the calls of a batch, which
    /// have no status of their own.
    #[cold]
    pub(crate) fn credentials_needed() -> Self {
        Self::new(
            401,
            StatusCode::UNAUTHORIZED,
            "This tool needs credentials: it is not open to everybody",
        )
    }

    /// A message that its limits refuse. The protocol has no code for this: the number is that of the
    /// status, outside of the range that JSON-RPC keeps for itself.
    #[cold]
    pub(crate) fn limited(refusal: &Refusal) -> Self {
        let status = refusal.status();
        let mut fault = Self::new(status.as_u16().into(), status, refusal.to_string());
        fault.data = refusal
            .retry_after_seconds()
            .map(|seconds| format!("{{\"retryAfterSeconds\":{seconds}}}"));
        fault
    }

    /// -32600 with 404: the session is unknown, so the client begins a new one (2025-03-26, "Session
    /// Management").
    #[cold]
    pub(crate) fn session_not_found() -> Self {
        Self::new(
            -32600,
            StatusCode::NOT_FOUND,
            "Session not found: send initialize without Mcp-Session-Id to begin a new one",
        )
    }

    /// -32020: the headers do not say what the body says.
    #[cold]
    pub(crate) fn header_mismatch(message: impl std::fmt::Display) -> Self {
        Self::new(
            -32020,
            StatusCode::BAD_REQUEST,
            format!("Header mismatch: {message}"),
        )
    }

    /// -32022: a version that is not spoken here.
    #[cold]
    pub(crate) fn unsupported_version(requested: &str) -> Self {
        let mut data = Vec::with_capacity(64 + requested.len());
        data.extend_from_slice(b"{\"supported\":");
        data.extend_from_slice(Revision::MODERN_SUPPORTED.as_bytes());
        data.extend_from_slice(b",\"requested\":");
        gatewright_schema::json::string_into(requested, &mut data);
        data.push(b'}');
        Self {
            data: String::from_utf8(data).ok(),
            ..Self::new(
                -32022,
                StatusCode::BAD_REQUEST,
                "Unsupported protocol version",
            )
        }
    }
}
