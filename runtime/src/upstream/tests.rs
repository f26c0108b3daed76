//! Clients against real sockets.

pub(crate) mod stub;

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue};
use stub::Stub;

use super::{Client, Error, ErrorKind, Response};
use crate::description::{Api, Credential, Description, Part, Template, Variable, VariableKind};
use crate::environment::Environment;
use crate::rest::{Body, Location, Operation, Parameter, Request, Style, Value, encode};

const URL: Template = &[Part::Variable(0)];
const KEY: Template = &[Part::Variable(1)];

static DESCRIPTION: Description = Description {
    name: "test",
    version: "1",
    digest: "",
    variables: &[
        Variable {
            name: "URL",
            kind: VariableKind::Url,
            default: None,
            description: "",
        },
        Variable {
            name: "KEY",
            kind: VariableKind::Secret,
            default: None,
            description: "",
        },
    ],
    apis: &[],
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
    servers: &[],
};

static SEARCH: Operation = Operation {
    api: 0,
    credentials: &[0],
    method: "POST",
    template: "/",
    arguments: &["q", "session", "body"],
    path: &[],
    parameters: &[
        Parameter {
            argument: 0,
            name: "q",
            location: Location::Query,
            style: Style::Form,
            explode: true,
            allow_reserved: false,
        },
        Parameter {
            argument: 1,
            name: "session",
            location: Location::Cookie,
            style: Style::Form,
            explode: true,
            allow_reserved: false,
        },
    ],
    body: Body::Json {
        media_type: "application/json",
        argument: 2,
    },
    accept: "application/json",
    xml: None,
};

fn client(
    url: &str,
    key: &str,
    credential: Option<Credential>,
    headers: &'static [(&'static str, Template)],
) -> Result<Client, Vec<String>> {
    let given = BTreeMap::from([
        ("URL".to_owned(), url.to_owned()),
        ("KEY".to_owned(), key.to_owned()),
    ]);
    let environment = Environment::resolve(&DESCRIPTION, &|_| None, &given)?;
    let api = Box::leak(Box::new(Api {
        name: "pets",
        url: URL,
        // Every request of these tests asks for a credential: one that shows nothing will do.
        credentials: Vec::leak(vec![
            credential.unwrap_or(Credential::Header("x-none", &[])),
        ]),
        headers,
        connect_timeout: Duration::from_millis(500),
        compression: false,
    }));
    Client::new(api, &environment)
}

fn search(values: &[Value<'_>]) -> Request {
    encode(&SEARCH, values).unwrap()
}

async fn send(client: &Client, request: Request) -> Result<Response, Error> {
    client
        .send(request, Duration::from_secs(5), 1000, None)
        .await
}

/// The head of the only request that a stub got for one with these parts.
async fn head(
    credential: Option<Credential>,
    headers: &'static [(&'static str, Template)],
    request: Request,
) -> String {
    let stub = Stub::new(|_, _| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    let client = client(&stub.url("/base/"), "k%y==", credential, headers).unwrap();
    send(&client, request).await.unwrap();
    let request = stub.requests().remove(0);
    request.replace(&stub.authority(), "AUTHORITY")
}

#[tokio::test]
async fn the_whole_request() {
    let request = search(&[
        Value::Text("a b"),
        Value::Text("s"),
        Value::Json("{\"x\": 1}"),
    ]);
    let head = head(
        Some(Credential::Bearer(KEY)),
        &[("x-tenant", &[Part::Literal("acme-"), Part::Variable(1)])],
        request,
    )
    .await;
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "POST /base/?q=a%20b HTTP/1.1");
    assert_eq!(lines.pop(), Some("{\"x\": 1}"));
    lines.retain(|line| !line.is_empty());
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "accept-encoding: identity",
            "accept: application/json",
            "authorization: Bearer k%y==",
            "content-length: 8",
            "content-type: application/json",
            "cookie: session=s",
            "host: AUTHORITY",
            &format!("user-agent: gatewright/{}", env!("CARGO_PKG_VERSION")),
            "x-tenant: acme-k%y==",
        ]
    );
}

#[tokio::test]
async fn credentials() {
    let plain = || search(&[Value::Text("a"), Value::Text("s")]);
    let key = head(Some(Credential::Header("x-api-key", KEY)), &[], plain()).await;
    assert!(key.contains("\r\nx-api-key: k%y==\r\n"), "{key}");
    let query = head(Some(Credential::Query("api%20key", KEY)), &[], plain()).await;
    assert!(
        query.starts_with("POST /base/?q=a&api%20key=k%25y%3D%3D HTTP/1.1\r\n"),
        "{query}"
    );
    let cookie = head(Some(Credential::Cookie("key", KEY)), &[], plain()).await;
    assert!(
        cookie.contains("\r\ncookie: key=k%y==; session=s\r\n"),
        "{cookie}"
    );
    let user: Template = &[Part::Literal("me")];
    let basic = head(Some(Credential::Basic(user, KEY)), &[], plain()).await;
    assert!(
        basic.contains("\r\nauthorization: Basic bWU6ayV5PT0=\r\n"),
        "{basic}"
    );
}

#[tokio::test]
async fn what_a_handler_sets_neither_replaces_credentials_nor_reaches_the_connection() {
    let mut request = search(&[]);
    for (name, value) in [
        ("authorization", "Bearer stolen"),
        ("host", "evil.example"),
        ("transfer-encoding", "chunked"),
        ("content-length", "3"),
        ("connection", "upgrade"),
        ("x-own", "kept"),
    ] {
        request.set_header(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let head = head(Some(Credential::Bearer(KEY)), &[], request).await;
    assert!(
        head.contains("\r\nauthorization: Bearer k%y==\r\n"),
        "{head}"
    );
    assert!(head.contains("\r\nhost: AUTHORITY\r\n"), "{head}");
    assert!(head.contains("\r\nx-own: kept\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-length: 0\r\n"), "{head}");
    for absent in ["transfer-encoding", "upgrade", "stolen", "evil"] {
        assert!(!head.contains(absent), "{head}");
    }
}

#[tokio::test]
async fn arguments_do_not_take_the_credentials_place_in_the_query() {
    let stub = Stub::new(|_, _| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    let client = client(&stub.url(""), "k", Some(Credential::Query("q", KEY)), &[]).unwrap();
    let error = send(&client, search(&[Value::Text("mine")]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(stub.requests().is_empty());
    send(&client, search(&[])).await.unwrap();
    assert!(stub.requests()[0].starts_with("POST /?q=k HTTP/1.1"));
}

#[tokio::test]
async fn arguments_do_not_take_the_credentials_place_among_cookies() {
    let stub = Stub::new(|_, _| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    let credential = Some(Credential::Cookie("session", KEY));
    let client = client(&stub.url(""), "k", credential, &[]).unwrap();
    let error = send(&client, search(&[Value::Text("q"), Value::Text("mine")]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    let mut request = search(&[]);
    request.set_header(
        HeaderName::from_static("cookie"),
        HeaderValue::from_static("a=1; SESSION=mine"),
    );
    let error = send(&client, request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(stub.requests().is_empty());
}

#[test]
fn configurations_that_cannot_be_sent() {
    let problems = |url, key, credential| client(url, key, credential, &[]).unwrap_err().join("\n");
    let fine = "http://127.0.0.1:1";
    for (problem, part) in [
        (
            problems(fine, "a\nsecret", Some(Credential::Bearer(KEY))),
            "header `authorization`",
        ),
        (
            problems(fine, "a;secret", Some(Credential::Cookie("c", KEY))),
            "cookie",
        ),
        (
            problems(fine, "a:secret", Some(Credential::Basic(KEY, KEY))),
            "colon",
        ),
        (
            problems("ftp://secret", "k", None),
            "must start with `http://`",
        ),
        (
            problems("http://me:secret@host", "k", None),
            "no user name or password",
        ),
        (
            problems("http://host/?secret", "k", None),
            "neither a query",
        ),
        (
            problems("http://host/../secret", "k", None),
            "no `.` or `..`",
        ),
        (problems("/secret", "k", None), "must start with `http://`"),
        (
            problems("http://host:port/secret", "k", None),
            "its port must be",
        ),
        (
            problems("http://host:99999/secret", "k", None),
            "its port must be",
        ),
        (problems("http:// secret", "k", None), "must look like"),
    ] {
        assert!(problem.contains(part), "{problem}");
        assert!(
            !problem.contains("secret`") && !problem.contains("asecret"),
            "{problem}"
        );
    }
    #[cfg(not(feature = "tls"))]
    assert!(problems("https://host", "k", None).contains("built without TLS"));
}

#[test]
fn addresses_that_can_be_used() {
    for url in [
        "http://host",
        "http://[::1]:80/a",
        "http://host:8080/a/b/",
        "http://h/a%20b",
    ] {
        client(url, "k", None, &[]).unwrap();
    }
}

#[test]
fn debug_output_has_no_secrets() {
    for credential in [
        Credential::Bearer(KEY),
        Credential::Query("q", KEY),
        Credential::Cookie("q", KEY),
        Credential::Header("x-k", KEY),
    ] {
        let client = client("http://127.0.0.1:1", "hunter2", Some(credential), &[]).unwrap();
        assert!(!format!("{client:?}").contains("hunter2"), "{client:?}");
    }
}

#[tokio::test]
async fn answers_that_quote_secrets() {
    type Make = fn() -> Credential;
    let bearer: Make = || Credential::Bearer(KEY);
    let basic: Make = || Credential::Basic(&[], KEY);
    let query: Make = || Credential::Query("key", KEY);
    for (credential, quoted) in [
        (bearer, "Bearer pa ss/word, pa ss/word"),
        (basic, "Basic OnBhIHNzL3dvcmQ="),
        (query, "/?key=pa%20ss%2Fword&x=pa ss/word"),
    ] {
        for status in ["200 OK", "400 Bad Request"] {
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{quoted}",
                quoted.len()
            );
            let stub = Stub::new(move |_, _| answer.clone().into_bytes());
            let client = client(&stub.url(""), "pa ss/word", Some(credential()), &[]);
            let response = send(&client.unwrap(), search(&[])).await.unwrap();
            let text = String::from_utf8_lossy(response.body());
            for secret in ["word", "OnBh"] {
                assert!(
                    !text.contains(secret) && text.contains("(not shown)"),
                    "{text}"
                );
            }
        }
    }
}

#[tokio::test]
async fn nothing_listens() {
    let client = client(&stub::nowhere(), "k", None, &[]).unwrap();
    let error = send(&client, search(&[])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(
        error.to_string(),
        "no connection to the API `pets` could be made"
    );
    assert_eq!(client.probe().await.unwrap_err().kind(), ErrorKind::Connect);
}

#[tokio::test]
async fn slow_answers_time_out() {
    // A byte every 20 ms: no single read is slow.
    let stub = Stub::writing(|stream, _| {
        stream.write(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n");
        for _ in 0..900 {
            std::thread::sleep(Duration::from_millis(20));
            if !stream.write(b"x") {
                break;
            }
        }
    });
    let client = client(&stub.url(""), "k", None, &[]).unwrap();
    let timeout = Duration::from_millis(200);
    let error = client
        .send(search(&[]), timeout, 1000, None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.may_have_happened());
}

#[tokio::test]
async fn great_answers() {
    for framing in ["content-length: 1001", "transfer-encoding: chunked"] {
        for status in ["200 OK", "500 Internal Server Error"] {
            let stub = Stub::writing(move |stream, _| {
                stream.write(format!("HTTP/1.1 {status}\r\n{framing}\r\n\r\n").as_bytes());
                if framing.starts_with("content") {
                    stream.write(&[b'x'; 1001]);
                } else {
                    for _ in 0..11 {
                        stream.write(format!("5b\r\n{}\r\n", "x".repeat(91)).as_bytes());
                    }
                    stream.write(b"0\r\n\r\n");
                }
            });
            let client = client(&stub.url(""), "k", None, &[]).unwrap();
            match send(&client, search(&[])).await {
                Err(error) => {
                    assert_eq!(status, "200 OK");
                    assert_eq!(error.kind(), ErrorKind::TooLarge(1000));
                }
                Ok(response) => {
                    assert_ne!(status, "200 OK");
                    assert!(response.is_truncated());
                    assert!(response.body().len() <= 1000);
                    assert!(response.body().iter().all(|byte| *byte == b'x'));
                }
            }
        }
    }
}

#[tokio::test]
async fn answers_at_the_bound_are_whole() {
    for chunked in [false, true] {
        let stub = Stub::writing(move |stream, _| {
            if chunked {
                stream.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
                for _ in 0..10 {
                    stream.write(format!("64\r\n{}\r\n", "x".repeat(100)).as_bytes());
                }
                stream.write(b"0\r\n\r\n");
            } else {
                stream.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
                stream.write(&[b'x'; 1000]);
            }
        });
        let client = client(&stub.url(""), "k", None, &[]).unwrap();
        let response = send(&client, search(&[])).await.unwrap();
        assert_eq!(response.body().as_ref(), [b'x'; 1000].as_slice());
        assert!(!response.is_truncated());
    }
}

#[tokio::test]
async fn broken_answers() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        "not HTTP at all\r\n\r\n",
        "",
    ] {
        let stub = Stub::new(move |_, _| answer.as_bytes().to_vec());
        let client = client(&stub.url(""), "k", None, &[]).unwrap();
        let error = send(&client, search(&[])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken, "{answer}");
    }
}

#[tokio::test]
async fn redirections_are_answers() {
    let stub = Stub::new(|_, _| {
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec()
    });
    let client = client(&stub.url(""), "k", None, &[]).unwrap();
    let response = send(&client, search(&[])).await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn probes_bear_no_credential() {
    let stub = Stub::new(|_, _| b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n".to_vec());
    let client = client(&stub.url("/v1"), "k", Some(Credential::Bearer(KEY)), &[]).unwrap();
    client.probe().await.unwrap();
    let request = stub.requests().remove(0);
    assert!(request.starts_with("HEAD /v1/ HTTP/1.1\r\n"), "{request}");
    assert!(!request.contains("authorization"), "{request}");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn what_does_not_speak_tls() {
    use std::io::{Read as _, Write as _};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let api = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut first = [0];
        stream.read_exact(&mut first).unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        first
    });
    let client = client(&url, "k", None, &[]).unwrap();
    let error = send(&client, search(&[])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(!error.may_have_happened());
    // A TLS record of a handshake (RFC 8446, section 5.1), not a request in the clear.
    assert_eq!(api.join().unwrap(), [22]);
}
