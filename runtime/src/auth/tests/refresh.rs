//! Keys that change, providers that are away: on a clock that the tests advance.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, advance, sleep};

use super::issuer::{Signer, claims, key_set};
use super::*;

/// A provider whose answer the test decides, and how often it was asked.
#[derive(Clone)]
struct Provider {
    answer: Arc<Mutex<Result<Vec<u8>, String>>>,
    asked: Arc<AtomicUsize>,
    delay: Duration,
}

impl Provider {
    fn new(answer: Result<Vec<u8>, String>, delay: Duration) -> Self {
        Self {
            answer: Arc::new(Mutex::new(answer)),
            asked: Arc::default(),
            delay,
        }
    }

    fn answers(&self, answer: Result<Vec<u8>, String>) {
        *self.answer.lock().unwrap() = answer;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// A source that asks it, kept by a task.
    fn source(&self) -> Arc<KeySource> {
        let provider = self.clone();
        let source = Arc::new(KeySource::new(
            "staff",
            ISSUER,
            Box::new(move || {
                let provider = provider.clone();
                Box::pin(async move {
                    provider.asked.fetch_add(1, Ordering::SeqCst);
                    sleep(provider.delay).await;
                    provider.answer.lock().unwrap().clone()
                })
            }),
        ));
        tokio::spawn(Arc::clone(&source).keep());
        source
    }
}

const UNAVAILABLE: Result<(), Refusal> = Err(Refusal::Unavailable);
const UNKNOWN: &str = "the token is signed by a key that its issuer does not have";

async fn outcome(gate: &Gate, token: &str) -> Result<(), Refusal> {
    admitted(gate, token).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_found_at_once_and_floods_cause_one_fetch_in_five_minutes() {
    let (old, new) = (Signer::ed25519("old"), Signer::ed25519("new"));
    let provider = Provider::new(Ok(key_set(&[&old])), Duration::from_millis(10));
    let gate = Arc::new(gate(vec![recogniser(provider.source())]));
    let token = old.token(&claims(&json!({})));
    // The very first request waits for the first fetch.
    tokio::task::yield_now().await;
    assert_eq!(outcome(&gate, &token).await, Ok(()));
    assert_eq!(provider.asked(), 1);
    advance(Duration::from_secs(301)).await;
    provider.answers(Ok(key_set(&[&old, &new])));
    let rotated = new.token(&claims(&json!({})));
    let requests: Vec<_> = (0..1000)
        .map(|_| {
            let (gate, rotated) = (Arc::clone(&gate), rotated.clone());
            tokio::spawn(async move { outcome(&gate, &rotated).await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), Ok(()));
    }
    assert_eq!(provider.asked(), 2);
    // Made-up keys: refused without a fetch, and without waiting.
    let began = Instant::now();
    for number in 0..100 {
        let forged = Signer::ed25519(&format!("forged-{number}")).token(&claims(&json!({})));
        assert_eq!(
            outcome(&gate, &forged).await,
            Err(Refusal::InvalidToken(UNKNOWN))
        );
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(provider.asked(), 2);
    advance(Duration::from_secs(301)).await;
    let forged = Signer::ed25519("forged").token(&claims(&json!({})));
    assert_eq!(
        outcome(&gate, &forged).await,
        Err(Refusal::InvalidToken(UNKNOWN))
    );
    assert_eq!(provider.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_withdrawn_is_not_remembered() {
    let (stolen, new) = (Signer::ed25519("stolen"), Signer::ed25519("new"));
    let provider = Provider::new(Ok(key_set(&[&stolen, &new])), Duration::ZERO);
    let gate = gate(vec![recogniser(provider.source())]);
    let token = stolen.token(&claims(&json!({})));
    sleep(Duration::from_millis(1)).await;
    assert_eq!(outcome(&gate, &token).await, Ok(()));
    provider.answers(Ok(key_set(&[&new])));
    sleep(Duration::from_secs(3601)).await;
    assert_eq!(provider.asked(), 2);
    assert_eq!(
        outcome(&gate, &token).await,
        Err(Refusal::InvalidToken(UNKNOWN))
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_provider_nobody_is_admitted_until_it_is_there() {
    let signer = Signer::ed25519("k1");
    let provider = Provider::new(Err("connection refused".into()), Duration::ZERO);
    let gate = gate(vec![recogniser(provider.source())]);
    let token = signer.token(&claims(&json!({})));
    sleep(Duration::from_millis(1)).await;
    assert_eq!(outcome(&gate, &token).await, UNAVAILABLE);
    // Asked again after 1, 2, 4, 8, 16 and 32 seconds, then each minute.
    sleep(Duration::from_mins(10)).await;
    let asked = provider.asked();
    assert!((14..=17).contains(&asked), "{asked}");
    provider.answers(Ok(key_set(&[&signer])));
    sleep(Duration::from_mins(1)).await;
    assert_eq!(outcome(&gate, &token).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn a_slow_provider_holds_a_request_for_five_seconds() {
    let signer = Signer::ed25519("k1");
    let provider = Provider::new(Ok(key_set(&[&signer])), Duration::from_secs(8));
    let gate = gate(vec![recogniser(provider.source())]);
    let token = signer.token(&claims(&json!({})));
    tokio::task::yield_now().await;
    let began = Instant::now();
    assert_eq!(outcome(&gate, &token).await, UNAVAILABLE);
    assert_eq!(began.elapsed(), Duration::from_secs(5));
    assert_eq!(outcome(&gate, &token).await, Ok(()));
    assert_eq!(provider.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_keys_hold_for_a_day_without_their_provider() {
    let signer = Signer::ed25519("k1");
    let provider = Provider::new(Ok(key_set(&[&signer])), Duration::ZERO);
    let gate = gate(vec![recogniser(provider.source())]);
    let token = signer.token(&claims(&json!({ "exp": super::NOW + 600 })));
    sleep(Duration::from_millis(1)).await;
    for broken in [Err("gone".to_owned()), Ok(b"<html>".to_vec())] {
        provider.answers(broken);
        sleep(Duration::from_hours(11)).await;
        assert_eq!(outcome(&gate, &token).await, Ok(()));
    }
    sleep(Duration::from_hours(3)).await;
    assert_eq!(outcome(&gate, &token).await, UNAVAILABLE);
    provider.answers(Ok(key_set(&[&signer])));
    sleep(Duration::from_secs(61)).await;
    assert_eq!(outcome(&gate, &token).await, Ok(()));
}
