//! Policies that answer calls in the API's place.

use gatewright_schema::{SchemaId, Table};

use super::{operation, tools};
use crate::diagnostic::{Diagnostic, codes};
use crate::expr::Environment;
use crate::manifest::{MockResponse, Policy, ReturnResponse};
use crate::plan::{Reply, ReplyKind};
use crate::resolve::policies::{Placed, Policies, Scope, misplaced};
use crate::schema::compact;

impl Policies<'_> {
    pub(super) fn reply(
        &mut self,
        policy: &Policy,
        kind: ReplyKind,
        environment: &Environment<'_>,
        placed: &mut Placed,
    ) {
        let replies = &placed.transforms.replies;
        if let Some(first) = replies.iter().find(|reply| reply.when.is_none()) {
            self.sink.report(
                Diagnostic::new(
                    &codes::UNREACHABLE_POLICY,
                    policy.span,
                    "no call comes as far as this: all are answered before",
                )
                .also(first.span, "this answers every call")
                .help("give the first a `when`, or remove one of the two"),
            );
            return;
        }
        if let Some(when) = self.when(policy, environment) {
            placed.transforms.replies.push(Reply {
                kind,
                when,
                span: policy.span,
                rule: None,
            });
        }
    }

    /// What is answered. A tool that publishes a schema of its answers keeps to it.
    pub(super) fn response(&mut self, scope: Scope<'_>, response: &ReturnResponse) -> ReplyKind {
        let publishing = tools(scope).filter_map(|tool| {
            let output = operation(tool)?.output.as_ref()?;
            Some((tool, output.schema))
        });
        if !response.error {
            for (tool, schema) in publishing {
                let problem = match &response.structured {
                    None => Some("text alone does not match it".to_owned()),
                    Some(value) => {
                        let compacted = compact(self.schemas, &[schema]);
                        let root = compacted.position(schema).unwrap_or(SchemaId(0));
                        let table = Table {
                            schemas: compacted.schemas.into(),
                        };
                        let checked = table.check_text(root, value.to_json().as_bytes());
                        checked
                            .err()
                            .and_then(|problems| problems.iter().next().map(ToString::to_string))
                    }
                };
                if let Some(problem) = problem {
                    self.sink.report(
                        Diagnostic::new(
                            &codes::INVALID_VALUE,
                            response.span,
                            format!(
                                "`{}` publishes a schema of its answers: {problem}",
                                tool.name
                            ),
                        )
                        .help("answer with `structured` content that matches it, or with `error: true`"),
                    );
                    break;
                }
            }
        }
        match (&response.structured, &response.text) {
            (Some(value), _) => ReplyKind::Structured {
                json: value.to_json(),
                error: response.error,
            },
            (None, text) => ReplyKind::Text {
                text: text
                    .as_ref()
                    .map(|text| text.value.clone())
                    .unwrap_or_default(),
                error: response.error,
            },
        }
    }

    pub(super) fn mock(
        &mut self,
        scope: Scope<'_>,
        policy: &Policy,
        mock: &MockResponse,
    ) -> Option<ReplyKind> {
        if let Some(name) = &mock.example {
            if !matches!(scope, Scope::Tool { .. }) {
                self.sink.report(misplaced(
                    name.span,
                    "examples belong to one operation each",
                    "name the example under `overrides`, for the tool that it is of",
                ));
                return None;
            }
            let found = self.documented.examples.iter();
            let found = found.filter(|(span, _)| *span == name.span);
            // Where there is none, that was reported.
            let mock = found.map(|(_, mock)| mock.clone()).next_back()?;
            return Some(ReplyKind::Mock(Some(mock)));
        }
        let mut whole = true;
        for tool in tools(scope) {
            let reason = match operation(tool) {
                Some(operation) if operation.mock.is_some() => continue,
                Some(operation) => {
                    let known = self.documented.mockless.iter();
                    let mut known = known.filter(|(span, _)| *span == operation.operation);
                    known
                        .next_back()
                        .map_or("", |(_, reason)| reason)
                        .to_owned()
                }
                None => "it is written in Rust, and nothing says what it answers".to_owned(),
            };
            self.sink.report(
                Diagnostic::new(
                    &codes::NO_MOCK,
                    policy.span,
                    format!("there is nothing to mock `{}` with: {reason}", tool.name),
                )
                .help(
                    "declare an example of its answer, or mock the other tools one by one, under `overrides`",
                ),
            );
            whole = false;
        }
        if let Scope::Tool { tool, .. } = scope {
            let own = operation(tool)?.mock.clone()?;
            return Some(ReplyKind::Mock(Some(own)));
        }
        whole.then_some(ReplyKind::Mock(None))
    }
}
