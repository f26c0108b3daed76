//! Authorizers without whose answer something can be changed.

use super::{Findings, operations};
use crate::diagnostic::{Diagnostic, codes};
use crate::plan::{Plan, Step, StepKind, Steps};

pub(super) fn lint<'p>(plan: &'p Plan, findings: &mut Findings<'p>) {
    let server = findings.server;
    let products = plan.products_of(server).map(|product| &product.steps);
    let shared: Vec<&Steps> = [&plan.steps, &server.steps]
        .into_iter()
        .chain(products)
        .collect();
    let tools: Vec<_> = server.tools.iter().collect();
    for (tool, operation) in operations(&tools) {
        if operation.annotations.read_only {
            continue;
        }
        let scopes = shared
            .iter()
            .copied()
            .chain([&tool.steps, &tool.after_arguments]);
        let open = scopes
            .flat_map(|steps| &steps.authorize)
            .filter(|step| is_open(plan, step));
        for step in open {
            if findings.is_allowed(&codes::FAIL_OPEN_AUTHORIZER, Some(tool)) {
                continue;
            }
            findings.found.push(
                Diagnostic::new(
                    &codes::FAIL_OPEN_AUTHORIZER,
                    step.span,
                    "while this authorizer does not answer, something can be changed without its decision",
                )
                .also(
                    tool.overridden.unwrap_or(tool.selected),
                    format!("`{}` of `{}` changes something", tool.name, server.name),
                )
                .help(
                    "say `on_failure: deny`, or say why it is meant: `allow: { fail-open-authorizer: REASON }`",
                ),
            );
        }
    }
}

/// Whether calls are allowed while the authorizer does not answer.
fn is_open(plan: &Plan, step: &Step) -> bool {
    let StepKind::Authorize(question) = &step.kind else {
        return false;
    };
    let authorizer = plan.authorizers.get(question.authorizer);
    authorizer.is_some_and(|authorizer| authorizer.allow_on_failure)
}
