//! The bounds of the server, and who is admitted.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::client::{Answer, Fixture, post};
use super::{legacy, modern};
use crate::server::Settings;

fn list() -> String {
    modern::request("tools/list", &json!({}))
}

async fn with(fixture: &Fixture, headers: &[(&str, &str)]) -> Answer {
    let usual = modern::headers("tools/list", "");
    fixture.post(&[headers, &usual].concat(), &list()).await
}

#[tokio::test]
async fn hosts_are_loopback_or_configured() {
    let fixture = Fixture::start().await;
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:8080"] {
        assert_eq!(
            with(&fixture, &[("Host", host)]).await.status,
            200,
            "{host}"
        );
    }
    for host in [
        "evil.example",
        "localhost.evil.example:80",
        "127.0.0.1.nip.io",
        "0.0.0.0",
        "10.0.0.1",
    ] {
        assert_eq!(
            with(&fixture, &[("Host", host)]).await.status,
            403,
            "{host}"
        );
    }
    for hosts in [
        &[("Host", "")][..],
        &[("Host", "localhost"), ("Host", "localhost")],
        &[("Host", "a@localhost")],
        &[("Host", "local host")],
    ] {
        assert_eq!(with(&fixture, hosts).await.status, 400, "{hosts:?}");
    }
    let fixture = Fixture::with(Settings {
        allowed_hosts: vec!["gateway.example".to_owned()],
        ..Settings::default()
    })
    .await;
    assert_eq!(
        with(&fixture, &[("Host", "Gateway.example:443")])
            .await
            .status,
        200
    );
    assert_eq!(
        with(&fixture, &[("Host", "other.example")]).await.status,
        403
    );
    let target =
        post(&[("Host", "gateway.example")], "{}").replace("/mcp", "http://evil.example/mcp");
    assert_eq!(fixture.exchange(target).await.status, 400);
    let target = post(&[("Host", "evil.example")], "{}").replace("/mcp", "http://evil.example/mcp");
    assert_eq!(fixture.exchange(target).await.status, 403);
    let any = Settings {
        allowed_hosts: vec!["*".to_owned()],
        ..Settings::default()
    };
    assert_eq!(
        with(&Fixture::with(any).await, &[("Host", "any.example")])
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn origins_are_loopback_or_configured() {
    let fixture = Fixture::with(Settings {
        allowed_hosts: vec!["gateway.example".to_owned()],
        allowed_origins: vec!["https://app.example".to_owned()],
        ..Settings::default()
    })
    .await;
    for origin in [
        "http://localhost:6274",
        "https://127.0.0.1",
        "http://[::1]:3000",
        "https://app.example",
    ] {
        let answer = with(&fixture, &[("Origin", origin)]).await;
        assert_eq!(answer.status, 200, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert!(
            answer
                .header("access-control-expose-headers")
                .unwrap()
                .contains("Mcp-Session-Id")
        );
    }
    for origin in [
        "http://evil.example",
        "null",
        "https://app.example.evil.example",
        "http://app.example",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
    ] {
        let answer = with(&fixture, &[("Origin", origin)]).await;
        assert_eq!(answer.status, 403, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let twice = [
        ("Origin", "http://localhost"),
        ("Origin", "http://evil.example"),
    ];
    assert_eq!(with(&fixture, &twice).await.status, 403);
    // A page on the developer's machine has no business with a public gateway.
    let public = [
        ("Host", "gateway.example"),
        ("Origin", "http://localhost:3000"),
    ];
    assert_eq!(with(&fixture, &public).await.status, 403);
    assert_eq!(
        with(&fixture, &[])
            .await
            .header("access-control-allow-origin"),
        None
    );
}

#[tokio::test]
async fn preflights_are_answered_for_allowed_origins() {
    let fixture = Fixture::start().await;
    let preflight = |origin: &str| {
        format!(
            "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n{origin}\
             Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"
        )
    };
    let answer = fixture
        .exchange(preflight("Origin: http://localhost:6274\r\n"))
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:6274")
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .unwrap()
            .contains("POST")
    );
    for name in [
        "Mcp-Method",
        "Mcp-Name",
        "MCP-Protocol-Version",
        "Authorization",
        "Mcp-Session-Id",
    ] {
        assert!(
            answer
                .header("access-control-allow-headers")
                .unwrap()
                .contains(name),
            "{name}"
        );
    }
    assert_eq!(
        fixture
            .exchange(preflight("Origin: http://evil.example\r\n"))
            .await
            .status,
        403
    );
    assert_eq!(fixture.exchange(preflight("")).await.status, 405);
}

#[tokio::test]
async fn other_methods_and_paths() {
    let fixture = Fixture::start().await;
    for method in ["GET", "DELETE", "PUT", "HEAD"] {
        let answer = fixture
            .exchange(format!(
                "{method} /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            ))
            .await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("POST"));
    }
    for path in [
        "/",
        "/mcp/",
        "/MCP",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/mcp/.well-known/openid-configuration",
    ] {
        for method in ["GET", "POST"] {
            let answer = fixture
                .exchange(format!(
                    "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                ))
                .await;
            assert_eq!(answer.status, 404, "{method} {path}");
            assert_eq!(answer.code(), None);
        }
    }
    for path in ["/healthz", "/readyz"] {
        // Probes are addressed to whatever the platform likes.
        let answer = fixture
            .exchange(format!(
                "GET {path} HTTP/1.1\r\nHost: 10.1.2.3\r\nConnection: close\r\n\r\n"
            ))
            .await;
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test]
async fn only_json_comes_and_json_or_events_go() {
    let fixture = Fixture::start().await;
    for content_type in [
        "",
        "text/plain",
        "application/jsonp",
        "application/x-www-form-urlencoded",
    ] {
        let answer = with(&fixture, &[("Content-Type", content_type)]).await;
        assert_eq!(answer.status, 415, "{content_type}");
    }
    for content_type in ["application/json; charset=utf-8", "APPLICATION/JSON"] {
        let answer = with(&fixture, &[("Content-Type", content_type)]).await;
        assert_eq!(answer.status, 200, "{content_type}");
    }
    for accept in ["text/html", "application/json;q=0", "image/*"] {
        assert_eq!(
            with(&fixture, &[("Accept", accept)]).await.status,
            406,
            "{accept}"
        );
    }
    for accept in [
        "",
        "*/*",
        "application/json",
        "text/event-stream;q=0.1, application/*",
    ] {
        let answer = with(&fixture, &[("Accept", accept)]).await;
        assert_eq!(answer.status, 200, "{accept}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    let answer = with(&fixture, &[("Accept", "text/event-stream")]).await;
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert!(answer.message("2026-07-28")["result"]["tools"].is_array());
}

#[tokio::test]
async fn bodies_are_bounded() {
    let fixture = Fixture::with(Settings {
        max_body_bytes: 1000,
        body_timeout: Duration::from_millis(200),
        ..Settings::default()
    })
    .await;
    assert_eq!(fixture.post(&[], &" ".repeat(1001)).await.status, 413);
    assert_eq!(fixture.post(&[], &" ".repeat(1000)).await.status, 400);
    let head = post(&[("Transfer-Encoding", "chunked")], "").replace("Content-Length: 0\r\n", "");
    let chunks = format!("{head}3e9\r\n{}\r\n0\r\n\r\n", " ".repeat(1001));
    assert_eq!(fixture.exchange(chunks).await.status, 413);
    // The rest of the body never comes.
    let slow = post(&[], "").replace("Content-Length: 0", "Content-Length: 10") + "{";
    assert_eq!(fixture.exchange(slow).await.status, 408);
}

#[tokio::test]
async fn heads_are_bounded() {
    let fixture = Fixture::with(Settings {
        max_header_bytes: 8192,
        ..Settings::default()
    })
    .await;
    assert_eq!(
        with(&fixture, &[("X-Long", &"a".repeat(10_000))])
            .await
            .status,
        431
    );
    let many = vec![("X-Many", "a"); 101];
    assert_eq!(with(&fixture, &many).await.status, 431);
}

/// How long the server keeps a connection on which these bytes came and no more.
async fn kept(fixture: &Fixture, bytes: &[u8]) -> Duration {
    let started = Instant::now();
    let mut stream = fixture.send(bytes).await;
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest));
    let _ = closed.await.expect("the connection is closed");
    started.elapsed()
}

#[tokio::test]
async fn slow_heads_end_the_connection() {
    let fixture = Fixture::with(Settings {
        header_timeout: Duration::from_millis(300),
        ..Settings::default()
    })
    .await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for start in [
        &b""[..],
        b"P",
        b"POST /mcp HTTP/1.1\r\nHost: loc",
        &preface[..20],
    ] {
        let kept = kept(&fixture, start).await;
        assert!(kept >= Duration::from_millis(250), "{kept:?}");
    }
}

#[tokio::test]
async fn clients_that_do_not_read_are_let_go() {
    let fixture = Fixture::with(Settings {
        max_body_bytes: 32 << 20,
        write_timeout: Duration::from_millis(300),
        max_connections: 1,
        ..Settings::default()
    })
    .await;
    // More than the buffers of the system take on loopback.
    let params = json!({"name": "echo", "arguments": {"a": "b".repeat(16 << 20)}});
    let call = post(
        &modern::headers("tools/call", "echo"),
        &modern::request("tools/call", &params),
    );
    let mut stalled = fixture.send(call.as_bytes()).await;
    // Served once the first connection is closed.
    let answered = tokio::time::timeout(Duration::from_secs(10), with(&fixture, &[]));
    assert_eq!(answered.await.unwrap().status, 200);
    let mut taken = Vec::new();
    let _ = stalled.read_to_end(&mut taken).await;
    assert!(taken.len() < call.len(), "{}", taken.len());
}

#[tokio::test]
async fn further_connections_wait() {
    let fixture = Fixture::with(Settings {
        max_connections: 1,
        ..Settings::default()
    })
    .await;
    let first = fixture.send(b"").await;
    let mut second = fixture
        .send(post(&modern::headers("tools/list", ""), &list()).as_bytes())
        .await;
    let mut byte = [0];
    let waiting = tokio::time::timeout(Duration::from_millis(200), second.read(&mut byte));
    assert!(waiting.await.is_err());
    drop(first);
    let answered = tokio::time::timeout(Duration::from_secs(5), second.read(&mut byte));
    assert_eq!(answered.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn further_calls_are_refused() {
    let fixture = Fixture::with(Settings {
        max_calls: 1,
        ..Settings::default()
    })
    .await;
    let hold = legacy::request(&json!(1), "tools/call", &json!({"name": "hold"}));
    let _held = fixture.send(post(&[], &hold).as_bytes()).await;
    fixture.probe.has_begun().await;
    let answer = fixture.post(&[], &hold).await;
    assert_eq!((answer.status, answer.code()), (503, Some(-32603)));
    assert_eq!(with(&fixture, &[]).await.status, 200);
    fixture.probe.release.add_permits(2);
    fixture.probe.is_over().await;
    // The permit comes back an instant after the handler has ended.
    loop {
        if fixture.post(&[], &hold).await.status == 200 {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn answers_come_in_one_piece() {
    let fixture = Fixture::start().await;
    let request = post(
        &[
            &modern::headers("tools/call", "echo")[..],
            &[("Connection", "keep-alive")],
        ]
        .concat(),
        &modern::request(
            "tools/call",
            &json!({"name": "echo", "arguments": {"a": "b"}}),
        ),
    );
    let mut stream = fixture.send(b"").await;
    // Head and body in two segments would cost the second one a round trip with every client that
    // delays its acknowledgements.
    for _ in 0..10 {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.unwrap();
        let text = std::str::from_utf8(&buffer[..length]).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
        assert!(
            head.to_ascii_lowercase()
                .contains(&format!("content-length: {}", body.len()))
        );
        assert!(body.ends_with("}}}"), "{body}");
    }
}

#[tokio::test]
async fn http2_is_spoken_without_upgrade() {
    let fixture = Fixture::start().await;
    let stream = fixture.send(b"").await;
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io)
        .await
        .unwrap();
    tokio::spawn(connection);
    for (host, status) in [("localhost", 200), ("evil.example", 403)] {
        let request = http::Request::post(format!("http://{host}/mcp"))
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/list")
            .body(list())
            .unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), status, "{host}");
    }
}
