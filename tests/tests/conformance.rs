//! The official conformance suite, for both revisions, against the fixture server.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use gatewright_tests::{Program, binary, node_tool, root};

/// Runs every scenario of a revision; those of the revision's list in `tests/conformance` fail, and no
/// others do.
fn run(revision: &str) {
    let mut program = Program::gateway(
        &binary("gatewright-conformance", "gatewright-conformance"),
        &[],
        &[],
    );
    let url = program.url("/mcp").replace("127.0.0.1", "localhost");
    let baseline = root().join(format!(
        "tests/conformance/expected-failures-{revision}.yaml"
    ));
    let folder = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let output = node_tool("conformance")
        .args([
            "server",
            "--url",
            &url,
            "--requirements",
            revision,
            "--expected-failures",
        ])
        .arg(&baseline)
        .arg("-o")
        .arg(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{revision}: {:?}\n{text}", start.elapsed());
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    every_listed_scenario_fails(&baseline, &text);
}

/// The list must shrink when something is mended, whatever the suite makes of entries that pass.
fn every_listed_scenario_fails(baseline: &Path, output: &str) {
    let listed: BTreeSet<String> = std::fs::read_to_string(baseline)
        .unwrap()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "))
        .map(|entry| entry.split('#').next().unwrap().trim().to_owned())
        .collect();
    let failed: BTreeSet<String> = output
        .lines()
        .filter_map(|line| {
            let line = line.trim();
            // The summary marks failures with a cross, the list of expected ones with a tilde: some
            // fail by warnings alone, and have only the latter.
            line.strip_prefix("✗ ").or_else(|| line.strip_prefix("~ "))
        })
        .map(|line| line.split([':', ' ']).next().unwrap().to_owned())
        .collect();
    let passing: Vec<_> = listed.difference(&failed).collect();
    assert!(
        passing.is_empty(),
        "these pass by now, so take them off the list: {passing:?}"
    );
}

#[test]
fn revision_2025_11_25() {
    run("2025-11-25");
}

#[test]
fn revision_2026_07_28() {
    run("2026-07-28");
}
