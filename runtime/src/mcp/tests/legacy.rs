//! 2025-03-26 to 2025-11-25 over HTTP.

use serde_json::{Value, json};

use super::client::{Answer, Fixture};
use super::schema;

const LATEST: (&str, &str) = ("MCP-Protocol-Version", "2025-11-25");

/// A request without the envelope of later revisions.
pub(super) fn request(id: &Value, method: &str, params: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

async fn initialize(fixture: &Fixture, version: &str) -> Answer {
    let params = json!({
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    });
    fixture
        .post(&[], &request(&json!(0), "initialize", &params))
        .await
}

/// A new session.
pub(super) async fn session(fixture: &Fixture) -> String {
    let answer = initialize(fixture, "2025-11-25").await;
    answer.header("mcp-session-id").unwrap().to_owned()
}

async fn call(fixture: &Fixture, revision: &str, name: &str) -> Value {
    let message = request(&json!(1), "tools/call", &json!({"name": name}));
    let answer = fixture
        .post(&[("MCP-Protocol-Version", revision)], &message)
        .await;
    assert_eq!(answer.status, 200);
    let mut message = answer.message(revision);
    schema::check(revision, "CallToolResult", &message["result"]);
    message["result"].take()
}

#[tokio::test]
async fn initialize_settles_a_revision_of_its_era() {
    let fixture = Fixture::start().await;
    for (requested, settled) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("2099-01-01", "2025-11-25"),
        ("", "2025-11-25"),
    ] {
        let answer = initialize(&fixture, requested).await;
        assert_eq!(answer.status, 200, "{requested}");
        let message = answer.message(settled);
        schema::check(settled, "InitializeResult", &message["result"]);
        assert_eq!(
            message["result"],
            json!({
                "protocolVersion": settled,
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "fixture", "version": "1.0.0"},
            })
        );
        let session = answer.header("mcp-session-id").unwrap();
        assert_eq!(session.len(), 32);
    }
    assert_ne!(session(&fixture).await, session(&fixture).await);
    // The headers of an earlier session do not stand in the way of a new one.
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}});
    let answer = fixture
        .post(
            &[
                ("MCP-Protocol-Version", "2026-07-28"),
                ("Mcp-Session-Id", "gone"),
            ],
            &request(&json!(0), "initialize", &params),
        )
        .await;
    assert_eq!(
        answer.message("2025-06-18")["result"]["protocolVersion"],
        "2025-06-18"
    );
    for params in [json!({}), json!({"protocolVersion": 1})] {
        let answer = fixture
            .post(&[], &request(&json!(0), "initialize", &params))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (200, Some(-32602)),
            "{params}"
        );
    }
}

#[tokio::test]
async fn results_carry_nothing_of_later_revisions() {
    let fixture = Fixture::start().await;
    for revision in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let version = [("MCP-Protocol-Version", revision)];
        let answer = fixture
            .post(&version, &request(&json!("p"), "ping", &json!({})))
            .await;
        assert_eq!(answer.body, r#"{"jsonrpc":"2.0","id":"p","result":{}}"#);
        let answer = fixture
            .post(&version, &request(&json!(1), "tools/list", &json!({})))
            .await;
        let message = answer.message(revision);
        schema::check(revision, "ListToolsResult", &message["result"]);
        assert_eq!(message["result"].as_object().unwrap().len(), 1);

        let result = call(&fixture, revision, "echo").await;
        assert_eq!(
            result,
            json!({"content": [{"type": "text", "text": "{}"}], "structuredContent": {}})
        );
        // Values that are no objects have to become ones.
        let result = call(&fixture, revision, "list").await;
        assert_eq!(result["structuredContent"], json!({"result": [1, 2]}));
        assert_eq!(result["content"][0]["text"], "[1,2]");
        assert_eq!(
            call(&fixture, revision, "test_error_handling").await["isError"],
            true
        );
    }
    for revision in ["2025-06-18", "2025-11-25"] {
        call(&fixture, revision, "test_multiple_content_types").await;
    }
}

#[tokio::test]
async fn a_version_is_not_required_but_must_be_known() {
    let fixture = Fixture::start().await;
    let list = request(&json!(1), "tools/list", &json!({}));
    for headers in [
        vec![],
        vec![LATEST],
        vec![("MCP-Protocol-Version", "2024-11-05")],
        // A bridge sends it, and it means nothing here.
        vec![LATEST, ("Mcp-Method", "tools/call")],
    ] {
        assert_eq!(
            fixture.post(&headers, &list).await.status,
            200,
            "{headers:?}"
        );
    }
    for headers in [
        vec![("MCP-Protocol-Version", "1900-01-01")],
        vec![("MCP-Protocol-Version", "2026-07-28")],
        vec![LATEST, LATEST],
    ] {
        assert_eq!(
            fixture.post(&headers, &list).await.status,
            400,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn sessions_are_optional_and_foreign_ones_are_not_found() {
    let fixture = Fixture::start().await;
    let list = request(&json!(1), "tools/list", &json!({}));
    let session = session(&fixture).await;
    let answer = fixture
        .post(&[LATEST, ("Mcp-Session-Id", &session)], &list)
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("mcp-session-id"), None);
    for foreign in ["1", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"] {
        let answer = fixture
            .post(&[LATEST, ("Mcp-Session-Id", foreign)], &list)
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (404, Some(-32600)),
            "{foreign}"
        );
    }
    let answer = fixture
        .post(
            &[
                LATEST,
                ("Mcp-Session-Id", &session),
                ("Mcp-Session-Id", &session),
            ],
            &list,
        )
        .await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn notifications_and_responses_are_accepted() {
    let fixture = Fixture::start().await;
    for message in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/unheard-of","params":{"a":1}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}"#,
    ] {
        let answer = fixture.post(&[LATEST], message).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (202, ""),
            "{message}"
        );
    }
}

#[tokio::test]
async fn faults_have_codes() {
    let fixture = Fixture::start().await;
    let cases = [
        (
            request(&json!(1), "server/unheard-of", &json!({})),
            200,
            -32601,
        ),
        (
            request(&json!(1), "resources/list", &json!({})),
            200,
            -32601,
        ),
        (
            request(&json!(1), "tools/call", &json!({"name": "missing"})),
            200,
            -32602,
        ),
        (
            request(&json!(1), "tools/call", &json!({"name": "panic"})),
            200,
            -32603,
        ),
        (
            request(&json!(1), "tools/list", &json!({"cursor": "x"})),
            200,
            -32602,
        ),
        (request(&json!(null), "ping", &json!({})), 400, -32600),
        (request(&json!(1), "ping", &json!([])), 400, -32602),
        ("{".to_owned(), 400, -32700),
        (String::new(), 400, -32700),
        ("{} {}".to_owned(), 400, -32700),
        ("\"ping\"".to_owned(), 400, -32600),
        ("{}".to_owned(), 400, -32600),
        (
            r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#.to_owned(),
            400,
            -32600,
        ),
        (r#"{"id":1,"method":"ping"}"#.to_owned(), 400, -32600),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":7}"#.to_owned(),
            400,
            -32600,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#.to_owned(),
            400,
            -32600,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#.to_owned(),
            400,
            -32600,
        ),
    ];
    for (message, status, code) in cases {
        let answer = fixture.post(&[LATEST], &message).await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, Some(code)),
            "{message}"
        );
    }
}

#[tokio::test]
async fn only_one_revision_has_batches() {
    let fixture = Fixture::start().await;
    let batch = json!([
        {"jsonrpc": "2.0", "id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": "2", "method": "tools/call", "params": {"name": "echo"}},
        {"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {"protocolVersion": "2025-03-26"}},
        {"jsonrpc": "2.0", "id": 4, "method": "nothing"},
        5,
    ])
    .to_string();
    for headers in [vec![], vec![("MCP-Protocol-Version", "2025-03-26")]] {
        let answer = fixture.post(&headers, &batch).await;
        assert_eq!(answer.status, 200);
        let responses: Value = serde_json::from_str(&answer.body).unwrap();
        let find = |id: &Value| {
            let mut all = responses.as_array().unwrap().iter();
            all.find(|response| response.get("id") == Some(id)).unwrap()
        };
        assert_eq!(responses.as_array().unwrap().len(), 5);
        assert_eq!(find(&json!(1))["result"], json!({}));
        assert_eq!(find(&json!("2"))["result"]["structuredContent"], json!({}));
        assert_eq!(find(&json!(3))["error"]["code"], -32600);
        assert_eq!(find(&json!(4))["error"]["code"], -32601);
        assert!(
            responses
                .as_array()
                .unwrap()
                .iter()
                .any(|response| response.get("id").is_none())
        );
    }
    for headers in [vec![LATEST], vec![("MCP-Protocol-Version", "2025-06-18")]] {
        let answer = fixture.post(&headers, &batch).await;
        assert_eq!((answer.status, answer.code()), (400, Some(-32600)));
    }
    let notifications = r#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#;
    assert_eq!(fixture.post(&[], notifications).await.status, 202);
    let many = vec![r#"{"jsonrpc":"2.0","method":"a"}"#; 33].join(",");
    for refused in ["[]".to_owned(), format!("[{many}]")] {
        let answer = fixture.post(&[], &refused).await;
        assert_eq!((answer.status, answer.code()), (400, Some(-32600)));
    }
}
