//! Forms: how each member is written, and the schemas that callers see of them.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::encoding::{Encoding, encoding};
use super::files::{self, Accepted, Context};
use super::request::wire_name;
use super::unsupported::Unsupported;
use super::{Resolver, deep, media_type};
use crate::manifest::Nesting;
use crate::openapi::{Location, MediaType, Style};
use crate::plan::{BodyPart, Parameter, ParameterStyle, PartContent};
use crate::schema::{Dialect, Schema, Schemas};

/// How deep unions of objects are looked into.
const MAX_DEPTH: usize = 8;

/// The names of a form's members with their schemas, those of all alternatives.
pub(super) fn members(schemas: &Schemas, id: SchemaId) -> Vec<(String, SchemaId)> {
    let mut members = Vec::new();
    collect(schemas, id, 0, &mut members);
    members
}

fn collect(schemas: &Schemas, id: SchemaId, depth: usize, members: &mut Vec<(String, SchemaId)>) {
    if depth > MAX_DEPTH {
        return;
    }
    for rule in &schemas.get(schemas.follow(id)).rules {
        match rule {
            Rule::Properties(list) => {
                for property in list.iter() {
                    if !members.iter().any(|(name, _)| *name == property.name) {
                        members.push((property.name.to_string(), property.schema));
                    }
                }
            }
            Rule::Reference(inner) => collect(schemas, *inner, depth + 1, members),
            Rule::AllOf(list) | Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => {
                for inner in list.iter() {
                    collect(schemas, *inner, depth + 1, members);
                }
            }
            _ => {}
        }
    }
}

/// Whether a member of a form is a file.
pub(super) fn has_file<'d>(
    content: &MediaType<'d>,
    schema: SchemaId,
    resolver: &Resolver<'d, '_>,
) -> bool {
    let schemas = resolver.lowering.schemas();
    members(schemas, schema).iter().any(|(name, id)| {
        let encoding = encoding(content, name, resolver).unwrap_or_default();
        files::is_file(schemas, *id, beside(&encoding, resolver))
    })
}

/// What the encoding of a member says of whether it is a file.
fn beside<'c>(encoding: &Encoding<'c>, resolver: &Resolver<'_, '_>) -> Context<'c> {
    Context {
        dialect: resolver.dialect,
        content_type: encoding.content_type,
    }
}

/// A field of a URL-encoded form (or of a query string that is described like one).
pub(super) fn field<'d>(
    content: &MediaType<'d>,
    (name, schema): (&str, SchemaId),
    value: usize,
    nesting: Option<Nesting>,
    resolver: &Resolver<'d, '_>,
) -> Result<Parameter, Unsupported> {
    let encoding = encoding(content, name, resolver)?;
    let mut field = Parameter {
        value,
        name: wire_name(name, Location::Query),
        location: Location::Query,
        style: ParameterStyle::Member,
        explode: true,
        allow_reserved: false,
    };
    if let Some(styled) = encoding.style {
        field.style = match styled.style {
            Style::DeepObject => {
                deep::style(schema, nesting, styled.span, resolver.lowering.schemas())?
            }
            style => ParameterStyle::Style(style),
        };
        field.explode = styled.explode;
        field.allow_reserved = styled.allow_reserved;
    } else if let Some(content_type) = encoding.content_type {
        field.style = match media_type::kind(content_type) {
            media_type::Kind::Json => ParameterStyle::Json,
            media_type::Kind::Text | media_type::Kind::AnyRange => ParameterStyle::Member,
            _ => {
                return Err(Unsupported::new(
                    content.name.span,
                    format!("the field `{name}` of its form is neither text nor JSON"),
                ));
            }
        };
    }
    Ok(field)
}

/// A part of a `multipart/form-data` body, and the schema that callers see of its value.
pub(super) fn part<'d>(
    content: &MediaType<'d>,
    (name, schema): (&str, SchemaId),
    value: usize,
    resolver: &mut Resolver<'d, '_>,
) -> Result<(BodyPart, SchemaId), Unsupported> {
    let encoding = encoding(content, name, resolver)?;
    let beside = beside(&encoding, resolver);
    let mut part = BodyPart {
        name: escaped(name),
        value,
        content: PartContent::Value,
        media_type: String::new(),
        headers: encoding.headers.clone(),
    };
    // In 3.0, these count for URL-encoded forms only (3.0.4, section "Encoding Object").
    let styled = encoding
        .style
        .filter(|_| resolver.dialect != Dialect::OpenApi30);
    if let Some(styled) = styled {
        let delimiter = match styled.style {
            Style::Form if styled.explode => None,
            Style::Form => Some(','),
            Style::SpaceDelimited => Some(' '),
            Style::PipeDelimited => Some('|'),
            _ => {
                return Err(Unsupported::new(
                    styled.span,
                    format!("the part `{name}` of its form has a style that parts do not have"),
                ));
            }
        };
        if let Some(delimiter) = delimiter {
            part.content = PartContent::Joined(delimiter);
            return Ok((part, schema));
        }
    }
    let schemas = resolver.lowering.schemas_mut();
    if files::is_file(schemas, schema, beside) {
        part.content = PartContent::File;
        let accepted = Accepted::new(schemas, innermost(schemas, schema), beside);
        part.media_type = accepted.fallback().unwrap_or_default();
        let published = files::published(schemas, schema, beside);
        return Ok((part, published));
    }
    let says = files::says(schemas, schema);
    let content_type = encoding.content_type.filter(|_| styled.is_none());
    let types = schemas.get(schemas.follow(schema)).types;
    if let Some(content_type) = content_type {
        let first = content_type.split(',').next().unwrap_or_default().trim();
        match media_type::kind(first) {
            media_type::Kind::Json => {
                part.content = PartContent::Json;
                first.clone_into(&mut part.media_type);
            }
            media_type::Kind::AnyRange => {}
            _ if types.intersects(Types::OBJECT) => {
                return Err(Unsupported::new(
                    content.name.span,
                    format!(
                        "the part `{name}` of its form is an object, and is not written as JSON"
                    ),
                ));
            }
            media_type::Kind::Range => {}
            _ => first.clone_into(&mut part.media_type),
        }
    } else if types.without(Types::NULL) == Types::STRING {
        let encoded = says.content_encoding.is_some();
        part.media_type = match says.content_media_type {
            _ if encoded => "application/octet-stream".to_owned(),
            Some(name) if media_type::is_header_safe(&name) => name,
            _ => String::new(),
        };
    }
    Ok((part, schema))
}

/// The schema of the files themselves, where a schema means a list of them.
fn innermost(schemas: &Schemas, id: SchemaId) -> SchemaId {
    let rules = &schemas.get(schemas.follow(id)).rules;
    let items = rules.iter().find_map(|rule| match rule {
        Rule::Items(items) => Some(*items),
        _ => None,
    });
    items.unwrap_or(id)
}

/// A name as it stands between the quotes of `Content-Disposition`: as the runtime escapes the names that
/// it is given.
fn escaped(name: &str) -> String {
    let special = |character: char| matches!(character, '"' | '\\') || character.is_ascii_control();
    name.chars()
        .map(|character| match character {
            special_one if special(special_one) => format!("%{:02X}", u32::from(special_one)),
            other => other.to_string(),
        })
        .collect()
}

/// What a document says of a member of a form beside its schema.
pub(super) fn context<'d>(
    content: &MediaType<'d>,
    name: &str,
    resolver: &Resolver<'d, '_>,
) -> Result<Context<'d>, Unsupported> {
    Ok(beside(&encoding(content, name, resolver)?, resolver))
}

/// The schema of a form that stays whole: an object, in which each alternative publishes the members so
/// named as files, where they are that, and keeps what it says of all others.
pub(super) fn whole(
    schemas: &mut Schemas,
    id: SchemaId,
    files: &[(&str, Context<'_>)],
) -> SchemaId {
    let mut schema = rewritten(schemas, id, files, 0);
    schema.types = schema.types.intersection(Types::OBJECT);
    schemas.add(schema)
}

fn rewritten(
    schemas: &mut Schemas,
    id: SchemaId,
    files: &[(&str, Context<'_>)],
    depth: usize,
) -> Schema {
    let mut schema = schemas.get(schemas.follow(id)).clone();
    schema.name = None;
    if depth > MAX_DEPTH {
        return schema;
    }
    let again = |schemas: &mut Schemas, id: SchemaId| {
        let inner = rewritten(schemas, id, files, depth + 1);
        schemas.add(inner)
    };
    for rule in &mut schema.rules {
        match rule {
            Rule::Properties(list) => {
                for property in list.to_mut() {
                    let file = files.iter().find(|(name, _)| *name == property.name);
                    if let Some((_, context)) = file
                        && files::is_file(schemas, property.schema, *context)
                    {
                        property.schema = files::published(schemas, property.schema, *context);
                    }
                }
            }
            Rule::Reference(inner) => *inner = again(schemas, *inner),
            Rule::AllOf(list) | Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => {
                for inner in list.to_mut() {
                    *inner = again(schemas, *inner);
                }
            }
            _ => {}
        }
    }
    schema
}
