//! What is asked of an operation's answer, and what of it is published and checked.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Types;

use super::{Resolver, media_type, response};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::Override;
use crate::openapi::{Details, MediaType, Operation, Response, Status};
use crate::plan::{Output, Shape};
use crate::schema::{Direction, Schemas, render};

/// The answer that stands for success: 200, else 201, else another 2xx, else `2XX`, else `default`.
pub(super) fn success<'r, 'd>(details: &'r Details<'d>) -> Option<&'r Response<'d>> {
    let rank = |status: Status| match status {
        Status::Code(200) => Some(0),
        Status::Code(201) => Some(1),
        Status::Code(code) if (200..300).contains(&code) => Some(2),
        Status::Range(2) => Some(3),
        Status::Default => Some(4),
        Status::Code(_) | Status::Range(_) => None,
    };
    details
        .responses
        .iter()
        .filter_map(|response| Some((rank(response.status)?, response)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, response)| response)
}

/// The value of `Accept`: what the successful answer is declared as, JSON first, and anything else at
/// a lower preference, since errors may come as something undeclared.
pub(super) fn accept(details: &Details<'_>) -> String {
    let declared =
        success(details).map_or(&[] as &[MediaType<'_>], |response| &response.media_types);
    let preferred = media_type::json(declared)
        .or_else(|| media_type::xml(declared))
        .or_else(|| declared.first())
        .map(media_type::content_type)
        .filter(|name| media_type::is_header_safe(name));
    match preferred {
        Some(preferred) => format!("{preferred}, */*;q=0.1"),
        None => "application/json, */*;q=0.1".to_owned(),
    }
}

/// The published answer, where the manifest asks for it.
pub(super) fn output<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    change: Option<&Override>,
    shape: Option<&Shape>,
    resolver: &mut Resolver<'d, '_>,
) -> Option<Output> {
    let asked = change?.output_schema.as_ref().filter(|asked| asked.value)?;
    let declared = success(details)
        .and_then(|response| {
            let declared = &response.media_types;
            media_type::json(declared).or_else(|| media_type::xml(declared))
        })
        .and_then(|media_type| media_type.schema);
    let Some(declared) = declared else {
        resolver.sink.report(
            Diagnostic::new(
                &codes::NO_OUTPUT_SCHEMA,
                asked.span,
                format!(
                    "`{} {}` declares no JSON or XML answer with a schema",
                    operation.method, operation.path.value
                ),
            )
            .also(operation.span, "this operation"),
        );
        return None;
    };
    let schema = resolver.schema(Some(declared), operation.span, Direction::Response);
    let schemas = resolver.lowering.schemas_mut();
    let relaxed = schemas.relaxed(schema);
    if let Some(asked) = change.and_then(|change| change.response.as_ref()) {
        let published = response::HeldTo {
            schema: "the published schema",
            without: "do without `output_schema`",
        };
        response::fit(asked, relaxed, published, resolver);
    }
    let schemas = resolver.lowering.schemas_mut();
    let relaxed = schemas.projected(relaxed, shape.map_or(&[], |shape| &shape.levels));
    let schemas = resolver.lowering.schemas();
    Some(Output {
        schema: relaxed,
        modern: render::output(schemas, relaxed),
        legacy: legacy(schemas, relaxed),
    })
}

/// How the answer is published for revisions whose structured content is always an object. Answers
/// that are none are sent as the member `result` of one, each by what it is.
fn legacy(schemas: &Schemas, relaxed: SchemaId) -> String {
    let types = schemas.get(schemas.follow(relaxed)).types;
    if types != Types::OBJECT && types.intersects(Types::OBJECT) {
        // Sometimes an object and sometimes not: only that it will be one can be said.
        return "{\"type\":\"object\"}".to_owned();
    }
    render::output_object(schemas, relaxed)
}
