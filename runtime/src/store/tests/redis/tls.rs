//! TLS to a real Redis, which proves who it is by a certificate of an authority of one's own.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use super::super::{entry, quota};
use super::{Outcome, Redis, Server, spawn};
use crate::store::redis::authorities;

/// An authority, and the file with its certificate.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(folder: &TempDir, name: &str) -> Self {
        let mut parameters = CertificateParams::new([]).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap());
        let issuer = issuer.unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, issuer.pem()).unwrap();
        Self { issuer, file }
    }

    fn read(&self) -> Vec<u8> {
        authorities(self.file.to_str().unwrap()).unwrap()
    }
}

/// A Redis that speaks nothing but TLS, whose certificate is for the address 127.0.0.1.
fn server(folder: &TempDir, authority: &Authority) -> Server {
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = parameters.signed_by(&key, &authority.issuer).unwrap();
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let certificate = write("redis.pem", certificate.pem());
    let key = write("redis.key", key.serialize_pem());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let child = spawn(&[
        "--port",
        "0",
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        authority.file.to_str().unwrap(),
        "--tls-auth-clients",
        "no",
    ]);
    let server = Server { child, port };
    for _ in 0..400 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return server;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("Redis does not listen");
}

#[tokio::test]
async fn a_redis_proves_who_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder, "authority.pem");
    let stranger = Authority::new(&folder, "stranger.pem");
    let server = server(&folder, &authority);
    let open = |host: &str, authorities: Option<Vec<u8>>| {
        let url = format!("{host}:{}", server.port);
        Redis::new(&url, authorities, "test", Duration::from_secs(5)).unwrap()
    };

    let redis = Arc::new(open("rediss://127.0.0.1", Some(authority.read())));
    redis.probe().await.unwrap();
    let maintained = tokio::spawn(Arc::clone(&redis).stay_connected());
    let outcome = redis.count(&[entry(quota("q", 2), "a")]).await;
    assert!(matches!(outcome, Ok(Outcome::Counted(_))), "{outcome:?}");
    maintained.abort();

    // By an authority that is not trusted here; by those of the public web; under another name; without TLS.
    for (host, authorities) in [
        ("rediss://127.0.0.1", Some(stranger.read())),
        ("rediss://127.0.0.1", None),
        ("rediss://localhost", Some(authority.read())),
        ("redis://127.0.0.1", None),
    ] {
        let refused = open(host, authorities).probe().await;
        assert!(refused.is_err(), "{host}");
    }
    // Nor can the URL turn the question off.
    let url = format!("rediss://127.0.0.1:{}/#insecure", server.port);
    let insecure = Redis::new(&url, Some(authority.read()), "test", Duration::from_secs(5));
    let connected = match insecure {
        Ok(redis) => redis.probe().await.is_ok(),
        Err(_) => false,
    };
    assert!(!connected);
}

#[test]
fn what_vouches_for_nobody_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder, "authority.pem");
    let path = folder.path().join("other");
    let shown = path.to_str().unwrap().to_owned();
    let problem = authorities(&shown).unwrap_err().to_string();
    assert!(problem.contains(&shown), "{problem}");
    std::fs::write(&path, "nothing of that kind").unwrap();
    let problem = authorities(&shown).unwrap_err().to_string();
    assert!(problem.contains("holds no certificate"), "{problem}");
    for (url, authorities) in [
        ("redis://:hunter2@127.0.0.1", authority.read()),
        (
            "rediss://:hunter2@127.0.0.1",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
        ),
    ] {
        let second = Duration::from_secs(1);
        let problem = Redis::new(url, Some(authorities), "test", second).unwrap_err();
        let problem = problem.to_string();
        assert!(
            problem.contains("rediss://") && !problem.contains("hunter2"),
            "{problem}"
        );
    }
}
