//! The access record that every request leaves.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Fixture, post};
use super::modern;

thread_local! {
    /// What the test of this thread has logged: each runs its server on its own thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps the log of every test. Called before a server starts: an event that is met before there is
/// anyone to hear it may be switched off for good.
pub(super) fn keep_log() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(|| ThreadLog)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// The next record; a record may be written an instant after the answer has come.
async fn record() -> Value {
    let next = async {
        loop {
            let text = String::from_utf8(LOG.take()).unwrap();
            let mut records = text
                .lines()
                .filter(|line| line.contains("gatewright::access"));
            if let Some(record) = records.next() {
                assert_eq!(records.next(), None);
                return serde_json::from_str(record).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), next)
        .await
        .expect("a record in time")
}

/// A call of the tool of that name.
fn call(name: &str) -> String {
    let params = json!({"name": name, "arguments": {"confidential": 1}});
    post(
        &modern::headers("tools/call", name),
        &modern::request("tools/call", &params),
    )
}

#[tokio::test]
async fn every_request_leaves_one_record_without_what_it_says() {
    let fixture = Fixture::start().await;
    let get = "GET /mcp?confidential HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let version = [("MCP-Protocol-Version", "2025-11-25")];
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let unknown = r#"{"jsonrpc":"2.0","id":1,"method":"confidential"}"#;
    for (request, expected) in [
        (
            call("echo"),
            json!(["tools/call", "echo", "2026-07-28", 200, "success", null]),
        ),
        (
            call("test_error_handling"),
            json!([
                "tools/call",
                "test_error_handling",
                "2026-07-28",
                200,
                "tool_error",
                null
            ]),
        ),
        (
            call("panic"),
            json!(["tools/call", "panic", "2026-07-28", 200, "fault", -32603]),
        ),
        (
            call("confidential"),
            json!(["tools/call", "", "2026-07-28", 200, "fault", -32602]),
        ),
        (
            post(&version, notification),
            json!([
                "notifications/initialized",
                "",
                "2025-11-25",
                202,
                "accepted",
                null
            ]),
        ),
        (
            post(&version, unknown),
            json!(["other", "", "2025-11-25", 200, "fault", -32601]),
        ),
        (
            post(&[], "confidential"),
            json!(["", "", "", 400, "fault", -32700]),
        ),
        (get.to_owned(), json!(["", "", "", 405, "refused", null])),
        (
            get.replace("localhost", "confidential.example"),
            json!(["", "", "", 403, "refused", null]),
        ),
    ] {
        let answer = fixture.exchange(request.clone()).await;
        let record = record().await;
        let member = |name: &str| record.get(name).cloned().unwrap_or_default();
        let summary = ["method", "tool", "revision", "status", "outcome", "code"].map(member);
        assert_eq!(json!(summary), expected, "{record}");
        assert_eq!(record["bytes_out"], answer.body.len());
        assert!(!record.to_string().contains("confidential"), "{record}");
    }
}

#[tokio::test]
async fn records_of_search_mode_name_the_tool_that_was_called() {
    let fixture = Fixture::start().await;
    for (name, arguments, tool, outcome) in [
        ("call_tool", json!({"name": "echo"}), "echo", "success"),
        (
            "call_tool",
            json!({"name": "confidential"}),
            "call_tool",
            "tool_error",
        ),
        (
            "search_tools",
            json!({"query": "confidential"}),
            "search_tools",
            "success",
        ),
        (
            "describe_tool",
            json!({"names": ["echo"]}),
            "describe_tool",
            "success",
        ),
        ("echo", json!({}), "echo", "success"),
    ] {
        let message = modern::request("tools/call", &json!({"name": name, "arguments": arguments}));
        let answer = fixture
            .post_to_search(&modern::headers("tools/call", name), &message)
            .await;
        let record = record().await;
        assert_eq!(record["server"], "search");
        assert_eq!(
            (&record["tool"], &record["outcome"]),
            (&json!(tool), &json!(outcome))
        );
        assert_eq!(record["bytes_out"], answer.body.len());
        assert!(!record.to_string().contains("confidential"), "{record}");
    }
}

#[tokio::test]
async fn calls_that_nobody_waits_for_leave_one_too() {
    let fixture = Fixture::start().await;
    let stream = fixture.send(call("hold").as_bytes()).await;
    fixture.probe.has_begun().await;
    drop(stream);
    let record = record().await;
    assert_eq!(record["outcome"], "cancelled");
    assert_eq!(record["tool"], "hold");
}
