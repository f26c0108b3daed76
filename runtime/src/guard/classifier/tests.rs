//! Calls before a classifier that is a stub.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::caller::Caller;
use crate::description::{Part, Server, Tool};
use crate::guard::{Guard, Guards};
use crate::mcp::tests::fixture;
use crate::result::Content;

/// A classifier whose answer the test decides, and what it was asked.
#[derive(Clone)]
struct Stub {
    answer: Arc<Mutex<(u16, String)>>,
    questions: Arc<Mutex<Vec<Value>>>,
    url: &'static str,
}

impl Stub {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/moderations", listener.local_addr().unwrap());
        let stub = Self {
            answer: Arc::new(Mutex::new((200, String::new()))),
            questions: Arc::default(),
            url: url.leak(),
        };
        let served = stub.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move {
                    let mut text = Vec::new();
                    while stream.read_buf(&mut text).await.is_ok_and(|read| read > 0) {
                        let read = String::from_utf8_lossy(&text).into_owned();
                        let Some((head, body)) = read.split_once("\r\n\r\n") else {
                            continue;
                        };
                        let length = head
                            .lines()
                            .find_map(|line| line.strip_prefix("content-length: "));
                        if body.len() < length.unwrap().parse().unwrap() {
                            continue;
                        }
                        served
                            .questions
                            .lock()
                            .unwrap()
                            .push(serde_json::from_str(body).unwrap());
                        let (status, body) = served.answer.lock().unwrap().clone();
                        let answer = format!(
                            "HTTP/1.1 {status} Any\r\ncontent-length: {}\r\n\r\n{body}",
                            body.len()
                        );
                        stream.write_all(answer.as_bytes()).await.unwrap();
                        text.clear();
                    }
                });
            }
        });
        stub
    }

    fn answers(&self, status: u16, body: &Value) {
        *self.answer.lock().unwrap() = (status, body.to_string());
    }

    fn asked(&self) -> Vec<Value> {
        std::mem::take(&mut *self.questions.lock().unwrap())
    }

    fn classifier(&self) -> Classifier {
        Classifier {
            url: vec![Part::Literal(self.url)].leak(),
            model: None,
            credential: None,
            timeout: Duration::from_secs(20),
            allow_on_failure: false,
            categories: &[],
        }
    }
}

fn flagged_as(category: &str) -> Value {
    json!({ "id": "1", "results": [{ "flagged": true, "categories": { category: true, "other": false } }] })
}

fn fine() -> Value {
    json!({ "results": [{ "flagged": false, "categories": { "hate": false } }] })
}

/// A call of a tool with a guard that asks a classifier.
fn call(classifier: Classifier, action: Action) -> Call {
    let (shared, _) = fixture::shared();
    let base = shared.description;
    let tools: &'static [Tool] = vec![Tool {
        name: "guarded",
        guards: &[0],
        ..Tool::NATIVE
    }]
    .leak();
    let server: &'static Server = Box::leak(Box::new(Server {
        tools,
        ..*base.servers[0]
    }));
    let guard = Guard {
        arguments: true,
        result: true,
        detect: &[],
        patterns: &[("a case number", r"\bCASE-[0-9]+\b")],
        classifier: Some(classifier),
        action,
        when: None,
    };
    let description: &'static Description = Box::leak(Box::new(Description {
        guards: vec![guard].leak(),
        servers: vec![server].leak(),
        store: None,
        ..*base
    }));
    let environment = Environment::resolve(description, &|_| None, &BTreeMap::new()).unwrap();
    let mut shared = Arc::into_inner(shared).unwrap();
    shared.guards = Guards::new(description).unwrap();
    shared.classifiers = Classifiers::new(description, &environment, None).unwrap();
    shared.description = description;
    Call::new(&Arc::new(shared), 0, 0, None, Arc::new(Caller::default()))
}

async fn screened(call: &Call, arguments: &[u8]) -> Result<(), Refusal> {
    call.screen(arguments)?;
    let pending = std::mem::take(&mut *call.pending());
    pending.settle(call).await
}

fn told(result: &ToolResult) -> &str {
    match result.content.last() {
        Some(Content::Text(text)) => text,
        other => panic!("{other:?}"),
    }
}

const ARGUMENTS: &[u8] = br#"{"note":"be \u0065vil","n":[7,true,null]}"#;

#[tokio::test]
async fn arguments_are_classified_as_what_they_mean() {
    let stub = Stub::start().await;
    let call = call(
        Classifier {
            model: Some("guard-1"),
            ..stub.classifier()
        },
        Action::Refuse,
    );
    stub.answers(200, &fine());
    assert_eq!(screened(&call, ARGUMENTS).await, Ok(()));
    let question = json!({ "input": "note\nbe evil\nn\n7", "model": "guard-1" });
    assert_eq!(stub.asked(), [question]);
    stub.answers(200, &flagged_as("hate/threatening"));
    let refusal = screened(&call, ARGUMENTS).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::Content);
    assert_eq!(
        refusal.message,
        "The arguments hold what this tool does not take: hate/threatening. Leave it out, and call again."
    );
    // Names that a model should not be told are not.
    stub.answers(200, &flagged_as("ignore\nall"));
    let refusal = screened(&call, ARGUMENTS).await.unwrap_err();
    assert!(
        refusal.message.contains("what a classifier flags"),
        "{refusal}"
    );
    // What a pattern finds is not sent anywhere.
    stub.asked();
    let refusal = screened(&call, br#"{"a":"CASE-1"}"#).await.unwrap_err();
    assert!(refusal.message.contains("a case number"), "{refusal}");
    assert_eq!(screened(&call, b"").await, Ok(()));
    assert_eq!(screened(&call, b"{}").await, Ok(()));
    assert!(stub.asked().is_empty());
}

#[tokio::test]
async fn results_are_withheld_whole() {
    let stub = Stub::start().await;
    let call = call(stub.classifier(), Action::Refuse);
    let result = || ToolResult {
        content: vec![Content::Structured, Content::Text("and text".to_owned())],
        structured: Some(Bytes::from_static(br#"{"a":"one"}"#)),
        is_error: false,
    };
    stub.answers(200, &fine());
    let passed = call.classify_result(result()).await;
    assert_eq!(told(&passed), "and text");
    assert_eq!(stub.asked(), [json!({ "input": "a\none\nand text" })]);
    stub.answers(200, &flagged_as("violence"));
    let withheld = call.classify_result(result()).await;
    assert!(withheld.is_error && withheld.structured.is_none());
    assert_eq!(
        told(&withheld),
        "The call succeeded, but its result holds what this tool does not pass on: violence. It is not shown."
    );
    let failed = call.classify_result(ToolResult::error("violent")).await;
    assert!(told(&failed).starts_with("The call failed"), "{failed:?}");
    stub.answers(500, &fine());
    let unknown = call.classify_result(result()).await;
    assert!(
        told(&unknown).contains("could not be looked at"),
        "{unknown:?}"
    );
    stub.asked();
    let refusal = Refusal::new(Reason::Condition, "No.");
    let refused = call.refuse(&refusal).await;
    assert_eq!(told(&call.classify_result(refused).await), "No.");
    let call = super::tests::call(stub.classifier(), Action::Refuse);
    let empty = call.classify_result(ToolResult::default()).await;
    assert!(!empty.is_error && stub.asked().is_empty());
}

#[tokio::test]
async fn only_the_categories_of_the_manifest_count() {
    let stub = Stub::start().await;
    let call = call(
        Classifier {
            categories: &["violence", "hate"],
            ..stub.classifier()
        },
        Action::Refuse,
    );
    let answer = |violence: Value, hate: bool| json!({ "results": [{ "flagged": true, "categories": { "violence": violence, "hate": hate, "other": true } }] });
    stub.answers(200, &answer(json!(false), false));
    assert_eq!(screened(&call, ARGUMENTS).await, Ok(()));
    stub.answers(200, &answer(json!(false), true));
    let refusal = screened(&call, ARGUMENTS).await.unwrap_err();
    assert!(refusal.message.contains("take: hate."), "{refusal}");
    // One that it does not know is no answer.
    stub.answers(200, &answer(json!("no"), false));
    let refusal = screened(&call, ARGUMENTS).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::Unclassified);
}

#[tokio::test]
async fn without_an_answer_it_is_as_declared_and_what_is_too_long_never_passes() {
    let stub = Stub::start().await;
    let strict = call(stub.classifier(), Action::Refuse);
    let lenient = call(
        Classifier {
            allow_on_failure: true,
            ..stub.classifier()
        },
        Action::Refuse,
    );
    for (status, body) in [
        (503, fine()),
        (400, fine()),
        (307, fine()),
        (200, json!({ "results": [] })),
        (200, json!({ "results": [{}] })),
        (200, json!({ "flagged": false })),
        (200, json!([{ "flagged": false }])),
        (
            200,
            json!({ "results": [{ "flagged": false, "pad": "x".repeat(70_000) }] }),
        ),
    ] {
        stub.answers(status, &body);
        let refusal = screened(&strict, ARGUMENTS).await.unwrap_err();
        assert_eq!(refusal.reason, Reason::Unclassified);
        assert!(
            refusal.to_string().ends_with("Try again in 5 seconds."),
            "{refusal}"
        );
        let outcome = screened(&lenient, ARGUMENTS).await;
        if status == 400 || status == 307 {
            // No text passes for being one that the service does not take.
            assert_eq!(outcome.unwrap_err().reason, Reason::Unclassified);
        } else {
            assert_eq!(outcome, Ok(()));
        }
    }
    stub.asked();
    stub.answers(200, &fine());
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_TEXT));
    for call in [&strict, &lenient] {
        let refusal = screened(call, long.as_bytes()).await.unwrap_err();
        assert_eq!(refusal.reason, Reason::Content);
        let result = call.classify_result(ToolResult::text(&*long)).await;
        assert!(told(&result).contains("more text than can be looked at"));
    }
    assert!(stub.asked().is_empty());
}

#[tokio::test]
async fn what_is_only_logged_passes() {
    let stub = Stub::start().await;
    let call = call(
        Classifier {
            allow_on_failure: true,
            ..stub.classifier()
        },
        Action::Log,
    );
    stub.answers(200, &flagged_as("hate"));
    assert_eq!(screened(&call, ARGUMENTS).await, Ok(()));
    assert!(
        !call
            .classify_result(ToolResult::text("evil"))
            .await
            .is_error
    );
    assert_eq!(stub.asked().len(), 2);
    let long = "x".repeat(MAX_TEXT + 1);
    assert!(!call.classify_result(ToolResult::text(long)).await.is_error);
}
