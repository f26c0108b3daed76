//! One operation made into a tool.

use std::time::Duration;

use super::arguments::{self, Arguments, Candidate};
use super::parameters::{Parameters, parameters};
use super::request::{QueryPair, QueryValue, TemplatePiece, path_literal, segments, split_query};
use super::unsupported::Unsupported;
use super::{Resolver, answer, body, response, teams};
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{self, BodyOverride, Override};
use crate::openapi::{Details, Hints, Location, Operation, Style};
use crate::plan::{
    Annotations, Body, Constant, OperationTool, Parameter, ParameterStyle, Piece, Request, Value,
};
use crate::schema::{render, text};

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
    parameters: Parameters,
    body: Body,
}

/// A path template in pieces.
pub(super) struct Template<'d> {
    path: Vec<Vec<TemplatePiece<'d>>>,
    /// The query that the template holds.
    query: Vec<QueryPair<'d>>,
}

/// The methods of tools: those that HTTP says enough about, as all that is known of others is their
/// name.
const METHODS: [&str; 8] = [
    "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "QUERY",
];

/// The path template in pieces. Worth asking before the rest of the operation is read: paths that hold a
/// fragment are a habit of whole families of documents, and a wide selection leaves them out.
pub(super) fn template<'d>(operation: &Operation<'d>) -> Result<Template<'d>, Unsupported> {
    split_query(operation.path.value)
        .and_then(|(path, query)| {
            Some(Template {
                path: segments(path)?,
                query,
            })
        })
        .ok_or_else(|| {
            Unsupported::new(
                operation.path.span,
                "its path template has a fragment, unpaired braces, or in its query a variable that is \
                 not the whole value of a parameter",
            )
        })
}

/// The method, if there are tools for it and for all that the operation asks for.
fn method(operation: &Operation<'_>, details: &Details<'_>) -> Result<&'static str, Unsupported> {
    if let Some(unsupported) = &details.unsupported {
        return Err(Unsupported::new(
            unsupported.span,
            unsupported.value.clone(),
        ));
    }
    METHODS
        .into_iter()
        .find(|method| *method == operation.method)
        .ok_or_else(|| {
            Unsupported::new(
                operation.span,
                format!("there are no tools for the method {}", operation.method),
            )
        })
}

/// Makes the tool. `name` is what it is called; identifiers are given by the caller.
pub(super) fn tool<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    api: usize,
    (change, hints): (Option<&Override>, &Hints<'d>),
    resolver: &mut Resolver<'d, '_>,
) -> Result<OperationTool, Unsupported> {
    let template = template(operation)?;
    let method = method(operation, details)?;
    let layout = layout(operation, details, api, change, resolver)?;
    let none = Vec::new();
    let mut made = arguments::arguments(
        &layout.candidates,
        change.map_or(&none, |change| &change.arguments),
        operation.span,
        resolver.lowering.schemas_mut(),
        resolver.sink,
    );
    let accept = answer::accept(details);
    let mut request = request(
        (method, operation),
        accept,
        &template,
        layout,
        &mut made,
        api,
    );
    let api_defaults = resolver.manifest.apis.get(api);
    if let (Some(api), Some(change)) = (api_defaults, change) {
        teams::bounds(api, change, resolver.manifest, resolver.sink);
    }
    let timeout = change
        .and_then(|change| change.timeout.as_ref())
        .or_else(|| api_defaults.and_then(|api| api.timeout.as_ref()))
        .map_or(TIMEOUT, |timeout| timeout.value);
    let max_response_bytes = change
        .and_then(|change| change.max_response_bytes.as_ref())
        .or_else(|| api_defaults.and_then(|api| api.max_response_bytes.as_ref()))
        .map_or(MAX_RESPONSE_BYTES, |bytes| bytes.value);
    let response = response::shape(operation, details, change, max_response_bytes, resolver);
    let output = answer::output(operation, details, change, response.as_ref(), resolver);
    request.xml = resolver.xml_answer(operation, details, output.is_some());
    let mut tool = OperationTool {
        type_name: String::new(),
        method_name: String::new(),
        title: title(operation, change, hints),
        description: description(operation, change, hints, resolver),
        annotations: annotations(operation.method, change, hints),
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
        response,
        mock: None,
        validation: None,
    };
    resolver.document(operation, details, change, &mut tool);
    Ok(tool)
}

/// The values of the request: parameters by location, path first, so that those keep their names;
/// then the body, whole or by member.
fn layout<'d>(
    operation: &Operation<'d>,
    details: &Details<'d>,
    api: usize,
    change: Option<&Override>,
    resolver: &mut Resolver<'d, '_>,
) -> Result<Layout, Unsupported> {
    let nesting = resolver
        .manifest
        .apis
        .get(api)
        .and_then(|api| api.deep_object);
    let mut candidates = Vec::new();
    let parameters = parameters(details, nesting, &mut candidates, resolver)?;
    let plain = BodyOverride::default();
    let asked = change.map_or(&plain, |change| &change.body);
    let body = body::body(
        operation,
        details,
        asked,
        nesting,
        &mut candidates,
        resolver,
    )?;
    Ok(Layout {
        candidates,
        parameters,
        body,
    })
}

/// The request that the values become. What the path template fixes of the query comes before the
/// parameters, as values of its own.
fn request(
    (method, operation): (&'static str, &Operation<'_>),
    accept: String,
    template: &Template<'_>,
    layout: Layout,
    made: &mut Arguments,
    api: usize,
) -> Request {
    // That each name in the template is declared was checked with the details.
    let in_path = |name: &str| {
        let mut path = layout.parameters.path.iter();
        path.find(|(known, _)| known == name)
            .map(|(_, parameter)| parameter.clone())
    };
    let piece = |piece: &TemplatePiece<'_>| match piece {
        TemplatePiece::Literal(literal) => Some(Piece::Literal(path_literal(literal))),
        TemplatePiece::Parameter(name) => in_path(name).map(Piece::Parameter),
    };
    let path = template
        .path
        .iter()
        .map(|segment| segment.iter().filter_map(piece).collect())
        .collect();
    let mut parameters = Vec::new();
    for pair in &template.query {
        let fixed = Parameter {
            value: made.values.len(),
            name: pair.name.clone(),
            location: Location::Query,
            style: ParameterStyle::Fixed,
            explode: false,
            allow_reserved: false,
        };
        parameters.push(match &pair.value {
            QueryValue::Literal(literal) => {
                made.values
                    .push(Value::Constant(Constant::Text(literal.clone())));
                made.names.push(pair.name.clone());
                made.optional.push(false);
                fixed
            }
            QueryValue::Parameter(name) => match in_path(name) {
                Some(parameter) => Parameter {
                    value: parameter.value,
                    style: ParameterStyle::Style(Style::Form),
                    ..fixed
                },
                None => continue,
            },
        });
    }
    parameters.extend(layout.parameters.others);
    Request {
        api,
        // Who asks for which is known once all operations are: see `security`.
        credentials: Vec::new(),
        method,
        template: operation.path.value.to_owned(),
        path,
        parameters,
        body: layout.body,
        accept,
        xml: None,
        names: made.names.clone(),
    }
}

fn title(
    operation: &Operation<'_>,
    change: Option<&Override>,
    hints: &Hints<'_>,
) -> Option<String> {
    let hinted = hints.title.as_ref().map(|title| title.value);
    change
        .and_then(|change| change.title.as_ref().map(|title| title.value.clone()))
        .or_else(|| {
            let summary = text::clean(hinted.or(operation.summary)?);
            (!summary.is_empty()).then(|| text::shortened(&summary, MAX_TITLE))
        })
}

/// Summary and description, where they differ; clients hand it to the model.
fn description(
    operation: &Operation<'_>,
    change: Option<&Override>,
    hints: &Hints<'_>,
    resolver: &mut Resolver<'_, '_>,
) -> String {
    if let Some(description) = change.and_then(|change| change.description.as_ref()) {
        return description.value.clone();
    }
    let hinted = hints
        .description
        .as_ref()
        .map(|hint| text::clean(hint.value));
    if let Some(hinted) = hinted.filter(|hinted| !hinted.is_empty()) {
        return text::shortened(&hinted, MAX_DESCRIPTION);
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
/// that method), with the changes of the document's hints and of the manifest.
fn annotations(method: &str, change: Option<&Override>, hints: &Hints<'_>) -> Annotations {
    let safe = matches!(method, "GET" | "HEAD" | "QUERY");
    let said = change.map_or_else(manifest::Annotations::default, |change| change.annotations);
    // What the manifest says of one of these two beats what a hint says of the other.
    let hinted = hints.read_only.filter(|_| said.destructive != Some(true));
    let read_only = said.read_only.or(hinted);
    let hinted = hints.destructive.filter(|_| said.read_only != Some(true));
    let destructive = said.destructive.or(hinted);
    let safe = read_only.unwrap_or(safe && destructive != Some(true));
    Annotations {
        read_only: safe,
        destructive: destructive.unwrap_or(!safe),
        idempotent: said
            .idempotent
            .or(hints.idempotent)
            .unwrap_or(safe || matches!(method, "PUT" | "DELETE")),
        open_world: said.open_world.or(hints.open_world).unwrap_or(true),
    }
}
