//! Requests that try to be somebody, or to call something, by saying it in two places at once.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::issuer::Signer;
use super::requests::{call, current, send, start};

/// A call by the rules of 2026-07-28.
fn modern(tool: &str) -> String {
    json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": tool, "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {} } } })
    .to_string()
}

#[test]
fn a_header_with_another_tool_does_not_lend_its_scopes() {
    let signer = Signer::ed25519("k1");
    let running = start(&signer);
    let token = signer.token(&current(&json!({ "scope": "pets.read" })));
    let reader = format!("authorization: Bearer {token}");
    let post = |more: &[&str], body: &str| {
        let headers = [&[reader.as_str()], more].concat();
        send(&running, "POST", "/pets/mcp", &headers, body)
    };
    let revision = "mcp-protocol-version: 2026-07-28";
    let method = "mcp-method: tools/call";
    // The tool that may be called in the header, the other in the body, and the other way around; twice;
    // encoded; with a method that asks for no scopes.
    for headers in [
        &[revision, method, "mcp-name: read"][..],
        &[revision, method, "mcp-name: read", "mcp-name: write"],
        &[revision, method, "mcp-name: write", "mcp-name: read"],
        &[revision, method, "mcp-name: =?base64?cmVhZA==?="],
        &[revision, method, "mcp-name: read, write"],
        &[revision, "mcp-method: tools/list", "mcp-name: write"],
        &[
            revision,
            method,
            "mcp-method: tools/list",
            "mcp-name: write",
        ],
    ] {
        let refused = post(headers, &modern("write"));
        assert_eq!(refused.status, 400, "{headers:?}: {}", refused.body);
        let error: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!(
            error["error"]["code"], -32020,
            "{headers:?}: {}",
            refused.body
        );
    }
    // The header alone is believed by nobody either.
    let refused = post(&[revision, method, "mcp-name: write"], &modern("read"));
    assert_eq!(refused.status, 400, "{}", refused.body);
    // Older revisions have no such headers: what they say is not looked at, and the body counts.
    let refused = post(&["mcp-name: read", method], &call("write"));
    assert_eq!(refused.status, 403, "{}", refused.body);
    // A name twice in the body is no message.
    let twice = call("write").replace("\"name\":\"write\"", "\"name\":\"read\",\"name\":\"write\"");
    assert_ne!(twice, call("write"));
    assert_eq!(post(&[], &twice).status, 400);
    running.stop();
}

#[test]
fn headers_that_others_believe_make_nobody_somebody() {
    let signer = Signer::ed25519("k1");
    let running = start(&signer);
    let token = signer.token(&current(&json!({})));
    let elsewhere = [
        format!("x-authorization: Bearer {token}"),
        format!("proxy-authorization: Bearer {token}"),
        format!("x-forwarded-access-token: {token}"),
        format!("x-forwarded-authorization: Bearer {token}"),
        format!("cookie: access_token={token}; authorization=Bearer {token}"),
        format!("authorization: {token}"),
        format!("authorization: Basic {token}"),
        format!("ocp-apim-subscription-key: {token}"),
        "x-forwarded-user: user-7".to_owned(),
        "x-ms-client-principal-id: user-7".to_owned(),
        "remote-user: user-7".to_owned(),
        "x-forwarded-for: 127.0.0.1".to_owned(),
        "forwarded: for=127.0.0.1;by=127.0.0.1".to_owned(),
        "x-forwarded-client-cert: By=spiffe://acme/gw;Subject=\"CN=user-7\"".to_owned(),
    ];
    let all: Vec<&str> = elsewhere.iter().map(String::as_str).collect();
    for header in &all {
        let refused = send(&running, "POST", "/pets/mcp", &[header], &call("read"));
        assert_eq!(refused.status, 401, "{header}");
    }
    for place in ["access_token", "authorization", "token"] {
        let path = format!("/pets/mcp?{place}={token}");
        assert_eq!(
            send(&running, "POST", &path, &[], &call("read")).status,
            401
        );
    }
    // Beside a good token they change nothing.
    let good = format!("authorization: Bearer {token}");
    let others: Vec<&str> = all
        .iter()
        .filter(|line| !line.starts_with("auth"))
        .copied()
        .collect();
    let headers = [&[good.as_str()], others.as_slice()].concat();
    let admitted = send(&running, "POST", "/pets/mcp", &headers, &call("read"));
    assert_eq!(admitted.status, 200, "{}", admitted.body);
    assert!(
        admitted.body.contains("staff/Some(\\\"user-7\\\")"),
        "{}",
        admitted.body
    );
    running.stop();
}

#[test]
fn great_tokens_are_read_up_to_a_bound() {
    let signer = Signer::ed25519("k1");
    let running = start(&signer);
    let post = |bytes: usize| {
        let pad = "x".repeat(bytes);
        let token = signer.token(&current(&json!({ "scope": "pets.read", "pad": pad })));
        let header = format!("authorization: Bearer {token}");
        let length = token.len();
        (
            length,
            send(&running, "POST", "/pets/mcp", &[&header], &call("read")),
        )
    };
    let (length, large) = post(7000);
    assert!(length > 8 * 1024 && length < 16 * 1024, "{length}");
    assert_eq!(large.status, 200, "{}", large.body);
    let (length, larger) = post(13_000);
    assert!(length > 16 * 1024, "{length}");
    assert!([401, 431].contains(&larger.status), "{}", larger.status);
    // The gateway answers this one before it has come in whole, and closes: the answer may be lost.
    let token = "x".repeat(200_000);
    let mut stream = TcpStream::connect(running.address()).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    let _ = write!(
        stream,
        "POST /pets/mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    let mut huge = Vec::new();
    let _ = stream.read_to_end(&mut huge);
    let huge = String::from_utf8_lossy(&huge);
    assert!(
        huge.is_empty() || huge.starts_with("HTTP/1.1 431 "),
        "{huge}"
    );
    // The gateway still answers.
    assert_eq!(post(10).1.status, 200);
    running.stop();
}
