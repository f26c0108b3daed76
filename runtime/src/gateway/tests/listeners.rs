//! Listeners of a manifest: what is served where, TLS, and certificates of clients.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rcgen::{ExtendedKeyUsagePurpose, SerialNumber};
use rustls::version;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::call::{Answer, Call, Service};
use crate::description::{
    Access, ClientCertificates, Description, Listener, ListenerTls, Part, Server, TlsVersion, Tool,
    Variable, VariableKind,
};
use crate::gateway::{Gateway, Running, StartError};
use crate::result::ToolResult;
use crate::server::tls::for_tests::{Authority, Issued, TlsClient, self_signed};
use crate::server::{self, Settings};

const fn path(name: &'static str) -> Variable {
    Variable {
        name,
        kind: VariableKind::String,
        default: None,
        description: "",
    }
}

const fn listener(name: &'static str, tls: Option<ListenerTls>) -> Listener {
    Listener {
        name,
        address: &[Part::Literal("127.0.0.1:"), Part::Literal("0")],
        tls,
    }
}

const fn tls(clients: Option<ClientCertificates>) -> ListenerTls {
    ListenerTls {
        certificate: &[Part::Variable(0)],
        key: &[Part::Variable(1)],
        min_version: match clients {
            Some(_) => TlsVersion::V1_3,
            None => TlsVersion::V1_2,
        },
        client_certificates: clients,
    }
}

const CLIENTS: ClientCertificates = ClientCertificates {
    authorities: &[Part::Variable(2)],
    revocation_lists: None,
    required: true,
};

const TOOLS: &[Tool] = &[Tool {
    name: "whoami",
    timeout: Duration::from_secs(5),
    ..Tool::NATIVE
}];

const fn server(name: &'static str, path: &'static str, listeners: &'static [usize]) -> Server {
    Server {
        name,
        title: name,
        path,
        listeners,
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access: &Access::ANONYMOUS,
        tools: TOOLS,
        find: |name| (name == "whoami").then_some(0),
        initialize: "",
        discover: "{}",
        pages: &[],
        selection: None,
        catalogue: None,
        implementation: "{}",
    }
}

static DESCRIPTION: Description = Description {
    name: "acme",
    version: "1.2.3",
    digest: "0123abcd",
    variables: &[
        path("CERTIFICATE"),
        path("KEY"),
        path("AUTHORITIES"),
        path("LISTS"),
    ],
    apis: &[],
    limits: &[],
    store: None,
    egress: None,
    authorizers: &[],
    guards: &[],
    cache_bytes: 0,
    public_url: None,
    listeners: &[
        listener("public", Some(tls(None))),
        listener("internal", Some(tls(Some(CLIENTS)))),
        listener(
            "mixed",
            Some(tls(Some(ClientCertificates {
                required: false,
                ..CLIENTS
            }))),
        ),
        listener(
            "strict",
            Some(tls(Some(ClientCertificates {
                revocation_lists: Some(&[Part::Variable(3)]),
                ..CLIENTS
            }))),
        ),
        listener("plain", None),
    ],
    identities: &[],
    products: &[],
    servers: &[
        &server("everywhere", "/mcp", &[]),
        &server("inside", "/inside/mcp", &[1, 3]),
    ],
};

struct WhoAmI;

impl Service for WhoAmI {
    fn call<'a>(&'a self, call: &'a Call, _arguments: &'a [u8]) -> Answer<'a> {
        let caller = call.caller();
        let (listener, tls) = (caller.listener(), caller.is_tls());
        let text = format!("from {:?} at {listener:?}, {tls}", caller.address());
        Box::pin(std::future::ready(ToolResult::text(text)))
    }
}

/// The files of a gateway, and who issued what is in them.
struct Files {
    folder: TempDir,
    authority: Authority,
    clients: Authority,
}

impl Files {
    fn new() -> Self {
        let files = Self {
            folder: tempfile::tempdir().unwrap(),
            authority: Authority::new("servers"),
            clients: Authority::new("clients"),
        };
        files.serve_with(&files.authority.server("first"));
        std::fs::write(files.path("AUTHORITIES"), files.clients.pem()).unwrap();
        let soon = SystemTime::now() + Duration::from_hours(1);
        std::fs::write(files.path("LISTS"), files.clients.revokes(&[7], soon)).unwrap();
        files
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn serve_with(&self, issued: &Issued) {
        std::fs::write(self.path("CERTIFICATE"), &issued.certificate).unwrap();
        std::fs::write(self.path("KEY"), &issued.key).unwrap();
    }

    fn gateway(&self) -> Gateway {
        let mut gateway = Gateway::new(&DESCRIPTION, WhoAmI);
        for name in ["CERTIFICATE", "KEY", "AUTHORITIES", "LISTS"] {
            gateway = gateway.environment(name, self.path(name).to_str().unwrap());
        }
        gateway
    }

    fn start(&self) -> Running {
        self.gateway().start_listeners().unwrap()
    }
}

fn request(path: &str) -> String {
    let body = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"whoami","arguments":{}}}"#;
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: application/json, \
         text/event-stream\r\ncontent-type: application/json\r\nmcp-protocol-version: 2025-06-18\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[track_caller]
fn status(answer: &str) -> u16 {
    let line = answer.lines().next().unwrap_or_default();
    line.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("no answer of HTTP: {answer:?}"))
}

#[test]
fn servers_are_where_the_manifest_says() {
    let files = Files::new();
    let running = files.start();
    let client = TlsClient::new(&files.authority, None);
    let public = running.address_of("public").unwrap();
    assert_eq!(running.address(), public);
    assert_eq!(
        running.url("everywhere"),
        Some(format!("https://{public}/mcp"))
    );
    let internal = running.address_of("internal").unwrap();
    assert_eq!(
        running.url("inside"),
        Some(format!("https://{internal}/inside/mcp"))
    );
    assert_eq!(running.address_of("nowhere"), None);

    let answer = client.exchange(public, &request("/mcp")).unwrap();
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.contains(r#"at Some(\"public\"), true"#), "{answer}");
    let hidden = client.exchange(public, &request("/inside/mcp")).unwrap();
    let nothing = client.exchange(public, &request("/nothing")).unwrap();
    assert_eq!(status(&hidden), 404);
    let body = |answer: &str| answer.split_once("\r\n\r\n").unwrap().1.to_owned();
    assert_eq!(
        body(&hidden),
        body(&nothing),
        "it is as if it were not there"
    );

    let known = files.clients.client("orders", |_| {});
    let known = TlsClient::new(&files.authority, Some(&known));
    for path in ["/mcp", "/inside/mcp"] {
        let answer = known.exchange(internal, &request(path)).unwrap();
        assert_eq!(status(&answer), 200, "{path}");
    }

    // Without TLS where the manifest asks for none, and only there.
    let plain = |address: SocketAddr| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request("/mcp").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    };
    let answer = plain(running.address_of("plain").unwrap());
    assert_eq!(status(&answer), 200);
    assert!(answer.contains(r#"at Some(\"plain\"), false"#), "{answer}");
    assert!(!plain(public).contains("HTTP/1.1"));

    let refused = files.gateway().start("127.0.0.1:0").unwrap_err();
    assert!(
        refused.to_string().contains("use `start_listeners`"),
        "{refused}"
    );
}

#[test]
fn versions_and_protocols() {
    let files = Files::new();
    let running = files.start();
    let public = running.address_of("public").unwrap();
    let mixed = running.address_of("mixed").unwrap();
    for (version, at_public, at_mixed) in [
        (&version::TLS12, true, false),
        (&version::TLS13, true, true),
    ] {
        let client = TlsClient::speaking(&[version], &files.authority, None);
        for (address, works) in [(public, at_public), (mixed, at_mixed)] {
            let answer = client.exchange(address, &request("/mcp"));
            assert_eq!(answer.is_ok(), works, "{version:?}: {answer:?}");
        }
    }
    for (offered, chosen) in [
        (vec!["h2", "http/1.1"], "h2"),
        (vec!["http/1.1"], "http/1.1"),
    ] {
        let mut client = TlsClient::new(&files.authority, None);
        client.config.alpn_protocols = offered
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        let mut stream = client.over(TcpStream::connect(public).unwrap());
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        assert_eq!(stream.conn.alpn_protocol(), Some(chosen.as_bytes()));
        if chosen == "h2" {
            // The preface of a client, to which the server answers with its settings (RFC 9113, section 3.4).
            stream
                .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
                .unwrap();
            let mut frame = [0; 9];
            stream.read_exact(&mut frame).unwrap();
            assert_eq!(frame[3], 4, "a frame of settings");
        }
    }
}

#[test]
fn certificates_of_clients() {
    let files = Files::new();
    let running = files.start();
    let now = SystemTime::now();
    let hour = Duration::from_hours(1);
    let clients = &files.clients;
    let stranger = Authority::new("clients");
    let certificates = [
        ("valid", true, Some(clients.client("a", |_| {}))),
        (
            "expired",
            false,
            Some(clients.client("b", |params| {
                params.not_after = (now - Duration::from_mins(1)).into();
            })),
        ),
        (
            "of the future",
            false,
            Some(clients.client("c", |params| params.not_before = (now + hour / 2).into())),
        ),
        (
            "of another authority of the same name",
            false,
            Some(stranger.client("d", |_| {})),
        ),
        ("self-signed", false, Some(self_signed("e"))),
        (
            "of a server",
            false,
            Some(clients.client("f", |params| {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            })),
        ),
    ];
    let at = |listener| running.address_of(listener).unwrap();
    for (what, trusted, certificate) in &certificates {
        let client = TlsClient::new(&files.authority, certificate.as_ref());
        for listener in ["internal", "mixed", "strict"] {
            let answer = client.exchange(at(listener), &request("/mcp"));
            assert_eq!(answer.is_ok(), *trusted, "{what} at {listener}: {answer:?}");
        }
        // Nobody asks for it there.
        let answer = client.exchange(at("public"), &request("/mcp"));
        assert!(answer.is_ok(), "{what}: {answer:?}");
    }
    let nobody = TlsClient::new(&files.authority, None);
    for (listener, works) in [("internal", false), ("strict", false), ("mixed", true)] {
        let answer = nobody.exchange(at(listener), &request("/mcp"));
        assert_eq!(answer.is_ok(), works, "none at {listener}: {answer:?}");
    }
    let revoked = clients.client("g", |params| {
        params.serial_number = Some(SerialNumber::from(7));
    });
    let client = TlsClient::new(&files.authority, Some(&revoked));
    assert!(client.exchange(at("internal"), &request("/mcp")).is_ok());
    assert!(client.exchange(at("strict"), &request("/mcp")).is_err());
}

/// Waits until something is so, which it is soon after a file has changed.
#[track_caller]
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Writes a file in one step, as those do who rotate them.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(&beside, path).unwrap();
}

#[test]
fn files_change_while_the_gateway_runs() {
    let files = Files::new();
    let running = files.start();
    let client = TlsClient::new(&files.authority, None);
    let public = running.address_of("public").unwrap();
    let first = client.certificate(public);

    // What is half written, or does not fit together, changes nothing.
    let second = files.authority.server("second");
    replace(&files.path("CERTIFICATE"), &second.certificate);
    replace(
        &files.path("AUTHORITIES"),
        "-----BEGIN CERTIFICATE-----\nno",
    );
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(client.certificate(public), first);
    let old = files.clients.client("old", |_| {});
    let old = TlsClient::new(&files.authority, Some(&old));
    let internal = running.address_of("internal").unwrap();
    assert!(old.exchange(internal, &request("/mcp")).is_ok());

    replace(&files.path("KEY"), &second.key);
    eventually("the new certificate", || {
        client.certificate(public) == second.der()
    });

    // Other authorities are trusted, and no more those that were.
    let others = Authority::new("others");
    replace(&files.path("AUTHORITIES"), &others.pem());
    let new = others.client("new", |_| {});
    let new = TlsClient::new(&files.authority, Some(&new));
    eventually("the new authority", || {
        new.exchange(internal, &request("/mcp")).is_ok()
    });
    assert!(old.exchange(internal, &request("/mcp")).is_err());

    // A list that is over says nothing about anybody.
    let strict = running.address_of("strict").unwrap();
    let past = SystemTime::now() - Duration::from_hours(1);
    replace(&files.path("LISTS"), &others.revokes(&[], past));
    std::thread::sleep(Duration::from_secs(4));
    assert!(new.exchange(strict, &request("/mcp")).is_err());
    let soon = SystemTime::now() + Duration::from_hours(1);
    replace(&files.path("LISTS"), &others.revokes(&[], soon));
    eventually("the new list", || {
        new.exchange(strict, &request("/mcp")).is_ok()
    });
}

#[test]
fn files_that_keep_a_gateway_from_starting() {
    let files = Files::new();
    let other = Authority::new("other").server("other");
    for (file, text, complaint) in [
        ("CERTIFICATE", "", "it holds no certificate"),
        ("KEY", "", "it holds no private key"),
        ("KEY", other.key.as_str(), "cannot be used"),
        ("AUTHORITIES", "nothing", "it holds no certificate"),
        ("LISTS", "nothing", "it holds no list"),
    ] {
        let path = files.path(file);
        let before = std::fs::read(&path).unwrap();
        std::fs::write(&path, text).unwrap();
        let error: StartError = files.gateway().start_listeners().unwrap_err();
        assert!(error.to_string().contains(complaint), "{file}: {error}");
        assert!(!error.to_string().contains("BEGIN"), "{error}");
        std::fs::write(&path, before).unwrap();
    }
    std::fs::remove_file(files.path("KEY")).unwrap();
    let error = files.gateway().start_listeners().unwrap_err();
    // Each listener with TLS says so.
    assert_eq!(error.problems().len(), 4, "{error}");
    assert!(
        error
            .to_string()
            .contains("the listener `public` cannot speak TLS"),
        "{error}"
    );
}

/// A gateway with settings of its own, until what is returned is dropped.
fn serve(
    files: &Files,
    settings: Settings,
) -> (
    Vec<SocketAddr>,
    oneshot::Sender<()>,
    std::thread::JoinHandle<()>,
) {
    let gateway = files.gateway();
    let (shared, environment) = gateway.prepare().unwrap();
    let runtime = Runtime::new().unwrap();
    let entrances = runtime.block_on(async {
        let mut entrances = Vec::new();
        for listener in gateway.listeners(&environment).unwrap() {
            entrances.push(listener.bind().await.unwrap());
        }
        entrances
    });
    let addresses = entrances
        .iter()
        .map(|entrance| entrance.address().unwrap())
        .collect();
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        runtime.block_on(server::serve(entrances, shared, settings, async {
            let _ = stopped.await;
        }));
    });
    (addresses, stop, thread)
}

#[test]
fn a_handshake_that_stalls_has_an_end() {
    let files = Files::new();
    let settings = Settings {
        header_timeout: Duration::from_millis(500),
        max_connections: 1,
        ..Settings::default()
    };
    let (addresses, stop, thread) = serve(&files, settings);
    let public = addresses[0];
    // It takes the only place, and says nothing.
    let mut silent = TcpStream::connect(public).unwrap();
    let mut half = TcpStream::connect(public).unwrap();
    // The beginning of a record that is longer than what comes of it.
    half.write_all(&[22, 3, 1, 2, 0, 1, 0]).unwrap();
    let client = TlsClient::new(&files.authority, None);
    let answer = client.exchange(public, &request("/mcp")).unwrap();
    assert_eq!(status(&answer), 200);
    for stream in [&mut silent, &mut half] {
        let ended = stream.read(&mut [0; 16]);
        assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    }
    drop(stop);
    thread.join().unwrap();
}

#[test]
fn a_handshake_does_not_keep_a_gateway_from_stopping() {
    let files = Files::new();
    let settings = Settings {
        header_timeout: Duration::from_mins(10),
        drain_timeout: Duration::from_mins(10),
        ..Settings::default()
    };
    let (addresses, stop, thread) = serve(&files, settings);
    let mut silent = TcpStream::connect(addresses[0]).unwrap();
    // So it was accepted before.
    let client = TlsClient::new(&files.authority, None);
    client.exchange(addresses[0], &request("/mcp")).unwrap();
    drop(stop);
    thread.join().unwrap();
    assert!(matches!(silent.read(&mut [0; 16]), Ok(0) | Err(_)));
}

#[test]
fn proxies_say_who_it_is_before_the_handshake() {
    let files = Files::new();
    let settings = Settings {
        trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()],
        proxy_protocol: true,
        header_timeout: Duration::from_secs(5),
        ..Settings::default()
    };
    let (addresses, stop, thread) = serve(&files, settings);
    let client = TlsClient::new(&files.authority, None);
    let mut stream = TcpStream::connect(addresses[0]).unwrap();
    stream
        .write_all(b"PROXY TCP4 203.0.113.9 192.0.2.1 56324 443\r\n")
        .unwrap();
    let mut stream = client.over(stream);
    stream.write_all(request("/mcp").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("from Some(203.0.113.9)"), "{answer}");
    // Without it there is no handshake.
    assert!(client.exchange(addresses[0], &request("/mcp")).is_err());
    drop(stop);
    thread.join().unwrap();
}

#[test]
fn descriptions_tell_of_listeners() {
    let text = super::describe(&DESCRIPTION);
    let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(
        json["listeners"][1],
        serde_json::json!({
            "name": "internal",
            "address": "127.0.0.1:0",
            "tls": {
                "certificate": "${CERTIFICATE}",
                "key": "${KEY}",
                "client_certificates": "required",
                "authorities": "${AUTHORITIES}",
            },
        })
    );
    assert_eq!(json["listeners"][4].get("tls"), None);
    assert_eq!(
        json["servers"][1]["listeners"],
        serde_json::json!([{ "name": "internal" }, { "name": "strict" }])
    );
}
