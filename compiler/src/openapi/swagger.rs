//! What OpenAPI 2.0 ("Swagger") says in other words than its successors.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Node, Object, Spanned};

use super::details::{Part, Reader};
use super::{Body, Location, MediaType, Operation, SchemaAt, ServerUrl, Style};

/// What is assumed where a document names no media type.
const JSON: &str = "application/json";
const URL_ENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// `schemes`, `host` and `basePath` as servers, `https` first. Without a scheme or a host they are
/// relative: they are then those by which the document was got, which a file does not tell.
pub(super) fn servers(root: &Node) -> Vec<ServerUrl> {
    let text = |key| Some(Spanned::new(root.get(key)?.as_str()?, root.get(key)?.span));
    let path = text("basePath");
    let Some(host) = text("host").or_else(|| path.clone()) else {
        return Vec::new();
    };
    let base = path.map_or("", |path| path.value.trim_end_matches('/'));
    let url = |prefix: &str| {
        let url = match text("host") {
            Some(host) => format!("{prefix}//{}{base}", host.value),
            None => base.to_owned(),
        };
        ServerUrl::plain(url, host.span)
    };
    let schemes = root.get("schemes").and_then(Node::as_array);
    let named = |scheme: &&str| {
        let schemes = schemes.unwrap_or_default();
        schemes.iter().any(|node| node.as_str() == Some(scheme))
    };
    let urls: Vec<_> = ["https", "http"]
        .iter()
        .filter(|scheme| named(scheme))
        .map(|scheme| url(&format!("{scheme}:")))
        .collect();
    if urls.is_empty() { vec![url("")] } else { urls }
}

/// How an array is written, by `collectionFormat`: the style and whether it is exploded.
pub(super) fn style(
    reader: &mut Reader<'_, '_>,
    part: Part<'_>,
    location: Location,
) -> Option<(Style, bool)> {
    let in_query = location == Location::Query;
    let plain = if in_query { Style::Form } else { Style::Simple };
    let array = part.object.get("type").and_then(Node::as_str) == Some("array");
    let Some(node) = part.object.get("collectionFormat").filter(|_| array) else {
        return Some((plain, in_query && !array));
    };
    match (node.as_str(), in_query) {
        (Some("csv"), _) => Some((plain, false)),
        (Some("multi"), true) => Some((Style::Form, true)),
        (Some("ssv"), true) => Some((Style::SpaceDelimited, false)),
        (Some("pipes"), true) => Some((Style::PipeDelimited, false)),
        (Some(format @ ("ssv" | "pipes" | "tsv")), _) => {
            let reason = format!("it has a list in the format `{format}`, which cannot be written");
            reader.unsupported(node.span, reason);
            Some((plain, false))
        }
        (Some("multi"), false) => {
            let message = "only a list in a query or a form can have the format `multi`";
            reader.malformed(node.span, message.into());
            None
        }
        _ => {
            let message = "this is no format of a list";
            reader.sink.report(
                Diagnostic::new(&codes::MALFORMED_DOCUMENT, node.span, message)
                    .help("it is `csv`, `ssv`, `tsv`, `pipes` or `multi`"),
            );
            None
        }
    }
}

/// The parameters of an operation that make up its body, those of its path overridden by its own.
/// `items` are the path items, nearest first.
pub(super) fn body_parts<'d>(
    reader: &mut Reader<'d, '_>,
    items: &[(FileId, &'d Node)],
    operation: &Operation<'d>,
) -> Vec<Part<'d>> {
    let own = (operation.file, operation.node);
    let mut merged: Vec<Part<'d>> = Vec::new();
    for (file, owner) in items.iter().rev().copied().chain([own]) {
        let mut parts: Vec<Part<'d>> = Vec::new();
        let list = owner.get("parameters").and_then(Node::as_array);
        for node in list.unwrap_or_default() {
            let Some(part) = reader.part(file, node, "a parameter") else {
                continue;
            };
            if !is_in(part, "body") && !is_in(part, "formData") {
                continue;
            }
            match parts.iter().find(|other| is_same(**other, part)) {
                Some(first) => reader.sink.report(
                    Diagnostic::new(
                        &codes::MALFORMED_DOCUMENT,
                        node.span,
                        "this part of the body is declared twice",
                    )
                    .also(first.node.span, "the first is here"),
                ),
                None => parts.push(part),
            }
        }
        merged.retain(|other| !parts.iter().any(|part| is_same(*other, *part)));
        merged.append(&mut parts);
    }
    merged
}

fn is_in(part: Part<'_>, location: &str) -> bool {
    text(part.object, "in") == Some(location)
}

/// Whether the second replaces the first: there is one body, and one part of each name in a form.
fn is_same(one: Part<'_>, other: Part<'_>) -> bool {
    let name = |part: Part<'_>| text(part.object, "name").unwrap_or_default().to_owned();
    if is_in(one, "body") || is_in(other, "body") {
        return is_in(one, "body") && is_in(other, "body");
    }
    name(one) == name(other)
}

/// The body of an operation that has these parts, of the document with this root.
pub(super) fn body<'d>(
    reader: &mut Reader<'d, '_>,
    parts: &[Part<'d>],
    operation: &Operation<'d>,
    root: &'d Node,
) -> Option<Body<'d>> {
    let whole = parts.iter().copied().find(|part| is_in(*part, "body"));
    let form = parts.iter().copied().find(|part| is_in(*part, "formData"));
    match (whole, form) {
        (None, None) => None,
        (Some(part), None) => {
            let required = reader.flag(part.object, "required").unwrap_or(false);
            let schema = part.object.get("schema").map(|node| SchemaAt {
                node,
                file: part.file,
            });
            let types = media_types(operation, root, "consumes");
            Some(Body {
                required,
                description: part.description,
                media_types: of_types(types, schema, part.node),
                span: part.node.span,
            })
        }
        (None, Some(part)) => form_body(reader, parts, part, operation, root),
        (Some(whole), Some(form)) => {
            reader.sink.report(
                Diagnostic::new(
                    &codes::MALFORMED_DOCUMENT,
                    form.node.span,
                    "an operation has a form or a body, not both",
                )
                .also(whole.node.span, "the body is here"),
            );
            None
        }
    }
}

/// The body that the parts of a form make up; its schema was made when the document was loaded.
fn form_body<'d>(
    reader: &mut Reader<'d, '_>,
    parts: &[Part<'d>],
    first: Part<'d>,
    operation: &Operation<'d>,
    root: &'d Node,
) -> Option<Body<'d>> {
    for part in parts {
        // What is wrong with the format of a list is said as for the parameters of a query.
        style(reader, *part, Location::Query)?;
    }
    let media_type = reader.documents.form(operation)?;
    let has_file = parts.iter().any(|part| is_file(part.object));
    let mut types = media_types(operation, root, "consumes");
    types.retain(|name| {
        let essence = name.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case(MULTIPART)
            || !has_file && essence.eq_ignore_ascii_case(URL_ENCODED)
    });
    if types.is_empty() {
        let name = if has_file { MULTIPART } else { URL_ENCODED };
        types.push(Spanned::new(name, first.node.span));
    }
    let schema = media_type.get("schema").map(|node| SchemaAt {
        node,
        file: first.file,
    });
    let required = parts
        .iter()
        .any(|part| part.object.get("required").and_then(Node::as_bool) == Some(true));
    Some(Body {
        required,
        description: None,
        media_types: of_types(types, schema, media_type),
        span: first.node.span,
    })
}

/// Whether a part of a form is a file.
pub(super) fn is_file(object: &Object) -> bool {
    text(object, "type") == Some("file")
}

/// What an answer with this schema is declared as.
pub(super) fn answer<'d>(
    part: Part<'d>,
    operation: &Operation<'d>,
    root: &'d Node,
) -> Vec<MediaType<'d>> {
    let Some(node) = part.object.get("schema") else {
        return Vec::new();
    };
    let schema = SchemaAt {
        node,
        file: part.file,
    };
    let types = media_types(operation, root, "produces");
    of_types(types, Some(schema), part.node)
}

/// `consumes` or `produces`, of the operation or else of the document; JSON where neither says.
fn media_types<'d>(operation: &Operation<'d>, root: &'d Node, key: &str) -> Vec<Spanned<&'d str>> {
    let list = operation.node.get(key).or_else(|| root.get(key));
    let named: Vec<_> = list
        .and_then(Node::as_array)
        .unwrap_or_default()
        .iter()
        .filter_map(|node| Some(Spanned::new(node.as_str()?, node.span)))
        .collect();
    if named.is_empty() {
        return vec![Spanned::new(JSON, operation.span)];
    }
    named
}

fn of_types<'d>(
    types: Vec<Spanned<&'d str>>,
    schema: Option<SchemaAt<'d>>,
    node: &'d Node,
) -> Vec<MediaType<'d>> {
    types
        .into_iter()
        .map(|name| MediaType { name, schema, node })
        .collect()
}

fn text<'d>(object: &'d Object, key: &str) -> Option<&'d str> {
    object.get(key)?.as_str()
}
