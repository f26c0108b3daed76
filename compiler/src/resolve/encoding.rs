//! Encoding objects: how a document says that a member of a form is written.

use super::unsupported::Unsupported;
use super::{Resolver, media_type};
use crate::openapi::{MediaType, Style};
use crate::source::{Node, Object, Span};

/// What a document says of one member of a form; nothing where it has no encoding.
#[derive(Debug, Default)]
pub(super) struct Encoding<'d> {
    /// `contentType`: a media type, or several with commas.
    pub(super) content_type: Option<&'d str>,
    /// `style`, `explode` and `allowReserved`, where one of them is there. `contentType` does not count
    /// then (OpenAPI 3.0.4 and 3.1.1, section "Encoding Object").
    pub(super) style: Option<Styled>,
    /// The header lines of a part, each with its line break.
    pub(super) headers: String,
}

/// How a member is written as a parameter of a query would be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Styled {
    pub(super) style: Style,
    pub(super) explode: bool,
    pub(super) allow_reserved: bool,
    pub(super) span: Span,
}

/// The encoding of a member.
pub(super) fn encoding<'d>(
    content: &MediaType<'d>,
    name: &str,
    resolver: &Resolver<'d, '_>,
) -> Result<Encoding<'d>, Unsupported> {
    let encoding = content.node.get("encoding").and_then(|map| map.get(name));
    let Some(object) = encoding.and_then(Node::as_object) else {
        return match encoding {
            Some(node) => Err(Unsupported::new(node.span, "an encoding is no mapping")),
            None => Ok(Encoding::default()),
        };
    };
    let content_type = object.get("contentType");
    if let Some(node) = content_type
        && !node.as_str().is_some_and(media_type::is_header_safe)
    {
        return Err(Unsupported::new(
            node.span,
            "the content type of a part cannot stand in a header",
        ));
    }
    Ok(Encoding {
        content_type: content_type.and_then(Node::as_str),
        style: styled(object)?,
        headers: headers(object, content, resolver)?,
    })
}

fn styled(object: &Object) -> Result<Option<Styled>, Unsupported> {
    let keys = ["style", "explode", "allowReserved"];
    let Some(first) = keys.iter().find_map(|key| object.get(key)) else {
        return Ok(None);
    };
    let flag = |key: &str| object.get(key).and_then(Node::as_bool);
    let style = match object.get("style").map(|node| (node, node.as_str())) {
        None | Some((_, Some("form"))) => Style::Form,
        Some((_, Some("spaceDelimited"))) => Style::SpaceDelimited,
        Some((_, Some("pipeDelimited"))) => Style::PipeDelimited,
        Some((_, Some("deepObject"))) => Style::DeepObject,
        Some((node, _)) => {
            return Err(Unsupported::new(
                node.span,
                "a member of its form has a style that forms do not have",
            ));
        }
    };
    Ok(Some(Styled {
        style,
        explode: flag("explode").unwrap_or(style == Style::Form),
        allow_reserved: flag("allowReserved").unwrap_or(false),
        span: first.span,
    }))
}

/// The headers of a part: those whose one value the document fixes. Others can be left out unless they
/// are required.
fn headers<'d>(
    object: &'d Object,
    content: &MediaType<'d>,
    resolver: &Resolver<'d, '_>,
) -> Result<String, Unsupported> {
    let mut lines = String::new();
    let named = object.get("headers").and_then(Node::as_object);
    for member in named.map_or(&[][..], Object::members) {
        let name = member.key.to_ascii_lowercase();
        if name == "content-type" {
            continue; // OpenAPI: this is `contentType`'s.
        }
        let followed = content
            .schema
            .and_then(|schema| resolver.documents.follow(schema.file, &member.value).ok());
        let Some((file, header)) = followed else {
            return Err(Unsupported::new(
                member.key_span,
                "a header of a part of its form leads nowhere",
            ));
        };
        let schema = header
            .get("schema")
            .and_then(|schema| resolver.documents.follow(file, schema).ok())
            .map(|(_, schema)| schema);
        match schema.and_then(fixed) {
            Some(value) if is_header_name(&name) && media_type::is_header_safe(&value) => {
                lines.push_str(&name);
                lines.push_str(": ");
                lines.push_str(&value);
                lines.push_str("\r\n");
            }
            None if header.get("required").and_then(Node::as_bool) != Some(true) => {}
            _ => {
                return Err(Unsupported::new(
                    member.key_span,
                    "a part of its form needs a header whose value the document does not fix",
                )
                .help("give the header's schema a `const` or a `default`"));
            }
        }
    }
    Ok(lines)
}

/// The one value that a schema has: `const`, an `enum` of one, or `default`.
fn fixed(schema: &Node) -> Option<String> {
    let only = schema
        .get("enum")
        .and_then(Node::as_array)
        .filter(|values| values.len() == 1)
        .and_then(<[Node]>::first);
    let value = schema
        .get("const")
        .or(only)
        .or_else(|| schema.get("default"))?;
    match value.as_str() {
        Some(text) => Some(text.to_owned()),
        None if value.as_array().is_some() || value.as_object().is_some() => None,
        None => Some(value.to_json()),
    }
}

/// Whether a header of a part can have this name: a token (RFC 9110, section 5.6.2), and none that
/// frames the part.
fn is_header_name(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token) && name != "content-disposition"
}
