//! Forms of OpenAPI 2.0 as the media type objects that they would be since 3.0.
//!
//! 2.0 describes a form by a parameter for each of its parts, later versions by one schema. Schemas are
//! borrowed from documents, so these are made when a document is loaded and live as long as it.

use crate::diagnostic::Sink;
use crate::source::{FileId, Member, Node, Object, Span, Value};

use super::details::{Part, Reader};
use super::swagger::{body_parts, is_file};
use super::{Document, Documents, Operation, Version};

/// Which operation a form is of: its path, and the operation object, which several paths can share.
pub(super) type Key = (Span, Span);

/// The key of an operation.
pub(super) fn key(operation: &Operation<'_>) -> Key {
    (operation.path.span, operation.node.span)
}

/// The media type objects of all operations of a document that take a form. What is wrong with a form
/// is left to the reading of its operation.
pub(super) fn forms(file: FileId, documents: &Documents) -> Vec<(Key, Node)> {
    let mut sink = Sink::default();
    let Some(document) = Document::open(file, documents, &mut sink)
        .filter(|document| document.version == Version::V20)
    else {
        return Vec::new();
    };
    let mut forms = Vec::new();
    for operation in document.operations(documents) {
        let items = document.items_of(&operation, documents);
        let mut reader = Reader::new(documents, Version::V20, &mut sink);
        let mut parts = body_parts(&mut reader, &items, &operation);
        parts.retain(|part| part.object.get("in").and_then(Node::as_str) == Some("formData"));
        if !parts.is_empty() {
            forms.push((key(&operation), media_type(&parts, operation.node.span)));
        }
    }
    forms
}

/// `{ schema: { type: object, properties: …, required: … }, encoding: … }`
fn media_type(parts: &[Part<'_>], span: Span) -> Node {
    let (mut properties, mut encoding) = (Vec::new(), Vec::new());
    let mut required = Vec::new();
    for part in parts {
        let Some(name) = part.object.get("name").and_then(Node::as_str) else {
            continue;
        };
        properties.push((name, property(part.object, part.node.span)));
        if part.object.get("required").and_then(Node::as_bool) == Some(true) {
            required.push(text(name, part.node.span));
        }
        if part.object.get("type").and_then(Node::as_str) == Some("array") {
            encoding.push((name, list_encoding(part)));
        }
    }
    let required = Node {
        span,
        value: Value::Array(required),
    };
    let schema = object(
        span,
        vec![
            ("type", text("object", span)),
            ("properties", object(span, properties)),
            ("required", required),
        ],
    );
    object(
        span,
        vec![("schema", schema), ("encoding", object(span, encoding))],
    )
}

/// The schema of a part: what of its parameter describes the value.
fn property(parameter: &Object, span: Span) -> Node {
    let mut members: Vec<_> = parameter
        .members()
        .iter()
        .filter(|member| !["name", "in", "required"].contains(&member.key.as_str()))
        .map(|member| (member.key.as_str(), member.value.clone()))
        .collect();
    if is_file(parameter) {
        members.retain(|(key, _)| !["type", "format"].contains(key));
        members.push(("type", text("string", span)));
        members.push(("format", text("binary", span)));
    }
    object(span, members)
}

/// How a list is written, in the words of 3.0.
fn list_encoding(part: &Part<'_>) -> Node {
    let span = part.node.span;
    let format = part.object.get("collectionFormat").and_then(Node::as_str);
    let (style, explode) = match format {
        Some("multi") => ("form", true),
        Some("ssv") => ("spaceDelimited", false),
        Some("pipes") => ("pipeDelimited", false),
        _ => ("form", false),
    };
    let explode = Node {
        span,
        value: Value::Boolean(explode),
    };
    object(
        span,
        vec![("style", text(style, span)), ("explode", explode)],
    )
}

fn text(text: &str, span: Span) -> Node {
    Node {
        span,
        value: Value::String(text.to_owned()),
    }
}

fn object(span: Span, members: Vec<(&str, Node)>) -> Node {
    let mut object = Object::default();
    for (key, value) in members {
        // A name that occurs twice was reported; the first counts.
        let _ = object.insert(Member {
            key: key.to_owned(),
            key_span: value.span,
            value,
        });
    }
    Node {
        span,
        value: Value::Object(object),
    }
}
