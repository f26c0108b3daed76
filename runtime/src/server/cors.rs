//! What browsers are told about which pages may use a server (Fetch standard, "CORS protocol").

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderName, VARY,
};
use http::{HeaderValue, StatusCode};

use super::Reply;
use super::admission::Page;
use crate::description::Cors;
use crate::telemetry::Outcome;

/// What pages may always send: the headers of MCP's HTTP transport, and those that Fetch does not allow by
/// itself.
const HEADERS: &str = "Content-Type, Accept, Authorization, MCP-Protocol-Version, Mcp-Method, \
                       Mcp-Name, Mcp-Session-Id, Last-Event-ID";

/// What pages may always read.
const EXPOSED: &str = "Mcp-Session-Id, WWW-Authenticate, RateLimit, RateLimit-Policy, Retry-After";

/// Headers that repeat arguments of a call (MCP 2026-07-28): `Mcp-Param-Region`. They have no common name
/// that could be allowed, so those asked for are.
const PARAMETERS: &str = "mcp-param-";

/// How many such headers one answer allows.
const MOST_PARAMETERS: usize = 64;

/// How long browsers remember the answer where the manifest does not say, in seconds.
const MAX_AGE: u64 = 600;

/// Answers what a browser asks before it lets a page of an allowed origin send a request (Fetch
/// standard, "CORS-preflight request"). `keys` are the headers that the server takes keys from.
pub(super) fn preflight(
    asked: &HeaderMap,
    cors: Option<&Cors>,
    keys: impl Iterator<Item = &'static str>,
) -> Reply {
    let own = cors.map_or(&[] as &[&str], |cors| cors.allowed_headers);
    let mut headers = HEADERS.to_owned();
    for header in keys.chain(own.iter().copied()) {
        headers.extend([", ", header]);
    }
    for header in parameters(asked) {
        headers.extend([", ", header]);
    }
    let max_age = cors.map_or(MAX_AGE, |cors| cors.max_age.as_secs());
    Reply::empty(StatusCode::NO_CONTENT, Outcome::Success)
        .header(
            ACCESS_CONTROL_ALLOW_METHODS.as_str(),
            HeaderValue::from_static("POST, GET, DELETE"),
        )
        .header(
            ACCESS_CONTROL_ALLOW_HEADERS.as_str(),
            HeaderValue::try_from(headers).unwrap_or(HeaderValue::from_static(HEADERS)),
        )
        .header(ACCESS_CONTROL_MAX_AGE.as_str(), HeaderValue::from(max_age))
}

/// The headers of arguments that the browser asks for.
fn parameters(asked: &HeaderMap) -> impl Iterator<Item = &str> {
    asked
        .get_all(ACCESS_CONTROL_REQUEST_HEADERS)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|name| {
            let start = name.get(..PARAMETERS.len()).unwrap_or_default();
            start.eq_ignore_ascii_case(PARAMETERS)
                && HeaderName::from_bytes(name.as_bytes()).is_ok()
        })
        .take(MOST_PARAMETERS)
}

/// Tells the browser that the page may read the answer.
pub(super) fn admitted(reply: Reply, page: Page, cors: Option<&Cors>) -> Reply {
    let more = cors.map_or(&[] as &[&str], |cors| cors.exposed_headers);
    let exposed = if more.is_empty() {
        HeaderValue::from_static(EXPOSED)
    } else {
        let all = format!("{EXPOSED}, {}", more.join(", "));
        HeaderValue::try_from(all).unwrap_or(HeaderValue::from_static(EXPOSED))
    };
    let reply = reply
        .header(ACCESS_CONTROL_ALLOW_ORIGIN.as_str(), page.origin)
        .header(ACCESS_CONTROL_EXPOSE_HEADERS.as_str(), exposed)
        .header(VARY.as_str(), HeaderValue::from_static("Origin"));
    if page.credentials {
        let allowed = HeaderValue::from_static("true");
        return reply.header(ACCESS_CONTROL_ALLOW_CREDENTIALS.as_str(), allowed);
    }
    reply
}
