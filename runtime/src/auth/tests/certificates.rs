//! Certificates of callers, and tokens that are bound to one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{CertificateParams, DistinguishedName, DnType, SanType, SerialNumber};
use serde_json::{Value, json};

use super::issuer::{NOW, Signer, claims};
use super::{bearer, gate, headers, products, recogniser, source};
use crate::auth::certificate::{CertificateRecogniser, ClientCertificate};
use crate::auth::challenge::Challenge;
use crate::auth::gate::{Recogniser, Refusal};
use crate::auth::principal::{Principal, PrincipalKind};
use crate::description::CertificateField::{
    CommonName, DnsName, Email, IssuerSubject, SerialNumber as Serial, Subject, Thumbprint, Uri,
};
use crate::description::{CertificateCaller, CertificateField, Certificates, Part};
use crate::environment::Environment;
use crate::server::tls::for_tests::{Authority, Issued};

const SPIFFE: &str = "spiffe://acme.example/ns/orders/sa/api";

fn workload(params: &mut CertificateParams) {
    params.serial_number = Some(SerialNumber::from_slice(&[0x0a, 0xbc, 0xff]));
    params.subject_alt_names = vec![
        SanType::URI(SPIFFE.try_into().unwrap()),
        SanType::DnsName("Orders.acme.example".try_into().unwrap()),
        SanType::DnsName("orders".try_into().unwrap()),
        SanType::Rfc822Name("orders@acme.example".try_into().unwrap()),
    ];
}

fn read(issued: &Issued) -> ClientCertificate {
    ClientCertificate::read(&issued.der(), 1).unwrap()
}

fn caller(says: &[(CertificateField, &str)]) -> CertificateCaller {
    let says: Vec<(CertificateField, &'static [Part])> = says
        .iter()
        .map(|(field, text)| {
            let text: &'static str = Box::leak(Box::<str>::from(*text));
            (*field, &*vec![Part::Literal(text)].leak())
        })
        .collect();
    CertificateCaller {
        says: says.leak(),
        name: Some("orders"),
        scopes: &["pets.read"],
        roles: &["writer"],
    }
}

fn made(
    callers: Vec<CertificateCaller>,
    subject_from: Option<CertificateField>,
) -> Result<CertificateRecogniser, Vec<String>> {
    let described = Box::leak(Box::new(Certificates {
        callers: callers.leak(),
        subject_from,
    }));
    let environment =
        Environment::resolve(&products::DESCRIPTION, &|_| None, &BTreeMap::new()).unwrap();
    CertificateRecogniser::new((0, "workloads"), described, &environment)
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs()
}

/// Whose certificate it is to callers that are known so.
fn recognised(
    says: &[(CertificateField, &str)],
    certificate: &Issued,
) -> Result<Arc<Principal>, Refusal> {
    let recogniser = made(vec![caller(says)], None).unwrap();
    recogniser.recognise(Some(&read(certificate)), now())
}

fn thumbprint(issued: &Issued) -> String {
    let hash = digest(&SHA256, &issued.der());
    let bytes = hash.as_ref().iter();
    bytes
        .map(|byte| format!("{byte:02X}"))
        .collect::<Vec<_>>()
        .join(":")
}

#[test]
fn each_field() {
    let authority = Authority::new("clients");
    let issued = authority.client("a, \"b\"", workload);
    let own = thumbprint(&issued);
    let other = thumbprint(&authority.client("other", |_| {}));
    let name = "CN=a\\, \\\"b\\\",O=Acme";
    for (field, text, fits) in [
        (Uri, SPIFFE, true),
        (Uri, "spiffe://acme.example/ns/orders/sa/ap", false),
        (Uri, "spiffe://acme.example/ns/orders/sa/API", false),
        (Uri, "spiffe://acme.example/ns/orders/sa/*", false),
        (DnsName, "orders.ACME.example", true),
        (DnsName, "orders", true),
        (DnsName, "*.acme.example", false),
        (DnsName, "acme.example", false),
        (Email, "orders@acme.example", true),
        (Email, "orders@acme.examples", false),
        (CommonName, "a, \"b\"", true),
        (CommonName, "a", false),
        (Subject, name, true),
        (Subject, "CN=a, \"b\",O=Acme", false),
        (Subject, "CN=clients,O=Acme", false),
        (IssuerSubject, "CN=clients,O=Acme", true),
        (IssuerSubject, name, false),
        (Serial, "abcff", true),
        (Serial, "0A:BC:FF", true),
        (Serial, "abcfe", false),
        (Thumbprint, own.as_str(), true),
        (Thumbprint, &own.replace(':', "").to_lowercase(), true),
        (Thumbprint, &other, false),
        // A value counts in its own place only.
        (DnsName, SPIFFE, false),
        (CommonName, "orders", false),
        (Email, "orders", false),
    ] {
        let outcome = recognised(&[(field, text)], &issued);
        assert_eq!(outcome.is_ok(), fits, "{field:?} {text}");
        if let Err(refusal) = outcome {
            assert_eq!(refusal, Refusal::UnknownCertificate);
        }
    }
    // All that an entry says.
    let both = [(Serial, "abcff"), (IssuerSubject, "CN=clients,O=Acme")];
    assert!(recognised(&both, &issued).is_ok());
    let half = [(Serial, "abcff"), (IssuerSubject, "CN=others,O=Acme")];
    assert!(recognised(&half, &issued).is_err());
    let half = [(Thumbprint, other.as_str()), (Uri, SPIFFE)];
    assert!(recognised(&half, &issued).is_err());
}

#[test]
fn the_principal() {
    let authority = Authority::new("clients");
    let issued = authority.client("api", workload);
    let principal = recognised(&[(DnsName, "orders"), (Uri, SPIFFE)], &issued).unwrap();
    assert_eq!(principal.kind(), PrincipalKind::Certificate);
    assert_eq!(principal.identity(), "workloads");
    assert_eq!(principal.subject(), Some(SPIFFE), "the most telling name");
    assert_eq!(principal.issuer(), Some("CN=clients,O=Acme"));
    assert_eq!(principal.consumer(), Some("orders"));
    assert!(principal.has_role("writer") && principal.has_scope("pets.read"));
    assert_eq!(principal.client_id(), None);

    let by_hash = recognised(&[(Thumbprint, &thumbprint(&issued))], &issued).unwrap();
    assert_eq!(by_hash.subject(), Some("CN=api,O=Acme"));
    let nameless = authority.client("", |params| {
        params.distinguished_name = DistinguishedName::new();
    });
    let hash = thumbprint(&nameless);
    let principal = recognised(&[(Thumbprint, &hash)], &nameless).unwrap();
    let hash = hash.replace(':', "").to_lowercase();
    assert_eq!(principal.subject(), Some(hash.as_str()));
}

#[test]
fn what_callers_are_called_by() {
    let authority = Authority::new("clients");
    let issued = authority.client("api", |params| {
        workload(params);
        params
            .distinguished_name
            .push(DnType::OrganizationalUnitName, "Orders");
    });
    for (field, subject) in [
        (Uri, Some(SPIFFE)),
        (Email, Some("orders@acme.example")),
        (CommonName, Some("api")),
        (Subject, Some("OU=Orders,CN=api,O=Acme")),
        // Two, and nobody knows which is meant.
        (DnsName, None),
    ] {
        let recogniser = made(Vec::new(), Some(field)).unwrap();
        let outcome = recogniser.recognise(Some(&read(&issued)), now());
        let principal = outcome.as_ref().ok();
        let found = principal.and_then(|principal| principal.subject());
        assert_eq!(found, subject, "{field:?}");
        assert!(principal.is_none_or(|principal| principal.roles().is_empty()));
    }
    let without = authority.client("plain", |_| {});
    let recogniser = made(vec![caller(&[(CommonName, "plain")])], Some(Uri)).unwrap();
    let outcome = recogniser.recognise(Some(&read(&without)), now());
    assert_eq!(outcome.unwrap_err(), Refusal::UnknownCertificate);
}

#[test]
fn read_once_and_not_for_ever() {
    let authority = Authority::new("clients");
    let issued = authority.client("api", workload);
    let certificate = read(&issued);
    let recogniser = made(vec![caller(&[(Uri, SPIFFE)])], None).unwrap();
    let first = recogniser.recognise(Some(&certificate), now()).unwrap();
    let again = recogniser.recognise(Some(&certificate), now()).unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    // The connection may outlive it.
    let end = first.expires_at().unwrap();
    assert!(recogniser.recognise(Some(&certificate), end - 1).is_ok());
    let over = recogniser.recognise(Some(&certificate), end);
    assert_eq!(over.unwrap_err(), Refusal::UnknownCertificate);
    let nobody = recogniser.recognise(None, now());
    assert_eq!(nobody.unwrap_err(), Refusal::Missing);
}

#[test]
fn values_that_no_certificate_has() {
    let problems = made(
        vec![
            caller(&[(Thumbprint, "abcd")]),
            caller(&[(Thumbprint, &"xy".repeat(32))]),
            caller(&[(Serial, "0:00")]),
            caller(&[(Serial, "twelve")]),
            caller(&[(Uri, "")]),
        ],
        None,
    )
    .unwrap_err();
    assert_eq!(problems.len(), 5, "{problems:?}");
    assert_eq!(
        problems[4],
        "`uri` of a caller of the identity `workloads` is empty"
    );
    assert!(ClientCertificate::read(b"nonsense", 1).is_err());
    let hidden = Authority::new("clients").client("orders\0.evil", |_| {});
    let problem = ClientCertificate::read(&hidden.der(), 1).unwrap_err();
    assert!(problem.contains("control characters"), "{problem}");
    let mut cut = Authority::new("clients")
        .client("a", workload)
        .der()
        .to_vec();
    cut.pop();
    assert!(ClientCertificate::read(&cut, 1).is_err());
}

#[tokio::test]
async fn headers_that_tell_of_certificates_make_nobody_somebody() {
    let issued = Authority::new("clients").client("api", workload);
    let recogniser = made(vec![caller(&[(Uri, SPIFFE)])], None).unwrap();
    let gate = gate(vec![Arc::new(Recogniser::Certificate(recogniser))]);
    let line: String = issued.certificate.lines().collect();
    let encoded = URL_SAFE_NO_PAD.encode(issued.der());
    let xfcc = format!("URI={SPIFFE};Hash={}", thumbprint(&issued));
    for (name, value) in [
        ("x-forwarded-client-cert", xfcc.as_str()),
        ("x-arr-clientcert", &encoded),
        ("x-client-cert", &line),
        ("ssl-client-cert", &line),
        ("x-ssl-client-s-dn", "CN=api,O=Acme"),
        ("x-ssl-client-verify", "SUCCESS"),
        ("client-cert", &format!(":{encoded}:")),
        ("x-spiffe-id", SPIFFE),
    ] {
        let refused = gate.admit(&headers(&[(name, value)]), None, now()).await;
        assert_eq!(refused.unwrap_err(), Refusal::Missing, "{name}");
    }
    let certificate = read(&issued);
    let admitted = gate.admit(&headers(&[]), Some(&certificate), now()).await;
    assert_eq!(admitted.unwrap().subject(), Some(SPIFFE));
}

#[tokio::test]
async fn certificates_and_tokens_side_by_side() {
    let authority = Authority::new("clients");
    let signer = Signer::ed25519("k1");
    let certificates = made(vec![caller(&[(Uri, SPIFFE)])], None).unwrap();
    let gate = gate(vec![
        Arc::new(Recogniser::Certificate(certificates)),
        recogniser(source(&[&signer])),
    ]);
    let token = bearer(&signer.token(&claims(&json!({}))));
    // Tokens are of another time than certificates.
    let long = |params: &mut CertificateParams| params.not_after = rcgen::date_time_ymd(2100, 1, 1);
    let known = read(&authority.client("a", |params| {
        workload(params);
        long(params);
    }));
    let unknown = read(&authority.client("b", long));
    for (headers, certificate, identity) in [
        (&token, Some(&known), Ok("workloads")),
        (&token, Some(&unknown), Ok("staff")),
        (&token, None, Ok("staff")),
        (&headers(&[]), Some(&known), Ok("workloads")),
        (
            &headers(&[]),
            Some(&unknown),
            Err(Refusal::UnknownCertificate),
        ),
        (&headers(&[]), None, Err(Refusal::Missing)),
    ] {
        let outcome = gate.admit(headers, certificate, NOW).await;
        assert_eq!(
            outcome.map(|principal| principal.identity()),
            identity,
            "{certificate:?}"
        );
    }
}

#[test]
fn what_callers_are_told() {
    let nothing_helps = Challenge {
        bearer: None,
        key_header: None,
        scopes: &[],
    };
    for refusal in [Refusal::Missing, Refusal::UnknownCertificate] {
        let reply = nothing_helps.refuse(refusal);
        assert_eq!(reply.response.status(), 403, "{refusal:?}");
    }
    let with_key = Challenge {
        key_header: Some("api-key"),
        ..nothing_helps
    };
    let reply = with_key.refuse(Refusal::UnknownCertificate);
    assert_eq!(reply.response.status(), 401);
    assert!(reply.response.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn tokens_that_are_bound_to_a_certificate() {
    let authority = Authority::new("clients");
    let (issued, other) = (authority.client("a", |_| {}), authority.client("b", |_| {}));
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, &issued.der()));
    let signer = Signer::ed25519("k1");
    let gate = gate(vec![recogniser(source(&[&signer]))]);
    let (own, other) = (read(&issued), read(&other));
    let bound =
        |confirmation: Value| bearer(&signer.token(&claims(&json!({ "cnf": confirmation }))));

    let token = bound(json!({ "x5t#S256": hash }));
    // Refused before it was found valid, and after.
    for (certificate, good) in [
        (None, false),
        (Some(&own), true),
        (None, false),
        (Some(&other), false),
        (Some(&own), true),
    ] {
        let outcome = gate.admit(&token, certificate, NOW).await;
        assert_eq!(outcome.is_ok(), good, "{outcome:?}");
        if let Err(refusal) = outcome {
            assert_eq!(
                refusal,
                Refusal::InvalidToken(
                    "the token is bound to a certificate that this connection has not shown"
                )
            );
        }
    }
    // To something that nobody checks, or that nobody can read; to nothing.
    for (confirmation, good) in [
        (
            json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
            false,
        ),
        (json!({ "jwk": { "kty": "OKP" } }), false),
        (json!({ "x5t#S256": hash, "jkt": "a" }), false),
        (json!({ "x5t#S256": "short" }), false),
        (json!({ "x5t#S256": format!("{hash}=") }), false),
        (json!({ "x5t#S256": 7 }), false),
        (json!({}), false),
        (json!("bound"), false),
        (Value::Null, true),
    ] {
        let token = bound(confirmation.clone());
        let outcome = gate.admit(&token, Some(&own), NOW).await;
        assert_eq!(outcome.is_ok(), good, "{confirmation}: {outcome:?}");
    }
    let free = bearer(&signer.token(&claims(&json!({}))));
    assert!(gate.admit(&free, Some(&other), NOW).await.is_ok());
}

#[test]
fn dates_have_one_meaning() {
    let end = SystemTime::now() + Duration::from_secs(90);
    let issued = Authority::new("clients").client("a", |params| params.not_after = end.into());
    let recogniser = made(Vec::new(), Some(Subject)).unwrap();
    let principal = recogniser.recognise(Some(&read(&issued)), now()).unwrap();
    let last = end.duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(principal.expires_at(), Some(last + 1));
}
