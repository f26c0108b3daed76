//! The parameters of an operation: what each takes from the caller, and how it is written.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::arguments::Candidate;
use super::body::{apart, scalar};
use super::media_type::{self, Kind};
use super::request::wire_name;
use super::unsupported::Unsupported;
use super::{Resolver, deep, form};
use crate::manifest::Nesting;
use crate::openapi::{self, Details, Location, MediaType, Style};
use crate::plan::{Parameter, ParameterStyle};
use crate::schema::{Direction, Schema, Schemas, text};

/// The parameters as they go on the wire.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    /// Those of the path, by name.
    pub(super) path: Vec<(String, Parameter)>,
    /// The others, in order.
    pub(super) others: Vec<Parameter>,
}

/// Adds a candidate for each parameter, and says how it is written. Those of the path come first, so
/// that they keep their names.
pub(super) fn parameters<'d>(
    details: &Details<'d>,
    nesting: Option<Nesting>,
    candidates: &mut Vec<Candidate>,
    resolver: &mut Resolver<'d, '_>,
) -> Result<Parameters, Unsupported> {
    let mut made = Parameters::default();
    for parameter in ordered(details) {
        if parameter.whole_query {
            whole_query(parameter, nesting, candidates, resolver, &mut made)?;
            continue;
        }
        let schema = resolver.schema(parameter.schema, parameter.span, Direction::Request);
        let (style, schema) = style(parameter, schema, nesting, resolver)?;
        let schema = not_empty(parameter, style, schema, resolver.lowering.schemas_mut());
        let wire = Parameter {
            value: candidates.len(),
            name: wire_name(parameter.name.value, parameter.location),
            location: parameter.location,
            style,
            explode: parameter.explode,
            allow_reserved: parameter.allow_reserved,
        };
        candidates.push(candidate(parameter, schema));
        if parameter.location == Location::Path {
            made.path.push((parameter.name.value.to_owned(), wire));
        } else {
            made.others.push(wire);
        }
    }
    Ok(made)
}

/// The parameters, path first; within a location in the document's order.
fn ordered<'p, 'd>(details: &'p Details<'d>) -> Vec<&'p openapi::Parameter<'d>> {
    let mut parameters: Vec<_> = details.parameters.iter().collect();
    parameters.sort_by_key(|parameter| parameter.location);
    parameters
}

fn candidate(parameter: &openapi::Parameter<'_>, schema: SchemaId) -> Candidate {
    Candidate {
        wire: parameter.name.value.to_owned(),
        prefix: match parameter.location {
            Location::Path => "path_",
            Location::Query => "query_",
            Location::Header => "header_",
            Location::Cookie => "cookie_",
        },
        schema,
        required: parameter.required,
        description: parameter.description.map(text::clean),
        span: parameter.span,
    }
}

/// How a parameter is written, and the schema that its value must match for that.
fn style(
    parameter: &openapi::Parameter<'_>,
    schema: SchemaId,
    nesting: Option<Nesting>,
    resolver: &mut Resolver<'_, '_>,
) -> Result<(ParameterStyle, SchemaId), Unsupported> {
    let schemas = resolver.lowering.schemas_mut();
    if let Some(content) = &parameter.content {
        return match media_type::kind(content.name.value) {
            Kind::Json | Kind::AnyRange => Ok((ParameterStyle::Json, schema)),
            Kind::Text => {
                let plain = match parameter.location {
                    Location::Path | Location::Header => Style::Simple,
                    Location::Query | Location::Cookie => Style::Form,
                };
                Ok((ParameterStyle::Style(plain), scalar(schema, schemas)))
            }
            _ => Err(neither(parameter)),
        };
    }
    if parameter.style == Style::DeepObject {
        let style = deep::style(schema, nesting, parameter.span, schemas)?;
        return Ok((style, schema));
    }
    let schema = if parameter.allow_empty && parameter.style == Style::Form {
        or_empty(schema, schemas)
    } else {
        schema
    };
    Ok((ParameterStyle::Style(parameter.style), schema))
}

fn neither(parameter: &openapi::Parameter<'_>) -> Unsupported {
    Unsupported::new(
        parameter.span,
        format!(
            "the parameter `{}` is written neither as JSON nor as text",
            parameter.name.value
        ),
    )
}

/// The schema without the values of which nothing would be left in the request: empty ones in a path,
/// and lists and objects without items where a query must have them (RFC 6570, section 3.2.1).
fn not_empty(
    parameter: &openapi::Parameter<'_>,
    style: ParameterStyle,
    schema: SchemaId,
    schemas: &mut Schemas,
) -> SchemaId {
    let ParameterStyle::Style(style) = style else {
        return schema;
    };
    let in_path = parameter.location == Location::Path;
    let needed = in_path || (parameter.location == Location::Query && parameter.required);
    let mut declared = schemas.get(schemas.follow(schema)).clone();
    // What has no type at all is told nothing: the rules of three kinds would be more than it says.
    if !needed || declared.types == Types::ANY {
        return schema;
    }
    let mut missing = Vec::new();
    // Of an empty text `;name` is left, and of a label its dot.
    if in_path && style == Style::Simple {
        missing.push((Types::STRING, Rule::MinLength(1)));
    }
    missing.push((Types::ARRAY, Rule::MinItems(1)));
    missing.push((Types::OBJECT, Rule::MinProperties(1)));
    missing.retain(|(kind, rule)| {
        declared.types.contains(*kind) && !declared.rules.iter().any(|said| settles(said, rule))
    });
    if missing.is_empty() {
        return schema;
    }
    declared
        .rules
        .extend(missing.into_iter().map(|(_, rule)| rule));
    schemas.add(declared)
}

/// Whether a rule says already whether a value may be empty, so that `rule` need not.
fn settles(said: &Rule, rule: &Rule) -> bool {
    std::mem::discriminant(said) == std::mem::discriminant(rule)
        || matches!(
            (said, rule),
            (Rule::Enumeration(_), _) | (Rule::Format(_), Rule::MinLength(_))
        )
}

/// The schema, or the empty text (`allowEmptyValue`).
fn or_empty(schema: SchemaId, schemas: &mut Schemas) -> SchemaId {
    let declared = schemas.get(schemas.follow(schema));
    let restricts = |rule: &Rule| {
        matches!(
            rule,
            Rule::Enumeration(_)
                | Rule::MinLength(_)
                | Rule::Pattern(_)
                | Rule::Format(_)
                | Rule::AllOf(_)
                | Rule::AnyOf(_)
                | Rule::OneOf { .. }
                | Rule::Not(_)
                | Rule::If { .. }
                | Rule::Reference(_)
        )
    };
    if declared.types.contains(Types::STRING) && !declared.rules.iter().any(restricts) {
        return schema;
    }
    let span = declared.span;
    let mut empty = Schema::new(span, Types::STRING);
    empty
        .rules
        .push(Rule::Enumeration(vec!["\"\"".into()].into()));
    empty.annotations.description = Some("Given, without a value.".to_owned());
    let empty = schemas.add(empty);
    let mut either = Schema::new(span, Types::ANY);
    either.rules.push(Rule::AnyOf(vec![schema, empty].into()));
    schemas.add(either)
}

/// A parameter that is the whole query (`in: querystring`): JSON or text as one argument, a form as one
/// for each of its members.
fn whole_query<'d>(
    parameter: &openapi::Parameter<'d>,
    nesting: Option<Nesting>,
    candidates: &mut Vec<Candidate>,
    resolver: &mut Resolver<'d, '_>,
    made: &mut Parameters,
) -> Result<(), Unsupported> {
    let Some(content) = &parameter.content else {
        return Err(neither(parameter));
    };
    let schema = resolver.schema(parameter.schema, parameter.span, Direction::Request);
    let (style, schema) = match media_type::kind(content.name.value) {
        Kind::Json => (ParameterStyle::Json, schema),
        Kind::Text => {
            let schema = scalar(schema, resolver.lowering.schemas_mut());
            (ParameterStyle::Style(Style::Form), schema)
        }
        Kind::UrlEncoded => {
            return fields(
                parameter, content, schema, nesting, candidates, resolver, made,
            );
        }
        _ => return Err(neither(parameter)),
    };
    made.others.push(Parameter {
        value: candidates.len(),
        name: String::new(),
        location: Location::Query,
        style,
        explode: false,
        allow_reserved: false,
    });
    candidates.push(candidate(parameter, schema));
    Ok(())
}

fn fields<'d>(
    parameter: &openapi::Parameter<'d>,
    content: &MediaType<'d>,
    schema: SchemaId,
    nesting: Option<Nesting>,
    candidates: &mut Vec<Candidate>,
    resolver: &mut Resolver<'d, '_>,
    made: &mut Parameters,
) -> Result<(), Unsupported> {
    let shape =
        apart(resolver.lowering.schemas(), schema, parameter.required).map_err(|reason| {
            let reason = format!("its query string cannot be taken apart into arguments: {reason}");
            Unsupported::new(parameter.span, reason)
        })?;
    for member in shape.members {
        let named = (member.name.as_str(), member.schema);
        let field = form::field(content, named, candidates.len(), nesting, resolver)?;
        made.others.push(field);
        candidates.push(Candidate {
            span: resolver.lowering.schemas().get(member.schema).span,
            wire: member.name,
            prefix: "query_",
            schema: member.schema,
            required: member.required,
            description: None,
        });
    }
    Ok(())
}
