//! What tests are measured by: every policy of the manifest has a number. The code that is generated for it
//! tells the test where it was met; what constant tables have the runtime do, the log tells.

mod tables;

use std::collections::BTreeMap;

use super::place;
use crate::plan::{
    Change, Check, CheckKind, Limit, LimitKey, LimitKind, Plan, PolicyRule, Reply, ReplyKind, Step,
    StepKind, Steps, Target, Transforms, Ways,
};
use crate::source::{Files, Span};

/// Numbers all policies, in the order of the manifest.
pub(super) fn number(plan: &mut Plan, files: &Files) {
    let mut found: BTreeMap<Span, PolicyRule> = BTreeMap::new();
    for check in checks(plan) {
        found.insert(check.span, of_check(check, files));
    }
    for step in steps(plan) {
        found.insert(step.span, of_step(step, &plan.limits, files));
    }
    for transforms in transforms(plan) {
        for reply in &transforms.replies {
            found.insert(reply.span, of_reply(reply, files));
        }
        for change in &transforms.changes {
            found.insert(change.span, of_change(change, files));
        }
    }
    let tables = tables::subjects(plan);
    for table in &tables {
        found.insert(table.span, table.rule(files));
    }
    let positions: BTreeMap<Span, usize> = found
        .keys()
        .enumerate()
        .map(|(position, span)| (*span, position))
        .collect();
    // The gateway's checks are asked by each server: one rule all the same.
    for server in &mut plan.servers {
        for check in &mut server.checks {
            check.rule = positions.get(&check.span).copied();
        }
    }
    for step in steps_mut(plan) {
        step.rule = positions.get(&step.span).copied();
    }
    for transforms in transforms_mut(plan) {
        for reply in &mut transforms.replies {
            reply.rule = positions.get(&reply.span).copied();
        }
        for change in &mut transforms.changes {
            change.rule = positions.get(&change.span).copied();
        }
    }
    let subjects = tables
        .into_iter()
        .filter_map(|table| Some((table.subject, *positions.get(&table.span)?)));
    plan.rule_subjects = subjects.collect();
    plan.rules = found.into_values().collect();
}

fn transforms(plan: &Plan) -> impl Iterator<Item = &Transforms> {
    let of_servers = plan.servers.iter().flat_map(|server| {
        let tools = server.tools.iter().map(|tool| &tool.transforms);
        std::iter::once(&server.transforms).chain(tools)
    });
    std::iter::once(&plan.transforms).chain(of_servers)
}

fn transforms_mut(plan: &mut Plan) -> impl Iterator<Item = &mut Transforms> {
    let of_servers = plan.servers.iter_mut().flat_map(|server| {
        let tools = server.tools.iter_mut().map(|tool| &mut tool.transforms);
        std::iter::once(&mut server.transforms).chain(tools)
    });
    std::iter::once(&mut plan.transforms).chain(of_servers)
}

fn of_reply(reply: &Reply, files: &Files) -> PolicyRule {
    PolicyRule {
        place: place(reply.span, files),
        name: match &reply.kind {
            ReplyKind::Text { .. } | ReplyKind::Structured { .. } => "return_response",
            ReplyKind::Mock(_) => "mock_response",
        },
        ways: Ways::One,
        conditional: reply.when.is_some(),
    }
}

fn of_change(change: &Change, files: &Files) -> PolicyRule {
    PolicyRule {
        place: place(change.span, files),
        name: match &change.target {
            Target::Header(_) => "set_header",
            Target::Query { .. } => "set_query_parameter",
            Target::Member(_) => "set_body",
        },
        ways: Ways::One,
        conditional: change.when.is_some(),
    }
}

fn checks(plan: &Plan) -> impl Iterator<Item = &Check> {
    plan.servers.iter().flat_map(|server| &server.checks)
}

fn steps(plan: &Plan) -> impl Iterator<Item = &Step> {
    let servers = plan.servers.iter();
    let tools = plan.servers.iter().flat_map(|server| &server.tools);
    let products = plan.products.iter().map(|product| &product.steps);
    std::iter::once(&plan.steps)
        .chain(products)
        .chain(servers.map(|server| &server.steps))
        .chain(tools.flat_map(|tool| [&tool.steps, &tool.after_arguments]))
        .flat_map(|steps| steps.authorize.iter().chain(&steps.limit))
        .chain(plan.intake.steps())
        .chain(plan.servers.iter().flat_map(|server| server.intake.steps()))
}

fn steps_mut<'p>(plan: &'p mut Plan) -> impl Iterator<Item = &'p mut Step> {
    let of_calls = |steps: &'p mut Steps| steps.authorize.iter_mut().chain(&mut steps.limit);
    let servers = plan.servers.iter_mut().flat_map(move |server| {
        let tools = server.tools.iter_mut();
        std::iter::once(&mut server.steps)
            .chain(tools.flat_map(|tool| [&mut tool.steps, &mut tool.after_arguments]))
            .flat_map(of_calls)
            .chain(server.intake.steps_mut())
    });
    let products = plan.products.iter_mut().map(|product| &mut product.steps);
    std::iter::once(&mut plan.steps)
        .chain(products)
        .flat_map(of_calls)
        .chain(plan.intake.steps_mut())
        .chain(servers)
}

fn of_check(check: &Check, files: &Files) -> PolicyRule {
    PolicyRule {
        place: place(check.span, files),
        name: match &check.kind {
            CheckKind::Address { .. } => "ip_filter",
            CheckKind::Header { .. } => "check_header",
        },
        ways: Ways::Refusal,
        conditional: false,
    }
}

fn of_step(step: &Step, limits: &[Limit], files: &Files) -> PolicyRule {
    let (name, conditional) = match &step.kind {
        StepKind::Require(_) => ("require", false),
        StepKind::Limit {
            limit, key, when, ..
        } => {
            let by_key = matches!(key, LimitKey::Expression(_));
            let name = match limits.get(*limit).map(|limit| limit.kind) {
                Some(LimitKind::Concurrency(_)) => "limit_concurrency",
                Some(LimitKind::Quota { .. }) if by_key => "quota_by_key",
                Some(LimitKind::Quota { .. }) => "quota",
                Some(LimitKind::Rate { .. }) | None if by_key => "rate_limit_by_key",
                Some(LimitKind::Rate { .. }) | None => "rate_limit",
            };
            (name, when.is_some())
        }
        StepKind::Authorize(question) => ("authorize", question.when.is_some()),
        StepKind::Rust { when, .. } => ("rust", when.is_some()),
    };
    PolicyRule {
        place: place(step.span, files),
        name,
        ways: Ways::Refusal,
        conditional,
    }
}
