//! What is remembered of decisions, in which order they are had, and what denied calls count for.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

#[tokio::test]
async fn a_decision_counts_for_its_time_and_for_nobody_else() {
    let stub = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![Authorizer {
        cache: Duration::from_secs(10),
        ..authorizer(OPA, &stub)
    }]);
    let at = |now: u64| fixture.now.store(now, Ordering::Relaxed);
    assert_eq!(fixture.ask("ann").await, Ok(()));
    stub.answers(200, "{\"result\":false}");
    at(9_999);
    assert_eq!(fixture.ask("ann").await, Ok(()));
    assert_eq!(stub.asked(), 1);
    // Whoever has another id, issuer, role or product asks anew.
    assert_eq!(reason(fixture.ask("bob").await), Some(Reason::Denied));
    assert_eq!(stub.asked(), 2);
    let others = [
        Principal {
            issuer: Some("https://other.example.com/".into()),
            ..user("ann")
        },
        Principal {
            roles: ["keeper".into()].into(),
            ..user("ann")
        },
        Principal {
            identity: "partners",
            ..user("ann")
        },
    ];
    for (position, other) in others.into_iter().enumerate() {
        let call = fixture.call(other);
        call.ask(0, None, &[], || {}).unwrap();
        assert_eq!(reason(settle(&call).await), Some(Reason::Denied));
        assert_eq!(stub.asked(), 3 + position);
    }
    let call = fixture.call(user("ann"));
    call.ask(0, None, &[("amount", b"1".to_vec())], || {})
        .unwrap();
    assert_eq!(reason(settle(&call).await), Some(Reason::Denied));
    let asked = stub.asked();
    at(10_000);
    assert_eq!(reason(fixture.ask("ann").await), Some(Reason::Denied));
    assert_eq!(stub.asked(), asked + 1);
    // A no is remembered as well.
    stub.answers(200, "{\"result\":true}");
    at(19_999);
    assert_eq!(reason(fixture.ask("ann").await), Some(Reason::Denied));
    assert_eq!(stub.asked(), asked + 1);
    at(20_000);
    assert_eq!(fixture.ask("ann").await, Ok(()));
}

#[tokio::test]
async fn what_is_no_decision_is_not_remembered() {
    let stub = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![Authorizer {
        cache: Duration::from_mins(1),
        ..authorizer(OPA, &stub)
    }]);
    stub.answers(503, "");
    assert_eq!(reason(fixture.ask("ann").await), Some(Reason::NoDecision));
    stub.answers(404, "");
    assert_eq!(reason(fixture.ask("ann").await), Some(Reason::NoDecision));
    stub.answers(200, "{\"result\":true}");
    assert_eq!(fixture.ask("ann").await, Ok(()));
    assert_eq!(stub.asked(), 3);
}

#[tokio::test]
async fn without_a_cache_each_call_asks_and_with_one_a_crowd_asks_once() {
    for (cache, asked) in [(0, 50), (60, 1)] {
        let stub = Stub::slow("{\"result\":true}", Duration::from_millis(20)).await;
        let fixture = Arc::new(Fixture::new(vec![Authorizer {
            cache: Duration::from_secs(cache),
            ..authorizer(OPA, &stub)
        }]));
        let mut crowd = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let fixture = Arc::clone(&fixture);
            crowd.spawn(async move { fixture.ask("ann").await });
        }
        for outcome in crowd.join_all().await {
            assert_eq!(outcome, Ok(()));
        }
        assert_eq!(stub.asked(), asked);
    }
}

#[tokio::test]
async fn the_first_denial_ends_the_call() {
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    let passed = || {
        PASSED.fetch_add(1, Ordering::SeqCst);
    };
    let first = Stub::start("{\"result\":true}").await;
    let second = Stub::start("{\"decision\":false}").await;
    let third = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![
        authorizer(OPA, &first),
        authorizer(Protocol::AuthZen, &second),
        authorizer(OPA, &third),
    ]);
    let ask = async || {
        let call = fixture.call(user("ann"));
        for position in 0..3 {
            call.ask(position, None, &[], passed).unwrap();
        }
        settle(&call).await
    };
    assert_eq!(reason(ask().await), Some(Reason::Denied));
    assert_eq!((first.asked(), second.asked(), third.asked()), (1, 1, 0));
    assert_eq!(PASSED.swap(0, Ordering::SeqCst), 1);
    second.answers(200, "{\"decision\":true}");
    assert_eq!(ask().await, Ok(()));
    assert_eq!((first.asked(), second.asked(), third.asked()), (2, 2, 1));
    assert_eq!(PASSED.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn what_is_denied_counts_for_no_limit() {
    let stub = Stub::start("{\"result\":false}").await;
    let fixture = Fixture::new(vec![authorizer(OPA, &stub)]);
    // The question is known before the limit is met, or after it, once the arguments are read.
    let call = async |late: bool| {
        let call = fixture.call(user("ann"));
        if late {
            call.defer();
        } else {
            call.ask(0, None, &[], || {})?;
        }
        call.limit(0, "everybody")?;
        if late {
            call.ask(0, None, &[], || {})?;
        }
        settle(&call).await
    };
    for late in [false, true].into_iter().cycle().take(10) {
        assert_eq!(reason(call(late).await), Some(Reason::Denied));
    }
    stub.answers(200, "{\"result\":true}");
    assert_eq!(call(true).await, Ok(()));
    assert_eq!(call(false).await, Ok(()));
    for late in [false, true] {
        assert_eq!(reason(call(late).await), Some(Reason::Rate));
    }
}

#[tokio::test]
async fn what_is_refused_before_anything_is_counted_is_not_asked_about() {
    let stub = Stub::start("{\"result\":true}").await;
    let fixture = Fixture::new(vec![authorizer(OPA, &stub)]);
    let call = fixture.call(user("ann"));
    call.ask(0, None, &[], || {}).unwrap();
    let refusal = Refusal::new(Reason::Condition, "No.");
    let result = call.refuse(&refusal).await;
    assert!(result.is_error);
    assert_eq!(stub.asked(), 0);
}
