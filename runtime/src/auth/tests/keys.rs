//! Consumers and their keys.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::*;
use crate::auth::consumers::{Consumers, parse};
use crate::auth::gate::KeyRecogniser;
use crate::auth::products::Products;

fn hash(key: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in digest(&SHA256, key.as_bytes()).as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn file(consumers: &Value) -> Vec<u8> {
    json!({ "consumers": consumers }).to_string().into_bytes()
}

/// A file in a folder of its own, which is there as long as the first of the result.
fn written(text: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn whose_key_it_is() {
    let text = file(&json!([
        { "name": "acme", "keys": [{ "sha256": hash("one") }, { "sha256": hash("two").to_uppercase() }],
          "scopes": ["pets.read"], "roles": ["partner"] },
        { "name": "gone", "keys": [{ "sha256": hash("three") }], "state": "suspended" },
        { "name": "trial", "keys": [{ "sha256": hash("four"), "expires": "2027-01-15T08:00:00Z" }] },
        { "name": "guest", "state": "active", "expires": "2027-01-15T08:00:00Z",
          "keys": [{ "sha256": hash("five") }, { "sha256": hash("six"), "expires": "2030-01-01T00:00:00Z" }] },
    ]));
    let (_folder, path) = written(&text);
    let consumers = Arc::new(Consumers::load("partners", Products::default(), path).unwrap());
    assert_eq!(consumers.len(), 5);
    for key in ["one", "two"] {
        let principal = consumers.find(key, NOW).unwrap();
        assert_eq!(principal.consumer(), Some("acme"));
        assert_eq!(principal.identity(), "partners");
        assert!(principal.has_scope("pets.read") && principal.has_role("partner"));
    }
    let long = "1".repeat(2000);
    for wrong in ["three", "", "One", "one ", &hash("one"), &long] {
        assert!(consumers.find(wrong, NOW).is_none(), "{wrong}");
    }
    assert!(
        consumers.find("four", NOW - 1).is_some(),
        "NOW is 2027-01-15T08:00:00Z"
    );
    // The earlier of the consumer's end and the key's own counts.
    for expired in ["four", "five", "six"] {
        assert!(consumers.find(expired, NOW - 1).is_some(), "{expired}");
        assert!(consumers.find(expired, NOW).is_none(), "{expired}");
    }
}

#[tokio::test]
async fn keys_and_tokens_at_one_gate() {
    let text = file(&json!([{ "name": "acme", "keys": [{ "sha256": hash("one") }] }]));
    let (_folder, path) = written(&text);
    let consumers = Arc::new(Consumers::load("partners", Products::default(), path).unwrap());
    let by_key = Arc::new(Recogniser::Key(KeyRecogniser {
        header: "api-key",
        consumers,
    }));
    let signer = Signer::ed25519("k1");
    let token = signer.token(&issuer::claims(&json!({})));
    let authorization = format!("bearer  {token}");
    let gate = gate(vec![by_key, recogniser(source(&[&signer]))]);
    for (pairs, identity) in [
        (&[("api-key", "one")][..], Ok("partners")),
        (&[("authorization", &authorization)], Ok("staff")),
        // Both: the first of the manifest decides.
        (
            &[("authorization", &authorization), ("api-key", "one")],
            Ok("partners"),
        ),
        (
            &[("authorization", &authorization), ("api-key", "bad")],
            Ok("staff"),
        ),
        (&[], Err(Refusal::Missing)),
        (&[("api-key", "bad")], Err(Refusal::UnknownKey)),
        (
            &[("api-key", "one"), ("api-key", "one")],
            Err(Refusal::UnknownKey),
        ),
        (
            &[("authorization", "Basic b25lOnR3bw==")],
            Err(Refusal::Missing),
        ),
        (&[("authorization", "Bearer")], Err(Refusal::Malformed)),
        (&[("authorization", "Bearer a b")], Err(Refusal::Malformed)),
        (
            &[
                ("authorization", &authorization),
                ("authorization", &authorization),
            ],
            Err(Refusal::Malformed),
        ),
        (
            &[("authorization", "Bearer one")],
            Err(Refusal::InvalidToken("the token is not a signed JWT")),
        ),
    ] {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        // Twice: remembered tokens take another way.
        for _ in 0..2 {
            let outcome = gate.admit(&headers, None, NOW).await;
            assert_eq!(
                outcome.map(|caller| caller.identity()),
                identity,
                "{pairs:?}"
            );
        }
    }
}

#[test]
fn the_file_of_the_documentation() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/identity.md");
    let page = std::fs::read_to_string(page).unwrap();
    let text = page.split("```json\n").nth(1).unwrap();
    let keys = parse(
        "partners",
        Products::default(),
        text.split("```").next().unwrap().as_bytes(),
    )
    .unwrap();
    assert_eq!(keys.len(), 2);
}

#[test]
fn files_that_are_refused() {
    let good = hash("one");
    let of_keys = |keys: Value| json!([{ "name": "a", "keys": keys }]);
    for (consumers, reason) in [
        (json!({}), "list `consumers`"),
        (json!([3]), "a consumer must be an object"),
        (
            json!([{ "keys": [] }]),
            "a consumer must have a text `name`",
        ),
        (json!([{ "name": "a\nb", "keys": [] }]), "text `name`"),
        (
            of_keys(json!([])),
            "the consumer `a` must have one or two keys",
        ),
        (
            of_keys(json!([{ "sha256": &good }, { "sha256": hash("2") }, { "sha256": hash("3") }])),
            "one or two",
        ),
        (
            of_keys(json!([{ "sha256": "abc" }])),
            "64 hexadecimal digits",
        ),
        (
            of_keys(json!([{ "sha256": "+1".repeat(32) }])),
            "64 hexadecimal digits",
        ),
        (
            of_keys(json!([{ "sha256": &good, "expires": "tomorrow" }])),
            "`expires` must be a time",
        ),
        (
            of_keys(json!([{ "sha256": &good, "key": "one" }])),
            "the unknown member `key`",
        ),
        (
            of_keys(json!([{ "sha256": &good }, { "sha256": &good }])),
            "there already",
        ),
        (
            json!([{ "name": "a", "keys": [{ "sha256": &good }], "disabled": true }]),
            "unknown member `disabled`",
        ),
        (
            json!([{ "name": "a", "keys": [{ "sha256": &good }], "state": "cancelled" }]),
            "`state` must be",
        ),
        (
            json!([{ "name": "a", "keys": [{ "sha256": &good }], "scopes": "a" }]),
            "list `scopes`",
        ),
        (
            json!([{ "name": "a", "keys": [{ "sha256": &good }], "state": "suspended" }, { "name": "b", "keys": [{ "sha256": &good }] }]),
            "there already",
        ),
        (
            json!([{ "name": "a", "keys": [{ "sha256": &good }] }, { "name": "a", "keys": [{ "sha256": hash("2") }] }]),
            "twice",
        ),
    ] {
        let problem = parse("partners", Products::default(), &file(&consumers)).unwrap_err();
        assert!(problem.contains(reason), "{problem}");
        assert!(!problem.contains(&good), "{problem}");
    }
    assert!(
        parse("partners", Products::default(), b"consumers: []")
            .unwrap_err()
            .starts_with("not JSON")
    );
    let missing =
        Consumers::load("partners", Products::default(), "/nowhere/keys.json".into()).unwrap_err();
    assert!(missing.contains("`partners`"), "{missing}");
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes() {
    let entry = |key: &str| file(&json!([{ "name": "acme", "keys": [{ "sha256": hash(key) }] }]));
    let (_folder, path) = written(&entry("old"));
    let consumers =
        Arc::new(Consumers::load("partners", Products::default(), path.clone()).unwrap());
    let task = tokio::spawn(Arc::clone(&consumers).keep());
    // What is malformed changes nothing; what follows does.
    std::fs::write(&path, b"{").unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(consumers.find("old", NOW).is_some());
    let next = path.with_extension("next");
    std::fs::write(&next, entry("new")).unwrap();
    std::fs::rename(&next, &path).unwrap();
    for _ in 0..100 {
        if consumers.find("new", NOW).is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(consumers.find("new", NOW).is_some());
    assert!(consumers.find("old", NOW).is_none());
    task.abort();
}
