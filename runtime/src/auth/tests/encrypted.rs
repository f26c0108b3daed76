//! Encrypted tokens: those of another implementation (`jwe/make.py`), and what is done to them.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::issuer::{ISSUER, Signer, base64url, claims};
use super::*;
use crate::auth::jwe::DecryptionKeys;
use crate::description::Part;
use crate::environment::Environment;

const FAILED: Refusal = Refusal::InvalidToken("the token cannot be decrypted");

static ENCRYPTED: Jwt = Jwt {
    decryption_keys: &[&[Part::Literal("bound in the tests")]],
    ..JWT
};

fn vectors() -> Value {
    serde_json::from_str(include_str!("jwe/vectors.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// A gate that takes tokens for the private keys of these names.
fn gate_with(vectors: &Value, names: &[&str]) -> Gate {
    let keys = names.iter().map(|name| text(&vectors["keys"][name]));
    let source = source(&[&Signer::ed25519("k0")]);
    source.set(Some(
        KeySet::read(vectors["jwks"].to_string().as_bytes()).unwrap(),
    ));
    gate(vec![Arc::new(Recogniser::Token(TokenRecogniser {
        name: "staff",
        jwt: &ENCRYPTED,
        expected: expected(),
        scope_prefix: String::new(),
        decryption: ArcSwap::from_pointee(DecryptionKeys::read(keys).unwrap()),
        keys: vec![source],
    }))])
}

#[tokio::test]
async fn every_algorithm_of_another_implementation() {
    let vectors = vectors();
    let all = gate_with(&vectors, &["p384", "rsa", "p256"]);
    let good = vectors["good"].as_array().unwrap();
    assert_eq!(good.len(), 29);
    for vector in good {
        let token = text(&vector["token"]);
        let key = text(&vector["key"]);
        for gate in [&all, &gate_with(&vectors, &[key])] {
            let principal = admitted(gate, token).await.unwrap();
            assert_eq!(principal.subject(), Some("user-7"), "{vector}");
        }
        let others: Vec<&str> = ["rsa", "p256", "p384"]
            .into_iter()
            .filter(|name| *name != key)
            .collect();
        let without = gate_with(&vectors, &others);
        assert_eq!(admitted(&without, token).await.unwrap_err(), FAILED);
    }
}

#[tokio::test]
async fn what_is_no_encrypted_token_of_ours() {
    let vectors = vectors();
    let gate = gate_with(&vectors, &["rsa", "p256", "p384"]);
    let algorithm = "the token's encryption algorithm is not accepted";
    let malformed = "the token is not a signed JWT";
    let unaccepted = "the token's algorithm is not accepted";
    let kind = "the token has no signed JWT within (`cty`)";
    let failed = "the token cannot be decrypted";
    let cases = [
        ("RSA1_5", algorithm),
        ("dir", algorithm),
        ("A128KW", algorithm),
        ("A192GCM", algorithm),
        (
            "compressed",
            "the token is compressed, which is not accepted",
        ),
        ("no cty", kind),
        ("other cty", kind),
        ("for another", failed),
        ("for another curve", failed),
        ("unsigned within", unaccepted),
        ("claims within", malformed),
        ("a stranger's within", "the token's signature is wrong"),
        ("encrypted within", unaccepted),
    ];
    assert_eq!(cases.len(), vectors["bad"].as_object().unwrap().len());
    for (name, reason) in cases {
        assert_eq!(
            admitted(&gate, text(&vectors["bad"][name]))
                .await
                .unwrap_err(),
            Refusal::InvalidToken(reason),
            "{name}"
        );
    }
    // Where no key is declared, nothing encrypted is a token.
    let plain = super::gate(vec![recogniser(source(&[&Signer::ed25519("k1")]))]);
    assert_eq!(
        admitted(&plain, text(&vectors["good"][0]["token"]))
            .await
            .unwrap_err(),
        Refusal::InvalidToken(unaccepted)
    );
}

/// The header of a token with changes; `null` takes a member away.
fn with_header(token: &str, changes: &Value) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let header = URL_SAFE_NO_PAD.decode(header);
    let mut header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        header[name] = value.clone();
    }
    format!("{}.{rest}", base64url(header.to_string().as_bytes()))
}

/// Whatever is changed, the answer is the same: nothing tells how far a forger has come.
#[tokio::test]
async fn one_answer_for_all_that_is_changed() {
    let vectors = vectors();
    let gate = gate_with(&vectors, &["rsa", "p256", "p384"]);
    for vector in vectors["good"].as_array().unwrap() {
        let token = text(&vector["token"]);
        let parts: Vec<&str> = token.split('.').collect();
        for (position, part) in parts.iter().enumerate().skip(1) {
            let decoded = URL_SAFE_NO_PAD.decode(part).unwrap();
            let mut changed: Vec<Vec<u8>> = vec![[&decoded[..], b"\0"].concat()];
            if !decoded.is_empty() {
                changed.push(Vec::new());
                for at in [0, decoded.len() / 2, decoded.len() - 1] {
                    let mut bytes = decoded.clone();
                    bytes[at] ^= 1;
                    changed.push(bytes);
                    changed.push(decoded[..at].to_vec());
                }
            }
            for bytes in changed {
                let encoded = base64url(&bytes);
                let mut parts = parts.clone();
                parts[position] = &encoded;
                let refused = admitted(&gate, &parts.join(".")).await.unwrap_err();
                assert_eq!(refused, FAILED, "part {position} of {vector}");
            }
        }
        // The header is authentic too, and no other algorithm makes sense of the same bytes.
        for changes in [
            json!({ "x": 1 }),
            json!({ "enc": if vector["enc"] == "A128GCM" { "A256GCM" } else { "A128GCM" } }),
            json!({ "alg": if vector["alg"] == "ECDH-ES" { "ECDH-ES+A128KW" } else { "ECDH-ES" } }),
        ] {
            let refused = admitted(&gate, &with_header(token, &changes)).await;
            assert_eq!(refused.unwrap_err(), FAILED, "{changes} in {vector}");
        }
    }
}

#[tokio::test]
async fn keys_that_a_token_brings_with_it() {
    let vectors = vectors();
    let gate = gate_with(&vectors, &["p256"]);
    let good = vectors["good"].as_array().unwrap();
    let is_agreed = |vector: &&Value| vector["alg"] == "ECDH-ES" && vector["key"] == "p256";
    let token = text(&good.iter().find(is_agreed).unwrap()["token"]);
    let zero = base64url(&[0; 32]);
    let one = base64url(&[1; 32]);
    let short = base64url(&[1; 31]);
    // Points that are on no curve, at infinity, on another curve, or not there: none is calculated with.
    for other in [
        json!({ "kty": "EC", "crv": "P-256", "x": one, "y": one }),
        json!({ "kty": "EC", "crv": "P-256", "x": zero, "y": zero }),
        json!({ "kty": "EC", "crv": "P-256", "x": short, "y": one }),
        json!({ "kty": "EC", "crv": "P-384", "x": one, "y": one }),
        json!({ "kty": "OKP", "crv": "X25519", "x": one }),
        json!({ "kty": "EC", "crv": "P-256" }),
        json!("P-256"),
        Value::Null,
    ] {
        let refused = admitted(&gate, &with_header(token, &json!({ "epk": other }))).await;
        assert_eq!(refused.unwrap_err(), FAILED, "{other}");
    }
    for changes in [
        json!({ "apu": 1 }),
        json!({ "apv": "!" }),
        json!({ "apu": base64url(&[7; 2000]) }),
    ] {
        let refused = admitted(&gate, &with_header(token, &changes)).await;
        assert_eq!(refused.unwrap_err(), FAILED, "{changes}");
    }
    let refused = admitted(
        &gate,
        &with_header(token, &json!({ "crit": ["x"], "x": 1 })),
    )
    .await;
    assert_eq!(
        refused.unwrap_err(),
        Refusal::InvalidToken("the token has header extensions (`crit`) that are not understood")
    );
}

/// RFC 7518, appendix C.
#[test]
fn the_key_that_alice_and_bob_agree_on() {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let bob = aws_lc_rs::agreement::PrivateKey::from_private_key(
        &aws_lc_rs::agreement::ECDH_P256,
        &decode("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"),
    )
    .unwrap();
    let header = json!({
        "alg": "ECDH-ES",
        "enc": "A128GCM",
        "apu": "QWxpY2U",
        "apv": "Qm9i",
        "epk": {
            "kty": "EC",
            "crv": "P-256",
            "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
            "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        },
    });
    let agreed = crate::auth::jwe::agreed(&bob, &header, "A128GCM", 16);
    assert_eq!(agreed, Some(decode("VqqN6vgjbSBcIijNcacQGg")));
}

#[test]
fn private_keys_that_are_of_no_use() {
    static OF_NO_USE: Jwt = Jwt {
        decryption_keys: &[&[Part::Literal("hunter2")]],
        ..JWT
    };
    let vectors = vectors();
    let useless = vectors["useless"].as_object().unwrap();
    assert_eq!(useless.len(), 4);
    let mut all: Vec<&str> = useless.values().map(text).collect();
    all.extend([
        "",
        "secret",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ]);
    for pem in all {
        let problem = DecryptionKeys::read([pem].into_iter()).unwrap_err();
        assert!(problem.contains("PKCS #8"), "{problem}");
    }
    // As they are read at the start, and when a secret changes: what is shown of them is nothing.
    let environment =
        Environment::resolve(&products::DESCRIPTION, &|_| None, &BTreeMap::new()).unwrap();
    let problems =
        crate::auth::recogniser::token_recogniser("staff", &OF_NO_USE, &environment).unwrap_err();
    assert!(
        problems.len() == 1 && problems[0].contains("`staff`") && !problems[0].contains("hunter2"),
        "{problems:?}"
    );
}

#[tokio::test]
async fn tokens_that_are_only_signed_are_taken_as_well() {
    let vectors = vectors();
    let signer = Signer::ed25519("k1");
    let gate = gate(vec![Arc::new(Recogniser::Token(TokenRecogniser {
        name: "staff",
        jwt: &ENCRYPTED,
        expected: expected(),
        scope_prefix: String::new(),
        decryption: ArcSwap::from_pointee(
            DecryptionKeys::read([text(&vectors["keys"]["rsa"])].into_iter()).unwrap(),
        ),
        keys: vec![source(&[&signer])],
    }))]);
    let token = signer.token(&claims(&json!({})));
    let principal = admitted(&gate, &token).await.unwrap();
    assert_eq!(principal.issuer(), Some(ISSUER));
}
