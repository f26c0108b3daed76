//! Whom a request may be addressed to and which web pages may send it: the `Host` and `Origin`
//! headers (MCP 2025-11-25, "Security Warning" of the HTTP transport).

use http::header::{HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request};

use super::Settings;
use crate::description::Cors;

/// What the `Origin` header says about a request that is admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Not sent by a web page.
    None,
    /// Sent by a page that is allowed.
    Allowed(Page),
}

/// A web page that may use the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its origin.
    pub(crate) origin: HeaderValue,
    /// Whether its browser may send cookies and client certificates.
    pub(crate) credentials: bool,
}

/// Why a request is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No `Host`, several, or one that is no host.
    MalformedHost,
    /// A host that the gateway does not answer for.
    Host,
    /// A web page that may not use the gateway.
    Origin,
}

/// Checks both headers; `cors` is what the manifest says of the server that the request is for.
///
/// # Errors
/// Where one of them forbids the request.
pub(crate) fn admit<B>(
    request: &Request<B>,
    settings: &Settings,
    cors: Option<&Cors>,
) -> Result<Origin, Refusal> {
    let host = host(request)?;
    let loopback = is_loopback(&host);
    let allowed = loopback
        || settings
            .allowed_hosts
            .iter()
            .any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(&host));
    if !allowed {
        return Err(Refusal::Host);
    }
    origin(request.headers(), loopback, settings, cors)
}

/// The host that a request is addressed to, without port. HTTP/2 and the absolute form carry it in
/// the request target; a `Host` header beside it must agree (RFC 9112, section 3.2.2).
fn host<B>(request: &Request<B>) -> Result<String, Refusal> {
    let mut headers = request.headers().get_all(HOST).iter();
    let header = match (headers.next(), headers.next()) {
        (None, _) => None,
        (Some(value), None) => Some(
            value
                .to_str()
                .ok()
                .and_then(|text| text.parse::<Authority>().ok())
                .filter(|authority| !authority.as_str().contains('@'))
                .ok_or(Refusal::MalformedHost)?,
        ),
        (Some(_), Some(_)) => return Err(Refusal::MalformedHost),
    };
    match (request.uri().authority(), header) {
        (Some(target), Some(header)) if target.host() != header.host() => {
            Err(Refusal::MalformedHost)
        }
        (Some(target), _) => Ok(target.host().to_owned()),
        (None, Some(header)) => Ok(header.host().to_owned()),
        (None, None) => Err(Refusal::MalformedHost),
    }
}

/// Names of the loopback interface are always allowed: no page on the network can be served under one.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "[::1]"
}

fn origin(
    headers: &HeaderMap,
    loopback: bool,
    settings: &Settings,
    cors: Option<&Cors>,
) -> Result<Origin, Refusal> {
    let mut values = headers.get_all(ORIGIN).iter();
    let Some(value) = values.next() else {
        return Ok(Origin::None);
    };
    let text = value.to_str().map_err(|_| Refusal::Origin)?;
    let local = loopback
        && text
            .strip_prefix("http://")
            .or_else(|| text.strip_prefix("https://"))
            .and_then(|rest| rest.parse::<Authority>().ok())
            .is_some_and(|authority| {
                is_loopback(authority.host()) && !authority.as_str().contains('@')
            });
    // Browsers write origins in one way only.
    let declared = cors.is_some_and(|cors| match cors.origins {
        None => text != "null",
        Some(origins) => origins.contains(&text),
    });
    let allowed = declared
        || local
        || settings
            .allowed_origins
            .iter()
            .any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(text));
    if allowed && values.next().is_none() {
        Ok(Origin::Allowed(Page {
            origin: value.clone(),
            // What the operator adds, or what is let in for being local, was not declared to have them.
            credentials: declared && cors.is_some_and(|cors| cors.credentials),
        }))
    } else {
        Err(Refusal::Origin)
    }
}
