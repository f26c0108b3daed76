//! The body, written in one go.

use bytes::Bytes;
use gatewright_schema::json::string_into;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use std::io::Write as _;

use super::file::{self, File};
use super::{Arguments, MAX_BODY, Refusal, form, header, multipart};
use crate::rest::{Body, Member, Value};

const NOT_TEXT: Refusal = Refusal::new("text");
const TOO_LARGE: Refusal = Refusal::with_help(
    "arguments that make a smaller body",
    "send less in one call",
);

/// Writes the body, and `Content-Type` where there is one.
pub(super) fn write(arguments: &mut Arguments<'_>, headers: &mut HeaderMap) -> Option<Bytes> {
    let (body, media_type) = match arguments.operation.body {
        Body::None => return None,
        Body::Json {
            media_type,
            argument,
        } => (whole(arguments, argument)?, header::constant(media_type)),
        Body::JsonObject {
            media_type,
            members,
            required,
        } => (
            object(arguments, members, required)?,
            header::constant(media_type),
        ),
        Body::Xml { media_type, .. } | Body::XmlObject { media_type, .. } => {
            (super::xml::write(arguments)?, header::constant(media_type))
        }
        Body::UrlEncoded {
            media_type,
            whole,
            fields,
            required,
        } => {
            let body = match whole {
                Some(argument) => form::members(arguments, argument, fields)?,
                None => form::fields(arguments, fields, required)?,
            };
            (body, header::constant(media_type))
        }
        Body::Multipart {
            whole,
            parts,
            required,
        } => {
            let (body, media_type) = multipart::write(arguments, whole, parts, required)?;
            (body, Some(media_type))
        }
        Body::Text {
            media_type,
            argument,
        } => (text(arguments, argument)?, header::constant(media_type)),
        Body::Binary {
            media_type,
            argument,
        } => (binary(arguments, argument)?, header::constant(media_type)),
        Body::File { argument } => file(arguments, argument)?,
    };
    let json = matches!(
        arguments.operation.body,
        Body::Json { .. } | Body::JsonObject { .. }
    );
    if !json && body.len() > MAX_BODY {
        arguments.refuse_all(TOO_LARGE);
    }
    if let Some(media_type) = media_type {
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

fn text(arguments: &mut Arguments<'_>, argument: usize) -> Option<Vec<u8>> {
    let value = arguments.value(argument);
    if value == Value::Absent {
        return None;
    }
    let mut body = Vec::new();
    if let Err(refusal) = push_text(value, &mut body) {
        arguments.refuse(argument, refusal);
    }
    Some(body)
}

fn binary(arguments: &mut Arguments<'_>, argument: usize) -> Option<Vec<u8>> {
    let Value::Text(text) = arguments.value(argument) else {
        return None;
    };
    let mut body = Vec::with_capacity(text.len() / 4 * 3);
    if let Err(refusal) = file::decode(text, &mut body) {
        arguments.refuse(argument, refusal);
    }
    Some(body)
}

fn file(arguments: &mut Arguments<'_>, argument: usize) -> Option<(Vec<u8>, Option<HeaderValue>)> {
    let Value::Json(text) = arguments.value(argument) else {
        return None;
    };
    let mut body = Vec::new();
    let read = File::read(text).and_then(|file| {
        file.decode(&mut body)?;
        Ok(file.media_type)
    });
    match read {
        Ok(media_type) => {
            let media_type = media_type.as_deref().unwrap_or("application/octet-stream");
            Some((body, HeaderValue::from_str(media_type).ok()))
        }
        Err(refusal) => {
            arguments.refuse(argument, refusal);
            None
        }
    }
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

/// Appends a scalar as text; nothing for `null`.
pub(super) fn push_text(value: Value<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
    match value {
        Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        Value::Json(text) => {
            let mut reader = gatewright_schema::json::Reader::new(text.as_bytes());
            let text = super::style::scalar(&mut reader).map_err(|_| NOT_TEXT)?;
            out.extend_from_slice(text.unwrap_or_default().as_bytes());
        }
        other => push_value(other, out),
    }
    Ok(())
}
