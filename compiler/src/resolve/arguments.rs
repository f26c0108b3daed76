//! The arguments of a tool: parameters and body of an operation made into one flat object, with the
//! manifest's changes applied.

use std::collections::BTreeSet;

use gatewright_schema::rule::{Property, Rule, Types};
use gatewright_schema::{SchemaId, Table};

use super::names;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::ArgumentOverride;
use crate::plan::{Constant, Field, Value};
use crate::schema::{Schema, Schemas, compact};
use crate::source::{self, Node, Span};
use crate::suggestion::did_you_mean;

/// A value of the request, before the manifest has its say.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Its name in the document.
    pub(super) wire: String,
    /// Put before the name where another argument has it already: `body_`.
    pub(super) prefix: &'static str,
    /// What it must match.
    pub(super) schema: SchemaId,
    /// Whether the API demands it.
    pub(super) required: bool,
    /// What a parameter says beyond its schema.
    pub(super) description: Option<String>,
    /// Where it is declared.
    pub(super) span: Span,
}

/// The arguments of a tool.
#[derive(Debug)]
pub(super) struct Arguments {
    /// The schema of the object, in the arena.
    pub(super) schema: SchemaId,
    /// The visible ones.
    pub(super) fields: Vec<Field>,
    /// One for each candidate, in the same order.
    pub(super) values: Vec<Value>,
    /// What messages call each value.
    pub(super) names: Vec<String>,
    /// Whether each value can be absent.
    pub(super) optional: Vec<bool>,
}

/// Makes the arguments. Candidates earlier in the list keep their names.
pub(super) fn arguments(
    candidates: &[Candidate],
    overrides: &[ArgumentOverride],
    at: Span,
    schemas: &mut Schemas,
    sink: &mut Sink,
) -> Arguments {
    let made = make_names(candidates, sink);
    check_overrides(&made, overrides, sink);
    let mut idents = BTreeSet::new();
    let mut shown = BTreeSet::new();
    let (mut properties, mut required) = (Vec::new(), Vec::new());
    let mut arguments = Arguments {
        schema: SchemaId(0),
        fields: Vec::new(),
        values: Vec::new(),
        names: Vec::new(),
        optional: Vec::new(),
    };
    for (candidate, name) in candidates.iter().zip(made) {
        let change = overrides
            .iter()
            .find(|change| change.argument.value == name);
        if let Some(value) = change.and_then(|change| change.value.as_ref()) {
            check_constant(value, candidate.schema, candidate.span, schemas, sink);
            arguments.values.push(Value::Constant(constant(value)));
            arguments.names.push(name);
            arguments.optional.push(false);
            continue;
        }
        let name = change
            .and_then(|change| change.name.as_ref())
            .map_or(name, |new| new.value.clone());
        if !shown.insert(name.clone()) {
            let span = change
                .and_then(|change| change.name.as_ref())
                .map_or(candidate.span, |new| new.span);
            sink.report(Diagnostic::new(
                &codes::NAME_COLLISION,
                span,
                format!("another argument is already called `{name}`"),
            ));
            continue;
        }
        let default = change.and_then(|change| change.default.as_ref());
        if let Some(default) = default {
            check_constant(default, candidate.schema, candidate.span, schemas, sink);
        }
        let is_required = candidate.required && default.is_none();
        let position = arguments.fields.len();
        arguments.values.push(match default {
            Some(default) => Value::FieldOr(position, constant(default)),
            None => Value::Field(position),
        });
        arguments.optional.push(!is_required && default.is_none());
        arguments.names.push(name.clone());
        arguments.fields.push(Field {
            ident: names::snake(&name, &mut idents),
            kind: schemas.scalar_kind(candidate.schema),
            required: is_required,
            name: name.clone(),
        });
        properties.push(Property {
            name: name.clone().into(),
            schema: described(candidate, change, schemas),
        });
        if is_required {
            required.push(name.into());
        }
    }
    arguments.schema = object(properties, required, at, schemas);
    arguments
}

/// The names that the candidates have without the manifest. Every one that is not what the document
/// says is reported.
fn make_names(candidates: &[Candidate], sink: &mut Sink) -> Vec<String> {
    let mut taken = BTreeSet::new();
    candidates
        .iter()
        .map(|candidate| {
            let plain = names::argument(&candidate.wire, &BTreeSet::new());
            let name = if taken.contains(&plain) {
                names::argument(&format!("{}{}", candidate.prefix, candidate.wire), &taken)
            } else {
                plain
            };
            if name != candidate.wire {
                sink.report(Diagnostic::new(
                    &codes::RENAMED,
                    candidate.span,
                    format!("the argument for `{}` is called `{name}`", candidate.wire),
                ));
            }
            taken.insert(name.clone());
            name
        })
        .collect()
}

fn check_overrides(made: &[String], overrides: &[ArgumentOverride], sink: &mut Sink) {
    for change in overrides {
        if !made.contains(&change.argument.value) {
            let diagnostic = Diagnostic::new(
                &codes::NO_SUCH_ARGUMENT,
                change.argument.span,
                format!("the tool has no argument `{}`", change.argument.value),
            );
            let known = made.iter().map(String::as_str);
            let help = did_you_mean(&change.argument.value, known)
                .unwrap_or_else(|| format!("its arguments are {}", listed(made)));
            sink.report(diagnostic.help(help));
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value that the manifest fixes must be one that the API takes.
pub(super) fn check_constant(
    value: &Node,
    schema: SchemaId,
    declared: Span,
    schemas: &Schemas,
    sink: &mut Sink,
) {
    let json = value.to_json();
    let Ok(raw) = gatewright_schema::json::Raw::parse(json.as_bytes()) else {
        return;
    };
    let compacted = compact(schemas, &[schema]);
    let Some(root) = compacted.position(schema) else {
        return;
    };
    let table = Table {
        schemas: compacted.schemas.into(),
    };
    if let Err(violations) = table.check(root, raw) {
        for violation in &violations {
            sink.report(
                Diagnostic::new(
                    &codes::INVALID_CONSTANT,
                    value.span,
                    format!(
                        "the API does not take this value: {}expected {}, got {}",
                        if violation.pointer.is_empty() {
                            String::new()
                        } else {
                            format!("at `{}`, ", violation.pointer)
                        },
                        violation.expected,
                        violation.actual
                    ),
                )
                .also(declared, "declared here"),
            );
        }
    }
}

fn constant(value: &Node) -> Constant {
    match &value.value {
        source::Value::String(text) => Constant::Text(text.clone()),
        source::Value::Number(text) => Constant::Number(text.clone()),
        source::Value::Boolean(value) => Constant::Boolean(*value),
        _ => Constant::Json(value.to_json()),
    }
}

/// The candidate's schema, with what the parameter and the manifest say of it.
fn described(
    candidate: &Candidate,
    change: Option<&ArgumentOverride>,
    schemas: &mut Schemas,
) -> SchemaId {
    let description = change
        .and_then(|change| change.description.as_ref().map(|text| text.value.clone()))
        .or_else(|| candidate.description.clone());
    let default = change
        .and_then(|change| change.default.as_ref())
        .map(Node::to_json);
    if description.is_none() && default.is_none() {
        return candidate.schema;
    }
    let mut schema = schemas.get(candidate.schema).clone();
    if description.is_some() {
        schema.annotations.description = description;
    }
    if default.is_some() {
        schema.annotations.default = default;
    }
    schemas.add(schema)
}

/// A closed object schema.
fn object(
    properties: Vec<Property>,
    required: Vec<gatewright_schema::rule::Text>,
    span: Span,
    schemas: &mut Schemas,
) -> SchemaId {
    let none = schemas.add(Schema::new(span, Types::NONE));
    let mut rules = vec![Rule::Properties(properties.into())];
    if !required.is_empty() {
        rules.push(Rule::Required(required.into()));
    }
    rules.push(Rule::AdditionalProperties(none));
    let mut schema = Schema::new(span, Types::OBJECT);
    schema.rules = rules;
    schemas.add(schema)
}
