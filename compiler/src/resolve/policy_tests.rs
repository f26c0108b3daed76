//! Tests of policies against the plan: every name bound, nothing that no call could come to.

mod authorizer;
mod expect;
mod listener;
mod principal;
mod rules;

use std::collections::BTreeSet;
use std::time::Duration;

use gatewright_schema::Table;
use gatewright_schema::json::Raw;
use gatewright_schema::time::Timestamp;

use super::names;
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{self, TestTarget};
use crate::plan::{
    Action, OperationTool, Plan, Server, Test, TestBody, TestFailure, TestOutcome, TestStep,
    TestUpstream, Tool,
};
use crate::source::{Files, Node, Object, Span, Spanned, Value};
use crate::suggestion::did_you_mean;

/// When tests begin that do not say: 2026-01-01T00:00:00Z, in milliseconds.
const START: u64 = 1_767_225_600_000;

/// Where calls come from that do not say.
const LOOPBACK: &str = "127.0.0.1";

/// Puts the tests into the plan, and numbers what they are measured by.
pub fn add_tests(plan: &mut Plan, tests: &[manifest::Test], files: &Files, sink: &mut Sink) {
    if tests.is_empty() {
        return;
    }
    repeated(tests, sink);
    let mut functions = BTreeSet::new();
    let binder = Binder {
        table: Table {
            schemas: plan.table.clone().into(),
        },
        plan,
        files,
    };
    let tests = tests
        .iter()
        .map(|test| Test {
            name: test.name.value.clone(),
            function: names::snake(&test.name.value, &mut functions),
            place: place(test.name.span, files),
            at: test
                .at
                .as_ref()
                .and_then(|at| Timestamp::parse(&at.value))
                .and_then(|at| u64::try_from(at.nanos() / 1_000_000).ok())
                .unwrap_or(START),
            steps: test
                .steps
                .iter()
                .filter_map(|step| binder.step(step, sink))
                .collect(),
        })
        .collect();
    plan.tests = tests;
    rules::number(plan, files);
}

fn repeated(tests: &[manifest::Test], sink: &mut Sink) {
    for (position, test) in tests.iter().enumerate() {
        let mut before = tests.iter().take(position);
        if let Some(first) = before.find(|other| other.name.value == test.name.value) {
            sink.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ENTRY,
                    test.name.span,
                    format!("a test is called `{}` already", test.name.value),
                )
                .also(first.name.span, "the first is here")
                .help("say in the name what sets this one apart"),
            );
        }
    }
}

/// `gateway.yaml:12`
fn place(span: Span, files: &Files) -> String {
    let (line, _) = files.position(span);
    format!("{}:{line}", files.file(span.file).name)
}

fn impossible(span: Span, message: impl Into<String>, help: &str, sink: &mut Sink) {
    sink.report(Diagnostic::new(&codes::IMPOSSIBLE_TEST, span, message).help(help));
}

fn undeclared(name: &Spanned<String>, what: &str, help: Option<String>, sink: &mut Sink) {
    let message = format!("there is no {what} `{}`", name.value);
    let diagnostic = Diagnostic::new(&codes::UNDECLARED_NAME, name.span, message);
    sink.report(match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    });
}

struct Binder<'p> {
    plan: &'p Plan,
    /// The rules of all schemas, as the binary has them.
    table: Table,
    files: &'p Files,
}

impl Binder<'_> {
    fn step(&self, step: &manifest::TestStep, sink: &mut Sink) -> Option<TestStep> {
        let call = &step.call;
        let (position, server) = self.server(&call.server, sink)?;
        let (method, tool) = match &call.target {
            TestTarget::Tool(name) => ("tools/call", Some(tool(server, name, sink)?)),
            TestTarget::Method(method) => (method.value.as_str(), None),
        };
        let Some(expect) = &step.expect else {
            sink.report(
                Diagnostic::new(&codes::MISSING_KEY, step.span, "the test has no `expect`")
                    .help("add what is to come of the call: `expect: { allowed: true }`"),
            );
            return None;
        };
        let principal = call
            .principal
            .as_ref()
            .and_then(|principal| self.principal(principal, server, sink));
        let listener = self.listener(call, server, principal.as_ref(), sink)?;
        let expected = expect::expect(expect, tool, sink)?;
        if let Some(tool) = tool {
            self.authorizer(step, (server, tool), &expected.outcome, sink);
            self.classifier(step, (server, tool), &expected.outcome, sink);
            self.arguments(step, tool, &expected.outcome, sink);
        } else {
            authorizer::nobody_is_asked(step, sink);
        }
        if let Some(upstream) = &step.upstream {
            upstream_is_asked(upstream, tool, &expected.outcome, sink);
        }
        Some(TestStep {
            place: place(step.span, self.files),
            after: step
                .after
                .as_ref()
                .map_or(Duration::ZERO, |after| after.value),
            times: step.times.as_ref().map_or(1, |times| times.value),
            server: position,
            method: method.to_owned(),
            tool: tool.map(|tool| tool.name.clone()).unwrap_or_default(),
            arguments: call
                .arguments
                .as_ref()
                .map_or_else(|| "{}".to_owned(), Node::to_json),
            headers: lower(&call.headers),
            listener,
            ip: call
                .ip
                .as_ref()
                .map_or_else(|| LOOPBACK.to_owned(), |ip| ip.value.clone()),
            principal,
            classifier: step.classifier.as_ref().map(|said| said.value.clone()),
            authorizer: step.authorizer.as_ref().map(|said| said.value.clone()),
            upstream: upstream(step.upstream.as_ref(), sink),
            expect: expected,
        })
    }

    fn server(&self, name: &Spanned<String>, sink: &mut Sink) -> Option<(usize, &Server)> {
        let mut servers = self.plan.servers.iter().enumerate();
        let found = servers.find(|(_, server)| server.name == name.value);
        if found.is_none() {
            let names = self.plan.servers.iter().map(|server| server.name.as_str());
            undeclared(name, "server", did_you_mean(name, names), sink);
        }
        found
    }

    /// Whether the arguments are what the expectation needs them to be.
    fn arguments(
        &self,
        step: &manifest::TestStep,
        tool: &Tool,
        outcome: &TestOutcome,
        sink: &mut Sink,
    ) {
        let none = Object::default();
        let arguments = match &step.call.arguments {
            None => &none,
            Some(given) => {
                let Value::Object(arguments) = &given.value else {
                    sink.report(
                        Diagnostic::new(
                            &codes::WRONG_TYPE,
                            given.span,
                            format!("`arguments` must be a mapping, but is {}", given.kind()),
                        )
                        .help("give each argument by its name: `{ petId: 1 }`"),
                    );
                    return;
                };
                arguments
            }
        };
        // A function checks its own.
        let Action::Operation(operation) = &tool.action else {
            return;
        };
        if *outcome != TestOutcome::Invalid && unknown(arguments, operation, sink) {
            return;
        }
        let span = step
            .call
            .arguments
            .as_ref()
            .map_or(step.span, |node| node.span);
        let json = step
            .call
            .arguments
            .as_ref()
            .map_or_else(|| "{}".to_owned(), Node::to_json);
        let checked = match Raw::parse(json.as_bytes()) {
            Ok(raw) => self.table.check(operation.arguments, raw),
            Err(_) => return,
        };
        match (outcome, checked) {
            (TestOutcome::Allowed, Err(violations)) => {
                let mut said = violations.iter().map(ToString::to_string);
                let message = format!(
                    "these arguments break the schema of `{}`: {}",
                    tool.name,
                    said.next().unwrap_or_default()
                );
                let help = "correct them, or expect `invalid: true`";
                impossible(span, message, help, sink);
            }
            (TestOutcome::Invalid, Ok(())) => {
                let message = format!("these arguments are valid for `{}`", tool.name);
                let help = "break the schema with them, or expect the call to be allowed";
                impossible(span, message, help, sink);
            }
            // What is refused may be refused before its arguments are read.
            _ => {}
        }
    }
}

/// Reports arguments that the tool does not have; whether there are any.
fn unknown(arguments: &Object, operation: &OperationTool, sink: &mut Sink) -> bool {
    let errors = sink.errors();
    for member in arguments.members() {
        let names = || operation.fields.iter().map(|field| field.name.as_str());
        if names().any(|name| name == member.key) {
            continue;
        }
        let message = format!("the tool has no argument `{}`", member.key);
        let diagnostic = Diagnostic::new(&codes::NO_SUCH_ARGUMENT, member.key_span, message);
        let help = did_you_mean(&member.key, names()).unwrap_or_else(|| {
            let names: Vec<_> = names().map(|name| format!("`{name}`")).collect();
            match names.as_slice() {
                [] => "it takes none".to_owned(),
                names => format!("it takes {}", names.join(", ")),
            }
        });
        sink.report(diagnostic.help(help));
    }
    sink.errors() > errors
}

fn tool<'s>(server: &'s Server, name: &Spanned<String>, sink: &mut Sink) -> Option<&'s Tool> {
    let found = server.tools.iter().find(|tool| tool.name == name.value);
    if found.is_none() {
        let names = server.tools.iter().map(|tool| tool.name.as_str());
        let message = format!("the server `{}` has no tool `{}`", server.name, name.value);
        let help = did_you_mean(name, names)
            .unwrap_or_else(|| format!("`gatewright explain {}` lists its tools", server.name));
        sink.report(Diagnostic::new(&codes::NO_SUCH_TOOL, name.span, message).help(help));
    }
    found
}

/// Reports what an API would answer that is never asked.
fn upstream_is_asked(
    upstream: &Spanned<manifest::TestUpstream>,
    tool: Option<&Tool>,
    outcome: &TestOutcome,
    sink: &mut Sink,
) {
    let span = upstream.span;
    let Some(tool) = tool else {
        return impossible(span, expect::NO_CALL, "leave `upstream` out", sink);
    };
    if matches!(tool.action, Action::Rust(_)) {
        let message = "no API stands behind this tool, which is a function";
        impossible(span, message, "leave `upstream` out", sink);
    } else if *outcome != TestOutcome::Allowed {
        let message = "the API is never asked: the call is not let through";
        impossible(span, message, "leave `upstream` out", sink);
    }
}

fn upstream(upstream: Option<&Spanned<manifest::TestUpstream>>, sink: &mut Sink) -> TestUpstream {
    let (status, headers, body) = match upstream.map(|upstream| &upstream.value) {
        None => {
            return TestUpstream::Answer {
                status: 204,
                headers: Vec::new(),
                body: String::new(),
            };
        }
        Some(manifest::TestUpstream::Failure(word)) => {
            return TestUpstream::Failure(match word.as_str() {
                "connect" => TestFailure::Connect,
                "timeout" => TestFailure::Timeout,
                _ => TestFailure::Broken,
            });
        }
        Some(manifest::TestUpstream::Answer {
            status,
            headers,
            body,
        }) => (status, headers, body),
    };
    if status.value < 200 {
        let message = format!("{} is not the status of a whole answer", status.value);
        let help = "give one from 200 to 599";
        sink.report(Diagnostic::new(&codes::INVALID_VALUE, status.span, message).help(help));
    }
    let mut headers = lower(headers);
    let text = match body.as_ref().map(self::body) {
        None => String::new(),
        Some(TestBody::Text(text)) => text,
        Some(TestBody::Json(json)) => json,
    };
    if !text.is_empty() && !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    TestUpstream::Answer {
        status: status.value,
        headers,
        body: text,
    }
}

/// A text as it stands, anything else as JSON.
fn body(node: &Node) -> TestBody {
    match &node.value {
        Value::String(text) => TestBody::Text(text.clone()),
        _ => TestBody::Json(node.to_json()),
    }
}

fn lower(headers: &[(Spanned<String>, Spanned<String>)]) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.value.to_ascii_lowercase(), value.value.clone()))
        .collect()
}
