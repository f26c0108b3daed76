//! Progress, cancellation and drain.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;

use super::client::{Answer, Fixture, post};
use super::{legacy, modern, schema};
use crate::server::Settings;

const MODERN: &str = "2026-07-28";
const LEGACY: (&str, &str) = ("MCP-Protocol-Version", "2025-11-25");

fn modern_call(name: &str, token: &Value) -> String {
    let params = json!({"name": name, "_meta": {"progressToken": token}});
    post(
        &modern::headers("tools/call", name),
        &modern::request("tools/call", &params),
    )
}

fn legacy_call(id: &Value, session: &str, token: &Value) -> String {
    let params = json!({"name": "hold", "_meta": {"progressToken": token}});
    post(
        &[LEGACY, ("Mcp-Session-Id", session)],
        &legacy::request(id, "tools/call", &params),
    )
}

/// Waits for a line that holds `text`.
async fn until(stream: &mut BufReader<TcpStream>, text: &str) {
    let mut line = String::new();
    while !line.contains(text) {
        line.clear();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_line(&mut line));
        assert_ne!(
            read.await.unwrap().unwrap(),
            0,
            "the stream ends without {text}"
        );
    }
}

#[tokio::test]
async fn progress_turns_the_answer_into_a_stream() {
    let fixture = Fixture::start().await;
    for token in [json!("t\"1"), json!(17)] {
        let answer = fixture
            .exchange(modern_call("test_tool_with_progress", &token))
            .await;
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        assert_eq!(answer.header("x-accel-buffering"), Some("no"));
        assert!(!answer.body.contains("id: "));
        let messages = answer.messages(MODERN);
        let progress: Vec<_> = messages
            .iter()
            .filter(|message| message["method"] == "notifications/progress")
            .inspect(|message| schema::check(MODERN, "ProgressNotification", message))
            .map(|message| {
                assert_eq!(message["params"]["progressToken"], token);
                assert_eq!(message["params"]["total"], 100);
                message["params"]["progress"].as_i64().unwrap()
            })
            .collect();
        assert_eq!(progress, [0, 50, 100], "only increasing values");
        let last = messages.last().unwrap();
        schema::check(MODERN, "CallToolResultResponse", last);
        assert_eq!(messages.len(), 4);
    }
}

#[tokio::test]
async fn progress_that_nobody_asked_for_is_not_sent() {
    let fixture = Fixture::start().await;
    let name = "test_tool_with_progress";
    let without = modern::call(&fixture, name, &json!({})).await;
    assert_eq!(without.header("content-type"), Some("application/json"));
    for token in [json!(null), json!(1.5), json!({})] {
        let answer = fixture.exchange(modern_call(name, &token)).await;
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{token}"
        );
    }
    let params = json!({"name": name, "_meta": {"progressToken": 1}});
    let answer = fixture
        .post(
            &[
                &modern::headers("tools/call", name)[..],
                &[("Accept", "application/json")],
            ]
            .concat(),
            &modern::request("tools/call", &params),
        )
        .await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    // A call that reports nothing is answered without a stream.
    let answer = fixture.exchange(modern_call("echo", &json!(1))).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn quiet_streams_are_kept_alive() {
    let fixture = Fixture::with(Settings {
        keep_alive: Duration::from_millis(50),
        ..Settings::default()
    })
    .await;
    let stream = fixture
        .send(modern_call("hold", &json!(1)).as_bytes())
        .await;
    let mut stream = BufReader::new(stream);
    until(&mut stream, "notifications/progress").await;
    for _ in 0..2 {
        until(&mut stream, ":\n").await;
    }
    fixture.probe.release.add_permits(1);
    until(&mut stream, "released").await;
}

#[tokio::test]
async fn leaving_cancels_calls_of_the_modern_era() {
    let fixture = Fixture::start().await;
    // Once before the answer has begun, once while it streams.
    let plain = post(
        &modern::headers("tools/call", "hold"),
        &modern::request("tools/call", &json!({"name": "hold"})),
    );
    for request in [plain, modern_call("hold", &json!(1))] {
        let stream = fixture.send(request.as_bytes()).await;
        fixture.probe.has_begun().await;
        drop(stream);
        let over = tokio::time::timeout(Duration::from_secs(5), fixture.probe.is_over());
        over.await.expect("the call is dropped");
    }
    assert_eq!(fixture.probe.ended(), 0);
}

#[tokio::test]
async fn resetting_an_http2_stream_is_leaving() {
    let fixture = Fixture::start().await;
    let io = hyper_util::rt::TokioIo::new(fixture.send(b"").await);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io)
        .await
        .unwrap();
    tokio::spawn(connection);
    let mut request = http::Request::post("http://localhost/mcp");
    for (name, value) in modern::headers("tools/call", "hold") {
        request = request.header(name, value);
    }
    let body = modern::request("tools/call", &json!({"name": "hold"}));
    let request = request
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    let response = tokio::spawn(sender.send_request(request));
    fixture.probe.has_begun().await;
    response.abort();
    let over = tokio::time::timeout(Duration::from_secs(5), fixture.probe.is_over());
    over.await.expect("the call is dropped");
    assert_eq!(fixture.probe.ended(), 0);
}

#[tokio::test]
async fn leaving_cancels_nothing_in_the_legacy_era() {
    let fixture = Fixture::start().await;
    let session = legacy::session(&fixture).await;
    let plain = legacy::request(&json!(1), "tools/call", &json!({"name": "hold"}));
    let with_session = legacy_call(&json!(2), &session, &json!(1));
    for request in [post(&[LEGACY], &plain), with_session] {
        let stream = fixture.send(request.as_bytes()).await;
        fixture.probe.has_begun().await;
        drop(stream);
        let over = tokio::time::timeout(Duration::from_millis(200), fixture.probe.is_over());
        assert!(over.await.is_err(), "the call goes on");
        fixture.probe.release.add_permits(1);
        fixture.probe.is_over().await;
    }
    assert_eq!(fixture.probe.ended(), 2);
}

async fn cancel(fixture: &Fixture, session: &str, id: &Value) {
    let message = json!({
        "jsonrpc": "2.0",
        "method": "notifications/cancelled",
        "params": {"requestId": id, "reason": "enough"},
    });
    let headers = [LEGACY, ("Mcp-Session-Id", session)];
    let headers = if session.is_empty() {
        &headers[..1]
    } else {
        &headers[..]
    };
    assert_eq!(
        fixture.post(headers, &message.to_string()).await.status,
        202
    );
}

#[tokio::test]
async fn a_notification_cancels_a_call_of_its_session() {
    let fixture = Fixture::start().await;
    let mine = legacy::session(&fixture).await;
    let other = legacy::session(&fixture).await;
    let hold = legacy::request(&json!(1), "tools/call", &json!({"name": "hold"}));
    let call = post(&[LEGACY, ("Mcp-Session-Id", &mine)], &hold);
    let mut stream = fixture.send(call.as_bytes()).await;
    fixture.probe.has_begun().await;
    // None of these is about the call.
    cancel(&fixture, &other, &json!(1)).await;
    cancel(&fixture, &mine, &json!("1")).await;
    cancel(&fixture, &mine, &json!(2)).await;
    cancel(&fixture, "", &json!(1)).await;
    let over = tokio::time::timeout(Duration::from_millis(100), fixture.probe.is_over());
    assert!(over.await.is_err());
    cancel(&fixture, &mine, &json!(1)).await;
    fixture.probe.is_over().await;
    assert_eq!(fixture.probe.ended(), 0);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let answer = Answer::read(&bytes);
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
}

#[tokio::test]
async fn a_cancelled_stream_ends_without_a_response() {
    let fixture = Fixture::start().await;
    let session = legacy::session(&fixture).await;
    let call = legacy_call(&json!("a"), &session, &json!("t"));
    let stream = fixture.send(call.as_bytes()).await;
    let mut stream = BufReader::new(stream);
    until(&mut stream, "notifications/progress").await;
    cancel(&fixture, &session, &json!("a")).await;
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(!rest.contains("data:"), "{rest}");
    fixture.probe.is_over().await;
    assert_eq!(fixture.probe.ended(), 0);
}

#[tokio::test]
async fn draining_lets_running_calls_end() {
    let mut fixture = Fixture::start().await;
    let idle = fixture.send(b"").await;
    let mut running = fixture
        .send(modern_call("hold", &json!(null)).as_bytes())
        .await;
    fixture.probe.has_begun().await;
    fixture.stop.take().unwrap().send(()).unwrap();
    // The listener closes, and so do connections that wait for nothing.
    while TcpStream::connect(fixture.address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!fixture.served.is_finished());
    fixture.probe.release.add_permits(1);
    let mut bytes = Vec::new();
    running.read_to_end(&mut bytes).await.unwrap();
    assert!(Answer::read(&bytes).body.contains("released"));
    drop(idle);
    tokio::time::timeout(Duration::from_secs(5), fixture.served)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn draining_has_a_deadline() {
    let mut fixture = Fixture::with(Settings {
        drain_timeout: Duration::from_millis(100),
        ..Settings::default()
    })
    .await;
    let _running = fixture
        .send(modern_call("hold", &json!(1)).as_bytes())
        .await;
    fixture.probe.has_begun().await;
    fixture.stop.take().unwrap().send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), fixture.served)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn load_balancers_are_told_before_the_listener_closes() {
    let mut fixture = Fixture::with(Settings {
        unready_period: Duration::from_millis(500),
        ..Settings::default()
    })
    .await;
    let probe = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(fixture.exchange(probe).await.status, 200);
    fixture.stop.take().unwrap().send(()).unwrap();
    while fixture.exchange(probe).await.status != 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        fixture
            .exchange(probe.replace("readyz", "healthz"))
            .await
            .status,
        200
    );
    let call = modern::call(&fixture, "echo", &json!({})).await;
    assert_eq!(call.status, 200);
    fixture.served.await.unwrap();
}
