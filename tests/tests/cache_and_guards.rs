//! Remembered answers, masks and content guards, over real sockets.

use gatewright_tests::{Client, Program, Stub, binary};
use serde_json::{Value, json};

/// SHA-256 of `reader-key` and of `writer-key`, by another program.
const KEYS: [&str; 2] = [
    "ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2",
    "3aec1946afb01344ae0065f3b123820a2144e455c13e5816dbd439e6634f7f26",
];

const READER: (&str, &str) = ("ocp-apim-subscription-key", "reader-key");
const WRITER: (&str, &str) = ("ocp-apim-subscription-key", "writer-key");

struct Gateway {
    stub: Stub,
    program: Program,
    _keys: tempfile::NamedTempFile,
}

impl Gateway {
    fn start(answer: &'static str) -> Self {
        let keys = tempfile::NamedTempFile::new().unwrap();
        let [reader, writer] = KEYS;
        let consumers = json!({ "consumers": [
            { "name": "reader", "keys": [{ "sha256": reader }] },
            { "name": "writer", "keys": [{ "sha256": writer }] },
        ] });
        std::fs::write(keys.path(), consumers.to_string()).unwrap();
        let stub = Stub::answering("200 OK", "application/json", answer);
        let program = Program::gateway(
            &binary("gatewright-policies", "gatewright-policies"),
            &["--log-format", "json"],
            &[
                ("API_URL", &stub.url),
                ("KEYS", keys.path().to_str().unwrap()),
            ],
        );
        Self {
            stub,
            program,
            _keys: keys,
        }
    }

    fn call(&mut self, server: &str, tool: &str, arguments: &Value, header: (&str, &str)) -> Value {
        let client = Client::new(&self.program.url(&format!("/{server}/mcp")));
        let body = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let headers = [header, ("mcp-protocol-version", "2025-11-25")];
        let answer = client.post(&body.to_string(), &headers);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["result"].clone()
    }

    fn requests(&self) -> usize {
        self.stub.received().len()
    }
}

#[test]
fn answers_are_remembered_for_each_caller_and_forgotten_after_a_change() {
    let mut gateway = Gateway::start("{\"pets\":[],\"total\":0}");
    let mut expect = |tool: &str, arguments: Value, key, requests| {
        let result = gateway.call("remembered", tool, &arguments, key);
        assert_eq!(result["structuredContent"]["total"], json!(0), "{result}");
        assert_eq!(gateway.requests(), requests, "{tool} {arguments}");
    };
    expect("listPets", json!({}), READER, 1);
    expect("listPets", json!({}), READER, 1);
    // Another request; and the same, written otherwise.
    expect("listPets", json!({ "limit": 5 }), READER, 2);
    expect("listPets", json!({ "limit": 5.0 }), READER, 2);
    // Another caller has answers of its own.
    expect("listPets", json!({}), WRITER, 3);
    expect("listPets", json!({}), WRITER, 3);
    // Unless they are shared.
    expect("getPet", json!({ "petId": 1 }), READER, 4);
    expect("getPet", json!({ "petId": 1 }), WRITER, 4);
    // What changes something makes them untrue for everybody, those of the tools that it names.
    expect("createPet", json!({ "name": "Rex" }), WRITER, 5);
    expect("listPets", json!({}), READER, 6);
    expect("listPets", json!({}), WRITER, 7);
    expect("getPet", json!({ "petId": 1 }), READER, 7);
}

#[test]
fn what_a_policy_sets_in_a_request_tells_answers_apart() {
    let mut gateway = Gateway::start("{\"pets\":[],\"total\":0}");
    let pet = json!({ "petId": 1 });
    // All callers share the answers of this tool, but not what policies make of their requests.
    for (team, requests) in [("red", 1), ("blue", 2), ("red", 2), ("blue", 2)] {
        let client = Client::new(&gateway.program.url("/remembered/mcp"));
        let body = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": "getPet", "arguments": pet },
        });
        let headers = [
            READER,
            ("x-team", team),
            ("mcp-protocol-version", "2025-11-25"),
        ];
        let answer = client.post(&body.to_string(), &headers);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(gateway.requests(), requests, "{team}");
    }
    gateway.call("remembered", "getPet", &pet, WRITER);
    assert_eq!(gateway.requests(), 3);
}

#[test]
fn what_was_remembered_is_on_record() {
    let mut gateway = Gateway::start("{\"pets\":[],\"total\":0}");
    for expected in ["miss", "hit"] {
        gateway.call("remembered", "listPets", &json!({}), READER);
        let record = gateway.program.line(&format!("\"cache\":\"{expected}\""));
        let record: Value = serde_json::from_str(&record).unwrap();
        let (target, tool) = (&record["target"], &record["tool"]);
        assert_eq!(
            (target, tool),
            (&json!("gatewright::access"), &json!("listPets")),
            "{record}"
        );
    }
}

#[test]
fn arguments_that_hold_what_they_must_not_reach_nobody() {
    let mut gateway = Gateway::start("{}");
    let none = ("x-other", "1");
    let card = json!({ "name": "Rex 4111-1111-1111-1111" });
    let refused = gateway.call("guarded", "createPet", &card, none);
    let text = refused["content"][0]["text"].as_str().unwrap();
    assert_eq!(refused["isError"], json!(true));
    assert!(
        text.contains("a card number at /name") && !text.contains("4111"),
        "{text}"
    );
    assert_eq!(gateway.requests(), 0);
    gateway.call("guarded", "createPet", &json!({ "name": "Rex 41" }), none);
    assert_eq!(gateway.requests(), 1);
}

#[test]
fn results_are_masked_by_place_and_by_what_they_hold() {
    let mut gateway = Gateway::start(
        r#"{"pets":[{"id":1,"name":"Rex","tags":["for \u0043ASE-1234","DE89370400440532013000"]}],"total":1}"#,
    );
    let masked = json!({
        "pets": [{ "id": 1, "name": "***", "tags": ["for [case number not shown]", "[IBAN not shown]"] }],
        "total": 1,
    });
    let result = gateway.call("guarded", "listPets", &json!({}), ("x-other", "1"));
    assert_eq!(result["structuredContent"], masked);
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, masked);
    // The guard has a condition, the mask has none.
    let result = gateway.call("guarded", "listPets", &json!({}), ("x-trusted", "1"));
    let pet = &result["structuredContent"]["pets"][0];
    assert_eq!(
        (&pet["name"], &pet["tags"][0]),
        (&json!("***"), &json!("for CASE-1234"))
    );
}
