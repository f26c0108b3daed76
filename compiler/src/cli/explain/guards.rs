//! Content guards in words.

use super::Line;
use crate::plan::{Detect, Guard, GuardAction, Plan, Server, Tool};

/// What is searched for in the arguments.
pub(super) fn arguments(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    let guards = plan.guards(server, tool).map(|(_, guard)| guard);
    guards
        .filter(|guard| guard.arguments)
        .map(|guard| ("validate", describe(guard, "arguments"), guard.span))
        .collect()
}

/// What is searched for in the result.
pub(super) fn result(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    let guards = plan.guards(server, tool).map(|(_, guard)| guard);
    guards
        .filter(|guard| guard.result)
        .map(|guard| ("shape", describe(guard, "result"), guard.span))
        .collect()
}

fn describe(guard: &Guard, what: &str) -> String {
    let known = guard.detect.iter().map(|detect| match detect {
        Detect::Secrets => "secrets",
        Detect::PersonalData => "personal data",
        Detect::PromptInjection => "prompt injection",
    });
    let named = guard.patterns.iter().map(|(name, _)| name.as_str());
    let sought: Vec<_> = known.chain(named).collect();
    let action = match guard.action {
        GuardAction::Refuse => "refused",
        GuardAction::Mask => "masked",
        GuardAction::Log => "logged",
    };
    let when = match guard.when {
        Some(_) => ", where its condition holds",
        None => "",
    };
    format!(
        "the {what}, searched for {}: what is found is {action}{when}",
        sought.join(", ")
    )
}
