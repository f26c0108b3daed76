//! An API that speaks XML: what arrives there, and what its answers become.

use gatewright_tests::{Client, Program, Stub, binary, root};
use serde_json::json;

fn start(stub: &Stub) -> (Program, Client) {
    let environment = [("API_URL", stub.url.as_str()), ("API_KEY", "hush")];
    let binary = binary("gatewright-strict", "gatewright-strict");
    let mut program = Program::gateway(&binary, &[], &environment);
    let client = Client::new(&program.url("/orders/mcp"));
    (program, client)
}

/// The fenced blocks of a language in the page about XML.
fn blocks(language: &str) -> Vec<&'static str> {
    let page = std::fs::read_to_string(root().join("docs/xml.md"))
        .unwrap()
        .leak();
    page.split(&format!("```{language}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn a_call_as_the_documentation_has_it() {
    let sent = blocks("xml")[0];
    let arguments = serde_json::from_str(blocks("json")[0]).unwrap();
    let stub = Stub::answering("201 Created", "application/xml", sent);
    let (_program, client) = start(&stub);
    let result = client.call("placeOrder", &arguments);
    assert_ne!(result["isError"], true, "{result}");
    let received = stub.received().pop().unwrap();
    let without_space: String = sent.lines().map(str::trim).collect();
    assert_eq!(received.body, without_space);
    // What was sent is answered, and read as what it was.
    assert_eq!(result["structuredContent"], arguments);
    // The schema that the page shows is that of the API.
    let spec = std::fs::read_to_string(root().join("specs/orders.yaml")).unwrap();
    let mut lines = spec.lines().map(str::trim);
    for line in blocks("yaml")[0].lines().map(str::trim) {
        assert!(lines.any(|other| other == line), "{line:?}");
    }
}

#[test]
fn answers_without_a_schema_as_the_documentation_has_it() {
    let stub = Stub::answering("200 OK", "text/xml", blocks("xml")[1]);
    let environment = [("API_URL", stub.url.as_str()), ("API_KEY", "hush")];
    let binary = binary("gatewright-strict", "gatewright-strict");
    let mut program = Program::gateway(&binary, &[], &environment);
    let client = Client::new(&program.url("/naming/mcp"));
    let result = client.call(
        "collide",
        &json!({ "id": "p", "body_id": 3, "we_ird_key": "w" }),
    );
    let expected: serde_json::Value = serde_json::from_str(blocks("json")[1]).unwrap();
    assert_eq!(result["structuredContent"], expected);
}

#[test]
fn lists_are_lists() {
    let one = "<list><order><customer>a</customer><lines/></order></list>";
    let stub = Stub::answering("200 OK", "text/xml; charset=utf-8", one);
    let (_program, client) = start(&stub);
    let result = client.call("searchOrders", &json!({ "body": [1, 2] }));
    assert_eq!(
        result["structuredContent"],
        json!({ "result": [{ "customer": "a", "lines": [] }] })
    );
    let received = stub.received().pop().unwrap();
    assert_eq!(
        received.body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ids><id>1</id><id>2</id></ids>"
    );
    client.call("searchOrders", &json!({}));
    assert_eq!(stub.received().pop().unwrap().body, "");
}

#[test]
fn what_xml_cannot_hold_is_told() {
    let stub = Stub::answering("200 OK", "application/xml", "<order/>");
    let (_program, client) = start(&stub);
    let line = json!({ "article": "a\u{1}" });
    let result = client.call("placeOrder", &json!({ "customer": "c", "lines": [line] }));
    assert_eq!(result["isError"], true);
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("/lines/0/article: expected text that XML can hold"),
        "{text}"
    );
    assert!(stub.received().is_empty());
}

#[test]
fn answers_that_are_no_xml_are_text() {
    let bomb = "<!DOCTYPE o [<!ENTITY a 'aaaa'>]><o>&a;</o>";
    let stub = Stub::answering("200 OK", "application/xml", bomb);
    let (_program, client) = start(&stub);
    let result = client.call("searchOrders", &json!({}));
    assert_ne!(result["isError"], true, "{result}");
    assert_eq!(result["content"][1]["text"], bomb);
}
