//! What a manifest refers to in a crate, where there is none.

use crate::diagnostic::{Diagnostic, codes};
use crate::plan::{Action, Plan, StepKind, Steps};
use crate::source::Span;

/// Reports tools and policies that are written in Rust: they live in a crate.
pub(in crate::cli) fn problems(plan: &Plan) -> Vec<Diagnostic> {
    let tools = || plan.servers.iter().flat_map(|server| &server.tools);
    let functions = tools().filter_map(|tool| match &tool.action {
        Action::Rust(path) => Some((path, tool.selected)),
        Action::Operation(_) => None,
    });
    let policies = std::iter::once(&plan.steps)
        .chain(plan.products.iter().map(|product| &product.steps))
        .chain(plan.servers.iter().map(|server| &server.steps))
        .chain(tools().flat_map(|tool| [&tool.steps, &tool.after_arguments]))
        .flat_map(functions_of);
    functions
        .chain(policies)
        .map(|(path, span)| {
            Diagnostic::new(
                &codes::INVALID_VALUE,
                span,
                format!("`gatewright build` has no crate that `{path}` could be in"),
            )
            .help("make a project with `gatewright new`, and build that with Cargo")
        })
        .collect()
}

/// The policies of a scope that are functions, and where they were declared.
fn functions_of(steps: &Steps) -> impl Iterator<Item = (&String, Span)> {
    steps.authorize.iter().filter_map(|step| match &step.kind {
        StepKind::Rust { path, .. } => Some((path, step.span)),
        _ => None,
    })
}
