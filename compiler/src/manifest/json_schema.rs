//! The JSON Schema of the manifest, for editors.

use gatewright_schema::json::string_into;

use super::keys;
use super::shape::{Format, Mapping, Presence, Shape};

/// The form of a manifest as JSON Schema 2020-12, indented. It says nothing about names that must be
/// declared, so what it admits may still be refused. The same bytes at every call.
pub fn json_schema() -> String {
    let definitions = keys::ALL
        .iter()
        .map(|mapping| (definition(mapping.name), object(mapping)))
        .collect();
    let root = Json::Object(vec![
        (
            "$schema".into(),
            text("https://json-schema.org/draft/2020-12/schema"),
        ),
        ("title".into(), text("Manifest of a Gatewright gateway")),
        ("$ref".into(), reference(&keys::GATEWAY)),
        ("$defs".into(), Json::Object(definitions)),
    ]);
    let mut out = Vec::new();
    root.write(0, &mut out);
    out.push(b'\n');
    // Only UTF-8 was written.
    String::from_utf8(out).unwrap_or_default()
}

/// A JSON value to be written.
enum Json {
    /// As it is written.
    Literal(&'static str),
    Number(u32),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn write(&self, depth: usize, out: &mut Vec<u8>) {
        match self {
            Self::Literal(literal) => out.extend_from_slice(literal.as_bytes()),
            Self::Number(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Self::Text(text) => string_into(text, out),
            Self::Array(items) => {
                out.push(b'[');
                for (position, item) in items.iter().enumerate() {
                    line(position, depth + 1, out);
                    item.write(depth + 1, out);
                }
                line(0, depth, out);
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (position, (key, value)) in members.iter().enumerate() {
                    line(position, depth + 1, out);
                    string_into(key, out);
                    out.extend_from_slice(b": ");
                    value.write(depth + 1, out);
                }
                line(0, depth, out);
                out.push(b'}');
            }
        }
    }
}

/// Begins a line; after the first item with a comma before it.
fn line(position: usize, depth: usize, out: &mut Vec<u8>) {
    if position > 0 {
        out.push(b',');
    }
    out.push(b'\n');
    out.extend(std::iter::repeat_n(b' ', 2 * depth));
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn typed(name: &str) -> Vec<(String, Json)> {
    vec![("type".into(), text(name))]
}

fn object(mapping: &Mapping) -> Json {
    let mut schema = typed("object");
    schema.push(("description".into(), text(mapping.about)));
    let properties = mapping
        .keys
        .iter()
        .map(|key| {
            let mut members = value(&key.shape);
            members.push(("description".into(), text(key.about)));
            (key.name.to_owned(), Json::Object(members))
        })
        .collect();
    schema.push(("properties".into(), Json::Object(properties)));
    let required: Vec<_> = mapping
        .keys
        .iter()
        .filter(|key| matches!(key.presence, Presence::Required))
        .map(|key| text(key.name))
        .collect();
    if !required.is_empty() {
        schema.push(("required".into(), Json::Array(required)));
    }
    if !mapping.one_of.is_empty() {
        let choices = mapping.one_of.iter().map(|name| requires(name)).collect();
        schema.push(("oneOf".into(), Json::Array(choices)));
    }
    let exclusions: Vec<_> = mapping
        .keys
        .iter()
        .filter_map(|key| match key.presence {
            Presence::NotWith(other) => {
                let not = Json::Object(vec![("not".into(), requires(other))]);
                Some((key.name.to_owned(), not))
            }
            _ => None,
        })
        .collect();
    if !exclusions.is_empty() {
        schema.push(("dependentSchemas".into(), Json::Object(exclusions)));
    }
    if mapping.not_empty {
        schema.push(("minProperties".into(), Json::Literal("1")));
    }
    schema.push(("additionalProperties".into(), Json::Literal("false")));
    Json::Object(schema)
}

fn requires(name: &str) -> Json {
    Json::Object(vec![("required".into(), Json::Array(vec![text(name)]))])
}

fn value(shape: &Shape) -> Vec<(String, Json)> {
    match shape {
        Shape::Text(format) | Shape::Template(format) => patterned(format),
        Shape::Boolean => typed("boolean"),
        Shape::Duration => {
            let mut schema = typed("string");
            schema.push(("pattern".into(), text("^[0-9]+(ms|s|m|h|d)$")));
            schema
        }
        Shape::Size => {
            let types = vec![text("string"), text("integer")];
            vec![
                ("type".into(), Json::Array(types)),
                ("pattern".into(), text("^[0-9]+(KiB|MiB|GiB)?$")),
                ("minimum".into(), Json::Literal("1")),
            ]
        }
        Shape::Count { most } => {
            let mut schema = typed("integer");
            schema.push(("minimum".into(), Json::Number(1)));
            schema.push(("maximum".into(), Json::Number(*most)));
            schema
        }
        Shape::Choice(words) => {
            let words = words.iter().map(|word| text(word)).collect();
            vec![("enum".into(), Json::Array(words))]
        }
        Shape::Any => Vec::new(),
        Shape::List(item) => listed(item),
        Shape::OneOrList(item) => {
            let choices = vec![Json::Object(value(item)), Json::Object(listed(item))];
            vec![("anyOf".into(), Json::Array(choices))]
        }
        Shape::ChoiceOr { words, mapping } => {
            let choices = [
                Json::Object(value(&Shape::Choice(words))),
                Json::Object(vec![("$ref".into(), reference(mapping))]),
            ];
            vec![("anyOf".into(), Json::Array(choices.into()))]
        }
        Shape::AllOr(other) => {
            let all = Json::Object(vec![("const".into(), text("all"))]);
            let choices = vec![all, Json::Object(value(other))];
            vec![("anyOf".into(), Json::Array(choices))]
        }
        Shape::Mapping(mapping) => vec![("$ref".into(), reference(mapping))],
        Shape::Map { names, values } => {
            let mut schema = typed("object");
            schema.push(("propertyNames".into(), Json::Object(patterned(names))));
            schema.push(("additionalProperties".into(), Json::Object(value(values))));
            schema
        }
    }
}

fn listed(item: &Shape) -> Vec<(String, Json)> {
    let mut schema = typed("array");
    schema.push(("items".into(), Json::Object(value(item))));
    schema.push(("minItems".into(), Json::Literal("1")));
    schema
}

fn patterned(format: &Format) -> Vec<(String, Json)> {
    let mut schema = typed("string");
    schema.push(("pattern".into(), text(format.pattern)));
    schema
}

fn reference(mapping: &Mapping) -> Json {
    Json::Text(format!("#/$defs/{}", definition(mapping.name)))
}

/// The name without its article and what a pointer would have to escape.
fn definition(name: &str) -> String {
    let bare = ["the ", "an ", "a "]
        .iter()
        .find_map(|article| name.strip_prefix(article))
        .unwrap_or(name);
    bare.replace(' ', "_").replace('`', "")
}
