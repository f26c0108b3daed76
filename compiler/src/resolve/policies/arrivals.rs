//! Limits of requests and messages: where they can stand, and when they are counted.

use super::{Policies, Scope, misplaced};
use crate::expr::Compiled;
use crate::manifest::{Policy, Unit};
use crate::plan::{Intake, LimitKey, Step, StepKind};

impl Policies<'_> {
    /// Whether a limit of requests or messages stands where they are counted; reports it otherwise.
    pub(super) fn of_arrivals(&mut self, scope: Scope<'_>, policy: &Policy, unit: Unit) -> bool {
        let word = unit.word();
        let (unknown, help) = match scope {
            Scope::Gateway { .. } | Scope::Server { .. } => return true,
            Scope::Tool { .. } => (
                "which tool they call",
                "count the `calls` of this tool, or declare the limit for the server or the gateway",
            ),
            Scope::Product { .. } => (
                "by which product calls are made",
                "count `calls`, or declare the limit for the server or the gateway",
            ),
        };
        let message = format!("{word} are counted before it is known {unknown}");
        self.sink.report(misplaced(policy.span, &message, help));
        false
    }
}

impl Intake {
    /// Where a limit of requests or messages belongs: the earliest place where all is known that it asks for,
    /// so that finding out who calls is behind the limits that do not need it.
    pub(super) fn phase(&mut self, unit: Unit, step: &Step) -> &mut Vec<Step> {
        if unit == Unit::Messages {
            &mut self.messages
        } else if asks_who_calls(&step.kind) {
            &mut self.identified
        } else {
            &mut self.requests
        }
    }
}

fn asks_who_calls(step: &StepKind) -> bool {
    let StepKind::Limit { key, when, .. } = step else {
        return false;
    };
    let key = match key {
        LimitKey::All => None,
        LimitKey::Caller => return true,
        LimitKey::Expression(key) => Some(key),
    };
    let names = |expression: &Compiled| {
        let mut variables = expression.variables();
        variables.any(|variable| variable.split('.').next() == Some("principal"))
    };
    key.into_iter()
        .chain(when)
        .any(|expression| names(expression))
}
