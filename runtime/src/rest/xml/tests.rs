mod answers;
mod hostile;
mod round_trip;
mod schema;

use gatewright_schema::Violations;
use gatewright_schema::json::Raw;
use gatewright_schema::rule::Types;
use serde_json::Value as Json;

use super::table::{Document, Member, Name, Node, Object, Place, Shape};
use super::{Content, read, write};
use crate::rest::Value;

fn name(local: &'static str) -> Name {
    Name {
        local,
        ..Name::NONE
    }
}

fn element(local: &'static str, shape: u32) -> Node {
    Node {
        place: Place::Element(name(local)),
        shape,
    }
}

fn attribute(local: &'static str, shape: u32) -> Node {
    Node {
        place: Place::Attribute(name(local)),
        shape,
    }
}

fn member(key: &'static str, node: Node) -> Member {
    Member {
        key,
        node,
        required: false,
    }
}

fn scalar(types: Types) -> Shape {
    Shape {
        types,
        object: None,
        item: None,
    }
}

fn object(members: Vec<Member>) -> Shape {
    Shape {
        types: Types::OBJECT,
        object: Some(Object {
            members: members.leak(),
            rest: None,
        }),
        item: None,
    }
}

fn list(item: Node) -> Shape {
    Shape {
        types: Types::ARRAY,
        object: None,
        item: Some(item),
    }
}

/// A document whose root has the first of the shapes.
fn document(root: &'static str, shapes: Vec<Shape>) -> Document {
    Document {
        shapes: shapes.leak(),
        root: element(root, 0),
        namespaces: &[],
    }
}

/// What is written for a value, and what is wrong with it.
fn written(document: &Document, value: &Json) -> Result<String, Violations> {
    let text = value.to_string();
    let raw = Raw::parse(text.as_bytes()).unwrap();
    let mut violations = Violations::default();
    let content = Content::Value("body", Value::from(raw));
    let body = String::from_utf8(write(document, content, &mut violations)).unwrap();
    let rest = body.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let body = rest.unwrap().to_owned();
    if violations.is_empty() {
        Ok(body)
    } else {
        Err(violations)
    }
}

/// What is read of a text.
fn parsed(document: Option<&Document>, text: &str) -> Json {
    let json =
        read(document, text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem}: {text}"));
    serde_json::from_slice(&json).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&json));
    })
}
