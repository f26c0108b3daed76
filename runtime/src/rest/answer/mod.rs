//! From an API's answer to the result of a tool.
//!
//! A success becomes structured content, text, or a block of its media type. Everything else becomes
//! a result with `isError` that says what happened and what can be done about it, never an error of
//! the protocol: an API's 401 says nothing about the caller's own token.

mod failure;
mod media;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use gatewright_schema::Violations;
use gatewright_schema::json;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};

pub(crate) use failure::{failure, invalid};
use media::{Family, MediaType};

use super::{Operation, xml};
use crate::description::Tool;
use crate::result::{Content, ResourceBody, ToolResult};
use crate::upstream::Response;

/// The byte order mark, which RFC 8259, section 8.1, lets readers ignore.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The result of an answer.
pub(crate) fn result(tool: &Tool, operation: &Operation, response: &Response) -> ToolResult {
    if let Some(coding) = coding(response) {
        return failure::unreadable(operation, response, &coding);
    }
    if !response.status.is_success() {
        return failure::refused(operation, response);
    }
    let media_type = response
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(MediaType::parse)
        .unwrap_or_default();
    if response.body.is_empty() {
        return without_output(tool, vec![Content::Text(nothing(response))]);
    }
    match media_type.family() {
        Family::Json => announced_json(tool, &media_type, &response.body),
        Family::Unknown => match compact(&response.body) {
            Ok(compact) => structured(tool, compact),
            Err(_) => match std::str::from_utf8(&response.body) {
                Ok(text) => without_output(tool, vec![Content::Text(text.to_owned())]),
                Err(_) => without_output(tool, vec![resource(tool, &media_type, &response.body)]),
            },
        },
        Family::Text if media_type.is_xml() => {
            announced_xml(tool, operation, &media_type, &response.body)
        }
        Family::Text => {
            let text = media_type.decode(&response.body);
            without_output(tool, vec![Content::Text(text)])
        }
        Family::Image => {
            let image = Content::Image {
                data: STANDARD.encode(&response.body),
                mime_type: media_type.essence,
            };
            without_output(tool, vec![image])
        }
        Family::Audio => {
            let audio = Content::Audio {
                data: STANDARD.encode(&response.body),
                mime_type: media_type.essence,
            };
            without_output(tool, vec![audio])
        }
        Family::Binary => without_output(tool, vec![resource(tool, &media_type, &response.body)]),
    }
}

/// The coding of a body that was not asked for, and cannot be read.
fn coding(response: &Response) -> Option<String> {
    let coding = response.headers.get(CONTENT_ENCODING)?.to_str().ok()?;
    let coding = coding.trim().to_ascii_lowercase();
    let coded = !coding.is_empty() && coding != "identity" && !response.body.is_empty();
    coded.then_some(coding)
}

/// The JSON of a body without white space; the body itself where it has none.
fn compact(body: &Bytes) -> Result<Bytes, json::Error> {
    let text = body.strip_prefix(MARK).unwrap_or(body);
    Ok(match json::compact(text)? {
        Cow::Borrowed(text) => body.slice_ref(text),
        Cow::Owned(text) => text.into(),
    })
}

fn announced_json(tool: &Tool, media_type: &MediaType, body: &Bytes) -> ToolResult {
    match compact(body) {
        Ok(compact) => structured(tool, compact),
        Err(error) => {
            let note = format!(
                "The API announced JSON, but what it sent is not valid JSON ({error}). It follows as text."
            );
            let text = media_type.decode(body);
            without_output(tool, vec![Content::Text(note), Content::Text(text)])
        }
    }
}

fn announced_xml(
    tool: &Tool,
    operation: &Operation,
    media_type: &MediaType,
    body: &[u8],
) -> ToolResult {
    match xml::read(operation.xml.as_ref(), body, media_type.charset()) {
        Ok(json) => structured(tool, json.into()),
        Err(problem) => {
            let note = format!(
                "The API announced XML, but what it sent cannot be read ({problem}). It follows as text."
            );
            let text = media_type.decode(body);
            without_output(tool, vec![Content::Text(note), Content::Text(text)])
        }
    }
}

/// A result with structured content, checked against the tool's output schema where it publishes
/// one: clients refuse structured content that breaks it.
fn structured(tool: &Tool, compact: Bytes) -> ToolResult {
    let checked = match tool.output {
        Some((table, schema)) => table.check_text(schema, &compact),
        None => Ok(()),
    };
    match checked {
        Ok(()) => ToolResult {
            content: vec![Content::Structured],
            structured: Some(compact),
            is_error: false,
        },
        Err(violations) => {
            let text = String::from_utf8_lossy(&compact).into_owned();
            ToolResult {
                content: vec![Content::Text(unexpected(&violations)), Content::Text(text)],
                structured: None,
                is_error: true,
            }
        }
    }
}

fn unexpected(violations: &Violations) -> String {
    let mut text = String::from(
        "The call succeeded, but the API's answer is not what its description promises, so it is given \
         as text:",
    );
    failure::list(violations, &mut text);
    text
}

/// A result without structured content. Where the tool publishes an output schema it is marked as an
/// error, which is what exempts it from that schema.
fn without_output(tool: &Tool, mut content: Vec<Content>) -> ToolResult {
    let promised = tool.output.is_some();
    if promised {
        let note = "The call succeeded, but the API answered something other than the JSON that its \
                    description promises:";
        content.insert(0, Content::Text(note.to_owned()));
    }
    ToolResult {
        content,
        structured: None,
        is_error: promised,
    }
}

/// What is said of an answer without a body.
fn nothing(response: &Response) -> String {
    let mut text = format!(
        "The API answered {}: the call succeeded, and there is no content.",
        failure::status(response.status)
    );
    if let Some(location) = response.headers.get(LOCATION).and_then(failure::path_of) {
        text.push_str("\nLocation: ");
        text.push_str(&location);
    }
    text
}

fn resource(tool: &Tool, media_type: &MediaType, body: &[u8]) -> Content {
    Content::Resource {
        uri: format!("gatewright:answer/{}", tool.name),
        mime_type: Some(media_type.essence.clone()).filter(|essence| !essence.is_empty()),
        body: ResourceBody::Blob(STANDARD.encode(body)),
    }
}
