//! Tokens that only their provider can read: what it may answer, how often it is asked, and what happens
//! when it does not answer.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::issuer::ISSUER;
use super::*;
use crate::auth::introspection::Introspection;
use crate::description::{self, Credential, Part};
use crate::environment::Environment;

/// A provider whose answer the test decides. It remembers what it was asked.
#[derive(Clone)]
struct Provider {
    answer: Arc<Mutex<(u16, String)>>,
    questions: Arc<Mutex<Vec<String>>>,
    /// How many are being answered, and how many were at most.
    at_once: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    delay: Duration,
    url: &'static str,
}

impl Provider {
    async fn start(delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/introspect", listener.local_addr().unwrap());
        let provider = Self {
            answer: Arc::new(Mutex::new((200, active(&json!({}))))),
            questions: Arc::default(),
            at_once: Arc::default(),
            most: Arc::default(),
            delay,
            url: url.leak(),
        };
        let served = provider.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = served.clone();
                tokio::spawn(async move { served.serve(stream).await });
            }
        });
        provider
    }

    async fn serve(self, mut stream: tokio::net::TcpStream) -> Option<()> {
        let mut text = Vec::new();
        loop {
            if stream.read_buf(&mut text).await.ok()? == 0 {
                return None;
            }
            let read = String::from_utf8(text.clone()).unwrap();
            let Some((head, body)) = read.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))?;
            if body.len() < length.parse().ok()? {
                continue;
            }
            self.questions.lock().unwrap().push(read);
            let running = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(running, Ordering::SeqCst);
            tokio::time::sleep(self.delay).await;
            self.at_once.fetch_sub(1, Ordering::SeqCst);
            let (status, body) = self.answer.lock().unwrap().clone();
            let answer = format!(
                "HTTP/1.1 {status} Any\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.ok()?;
            text.clear();
        }
    }

    fn answers(&self, status: u16, body: String) {
        *self.answer.lock().unwrap() = (status, body);
    }

    fn asked(&self) -> usize {
        self.questions.lock().unwrap().len()
    }

    fn gate(&self, audience_optional: bool) -> Gate {
        let described: &'static description::Introspection =
            Box::leak(Box::new(description::Introspection {
                rules: RULES,
                issuer: &[Part::Literal(ISSUER)],
                url: Box::leak(Box::new([Part::Literal(self.url)])),
                credential: Credential::Basic(
                    &[Part::Literal("gate way")],
                    &[Part::Literal("a:b%c+d")],
                ),
                audience_optional,
                cache: Duration::from_mins(1),
                timeout: Duration::from_secs(2),
            }));
        let environment =
            Environment::resolve(&products::DESCRIPTION, &|_| None, &BTreeMap::new()).unwrap();
        let rules = (expected(), String::new());
        let introspection = Introspection::new("opaque", described, rules, &environment).unwrap();
        gate(vec![Arc::new(Recogniser::Introspection(Box::new(
            introspection,
        )))])
    }
}

/// An answer about a good token, with changes.
fn active(changes: &Value) -> String {
    let mut claims = issuer::claims(changes);
    claims["active"] = changes.get("active").cloned().unwrap_or(json!(true));
    claims.to_string()
}

#[tokio::test]
async fn what_a_provider_may_answer() {
    let provider = Provider::start(Duration::ZERO).await;
    let (gate, lenient) = (provider.gate(false), provider.gate(true));
    let principal = admitted(&gate, "opaque~1+/=").await.unwrap();
    assert_eq!(principal.identity(), "opaque");
    assert_eq!(principal.subject(), Some("user-7"));
    assert_eq!(principal.client_id(), Some("desk"));
    assert!(principal.has_scope("pets.list") && principal.has_role("clerk"));
    let question = provider.questions.lock().unwrap().first().unwrap().clone();
    assert!(
        question.starts_with("POST /introspect HTTP/1.1\r\n"),
        "{question}"
    );
    assert!(
        question.ends_with("\r\n\r\ntoken=opaque~1%2B%2F%3D&token_type_hint=access_token"),
        "{question}"
    );
    // base64 of `gate%20way:a%3Ab%25c%2Bd`, by another program.
    let authorization = "authorization: Basic Z2F0ZSUyMHdheTphJTNBYiUyNWMlMkJk\r\n";
    assert!(question.contains(authorization), "{question}");

    let inactive = "the token is not active";
    let audience = "the token is for another audience";
    let bearer = "the token is not a bearer token";
    let mut number = 0;
    for (changes, strict, without) in [
        (json!({ "active": false }), Err(inactive), Err(inactive)),
        (json!({ "active": "true" }), Err(inactive), Err(inactive)),
        (json!({ "active": 1 }), Err(inactive), Err(inactive)),
        (json!({ "aud": null }), Err(audience), Ok(())),
        (json!({ "aud": "others" }), Err(audience), Err(audience)),
        (json!({ "aud": ["others", "acme-tools"] }), Ok(()), Ok(())),
        (json!({ "iss": null, "exp": null }), Ok(()), Ok(())),
        (
            json!({ "iss": "https://evil.example.com/" }),
            Err("the token's issuer is not accepted"),
            Err("the token's issuer is not accepted"),
        ),
        (
            json!({ "exp": NOW }),
            Err("the token has expired"),
            Err("the token has expired"),
        ),
        (
            json!({ "nbf": NOW + 1 }),
            Err("the token is not valid yet"),
            Err("the token is not valid yet"),
        ),
        (json!({ "token_type": "bearer" }), Ok(()), Ok(())),
        (json!({ "token_type": "DPoP" }), Err(bearer), Err(bearer)),
        (
            json!({ "token_type": "refresh_token" }),
            Err(bearer),
            Err(bearer),
        ),
        (
            json!({ "department": "legal" }),
            Err("the token lacks a claim that is required"),
            Err("the token lacks a claim that is required"),
        ),
    ] {
        provider.answers(200, active(&changes));
        number += 1;
        for (gate, outcome) in [(&gate, strict), (&lenient, without)] {
            let admitted = admitted(gate, &format!("token{number}")).await;
            let expected = outcome.map_err(Refusal::InvalidToken);
            assert_eq!(admitted.map(drop), expected, "{changes}");
        }
    }
}

#[tokio::test]
async fn answers_are_remembered_for_a_while() {
    let provider = Provider::start(Duration::ZERO).await;
    let gate = provider.gate(false);
    let at = async |token: &str, now: u64| gate.admit(&bearer(token), None, now).await.map(drop);
    let refused = Err(Refusal::InvalidToken("the token is not active"));
    assert_eq!(at("a", NOW).await, Ok(()));
    // From now on it is revoked: that is known a minute later, and not a moment after that.
    provider.answers(200, "{\"active\":false}".into());
    assert_eq!(at("a", NOW + 59).await, Ok(()));
    assert_eq!(provider.asked(), 1);
    assert_eq!(at("a", NOW + 60).await, refused);
    assert_eq!(at("a", NOW + 69).await, refused);
    assert_eq!(provider.asked(), 2);
    // A token that is not good yet may be so soon.
    provider.answers(200, active(&json!({ "exp": NOW + 75 })));
    assert_eq!(at("a", NOW + 70).await, Ok(()));
    assert_eq!(provider.asked(), 3);
    // No answer outlives its token.
    assert_eq!(at("a", NOW + 74).await, Ok(()));
    assert_eq!(provider.asked(), 3);
    assert_eq!(
        at("a", NOW + 75).await,
        Err(Refusal::InvalidToken("the token has expired"))
    );
    assert_eq!(provider.asked(), 4);
    // Another token is another question.
    assert_eq!(at("b", NOW).await, Ok(()));
    assert_eq!(provider.asked(), 5);
}

#[tokio::test]
async fn a_crowd_with_one_token_asks_once_and_a_crowd_of_tokens_not_all_at_once() {
    let provider = Provider::start(Duration::from_millis(50)).await;
    let gate = Arc::new(provider.gate(false));
    let crowd = async |token: fn(usize) -> String, size: usize| {
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..size {
            let gate = Arc::clone(&gate);
            tasks.spawn(async move { admitted(&gate, &token(number)).await.map(drop) });
        }
        tasks.join_all().await
    };
    let outcomes = crowd(|_| "same".to_owned(), 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(provider.asked(), 1);
    let outcomes = crowd(|number| format!("token{number}"), 100).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(provider.asked(), 101);
    let most = provider.most.load(Ordering::SeqCst);
    assert!((2..=32).contains(&most), "{most}");
}

#[tokio::test]
async fn without_an_answer_nobody_is_let_in_or_sent_to_log_in_again() {
    let provider = Provider::start(Duration::ZERO).await;
    let gate = provider.gate(false);
    let mut number = 0;
    for (status, body) in [
        (500, active(&json!({}))),
        // The gateway's own credential is wrong: no fault of the caller.
        (401, "{\"active\":false}".to_owned()),
        (302, active(&json!({}))),
        (200, "[]".to_owned()),
        (200, "{}".to_owned()),
        (200, "active".to_owned()),
        (
            200,
            format!("{{\"active\":true,\"pad\":\"{}\"}}", "x".repeat(70_000)),
        ),
    ] {
        provider.answers(status, body.clone());
        number += 1;
        let outcome = admitted(&gate, &format!("token{number}")).await.map(drop);
        assert_eq!(outcome, Err(Refusal::Unavailable), "{status} {body:.60}");
    }
    // For a second it is not asked again, then it is.
    provider.answers(200, active(&json!({})));
    let asked = provider.asked();
    let again = gate.admit(&bearer("token1"), None, NOW).await.map(drop);
    assert_eq!(again, Err(Refusal::Unavailable));
    assert_eq!(provider.asked(), asked);
    let later = gate.admit(&bearer("token1"), None, NOW + 1).await.map(drop);
    assert_eq!(later, Ok(()));

    // One that takes too long, and one that is not there.
    let slow = Provider::start(Duration::from_mins(1)).await;
    let outcome = admitted(&slow.gate(false), "a").await.map(drop);
    assert_eq!(outcome, Err(Refusal::Unavailable));
    let gone = Provider {
        url: "http://127.0.0.1:1/introspect",
        ..slow
    };
    let outcome = admitted(&gone.gate(false), "a").await.map(drop);
    assert_eq!(outcome, Err(Refusal::Unavailable));
}

#[tokio::test]
async fn beside_other_identities_it_is_asked_last_if_it_is_last() {
    let provider = Provider::start(Duration::ZERO).await;
    let signer = Signer::ed25519("k1");
    let opaque = provider.gate(false).recognisers;
    let all = opaque.into_iter();
    let gate = gate(
        std::iter::once(recogniser(source(&[&signer])))
            .chain(all)
            .collect(),
    );
    let token = signer.token(&issuer::claims(&json!({})));
    for _ in 0..2 {
        let principal = admitted(&gate, &token).await.unwrap();
        assert_eq!(principal.identity(), "staff");
    }
    assert_eq!(
        provider.asked(),
        0,
        "tokens of one provider are no business of another's"
    );
    assert_eq!(
        admitted(&gate, "opaque").await.unwrap().identity(),
        "opaque"
    );
    // What cannot be a token is not sent anywhere.
    let long = "a".repeat(16 * 1024 + 1);
    let outcome = admitted(&gate, &long).await.map(drop);
    assert_eq!(outcome, Err(Refusal::InvalidToken("the token is too long")));
    assert_eq!(provider.asked(), 1);
}
