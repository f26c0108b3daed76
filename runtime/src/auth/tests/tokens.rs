//! Tokens: the good ones, and the table of attacks (RFC 8725).

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::issuer::{ISSUER, NOW, Signer, base64url, claims, key_set};
use super::*;
use crate::auth::claims::Demands;
use crate::auth::principal::ClaimValue;

fn none() -> Value {
    json!({})
}

#[tokio::test]
async fn what_a_good_token_says() {
    let signer = Signer::ed25519("k1");
    let gate = gate(vec![recogniser(source(&[&signer]))]);
    let token = signer.token(&claims(&json!({ "account": { "level": 3 } })));
    let principal = admitted(&gate, &token).await.unwrap();
    assert_eq!(principal.identity(), "staff");
    assert_eq!(principal.issuer(), Some(ISSUER));
    assert_eq!(principal.subject(), Some("user-7"));
    assert_eq!(principal.client_id(), Some("desk"));
    assert_eq!(principal.expires_at(), Some(NOW + 600));
    assert!(principal.has_scope("pets.list") && !principal.has_scope("pets"));
    assert!(principal.has_role("clerk") && !principal.has_role("sales"));
    assert_eq!(
        principal.claim("department"),
        Some(&ClaimValue::String("sales".into()))
    );
    assert_eq!(principal.claim("level"), Some(&ClaimValue::Integer(3)));
    assert_eq!(principal.claim("sub"), None, "not declared");
    assert!(!gate.lacks(&principal, None) && !gate.lacks(&principal, Some(0)));
    assert!(gate.lacks(&principal, Some(1)));
    // The second time it is remembered, until it expires.
    assert!(Arc::ptr_eq(
        &principal,
        &admitted(&gate, &token).await.unwrap()
    ));
    let expired = gate.admit(&bearer(&token), None, NOW + 600).await;
    assert_eq!(
        expired.unwrap_err(),
        Refusal::InvalidToken("the token has expired")
    );
}

#[tokio::test]
async fn every_algorithm_by_a_key_of_its_own() {
    let signers = [
        Signer::ed25519("ed"),
        Signer::p256("p256"),
        Signer::p384("p384"),
        Signer::rsa("rs", Algorithm::RS256),
        Signer::rsa("ps", Algorithm::PS256),
    ];
    let all: Vec<&Signer> = signers.iter().collect();
    let gate = gate(vec![recogniser(source(&all))]);
    for signer in &signers {
        let token = signer.token(&claims(&none()));
        assert!(
            admitted(&gate, &token).await.is_ok(),
            "{:?}",
            signer.algorithm
        );
        // Without a name, every key that fits is tried.
        let unnamed = signer.token_with(&Header::new(signer.algorithm), &claims(&none()));
        assert!(
            admitted(&gate, &unnamed).await.is_ok(),
            "{:?}",
            signer.algorithm
        );
        // The names of other keys do not help.
        let mut header = Header::new(signer.algorithm);
        header.kid = Some(
            if signer.jwk["kid"] == "ed" {
                "rs"
            } else {
                "ed"
            }
            .into(),
        );
        let stolen = signer.token_with(&header, &claims(&none()));
        assert_eq!(
            admitted(&gate, &stolen).await.unwrap_err(),
            Refusal::InvalidToken("the token's signature is wrong")
        );
    }
    // RS512 by a key for RSA, which the identity does not list.
    let mut header = Header::new(Algorithm::RS512);
    header.kid = Some("rs".into());
    let token = signers[3].token_with(&header, &claims(&none()));
    assert_eq!(
        admitted(&gate, &token).await.unwrap_err(),
        Refusal::InvalidToken("the token's algorithm is not accepted")
    );
}

/// Signed with the public key as the secret of HMAC: what made libraries famous in 2015.
fn confused(signer: &Signer) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("k1".into());
    let public = signer.jwk["n"].as_str().unwrap();
    let secret = EncodingKey::from_secret(public.as_bytes());
    encode(&header, &claims(&none()), &secret).unwrap()
}

#[tokio::test]
async fn attacks_on_the_signature() {
    let signer = Signer::rsa("k1", Algorithm::RS256);
    let stranger = Signer::rsa("k1", Algorithm::RS256);
    let gate = gate(vec![recogniser(source(&[&signer]))]);
    let good = signer.token(&claims(&none()));
    let parts: Vec<&str> = good.split('.').collect();
    let with_header = |header: Value| {
        let header = base64url(header.to_string().as_bytes());
        format!("{header}.{}.{}", parts[1], parts[2])
    };
    let confused = confused(&signer);
    let algorithm = "the token's algorithm is not accepted";
    let malformed = "the token is not a signed JWT";
    let wrong = "the token's signature is wrong";
    let other_claims = base64url(claims(&json!({ "sub": "admin" })).to_string().as_bytes());
    let cases = [
        (with_header(json!({ "alg": "none" })), algorithm),
        (with_header(json!({ "alg": "None" })), algorithm),
        (with_header(json!({ "kid": "k1" })), algorithm),
        (with_header(json!({ "alg": ["RS256"] })), algorithm),
        (confused, algorithm),
        (stranger.token(&claims(&none())), wrong),
        (format!("{}.{other_claims}.{}", parts[0], parts[2]), wrong),
        (format!("{}.{}.", parts[0], parts[1]), wrong),
        (with_header(json!({ "alg": "PS256", "kid": "k1" })), wrong),
        (with_header(json!({ "alg": "ES256", "kid": "k1" })), wrong),
        // A key that the token brings with it is not looked at.
        (
            {
                let mut header = Header::new(Algorithm::RS256);
                header.kid = Some("k1".into());
                header.jku = Some("https://evil.example.com/keys".into());
                header.jwk = serde_json::from_value(stranger.jwk.clone()).ok();
                stranger.token_with(&header, &claims(&none()))
            },
            wrong,
        ),
        (
            with_header(json!({ "alg": "RS256", "kid": "k1", "crit": ["exp"], "exp": 1 })),
            "the token has header extensions (`crit`) that are not understood",
        ),
        (
            with_header(json!({ "alg": "RS256", "kid": "k1", "b64": false })),
            "the token has header extensions (`crit`) that are not understood",
        ),
        (
            with_header(json!({ "alg": "RS256", "kid": "k1", "typ": "logout+jwt" })),
            "the token's `typ` is not that of an access token",
        ),
        (with_header(json!({ "alg": "RS256", "kid": 1 })), malformed),
        (parts[..2].join("."), malformed),
        (format!("{good}.{}", parts[2]), malformed),
        (
            format!("{}.{}.{}=", parts[0], parts[1], parts[2]),
            malformed,
        ),
        ("a".to_owned(), malformed),
        (
            format!("{}.{}.{}", base64url(b"[]"), parts[1], parts[2]),
            malformed,
        ),
        (
            format!("{}{good}", "a".repeat(16 * 1024)),
            "the token is too long",
        ),
    ];
    for (token, reason) in cases {
        assert_eq!(
            admitted(&gate, &token).await.unwrap_err(),
            Refusal::InvalidToken(reason),
            "{}",
            &token[..token.len().min(400)]
        );
    }
    assert!(admitted(&gate, &good).await.is_ok());
}

#[tokio::test]
async fn attacks_on_the_claims() {
    let signer = Signer::ed25519("k1");
    let gate = gate(vec![recogniser(source(&[&signer]))]);
    let issuer = "the token's issuer is not accepted";
    let audience = "the token is for another audience";
    let claim = "the token lacks a claim that is required";
    let kind = "a claim of the token is of another type than the gateway expects";
    let date = "a date of the token is not a number";
    let cases = [
        (json!({ "iss": null }), issuer),
        (json!({ "iss": "https://login.example.com" }), issuer),
        (json!({ "iss": "https://LOGIN.example.com/" }), issuer),
        (json!({ "iss": [ISSUER] }), issuer),
        (json!({ "aud": null }), audience),
        (json!({ "aud": "acme" }), audience),
        (json!({ "aud": "acme-tools2" }), audience),
        (json!({ "aud": [] }), audience),
        (json!({ "aud": [["acme-tools"]] }), audience),
        (
            json!({ "exp": null }),
            "the token never expires: it has no `exp`",
        ),
        (json!({ "exp": "1900000000" }), date),
        (json!({ "exp": -1 }), date),
        (json!({ "exp": NOW }), "the token has expired"),
        (json!({ "exp": 0 }), "the token has expired"),
        (json!({ "nbf": NOW + 1 }), "the token is not valid yet"),
        (json!({ "nbf": "soon" }), date),
        (
            json!({ "iat": NOW + 301 }),
            "the token was issued in the future",
        ),
        (json!({ "department": null }), claim),
        (json!({ "department": "sales,support" }), claim),
        (json!({ "department": "Sales" }), claim),
        (json!({ "department": { "sales": true } }), claim),
        (json!({ "department": ["sales"] }), kind),
        (json!({ "account": { "level": "3" } }), kind),
        (json!({ "account": { "level": 3.5 } }), kind),
    ];
    for (changes, reason) in cases {
        let token = signer.token(&claims(&changes));
        assert_eq!(
            admitted(&gate, &token).await.unwrap_err(),
            Refusal::InvalidToken(reason),
            "{changes}"
        );
    }
    for changes in [
        json!({ "aud": "acme-tools" }),
        json!({ "exp": NOW + 1 }),
        json!({ "exp": 1_800_000_000.5 }),
        json!({ "nbf": NOW }),
        json!({ "iat": NOW + 300 }),
        json!({ "iat": null, "sub": null, "scope": null }),
    ] {
        let token = signer.token(&claims(&changes));
        assert!(admitted(&gate, &token).await.is_ok(), "{changes}");
    }
}

/// Each against a small independent reading of the same rule.
#[test]
fn required_claims_hold_all_or_any() {
    let required = |all, separator| RequiredClaim {
        name: "/realm/groups",
        values: &["a", "b"],
        all,
        separator,
    };
    let rules = |claim: RequiredClaim| -> &'static TokenRules {
        let required_claims: &'static [RequiredClaim] = Box::leak(Box::new([claim]));
        Box::leak(Box::new(TokenRules {
            required_claims,
            claims: &[],
            ..RULES
        }))
    };
    for (groups, separator, any, all) in [
        (json!("a"), None, true, false),
        (json!("a b"), None, false, false),
        (json!("a b"), Some(" "), true, true),
        (json!("c b"), Some(" "), true, false),
        (json!(["a", "b", 3]), None, true, true),
        (json!(["c"]), None, false, false),
        (json!([]), None, false, false),
        (json!(null), None, false, false),
    ] {
        for (each, holds) in [(false, any), (true, all)] {
            let claims = claims(&json!({ "realm": { "groups": groups } }));
            let result = crate::auth::claims::principal(
                "staff",
                rules(required(each, separator)),
                (&expected(), Demands::ALL),
                &claims,
                NOW,
            );
            assert_eq!(result.is_ok(), holds, "{groups} {separator:?} {each}");
        }
    }
}

#[test]
fn clients_skew_and_other_places_of_scopes() {
    static TENANT: TokenRules = TokenRules {
        clock_skew: std::time::Duration::from_mins(1),
        roles_claim: "/realm_access/roles",
        required_claims: &[],
        claims: &[],
        ..RULES
    };
    let expected = Expected {
        client_applications: vec!["desk".into()],
        ..expected()
    };
    let read = |changes: Value| {
        let claims = claims(&changes);
        crate::auth::claims::principal("tenant", &TENANT, (&expected, Demands::ALL), &claims, NOW)
    };
    for (name, accepted) in [
        ("client_id", true),
        ("azp", true),
        ("appid", true),
        ("cid", false),
    ] {
        let outcome = read(json!({ "client_id": null }));
        assert!(outcome.is_err());
        let mut changes = json!({ "client_id": null });
        changes[name] = json!("desk");
        assert_eq!(read(changes).is_ok(), accepted, "{name}");
    }
    assert!(read(json!({ "client_id": "other", "azp": "desk" })).is_err());
    assert!(read(json!({ "exp": NOW - 60 })).is_err());
    let late = read(json!({ "exp": NOW - 59, "nbf": NOW + 60 })).unwrap();
    assert_eq!(late.expires_at(), Some(NOW + 1));
    let entra = read(json!({ "scope": null, "scp": "a b", "realm_access": { "roles": ["r"] } }));
    let entra = entra.unwrap();
    assert!(entra.has_scope("a") && entra.has_scope("b") && entra.has_role("r"));
    let list = read(json!({ "scope": ["a", "b c"] })).unwrap();
    assert!(list.has_scope("b c") && !list.has_scope("b"));
}

#[test]
fn key_sets() {
    let signer = Signer::ed25519("k1");
    let weak = json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "k1" });
    let set = |keys: Vec<Value>| json!({ "keys": keys }).to_string();
    let read = |text: String| KeySet::read(text.as_bytes()).map(|set| set.len());
    assert_eq!(read(set(vec![signer.jwk.clone(), weak.clone()])), Ok(1));
    let mut changed = Vec::new();
    for (name, value) in [
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("alg", json!("HS256")),
        ("crv", json!("Ed448")),
        ("x", json!("AAAA")),
    ] {
        let mut jwk = signer.jwk.clone();
        jwk[name] = value;
        changed.push(jwk);
    }
    changed.push(weak);
    assert!(
        read(set(changed)).is_err(),
        "none of them is for signatures"
    );
    for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[1,null]}"#] {
        assert!(read(text.to_owned()).is_err(), "{text}");
    }
    let many: Vec<Value> = (0..1000).map(|_| signer.jwk.clone()).collect();
    assert_eq!(read(set(many)), Ok(64));
    assert_eq!(KeySet::read(&key_set(&[&signer])).unwrap().len(), 1);
}
