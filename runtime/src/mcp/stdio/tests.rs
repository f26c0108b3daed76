//! The stdio transport over pipes in memory.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, duplex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::serve;
use crate::mcp::tests::fixture::{self, Probe};
use crate::mcp::tests::schema;
use crate::server::Settings;

struct Process {
    input: DuplexStream,
    output: BufReader<DuplexStream>,
    probe: Arc<Probe>,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<io::Result<()>>,
}

impl Process {
    fn start() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        Self::of(0, settings)
    }

    /// Serves the server at that position of the fixture.
    fn of(position: usize, settings: Settings) -> Self {
        let (input, theirs) = duplex(1 << 16);
        let (ours, output) = duplex(1 << 16);
        let (shared, probe) = fixture::shared();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            serve(theirs, ours, shared, position, &settings, stopped).await
        });
        Self {
            input,
            output: BufReader::new(output),
            probe,
            stop: Some(stop),
            served,
        }
    }

    async fn send(&mut self, line: &str) {
        self.input.write_all(line.as_bytes()).await.unwrap();
        self.input.write_all(b"\n").await.unwrap();
    }

    /// The next message, checked against the schema of a revision; `None` at the end.
    async fn receive(&mut self, revision: &str) -> Option<Value> {
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(5), self.output.read_line(&mut line));
        if read.await.expect("a message in time").unwrap() == 0 {
            return None;
        }
        let message = serde_json::from_str(&line).unwrap();
        schema::check(revision, "JSONRPCMessage", &message);
        Some(message)
    }

    async fn ask(&mut self, revision: &str, message: &Value) -> Value {
        self.send(&message.to_string()).await;
        self.receive(revision).await.unwrap()
    }

    /// Closes the input and waits for the end.
    async fn end(self) {
        let Self {
            input,
            mut output,
            served,
            ..
        } = self;
        drop(input);
        let mut rest = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut output, &mut rest)
            .await
            .unwrap();
        assert_eq!(rest, "");
        served.await.unwrap().unwrap();
    }
}

fn modern(id: i64, method: &str, mut params: Value) -> Value {
    params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2026-07-28");
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn legacy(id: i64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

#[tokio::test]
async fn requests_that_describe_themselves() {
    let mut process = Process::start();
    let answer = process
        .ask("2026-07-28", &modern(1, "server/discover", json!({})))
        .await;
    schema::check("2026-07-28", "DiscoverResultResponse", &answer);
    let answer = process
        .ask("2026-07-28", &modern(2, "tools/list", json!({})))
        .await;
    schema::check("2026-07-28", "ListToolsResultResponse", &answer);
    let answer = process
        .ask(
            "2026-07-28",
            &modern(3, "tools/call", json!({"name": "list"})),
        )
        .await;
    schema::check("2026-07-28", "CallToolResultResponse", &answer);
    assert_eq!(answer["result"]["structuredContent"], json!([1, 2]));
    for (message, code) in [
        (
            json!({"jsonrpc": "2.0", "id": 4, "method": "server/discover"}),
            -32602,
        ),
        (modern(4, "ping", json!({})), -32601),
        (modern(4, "tools/call", json!({"name": "missing"})), -32602),
    ] {
        let answer = process.ask("2026-07-28", &message).await;
        assert_eq!(answer["error"]["code"], code, "{message}");
        assert_eq!(answer["id"], 4);
    }
    let mut message = modern(5, "tools/list", json!({}));
    message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("2099-01-01");
    let answer = process.ask("2026-07-28", &message).await;
    assert_eq!(answer["error"]["code"], -32022);
    process.end().await;
}

#[tokio::test]
async fn requests_after_initialize() {
    let mut process = Process::start();
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}});
    let answer = process
        .ask("2025-06-18", &legacy(0, "initialize", &params))
        .await;
    schema::check("2025-06-18", "InitializeResult", &answer["result"]);
    process
        .send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        .await;
    let answer = process
        .ask("2025-06-18", &legacy(1, "ping", &json!({})))
        .await;
    assert_eq!(answer["result"], json!({}));
    let answer = process
        .ask(
            "2025-06-18",
            &legacy(2, "tools/call", &json!({"name": "list"})),
        )
        .await;
    schema::check("2025-06-18", "CallToolResult", &answer["result"]);
    assert_eq!(
        answer["result"]["structuredContent"],
        json!({"result": [1, 2]})
    );
    let batch = json!([legacy(3, "ping", &json!({}))]);
    assert_eq!(
        process.ask("2025-11-25", &batch).await["error"]["code"],
        -32600
    );
    process.end().await;
}

#[tokio::test]
async fn batches_of_the_revision_that_has_them() {
    let mut process = Process::start();
    let params = json!({"protocolVersion": "2025-03-26", "capabilities": {}});
    process
        .ask("2025-03-26", &legacy(0, "initialize", &params))
        .await;
    let batch = json!([
        legacy(1, "ping", &json!({})),
        legacy(2, "tools/list", &json!({}))
    ]);
    let answer = process.ask("2025-03-26", &batch).await;
    schema::check("2025-03-26", "JSONRPCBatchResponse", &answer);
    assert_eq!(answer.as_array().unwrap().len(), 2);
    process.end().await;
}

#[tokio::test]
async fn calls_run_side_by_side_and_are_cancelled_by_notification() {
    let mut process = Process::start();
    let hold = json!({"name": "hold", "_meta": {"progressToken": "t"}});
    process
        .send(&modern(1, "tools/call", hold).to_string())
        .await;
    let progress = process.receive("2026-07-28").await.unwrap();
    schema::check("2026-07-28", "ProgressNotification", &progress);
    process
        .send(&legacy(2, "tools/call", &json!({"name": "hold"})).to_string())
        .await;
    process.probe.has_begun().await;
    process.probe.has_begun().await;
    let answer = process
        .ask("2025-11-25", &legacy(3, "ping", &json!({})))
        .await;
    assert_eq!(answer["id"], 3);
    process
        .send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
        .await;
    process.probe.is_over().await;
    assert_eq!(process.probe.ended(), 0);
    process.probe.release.add_permits(1);
    let answer = process.receive("2025-11-25").await.unwrap();
    assert_eq!(answer["id"], 2, "the cancelled call has no response");
    process.end().await;
}

#[tokio::test]
async fn lines_that_are_no_messages() {
    let mut process = Process::with(Settings {
        max_body_bytes: 200,
        ..Settings::default()
    });
    process.send("").await;
    process.send("  \r").await;
    process.send("{").await;
    let answer = process.receive("2026-07-28").await.unwrap();
    assert_eq!(answer["error"]["code"], -32700);
    process.send(&"x".repeat(100_000)).await;
    let answer = process.receive("2026-07-28").await.unwrap();
    assert_eq!(answer["error"]["code"], -32600);
    // Exactly as long as is accepted.
    let ping = legacy(1, "ping", &json!({})).to_string();
    process
        .send(&(ping.clone() + &" ".repeat(200 - ping.len())))
        .await;
    assert_eq!(process.receive("2025-11-25").await.unwrap()["id"], 1);
    process
        .send(&(ping.clone() + &" ".repeat(201 - ping.len())))
        .await;
    let answer = process.receive("2026-07-28").await.unwrap();
    assert_eq!(answer["error"]["code"], -32600);
    process.end().await;
}

#[tokio::test]
async fn running_calls_end_after_the_input_has() {
    let mut process = Process::start();
    process
        .send(&legacy(1, "tools/call", &json!({"name": "hold"})).to_string())
        .await;
    // The last line need not be ended.
    let ping = legacy(2, "ping", &json!({})).to_string();
    process.input.write_all(ping.as_bytes()).await.unwrap();
    process.probe.has_begun().await;
    process.input.shutdown().await.unwrap();
    assert_eq!(process.receive("2025-11-25").await.unwrap()["id"], 2);
    process.probe.release.add_permits(1);
    assert_eq!(process.receive("2025-11-25").await.unwrap()["id"], 1);
    assert_eq!(process.receive("2025-11-25").await, None);
    process.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn calls_that_do_not_end_are_dropped_at_the_deadline() {
    let mut process = Process::with(Settings {
        drain_timeout: Duration::from_millis(50),
        ..Settings::default()
    });
    process
        .send(&legacy(1, "tools/call", &json!({"name": "hold"})).to_string())
        .await;
    process.probe.has_begun().await;
    process.stop.take().unwrap().send(()).unwrap();
    process.probe.is_over().await;
    assert_eq!(process.receive("2025-11-25").await, None);
    process.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn search_mode_and_pages_are_the_same_over_stdio() {
    let mut process = Process::of(1, Settings::default());
    let params = json!({"name": "call_tool", "arguments": {"name": "echo", "arguments": {"a": 1}}});
    let answer = process
        .ask("2026-07-28", &modern(1, "tools/call", params.clone()))
        .await;
    schema::check("2026-07-28", "CallToolResultResponse", &answer);
    assert_eq!(answer["result"]["structuredContent"], json!({"a": 1}));
    let answer = process
        .ask("2025-11-25", &legacy(2, "tools/call", &params))
        .await;
    assert_eq!(answer["result"]["structuredContent"], json!({"a": 1}));
    let params = json!({"name": "search_tools", "arguments": {"query": "simple text"}});
    let answer = process
        .ask("2025-11-25", &legacy(3, "tools/call", &params))
        .await;
    assert_eq!(
        answer["result"]["structuredContent"]["tools"][0]["name"],
        "test_simple_text"
    );
    let answer = process
        .ask(
            "2025-11-25",
            &legacy(4, "tools/list", &json!({"cursor": "second"})),
        )
        .await;
    assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 5);
    process.end().await;
}
