//! What authorizers and classifiers answer in a test.

use super::{Binder, impossible};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest;
use crate::plan::{Guard, Server, Step, StepKind, Steps, TestOutcome, Tool};

/// Reports what authorizers and classifiers answer where no tool is called: both are asked about calls.
pub(super) fn nobody_is_asked(step: &manifest::TestStep, sink: &mut Sink) {
    let message = "nobody is asked: no tool is called";
    if let Some(said) = &step.authorizer {
        impossible(said.span, message, "leave `authorizer` out", sink);
    }
    if let Some(said) = &step.classifier {
        impossible(said.span, message, "leave `classifier` out", sink);
    }
}

impl Binder<'_> {
    /// Whether the test says what is answered where something is asked, and only there. What depends on
    /// conditions and products is seen when the test is run.
    pub(super) fn authorizer(
        &self,
        step: &manifest::TestStep,
        (server, tool): (&Server, &Tool),
        outcome: &TestOutcome,
        sink: &mut Sink,
    ) {
        let plan = self.plan;
        let always = [
            &plan.steps,
            &server.steps,
            &tool.steps,
            &tool.after_arguments,
        ];
        let products = plan.products_of(server).map(|product| &product.steps);
        let mut all = always.into_iter().chain(products).flat_map(questions);
        match &step.authorizer {
            Some(said) if all.next().is_none() => {
                let message = format!("no authorizer is asked about calls of `{}`", tool.name);
                impossible(said.span, message, "leave `authorizer` out", sink);
            }
            Some(_) => {}
            None => {
                let is_sure = |step: &Step| matches!(&step.kind, StepKind::Authorize(question) if question.when.is_none());
                let needed = match outcome {
                    TestOutcome::Allowed => always.into_iter().flat_map(questions).any(is_sure),
                    TestOutcome::Denied(reason) => ["Denied", "NoDecision"].contains(reason),
                    TestOutcome::Invalid => false,
                };
                if needed {
                    sink.report(
                        Diagnostic::new(
                            &codes::MISSING_KEY,
                            step.span,
                            "the test does not say what the authorizer answers",
                        )
                        .help("add `authorizer: allow`, `deny` or `fail`"),
                    );
                }
            }
        }
    }

    /// The same of classifiers.
    pub(super) fn classifier(
        &self,
        step: &manifest::TestStep,
        (server, tool): (&Server, &Tool),
        outcome: &TestOutcome,
        sink: &mut Sink,
    ) {
        let classifies = |guard: &Guard| guard.classifier.is_some();
        let mut guards = self.plan.guards(server, tool).map(|(_, guard)| guard);
        match &step.classifier {
            Some(said) if !guards.any(classifies) => {
                let message = format!("no classifier is asked about calls of `{}`", tool.name);
                impossible(said.span, message, "leave `classifier` out", sink);
            }
            Some(_) => {}
            None => {
                // Without texts there is nothing to ask.
                let has_arguments = step.call.arguments.is_some();
                let is_sure = |guard: &Guard| {
                    classifies(guard) && guard.arguments && guard.when.is_none() && has_arguments
                };
                let needed = match outcome {
                    TestOutcome::Allowed => guards.any(is_sure),
                    TestOutcome::Denied(reason) => *reason == "Unclassified",
                    TestOutcome::Invalid => false,
                };
                if needed {
                    sink.report(
                        Diagnostic::new(
                            &codes::MISSING_KEY,
                            step.span,
                            "the test does not say what the classifier answers",
                        )
                        .help("add `classifier: pass`, `flag` or `fail`"),
                    );
                }
            }
        }
    }
}

/// The authorizers of a scope.
fn questions(steps: &Steps) -> impl Iterator<Item = &Step> {
    let is_question = |step: &&Step| matches!(step.kind, StepKind::Authorize(_));
    steps.authorize.iter().filter(is_question)
}
