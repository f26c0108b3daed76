//! What authorizers may answer, and what comes of it.

use super::*;

/// What comes of an answer: where calls are refused while there is none, and where they are allowed.
async fn outcomes(protocol: Protocol, status: u16, body: &str) -> [Option<Reason>; 2] {
    let stub = Stub::start("").await;
    stub.answers(status, body);
    let mut outcomes = [None, None];
    for (outcome, allow_on_failure) in outcomes.iter_mut().zip([false, true]) {
        let fixture = Fixture::new(vec![Authorizer {
            allow_on_failure,
            ..authorizer(protocol, &stub)
        }]);
        *outcome = reason(match protocol {
            Protocol::OpenFga { .. } => fixture.relates("user:ann", "tool:a").await,
            Protocol::Opa { .. } | Protocol::AuthZen => fixture.ask("ann").await,
        });
    }
    assert_eq!(stub.asked(), 2);
    outcomes
}

const ALLOWED: [Option<Reason>; 2] = [None, None];
const DENIED: [Option<Reason>; 2] = [Some(Reason::Denied), Some(Reason::Denied)];
const UNANSWERED: [Option<Reason>; 2] = [Some(Reason::NoDecision), None];
/// The authorizer is there, and does not take the question.
const NOT_TAKEN: [Option<Reason>; 2] = [Some(Reason::NoDecision), Some(Reason::NoDecision)];

#[tokio::test]
async fn open_policy_agent_decides_by_true_or_by_a_member() {
    for (body, expected) in [
        ("{\"result\":true}", ALLOWED),
        (
            "{\"decision_id\":\"1\",\"result\":{\"allow\":true}}",
            ALLOWED,
        ),
        ("{\"result\":false}", DENIED),
        ("{\"result\":{\"allow\":false,\"reason\":\"no\"}}", DENIED),
        // Not defined for this input.
        ("{}", DENIED),
        ("{\"result\":{}}", DENIED),
        ("{\"result\":{\"other\":true}}", DENIED),
        ("{\"result\":\"true\"}", UNANSWERED),
        ("{\"result\":null}", UNANSWERED),
        ("{\"result\":1}", UNANSWERED),
        ("{\"result\":{\"allow\":\"yes\"}}", UNANSWERED),
        ("{\"result\":[true]}", UNANSWERED),
        ("true", UNANSWERED),
        ("{\"result\":true", UNANSWERED),
        ("<html>", UNANSWERED),
        ("", UNANSWERED),
    ] {
        assert_eq!(outcomes(OPA, 200, body).await, expected, "{body}");
    }
    let named = Protocol::Opa {
        decision: "permit",
        forward_reason: false,
    };
    let permit = "{\"result\":{\"permit\":true,\"allow\":false}}";
    assert_eq!(outcomes(named, 200, permit).await, ALLOWED);
}

#[tokio::test]
async fn authzen_and_openfga_decide_by_one_member() {
    for (protocol, member) in [(Protocol::AuthZen, "decision"), (OPENFGA, "allowed")] {
        for (value, expected) in [
            ("true", ALLOWED),
            ("false", DENIED),
            ("\"true\"", UNANSWERED),
            ("null", UNANSWERED),
        ] {
            let body = format!("{{\"{member}\":{value},\"context\":{{}}}}");
            assert_eq!(outcomes(protocol, 200, &body).await, expected, "{body}");
        }
        assert_eq!(outcomes(protocol, 200, "{}").await, UNANSWERED);
        assert_eq!(
            outcomes(protocol, 200, "{\"result\":true}").await,
            UNANSWERED
        );
    }
}

#[tokio::test]
async fn only_status_200_decides_and_what_is_not_taken_is_refused() {
    let allow = "{\"result\":true}";
    for (status, expected) in [
        (500, UNANSWERED),
        (503, UNANSWERED),
        (429, UNANSWERED),
        (408, UNANSWERED),
        (400, NOT_TAKEN),
        (401, NOT_TAKEN),
        (403, NOT_TAKEN),
        (404, NOT_TAKEN),
        (201, NOT_TAKEN),
    ] {
        assert_eq!(outcomes(OPA, status, allow).await, expected, "{status}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Stub::start("{\"result\":true}").await;
    assert_eq!(outcomes(OPA, 307, &other.url).await, NOT_TAKEN);
    assert_eq!(other.asked(), 0);
}

#[tokio::test]
async fn an_answer_without_end_is_none() {
    let body = format!("{{\"result\":true,\"pad\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(outcomes(OPA, 200, &body).await, UNANSWERED);
}

#[tokio::test]
async fn nobody_waits_for_an_authorizer_that_is_slow_or_gone() {
    let slow = Stub::slow("{\"result\":true}", Duration::from_mins(10)).await;
    let gone = slow.at("http://127.0.0.1:1/decide");
    for stub in [&slow, &gone] {
        for (cache, allow_on_failure) in [(0, false), (60, false), (0, true)] {
            let fixture = Fixture::new(vec![Authorizer {
                timeout: Duration::from_millis(50),
                cache: Duration::from_secs(cache),
                allow_on_failure,
                ..authorizer(OPA, stub)
            }]);
            let outcome = fixture.ask("ann").await;
            if allow_on_failure {
                assert_eq!(outcome, Ok(()));
            } else {
                let refusal = outcome.unwrap_err();
                assert_eq!(refusal.reason, Reason::NoDecision);
                let text = refusal.to_string();
                assert!(text.ends_with("Try again in 5 seconds."), "{text}");
                assert!(!text.contains("127.0.0.1"), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn reasons_are_told_where_that_is_declared() {
    let deny = |reason: &str| {
        let reason = serde_json::Value::from(reason);
        format!("{{\"result\":{{\"allow\":false,\"reason\":{reason}}}}}")
    };
    let stub = Stub::start("").await;
    let told = Protocol::Opa {
        decision: "allow",
        forward_reason: true,
    };
    let fixture = Fixture::new(vec![authorizer(told, &stub)]);
    let silent = Fixture::new(vec![authorizer(OPA, &stub)]);
    let long = "x".repeat(1000);
    for (reason, expected) in [
        ("Only keepers.", "Only keepers.".to_owned()),
        ("two\nlines", "two lines".to_owned()),
        (&long, "x".repeat(300)),
    ] {
        stub.answers(200, &deny(reason));
        let text = fixture.ask("ann").await.unwrap_err().to_string();
        assert_eq!(text, format!("This call is not allowed: {expected}"));
        let text = silent.ask("ann").await.unwrap_err().to_string();
        let alone =
            "This call is not allowed: the service that decides about such calls refuses it.";
        assert_eq!(text, alone);
    }
    stub.answers(200, &deny(" "));
    let text = fixture.ask("ann").await.unwrap_err().to_string();
    assert!(text.contains("refuses it"), "{text}");
}
