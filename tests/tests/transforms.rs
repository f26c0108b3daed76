//! Policies that change requests, answer in the API's place, check answers, let web pages in, and bound where
//! the gateway connects to: over real sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use gatewright_tests::{Client, Program, Received, Stub, binary};
use serde_json::{Value, json};

const PET: &str = r#"{"id":1,"name":"Rex","status":"sold"}"#;

struct Gateway {
    stub: Stub,
    program: Program,
}

fn start(answer: &'static str) -> Gateway {
    let stub = Stub::answering("200 OK", "application/json", answer);
    let url = stub.url.clone();
    Gateway {
        stub,
        program: run(&url),
    }
}

fn run(url: &str) -> Program {
    Program::gateway(&policies(), &[], &[("API_URL", url), ("KEYS", &keys())])
}

fn policies() -> std::path::PathBuf {
    binary("gatewright-policies", "gatewright-policies")
}

/// A file of keys; nobody has one.
fn keys() -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), r#"{"consumers":[]}"#).unwrap();
    file.into_temp_path()
        .keep()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

impl Gateway {
    fn call(&mut self, tool: &str, arguments: &Value, headers: &[(&str, &str)]) -> Value {
        let client = Client::new(&self.program.url("/changed/mcp"));
        let body = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let mut headers = headers.to_vec();
        headers.push(("mcp-protocol-version", "2025-11-25"));
        let answer = client.post(&body.to_string(), &headers);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body["result"].clone()
    }

    /// The only request that came.
    fn received(&self) -> Received {
        let received = self.stub.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received[0].clone()
    }
}

fn header<'r>(request: &'r Received, name: &str) -> Vec<&'r str> {
    let headers = request.headers.iter();
    headers
        .filter(|(own, _)| own == name)
        .map(|(_, value)| value.as_str())
        .collect()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

#[test]
fn headers_and_parameters_are_set() {
    let mut gateway = start(r#"{"pets":[],"total":0}"#);
    let result = gateway.call(
        "listPets",
        &json!({ "limit": 80, "offset": 3, "tag": ["a&b"] }),
        &[("x-team", "vets")],
    );
    assert_eq!(result["structuredContent"]["total"], 0, "{result}");
    let request = gateway.received();
    assert_eq!(request.target, "/pets?tag=a%26b&tenant=a%26b%3Dc&limit=50");
    assert_eq!(header(&request, "x-caller"), ["127.0.0.1"]);
    assert_eq!(header(&request, "x-team"), ["vets"]);
}

#[test]
fn a_condition_that_does_not_hold_changes_nothing() {
    let mut gateway = start(r#"{"pets":[],"total":0}"#);
    gateway.call("listPets", &json!({ "limit": 7 }), &[]);
    let request = gateway.received();
    assert_eq!(request.target, "/pets?limit=7&tenant=a%26b%3Dc");
    assert_eq!(header(&request, "x-team"), [""; 0]);
}

#[test]
fn what_is_there_is_kept_where_it_should_be() {
    for (arguments, expected) in [
        (json!({ "petId": 2 }), "none given"),
        (json!({ "petId": 2, "X-Reason": "sold" }), "sold"),
    ] {
        let mut gateway = start("{}");
        gateway.call("deletePet", &arguments, &[]);
        assert_eq!(header(&gateway.received(), "x-reason"), [expected]);
    }
}

#[test]
fn bodies_are_changed() {
    let mut gateway = start(PET);
    let pet = json!({ "name": "Rex", "owner": { "name": "me", "email": "a@example.com" } });
    gateway.call("createPet", &pet, &[("x-team", "va\"ts")]);
    let body: Value = serde_json::from_str(&gateway.received().body).unwrap();
    assert_eq!(
        body,
        json!({ "name": "Rex", "owner": { "name": "va\"ts", "email": "a@example.com" }, "tags": ["new"] })
    );
}

#[test]
fn values_of_callers_do_not_break_out() {
    let mut gateway = start(PET);
    // A value that a header of a request can have, and one of an API should not.
    let result = gateway.call("getPet", &json!({ "petId": 1 }), &[("x-team", "a\tb")]);
    assert_eq!(result["isError"], true, "{result}");
    assert!(text(&result).contains("visible ASCII"), "{result}");
    assert!(gateway.stub.received().is_empty());
}

#[test]
fn calls_are_answered_in_the_apis_place() {
    let mut gateway = start(PET);
    let closed = gateway.call("getPet", &json!({ "petId": 1 }), &[("x-closed", "1")]);
    assert_eq!(closed["isError"], true);
    assert_eq!(text(&closed), "The shop is closed.");
    let deleted = gateway.call("deletePet", &json!({ "petId": 1 }), &[]);
    assert_eq!(deleted["structuredContent"], json!({ "deleted": false }));
    assert_ne!(deleted["isError"], true);
    let mocked = gateway.call("getPet", &json!({ "petId": 1 }), &[("x-mock", "1")]);
    let pet = &mocked["structuredContent"];
    assert!(pet["id"].is_i64() && pet["name"].is_string(), "{mocked}");
    assert_eq!(pet["status"], "available");
    // An answer that has no content.
    let mocked = gateway.call("deletePet", &json!({ "petId": 2 }), &[("x-mock", "1")]);
    assert!(text(&mocked).contains("204"), "{mocked}");
    // What is wrong with the arguments is told all the same.
    let wrong = gateway.call("getPet", &json!({ "petId": 0 }), &[("x-mock", "1")]);
    assert!(text(&wrong).contains("/petId"), "{wrong}");
    assert!(gateway.stub.received().is_empty());
}

#[test]
fn answers_that_break_their_schema_are_not_passed_on() {
    let mut gateway = start(PET);
    let result = gateway.call("getPet", &json!({ "petId": 1 }), &[]);
    assert_eq!(result["structuredContent"]["name"], "Rex", "{result}");
    for (answer, place) in [
        (
            r#"{"id":1,"name":"canary","status":"eaten"}"#,
            "- /status: ",
        ),
        (
            r#"{"id":1,"status":"sold","owner":{"email":"canary"}}"#,
            "name",
        ),
        ("canary", "is not JSON"),
    ] {
        let mut gateway = start(answer);
        let result = gateway.call("getPet", &json!({ "petId": 1 }), &[]);
        assert_eq!(result["isError"], true, "{result}");
        assert!(text(&result).contains(place), "{result}");
        assert!(!result.to_string().contains("canary"), "{result}");
    }
}

/// The status and the headers of an answer to a request of a web page.
fn browser(program: &mut Program, method: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(program.url("/changed/mcp"))
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let answer = agent.run(request.body(body).unwrap()).unwrap();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| {
        let value = json!(value.to_str().unwrap());
        (name.as_str().to_owned(), value)
    });
    (answer.status().as_u16(), Value::Object(headers.collect()))
}

#[test]
fn web_pages_that_may_use_the_server() {
    let mut gateway = start(PET);
    let page = ("origin", "https://app.example.com");
    let asked = (
        "access-control-request-headers",
        "content-type,mcp-param-region,x-other",
    );
    let (status, headers) = browser(&mut gateway.program, "OPTIONS", &[page, asked]);
    assert_eq!(status, 204, "{headers}");
    assert_eq!(headers["access-control-allow-origin"], page.1);
    assert_eq!(headers["access-control-allow-credentials"], "true");
    assert_eq!(headers["access-control-max-age"], "3600");
    let allowed = headers["access-control-allow-headers"]
        .as_str()
        .unwrap()
        .to_lowercase();
    let allowed: Vec<&str> = allowed.split(", ").collect();
    for name in [
        "content-type",
        "authorization",
        "mcp-protocol-version",
        "mcp-method",
        "mcp-name",
        "mcp-session-id",
        "last-event-id",
        "mcp-param-region",
        "x-team",
    ] {
        assert!(allowed.contains(&name), "{name}: {allowed:?}");
    }
    assert!(!allowed.contains(&"x-other"), "{allowed:?}");
    let (status, headers) = browser(&mut gateway.program, "POST", &[page]);
    assert_eq!(status, 200, "{headers}");
    assert_eq!(headers["access-control-allow-origin"], page.1);
    assert_eq!(headers["vary"], "Origin");
    let exposed = headers["access-control-expose-headers"].as_str().unwrap();
    assert_eq!(
        exposed,
        "Mcp-Session-Id, WWW-Authenticate, RateLimit, RateLimit-Policy, Retry-After, X-Total"
    );
}

#[test]
fn web_pages_that_may_not() {
    let mut gateway = start(PET);
    for origin in [
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com.evil.example",
        "null",
    ] {
        for method in ["OPTIONS", "POST"] {
            let (status, headers) = browser(&mut gateway.program, method, &[("origin", origin)]);
            assert_eq!(status, 403, "{origin}");
            assert!(
                headers.get("access-control-allow-origin").is_none(),
                "{origin}"
            );
        }
    }
    // Pages of this machine, such as the Inspector, may; they were not declared to have credentials.
    let local = ("origin", "http://localhost:6274");
    let (status, headers) = browser(&mut gateway.program, "POST", &[local]);
    assert_eq!(status, 200);
    assert!(headers.get("access-control-allow-credentials").is_none());
}

#[test]
fn addresses_that_names_must_not_lead_to() {
    let stub = Stub::answering("200 OK", "application/json", PET);
    let port = stub.url.rsplit(':').next().unwrap();
    // Ways to write 127.0.0.1 and 169.254.169.254 that only the resolver of names sees through.
    for host in ["2130706433", "0x7f.1", "2852039166", "0xa9fea9fe"] {
        let url = format!("http://{host}:{port}");
        let mut gateway = Gateway {
            program: run(&url),
            stub: Stub::answering("200 OK", "application/json", PET),
        };
        let result = gateway.call("getPet", &json!({ "petId": 1 }), &[]);
        assert_eq!(result["isError"], true, "{result}");
        assert!(text(&result).contains("may not connect"), "{result}");
        for address in ["127.0.0.1", "169.254", host] {
            assert!(!result.to_string().contains(address), "{result}");
        }
    }
    assert!(stub.received().is_empty());
    // The URL says the loopback interface itself.
    let mut gateway = Gateway {
        program: run(&format!("http://localhost:{port}")),
        stub,
    };
    let result = gateway.call("getPet", &json!({ "petId": 1 }), &[]);
    assert_eq!(result["structuredContent"]["name"], "Rex", "{result}");
}

#[test]
fn a_gateway_whose_api_is_where_it_may_not_connect_does_not_start() {
    let output = Command::new(policies())
        .env("API_URL", "http://169.254.169.254")
        .env("KEYS", keys())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("`egress`"), "{complaint}");
    assert!(!complaint.contains("169.254"), "{complaint}");
}

#[test]
fn what_is_asked_of_requests_nobody_can_answer_over_stdio() {
    // `pets` asks for a header, and the gateway for an address.
    for server in ["pets", "open"] {
        let over_stdio = |more: &[&str]| {
            Command::new(policies())
                .args(["--stdio", "--server", server])
                .args(more)
                .env("API_URL", "http://127.0.0.1:9")
                .env("KEYS", keys())
                .stdin(Stdio::null())
                .output()
                .unwrap()
        };
        let output = over_stdio(&[]);
        assert_eq!(output.status.code(), Some(2));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(complaint.contains("--trust-caller"), "{complaint}");
        assert_eq!(over_stdio(&["--trust-caller"]).status.code(), Some(0));
    }
}

/// The status of an answer to a listing of the server `open`, with bytes before the request; 0 where the
/// connection was closed without one.
fn after(program: &mut Program, before: &[u8]) -> u16 {
    let url = program.url("/open/mcp");
    let authority = url
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let request = format!(
        "POST /open/mcp HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         accept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-11-25\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(authority).unwrap();
    // Where the connection is closed at once, not all may be written, and nothing read.
    let _ = stream.write_all(&[before, request.as_bytes()].concat());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).unwrap_or("0");
    status.parse().unwrap()
}

#[test]
fn proxies_that_pass_on_bytes_say_whom_they_come_from() {
    let start = |arguments: &[&str]| {
        let environment = [("API_URL", "http://127.0.0.1:9"), ("KEYS", &keys())];
        Program::gateway(&policies(), arguments, &environment)
    };
    let mut gateway = start(&["--trusted-proxy", "127.0.0.1", "--proxy-protocol", "on"]);
    let first = |source: &str| format!("PROXY TCP4 {source} 10.0.0.1 56324 443\r\n").into_bytes();
    let second = |source: [u8; 4]| {
        let signature = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c";
        [&signature[..], &source, &[10, 0, 0, 1, 1, 2, 3, 4]].concat()
    };
    // The gateway lets in 127.0.0.1 and 192.0.2.0/24.
    assert_eq!(after(&mut gateway, &first("192.0.2.200")), 200);
    assert_eq!(after(&mut gateway, &first("198.51.100.7")), 403);
    assert_eq!(after(&mut gateway, &second([192, 0, 2, 200])), 200);
    assert_eq!(after(&mut gateway, &second([198, 51, 100, 7])), 403);
    assert_eq!(after(&mut gateway, b"PROXY UNKNOWN\r\n"), 200);
    // A proxy that says nothing, or nothing that can be read, could be anybody.
    assert_eq!(after(&mut gateway, b""), 0);
    assert_eq!(after(&mut gateway, b"PROXY TCP4 somebody\r\n"), 0);
    // What a client says through the proxy, after the proxy's own header, is no header.
    let spoofed = [first("198.51.100.7"), first("192.0.2.200")].concat();
    assert_eq!(after(&mut gateway, &spoofed), 400);
    // Who is not a trusted proxy is not asked, and is not believed.
    let mut gateway = start(&["--trusted-proxy", "10.0.0.0/8", "--proxy-protocol", "on"]);
    assert_eq!(after(&mut gateway, b""), 200);
    assert_eq!(after(&mut gateway, &first("192.0.2.200")), 400);
}
