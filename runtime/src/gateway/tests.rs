#[cfg(feature = "tls")]
mod listeners;
#[cfg(unix)]
mod process;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::command_line::{Action, Options, parse};
use super::describe::describe;
use super::{Gateway, StartError};
use crate::call::{Answer, Call, Service};
use crate::description::{
    Api, Credential, Description, Part, Server, Tool, Variable, VariableKind,
};
use crate::rest::{Body, Operation, Piece, encode};
use crate::telemetry::Format;
use crate::upstream::tests::stub::Stub;

static LIST: Operation = Operation {
    api: 0,
    credentials: &[0],
    method: "GET",
    template: "/pets",
    arguments: &[],
    path: &[&[Piece::Literal("pets")]],
    parameters: &[],
    body: Body::None,
    accept: "application/json",
    xml: None,
};

static DESCRIPTION: Description = Description {
    name: "acme",
    version: "1.2.3",
    digest: "0123abcd",
    variables: &[
        Variable {
            name: "TEST_PETS_HOST",
            kind: VariableKind::String,
            default: Some("127.0.0.1:1"),
            description: "Where the \"pets\" are",
        },
        Variable {
            name: "TEST_PETS_KEY",
            kind: VariableKind::Secret,
            default: Some("hunter2"),
            description: "",
        },
    ],
    apis: &[Api {
        name: "pets",
        url: &[
            Part::Literal("http://"),
            Part::Variable(0),
            Part::Literal("/v1"),
        ],
        credentials: &[Credential::Bearer(&[Part::Variable(1)])],
        headers: &[],
        connect_timeout: Duration::from_millis(200),
        compression: false,
    }],
    limits: &[],
    store: None,
    egress: None,
    authorizers: &[],
    guards: &[],
    cache_bytes: 0,
    public_url: None,
    listeners: &[],
    identities: &[],
    products: &[],
    servers: &[&Server {
        name: "store",
        title: "Pet store",
        path: "/store/mcp",
        listeners: &[],
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access: &crate::description::Access::ANONYMOUS,
        tools: &[
            Tool {
                name: "listPets",
                operation: Some(&LIST),
                output: None,
                timeout: Duration::from_secs(1),
                max_response_bytes: 1000,
                response: None,
                ..Tool::NATIVE
            },
            Tool {
                name: "native",
                operation: None,
                output: None,
                timeout: Duration::from_secs(1),
                max_response_bytes: 1000,
                response: None,
                ..Tool::NATIVE
            },
        ],
        find: |name| (name == "listPets").then_some(0),
        initialize: r#""capabilities":{"tools":{}},"serverInfo":{"name":"acme","version":"1.2.3"}"#,
        discover: "{}",
        pages: &[],
        selection: None,
        catalogue: None,
        implementation: r#"{"name":"acme","version":"1.2.3"}"#,
    }],
};

struct Pets;

impl Service for Pets {
    fn call<'a>(&'a self, call: &'a Call, _arguments: &'a [u8]) -> Answer<'a> {
        call.forward(encode(&LIST, &[]))
    }
}

fn gateway() -> Gateway {
    Gateway::new(&DESCRIPTION, Pets)
}

fn options(line: &str, environment: &[(&str, &str)]) -> Result<Options, String> {
    let environment: BTreeMap<&str, &str> = environment.iter().copied().collect();
    parse(line.split_whitespace().map(OsString::from), &|name| {
        environment.get(name).map(OsString::from)
    })
}

#[test]
fn the_command_line_wins_over_the_environment() {
    let options = options(
        "--listen 0.0.0.0:80 --allowed-host a --allowed-host=b,c --log-format json --log-level debug \
         --drain-timeout 1500ms",
        &[
            ("GATEWRIGHT_LISTEN", "1.1.1.1:1"),
            ("GATEWRIGHT_ALLOWED_HOST", "x,y"),
            ("GATEWRIGHT_ALLOWED_ORIGIN", "https://a, https://b"),
        ],
    )
    .unwrap();
    assert_eq!(options.action, Action::Serve);
    assert_eq!(options.listen.as_deref(), Some("0.0.0.0:80"));
    assert_eq!(options.settings.allowed_hosts, ["a", "b", "c"]);
    assert_eq!(options.settings.allowed_origins, ["https://a", "https://b"]);
    assert_eq!(options.settings.drain_timeout, Duration::from_millis(1500));
    assert_eq!(
        (options.format, options.level),
        (Format::Json, tracing::Level::DEBUG)
    );
}

#[test]
fn actions() {
    let action = |line| options(line, &[]).unwrap().action;
    assert_eq!(action(""), Action::Serve);
    assert_eq!(action("--stdio"), Action::Stdio(None));
    assert_eq!(
        action("--server a --stdio"),
        Action::Stdio(Some("a".into()))
    );
    assert_eq!(action("--check"), Action::Check);
    assert_eq!(action("--describe"), Action::Describe);
    assert_eq!(action("-V"), Action::Version);
    assert_eq!(action("--check --help"), Action::Help);
    assert_eq!(options("", &[]).unwrap().listen, None);
}

#[test]
fn wrong_command_lines() {
    for (line, problem) in [
        ("--lisen x", "there is no option `--lisen`"),
        ("--listen", "`--listen` needs a value"),
        ("serve", "unexpected argument \"serve\""),
        ("-x", "invalid option '-x'"),
        ("--server a", "`--server` goes with `--stdio` only"),
        (
            "--stdio --check",
            "only one of `--stdio`, `--check` and `--describe` can be given",
        ),
        (
            "--log-format xml",
            "`--log-format` cannot be `xml`: the log format is `text` or `json`",
        ),
        (
            "--log-level loud",
            "`--log-level` cannot be `loud`: it is one of error, warn, info, debug and trace",
        ),
        (
            "--drain-timeout 5",
            "`--drain-timeout` cannot be `5`: it is a number with `ms`, `s` or `m`, at most a day",
        ),
        (
            "--drain-timeout 99999999m",
            "`--drain-timeout` cannot be `99999999m`: it is a number with `ms`, `s` or `m`, at most a day",
        ),
        (
            "--help=yes",
            "unexpected argument for option '--help': \"yes\"",
        ),
    ] {
        assert_eq!(options(line, &[]).unwrap_err(), problem, "{line}");
    }
    let problem = options("", &[("GATEWRIGHT_LOG_FORMAT", "xml")]).unwrap_err();
    assert!(
        problem.starts_with("`GATEWRIGHT_LOG_FORMAT` cannot be `xml`"),
        "{problem}"
    );
}

#[test]
fn descriptions() {
    let text = String::from_utf8(describe(&DESCRIPTION)).unwrap();
    assert!(!text.contains("hunter2"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "name": "acme",
            "version": "1.2.3",
            "digest": "0123abcd",
            "runtime": env!("CARGO_PKG_VERSION"),
            "identities": [],
            "servers": [{
                "name": "store",
                "title": "Pet store",
                "path": "/store/mcp",
                "tools": [
                    { "name": "listPets", "method": "GET", "path": "/pets" },
                    { "name": "native" },
                ],
            }],
            "variables": [
                {
                    "name": "TEST_PETS_HOST",
                    "kind": "string",
                    "default": "127.0.0.1:1",
                    "description": "Where the \"pets\" are",
                },
                { "name": "TEST_PETS_KEY", "kind": "secret" },
            ],
            "apis": [
                { "name": "pets", "url": "http://${TEST_PETS_HOST}/v1", "credentials": [{ "kind": "bearer" }] },
            ],
        })
    );
}

#[test]
fn what_keeps_a_gateway_from_starting() {
    let error: StartError = gateway()
        .environment("TEST_PETS_KEY", "a\nb")
        .environment("TEST_PETS_HOST", "host/?")
        .start("127.0.0.1:0")
        .unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
    let error = gateway().start("127.0.0.1:notaport").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("nothing can listen at `127.0.0.1:notaport`"),
        "{error}"
    );
}

#[test]
fn a_call_from_end_to_end() {
    let api = Stub::new(|line, _| {
        assert_eq!(line, "GET /v1/pets HTTP/1.1");
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"name\": \"A\"}\n".to_vec()
    });
    let running = gateway()
        .environment("TEST_PETS_HOST", api.authority())
        .start("127.0.0.1:0")
        .unwrap();
    assert_eq!(running.url("nobody"), None);
    let url = running.url("store").unwrap();
    assert_eq!(url, format!("http://{}/store/mcp", running.address()));
    let body = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"listPets","arguments":{}}}"#;
    let mut stream = TcpStream::connect(running.address()).unwrap();
    write!(
        stream,
        "POST /store/mcp HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json, \
         text/event-stream\r\ncontent-type: application/json\r\nmcp-protocol-version: 2025-06-18\r\n\
         content-length: {}\r\n\r\n{body}",
        running.address(),
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains(r#""structuredContent":{"name":"A"}"#),
        "{answer}"
    );
    assert!(api.requests()[0].contains("\r\nauthorization: Bearer hunter2\r\n"));
    let address = running.address();
    running.stop();
    assert!(TcpStream::connect(address).is_err());
}
