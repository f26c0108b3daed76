//! What of a request comes from where, in words.

use crate::openapi::Location;
use crate::plan::{Body, OperationTool, Piece, Value};

/// What of the request comes from where.
pub(super) fn parameters(tool: &OperationTool) -> Vec<String> {
    let source = |value: usize| match tool.values.get(value) {
        Some(Value::Field(field)) => name_of(tool, *field),
        Some(Value::FieldOr(field, _)) => {
            format!("{}, or the manifest's default", name_of(tool, *field))
        }
        Some(Value::Constant(_)) => "the manifest".to_owned(),
        None => String::new(),
    };
    let in_path = tool
        .request
        .path
        .iter()
        .flatten()
        .filter_map(|piece| match piece {
            Piece::Parameter(parameter) => Some(parameter),
            Piece::Literal(_) => None,
        });
    let mut lines: Vec<String> = in_path
        .chain(&tool.request.parameters)
        .map(|parameter| {
            let location = match parameter.location {
                Location::Path => "path parameter",
                Location::Query => "query parameter",
                Location::Header => "header",
                Location::Cookie => "cookie",
            };
            format!(
                "{location} `{}` from {}",
                parameter.name,
                source(parameter.value)
            )
        })
        .collect();
    lines.extend(body(&tool.request.body, &source));
    lines
}

/// What of the body comes from where; `source` says it of a value.
fn body(body: &Body, source: &dyn Fn(usize) -> String) -> Vec<String> {
    let whole = |media_type: &str, value: usize| {
        vec![format!("body ({media_type}) from {}", source(value))]
    };
    let member = |media_type: &str, kind: &str, name: &str, value: usize| {
        format!("body ({media_type}) {kind} `{name}` from {}", source(value))
    };
    match body {
        Body::None => Vec::new(),
        Body::Json { media_type, value }
        | Body::Xml {
            media_type, value, ..
        }
        | Body::UrlEncoded {
            media_type,
            whole: Some(value),
            ..
        }
        | Body::Text { media_type, value }
        | Body::Binary { media_type, value } => whole(media_type, *value),
        Body::Multipart {
            whole: Some(value), ..
        } => whole("multipart/form-data", *value),
        Body::File { value } => whole("as `media_type` says", *value),
        Body::JsonObject {
            media_type,
            members,
            ..
        }
        | Body::XmlObject {
            media_type,
            members,
            ..
        } => members
            .iter()
            .map(|(key, value)| member(media_type, "member", key, *value))
            .collect(),
        Body::UrlEncoded {
            media_type, fields, ..
        } => fields
            .iter()
            .map(|field| member(media_type, "field", &field.name, field.value))
            .collect(),
        Body::Multipart { parts, .. } => parts
            .iter()
            .map(|part| member("multipart/form-data", "part", &part.name, part.value))
            .collect(),
    }
}

fn name_of(tool: &OperationTool, field: usize) -> String {
    tool.fields
        .get(field)
        .map_or(String::new(), |field| format!("`{}`", field.name))
}
