//! The query, and forms, which are written like one.

use super::{Arguments, Refusal, style};
use crate::rest::{Location, Parameter, Style, Value};

const TAKEN: Refusal = Refusal::with_help(
    "an object without members that are named like other parameters of the query or form",
    "use the argument of that name instead",
);

/// Appends `?` and the query, where there is one.
pub(super) fn write(arguments: &mut Arguments<'_>, target: &mut String) {
    let parameters = arguments.operation.parameters;
    pairs(arguments, parameters, "?", target);
}

/// Appends those of the parameters that go into the query, after `prefix` where there are any.
pub(super) fn pairs(
    arguments: &mut Arguments<'_>,
    parameters: &'static [Parameter],
    prefix: &str,
    out: &mut String,
) {
    let mut separator = prefix;
    for parameter in parameters {
        if parameter.location != Location::Query {
            continue;
        }
        let before = out.len();
        out.push_str(separator);
        let start = out.len();
        let value = arguments.value(parameter.argument);
        if let Err(refusal) = style::expand(parameter, value, out) {
            arguments.refuse(parameter.argument, refusal);
        }
        let written = out.get(start..).unwrap_or_default();
        if written.is_empty() {
            out.truncate(before);
            continue;
        }
        separator = "&";
        if names_its_members(parameter, value) && takes_names(written, parameters, parameter) {
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
fn takes_names(written: &str, parameters: &[Parameter], parameter: &Parameter) -> bool {
    written.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        parameters.iter().any(|other| {
            other.location == Location::Query
                && other.argument != parameter.argument
                && other.name == name
        })
    })
}
