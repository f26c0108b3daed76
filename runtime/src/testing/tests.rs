use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::*;
use crate::Gateway;
use crate::call::{Answer, Call as ToolCall, Service};
use crate::description::{Access, Description, Page, Server, Tool};
use crate::policy::Refusal;
use crate::result::ToolResult;

/// Tools that do what their names say.
struct Tools;

impl Service for Tools {
    fn call<'a>(&'a self, call: &'a ToolCall, arguments: &'a [u8]) -> Answer<'a> {
        reached(0);
        match call.name() {
            "refuse" => call.refuse(&Refusal::until(
                Reason::Rate,
                "Too often.",
                Duration::from_secs(9),
            )),
            "panic" => panic!("a handler that panics"),
            _ => {
                passed(0);
                let text = String::from_utf8_lossy(arguments).into_owned();
                Box::pin(std::future::ready(ToolResult::text(text)))
            }
        }
    }
}

const fn tool(name: &'static str) -> Tool {
    Tool {
        name,
        ..Tool::NATIVE
    }
}

static SERVER: Server = Server {
    name: "s",
    title: "S",
    path: "/s/mcp",
    listeners: &[],
    admit: |caller| match caller.header("x-closed") {
        None => Ok(()),
        Some(_) => Err(Refusal::new(Reason::Header, "Closed.")),
    },
    intake: crate::policy::Intake::NONE,
    cors: None,
    access: &Access::ANONYMOUS,
    tools: &[tool("echo"), tool("refuse"), tool("panic")],
    find: |name| {
        ["echo", "refuse", "panic"]
            .iter()
            .position(|tool| *tool == name)
    },
    initialize: "",
    discover: "{}",
    pages: &[Page {
        cursor: "",
        legacy: "{}",
        modern: "{}",
    }],
    selection: None,
    catalogue: None,
    implementation: "{}",
};

static DESCRIPTION: Description = Description {
    name: "g",
    version: "1.0.0",
    digest: "",
    variables: &[],
    apis: &[],
    limits: &[],
    authorizers: &[],
    guards: &[],
    cache_bytes: 0,
    public_url: None,
    listeners: &[],
    identities: &[],
    store: None,
    egress: None,
    products: &[],
    servers: &[&SERVER],
};

const CALL: Call<'static> = Call {
    method: "tools/call",
    server: 0,
    tool: "echo",
    arguments: "{\"a\":1}",
    headers: &[],
    listener: None,
    address: "127.0.0.1",
    principal: None,
};

const ALLOWED: Expect<'static> = Expect {
    outcome: Outcome::Allowed,
    status: None,
    headers: &[],
    upstream_asked: None,
    upstream: None,
    result: None,
    record: &[("outcome", "success")],
};

const STEP: Step<'static> = Step {
    place: "gateway.yaml:3",
    after: Duration::ZERO,
    times: 1,
    call: CALL,
    authorizer: Verdicts::UNSAID,
    classifier: Verdicts::UNSAID,
    upstream: Upstream::NO_CONTENT,
    expect: ALLOWED,
};

#[expect(
    clippy::large_types_passed_by_value,
    reason = "each test makes its own"
)]
fn attempt_of(step: Step<'_>) -> Result<(), Failure> {
    let test = Test {
        name: "t",
        place: "gateway.yaml:2",
        id: ("g", 0),
        at: 0,
        steps: &[step],
    };
    attempt(&Gateway::new(&DESCRIPTION, Tools), &test)
}

fn observed(call: &Call<'_>) -> Observed {
    let mut simulation = Simulation::new(&Gateway::new(&DESCRIPTION, Tools), 0).unwrap();
    simulation.call(call, Upstream::NO_CONTENT).unwrap()
}

#[test]
fn outcomes_are_those_of_the_pipeline() {
    let with = |tool, headers| {
        observed(&Call {
            tool,
            headers,
            ..CALL
        })
    };
    let allowed = with("echo", &[]);
    assert_eq!((allowed.outcome, allowed.status), (Outcome::Allowed, 200));
    assert_eq!(
        (allowed.text().as_str(), allowed.is_error()),
        ("{\"a\":1}", false)
    );
    let refused = with("refuse", &[]);
    assert_eq!(refused.outcome, Outcome::Denied(Reason::Rate));
    assert_eq!(refused.text(), "Too often. Try again in 9 seconds.");
    let closed = with("echo", &[("x-closed", "1")]);
    assert_eq!(
        (closed.outcome, closed.status),
        (Outcome::Denied(Reason::Header), 403)
    );
    assert_eq!(with("none", &[]).outcome, Outcome::Fault);
    assert_eq!(with("panic", &[]).outcome, Outcome::Fault);
}

#[test]
fn what_is_otherwise_is_told() {
    let result = ExpectResult {
        is_error: Some(true),
        text: Some("b"),
        contains: &["c"],
        structured: Some("1"),
    };
    let failure = attempt_of(Step {
        expect: Expect {
            outcome: Outcome::Denied(Reason::Scope),
            status: Some(403),
            headers: &[("retry-after", "9"), ("content-type", "text/plain")],
            upstream_asked: Some(true),
            upstream: Some(ExpectRequest::default()),
            result: Some(result),
            record: &[("outcome", "tool_error"), ("cache", "hit")],
        },
        ..STEP
    })
    .unwrap_err();
    assert_eq!(
        failure.message(),
        "gateway.yaml:3: t\n  \
         the call: expected `denied: insufficient_scope`, came `allowed`\n  \
         the HTTP status: expected `403`, came `200`\n  \
         the HTTP response: the header `retry-after` is not there\n  \
         the HTTP response: `content-type`: expected `text/plain`, came `application/json`\n  \
         the API was to be asked, and was not\n  \
         the API was to be asked, and was not\n  \
         `isError`: expected `true`, came `false`\n  \
         the text of the result: expected `b`, came `{\"a\":1}`\n  \
         the text of the result does not contain `c`: `{\"a\":1}`\n  \
         the result has no `structuredContent`\n  \
         `outcome` of the access record: expected `tool_error`, came `success`\n  \
         `cache` of the access record: expected `hit`, came `nothing`\n  \
         what came: allowed, HTTP 200, no API asked\n    {\"a\":1}"
    );
    assert_eq!(attempt_of(STEP), Ok(()));
}

#[test]
fn what_cannot_be_sent_is_a_failure() {
    for call in [
        Call { server: 7, ..CALL },
        Call {
            headers: &[("a b", "")],
            ..CALL
        },
        Call {
            principal: Some(Principal::default()),
            ..CALL
        },
    ] {
        assert!(attempt_of(Step { call, ..STEP }).is_err(), "{call:?}");
    }
    let upstream = Upstream::Answer {
        status: 99,
        headers: &[],
        body: "",
    };
    assert!(attempt_of(Step { upstream, ..STEP }).is_err());
}

/// One rule, which the service tells of.
const ONE: Rules = Rules {
    all: &[Rule {
        place: "gateway.yaml:1",
        name: "require",
        refuses: true,
        conditional: false,
    }],
    subjects: &[],
};

/// What one test counts does not show in another that runs at the same time.
#[test]
fn policies_are_counted_for_each_test() {
    static DONE: AtomicBool = AtomicBool::new(false);
    let other = std::thread::spawn(|| {
        while !DONE.load(Ordering::Relaxed) {
            coverage::counted(ONE, || observed(&CALL));
        }
    });
    for _ in 0..20 {
        let ((), counts) = coverage::counted(ONE, || {
            observed(&CALL);
            observed(&Call {
                tool: "refuse",
                ..CALL
            });
        });
        assert_eq!((counts[0].reached, counts[0].passed), (2, 1));
    }
    DONE.store(true, Ordering::Relaxed);
    other.join().unwrap();
    // Outside of a test nobody counts.
    reached(0);
}

#[test]
fn reasons_have_names_of_their_own() {
    let names: std::collections::BTreeSet<_> =
        Reason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(names.len(), Reason::ALL.len());
    assert!(!names.contains(crate::policy::INVALID_ARGUMENTS));
}
