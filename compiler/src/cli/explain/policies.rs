//! The policies of a tool in words.

use super::{Line, authorize, limits, products};
use crate::plan::{Check, CheckKind, Intake, LimitKey, Plan, Server, Step, StepKind, Steps, Tool};
use crate::source::Files;

/// What every request to the server must pass.
pub(super) fn checks(server: &Server) -> Vec<Line> {
    server
        .checks
        .iter()
        .map(|check| ("connection", describe_check(check), check.span))
        .collect()
}

/// What every request is counted against before it is known who sends it; what it is counted against then; and
/// what every message is counted against.
pub(super) fn arrivals(plan: &Plan, server: &Server, files: &Files) -> [Vec<Line>; 3] {
    let phases: [fn(&Intake) -> &Vec<Step>; 3] = [
        |intake| &intake.requests,
        |intake| &intake.identified,
        |intake| &intake.messages,
    ];
    phases.map(|steps| {
        let steps = steps(&plan.intake).iter().chain(steps(&server.intake));
        steps.map(|step| line("limit", step, plan, files)).collect()
    })
}

fn describe_check(check: &Check) -> String {
    match &check.kind {
        CheckKind::Address { inside: true, .. } => {
            "the client's address must be one of those listed".to_owned()
        }
        CheckKind::Address { inside: false, .. } => {
            "the client's address must not be one of those listed".to_owned()
        }
        CheckKind::Header { name, values, .. } if values.is_empty() => {
            format!("the header `{name}` must be there")
        }
        CheckKind::Header { name, values, .. } => {
            format!("the header `{name}` must be one of: {}", values.join(", "))
        }
    }
}

/// What every call must pass before its arguments are read: who may call, then how often; the gateway
/// before the product, the product before the server, the server before the tool.
pub(super) fn before(plan: &Plan, server: &Server, tool: &Tool, files: &Files) -> Vec<Line> {
    let mut scopes = vec![(None, &plan.steps)];
    let products = products::of_tool(plan, server, tool);
    scopes.extend(products.map(|product| (Some(product.name.as_str()), &product.steps)));
    scopes.extend([(None, &server.steps), (None, &tool.steps)]);
    let phase = |name: &'static str, steps: fn(&Steps) -> &Vec<Step>| {
        let lines = scopes.iter().flat_map(move |(product, scope)| {
            let lines = steps(scope).iter();
            lines.map(move |step| {
                let (phase, what, span) = line(name, step, plan, files);
                let what = match product {
                    Some(product) => format!("by the product `{product}`: {what}"),
                    None => what,
                };
                (phase, what, span)
            })
        });
        lines.collect::<Vec<Line>>()
    };
    let mut lines = phase("authorize", |steps| &steps.authorize);
    lines.extend(phase("limit", |steps| &steps.limit));
    lines
}

/// What a call must pass once its arguments are read.
pub(super) fn after(plan: &Plan, steps: &Steps, files: &Files) -> Vec<Line> {
    let authorize = steps.authorize.iter();
    authorize
        .map(|step| line("authorize", step, plan, files))
        .chain(
            steps
                .limit
                .iter()
                .map(|step| line("limit", step, plan, files)),
        )
        .collect()
}

fn line(phase: &'static str, step: &Step, plan: &Plan, files: &Files) -> Line {
    let text = |span| {
        files
            .text(span)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let what = match &step.kind {
        StepKind::Require(_) => format!("this must hold: {}", text(step.span)),
        StepKind::Limit {
            limit,
            stored,
            key,
            when,
        } => {
            let limit = plan.limits.get(*limit).map(limits::describe);
            let limit = limit.unwrap_or_default();
            let key = match key {
                LimitKey::Expression(_) => " for each key",
                LimitKey::Caller => " for each caller",
                LimitKey::All => "",
            };
            let when = match when {
                Some(_) => ", where its condition holds",
                None => "",
            };
            let stored = if *stored {
                ", counted in the store"
            } else {
                ""
            };
            format!("{limit}{key}{when}{stored}")
        }
        StepKind::Authorize(question) => authorize::describe(question, plan),
        StepKind::Rust {
            path,
            arguments,
            when,
        } => {
            let arguments = if *arguments {
                " with the arguments"
            } else {
                ""
            };
            let when = match when {
                Some(_) => ", where its condition holds",
                None => "",
            };
            format!("asked{arguments} and must allow it: the function `{path}` of the crate{when}")
        }
    };
    (phase, what, step.span)
}
