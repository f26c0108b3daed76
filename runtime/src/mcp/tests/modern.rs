//! 2026-07-28 over HTTP: the ladder of checks, and the answers of its methods.

use serde_json::{Value, json};

use super::client::{Answer, Fixture, post};
use super::schema;

const REVISION: &str = "2026-07-28";

/// A request of this revision.
pub(super) fn request(method: &str, params: &Value) -> String {
    let mut params = params.clone();
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": REVISION,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    match params.get_mut("_meta") {
        Some(given) => {
            for (key, value) in meta.as_object().unwrap() {
                given[key] = value.clone();
            }
        }
        None => params["_meta"] = meta,
    }
    json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string()
}

pub(super) fn headers<'a>(method: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut headers = vec![("MCP-Protocol-Version", REVISION), ("Mcp-Method", method)];
    if !name.is_empty() {
        headers.push(("Mcp-Name", name));
    }
    headers
}

pub(super) async fn call(fixture: &Fixture, name: &str, arguments: &Value) -> Answer {
    let request = request("tools/call", &json!({"name": name, "arguments": arguments}));
    fixture.post(&headers("tools/call", name), &request).await
}

#[tokio::test]
async fn results_carry_what_the_revision_requires() {
    let fixture = Fixture::start().await;
    for (method, definition) in [
        ("server/discover", "DiscoverResultResponse"),
        ("tools/list", "ListToolsResultResponse"),
    ] {
        let answer = fixture
            .post(&headers(method, ""), &request(method, &json!({})))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let message = answer.message(REVISION);
        schema::check(REVISION, definition, &message);
        assert_eq!(message["id"], 7);
    }
    let answer = call(&fixture, "echo", &json!({"a": "\"b\"\n"})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("mcp-session-id"), None);
    let message = answer.message(REVISION);
    schema::check(REVISION, "CallToolResultResponse", &message);
    let structured = json!({"a": "\"b\"\n"});
    assert_eq!(
        message["result"],
        json!({
            "resultType": "complete",
            "content": [{"type": "text", "text": structured.to_string()}],
            "structuredContent": structured,
            "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "fixture", "version": "1.0.0"}},
        })
    );
}

#[tokio::test]
async fn structured_content_is_any_value() {
    let fixture = Fixture::start().await;
    let message = call(&fixture, "list", &json!({})).await.message(REVISION);
    schema::check(REVISION, "CallToolResultResponse", &message);
    assert_eq!(message["result"]["structuredContent"], json!([1, 2]));
    let message = call(&fixture, "test_multiple_content_types", &json!({}))
        .await
        .message(REVISION);
    schema::check(REVISION, "CallToolResultResponse", &message);
    let blocks = message["result"]["content"].as_array().unwrap();
    assert_eq!(blocks.len(), 6);
    assert_eq!(blocks[0]["text"], "Multiple content types: \"quoted\"\n");
    assert_eq!(
        blocks[4]["resource"],
        json!({"uri": "test://binary", "blob": "AAAA"})
    );
}

#[tokio::test]
async fn failures_of_tools_are_results_and_panics_are_not_the_end() {
    let fixture = Fixture::start().await;
    let message = call(&fixture, "test_error_handling", &json!({}))
        .await
        .message(REVISION);
    schema::check(REVISION, "CallToolResultResponse", &message);
    assert_eq!(message["result"]["isError"], true);
    let mut two = post(
        &[
            headers("tools/call", "panic"),
            vec![("Connection", "keep-alive")],
        ]
        .concat(),
        &request("tools/call", &json!({"name": "panic"})),
    );
    two.push_str(&post(
        &headers("tools/list", ""),
        &request("tools/list", &json!({})),
    ));
    let mut stream = fixture.send(two.as_bytes()).await;
    let mut text = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut text)
        .await
        .unwrap();
    assert!(text.contains(
        r#"{"jsonrpc":"2.0","id":7,"error":{"code":-32603,"message":"Internal error"}}"#
    ));
    assert!(text.contains(r#""tools":["#), "the connection survives");
    assert!(!text.contains("secret"));
}

/// Sends `tools/call` of `echo` with changed headers and returns status and code.
async fn with_headers(
    fixture: &Fixture,
    name: &str,
    headers: &[(&str, &str)],
) -> (u16, Option<i64>) {
    let answer = fixture
        .post(headers, &request("tools/call", &json!({"name": name})))
        .await;
    (answer.status, answer.code())
}

#[tokio::test]
async fn headers_must_say_what_the_body_says() {
    let fixture = Fixture::start().await;
    let version = ("MCP-Protocol-Version", REVISION);
    let method = ("Mcp-Method", "tools/call");
    let name = ("Mcp-Name", "echo");
    let good: &[&[(&str, &str)]] = &[
        &[version, method, name],
        &[
            ("mcp-PROTOCOL-version", REVISION),
            ("MCP-METHOD", "tools/call"),
            ("mcp-name", "echo"),
        ],
        &[
            version,
            ("Mcp-Method", " \ttools/call\t "),
            ("Mcp-Name", "  echo "),
        ],
        &[version, method, ("Mcp-Name", "=?base64?ZWNobw==?=")],
        &[
            version,
            method,
            name,
            ("Mcp-Session-Id", "foreign"),
            ("Last-Event-ID", "1"),
        ],
        &[version, method, name, ("Mcp-Param-Region", "eu")],
    ];
    for headers in good {
        assert_eq!(
            with_headers(&fixture, "echo", headers).await,
            (200, None),
            "{headers:?}"
        );
    }
    let bad: &[&[(&str, &str)]] = &[
        &[method, name],
        &[version, name],
        &[version, method],
        &[("MCP-Protocol-Version", "2025-11-25"), method, name],
        &[("MCP-Protocol-Version", "1900-01-01"), method, name],
        &[version, ("Mcp-Method", "tools/list"), name],
        &[version, ("Mcp-Method", "TOOLS/CALL"), name],
        &[version, method, ("Mcp-Name", "Echo")],
        &[version, method, ("Mcp-Name", "list")],
        &[version, method, ("Mcp-Name", "=?base64?ZWNobw?=")],
        &[version, method, ("Mcp-Name", "=?base64?ZW!obw==?=")],
        &[version, method, ("Mcp-Name", "=?BASE64?ZWNobw==?=")],
        &[version, method, ("Mcp-Name", "=?base64?bGlzdA==?=")],
        &[version, version, method, name],
        &[version, method, method, name],
        &[version, method, name, name],
        &[version, method, ("Mcp-Name", "ech\u{f6}")],
    ];
    for headers in bad {
        assert_eq!(
            with_headers(&fixture, "echo", headers).await,
            (400, Some(-32020)),
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn names_beyond_ascii_are_mirrored_in_base64() {
    let fixture = Fixture::start().await;
    let headers = headers("tools/call", "=?base64?Z3LDtsOfZQ==?=");
    assert_eq!(with_headers(&fixture, "größe", &headers).await, (200, None));
    // A name that looks like the sentinel stands for what it encodes, never for itself.
    assert_eq!(
        with_headers(&fixture, "=?base64?Z3LDtsOfZQ==?=", &headers).await,
        (400, Some(-32020))
    );
}

#[tokio::test]
async fn the_first_failing_check_decides() {
    let fixture = Fixture::start().await;
    let headers = headers("tools/list", "");
    let version = json!("io.modelcontextprotocol/protocolVersion");
    let version = version.as_str().unwrap();
    let capabilities = "io.modelcontextprotocol/clientCapabilities";
    let metas = [
        (json!({}), -32602),
        (json!({"_meta": null}), -32602),
        (json!({"_meta": []}), -32602),
        (json!({"_meta": {version: REVISION}}), -32602),
        (json!({"_meta": {capabilities: {}}}), -32602),
        (json!({"_meta": {version: 1, capabilities: {}}}), -32602),
        (json!({"_meta": {version: null, capabilities: {}}}), -32602),
        (
            json!({"_meta": {version: REVISION, capabilities: []}}),
            -32602,
        ),
        // Before the headers are compared.
        (json!({"_meta": {version: "2099-01-01"}}), -32602),
        // Before the version is looked at.
        (
            json!({"_meta": {version: "2099-01-01", capabilities: {}}}),
            -32020,
        ),
    ];
    for (params, code) in metas {
        let message = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": params});
        let answer = fixture.post(&headers, &message.to_string()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, Some(code)),
            "{params}"
        );
        assert_eq!(answer.message(REVISION)["id"], 7);
    }
    let message = json!({"jsonrpc": "2.0", "id": "x", "method": "nothing", "params":
        {"_meta": {version: "2099-01-01", capabilities: {}}}});
    let answer = fixture
        .post(
            &[
                ("MCP-Protocol-Version", "2099-01-01"),
                ("Mcp-Method", "nothing"),
            ],
            &message.to_string(),
        )
        .await;
    assert_eq!(answer.status, 400);
    let message = answer.message(REVISION);
    schema::check(REVISION, "UnsupportedProtocolVersionError", &message);
    assert_eq!(message["id"], "x");
    assert_eq!(
        message["error"]["data"],
        json!({"supported": [REVISION], "requested": "2099-01-01"})
    );
}

#[tokio::test]
async fn methods_of_other_revisions_are_not_found() {
    let fixture = Fixture::start().await;
    for method in [
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "subscriptions/listen",
        "Tools/list",
    ] {
        let answer = fixture
            .post(&headers(method, ""), &request(method, &json!({})))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, Some(-32601)),
            "{method}"
        );
    }
}

#[tokio::test]
async fn parameters_are_refused_in_band() {
    let fixture = Fixture::start().await;
    let calls = [
        ("missing", json!({"name": "missing"})),
        ("echo", json!({"name": "echo", "arguments": []})),
        ("echo", json!({"name": "echo", "arguments": null})),
        ("echo", json!({"name": 1})),
        ("echo", json!({})),
    ];
    for (name, params) in calls {
        let answer = fixture
            .post(
                &headers("tools/call", name),
                &request("tools/call", &params),
            )
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (200, Some(-32602)),
            "{params}"
        );
    }
    for (cursor, code) in [
        (json!(""), None),
        (json!("2"), Some(-32602)),
        (json!(1), Some(-32602)),
    ] {
        let answer = fixture
            .post(
                &headers("tools/list", ""),
                &request("tools/list", &json!({"cursor": cursor})),
            )
            .await;
        assert_eq!((answer.status, answer.code()), (200, code), "{cursor}");
    }
}

#[tokio::test]
async fn messages_that_expect_nothing() {
    let fixture = Fixture::start().await;
    let version = [("MCP-Protocol-Version", REVISION)];
    let notification =
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    let answer = fixture.post(&version, notification).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    let answer = fixture
        .post(&version, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
        .await;
    assert_eq!((answer.status, answer.code()), (400, Some(-32600)));
    let batch = format!("[{}]", request("tools/list", &json!({})));
    let answer = fixture.post(&headers("tools/list", ""), &batch).await;
    assert_eq!((answer.status, answer.code()), (400, Some(-32600)));
}

#[tokio::test]
async fn ids_come_back_as_they_were_written() {
    let fixture = Fixture::start().await;
    for id in [
        "0",
        "-1",
        "\"7\"",
        "\"a\\u0062\"",
        "1.0",
        "9007199254740993",
        "\"\"",
    ] {
        let message =
            request("tools/list", &json!({})).replace("\"id\":7", &format!("\"id\":{id}"));
        let answer = fixture.post(&headers("tools/list", ""), &message).await;
        let start = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"#);
        assert!(answer.body.starts_with(&start), "{}", answer.body);
    }
    for id in ["null", "1.5", "true", "{}", "[1]"] {
        let message =
            request("tools/list", &json!({})).replace("\"id\":7", &format!("\"id\":{id}"));
        let answer = fixture.post(&headers("tools/list", ""), &message).await;
        assert_eq!((answer.status, answer.code()), (400, Some(-32600)), "{id}");
    }
}
