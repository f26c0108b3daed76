//! Limits of tools that can be called without saying who calls.

use super::Findings;
use crate::diagnostic::{Diagnostic, codes};
use crate::expr::Compiled;
use crate::plan::{Intake, LimitKey, Plan, Step, StepKind, Steps, Tool};

pub(super) fn lint<'p>(plan: &'p Plan, findings: &mut Findings<'p>) {
    let server = findings.server;
    // Whoever says nothing comes by the open product, where there is one.
    let products = plan.products_of(server).filter(|product| product.open);
    let scopes: Vec<&Steps> = [&plan.steps, &server.steps]
        .into_iter()
        .chain(products.map(|product| &product.steps).take(1))
        .collect();
    // A call comes in a message, and that over HTTP in a request.
    let arrivals = || {
        [&plan.intake, &server.intake]
            .into_iter()
            .flat_map(Intake::steps)
    };
    for step in arrivals() {
        key(step, None, findings);
    }
    let open = findings.open.clone();
    for step in scopes.iter().copied().flat_map(limits) {
        key(step, None, findings);
    }
    for tool in open.iter().copied() {
        for step in of_tool(tool) {
            key(step, Some(tool), findings);
        }
    }
    if scopes
        .into_iter()
        .flat_map(limits)
        .chain(arrivals())
        .any(always)
    {
        return;
    }
    for tool in open {
        if of_tool(tool).any(always) || findings.is_allowed(&codes::UNLIMITED_SERVER, Some(tool)) {
            continue;
        }
        findings.found.push(
            Diagnostic::new(
                &codes::UNLIMITED_SERVER,
                server.span,
                format!("everybody can call tools of the server `{}` without limit", server.name),
            )
            .label("nobody has to say who calls, and not every call is counted")
            .help(
                "declare `rate_limit_by_key` or `limit_concurrency`, ask for an `identity`, or say why none is \
                 needed: `allow: { unlimited-server: REASON }`",
            ),
        );
    }
}

/// What a limit tells callers apart by, none of whom is known.
fn key<'p>(step: &Step, tool: Option<&'p Tool>, findings: &mut Findings<'p>) {
    let StepKind::Limit { key, .. } = &step.kind else {
        return;
    };
    let (code, message, help) = match key {
        LimitKey::All => (
            &codes::SHARED_LIMIT,
            "one caller can use up this limit for everybody",
            "give it a key such as `request.ip`, or say that it is meant: `allow: { shared-limit: REASON }`",
        ),
        LimitKey::Expression(key) if is_of_headers(key) => (
            &codes::CHOSEN_LIMIT_KEY,
            "callers choose what this limit tells them apart by",
            "take `request.ip` into the key, or say who sets the header: `allow: { chosen-limit-key: REASON }`",
        ),
        LimitKey::Caller | LimitKey::Expression(_) => return,
    };
    if !findings.is_allowed(code, tool) {
        findings
            .found
            .push(Diagnostic::new(code, step.span, message).help(help));
    }
}

/// Whether a key is made of nothing but what a request says in its headers.
fn is_of_headers(key: &Compiled) -> bool {
    key.variables()
        .all(|variable| variable.starts_with("request.headers"))
}

fn limits(steps: &Steps) -> impl Iterator<Item = &Step> {
    let is_limit = |step: &&Step| matches!(step.kind, StepKind::Limit { .. });
    steps.limit.iter().filter(is_limit)
}

fn of_tool(tool: &Tool) -> impl Iterator<Item = &Step> {
    limits(&tool.steps).chain(limits(&tool.after_arguments))
}

/// Whether a limit counts every call in its scope.
fn always(step: &Step) -> bool {
    matches!(step.kind, StepKind::Limit { when: None, .. })
}
