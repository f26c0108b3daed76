//! `deepObject`: OpenAPI defines it for objects of scalars. How deeper values are written differs from
//! API to API, and is for the manifest to say.

use std::collections::BTreeSet;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::unsupported::Unsupported;
use crate::manifest::Nesting;
use crate::openapi::Style;
use crate::plan::ParameterStyle;
use crate::schema::Schemas;
use crate::source::Span;

/// How a value with that schema is written.
pub(super) fn style(
    schema: SchemaId,
    nesting: Option<Nesting>,
    span: Span,
    schemas: &Schemas,
) -> Result<ParameterStyle, Unsupported> {
    let nested = inner(schemas, schema)
        .into_iter()
        .filter(|id| is_deep(schemas, *id))
        .collect::<Vec<_>>();
    let Some(nesting) = nesting else {
        if nested.is_empty() {
            return Ok(ParameterStyle::Style(Style::DeepObject));
        }
        return Err(Unsupported::new(
            span,
            "a value with the style `deepObject` has lists or objects inside, and OpenAPI does not say \
             how those are written",
        )
        .help(
            "say how the API takes them with `deep_object` in its entry of the manifest: `brackets` for \
             `a[b][]=1`, `indices` for `a[b][0]=1`, `repeat` for `a[b]=1` repeated, `json` for JSON text",
        ));
    };
    let lists_of_deep = |id: SchemaId| {
        alternatives(schemas, id).into_iter().any(|id| {
            schemas
                .get(id)
                .rules
                .iter()
                .any(|rule| matches!(rule, Rule::Items(items) if is_deep(schemas, *items)))
        })
    };
    if nesting == Nesting::Repeat && std::iter::once(schema).chain(nested).any(lists_of_deep) {
        return Err(Unsupported::new(
            span,
            "a value with the style `deepObject` has a list of lists or objects inside, which repeated \
             names cannot tell apart",
        )
        .help("choose another `deep_object` for the API"));
    }
    Ok(ParameterStyle::Nested(nesting))
}

/// Whether a document declares arrays or objects. What is not described at all does not count: values
/// of it are mostly scalars, and others are refused when they come.
fn is_deep(schemas: &Schemas, id: SchemaId) -> bool {
    alternatives(schemas, id).into_iter().any(|id| {
        let types = schemas.get(id).types;
        types != Types::ANY && types.intersects(Types::ARRAY.union(Types::OBJECT))
    })
}

/// The schemas of members and items.
fn inner(schemas: &Schemas, id: SchemaId) -> Vec<SchemaId> {
    let mut inner = Vec::new();
    for id in alternatives(schemas, id) {
        for rule in &schemas.get(id).rules {
            match rule {
                Rule::Properties(list) => inner.extend(list.iter().map(|member| member.schema)),
                Rule::PatternProperties(list) => {
                    inner.extend(list.iter().map(|member| member.schema));
                }
                Rule::AdditionalProperties(id) | Rule::Items(id) => inner.push(*id),
                Rule::PrefixItems(list) => inner.extend(list.iter()),
                _ => {}
            }
        }
    }
    inner
}

/// A schema and all that it is a union or a conjunction of, after mere references.
fn alternatives(schemas: &Schemas, id: SchemaId) -> Vec<SchemaId> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        let id = schemas.follow(id);
        if !seen.insert(id) {
            continue;
        }
        found.push(id);
        for rule in &schemas.get(id).rules {
            match rule {
                Rule::AllOf(list) | Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => {
                    waiting.extend(list.iter());
                }
                Rule::Reference(id) => waiting.push(*id),
                _ => {}
            }
        }
    }
    found
}
