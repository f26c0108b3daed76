//! Whole requests over sockets: challenges, metadata, scopes, and what never leaves the gateway.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::issuer::{ISSUER, Signer, claims, key_set};
use super::{ACCESS, JWT, RULES};
use crate::call::{Answer, Call, Service};
use crate::description::{
    Access, Description, Identity, IdentityKind, Jwt, KeySource, Part, Provider, Server,
    TokenRules, Tool, Variable, VariableKind,
};
use crate::result::ToolResult;
use crate::{Gateway, Running};

const fn tool(name: &'static str) -> Tool {
    Tool {
        name,
        ..Tool::NATIVE
    }
}

pub(super) static SERVER: Server = Server {
    name: "pets",
    title: "Pets",
    path: "/pets/mcp",
    listeners: &[],
    admit: |_| Ok(()),
    intake: crate::policy::Intake::NONE,
    cors: None,
    access: &ACCESS,
    tools: &[tool("read"), tool("write")],
    find: |name| {
        ["read", "write"]
            .into_iter()
            .position(|known| known == name)
    },
    initialize: "\"capabilities\":{}",
    discover: "{}",
    pages: &[],
    selection: None,
    catalogue: None,
    implementation: "{}",
};

static OPEN: Server = Server {
    name: "open",
    path: "/open/mcp",
    access: &Access::ANONYMOUS,
    ..SERVER
};

static DESCRIPTION: Description = Description {
    name: "guarded",
    version: "1.0.0",
    digest: "",
    variables: &[Variable {
        name: "TEST_JWKS_PATH",
        kind: VariableKind::String,
        default: None,
        description: "",
    }],
    apis: &[],
    limits: &[],
    store: None,
    egress: None,
    authorizers: &[],
    guards: &[],
    cache_bytes: 0,
    public_url: Some(&[Part::Literal("https://gw.example.com/tools/")]),
    listeners: &[],
    identities: &[Identity {
        name: "staff",
        kind: IdentityKind::Jwt(Jwt {
            rules: TokenRules {
                audiences: &[&[Part::Literal("acme-tools")]],
                scope_prefix: &[Part::Literal("api://pets/")],
                ..RULES
            },
            providers: &[Provider {
                issuers: &[&[Part::Literal(ISSUER)]],
                key_source: KeySource::File(&[Part::Variable(0)]),
            }],
            ..JWT
        }),
    }],
    products: &[],
    servers: &[&SERVER, &OPEN],
};

struct Echo;

impl Service for Echo {
    fn call<'a>(&'a self, call: &'a Call, _arguments: &'a [u8]) -> Answer<'a> {
        // Not even handlers see what could be used again.
        assert!(call.caller().header("authorization").is_none() || call.server() == 1);
        let caller = call.principal();
        let text = format!("{}/{:?}", caller.identity(), caller.subject());
        Box::pin(std::future::ready(ToolResult::text(text)))
    }
}

/// A gateway that knows the key of `signer`; reads the file with it when it starts.
pub(super) fn start(signer: &Signer) -> Running {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), key_set(&[signer])).unwrap();
    Gateway::new(&DESCRIPTION, Echo)
        .environment("TEST_JWKS_PATH", file.path().to_str().unwrap())
        .start("127.0.0.1:0")
        .unwrap()
}

/// The claims of a token that is good now.
pub(super) fn current(changes: &Value) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut claims = claims(changes);
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + 600);
    claims
}

pub(super) struct Response {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

impl Response {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

pub(super) fn send(
    running: &Running,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> Response {
    let mut stream = TcpStream::connect(running.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let headers: String = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: application/json\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Response {
        status: head[9..12].parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(super) fn call(tool: &str) -> String {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool } })
        .to_string()
}

const METADATA: &str = "resource_metadata=\"https://gw.example.com/.well-known/oauth-protected-resource/tools/pets/mcp\"";

#[test]
fn who_is_not_recognised_is_told_where_to_get_a_token() {
    let running = start(&Signer::ed25519("k1"));
    let refused = send(&running, "POST", "/pets/mcp", &[], &call("read"));
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some(format!("Bearer scope=\"api://pets/pets.read\", {METADATA}").as_str())
    );
    // Nor do other methods, other places of tokens, or bodies that are no messages change that.
    for (path, headers, body) in [
        ("/pets/mcp", &["x-api-key: a"][..], "nonsense"),
        ("/pets/mcp", &["cookie: access_token=a"], ""),
        ("/pets/mcp?access_token=a", &[], ""),
    ] {
        assert_eq!(send(&running, "POST", path, headers, body).status, 401);
    }
    let stranger = Signer::ed25519("k1").token(&current(&json!({})));
    let forged = format!("authorization: Bearer {stranger}");
    let refused = send(&running, "POST", "/pets/mcp", &[&forged], &call("read"));
    assert_eq!(refused.status, 401);
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(
        challenge.starts_with(
            "Bearer error=\"invalid_token\", error_description=\"the token's signature is wrong\", "
        ),
        "{challenge}"
    );
    assert!(!refused.body.contains(&stranger) && !refused.head.contains(&stranger));
    let twice = send(
        &running,
        "POST",
        "/pets/mcp",
        &[&forged, &forged],
        &call("read"),
    );
    assert_eq!(twice.status, 400);
    assert!(
        twice
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_request")
    );
    // What is not asked of callers.
    let preflight = [
        "origin: http://localhost",
        "access-control-request-method: POST",
    ];
    assert_eq!(
        send(&running, "OPTIONS", "/pets/mcp", &preflight, "").status,
        204
    );
    assert_eq!(send(&running, "GET", "/healthz", &[], "").status, 200);
    let open = send(&running, "POST", "/open/mcp", &[&forged], &call("read"));
    assert_eq!(open.status, 200, "a server that asks nobody");
    assert!(open.body.contains("/None"), "{}", open.body);
    running.stop();
}

#[test]
fn metadata_is_public() {
    let running = start(&Signer::ed25519("k1"));
    let well_known = "/.well-known/oauth-protected-resource";
    for path in ["/tools/pets/mcp", "/pets/mcp"] {
        let origin = ["origin: https://inspector.example.org"];
        let found = send(&running, "GET", &format!("{well_known}{path}"), &origin, "");
        assert_eq!(found.status, 200);
        assert_eq!(found.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            serde_json::from_str::<Value>(&found.body).unwrap(),
            json!({
                "resource": "https://gw.example.com/tools/pets/mcp",
                "resource_name": "Pets",
                "authorization_servers": [ISSUER],
                "bearer_methods_supported": ["header"],
                "scopes_supported": ["api://pets/pets.read", "api://pets/pets.write"],
            })
        );
    }
    // Two servers: the root could be either's. And a server that asks nobody has none.
    for path in ["", "/open/mcp", "/tools/open/mcp", "/", "/pets/mcp/"] {
        assert_eq!(
            send(&running, "GET", &format!("{well_known}{path}"), &[], "").status,
            404,
            "{path}"
        );
    }
    let posted = send(
        &running,
        "POST",
        &format!("{well_known}/pets/mcp"),
        &[],
        "{}",
    );
    assert_eq!(posted.status, 405);
    running.stop();
}

#[test]
fn scopes_are_asked_of_requests_and_of_calls() {
    let signer = Signer::ed25519("k1");
    let running = start(&signer);
    let with = |scope: &str| {
        let token = signer.token(&current(&json!({ "scope": scope })));
        format!("Authorization: bearer {token}")
    };
    let post = |headers: &[&str], body: &str| send(&running, "POST", "/pets/mcp", headers, body);

    let none = post(&[&with("pets.write")], &call("write"));
    assert_eq!(none.status, 403);
    assert!(none.header("www-authenticate").unwrap().contains(
        "error=\"insufficient_scope\", error_description=\"the call needs further scopes\", scope=\"api://pets/pets.read\""
    ));

    let reader = with("pets.read");
    let read = post(&[&reader], &call("read"));
    assert_eq!(read.status, 200);
    assert!(
        read.body.contains("staff/Some(\\\"user-7\\\")"),
        "{}",
        read.body
    );
    let write = post(&[&reader], &call("write"));
    assert_eq!(write.status, 403);
    let challenge = write.header("www-authenticate").unwrap();
    assert!(
        challenge.contains("scope=\"api://pets/pets.read api://pets/pets.write\"")
            && challenge.contains(METADATA),
        "{challenge}"
    );
    let error: Value = serde_json::from_str(&write.body).unwrap();
    assert_eq!(error["error"]["code"], 403);
    assert_eq!(error["id"], 1);

    let modern = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "write", "_meta": { "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {} } } })
    .to_string();
    let modern_headers = [
        "mcp-protocol-version: 2026-07-28",
        "mcp-method: tools/call",
        "mcp-name: write",
    ];
    let refused = post(&[&modern_headers[..], &[&reader]].concat(), &modern);
    assert_eq!(refused.status, 403, "{}", refused.body);

    // In a batch only the call itself can say it.
    let batch = format!(
        "[{},{}]",
        call("read"),
        call("write").replace("\"id\":1", "\"id\":2")
    );
    let mixed = post(&[&reader, "mcp-protocol-version: 2025-03-26"], &batch);
    assert_eq!(mixed.status, 200);
    let mut answers: Vec<Value> = serde_json::from_str(&mixed.body).unwrap();
    answers.sort_by_key(|answer| answer["id"].as_u64());
    assert!(answers[0]["result"].is_object());
    assert_eq!(answers[1]["error"]["code"], 403);

    let both = with("pets.write pets.read");
    assert_eq!(post(&[&both], &call("write")).status, 200);
    running.stop();
}

#[test]
fn start_up_names_what_is_missing() {
    let error = Gateway::new(&DESCRIPTION, Echo)
        .environment("TEST_JWKS_PATH", "/nowhere/keys.json")
        .start("127.0.0.1:0")
        .unwrap_err();
    assert_eq!(error.problems().len(), 1);
    assert!(error.problems()[0].contains("the keys of the identity `staff` cannot be had"));
}
