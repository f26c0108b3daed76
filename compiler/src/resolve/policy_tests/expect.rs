//! What is to come of a call.

use super::{body, impossible, lower};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest;
use crate::plan::{Action, TestExpect, TestOutcome, TestRequest, TestResult, Tool};
use crate::source::{Node, Spanned};

/// Why no API is asked where no tool is called.
pub(super) const NO_CALL: &str = "no API is asked: no tool is called";

/// The expectation, where a call of the tool can come to it.
pub(super) fn expect(
    expect: &manifest::TestExpect,
    tool: Option<&Tool>,
    sink: &mut Sink,
) -> Option<TestExpect> {
    let outcome = outcome(&expect.outcome, sink)?;
    let is_function = tool.is_some_and(|tool| matches!(tool.action, Action::Rust(_)));
    if tool.is_none() && outcome == TestOutcome::Invalid {
        let message = "no tool is called: there are no arguments that could be invalid";
        let help = "expect it to be allowed or denied";
        impossible(expect.outcome.span, message, help, sink);
    }
    let asked = [
        expect.upstream_request.as_ref().map(|request| request.span),
        expect
            .upstream_asked
            .as_ref()
            .filter(|asked| asked.value)
            .map(|asked| asked.span),
    ];
    for span in asked.into_iter().flatten() {
        if tool.is_none() {
            impossible(span, NO_CALL, "leave this out", sink);
        } else if is_function {
            let message = "no API stands behind this tool, which is a function";
            impossible(span, message, "leave this out", sink);
        } else if outcome != TestOutcome::Allowed {
            let message = "the API is never asked: the call is not let through";
            let help = "leave this out; that the API is not asked is always checked";
            impossible(span, message, help, sink);
        }
    }
    if let (Some(request), Some(asked)) = (&expect.upstream_request, &expect.upstream_asked)
        && !asked.value
    {
        let message = "the API is not to be asked, and yet to be asked for something";
        sink.report(
            Diagnostic::new(&codes::CONFLICTING_KEYS, asked.span, message)
                .also(request.span, "it is to be asked for this")
                .help("remove one of the two"),
        );
    }
    if let Some(status) = &expect.status
        && status.value < 200
    {
        let message = format!("{} is not the status of a whole answer", status.value);
        let help = "give one from 200 to 599";
        sink.report(Diagnostic::new(&codes::INVALID_VALUE, status.span, message).help(help));
    }
    if let Some(result) = &expect.result
        && outcome != TestOutcome::Allowed
        && let Some(structured) = &result.value.structured
    {
        let message = "what is refused has no `structuredContent`";
        impossible(structured.span, message, "look at its `text`", sink);
    }
    Some(TestExpect {
        outcome,
        upstream_asked: expect.upstream_asked.as_ref().map(|asked| asked.value),
        upstream: expect
            .upstream_request
            .as_ref()
            .map(|it| request(&it.value)),
        result: expect.result.as_ref().map(|it| result(&it.value)),
        status: expect.status.as_ref().map(|status| status.value),
        headers: lower(&expect.headers),
        record: expect
            .record
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.value.clone()))
            .collect(),
    })
}

fn outcome(outcome: &Spanned<manifest::TestOutcome>, sink: &mut Sink) -> Option<TestOutcome> {
    match &outcome.value {
        manifest::TestOutcome::Allowed => Some(TestOutcome::Allowed),
        manifest::TestOutcome::Invalid => Some(TestOutcome::Invalid),
        manifest::TestOutcome::Denied(name) => reason(name).map(TestOutcome::Denied),
        manifest::TestOutcome::Nothing => {
            let message = "`false` does not say what is to come of the call";
            let help = "say `allowed: true`, `invalid: true`, or with `denied` why it is refused";
            sink.report(Diagnostic::new(&codes::INVALID_VALUE, outcome.span, message).help(help));
            None
        }
    }
}

/// The variant of the runtime's `Reason`, by the name in the log; the manifest admits no other names.
fn reason(name: &str) -> Option<&'static str> {
    Some(match name {
        "address_refused" => "Address",
        "header_refused" => "Header",
        "not_in_product" => "Product",
        "condition_not_met" => "Condition",
        "condition_failed" => "Undecided",
        "authorizer_denied" => "Denied",
        "authorizer_unavailable" => "NoDecision",
        "rate_limit_exceeded" => "Rate",
        "concurrency_limit_exceeded" => "Concurrency",
        "quota_exceeded" => "Quota",
        "store_unavailable" => "Store",
        "transform_failed" => "Transform",
        "content_refused" => "Content",
        "classifier_unavailable" => "Unclassified",
        "identity_required" => "Identity",
        "insufficient_scope" => "Scope",
        "custom_policy" => "Custom",
        _ => return None,
    })
}

fn request(request: &manifest::TestRequest) -> TestRequest {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    TestRequest {
        method: text(&request.method),
        path: text(&request.path),
        query: text(&request.query),
        headers: lower(&request.headers),
        without_headers: request
            .without_headers
            .iter()
            .map(|name| name.value.to_ascii_lowercase())
            .collect(),
        body: request.body.as_ref().map(body),
    }
}

fn result(result: &manifest::TestResult) -> TestResult {
    TestResult {
        is_error: result.is_error.as_ref().map(|value| value.value),
        text: result.text.as_ref().map(|text| text.value.clone()),
        contains: result
            .contains
            .iter()
            .map(|text| text.value.clone())
            .collect(),
        structured: result.structured.as_ref().map(Node::to_json),
    }
}
