//! Listeners, over real sockets: a gateway with TLS, and clients with certificates.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use gatewright_tests::{Program, Stub, binary};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key: PEM.
struct Issued {
    certificate: String,
    key: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn issue(
        &self,
        name: &str,
        alternative: Vec<SanType>,
        purpose: ExtendedKeyUsagePurpose,
    ) -> Issued {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.subject_alt_names = alternative;
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        Issued {
            certificate: params.signed_by(&key, &self.0).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    fn server(&self) -> Issued {
        let name = SanType::DnsName("localhost".try_into().unwrap());
        self.issue("gateway", vec![name], ExtendedKeyUsagePurpose::ServerAuth)
    }

    fn client(&self, name: &str, alternative: Vec<SanType>) -> Issued {
        self.issue(name, alternative, ExtendedKeyUsagePurpose::ClientAuth)
    }
}

/// An HTTPS client that trusts the gateway's authority, with or without a certificate.
struct Client(Arc<ClientConfig>);

struct Answer {
    status: u16,
    text: String,
}

impl Client {
    fn new(authority: &Authority, certificate: Option<&Issued>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.0.der().clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        Self(Arc::new(match certificate {
            None => builder.with_no_client_auth(),
            Some(issued) => {
                let chain = CertificateDer::pem_slice_iter(issued.certificate.as_bytes());
                let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap();
                let chain = chain.map(Result::unwrap).collect();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        }))
    }

    /// Calls a tool at `https://ADDRESS/PATH`, with further header lines.
    fn call(
        &self,
        url: &str,
        tool: &str,
        arguments: &Value,
        headers: &[&str],
    ) -> io::Result<Answer> {
        let (address, path) = url
            .strip_prefix("https://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let body = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        })
        .to_string();
        let headers: String = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.0), name).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        write!(
            stream,
            "POST /{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\naccept: application/json\r\n\
             content-type: application/json\r\nmcp-protocol-version: 2025-11-25\r\n\
             content-length: {}\r\n{headers}\r\n{body}",
            body.len()
        )?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let status = text[9..12].parse().unwrap();
        Ok(Answer { status, text })
    }
}

fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(&beside, path).unwrap();
}

/// The URL of a server at a listener, from the gateway's log.
fn url(program: &mut Program, server: &str, listener: &str) -> String {
    let line = program.line(&format!(
        "\"server\":\"{server}\",\"listener\":\"{listener}\""
    ));
    let line: Value = serde_json::from_str(&line).unwrap();
    line["url"].as_str().unwrap().to_owned()
}

#[test]
fn callers_known_by_their_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (servers, workloads) = (Authority::new("servers"), Authority::new("workloads"));
    let first = servers.server();
    std::fs::write(path("certificate"), &first.certificate).unwrap();
    std::fs::write(path("key"), &first.key).unwrap();
    std::fs::write(path("authorities"), workloads.0.pem()).unwrap();
    let stub = Stub::answering("200 OK", "application/json", "{\"ok\":true}");
    let (certificate, key, authorities) = (path("certificate"), path("key"), path("authorities"));
    let environment = [
        ("API_URL", stub.url.as_str()),
        ("CERTIFICATE", certificate.to_str().unwrap()),
        ("KEY", key.to_str().unwrap()),
        ("AUTHORITIES", authorities.to_str().unwrap()),
    ];
    let gateway = binary("gatewright-tls", "gatewright-tls");

    // The manifest says where it listens.
    let refused = Command::new(&gateway)
        .args(["--listen", "127.0.0.1:0"])
        .envs(environment)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("the manifest declares `listeners`"), "{said}");
    let over_stdio = Command::new(&gateway)
        .args(["--stdio", "--server", "inside"])
        .envs(environment)
        .output()
        .unwrap();
    assert_eq!(over_stdio.status.code(), Some(2));
    let checked = Command::new(&gateway)
        .arg("--check")
        .envs(environment)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(
        said.contains("Listener public: 127.0.0.1:0\nListener internal: 127.0.0.1:0\n"),
        "{said}"
    );

    let mut command = Command::new(&gateway);
    command.args(["--log-format", "json"]).envs(environment);
    let mut program = Program::start(&mut command);
    let public = url(&mut program, "pets", "public");
    let internal = url(&mut program, "pets", "internal");
    let inside = url(&mut program, "inside", "internal");

    let spiffe = SanType::URI("spiffe://acme.example/ns/orders".try_into().unwrap());
    let dns = SanType::DnsName("billing.acme.example".try_into().unwrap());
    let orders = workloads.client("orders", vec![spiffe.clone()]);
    let billing = workloads.client("billing", vec![dns]);
    let guest = workloads.client("guest", Vec::new());
    let stranger = workloads.client("stranger", Vec::new());
    let forged = Authority::new("workloads").client("orders", vec![spiffe]);
    let client = |certificate: Option<&Issued>| Client::new(&servers, certificate);
    let nobody = client(None);
    let none = json!({});
    let rex = json!({ "name": "Rex" });

    // By listener.
    let pet = json!({ "petId": 1 });
    let answer = nobody.call(&public, "listPets", &none, &[]).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = nobody.call(&public, "getPet", &pet, &[]).unwrap();
    assert!(answer.text.contains("\"isError\":true"), "{}", answer.text);
    let answer = nobody.call(&internal, "getPet", &pet, &[]).unwrap();
    assert!(!answer.text.contains("\"isError\":true"), "{}", answer.text);
    let hidden = public.replace("/pets/", "/inside/");
    let answer = client(Some(&orders))
        .call(&hidden, "listPets", &none, &[])
        .unwrap();
    assert_eq!(answer.status, 404);

    // By certificate.
    for (certificate, tool, arguments, status, works) in [
        (Some(&orders), "createPet", &rex, 200, true),
        (Some(&orders), "listPets", &none, 200, true),
        (Some(&billing), "listPets", &none, 200, true),
        (Some(&billing), "createPet", &rex, 200, false),
        // It has no scope.
        (Some(&guest), "listPets", &none, 403, false),
        (Some(&stranger), "listPets", &none, 403, false),
        (None, "listPets", &none, 403, false),
    ] {
        let answer = client(certificate)
            .call(&inside, tool, arguments, &[])
            .unwrap();
        assert_eq!(answer.status, status, "{}", answer.text);
        let good = status == 200 && !answer.text.contains("\"isError\":true");
        assert_eq!(good, works, "{}", answer.text);
    }
    let made = stub.received();
    let made = made.iter().find(|request| request.method == "POST");
    let caller = ("x-caller".to_owned(), "orders".to_owned());
    assert!(made.unwrap().headers.contains(&caller));

    // Attacks: what a proxy might say; the certificate of an authority of the same name; that of a caller
    // without its key.
    let headers = [
        "x-forwarded-client-cert: URI=spiffe://acme.example/ns/orders",
        "x-arr-clientcert: MIIB",
        "x-client-verify: SUCCESS",
    ];
    for certificate in [None, Some(&stranger)] {
        let answer = client(certificate)
            .call(&inside, "listPets", &none, &headers)
            .unwrap();
        assert_eq!(answer.status, 403, "{}", answer.text);
    }
    assert!(
        client(Some(&forged))
            .call(&inside, "listPets", &none, &[])
            .is_err()
    );
    let plain = {
        let (address, _) = inside
            .strip_prefix("https://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(b"POST /inside/mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    };
    assert!(!plain.starts_with(b"HTTP/"), "{plain:?}");

    // The gateway's certificate is exchanged while it runs: clients that trust the new authority alone get
    // through, and those of the old one no more.
    let others = Authority::new("other servers");
    let second = others.server();
    replace(&certificate, &second.certificate);
    replace(&key, &second.key);
    let new = Client::new(&others, Some(&orders));
    let deadline = Instant::now() + Duration::from_secs(30);
    while new.call(&inside, "listPets", &none, &[]).is_err() {
        assert!(Instant::now() < deadline, "the certificate never changed");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(nobody.call(&public, "listPets", &none, &[]).is_err());
    program.line("the files of the listener's TLS were read again");
    assert!(program.terminate());
}
