//! Policies written in Rust, over real sockets.

use gatewright_tests::{Client, Program, Stub, binary};
use serde_json::{Value, json};

fn start() -> (Stub, Program, tempfile::NamedTempFile) {
    let keys = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(keys.path(), json!({ "consumers": [] }).to_string()).unwrap();
    let stub = Stub::answering("200 OK", "application/json", "{\"ok\":true}");
    let program = Program::gateway(
        &binary("gatewright-policies", "gatewright-policies"),
        &[],
        &[
            ("API_URL", &stub.url),
            ("KEYS", keys.path().to_str().unwrap()),
        ],
    );
    (stub, program, keys)
}

fn call(program: &mut Program, tool: &str, arguments: &Value, headers: &[(&str, &str)]) -> Value {
    let client = Client::new(&program.url("/custom-policies/mcp"));
    let body = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": tool, "arguments": arguments },
    });
    let mut headers = headers.to_vec();
    headers.push(("mcp-protocol-version", "2025-11-25"));
    let answer = client.post(&body.to_string(), &headers);
    assert!(
        answer.status == 200 || answer.status == 500,
        "{}",
        answer.text
    );
    answer.body
}

fn text(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

#[test]
fn functions_of_the_crate_decide_about_calls() {
    let (stub, mut program, _keys) = start();
    let none = json!({});
    // Of the server: asked of every tool, and before the arguments are read.
    let sunday = ("x-weekday", "Sunday");
    for (tool, arguments) in [("listPets", &none), ("getPet", &none)] {
        let answer = call(&mut program, tool, arguments, &[sunday]);
        assert_eq!(text(&answer), "`custom-policies` rests at the weekend.");
    }
    assert!(stub.received().is_empty());
    let answer = call(&mut program, "listPets", &none, &[("x-weekday", "Monday")]);
    assert_eq!(answer["result"]["structuredContent"], json!({ "ok": true }));
    // Of the tool, with its arguments: asked once they are known to be good.
    let answer = call(&mut program, "getPet", &json!({ "petId": 10 }), &[]);
    assert_eq!(
        text(&answer),
        "Guests see the pets 1 to 9: ask for one of those."
    );
    let answer = call(&mut program, "getPet", &json!({ "petId": "ten" }), &[]);
    assert!(text(&answer).contains("/petId"), "{answer}");
    let keeper = [("x-role", "keeper")];
    for headers in [&[][..], &keeper] {
        let pet = if headers.is_empty() { 9 } else { 10 };
        let answer = call(&mut program, "getPet", &json!({ "petId": pet }), headers);
        assert_eq!(answer["result"]["structuredContent"], json!({ "ok": true }));
    }
    assert_eq!(stub.received().len(), 3);
}

#[test]
fn a_function_that_panics_has_let_nobody_in() {
    let (stub, mut program, _keys) = start();
    let answer = call(&mut program, "listPets", &json!({}), &[("x-fault", "1")]);
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
    assert!(!answer.to_string().contains("secret detail"), "{answer}");
    assert!(stub.received().is_empty());
    // Where its condition does not hold, it is not asked.
    let answer = call(
        &mut program,
        "getPet",
        &json!({ "petId": 1 }),
        &[("x-fault", "1")],
    );
    assert_eq!(answer["result"]["structuredContent"], json!({ "ok": true }));
}
