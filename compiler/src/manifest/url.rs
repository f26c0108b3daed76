//! The forms of URLs and methods that a manifest may name.

/// Methods that an operation can have and a tool cannot (RFC 9110, sections 9.3.6 and 9.3.8: they are
/// about the connection, and answers would carry credentials back).
const UNTAKEN_METHODS: &[&str] = &["CONNECT", "TRACE"];

/// Why no tool comes of `METHOD /path`.
pub(super) fn untaken_method(operation: &str) -> Option<String> {
    let (method, path) = operation.split_once(' ')?;
    (UNTAKEN_METHODS.contains(&method) && path.starts_with('/'))
        .then(|| format!("no tools are made of {method} operations"))
}

/// Paths that the gateway answers itself.
const TAKEN_PATHS: &[&str] = &["/healthz", "/readyz"];

/// Why no server can be at `path`.
pub(super) fn taken_path(path: &str) -> Option<String> {
    TAKEN_PATHS
        .contains(&path)
        .then(|| "the gateway answers probes there".into())
}

/// Why `text` cannot be where an API is: it must be an absolute `http` or `https` URL (RFC 9110,
/// section 4.2) of a host, optionally a port and a path. No text that was given is repeated, since it
/// may be an internal address.
pub(crate) fn base_url_problem(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let Some(length) = ["https://", "http://"]
        .iter()
        .find(|scheme| lower.starts_with(**scheme))
        .map(|scheme| scheme.len())
    else {
        return Some("it must start with `https://` or `http://`");
    };
    let rest = text.get(length..).unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if rest.contains(['?', '#']) {
        return Some("it must not have a query or a fragment");
    }
    if authority.contains('@') {
        return Some("it must not hold a user name or password: use `credentials`");
    }
    let port_start = authority.rfind(']').map_or(0, |end| end + 1);
    let (host, port) = match authority.get(port_start..).and_then(|tail| tail.find(':')) {
        Some(colon) => (
            authority.get(..port_start + colon).unwrap_or_default(),
            authority.get(port_start + colon + 1..),
        ),
        None => (authority, None),
    };
    if host.is_empty() {
        return Some("it must name a host");
    }
    let literal = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_host = match literal {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    if !is_host {
        return Some("its host must be a name of letters, digits, `-` and `.`, or an address");
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err() || port.starts_with('+')) {
        return Some("its port must be a number up to 65535");
    }
    if text.contains(|character: char| {
        !character.is_ascii_graphic() || "\\\"<>^`{|}".contains(character)
    }) {
        return Some("it has a character that no URL can have");
    }
    let dots = rest.split('/').skip(1).any(|segment| {
        matches!(
            segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
            "." | ".."
        )
    });
    dots.then_some("its path must not have `.` or `..` segments")
}
