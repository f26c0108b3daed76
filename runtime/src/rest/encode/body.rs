//! The body: JSON, written in one go.

use bytes::Bytes;
use gatewright_schema::json::string_into;
use http::header::{CONTENT_TYPE, HeaderMap};
use std::io::Write as _;

use super::{Arguments, header};
use crate::rest::{Body, Member, Value};

/// Writes the body, and `Content-Type` where there is one.
pub(super) fn write(arguments: &mut Arguments<'_>, headers: &mut HeaderMap) -> Option<Bytes> {
    let (body, media_type) = match arguments.operation.body {
        Body::None => return None,
        Body::Json {
            media_type,
            argument,
        } => (whole(arguments, argument)?, media_type),
        Body::JsonObject {
            media_type,
            members,
            required,
        } => (object(arguments, members, required)?, media_type),
        Body::Xml { media_type, .. } | Body::XmlObject { media_type, .. } => {
            (super::xml::write(arguments)?, media_type)
        }
    };
    if let Some(media_type) = header::constant(media_type) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    Some(body.into())
}

fn whole(arguments: &Arguments<'_>, argument: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    push_value(arguments.value(argument), &mut body);
    (!body.is_empty()).then_some(body)
}

fn object(
    arguments: &Arguments<'_>,
    members: &'static [Member],
    required: bool,
) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(256);
    body.push(b'{');
    for member in members {
        let value = arguments.value(member.argument);
        if value == Value::Absent {
            continue;
        }
        if body.len() > 1 {
            body.push(b',');
        }
        body.extend_from_slice(member.key.as_bytes());
        push_value(value, &mut body);
    }
    if body.len() == 1 && !required {
        return None;
    }
    body.push(b'}');
    Some(body)
}

/// Appends the JSON text of a value; nothing where it is absent.
pub(super) fn push_value(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Absent => {}
        Value::Text(text) => string_into(text, out),
        Value::Number(text) | Value::Json(text) => out.extend_from_slice(text.as_bytes()),
        Value::Boolean(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::Integer(value) => {
            // Infallible: writing to a vector.
            let _ = write!(out, "{value}");
        }
    }
}
