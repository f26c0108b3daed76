//! What a refused caller is told: `WWW-Authenticate` (RFC 9110, RFC 6750, RFC 9728), made at start-up
//! of texts that hold neither quotes nor backslashes.

use http::{HeaderValue, StatusCode};

use super::gate::Refusal;
use crate::server::Reply;

/// What the challenges of a server are made of.
#[derive(Debug)]
pub(super) struct Challenge {
    /// The URL of the server's metadata, and what stands before each of its scopes; `None` where the
    /// server takes no tokens.
    pub(super) bearer: Option<Bearer>,
    /// The header for keys, if the server takes any.
    pub(super) key_header: Option<&'static str>,
    /// The scopes that every request needs.
    pub(super) scopes: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Bearer {
    pub(super) metadata: String,
    pub(super) scope_prefix: String,
}

impl Challenge {
    /// The reply to a caller that is not recognised.
    #[cold]
    pub(super) fn refuse(&self, refusal: Refusal) -> Reply {
        let (status, error, text) = match refusal {
            Refusal::Missing if self.asks_for_nothing() => {
                (StatusCode::FORBIDDEN, None, self.how())
            }
            Refusal::Missing => (StatusCode::UNAUTHORIZED, None, self.how()),
            Refusal::UnknownCertificate => (
                if self.asks_for_nothing() {
                    StatusCode::FORBIDDEN
                } else {
                    StatusCode::UNAUTHORIZED
                },
                None,
                "The certificate of this connection is not one of a caller of this server.\n",
            ),
            Refusal::UnknownKey => (
                StatusCode::UNAUTHORIZED,
                None,
                "This key is not accepted: it is unknown, suspended, expired, or for something else.\n",
            ),
            Refusal::Malformed => (
                StatusCode::BAD_REQUEST,
                Some((
                    "invalid_request",
                    "Authorization must hold one bearer token",
                )),
                "The header Authorization must be there once and hold one bearer token.\n",
            ),
            Refusal::InvalidToken(reason) => (
                StatusCode::UNAUTHORIZED,
                Some(("invalid_token", reason)),
                "This token is not accepted: WWW-Authenticate says why and where to get another.\n",
            ),
            Refusal::Unavailable => {
                // Not 401, on which clients would ask their user to log in again, in vain.
                return Reply::refusal(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Tokens cannot be checked now: the keys of the identity provider are not there. \
                     Try again shortly.\n",
                )
                .header("retry-after", HeaderValue::from_static("5"));
            }
        };
        let reply = Reply::refusal(status, text);
        self.challenged(reply, error, &[])
    }

    /// The reply to a caller whose token lacks scopes that every request needs.
    #[cold]
    pub(super) fn forbid(&self) -> Reply {
        let reply = Reply::refusal(
            StatusCode::FORBIDDEN,
            "The caller lacks a scope that this server asks for.\n",
        );
        self.insufficient(reply, &[])
    }

    /// The reply to a caller that has none of the server's products.
    #[cold]
    pub(super) fn exclude() -> Reply {
        Reply::refusal(
            StatusCode::FORBIDDEN,
            "The caller has no product of this server.\n",
        )
    }

    /// Adds what says which scopes a call needs: all of them, since clients ask for what they are told
    /// and lose what they had (MCP 2026-07-28, "Scope Challenge Handling").
    pub(super) fn insufficient(&self, reply: Reply, scopes: &[&str]) -> Reply {
        match self.bearer {
            Some(_) => self.challenged(
                reply,
                Some(("insufficient_scope", "the call needs further scopes")),
                scopes,
            ),
            None => reply,
        }
    }

    fn how(&self) -> &'static str {
        match (&self.bearer, self.key_header) {
            (Some(_), None) => "This server needs a bearer token in the header Authorization.\n",
            (Some(_), Some(_)) => {
                "This server needs a bearer token in the header Authorization, or a key.\n"
            }
            (None, Some(_)) => {
                "This server needs a key, in the header that WWW-Authenticate names.\n"
            }
            (None, None) => "This server needs a certificate of the client in the TLS handshake.\n",
        }
    }

    /// Whether nothing in a request could help: what counts is shown before. A status of 401 would need a
    /// challenge (RFC 9110, section 15.5.2).
    fn asks_for_nothing(&self) -> bool {
        self.bearer.is_none() && self.key_header.is_none()
    }

    fn challenged(&self, mut reply: Reply, error: Option<(&str, &str)>, scopes: &[&str]) -> Reply {
        let headers = reply.response.headers_mut();
        if let Some(value) = self.bearer(error, scopes) {
            headers.append(http::header::WWW_AUTHENTICATE, value);
        }
        if reply.response.status() == StatusCode::UNAUTHORIZED
            && let Some(name) = self.key_header
            && let Ok(value) = HeaderValue::try_from(format!("ApiKey header=\"{name}\""))
        {
            let headers = reply.response.headers_mut();
            headers.append(http::header::WWW_AUTHENTICATE, value);
        }
        reply
    }

    fn bearer(&self, error: Option<(&str, &str)>, scopes: &[&str]) -> Option<HeaderValue> {
        let Bearer {
            metadata,
            scope_prefix,
        } = self.bearer.as_ref()?;
        let mut value = String::from("Bearer ");
        if let Some((code, description)) = error {
            value.extend([
                "error=\"",
                code,
                "\", error_description=\"",
                description,
                "\", ",
            ]);
        }
        let mut needed: Vec<&str> = Vec::new();
        for scope in self.scopes.iter().chain(scopes) {
            if !needed.contains(scope) {
                needed.push(scope);
            }
        }
        if !needed.is_empty() {
            value.push_str("scope=\"");
            for (position, scope) in needed.iter().enumerate() {
                let space = if position > 0 { " " } else { "" };
                value.extend([space, scope_prefix, scope]);
            }
            value.push_str("\", ");
        }
        value.extend(["resource_metadata=\"", metadata, "\""]);
        HeaderValue::try_from(value).ok()
    }
}
