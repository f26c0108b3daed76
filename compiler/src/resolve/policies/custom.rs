//! Policies that are functions of the downstream crate.

use super::{Placed, Policies, Scope, speaks_of_arguments};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::expr::Environment;
use crate::manifest::{Policy, PolicyKind};
use crate::plan::{Action, Step, StepKind};
use crate::source::Spanned;

/// Nothing but a function is given arguments: elsewhere the key would do nothing.
pub(super) fn only_functions_take_arguments(policy: &Policy, sink: &mut Sink) {
    if let Some(arguments) = &policy.arguments
        && !matches!(policy.kind, PolicyKind::Rust(_))
    {
        sink.report(
            Diagnostic::new(
                &codes::CONFLICTING_KEYS,
                arguments.span,
                "`arguments` says what a function is given, and this policy is none",
            )
            .help("leave it out; expressions of a tool's policies can speak of `arguments` anyway"),
        );
    }
}

impl Policies<'_> {
    /// Puts a function where it is asked: before the arguments are read, unless it or its condition speaks
    /// of them.
    pub(super) fn custom(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        path: &Spanned<String>,
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        let errors = self.sink.errors();
        if syn::parse_str::<syn::Path>(&path.value).is_err() {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    path.span,
                    format!("`{}` is not the path of a function", path.value),
                )
                .help("write it as in Rust: `crate::policies::no_weekends`"),
            );
        }
        let arguments = policy.arguments.as_ref().filter(|given| given.value);
        if let Some(given) = arguments {
            let problem = match scope {
                Scope::Tool { tool, .. } => match tool.action {
                    Action::Operation(_) => None,
                    Action::Rust(_) => Some("a tool written in Rust reads its arguments itself"),
                },
                Scope::Gateway { .. } | Scope::Product { .. } | Scope::Server { .. } => {
                    Some("each tool has other arguments: a policy of all of them has none")
                }
            };
            if let Some(problem) = problem {
                self.sink.report(
                    Diagnostic::new(&codes::MISPLACED_POLICY, given.span, problem).help(
                        "declare it under the `overrides` of a tool that calls an operation, or leave \
                         `arguments` out",
                    ),
                );
            }
        }
        let when = policy.when.as_ref();
        let when = when.and_then(|when| self.condition(when, environment));
        if self.sink.errors() > errors {
            return;
        }
        let late = arguments.is_some() || when.as_deref().is_some_and(speaks_of_arguments);
        let step = Step {
            kind: StepKind::Rust {
                path: path.value.clone(),
                arguments: arguments.is_some(),
                when,
            },
            span: policy.span,
            rule: None,
        };
        placed.authorize(step, late);
    }
}
