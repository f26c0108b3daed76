//! Tests of policies notice policies that are wrong.

use gatewright_simulated::versions;

#[test]
fn the_right_version_passes() {
    let right = &versions()[0];
    for test in right.tests {
        assert_eq!(test(), Ok(()));
    }
}

#[test]
fn every_mistake_makes_a_test_fail() {
    let wrong = &versions()[1..];
    assert!(wrong.len() > 45);
    for version in wrong {
        let failed = version.tests.iter().filter(|test| test().is_err()).count();
        assert!(failed > 0, "no test notices that {}", version.mistake);
    }
}

/// What a failing test says: where it stands, what was expected, and what came.
#[test]
fn failures_say_what_was_expected_and_what_came() {
    let said = |mistake: &str| {
        let version = versions().iter().find(|version| version.mistake == mistake);
        let tests = version.map_or(&[][..], |version| version.tests);
        let failures = tests.iter().filter_map(|test| test().err());
        let said: Vec<_> = failures.map(|failure| failure.to_string()).collect();
        said.join("\n")
    };
    let limit = said("the gateway's limit is one more");
    for part in [
        "gateway.yaml:",
        "three calls a minute, step 2 of 5",
        "the call: expected `denied: rate_limit_exceeded`, came `allowed`",
        "what came: allowed, HTTP 200, `petstore` asked for GET /pets?limit=5",
    ] {
        assert!(limit.contains(part), "{part:?} is not in\n{limit}");
    }
    let header = said("the API is given another header");
    assert!(
        header.contains("the request to the API: `x-gateway`: expected `pets`, came `shop`"),
        "{header}"
    );
}
