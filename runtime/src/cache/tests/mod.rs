//! Remembered answers, with an API on a real socket and a clock that stands still.

mod changes;
mod control;
mod keys;
mod together;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::{Cache, Caching, Served};
use crate::auth::{Principal, PrincipalKind};
use crate::call::{Answer, Call, Service};
use crate::caller::Caller;
use crate::clock::Clock;
use crate::description::{Access, Api, Description, Part, Server, Tool};
use crate::environment::Environment;
use crate::gateway::Shared;
use crate::policy::Limits;
use crate::rest::{Body, Location, Operation, Parameter, Style, Value, encode};
use crate::result::{Content, ToolResult};
use crate::upstream::Client;
use crate::upstream::tests::stub::Stub;

struct Nothing;

impl Service for Nothing {
    fn call<'a>(&'a self, call: &'a Call, _arguments: &'a [u8]) -> Answer<'a> {
        call.unknown()
    }
}

const fn operation(
    method: &'static str,
    body: Body,
    parameters: &'static [Parameter],
) -> Operation {
    Operation {
        api: 0,
        credentials: &[],
        method,
        template: "/pets",
        arguments: &["q"],
        path: &[],
        parameters,
        body,
        accept: "application/json",
        xml: None,
    }
}

static READ: Operation = operation(
    "GET",
    Body::None,
    &[Parameter {
        argument: 0,
        name: "q",
        location: Location::Query,
        style: Style::Form,
        explode: true,
        allow_reserved: false,
    }],
);
static WRITE: Operation = operation("POST", Body::None, &[]);
static SEARCH: Operation = operation(
    "POST",
    Body::Json {
        media_type: "application/json",
        argument: 0,
    },
    &[],
);

const CACHING: Caching = Caching {
    ttl: Duration::from_mins(1),
    shared: false,
    stale_if_error: Duration::from_secs(30),
    max_entry_bytes: 4096,
};

const fn tool(operation: &'static Operation, cache: Option<Caching>) -> Tool {
    Tool {
        name: "tool",
        operation: Some(operation),
        timeout: Duration::from_secs(10),
        max_response_bytes: 1 << 20,
        cache,
        ..Tool::NATIVE
    }
}

static TOOLS: &[Tool] = &[
    tool(&READ, Some(CACHING)),
    tool(
        &READ,
        Some(Caching {
            shared: true,
            stale_if_error: Duration::ZERO,
            ..CACHING
        }),
    ),
    tool(&SEARCH, Some(CACHING)),
    Tool {
        invalidates: &[0, 2],
        ..tool(&WRITE, None)
    },
];

/// Its answers are each caller's own.
const OWN: usize = 0;
/// Its answers are everybody's.
const SHARED: usize = 1;
/// It has a JSON body.
const SEARCHING: usize = 2;
/// It invalidates the first and the third.
const WRITING: usize = 3;

static SERVER: Server = Server {
    name: "pets",
    title: "",
    path: "/mcp",
    listeners: &[],
    admit: |_| Ok(()),
    intake: crate::policy::Intake::NONE,
    cors: None,
    access: &Access::ANONYMOUS,
    tools: TOOLS,
    find: |_| None,
    initialize: "",
    discover: "",
    pages: &[],
    selection: None,
    catalogue: None,
    implementation: "",
};

/// Eight of the greatest answers.
const CACHE_BYTES: usize = 32 << 10;

static DESCRIPTION: Description = Description {
    name: "test",
    version: "1",
    digest: "",
    variables: &[],
    apis: &[],
    limits: &[],
    store: None,
    egress: None,
    authorizers: &[],
    guards: &[],
    cache_bytes: CACHE_BYTES,
    public_url: None,
    listeners: &[],
    identities: &[],
    products: &[],
    servers: &[&SERVER],
};

/// A gateway, its API, and the time.
struct Gateway {
    shared: Arc<Shared>,
    stub: Stub,
    milliseconds: Arc<AtomicU64>,
}

impl Gateway {
    fn new(stub: Stub) -> Self {
        let environment = Environment::resolve(&DESCRIPTION, &|_| None, &BTreeMap::new()).unwrap();
        let url: &'static [Part] = Vec::leak(vec![Part::Literal(stub.url("").leak())]);
        let api = Box::leak(Box::new(Api {
            name: "store",
            url,
            credentials: &[],
            headers: &[],
            connect_timeout: Duration::from_secs(5),
            compression: false,
        }));
        let milliseconds = Arc::new(AtomicU64::new(0));
        let clock = Clock::Virtual(Arc::clone(&milliseconds));
        let shared = Arc::new(Shared {
            auth: crate::auth::Auth::default(),
            description: &DESCRIPTION,
            service: Arc::new(Nothing),
            clients: vec![Client::new(api, &environment).unwrap()],
            authorizers: crate::policy::authorize::Authorizers::default(),
            classifiers: crate::guard::Classifiers::default(),
            limits: Limits::new(&[], clock.clone(), None),
            cache: Cache::new(&DESCRIPTION, clock),
            guards: crate::guard::Guards::default(),
        });
        Self {
            shared,
            stub,
            milliseconds,
        }
    }

    /// One whose API answers with the number of the request, and further headers.
    fn counting(status: &'static str, headers: &'static str) -> Self {
        let count = AtomicUsize::new(0);
        Self::new(Stub::new(move |_, _| {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            answer(status, headers, &number.to_string())
        }))
    }

    fn wait(&self, seconds: u64) {
        self.milliseconds
            .fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn requests(&self) -> usize {
        self.stub.requests().len()
    }

    async fn call(
        &self,
        tool: usize,
        caller: &Arc<Caller>,
        value: &str,
    ) -> (String, Option<Served>) {
        let (result, served) = call(&self.shared, tool, caller, value).await;
        (said(&result), served)
    }
}

/// The API closes each connection: told so, the client does not try to use it again.
fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

async fn call(
    shared: &Arc<Shared>,
    tool: usize,
    caller: &Arc<Caller>,
    value: &str,
) -> (ToolResult, Option<Served>) {
    let call = Call::new(shared, 0, tool, None, Arc::clone(caller));
    let operation = TOOLS[tool].operation.unwrap();
    let value = match tool {
        SEARCHING => Value::Json(value),
        _ => Value::Text(value),
    };
    let result = call.forward(encode(operation, &[value])).await;
    (result, call.was_served())
}

/// The structured content, and what is said beside it.
fn said(result: &ToolResult) -> String {
    let mut said = String::new();
    for block in &result.content {
        match block {
            Content::Structured => {
                said += std::str::from_utf8(result.structured.as_ref().unwrap()).unwrap();
            }
            Content::Text(text) => said += text,
            other => panic!("{other:?}"),
        }
    }
    said
}

fn nobody() -> Arc<Caller> {
    Arc::default()
}

/// Whom a token of an issuer is about.
fn holder(issuer: &str, subject: Option<&str>, client: Option<&str>) -> Arc<Caller> {
    known(Principal {
        kind: PrincipalKind::Token,
        identity: "staff",
        issuer: Some(issuer.into()),
        subject: subject.map(Into::into),
        client_id: client.map(Into::into),
        ..Principal::default()
    })
}

fn consumer(name: &str) -> Arc<Caller> {
    known(Principal {
        kind: PrincipalKind::Key,
        identity: "partners",
        consumer: Some(name.into()),
        ..Principal::default()
    })
}

fn known(principal: Principal) -> Arc<Caller> {
    Arc::new(Caller {
        principal: Some(Arc::new(principal)),
        ..Caller::default()
    })
}

#[tokio::test]
async fn an_answer_is_told_again_until_it_is_too_old() {
    let gateway = Gateway::counting("200 OK", "");
    let caller = nobody();
    for expected in [Served::Miss, Served::Hit, Served::Hit] {
        let (said, served) = gateway.call(OWN, &caller, "a").await;
        assert_eq!((said.as_str(), served), ("1", Some(expected)));
    }
    // What the arguments decide is another question.
    assert_eq!(gateway.call(OWN, &caller, "b").await.0, "2");
    gateway.wait(59);
    assert_eq!(gateway.call(OWN, &caller, "a").await.0, "1");
    gateway.wait(1);
    let again = gateway.call(OWN, &caller, "a").await;
    assert_eq!(again, ("3".to_owned(), Some(Served::Miss)));
    assert_eq!(gateway.requests(), 3);
    // A tool that says nothing of it remembers nothing.
    assert_eq!(
        gateway.call(WRITING, &caller, "").await,
        ("4".to_owned(), None)
    );
}

#[tokio::test]
async fn nobody_gets_the_answers_of_another() {
    let gateway = Gateway::counting("200 OK", "");
    let callers = [
        nobody(),
        holder("https://a", Some("1"), None),
        holder("https://b", Some("1"), None),
        holder("https://a", Some("2"), None),
        holder("https://a", Some("1"), Some("app")),
        holder("https://a1", Some(""), None),
        consumer("1"),
        consumer("https://a"),
    ];
    for (number, caller) in (1..).zip(&callers) {
        for served in [Served::Miss, Served::Hit] {
            let answer = gateway.call(OWN, caller, "a").await;
            assert_eq!(answer, (format!("{number}"), Some(served)));
        }
    }
    // Who cannot be told from others gets nothing that was remembered, and nothing of it is.
    let before = gateway.requests();
    for caller in [
        holder("https://a", None, Some("app")),
        known(Principal {
            kind: PrincipalKind::Key,
            ..Principal::default()
        }),
    ] {
        for _ in 0..2 {
            assert_eq!(gateway.call(OWN, &caller, "a").await.1, None);
        }
    }
    assert_eq!(gateway.requests(), before + 4);
    // Unless the manifest says that they share it.
    let first = gateway.call(SHARED, &callers[0], "a").await.0;
    for caller in &callers {
        assert_eq!(
            gateway.call(SHARED, caller, "a").await,
            (first.clone(), Some(Served::Hit))
        );
    }
}

#[tokio::test]
async fn only_successes_are_remembered() {
    for status in [
        "404 Not Found",
        "500 Internal Server Error",
        "304 Not Modified",
    ] {
        let gateway = Gateway::counting(status, "");
        for number in 1..3 {
            let served = gateway.call(OWN, &nobody(), "a").await.1;
            assert_eq!(
                (served, gateway.requests()),
                (Some(Served::Miss), number),
                "{status}"
            );
        }
    }
    // What is announced as JSON and cannot be read as what was promised is an error, too.
    let gateway = Gateway::new(Stub::new(|_, _| b"no HTTP".to_vec()));
    for number in 1..3 {
        gateway.call(OWN, &nobody(), "a").await;
        assert_eq!(gateway.requests(), number);
    }
}

#[tokio::test]
async fn what_the_api_says_of_storing_is_heeded() {
    for (headers, tool, requests) in [
        ("cache-control: no-store\r\n", OWN, 2),
        ("cache-control: private\r\n", OWN, 1),
        ("cache-control: private\r\n", SHARED, 2),
        ("cache-control: max-age=0\r\n", OWN, 2),
        ("cache-control: max-age=60\r\nage: 60\r\n", OWN, 2),
        ("vary: *\r\n", OWN, 2),
    ] {
        let gateway = Gateway::counting("200 OK", headers);
        gateway.call(tool, &nobody(), "a").await;
        gateway.call(tool, &nobody(), "a").await;
        assert_eq!(gateway.requests(), requests, "{headers} {tool}");
    }
    // It can shorten the time, but not make it longer.
    for (headers, fresh) in [
        ("cache-control: max-age=5\r\n", 5),
        ("cache-control: max-age=600\r\n", 60),
    ] {
        let gateway = Gateway::counting("200 OK", headers);
        gateway.call(OWN, &nobody(), "a").await;
        gateway.wait(fresh - 1);
        gateway.call(OWN, &nobody(), "a").await;
        assert_eq!(gateway.requests(), 1, "{headers}");
        gateway.wait(1);
        gateway.call(OWN, &nobody(), "a").await;
        assert_eq!(gateway.requests(), 2, "{headers}");
    }
}

/// An API that answers once, and then with a status.
fn failing_later(status: &'static str, headers: &'static str) -> Gateway {
    let count = AtomicUsize::new(0);
    Gateway::new(Stub::new(move |_, _| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer("200 OK", headers, "\"good\""),
            _ => answer(status, "", "\"bad\""),
        }
    }))
}

#[tokio::test]
async fn an_old_answer_is_told_where_the_api_fails() {
    for status in ["500 No", "502 No", "503 No", "504 No"] {
        let gateway = failing_later(status, "");
        gateway.call(OWN, &nobody(), "a").await;
        gateway.wait(89);
        let (said, served) = gateway.call(OWN, &nobody(), "a").await;
        assert_eq!(served, Some(Served::Stale), "{said}");
        assert!(
            said.starts_with("\"good\"The API fails") && said.contains("89 seconds"),
            "{said}"
        );
        gateway.wait(1);
        let (said, served) = gateway.call(OWN, &nobody(), "a").await;
        assert_eq!(served, Some(Served::Miss));
        assert!(!said.contains("good"), "{said}");
    }
    // Where it does not answer at all.
    let gateway = failing_later("", "");
    gateway.call(OWN, &nobody(), "a").await;
    gateway.wait(61);
    assert_eq!(
        gateway.call(OWN, &nobody(), "a").await.1,
        Some(Served::Stale)
    );
    // What says that the pet is gone is no failure, and what is not asked for is not told.
    for (tool, status, headers) in [
        (OWN, "404 Not Found", ""),
        (OWN, "429 Slow Down", ""),
        (OWN, "500 No", "cache-control: must-revalidate\r\n"),
        (SHARED, "500 No", ""),
    ] {
        let gateway = failing_later(status, headers);
        gateway.call(tool, &nobody(), "a").await;
        gateway.wait(61);
        let (said, served) = gateway.call(tool, &nobody(), "a").await;
        assert_eq!(served, Some(Served::Miss), "{status} {headers}");
        assert!(!said.contains("good"), "{said}");
    }
}

#[tokio::test]
async fn an_answer_that_is_gone_is_not_told_when_the_api_fails_later() {
    let count = AtomicUsize::new(0);
    let gateway = Gateway::new(Stub::new(move |_, _| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer("200 OK", "", "\"good\""),
            1 => answer("404 Not Found", "", ""),
            _ => answer("500 No", "", ""),
        }
    }));
    gateway.call(OWN, &nobody(), "a").await;
    gateway.wait(61);
    for _ in 0..2 {
        assert_eq!(
            gateway.call(OWN, &nobody(), "a").await.1,
            Some(Served::Miss)
        );
    }
}

#[tokio::test]
async fn what_changes_something_makes_answers_untrue() {
    let gateway = Gateway::counting("200 OK", "");
    let callers = [nobody(), consumer("a")];
    for caller in &callers {
        gateway.call(OWN, caller, "a").await;
    }
    gateway.call(SHARED, &nobody(), "a").await;
    gateway.call(WRITING, &callers[1], "").await;
    // Of every caller; but of the tools that it names.
    for caller in &callers {
        assert_eq!(gateway.call(OWN, caller, "a").await.1, Some(Served::Miss));
    }
    assert_eq!(
        gateway.call(SHARED, &nobody(), "a").await.1,
        Some(Served::Hit)
    );
}

#[tokio::test]
async fn what_was_refused_changed_nothing_and_what_may_have_happened_did() {
    for (status, untrue) in [
        ("201 Created", true),
        ("400 Bad Request", false),
        ("409 Conflict", false),
        ("500 No", true),
        ("", true),
    ] {
        let gateway = Gateway::new(Stub::new(move |line, _| {
            if line.starts_with("GET") {
                answer("200 OK", "", "1")
            } else {
                answer(status, "", "2")
            }
        }));
        gateway.call(OWN, &nobody(), "a").await;
        gateway.call(WRITING, &nobody(), "").await;
        let expected = if untrue { Served::Miss } else { Served::Hit };
        assert_eq!(
            gateway.call(OWN, &nobody(), "a").await.1,
            Some(expected),
            "{status}"
        );
    }
}

#[tokio::test]
async fn memory_is_bounded_by_what_answers_weigh() {
    let text = |length: usize| format!("\"{}\"", "x".repeat(length));
    let gateway = Gateway::new(Stub::new(move |line, _| {
        let length = line.split(['=', ' ']).nth(2).unwrap().parse().unwrap();
        answer("200 OK", "", &text(length))
    }));
    let cache = &gateway.shared.cache;
    let storage = cache.storage.as_ref().unwrap();
    for length in 1000..1200 {
        gateway.call(OWN, &nobody(), &length.to_string()).await;
        let held: usize = storage
            .iter()
            .map(|(_, entry)| entry.result.structured.as_ref().unwrap().len())
            .sum();
        assert!(held <= CACHE_BYTES && storage.weight() <= CACHE_BYTES as u64);
    }
    // There is room for most of what it may hold, and none for what is too great.
    assert!(
        storage.weight() > CACHE_BYTES as u64 / 2,
        "{}",
        storage.weight()
    );
    let before = storage.len();
    gateway.call(SHARED, &nobody(), "5000").await;
    assert_eq!(
        gateway.call(SHARED, &nobody(), "5000").await.1,
        Some(Served::Miss)
    );
    assert_eq!(storage.len(), before);
}
