//! Several issuers of one identity, and how old their tokens may be.

use std::collections::BTreeMap;
use std::time::Duration;

use jsonwebtoken::Header;
use serde_json::{Value, json};

use super::issuer::{ISSUER, NOW, Signer, claims};
use super::*;
use crate::auth::claims::Demands;
use crate::auth::metadata;
use crate::auth::metadata::PublicUrl;
use crate::description::{KeySource as Source, Part, Provider};
use crate::environment::Environment;

const OTHER: &str = "https://other.example.com/";

/// A gate that trusts both issuers, each with the key of one signer.
fn both(first: &Signer, second: &Signer) -> (Gate, [Arc<KeySource>; 2]) {
    let keys = [source(&[first]), source(&[second])];
    let recogniser = Arc::new(Recogniser::Token(TokenRecogniser {
        name: "staff",
        jwt: &JWT,
        expected: Expected {
            issuers: vec![vec![ISSUER.into()], vec![OTHER.into()]],
            ..expected()
        },
        scope_prefix: String::new(),
        decryption: ArcSwap::default(),
        keys: keys.to_vec(),
    }));
    (gate(vec![recogniser]), keys)
}

fn of(issuer: &str) -> Value {
    claims(&json!({ "iss": issuer }))
}

#[tokio::test]
async fn no_issuer_speaks_for_another() {
    // The same name of a key at both: nothing but the issuer tells them apart.
    let (first, second) = (Signer::ed25519("k1"), Signer::ed25519("k1"));
    let (gate, _) = both(&first, &second);
    for (signer, issuer, accepted) in [
        (&first, ISSUER, true),
        (&second, OTHER, true),
        (&first, OTHER, false),
        (&second, ISSUER, false),
    ] {
        let outcome = admitted(&gate, &signer.token(&of(issuer))).await;
        match (outcome, accepted) {
            (Ok(principal), true) => assert_eq!(principal.issuer(), Some(issuer)),
            (Err(refusal), false) => assert_eq!(
                refusal,
                Refusal::InvalidToken("the token's signature is wrong")
            ),
            (outcome, _) => panic!("{issuer}: {outcome:?}"),
        }
    }
    // Nor does a token without the name of its key get tried against all that there are.
    let unnamed = first.token_with(&Header::new(first.algorithm), &of(OTHER));
    assert!(admitted(&gate, &unnamed).await.is_err());
    let stranger = first.token(&of("https://third.example.com/"));
    assert_eq!(
        admitted(&gate, &stranger).await.unwrap_err(),
        Refusal::InvalidToken("the token's issuer is not accepted")
    );
}

#[tokio::test]
async fn an_issuer_without_keys_leaves_the_others_alone() {
    let (first, second) = (Signer::ed25519("k1"), Signer::ed25519("k2"));
    let (gate, [ours, theirs]) = both(&first, &second);
    let (mine, other) = (first.token(&of(ISSUER)), second.token(&of(OTHER)));
    assert!(admitted(&gate, &other).await.is_ok());
    theirs.set(None);
    // What was remembered with the old keys counts no longer.
    assert_eq!(
        admitted(&gate, &other).await.unwrap_err(),
        Refusal::Unavailable
    );
    assert!(admitted(&gate, &mine).await.is_ok());
    ours.set(None);
    assert_eq!(
        admitted(&gate, &mine).await.unwrap_err(),
        Refusal::Unavailable
    );
}

#[test]
fn clients_are_told_of_all_issuers() {
    let signer = Signer::ed25519("k1");
    let (gate, _) = both(&signer, &signer);
    let url = PublicUrl::parse("https://gw.example.com");
    let recognisers = gate.recognisers.iter().map(|recogniser| &**recogniser);
    let server = &requests::SERVER;
    let document = metadata::document(server, &ACCESS, &url, recognisers);
    assert_eq!(document["authorization_servers"], json!([ISSUER, OTHER]));
}

#[test]
fn one_issuer_under_two_names_is_refused_at_the_start() {
    const PROVIDER: Provider = Provider {
        issuers: &[&[Part::Literal(ISSUER)]],
        key_source: Source::Discovery,
    };
    static TWICE: Jwt = Jwt {
        providers: &[PROVIDER, PROVIDER],
        ..JWT
    };
    static ONCE: Jwt = Jwt {
        providers: &[PROVIDER],
        ..JWT
    };
    let environment =
        Environment::resolve(&products::DESCRIPTION, &|_| None, &BTreeMap::new()).unwrap();
    let start = |jwt| crate::auth::recogniser::token_recogniser("staff", jwt, &environment);
    let problems = start(&TWICE).unwrap_err();
    assert_eq!(
        problems,
        ["two issuers of the identity `staff` are the same: whose keys count would be open"]
    );
    assert!(start(&ONCE).is_ok());
}

#[test]
fn tokens_of_a_certain_age() {
    fn rules(skew: u64, max_age: u64) -> &'static TokenRules {
        Box::leak(Box::new(TokenRules {
            clock_skew: Duration::from_secs(skew),
            max_age: Some(Duration::from_secs(max_age)),
            required_claims: &[],
            claims: &[],
            ..RULES
        }))
    }
    let read = |rules: &'static TokenRules, changes: &Value| {
        let claims = claims(changes);
        crate::auth::claims::principal("staff", rules, (&expected(), Demands::ALL), &claims, NOW)
    };
    let old = "the token was issued too long ago";
    // How old the token is, the skew, how old it may be.
    for (age, skew, max_age, accepted) in [
        (0, 0, 60, true),
        (60, 0, 60, true),
        (61, 0, 60, false),
        (70, 10, 60, true),
        (71, 10, 60, false),
        (1, 0, 1, true),
        (2, 0, 1, false),
    ] {
        let issued = NOW - age;
        let outcome = read(rules(skew, max_age), &json!({ "iat": issued }));
        match (outcome, accepted) {
            // The gate forgets it in the first second in which it is too old.
            (Ok(principal), true) => {
                assert_eq!(
                    principal.expires_at(),
                    Some(issued + max_age + skew + 1),
                    "{age}"
                );
            }
            (outcome, _) => {
                assert!(!accepted, "{age} {skew} {max_age}");
                assert_eq!(outcome.unwrap_err(), old);
            }
        }
    }
    // `exp` counts beside it, and the end that comes first.
    let rules = rules(0, 3600);
    let short = read(rules, &json!({ "iat": NOW, "exp": NOW + 5 })).unwrap();
    assert_eq!(short.expires_at(), Some(NOW + 5));
    let fraction = f64::from(u32::try_from(NOW).unwrap()) - 3599.5;
    let fraction = read(rules, &json!({ "iat": fraction })).unwrap();
    assert_eq!(fraction.expires_at(), Some(NOW + 1));
    assert_eq!(
        read(rules, &json!({ "iat": NOW, "exp": NOW })).unwrap_err(),
        "the token has expired"
    );
    assert_eq!(
        read(rules, &json!({ "iat": null })).unwrap_err(),
        "the token does not say when it was issued: it has no `iat`"
    );
    // Not even a token from the future is younger than it can be.
    assert_eq!(
        read(rules, &json!({ "iat": NOW + 301 })).unwrap_err(),
        "the token was issued in the future"
    );
}
