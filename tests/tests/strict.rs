//! Awkward names, hidden and renamed arguments, handlers composed in Rust: what arrives at the API.

use gatewright_tests::{Client, Program, Received, Stub, binary};
use serde_json::json;

fn start(stub: &Stub, path: &str) -> (Program, Client) {
    let environment = [("API_URL", stub.url.as_str()), ("API_KEY", "hush")];
    let mut program = Program::gateway(
        &binary("gatewright-strict", "gatewright-strict"),
        &[],
        &environment,
    );
    let url = program.url(path);
    (program, Client::new(&url))
}

fn header<'r>(request: &'r Received, name: &str) -> Option<&'r str> {
    request
        .headers
        .iter()
        .find(|header| header.0 == name)
        .map(|header| header.1.as_str())
}

#[test]
fn every_wire_name_is_kept() {
    let stub = Stub::answering("204 No Content", "text/plain", "");
    let (_program, client) = start(&stub, "/naming/mcp");
    let tools = client.legacy("tools/list", &json!({}));
    let tool = tools["tools"]
        .as_array()
        .unwrap()
        .iter()
        .find(|tool| tool["name"] == "type")
        .unwrap();
    let names: Vec<_> = tool["inputSchema"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let legal = |name: &String| {
        (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    assert!(names.iter().all(legal), "{names:?}");

    let mut arguments =
        json!({ "self": "a b", "Self": 7, "fn": "f", "async": true, "gen": ["x", "y&z"] });
    for name in &names {
        let schema = &tool["inputSchema"]["properties"][name];
        if arguments.get(name).is_none() {
            arguments[name] = if schema["type"] == "integer" {
                json!(1)
            } else {
                json!("v")
            };
        }
    }
    let result = client.call("type", &arguments);
    assert_ne!(result["isError"], true, "{result}");
    let received = stub.received().pop().unwrap();
    let (path, query) = received.target.split_once('?').unwrap();
    assert_eq!(path, "/type/a%20b/7");
    assert_eq!(
        query,
        "fn=f&async=true&gen=x&gen=y%26z&_=v&%2B1=1&-1=1&filter%5Bx%5D=v&filter_x=v&%24filter=v\
         &petId=v&pet_id=v&PetID=v&%E5%90%8D%E5%89%8D=v&rt=v&arguments=v&slots=v&call=v&marker=1"
    );
    assert_eq!(header(&received, "match"), Some("v"));
    assert_eq!(header(&received, "x-api-key"), Some("hush"));
}

#[test]
fn fixed_renamed_and_colliding_arguments_go_where_they_belong() {
    let stub = Stub::answering("200 OK", "application/json", "[1, 2]");
    let (_program, client) = start(&stub, "/naming/mcp");
    let key = "we_ird_key";
    let result = client.call(
        "collide",
        &json!({ "id": "p", "body_id": 3, key: "w", "trace": "t1", "body": "b" }),
    );
    // Answers that are no objects are wrapped for clients of the older era, and bare for the newer.
    assert_eq!(result["structuredContent"], json!({ "result": [1, 2] }));
    let received = stub.received().pop().unwrap();
    assert_eq!(received.target, "/collide/p?id=fixed%20%26%20safe");
    assert_eq!(header(&received, "id"), Some("t1"));
    assert_eq!(
        received.body,
        "{\"id\":3,\"we\\\"ird\\nkey\":\"w\",\"body\":\"b\"}"
    );

    let result = client.call_modern("collide", &json!({ "id": "p", "body_id": 3, key: "w" }));
    assert_eq!(result["structuredContent"], json!([1, 2]));
    assert_eq!(header(&stub.received().pop().unwrap(), "id"), Some("none"));

    let hidden = client.call(
        "collide",
        &json!({ "id": "p", "body_id": 3, key: "w", "query_id": "x" }),
    );
    assert_eq!(hidden["isError"], true);
}

#[test]
fn no_argument_leaves_its_place() {
    let stub = Stub::answering("200 OK", "application/json", "{}");
    let (_program, client) = start(&stub, "/naming/mcp");
    for hostile in [
        "../admin",
        "..",
        ".",
        "%2e%2e",
        "//evil.example",
        "a?b=c",
        "a#b",
        "a\r\nx: y",
        "a\0b",
        "",
    ] {
        let before = stub.received().len();
        let result = client.call(
            "collide",
            &json!({ "id": hostile, "body_id": 1, "we_ird_key": "k" }),
        );
        if let Some(received) = stub.received().get(before) {
            let path = received.target.split('?').next().unwrap();
            assert_eq!(path.matches('/').count(), 2, "{hostile:?} became {path}");
            assert!(
                path.starts_with("/collide/") && !path.contains(".."),
                "{hostile:?} became {path}"
            );
            assert_eq!(header(received, "x"), None);
        } else {
            assert_eq!(result["isError"], true, "{hostile:?}: {result}");
        }
    }
}

#[test]
fn tools_can_be_composed_in_rust() {
    let stub = Stub::answering("200 OK", "application/json", "{\"id\": 1}");
    let (_program, client) = start(&stub, "/composed");
    let result = client.call("getPet", &json!({ "petId": 7 }));
    assert_eq!(
        result["content"][0]["text"],
        "pet 7 asked for: 9 bytes; all: 9 bytes"
    );
    let targets: Vec<_> = stub
        .received()
        .into_iter()
        .map(|request| request.target)
        .collect();
    assert_eq!(targets, ["/pets/7", "/pets?limit=1"]);
}

#[test]
fn secrets_are_told_to_nobody() {
    let stub = Stub::answering(
        "401 Unauthorized",
        "application/json",
        "{\"error\": \"no\"}",
    );
    let environment = [("API_URL", stub.url.as_str()), ("API_KEY", "hush")];
    let binary = binary("gatewright-strict", "gatewright-strict");
    let mut program = Program::gateway(&binary, &["--log-level", "trace"], &environment);
    let client = Client::new(&program.url("/naming/mcp"));
    let result = client.call(
        "collide",
        &json!({ "id": "p", "body_id": 3, "we_ird_key": "w" }),
    );
    assert_eq!(result["isError"], true);
    let text = result.to_string();
    assert!(
        text.contains("401") && !text.contains("hush") && !text.contains(&stub.url),
        "{text}"
    );
    let line = program.line("outcome");
    assert!(!line.contains("hush"), "{line}");
    for option in ["--describe", "--version"] {
        let output = std::process::Command::new(&binary)
            .arg(option)
            .env("API_KEY", "hush")
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(!String::from_utf8_lossy(&output.stdout).contains("hush"));
    }
}

#[test]
fn hostile_text_is_told_as_text() {
    let stub = Stub::answering("200 OK", "application/json", "{}");
    let (_program, client) = start(&stub, "/hostile/mcp");
    let result = client.legacy("tools/list", &json!({}));
    let tools = result["tools"].as_array().unwrap();
    assert!(tools.len() >= 4);
    let mut words = 0;
    for tool in tools {
        let steering = |character: char| {
            character.is_control() && character != '\n'
                || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}' | '\u{FEFF}')
        };
        for text in [&tool["title"], &tool["description"]] {
            let text = text.as_str().unwrap_or_default();
            assert!(!text.contains(steering), "{text:?}");
            words += text.matches("zqevil").count();
        }
        let name = tool["name"].as_str().unwrap();
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        assert!(name.bytes().all(legal), "{name:?}");
    }
    assert!(words > 0, "the document's words are told");
}
