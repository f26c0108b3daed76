//! The query.

use super::{Arguments, Refusal, style};
use crate::rest::{Location, Parameter, Style, Value};

const TAKEN: Refusal = Refusal::with_help(
    "an object without members that are named like other parameters of the query",
    "use the argument of that name instead",
);

/// Appends `?` and the query, where there is one.
pub(super) fn write(arguments: &mut Arguments<'_>, target: &mut String) {
    let operation = arguments.operation;
    let mut separator = '?';
    for parameter in operation.parameters {
        if parameter.location != Location::Query {
            continue;
        }
        let before = target.len();
        target.push(separator);
        let start = target.len();
        let value = arguments.value(parameter.argument);
        if let Err(refusal) = style::expand(parameter, value, target) {
            arguments.refuse(parameter.argument, refusal);
        }
        let written = target.get(start..).unwrap_or_default();
        if written.is_empty() {
            target.truncate(before);
            continue;
        }
        separator = '&';
        if names_its_members(parameter, value) && takes_names(written, arguments, parameter) {
            arguments.refuse(parameter.argument, TAKEN);
        }
    }
}

/// Whether the members of the value become parameters in their own right.
fn names_its_members(parameter: &Parameter, value: Value<'_>) -> bool {
    parameter.style == Style::Form
        && parameter.explode
        && matches!(value, Value::Json(text) if text.trim_start().starts_with('{'))
}

/// Whether one of the pairs in `written` is named like another parameter.
fn takes_names(written: &str, arguments: &Arguments<'_>, parameter: &Parameter) -> bool {
    written.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        arguments.operation.parameters.iter().any(|other| {
            other.location == Location::Query
                && other.argument != parameter.argument
                && other.name == name
        })
    })
}
