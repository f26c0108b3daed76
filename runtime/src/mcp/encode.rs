//! Responses and notifications as JSON text, each written once into one buffer.

use std::borrow::Cow;

use bytes::Bytes;
use gatewright_schema::json::{escape_into, push_compact, string_into};

use super::fault::Fault;
use super::revision::Revision;
use crate::result::{Content, ResourceBody, ToolResult};

#[cfg(test)]
mod tests;

/// A response whose result is the JSON text put together from `parts`.
pub(crate) fn response(id: &str, parts: &[&str]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(ENVELOPE + id.len() + length);
    begin_response(id, &mut out);
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'}');
    out
}

/// The response to `tools/call`, in the encoding of `revision`. `implementation` is the JSON text of
/// the server's own description.
pub(crate) fn tool_response(
    id: &str,
    result: &ToolResult,
    implementation: &str,
    revision: Revision,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE + id.len() + implementation.len() + length(result));
    begin_response(id, &mut out);
    if revision.is_modern() {
        out.extend_from_slice(b"{\"resultType\":\"complete\",");
        members(result, &mut out, |structured, out| {
            out.extend_from_slice(structured);
        });
        out.extend_from_slice(b",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":");
        out.extend_from_slice(implementation.as_bytes());
        out.extend_from_slice(b"}}}");
    } else {
        out.push(b'{');
        members(result, &mut out, wrapped);
        out.extend_from_slice(b"}}");
    }
    out
}

/// An error response. Without an id where the request's could not be read.
pub(crate) fn error(id: Option<&str>, fault: &Fault) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE + id.map_or(0, str::len) + fault.message.len());
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",");
    if let Some(id) = id {
        out.extend_from_slice(b"\"id\":");
        out.extend_from_slice(id.as_bytes());
        out.push(b',');
    }
    out.extend_from_slice(b"\"error\":{\"code\":");
    out.extend_from_slice(fault.code.to_string().as_bytes());
    out.extend_from_slice(b",\"message\":");
    string_into(&fault.message, &mut out);
    if let Some(data) = &fault.data {
        out.extend_from_slice(b",\"data\":");
        out.extend_from_slice(data.as_bytes());
    }
    out.extend_from_slice(b"}}");
    out
}

/// `notifications/progress`. `token` is JSON text; the numbers are finite.
pub(crate) fn progress(
    token: &str,
    progress: f64,
    total: Option<f64>,
    message: Option<&str>,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENVELOPE + 64 + token.len() + message.map_or(0, str::len));
    out.extend_from_slice(
        b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":",
    );
    out.extend_from_slice(token.as_bytes());
    out.extend_from_slice(b",\"progress\":");
    out.extend_from_slice(progress.to_string().as_bytes());
    if let Some(total) = total {
        out.extend_from_slice(b",\"total\":");
        out.extend_from_slice(total.to_string().as_bytes());
    }
    if let Some(message) = message {
        out.extend_from_slice(b",\"message\":");
        string_into(message, &mut out);
    }
    out.extend_from_slice(b"}}");
    out
}

/// What surrounds the parts of a message, rounded up.
const ENVELOPE: usize = 128;

fn begin_response(id: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(b",\"result\":");
}

/// About how long the members of a result become. The structured content is there twice, the second
/// time with its quotes escaped.
fn length(result: &ToolResult) -> usize {
    let structured = result.structured.as_ref().map_or(0, Bytes::len);
    let blocks: usize = result.content.iter().map(block_length).sum();
    blocks + 2 * structured + structured / 4 + ENVELOPE
}

fn block_length(block: &Content) -> usize {
    const MEMBERS: usize = 96;
    MEMBERS
        + match block {
            Content::Text(text) => text.len() + text.len() / 8,
            // Counted with the structured content itself.
            Content::Structured => 0,
            Content::Image { data, .. } | Content::Audio { data, .. } => data.len(),
            Content::Resource { uri, body, .. } => {
                uri.len()
                    + match body {
                        ResourceBody::Text(text) => text.len() + text.len() / 8,
                        ResourceBody::Blob(data) => data.len(),
                    }
            }
            Content::ResourceLink { uri, name, .. } => uri.len() + name.len(),
        }
}

/// Writes the members of a `CallToolResult` that all revisions have in common. `structured` writes
/// the structured content as the revision wants it.
fn members(result: &ToolResult, out: &mut Vec<u8>, structured: fn(&[u8], &mut Vec<u8>)) {
    let text = result.structured.as_deref().map(one_line);
    out.extend_from_slice(b"\"content\":[");
    for (position, content) in result.content.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        block(content, text.as_deref(), out);
    }
    out.push(b']');
    if let Some(text) = &text {
        out.extend_from_slice(b",\"structuredContent\":");
        structured(text, out);
    }
    if result.is_error {
        out.extend_from_slice(b",\"isError\":true");
    }
}

/// Up to 2025-11-25, structured content must be an object: other values become its only member.
fn wrapped(structured: &[u8], out: &mut Vec<u8>) {
    if structured.first() == Some(&b'{') {
        out.extend_from_slice(structured);
    } else {
        out.extend_from_slice(b"{\"result\":");
        out.extend_from_slice(structured);
        out.push(b'}');
    }
}

/// Both transports frame messages by lines. Handlers are asked for JSON without line breaks; one that
/// does not care must not be able to forge a frame.
fn one_line(json: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\n', b'\r', json).is_none() {
        return Cow::Borrowed(json);
    }
    let mut compact = Vec::with_capacity(json.len());
    match push_compact(json, &mut compact) {
        Ok(_) => Cow::Owned(compact),
        Err(_) => Cow::Borrowed(b"null"),
    }
}

fn block(content: &Content, structured: Option<&[u8]>, out: &mut Vec<u8>) {
    match content {
        Content::Text(text) => {
            out.extend_from_slice(b"{\"type\":\"text\",\"text\":");
            string_into(text, out);
        }
        Content::Structured => {
            out.extend_from_slice(b"{\"type\":\"text\",\"text\":\"");
            // Checked JSON is UTF-8.
            let text = structured.and_then(|text| std::str::from_utf8(text).ok());
            escape_into(text.unwrap_or_default(), out);
            out.push(b'"');
        }
        Content::Image { data, mime_type } => {
            out.extend_from_slice(b"{\"type\":\"image\"");
            member("data", data, out);
            member("mimeType", mime_type, out);
        }
        Content::Audio { data, mime_type } => {
            out.extend_from_slice(b"{\"type\":\"audio\"");
            member("data", data, out);
            member("mimeType", mime_type, out);
        }
        Content::Resource {
            uri,
            mime_type,
            body,
        } => {
            out.extend_from_slice(b"{\"type\":\"resource\",\"resource\":{\"uri\":");
            string_into(uri, out);
            if let Some(mime_type) = mime_type {
                member("mimeType", mime_type, out);
            }
            match body {
                ResourceBody::Text(text) => member("text", text, out),
                ResourceBody::Blob(data) => member("blob", data, out),
            }
            out.push(b'}');
        }
        Content::ResourceLink {
            uri,
            name,
            mime_type,
        } => {
            out.extend_from_slice(b"{\"type\":\"resource_link\"");
            member("uri", uri, out);
            member("name", name, out);
            if let Some(mime_type) = mime_type {
                member("mimeType", mime_type, out);
            }
        }
    }
    out.push(b'}');
}

/// Writes a further member of an object; `name` needs no escapes.
fn member(name: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    string_into(value, out);
}
