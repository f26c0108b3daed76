//! What fuzz targets reach beside the public interface. Not part of it.

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use std::time::Duration;

use crate::description::Tool;
use crate::rest::{Body, Operation, answer};
use crate::result::ToolResult;
use crate::upstream::Response;

static OPERATION: Operation = Operation {
    api: 0,
    credentials: &[],
    method: "GET",
    template: "/fuzz",
    arguments: &[],
    path: &[],
    parameters: &[],
    body: Body::None,
    accept: "application/json",
    xml: None,
};

static TOOL: Tool = Tool {
    name: "fuzz",
    operation: Some(&OPERATION),
    timeout: Duration::from_secs(1),
    max_response_bytes: 1 << 20,
    ..Tool::NATIVE
};

/// The result of an API's answer; `None` where HTTP has no such answer.
pub fn result(status: u16, media_type: &[u8], coding: &[u8], body: &[u8]) -> Option<ToolResult> {
    let mut headers = HeaderMap::new();
    for (name, value) in [(CONTENT_TYPE, media_type), (CONTENT_ENCODING, coding)] {
        if !value.is_empty() {
            headers.insert(name, HeaderValue::from_bytes(value).ok()?);
        }
    }
    let response = Response {
        status: StatusCode::from_u16(status).ok()?,
        headers,
        body: Bytes::copy_from_slice(body),
        truncated: false,
        shaped: None,
        mentions: String::new(),
    };
    Some(answer::result(&TOOL, &OPERATION, &response))
}
