//! Tests of policies as the manifest's types.

use super::{boolean, count, duration, items, members, pairs, spanned_text, text, texts};
use crate::manifest::{
    Test, TestCall, TestExpect, TestOutcome, TestPrincipal, TestRequest, TestResult, TestStep,
    TestTarget, TestUpstream, TestVerdict, TestVerdicts,
};
use crate::source::{Node, Spanned};

/// The tests under `tests`, without those that are malformed.
pub(in crate::manifest) fn tests(root: &Node) -> Vec<Test> {
    items(root, "tests").iter().filter_map(test).collect()
}

fn test(node: &Node) -> Option<Test> {
    let steps = match node.get("steps") {
        Some(_) => items(node, "steps").iter().filter_map(step).collect(),
        None => vec![step(node)?],
    };
    Some(Test {
        name: text(node, "name")?,
        at: text(node, "at"),
        steps,
    })
}

fn step(node: &Node) -> Option<TestStep> {
    Some(TestStep {
        after: duration(node, "after"),
        times: count(node, "times"),
        call: call(node.get("call")?)?,
        upstream: node
            .get("upstream")
            .and_then(|node| Some(Spanned::new(upstream(node)?, node.span))),
        authorizer: node.get("authorizer").and_then(verdicts),
        classifier: node.get("classifier").and_then(verdicts),
        expect: node.get("expect").and_then(expect),
        span: node.span,
    })
}

fn verdicts(node: &Node) -> Option<Spanned<TestVerdicts>> {
    let verdicts = match node.as_array() {
        Some(items) => TestVerdicts::Each(items.iter().filter_map(verdict).collect()),
        None => TestVerdicts::All(verdict(node)?),
    };
    Some(Spanned::new(verdicts, node.span))
}

fn verdict(node: &Node) -> Option<TestVerdict> {
    Some(match node.as_str()? {
        "allow" | "pass" => TestVerdict::Allow,
        "deny" | "flag" => TestVerdict::Deny,
        "fail" => TestVerdict::Fail,
        _ => return None,
    })
}

fn call(node: &Node) -> Option<TestCall> {
    Some(TestCall {
        server: text(node, "server")?,
        target: match text(node, "tool") {
            Some(tool) => TestTarget::Tool(tool),
            None => TestTarget::Method(text(node, "method")?),
        },
        principal: node.get("principal").map(principal),
        headers: pairs(node, "headers", spanned_text),
        listener: text(node, "listener"),
        ip: text(node, "ip"),
        arguments: node.get("arguments").cloned(),
    })
}

fn principal(node: &Node) -> TestPrincipal {
    TestPrincipal {
        identity: text(node, "identity"),
        issuer: text(node, "issuer"),
        subject: text(node, "subject"),
        client_id: text(node, "client_id"),
        consumer: text(node, "consumer"),
        scopes: texts(node, "scopes"),
        roles: texts(node, "roles"),
        products: texts(node, "products"),
        claims: members(node, "claims")
            .map(|member| (super::key(member), member.value.clone()))
            .collect(),
        span: node.span,
    }
}

fn upstream(node: &Node) -> Option<TestUpstream> {
    if let Some(failure) = text(node, "failure") {
        return Some(TestUpstream::Failure(failure.value));
    }
    Some(TestUpstream::Answer {
        status: count(node, "status")?,
        headers: pairs(node, "headers", spanned_text),
        body: node.get("body").cloned(),
    })
}

fn expect(node: &Node) -> Option<TestExpect> {
    let outcome = if let Some(reason) = text(node, "denied") {
        Spanned::new(TestOutcome::Denied(reason.value), reason.span)
    } else {
        let (said, outcome) = match boolean(node, "allowed") {
            Some(said) => (said, TestOutcome::Allowed),
            None => (boolean(node, "invalid")?, TestOutcome::Invalid),
        };
        let outcome = if said.value {
            outcome
        } else {
            TestOutcome::Nothing
        };
        Spanned::new(outcome, said.span)
    };
    Some(TestExpect {
        outcome,
        upstream_asked: boolean(node, "upstream_asked"),
        upstream_request: node
            .get("upstream_request")
            .map(|node| Spanned::new(request(node), node.span)),
        result: node
            .get("result")
            .map(|node| Spanned::new(result(node), node.span)),
        status: count(node, "status"),
        headers: pairs(node, "headers", spanned_text),
        record: node.get("record").map(record).unwrap_or_default(),
    })
}

fn record(node: &Node) -> Vec<(&'static str, Spanned<String>)> {
    let fields = [
        "outcome", "cache", "product", "identity", "subject", "client",
    ];
    let there = fields.into_iter();
    there
        .filter_map(|name| Some((name, text(node, name)?)))
        .collect()
}

fn request(node: &Node) -> TestRequest {
    TestRequest {
        method: text(node, "method"),
        path: text(node, "path"),
        query: text(node, "query"),
        headers: pairs(node, "headers", spanned_text),
        without_headers: texts(node, "without_headers"),
        body: node.get("body").cloned(),
    }
}

fn result(node: &Node) -> TestResult {
    TestResult {
        is_error: boolean(node, "is_error"),
        text: text(node, "text"),
        contains: texts(node, "contains"),
        structured: node.get("structured").cloned(),
    }
}
