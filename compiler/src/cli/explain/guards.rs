//! Content guards in words.

use super::{Line, template};
use crate::plan::{Detect, Guard, GuardAction, Plan, Server, Tool};

/// What is searched for in the arguments.
pub(super) fn arguments(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    let guards = plan.guards(server, tool).map(|(_, guard)| guard);
    guards
        .filter(|guard| guard.arguments)
        .map(|guard| ("validate", describe(plan, guard, "arguments"), guard.span))
        .collect()
}

/// What is searched for in the result.
pub(super) fn result(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    let guards = plan.guards(server, tool).map(|(_, guard)| guard);
    guards
        .filter(|guard| guard.result)
        .map(|guard| ("shape", describe(plan, guard, "result"), guard.span))
        .collect()
}

fn describe(plan: &Plan, guard: &Guard, what: &str) -> String {
    let known = guard.detect.iter().map(|detect| match detect {
        Detect::Secrets => "secrets",
        Detect::PersonalData => "personal data",
        Detect::PromptInjection => "prompt injection",
    });
    let named = guard.patterns.iter().map(|(name, _)| name.as_str());
    let mut sought: Vec<_> = known.chain(named).map(str::to_owned).collect();
    sought.extend(guard.classifier.as_ref().map(|classifier| {
        let failure = if classifier.allow_on_failure {
            "passes"
        } else {
            "is refused"
        };
        format!(
            "what the classifier at {} flags (without an answer in {:?} it {failure})",
            template(&classifier.url, plan),
            classifier.timeout
        )
    }));
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
