//! Policies, over real sockets: what each lets through, and what it says where it does not.

use gatewright_tests::{Client, Program, Stub, binary};
use serde_json::{Value, json};

struct Gateway {
    stub: Stub,
    program: Program,
    _keys: tempfile::NamedTempFile,
}

/// SHA-256 of `reader-key` and of `writer-key`, by another program.
const KEYS: [&str; 2] = [
    "ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2",
    "3aec1946afb01344ae0065f3b123820a2144e455c13e5816dbd439e6634f7f26",
];

fn start(arguments: &[&str]) -> Gateway {
    let keys = tempfile::NamedTempFile::new().unwrap();
    let [reader, writer] = KEYS;
    let consumers = json!({ "consumers": [
        { "name": "reader", "keys": [{ "sha256": reader }], "scopes": ["pets.read"] },
        { "name": "writer", "keys": [{ "sha256": writer }], "scopes": ["pets.read", "pets.write"] },
    ] });
    std::fs::write(keys.path(), consumers.to_string()).unwrap();
    let stub = Stub::answering("200 OK", "application/json", "{\"ok\":true}");
    let program = Program::gateway(
        &binary("gatewright-policies", "gatewright-policies"),
        arguments,
        &[
            ("API_URL", &stub.url),
            ("KEYS", keys.path().to_str().unwrap()),
        ],
    );
    Gateway {
        stub,
        program,
        _keys: keys,
    }
}

impl Gateway {
    /// Calls a tool of a server with headers; the status, and the result or the text.
    fn call(
        &mut self,
        server: &str,
        tool: &str,
        arguments: &Value,
        headers: &[(&str, &str)],
    ) -> (u16, Value) {
        let client = Client::new(&self.program.url(&format!("/{server}/mcp")));
        let body = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let mut headers = headers.to_vec();
        headers.push(("mcp-protocol-version", "2025-11-25"));
        let answer = client.post(&body.to_string(), &headers);
        match answer.body {
            Value::Null => (answer.status, json!(answer.text)),
            body => (answer.status, body["result"].clone()),
        }
    }
}

const TEST: (&str, &str) = ("x-environment", "TEST");

fn is_allowed((status, result): &(u16, Value)) {
    assert_eq!(*status, 200, "{result}");
    assert_eq!(
        result["structuredContent"],
        json!({ "ok": true }),
        "{result}"
    );
}

fn is_refused((status, result): &(u16, Value), reason: &str) {
    assert_eq!(
        (*status, &result["isError"]),
        (200, &json!(true)),
        "{result}"
    );
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains(reason), "{text}");
}

#[test]
fn requests_need_their_header() {
    let mut gateway = start(&[]);
    is_allowed(&gateway.call("pets", "listPets", &json!({}), &[TEST]));
    is_allowed(&gateway.call("open", "listPets", &json!({}), &[]));
    for headers in [&[][..], &[("x-environment", "live")], &[TEST, TEST]] {
        let (status, text) = gateway.call("pets", "listPets", &json!({}), headers);
        assert_eq!(status, 403, "{text}");
        assert!(text.as_str().unwrap().contains("`x-environment`"), "{text}");
    }
    assert_eq!(gateway.stub.received().len(), 2);
}

#[test]
fn requests_come_from_where_they_may() {
    let mut gateway = start(&["--trusted-proxy", "127.0.0.1"]);
    let mut from = |address: &str| {
        let headers = [("x-forwarded-for", address)];
        gateway.call("open", "listPets", &json!({}), &headers).0
    };
    assert_eq!(from("192.0.2.200"), 200);
    assert_eq!(from("198.51.100.7"), 403);
    assert_eq!(from("192.0.2.200, 198.51.100.7"), 403);
    assert_eq!(from("198.51.100.7, 192.0.2.200"), 200);
    assert_eq!(from("somebody"), 403);
    // Nobody is believed who was not named.
    let mut gateway = start(&[]);
    let headers = [("x-forwarded-for", "198.51.100.7")];
    assert_eq!(
        gateway.call("open", "listPets", &json!({}), &headers).0,
        200
    );
}

#[test]
fn conditions_hold_or_the_call_is_refused() {
    let mut gateway = start(&[]);
    let refusal = "do not meet a condition";
    let banned = gateway.call("pets", "listPets", &json!({}), &[TEST, ("x-banned", "1")]);
    is_refused(&banned, refusal);
    is_allowed(&gateway.call("pets", "createPet", &json!({ "name": "Tom" }), &[TEST]));
    let keeper = ("x-role", "keeper");
    let rex = json!({ "name": "Rex" });
    is_allowed(&gateway.call("pets", "createPet", &rex, &[TEST, keeper]));
    is_refused(
        &gateway.call("pets", "createPet", &rex, &[TEST, ("x-role", "guest")]),
        refusal,
    );
    // Without the header nobody can say, and then it is not allowed.
    is_refused(
        &gateway.call("pets", "createPet", &rex, &[TEST]),
        "could not be decided",
    );
    // What is wrong with the arguments is told before what they are not allowed to be.
    is_refused(
        &gateway.call("pets", "createPet", &json!({ "name": "" }), &[TEST]),
        "/name",
    );
    is_allowed(&gateway.call("pets", "deletePet", &json!({ "petId": 1 }), &[TEST]));
    assert_eq!(gateway.stub.received().len(), 3);
}

#[test]
fn limits_count_by_their_keys() {
    let mut gateway = start(&[]);
    let metered = |name| [TEST, ("x-metered", name)];
    let too_many = "Too many calls";
    is_allowed(&gateway.call("pets", "listPets", &json!({}), &metered("a")));
    // One count for all servers of the gateway.
    is_allowed(&gateway.call("open", "listPets", &json!({}), &metered("a")));
    let refused = gateway.call("pets", "listPets", &json!({}), &metered("a"));
    is_refused(&refused, too_many);
    let text = refused.1["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("Try again in 3"), "{text}");
    is_allowed(&gateway.call("pets", "listPets", &json!({}), &metered("b")));
    for _ in 0..5 {
        is_allowed(&gateway.call("pets", "listPets", &json!({}), &[TEST]));
    }
    // By an argument, where the condition on it holds.
    is_allowed(&gateway.call("pets", "getPet", &json!({ "petId": 1 }), &[TEST]));
    is_refused(
        &gateway.call("pets", "getPet", &json!({ "petId": 1 }), &[TEST]),
        too_many,
    );
    is_allowed(&gateway.call("pets", "getPet", &json!({ "petId": 2 }), &[TEST]));
    for _ in 0..3 {
        is_allowed(&gateway.call("pets", "getPet", &json!({ "petId": 100 }), &[TEST]));
    }
}

#[test]
fn conditions_and_limits_know_who_calls() {
    let mut gateway = start(&[]);
    let key = |key| ("ocp-apim-subscription-key", key);
    let tom = json!({ "name": "Tom" });
    assert_eq!(gateway.call("members", "createPet", &tom, &[]).0, 401);
    is_allowed(&gateway.call("members", "createPet", &tom, &[key("writer-key")]));
    is_refused(
        &gateway.call("members", "createPet", &tom, &[key("reader-key")]),
        "do not meet a condition",
    );
    for consumer in ["reader-key", "writer-key"] {
        for _ in 0..2 {
            is_allowed(&gateway.call("members", "listPets", &json!({}), &[key(consumer)]));
        }
        is_refused(
            &gateway.call("members", "listPets", &json!({}), &[key(consumer)]),
            "Too many calls",
        );
    }
    is_allowed(&gateway.call("members", "createPet", &tom, &[key("writer-key")]));
}

#[test]
fn what_is_called_through_search_mode_is_held_to_the_same_rules() {
    let mut gateway = start(&[]);
    let mut call = |tool: &str, arguments: Value, key: &str, more: &[(&str, &str)]| {
        let called = json!({ "name": tool, "arguments": arguments });
        let headers = [&[("ocp-apim-subscription-key", key)], more].concat();
        gateway.call("found", "call_tool", &called, &headers)
    };
    let reader = "reader-key";
    // The condition of the server, and one on the arguments of the tool that is called.
    let banned = call("listPets", json!({}), reader, &[("x-banned", "1")]);
    is_refused(&banned, "do not meet a condition");
    is_allowed(&call("getPet", json!({ "petId": 1 }), reader, &[]));
    is_refused(
        &call("getPet", json!({ "petId": 100 }), reader, &[]),
        "do not meet a condition",
    );
    // What is wrong is pointed to in what the model wrote.
    is_refused(
        &call("getPet", json!({ "petId": "x" }), reader, &[]),
        "/arguments/petId",
    );
    // Limits count the tool that is called, and whose call it is.
    for consumer in [reader, "writer-key"] {
        for _ in 0..2 {
            is_allowed(&call("listPets", json!({}), consumer, &[]));
        }
        is_refused(
            &call("listPets", json!({}), consumer, &[]),
            "Too many calls",
        );
    }
    // Its scopes.
    let tom = json!({ "name": "Tom" });
    is_allowed(&call("createPet", tom.clone(), "writer-key", &[]));
    let (status, body) = call("createPet", tom, reader, &[]);
    assert_eq!(status, 403, "{body}");
    // Finding and describing tools are no calls of them: no limit counts these.
    for _ in 0..3 {
        for (tool, arguments) in [
            ("search_tools", json!({ "query": "list pets" })),
            ("describe_tool", json!({ "names": ["listPets"] })),
        ] {
            let key = ("ocp-apim-subscription-key", reader);
            let (status, result) = gateway.call("found", tool, &arguments, &[key]);
            assert_eq!(status, 200, "{result}");
            let found = &result["structuredContent"]["tools"][0]["name"];
            assert_eq!(found, "listPets", "{result}");
        }
    }
    // What was refused reached nobody.
    assert_eq!(gateway.stub.received().len(), 6);
}
