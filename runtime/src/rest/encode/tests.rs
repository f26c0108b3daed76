//! Every published table of styles, and hostile values.

mod cases;
mod forms;
mod hostile;
mod multipart;
mod nested;
mod requests;
mod round_trip;

use gatewright_schema::Violations;

use crate::rest::{Body, Location, Operation, Parameter, Piece, Style};

/// A parameter that takes the first argument.
fn parameter(location: Location, style: Style, explode: bool, name: &'static str) -> Parameter {
    Parameter {
        argument: 0,
        name,
        location,
        style,
        explode,
        allow_reserved: false,
    }
}

/// An operation that lives as long as the test run.
fn operation(
    path: Vec<Vec<Piece>>,
    parameters: Vec<Parameter>,
    body: Body,
    arguments: &'static [&'static str],
) -> &'static Operation {
    let path: Vec<&'static [Piece]> = path.into_iter().map(|pieces| &*Vec::leak(pieces)).collect();
    Box::leak(Box::new(Operation {
        api: 0,
        credentials: &[],
        method: "GET",
        template: "/",
        arguments,
        path: Vec::leak(path),
        parameters: Vec::leak(parameters),
        body,
        accept: "application/json",
        xml: None,
    }))
}

/// All violations, one a line.
fn said(violations: &Violations) -> String {
    let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
