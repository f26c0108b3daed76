//! From an API's answer to the result of a tool.
//!
//! A success becomes structured content, text, or a block of its media type. Everything else becomes
//! a result with `isError` that says what happened and what can be done about it, never an error of
//! the protocol: an API's 401 says nothing about the caller's own token.

mod failure;
mod media;
mod reduced;
mod sequence;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use gatewright_schema::Violations;
use gatewright_schema::json;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};

pub(crate) use failure::{failure, invalid};
use media::{Family, MediaType};
pub(crate) use media::{is_event_stream, is_plain_json};

use super::shape::LeftOut;
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
    if response.status == StatusCode::NOT_MODIFIED {
        let text = "The API answered 304 Not Modified: nothing has changed since what the arguments name, \
                    and there is no content.";
        return without_output(tool, vec![Content::Text(text.to_owned())]);
    }
    if !response.status.is_success() {
        return failure::refused(operation, response);
    }
    let mut result = match &response.shaped {
        Some(Ok(left_out)) => structured(tool, response.body.clone(), left_out),
        Some(Err(refusal)) => reduced::refused(refusal),
        None if response.body.is_empty() => {
            return without_output(tool, vec![Content::Text(nothing(response))]);
        }
        None => success(tool, operation, response),
    };
    if !response.mentions.is_empty() {
        let text = format!("Headers of the answer:\n{}", response.mentions);
        result.content.push(Content::Text(text));
    }
    result
}

/// The result of a success that has a body.
fn success(tool: &Tool, operation: &Operation, response: &Response) -> ToolResult {
    let body = &response.body;
    let media_type = response
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(MediaType::parse)
        .unwrap_or_default();
    match media_type.family() {
        Family::Json => announced_json(tool, &media_type, &media_type.utf_8(body)),
        Family::Unknown => match compact(body) {
            Ok(_) if reduced::is_asked(tool) => reduced::json(tool, body),
            Ok(compact) => structured(tool, compact, &[]),
            Err(_) => match std::str::from_utf8(body) {
                Ok(text) => reduced::text(tool, text.to_owned()),
                Err(_) => reduced::blob(tool, body, || resource(tool, &media_type, body)),
            },
        },
        Family::Sequence => match sequence::array(&media_type.utf_8(body)) {
            Ok(array) if reduced::is_asked(tool) => reduced::json(tool, &array),
            Ok(array) => structured(tool, array.into(), &[]),
            Err(error) => unreadable(tool, &media_type, body, ("JSON", &error)),
        },
        Family::Text if media_type.is_xml() => {
            match xml::read(operation.xml.as_ref(), body, media_type.charset()) {
                Ok(json) if reduced::is_asked(tool) => reduced::json(tool, &json),
                Ok(json) => structured(tool, json.into(), &[]),
                Err(error) => unreadable(tool, &media_type, body, ("XML", &error)),
            }
        }
        Family::Events => events(tool, response, &media_type.decode(body)),
        Family::Text => reduced::text(tool, media_type.decode(body)),
        Family::Image => reduced::blob(tool, body, || Content::Image {
            data: STANDARD.encode(body),
            mime_type: media_type.essence.clone(),
        }),
        Family::Audio => reduced::blob(tool, body, || Content::Audio {
            data: STANDARD.encode(body),
            mime_type: media_type.essence.clone(),
        }),
        Family::Binary => reduced::blob(tool, body, || resource(tool, &media_type, body)),
    }
}

/// The result of server-sent events: an array, if the data of all of them is JSON, else text.
fn events(tool: &Tool, response: &Response, body: &str) -> ToolResult {
    let events = sequence::events(body, response.truncated);
    let mut result = match sequence::array_of(&events) {
        Some(array) if reduced::is_asked(tool) => reduced::json(tool, &array),
        Some(array) => structured(tool, array.into(), &[]),
        None => reduced::text(tool, events.join("\n\n")),
    };
    if response.truncated {
        let note =
            "The API had not come to an end: these are the events up to the bound of this tool.";
        result.content.push(Content::Text(note.to_owned()));
    }
    result
}

/// The coding of a body that cannot be read: others were undone.
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
    if reduced::is_asked(tool) {
        return reduced::json(tool, body);
    }
    match compact(body) {
        Ok(compact) => structured(tool, compact, &[]),
        Err(error) => unreadable(tool, media_type, body, ("JSON", &error)),
    }
}

/// The result of what was announced as `what` and is not.
#[cold]
fn unreadable(
    tool: &Tool,
    media_type: &MediaType,
    body: &[u8],
    (what, error): (&str, &dyn std::fmt::Display),
) -> ToolResult {
    let mut result = reduced::text(tool, media_type.decode(body));
    let note = format!(
        "The API announced {what}, but what it sent is not valid {what} ({error}). It follows as text."
    );
    let promised = usize::from(tool.output.is_some());
    if !result.is_error || promised > 0 {
        let place = promised.min(result.content.len());
        result.content.insert(place, Content::Text(note));
    }
    result
}

/// A result with structured content, checked against the tool's output schema where it publishes
/// one: clients refuse structured content that breaks it. `left_out` is what was left out of arrays.
fn structured(tool: &Tool, compact: Bytes, left_out: &[LeftOut]) -> ToolResult {
    let declared = tool.validation.as_ref();
    if let Some(refused) = declared.and_then(|validation| validation.of_json(tool, &compact)) {
        return refused;
    }
    let checked = match tool.output {
        Some((table, schema)) => table.check_text(schema, &compact),
        None => Ok(()),
    };
    let mut result = match checked {
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
    };
    if !left_out.is_empty() {
        result.content.push(Content::Text(reduced::note(left_out)));
    }
    result
}

fn unexpected(violations: &Violations) -> String {
    let mut text = String::from(
        "The call succeeded, but the API's answer is not what its description promises, so it is given \
         as text:",
    );
    failure::list(violations, "", &mut text);
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
    if !response.mentions.is_empty() {
        text.push('\n');
        text.push_str(&response.mentions);
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
