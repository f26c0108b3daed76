//! The checks of a request of 2026-07-28, in their order; the first that fails decides the answer.

use std::borrow::Cow;

use http::HeaderMap;

use super::fault::Fault;
use super::headers::{self, Single};
use super::message::{self, Message};
use super::revision::Revision;

/// Checks a request that came over HTTP: its `_meta`, its headers against its body, its version.
///
/// # Errors
/// -32602, -32020 or -32022.
pub(crate) fn over_http(message: &Message<'_>, headers: &HeaderMap) -> Result<Revision, Fault> {
    let version = meta(message)?;
    mirrored(
        headers,
        headers::PROTOCOL_VERSION,
        "MCP-Protocol-Version",
        &version,
        "`_meta`",
    )?;
    mirrored(
        headers,
        headers::METHOD,
        "Mcp-Method",
        &message.method,
        "`method`",
    )?;
    if message.method == "tools/call" {
        name(message, headers)?;
    }
    spoken(&version)
}

/// Checks a request that came over stdio, where nothing mirrors the body.
///
/// # Errors
/// -32602 or -32022.
pub(crate) fn over_stdio(message: &Message<'_>) -> Result<Revision, Fault> {
    spoken(&meta(message)?)
}

/// The version that `_meta` names.
fn meta<'a>(message: &Message<'a>) -> Result<Cow<'a, str>, Fault> {
    let Some(meta) = &message.params.meta else {
        return Err(Fault::invalid_envelope(
            "`params._meta` is missing or not an object: requests of 2026-07-28 carry their \
             protocol version and client capabilities there, older ones begin with `initialize`",
        ));
    };
    let version = meta.protocol_version.ok_or_else(|| {
        Fault::invalid_envelope("`_meta` lacks `io.modelcontextprotocol/protocolVersion`")
    })?;
    let version = message::text(version).ok_or_else(|| {
        Fault::invalid_envelope("`io.modelcontextprotocol/protocolVersion` must be a string")
    })?;
    match meta.client_capabilities {
        None => Err(Fault::invalid_envelope(
            "`_meta` lacks `io.modelcontextprotocol/clientCapabilities`",
        )),
        Some(capabilities) if !message::is_object(capabilities) => Err(Fault::invalid_envelope(
            "`io.modelcontextprotocol/clientCapabilities` must be an object",
        )),
        Some(_) => Ok(version),
    }
}

fn mirrored(
    headers: &HeaderMap,
    header: &str,
    title: &str,
    body: &str,
    place: &str,
) -> Result<(), Fault> {
    match headers::single(headers, header) {
        Single::Absent => Err(Fault::header_mismatch(format_args!("{title} is missing"))),
        Single::Invalid => Err(Fault::header_mismatch(format_args!(
            "{title} is given twice or holds bytes that headers cannot"
        ))),
        Single::Value(value) if value == body => Ok(()),
        Single::Value(_) => Err(Fault::header_mismatch(format_args!(
            "{title} differs from the body's {place}"
        ))),
    }
}

/// `Mcp-Name` against `params.name`. A name that is no string is left to the method itself to refuse.
fn name(message: &Message<'_>, headers: &HeaderMap) -> Result<(), Fault> {
    let value = match headers::single(headers, headers::NAME) {
        Single::Absent => return Err(Fault::header_mismatch("Mcp-Name is missing")),
        Single::Invalid => {
            return Err(Fault::header_mismatch(
                "Mcp-Name is given twice or holds bytes that headers cannot",
            ));
        }
        Single::Value(value) => value,
    };
    match message.params.name.and_then(message::text) {
        Some(name) if !headers::stands_for(value, &name) => Err(Fault::header_mismatch(
            "Mcp-Name differs from the body's `params.name`",
        )),
        _ => Ok(()),
    }
}

fn spoken(version: &str) -> Result<Revision, Fault> {
    Revision::named(version)
        .filter(|revision| revision.is_modern())
        .ok_or_else(|| Fault::unsupported_version(version))
}
