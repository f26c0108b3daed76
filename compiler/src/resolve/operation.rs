//! One operation made into a tool.

use std::time::Duration;

use super::arguments::{self, Arguments, Candidate};
use super::request::{TemplatePiece, path_literal, segments, wire_name};
use super::xml::Use;
use super::{Resolver, answer, media_type};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::manifest::{self, Override};
use crate::openapi::{self, Details, Location, Operation};
use crate::plan::xml::Document;
use crate::plan::{Annotations, Body, OperationTool, Parameter, ParameterStyle, Piece, Request};
use crate::schema::{Direction, Rest, render, text};
use crate::source::Span;

/// Where the manifest says nothing: clients give up after 60 s, and the answer has to reach them.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Where the manifest says nothing: what a model can take in is far less.
const MAX_RESPONSE_BYTES: u64 = 4 << 20;

/// The longest description of a tool; providers cut or refuse beyond it.
const MAX_DESCRIPTION: usize = 1_000;

/// The longest title made from a summary.
const MAX_TITLE: usize = 100;

/// How the arguments of an operation lie on the wire, as positions among the candidates.
struct Layout {
    candidates: Vec<Candidate>,
    /// The parameter that each of the first candidates stands for.
    parameters: usize,
    body: BodyLayout,
}

/// The methods of tools: those that HTTP says enough about, as all that is known of others is their
/// name.
const METHODS: [&str; 8] = [
    "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "QUERY",
];

enum BodyLayout {
    None,
    Whole {
        media_type: String,
        xml: Option<Document>,
    },
    Members {
        media_type: String,
        xml: Option<Document>,
        keys: Vec<String>,
        required: bool,
    },
}

/// What an operation cannot be served for, with the place.
pub(super) struct Unsupported {
    span: Span,
    reason: String,
}

impl Unsupported {
    /// The operation is left out where it was caught by a wide selection, and an error where it was
    /// named.
    pub(super) fn diagnostic(
        self,
        operation: &Operation<'_>,
        selected: Span,
        named: bool,
    ) -> Diagnostic {
        let (severity, what) = if named {
            (Severity::Error, "cannot be a tool")
        } else {
            (Severity::Warning, "is left out")
        };
        let mut diagnostic = Diagnostic::new(
            &codes::UNSUPPORTED_OPERATION,
            selected,
            format!(
                "`{} {}` {what}: {}",
                operation.method, operation.path.value, self.reason
            ),
        )
        .also(self.span, "here");
        diagnostic.severity = severity;
        diagnostic
    }
}

/// The path template in pieces. Worth asking before the rest of the operation is read: paths that hold a
/// query are a habit of whole families of documents, and a wide selection leaves them out.
pub(super) fn template<'d>(
    operation: &Operation<'d>,
) -> Result<Vec<Vec<TemplatePiece<'d>>>, Unsupported> {
    segments(operation.path.value)
        .filter(|_| !operation.path.value.contains(['?', '#']))
        .ok_or_else(|| Unsupported {
            span: operation.path.span,
            reason: "its path template has a query, a fragment or unpaired braces".to_owned(),
        })
}

/// The method, if there are tools for it and for all that the operation asks for.
fn method(operation: &Operation<'_>, details: &Details<'_>) -> Result<&'static str, Unsupported> {
    if let Some(unsupported) = &details.unsupported {
        return Err(Unsupported {
            span: unsupported.span,
            reason: unsupported.value.clone(),
        });
    }
    METHODS
        .into_iter()
        .find(|method| *method == operation.method)
        .ok_or_else(|| Unsupported {
            span: operation.span,
            reason: format!("there are no tools for the method {}", operation.method),
        })
}

/// Makes the tool. `name` is what it is called; identifiers are given by the caller.
pub(super) fn tool<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    api: usize,
    change: Option<&Override>,
    resolver: &mut Resolver<'d, '_>,
) -> Result<OperationTool, Unsupported> {
    let template = template(operation)?;
    let method = method(operation, details)?;
    let layout = layout(operation, details, resolver)?;
    let none = Vec::new();
    let made = arguments::arguments(
        &layout.candidates,
        change.map_or(&none, |change| &change.arguments),
        operation.span,
        resolver.lowering.schemas_mut(),
        resolver.sink,
    );
    let mut request = request((method, operation), details, &template, &layout, &made, api);
    let api_defaults = resolver.manifest.apis.get(api);
    let timeout = change
        .and_then(|change| change.timeout.as_ref())
        .or_else(|| api_defaults.and_then(|api| api.timeout.as_ref()))
        .map_or(TIMEOUT, |timeout| timeout.value);
    let max_response_bytes = change
        .and_then(|change| change.max_response_bytes.as_ref())
        .or_else(|| api_defaults.and_then(|api| api.max_response_bytes.as_ref()))
        .map_or(MAX_RESPONSE_BYTES, |bytes| bytes.value);
    let output = answer::output(operation, details, change, resolver);
    request.xml = resolver.xml_answer(operation, details, output.is_some());
    Ok(OperationTool {
        type_name: String::new(),
        method_name: String::new(),
        title: title(operation, change),
        description: description(operation, change, resolver),
        annotations: annotations(operation.method, change),
        input_schema: render::input(resolver.lowering.schemas(), made.schema),
        output,
        arguments: made.schema,
        fields: made.fields,
        values: made.values,
        request,
        operation: operation.span,
        source: resolver.place(operation.span),
        timeout,
        max_response_bytes,
    })
}

/// The values of the request: parameters by location, path first, so that those keep their names;
/// then the body, whole or by member.
fn layout<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    resolver: &mut Resolver<'d, '_>,
) -> Result<Layout, Unsupported> {
    let mut candidates = Vec::new();
    for parameter in ordered(details) {
        if parameter
            .content
            .is_some_and(|name| !media_type::is_json(&media_type::essence(name)))
        {
            return Err(Unsupported {
                span: parameter.span,
                reason: format!(
                    "the parameter `{}` is not written as JSON",
                    parameter.name.value
                ),
            });
        }
        candidates.push(Candidate {
            wire: parameter.name.value.to_owned(),
            prefix: match parameter.location {
                Location::Path => "path_",
                Location::Query => "query_",
                Location::Header => "header_",
                Location::Cookie => "cookie_",
            },
            schema: resolver.schema(parameter.schema, parameter.span, Direction::Request),
            required: parameter.required,
            description: parameter.description.map(text::clean),
            span: parameter.span,
        });
    }
    let parameters = candidates.len();
    let body = body(operation, details, &mut candidates, resolver)?;
    Ok(Layout {
        candidates,
        parameters,
        body,
    })
}

/// The parameters, path first; within a location in the document's order.
fn ordered<'p, 'd>(details: &'p Details<'d>) -> Vec<&'p openapi::Parameter<'d>> {
    let mut parameters: Vec<_> = details.parameters.iter().collect();
    parameters.sort_by_key(|parameter| parameter.location);
    parameters
}

/// The body's candidates: the members of a plain object each on their own, any other body whole.
fn body<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    candidates: &mut Vec<Candidate>,
    resolver: &mut Resolver<'d, '_>,
) -> Result<BodyLayout, Unsupported> {
    let Some(body) = &details.body else {
        return Ok(BodyLayout::None);
    };
    let json = media_type::json(&body.media_types);
    let Some(chosen) = json.or_else(|| media_type::xml(&body.media_types)) else {
        if body.media_types.is_empty() || !body.required && operation.method == "GET" {
            return Ok(BodyLayout::None);
        }
        let names: Vec<_> = body
            .media_types
            .iter()
            .map(|media_type| media_type.name.value)
            .collect();
        return Err(Unsupported {
            span: body.span,
            reason: format!(
                "its body is not JSON but {}",
                text::clean(&names.join(", "))
            ),
        });
    };
    let media_type = media_type::content_type(chosen);
    if !media_type::is_header_safe(&media_type) {
        return Err(Unsupported {
            span: chosen.name.span,
            reason: "its body's media type cannot stand in a header".to_owned(),
        });
    }
    let schema = resolver.schema(chosen.schema, body.span, Direction::Request);
    let xml = if json.is_none() {
        let made = resolver.xml_document(schema, Use::Request);
        Some(made.map_err(|reason| Unsupported {
            span: chosen.name.span,
            reason: format!("its body cannot be written as XML: {reason}"),
        })?)
    } else {
        None
    };
    let shape = resolver.lowering.schemas().object_shape(schema);
    // A body that may be left out, but has members that it must have where it is there, is kept whole:
    // as separate arguments, that could be said of neither.
    let flat = shape.filter(|shape| {
        shape.rest != Rest::Rules
            && !shape.members.is_empty()
            && (body.required || shape.members.iter().all(|member| !member.required))
    });
    let Some(shape) = flat else {
        candidates.push(Candidate {
            wire: "body".to_owned(),
            prefix: "request_",
            schema,
            required: body.required,
            description: body.description.map(text::clean),
            span: body.span,
        });
        return Ok(BodyLayout::Whole { media_type, xml });
    };
    let mut keys = Vec::new();
    for member in shape.members {
        let span = resolver.lowering.schemas().get(member.schema).span;
        keys.push(member.name.clone());
        candidates.push(Candidate {
            wire: member.name,
            prefix: "body_",
            schema: member.schema,
            required: member.required,
            description: None,
            span,
        });
    }
    Ok(BodyLayout::Members {
        media_type,
        xml,
        keys,
        required: body.required,
    })
}

/// The request that the values become.
fn request(
    (method, operation): (&'static str, &Operation<'_>),
    details: &Details<'_>,
    template: &[Vec<TemplatePiece<'_>>],
    layout: &Layout,
    made: &Arguments,
    api: usize,
) -> Request {
    let parameters: Vec<_> = ordered(details);
    let path = template
        .iter()
        .map(|segment| {
            segment
                .iter()
                .filter_map(|piece| match piece {
                    TemplatePiece::Literal(literal) => Some(Piece::Literal(path_literal(literal))),
                    // That each name in the template is declared was checked with the details.
                    TemplatePiece::Parameter(name) => parameters
                        .iter()
                        .position(|parameter| {
                            parameter.location == Location::Path && parameter.name.value == *name
                        })
                        .and_then(|value| {
                            let parameter = parameters.get(value)?;
                            Some(Piece::Parameter(self::parameter(parameter, value)))
                        }),
                })
                .collect()
        })
        .collect();
    Request {
        api,
        method,
        template: operation.path.value.to_owned(),
        path,
        parameters: parameters
            .iter()
            .enumerate()
            .filter(|(_, parameter)| parameter.location != Location::Path)
            .map(|(value, parameter)| self::parameter(parameter, value))
            .collect(),
        body: match &layout.body {
            BodyLayout::None => Body::None,
            BodyLayout::Whole { media_type, xml } => {
                let (media_type, value) = (media_type.clone(), layout.parameters);
                match xml.clone() {
                    None => Body::Json { media_type, value },
                    Some(document) => Body::Xml {
                        media_type,
                        document,
                        value,
                    },
                }
            }
            BodyLayout::Members {
                media_type,
                xml,
                keys,
                required,
            } => {
                let (media_type, required) = (media_type.clone(), *required);
                let members = keys
                    .iter()
                    .enumerate()
                    .map(|(member, key)| (key.clone(), layout.parameters + member))
                    .collect();
                match xml.clone() {
                    None => Body::JsonObject {
                        media_type,
                        members,
                        required,
                    },
                    Some(document) => Body::XmlObject {
                        media_type,
                        document,
                        members,
                        required,
                    },
                }
            }
        },
        accept: answer::accept(details),
        xml: None,
        names: made.names.clone(),
    }
}

fn parameter(parameter: &openapi::Parameter<'_>, value: usize) -> Parameter {
    Parameter {
        value,
        name: wire_name(parameter.name.value, parameter.location),
        location: parameter.location,
        style: if parameter.content.is_some() {
            ParameterStyle::Json
        } else {
            ParameterStyle::Style(parameter.style)
        },
        explode: parameter.explode,
        allow_reserved: parameter.allow_reserved,
    }
}

fn title(operation: &Operation<'_>, change: Option<&Override>) -> Option<String> {
    change
        .and_then(|change| change.title.as_ref().map(|title| title.value.clone()))
        .or_else(|| {
            let summary = text::clean(operation.summary?);
            (!summary.is_empty()).then(|| text::shortened(&summary, MAX_TITLE))
        })
}

/// Summary and description, where they differ; clients hand it to the model.
fn description(
    operation: &Operation<'_>,
    change: Option<&Override>,
    resolver: &mut Resolver<'_, '_>,
) -> String {
    if let Some(description) = change.and_then(|change| change.description.as_ref()) {
        return description.value.clone();
    }
    let summary = operation.summary.map(text::clean).unwrap_or_default();
    let details = operation.description.map(text::clean).unwrap_or_default();
    let whole = match (summary.is_empty(), details.is_empty()) {
        (true, true) => {
            resolver.sink.report(
                Diagnostic::new(
                    &codes::NO_DESCRIPTION,
                    operation.span,
                    format!(
                        "nothing tells a model what `{} {}` does",
                        operation.method, operation.path.value
                    ),
                )
                .help(
                    "give it a `description` in the document, or under `overrides` in the manifest",
                ),
            );
            format!("{} {}", operation.method, text::clean(operation.path.value))
        }
        (false, true) => summary,
        (true, false) => details,
        (false, false) => {
            let bare = summary.trim_end_matches('.');
            if details.to_lowercase().starts_with(&bare.to_lowercase()) {
                details
            } else {
                format!("{bare}. {details}")
            }
        }
    };
    text::shortened(&whole, MAX_DESCRIPTION)
}

/// The hints that HTTP's own promises give (RFC 9110, section 9.2; for QUERY, the specification of
/// that method), with the manifest's changes.
fn annotations(method: &str, change: Option<&Override>) -> Annotations {
    let safe = matches!(method, "GET" | "HEAD" | "QUERY");
    let said = change.map_or_else(manifest::Annotations::default, |change| change.annotations);
    Annotations {
        read_only: said.read_only.unwrap_or(safe),
        destructive: said.destructive.unwrap_or(!safe),
        idempotent: said
            .idempotent
            .unwrap_or(safe || matches!(method, "PUT" | "DELETE")),
        open_world: said.open_world.unwrap_or(true),
    }
}
