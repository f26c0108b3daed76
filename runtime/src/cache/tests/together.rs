//! Many calls at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;

use super::{Gateway, OWN, Served, WRITING, answer, call, consumer, nobody, said};
use crate::upstream::tests::stub::Stub;

/// What answers wait for.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let shut = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(shut, |open| !*open).unwrap());
    }
}

/// Waits for something that other tasks bring about.
async fn until(what: impl Fn() -> bool) {
    let wait = async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .expect("in time");
}

impl Gateway {
    /// Begins calls at once, and waits until all of them wait for an answer.
    async fn begin(&self, count: usize, calls: &mut JoinSet<(String, Option<Served>)>) {
        let before = self.shared.cache.flights.calls();
        for _ in 0..count {
            let shared = Arc::clone(&self.shared);
            calls.spawn(async move {
                let (result, served) = call(&shared, OWN, &nobody(), "a").await;
                (said(&result), served)
            });
        }
        until(|| self.shared.cache.flights.calls() == before + count).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_callers_make_one_request() {
    let gate = Gate::default();
    let shut = gate.clone();
    let gateway = Gateway::new(Stub::new(move |_, _| {
        shut.pass();
        answer("200 OK", "", "1")
    }));
    let mut calls = JoinSet::new();
    gateway.begin(100, &mut calls).await;
    gate.open();
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|(said, _)| said == "1"));
    let misses = answers
        .iter()
        .filter(|(_, served)| *served == Some(Served::Miss));
    assert_eq!((misses.count(), gateway.requests()), (1, 1));
    assert_eq!(gateway.shared.cache.flights.calls(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_of_different_principals_share_no_request() {
    let gateway = Gateway::counting("200 OK", "");
    let mut calls = JoinSet::new();
    for name in ["a", "b", "c"] {
        let shared = Arc::clone(&gateway.shared);
        calls.spawn(async move { said(&call(&shared, OWN, &consumer(name), "a").await.0) });
    }
    let mut answers = calls.join_all().await;
    answers.sort();
    assert_eq!(answers, ["1", "2", "3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_that_of_all_who_waited_and_of_nobody_else() {
    let gate = Gate::default();
    let shut = gate.clone();
    let gateway = Gateway::new(Stub::new(move |_, _| {
        shut.pass();
        answer("500 No", "", "")
    }));
    let mut calls = JoinSet::new();
    gateway.begin(10, &mut calls).await;
    gate.open();
    for (said, served) in calls.join_all().await {
        assert!(said.contains("500"), "{said}");
        assert_eq!(served, Some(Served::Miss));
    }
    assert_eq!(gateway.requests(), 1);
    gateway.call(OWN, &nobody(), "a").await;
    assert_eq!(gateway.requests(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_hands_the_request_over() {
    let (gate, first) = (Gate::default(), AtomicBool::new(true));
    let shut = gate.clone();
    let gateway = Gateway::new(Stub::new(move |_, _| {
        if first.swap(false, Ordering::SeqCst) {
            shut.pass();
        }
        answer("200 OK", "", "1")
    }));
    let mut leaders = JoinSet::new();
    gateway.begin(1, &mut leaders).await;
    until(|| gateway.requests() == 1).await;
    let mut calls = JoinSet::new();
    gateway.begin(5, &mut calls).await;
    leaders.shutdown().await;
    let answers = calls.join_all().await;
    assert!(answers.iter().all(|(said, _)| said == "1"));
    assert_eq!(gateway.requests(), 2);
    assert_eq!(gateway.shared.cache.flights.calls(), 0);
    gate.open();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_untrue_before_it_comes_is_told_to_nobody_after() {
    let (gate, reads) = (Gate::default(), AtomicUsize::new(0));
    let shut = gate.clone();
    let gateway = Gateway::new(Stub::new(move |line, _| {
        if line.starts_with("POST") {
            return answer("200 OK", "", "0");
        }
        let number = reads.fetch_add(1, Ordering::SeqCst) + 1;
        if number == 1 {
            shut.pass();
        }
        answer("200 OK", "", &number.to_string())
    }));
    let mut calls = JoinSet::new();
    gateway.begin(1, &mut calls).await;
    until(|| gateway.requests() == 1).await;
    gateway.call(WRITING, &nobody(), "").await;
    // Whoever writes and then reads sees what it wrote, though an older request is still on its way.
    assert_eq!(gateway.call(OWN, &nobody(), "a").await.0, "2");
    gate.open();
    assert_eq!(calls.join_all().await[0].0, "1");
    assert_eq!(
        gateway.call(OWN, &nobody(), "a").await,
        ("2".to_owned(), Some(Served::Hit))
    );
}
