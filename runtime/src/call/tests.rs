//! Calls against an API on a real socket: every kind of answer, and no answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use gatewright_schema::rule::{Rule, Schema, Types};
use gatewright_schema::{SchemaId, Table, Violations};

use super::{Answer, Call, Service};
use crate::cache::Cache;
use crate::clock::Clock;
use crate::description::{Api, Description, Part, Server, Tool};
use crate::environment::Environment;
use crate::gateway::Shared;
use crate::policy::Limits;
use crate::rest::{Body, Operation, encode};
use crate::result::{Content, ResourceBody, ToolResult};
use crate::upstream::Client;
use crate::upstream::tests::stub::{Stub, nowhere};

struct Nothing;

impl Service for Nothing {
    fn call<'a>(&'a self, call: &'a Call, _arguments: &'a [u8]) -> Answer<'a> {
        call.unknown()
    }
}

static NUMBERS: Table = Table::new(&[
    Schema {
        types: Types::ARRAY,
        rules: Cow::Borrowed(&[Rule::Items(SchemaId(1))]),
    },
    Schema {
        types: Types::NUMBER,
        rules: Cow::Borrowed(&[]),
    },
]);

const fn operation(method: &'static str) -> Operation {
    Operation {
        api: 0,
        credentials: &[],
        method,
        template: "/pets/{petId}",
        arguments: &[],
        path: &[],
        parameters: &[],
        body: Body::None,
        accept: "*/*",
        xml: None,
    }
}

static GET: Operation = operation("GET");
static POST: Operation = operation("POST");

const TIMEOUT: Duration = Duration::from_millis(300);

/// The same tool three times: without and with an output schema, and one that writes.
static TOOLS: &[Tool] = &[
    Tool {
        name: "getPet",
        operation: Some(&GET),
        output: None,
        timeout: TIMEOUT,
        max_response_bytes: 20_000,
        response: None,
        ..Tool::NATIVE
    },
    Tool {
        name: "getNumbers",
        operation: Some(&GET),
        output: Some((&NUMBERS, SchemaId(0))),
        timeout: TIMEOUT,
        max_response_bytes: 20_000,
        response: None,
        ..Tool::NATIVE
    },
    Tool {
        name: "createPet",
        operation: Some(&POST),
        output: None,
        timeout: TIMEOUT,
        max_response_bytes: 20_000,
        response: None,
        ..Tool::NATIVE
    },
];

const PLAIN: usize = 0;
const CHECKED: usize = 1;
const WRITING: usize = 2;

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
    cache_bytes: 0,
    public_url: None,
    listeners: &[],
    identities: &[],
    products: &[],
    servers: &[&Server {
        name: "pets",
        title: "",
        path: "/mcp",
        listeners: &[],
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access: &crate::description::Access::ANONYMOUS,
        tools: TOOLS,
        find: |_| None,
        initialize: "",
        discover: "",
        pages: &[],
        selection: None,
        catalogue: None,
        implementation: "",
    }],
};

fn shared(url: String) -> Arc<Shared> {
    let environment = Environment::resolve(&DESCRIPTION, &|_| None, &BTreeMap::new()).unwrap();
    let url: &'static [Part] = Vec::leak(vec![Part::Literal(url.leak())]);
    let api = Box::leak(Box::new(Api {
        name: "store",
        url,
        credentials: &[],
        headers: &[],
        connect_timeout: Duration::from_millis(200),
        compression: false,
    }));
    Arc::new(Shared {
        auth: crate::auth::Auth::default(),
        description: &DESCRIPTION,
        service: Arc::new(Nothing),
        clients: vec![Client::new(api, &environment).unwrap()],
        authorizers: crate::policy::authorize::Authorizers::default(),
        classifiers: crate::guard::Classifiers::default(),
        limits: Limits::new(&[], Clock::default(), None),
        cache: Cache::new(&DESCRIPTION, Clock::default()),
        guards: crate::guard::Guards::default(),
    })
}

async fn forward(url: String, tool: usize) -> ToolResult {
    let call = Call::new(&shared(url), 0, tool, None, Arc::default());
    let operation = TOOLS[tool].operation.unwrap();
    call.forward(encode(operation, &[])).await
}

/// The result of an answer with a status line, headers and a body.
async fn answered(tool: usize, head: &str, body: &[u8]) -> ToolResult {
    let mut answer =
        format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes();
    answer.extend_from_slice(body);
    let stub = Stub::new(move |_, _| answer.clone());
    forward(stub.url(""), tool).await
}

fn text(content: &Content) -> &str {
    match content {
        Content::Text(text) => text,
        other => panic!("not text: {other:?}"),
    }
}

/// The text of a result that is an error of one block.
fn error(result: &ToolResult) -> &str {
    assert!(result.is_error && result.structured.is_none());
    assert_eq!(result.content.len(), 1);
    text(&result.content[0])
}

#[tokio::test]
async fn json() {
    for kind in [
        "application/json",
        "application/vnd.pet+json; charset=utf-8",
        "TEXT/JSON",
    ] {
        let head = format!("200 OK\r\ncontent-type: {kind}");
        let result = answered(PLAIN, &head, b" { \"a\" : [ 1,\n2.50 ] }\n").await;
        assert!(!result.is_error);
        assert_eq!(
            result.structured.as_deref(),
            Some(br#"{"a":[1,2.50]}"#.as_slice())
        );
        assert!(matches!(result.content.as_slice(), [Content::Structured]));
    }
    // Without a type, and with a byte order mark.
    let result = answered(PLAIN, "201 Created", b"\xef\xbb\xbf[1]").await;
    assert_eq!(result.structured.as_deref(), Some(b"[1]".as_slice()));
}

#[tokio::test]
async fn json_that_is_none() {
    let head = "200 OK\r\ncontent-type: application/json";
    for body in [b"{\"a\":".as_slice(), b"<html>", b"{}{}", b"\"\xff\""] {
        let result = answered(PLAIN, head, body).await;
        assert!(!result.is_error && result.structured.is_none());
        assert_eq!(result.content.len(), 2);
        assert!(text(&result.content[0]).starts_with("The API announced JSON, but"));
        assert_eq!(text(&result.content[1]), String::from_utf8_lossy(body));
    }
    let deep = "[".repeat(5000);
    assert!(
        answered(PLAIN, head, deep.as_bytes())
            .await
            .structured
            .is_none()
    );
}

#[tokio::test]
async fn output_that_is_promised() {
    let head = "200 OK\r\ncontent-type: application/json";
    let result = answered(CHECKED, head, b"[1, 2]").await;
    assert!(!result.is_error);
    assert_eq!(result.structured.as_deref(), Some(b"[1,2]".as_slice()));

    let result = answered(CHECKED, head, b"[1, \"two\"]").await;
    assert!(result.is_error && result.structured.is_none());
    let note = text(&result.content[0]);
    assert!(
        note.starts_with("The call succeeded, but") && note.contains("\n- /1: expected "),
        "{note}"
    );
    assert_eq!(text(&result.content[1]), "[1,\"two\"]");

    for (head, body) in [
        ("204 No Content", ""),
        ("200 OK\r\ncontent-type: text/plain", "one"),
    ] {
        let result = answered(CHECKED, head, body.as_bytes()).await;
        assert!(result.is_error && result.structured.is_none());
        assert!(text(&result.content[0]).contains("other than the JSON"));
    }
}

#[tokio::test]
async fn nothing() {
    let result = answered(
        PLAIN,
        "201 Created\r\nlocation: http://10.0.0.1/pets/7?key=k",
        b"",
    )
    .await;
    assert!(!result.is_error);
    assert_eq!(
        text(&result.content[0]),
        "The API answered 201 Created: the call succeeded, and there is no content.\nLocation: /pets/7"
    );
}

#[tokio::test]
async fn texts() {
    for kind in ["text/plain", "application/xhtml+xml", "image/svg+xml"] {
        let result = answered(
            PLAIN,
            &format!("200 OK\r\ncontent-type: {kind}"),
            "é".as_bytes(),
        )
        .await;
        assert_eq!(text(&result.content[0]), "é");
    }
    let latin = "200 OK\r\ncontent-type: text/plain; charset=\"ISO-8859-1\"";
    assert_eq!(text(&answered(PLAIN, latin, b"\xe9").await.content[0]), "é");
    let untyped = answered(PLAIN, "200 OK", b"not JSON").await;
    assert_eq!(text(&untyped.content[0]), "not JSON");
}

#[tokio::test]
async fn what_is_not_text() {
    let result = answered(PLAIN, "200 OK\r\ncontent-type: image/png", b"\x89PNG").await;
    assert!(matches!(
        &result.content[0],
        Content::Image { data, mime_type } if data == "iVBORw==" && mime_type == "image/png"
    ));
    let result = answered(PLAIN, "200 OK\r\ncontent-type: audio/wav", b"RIFF").await;
    assert!(matches!(
        &result.content[0],
        Content::Audio { data, mime_type } if data == "UklGRg==" && mime_type == "audio/wav"
    ));
    for (head, expected) in [
        (
            "200 OK\r\ncontent-type: application/pdf",
            Some("application/pdf"),
        ),
        ("200 OK", None),
    ] {
        let result = answered(PLAIN, head, b"\xff\xfe").await;
        let Content::Resource {
            mime_type,
            body: ResourceBody::Blob(data),
            ..
        } = &result.content[0]
        else {
            panic!("{result:?}")
        };
        assert_eq!((mime_type.as_deref(), data.as_str()), (expected, "//4="));
    }
}

#[tokio::test]
async fn problems() {
    let result = answered(
        PLAIN,
        "422 Unprocessable Content\r\ncontent-type: application/problem+json",
        br#"{"type":"https://e.example/age","title":"Bad age","status":422,"detail":"Age is -1","instance":"http://10.0.0.1/x","errors":[ {"pointer":"/age"} ]}"#,
    )
    .await;
    assert_eq!(
        error(&result),
        "The API answered 422 Unprocessable Entity to GET /pets/{petId}.\n\
         The same call will be refused again: change the arguments.\n\
         What the API said:\n\
         type: https://e.example/age\n\
         title: Bad age\n\
         detail: Age is -1\n\
         errors: [{\"pointer\":\"/age\"}]"
    );
}

/// A tool, the head and the body of an answer, and what the result says.
const REFUSALS: &[(usize, &str, &str, &str)] = &[
    (
        PLAIN,
        "400 Bad Request",
        "{ \"code\": 7 }",
        "change the arguments.\nWhat the API said:\n{\"code\":7}",
    ),
    (
        PLAIN,
        "401 Unauthorized",
        "",
        "did not accept the gateway's credential",
    ),
    (
        PLAIN,
        "403 Forbidden",
        "",
        "does not let the gateway do this",
    ),
    (
        PLAIN,
        "404 Not Found",
        "",
        "does not exist: check the identifiers",
    ),
    (
        PLAIN,
        "409 Conflict",
        "",
        "read it again before you change it",
    ),
    (
        PLAIN,
        "429 Too Many Requests\r\nretry-after: 30",
        "",
        "Retry-After: 30\nThe API is busy: call again after",
    ),
    (
        PLAIN,
        "429 Too Many Requests\r\nretry-after: <script>",
        "",
        ".\nThe API is busy: wait before",
    ),
    (
        PLAIN,
        "503 Service Unavailable",
        "",
        "The API is busy: wait before",
    ),
    (
        PLAIN,
        "500 Internal Server Error",
        "",
        "can safely be made again later",
    ),
    (
        WRITING,
        "500 Internal Server Error",
        "",
        "may have taken effect all the same",
    ),
    (
        PLAIN,
        "302 Found\r\nlocation: https://intern:8443/login?token=t",
        "",
        "Location: /login\nThat is a redirection that",
    ),
    (
        PLAIN,
        "418 I'm a teapot\r\ncontent-type: text/plain",
        " short and stout ",
        "What the API said:\nshort and stout",
    ),
    (
        PLAIN,
        "500 Oops\r\ncontent-type: image/png",
        "xyz",
        "What the API said:\n3 bytes of image/png",
    ),
    (PLAIN, "599 Whatever", "", "The API answered 599 to GET"),
    (
        PLAIN,
        "200 OK\r\ncontent-encoding: zstd",
        "xyz",
        "answered 200 OK to GET /pets/{petId}, but compressed its answer in a way that the gateway does not \
         know (zstd)",
    ),
    (
        PLAIN,
        "500 Oops\r\ncontent-encoding: <script>",
        "xyz",
        "(another coding)",
    ),
];

#[tokio::test]
async fn refusals_say_what_can_be_done() {
    for &(tool, head, body, expected) in REFUSALS {
        let result = answered(tool, head, body.as_bytes()).await;
        let text = error(&result);
        assert!(text.contains(expected), "{head}: {text}");
        assert!(
            !text.contains("intern") && !text.contains("token"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn long_errors_are_cut_between_characters() {
    let long = "é".repeat(8_000);
    for kind in ["text/plain", "application/json"] {
        let head = format!("500 Internal Server Error\r\ncontent-type: {kind}");
        let body = if kind == "text/plain" {
            long.clone()
        } else {
            format!("{{\"e\":\"{long}\"}}")
        };
        let result = answered(PLAIN, &head, body.as_bytes()).await;
        let text = error(&result);
        assert!(
            text.ends_with("é… (cut off)") && text.len() < 2_500,
            "{}",
            text.len()
        );
    }
    // Beyond the tool's bound it is cut already when it is read.
    let result = answered(
        PLAIN,
        "500 Oops\r\ncontent-type: application/json",
        "x".repeat(30_000).as_bytes(),
    )
    .await;
    assert!(error(&result).ends_with("x… (cut off)"));
}

#[tokio::test]
async fn no_answer() {
    let result = forward(nowhere(), WRITING).await;
    assert_eq!(
        error(&result),
        "No connection to the API `store` could be made. Nothing was done. The API may be down: calling \
         again later may help."
    );
    let silent = Stub::writing(|_, _| std::thread::sleep(Duration::from_secs(2)));
    let result = forward(silent.url(""), PLAIN).await;
    assert_eq!(
        error(&result),
        "The API `store` did not answer in time. The same call can safely be made again, later or with a \
         narrower request."
    );
    let result = forward(silent.url(""), WRITING).await;
    assert!(error(&result).contains("find out before you call again"));
    let result = answered(PLAIN, "200 OK", "x".repeat(20_001).as_bytes()).await;
    assert_eq!(
        error(&result),
        "The answer of the API `store` is greater than the 20000 bytes that this tool admits. Narrow the \
         request: ask for fewer items, one page, a shorter period or fewer fields."
    );
}

#[tokio::test]
async fn nothing_new() {
    let result = answered(PLAIN, "304 Not Modified", b"").await;
    assert!(!result.is_error);
    assert!(
        text(&result.content[0])
            .starts_with("The API answered 304 Not Modified: nothing has changed")
    );
    assert!(answered(CHECKED, "304 Not Modified", b"").await.is_error);
}

#[tokio::test]
async fn invalid_arguments() {
    let call = Call::new(&shared(nowhere()), 0, PLAIN, None, Arc::default());
    let mut violations = Violations::default();
    for number in 0..40 {
        violations.push(gatewright_schema::Violation {
            pointer: format!("/{number}"),
            rule: "type",
            expected: "a number".to_owned(),
            actual: "null".to_owned(),
            help: None,
        });
    }
    let result = call.forward(Err(violations)).await;
    let text = error(&result);
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(
            "The arguments of `getPet` are not valid, and nothing was done. Mend this and call again:"
        )
    );
    assert_eq!(
        lines.next(),
        Some("- /0: expected a number, got null [type]")
    );
    assert_eq!(lines.last(), Some("- and 8 more"));
}

#[tokio::test]
async fn positions_without_a_tool() {
    let call = Call::new(&shared(nowhere()), 7, 7, None, Arc::default());
    assert_eq!((call.server(), call.tool(), call.name()), (7, 7, ""));
    assert!(Nothing.call(&call, b"").await.is_error);
}

#[tokio::test]
async fn violations_lead_to_where_the_caller_wrote_the_arguments() {
    let violations = || {
        let mut violations = gatewright_schema::Violations::default();
        for pointer in ["", "/limit"] {
            violations.push(gatewright_schema::Violation {
                pointer: pointer.to_owned(),
                rule: "type",
                expected: "an integer".to_owned(),
                actual: "nothing".to_owned(),
                help: None,
            });
        }
        violations
    };
    for (place, whole, member) in [
        ("", "- (root): ", "- /limit: "),
        ("/arguments", "- /arguments: ", "- /arguments/limit: "),
    ] {
        let call = Call::new(&shared(nowhere()), 0, PLAIN, None, Arc::default()).at(place);
        let result = call.invalid(violations()).await;
        let Some(crate::Content::Text(text)) = result.content.first() else {
            panic!("{result:?}");
        };
        assert!(text.contains(whole) && text.contains(member), "{text}");
    }
}
mod answers;
mod xml;
