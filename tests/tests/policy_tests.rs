//! `gatewright test`: tests of policies built and run, what is reported of them, and the exit status.

use std::path::Path;
use std::process::{Command, Output};

use gatewright::testing::Reason;
use gatewright_tests::{binary, root, sharing_builds};
use serde_json::Value;

fn gatewright(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary("gatewright-compiler", "gatewright"));
    sharing_builds(&mut command)
        .current_dir(folder)
        .args(arguments)
        .env("GATEWRIGHT_CACHE", folder.join("cache"))
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// The manifest of which every policy is tested, with a change.
fn project(from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest =
        std::fs::read_to_string(root().join("tests/simulated/src/gateway.yaml")).unwrap();
    assert!(manifest.contains(from));
    let manifest = manifest.replace(from, to);
    std::fs::write(folder.path().join("gateway.yaml"), manifest).unwrap();
    std::fs::copy(
        root().join("specs/petstore.yaml"),
        folder.path().join("petstore.yaml"),
    )
    .unwrap();
    folder
}

#[test]
fn tests_are_run_and_reported() {
    let folder = project("", "");
    let run = gatewright(
        folder.path(),
        &[
            "test",
            "--coverage",
            "--require-coverage",
            "--junit",
            "results.xml",
        ],
    );
    assert!(run.status.success(), "{}", told(&run));
    let said = String::from_utf8(run.stdout.clone()).unwrap();
    assert!(said.contains("19 passed, 0 failed"), "{said}");
    assert!(
        said.contains("18 of 18 policies were tested both ways"),
        "{said}"
    );
    let junit = std::fs::read_to_string(folder.path().join("results.xml")).unwrap();
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let cases: Vec<_> = junit
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .collect();
    assert_eq!(cases.len(), 19);
    assert!(cases.iter().all(|case| {
        case.attribute("file") == Some("gateway.yaml")
            && case
                .attribute("line")
                .is_some_and(|line| line.parse::<u32>().is_ok())
            && case.children().all(|child| !child.is_element())
    }));
    assert_eq!(junit.root_element().attribute("tests"), Some("19"));
    assert_eq!(junit.root_element().attribute("failures"), Some("0"));

    // One of them leaves policies that were met one way only, or not at all.
    let run = gatewright(
        folder.path(),
        &["test", "banned", "--require-coverage", "--format", "json"],
    );
    assert_eq!(run.status.code(), Some(1), "{}", told(&run));
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let tests = report["tests"].as_array().unwrap();
    assert_eq!(tests.len(), 1);
    assert_eq!(tests[0]["passed"], true);
    let policies = report["policies"].as_array().unwrap();
    assert_eq!(policies.len(), 18);
    let require = policies
        .iter()
        .find(|policy| policy["policy"] == "require")
        .unwrap();
    assert_eq!(
        (&require["refused"], &require["admitted"]),
        (&1.into(), &0.into())
    );
    assert!(policies.iter().all(|policy| policy["bothWays"] == false));
    assert_eq!(
        gatewright(folder.path(), &["test", "no such test"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn a_test_that_fails_says_where_and_why() {
    let folder = project(
        "calls: 3, renewal_period: 1m",
        "calls: 4, renewal_period: 1m",
    );
    let run = gatewright(
        folder.path(),
        &["test", "calls a minute", "--junit", "results.xml"],
    );
    assert_eq!(run.status.code(), Some(1), "{}", told(&run));
    let said = String::from_utf8(run.stdout.clone()).unwrap();
    for part in [
        "failed: three calls a minute",
        "three calls a minute, step 2 of 5",
        "the call: expected `denied: rate_limit_exceeded`, came `allowed`",
        "0 passed, 1 failed",
    ] {
        assert!(said.contains(part), "{part:?}:\n{said}");
    }
    let junit = std::fs::read_to_string(folder.path().join("results.xml")).unwrap();
    let junit = roxmltree::Document::parse(&junit).unwrap();
    let failure = junit
        .descendants()
        .find(|node| node.has_tag_name("failure"))
        .unwrap();
    assert!(
        failure
            .text()
            .unwrap()
            .contains("what came: allowed, HTTP 200")
    );
    assert_eq!(
        failure.attribute("message"),
        Some("the call: expected `denied: rate_limit_exceeded`, came `allowed`")
    );
}

/// With tools in Rust, the tests are those of the crate that the manifest is in.
#[test]
fn tests_of_a_crate_are_run_in_the_crate() {
    let run = gatewright(
        &root(),
        &["test", "--manifest", "examples/protected/gateway.yaml"],
    );
    assert!(run.status.success(), "{}", told(&run));
    assert!(told(&run).contains("5 passed, 0 failed"), "{}", told(&run));
}

/// Programs that are no tests have nothing of what tests run in.
#[test]
fn programs_hold_nothing_of_the_tests() {
    let program = std::fs::read(binary("protected", "protected")).unwrap();
    let holds = |text: &str| {
        program
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("insufficient_scope"));
    for text in [
        "readers do not order",
        "GATEWRIGHT_TEST_RESULTS",
        "the API was to be asked, and was not",
    ] {
        assert!(!holds(text), "{text:?}");
    }
}

/// Every reason that the gateway's log can give, a test can expect, and no other.
#[test]
fn tests_know_the_reasons_of_the_runtime() {
    let schema = std::fs::read_to_string(root().join("docs/gateway.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let known: Vec<_> = schema["$defs"]["expectation"]["properties"]["denied"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    let names: Vec<_> = Reason::ALL.iter().map(|reason| reason.name()).collect();
    assert_eq!(known, names);
}

/// The page about tests shows a manifest that compiles and whose tests pass.
#[test]
fn the_page_is_right() {
    let page = std::fs::read_to_string(root().join("docs/policy-tests.md")).unwrap();
    let manifest = page.split("```yaml\n").nth(1).unwrap();
    let manifest = manifest.split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("gateway.yaml"), manifest).unwrap();
    std::fs::create_dir(folder.path().join("specs")).unwrap();
    std::fs::copy(
        root().join("specs/petstore.yaml"),
        folder.path().join("specs/petstore.yaml"),
    )
    .unwrap();
    let run = gatewright(folder.path(), &["test", "--require-coverage"]);
    assert!(run.status.success(), "{}", told(&run));
    assert!(told(&run).contains("4 passed, 0 failed"), "{}", told(&run));
}
