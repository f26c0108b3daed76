//! The groups of the JSON Schema test suite whose schemas refer to nothing but themselves.

use std::path::{Path, PathBuf};

use gatewright_schema::SchemaId;
use gatewright_schema::json::Raw;
use serde_json::Value;

use crate::translate::table;

/// Groups that ask for more than the format does here: `hostname` follows RFC 1123, and what an
/// `xn--` label decodes to (RFC 5891) is not looked at.
const EXCEPTIONS: [&str; 1] = ["validation of A-label (punycode) host names"];

fn suite() -> Option<PathBuf> {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("json-schema-test-suite/tests/draft2020-12");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the test suite is missing: {}",
        folder.display()
    );
    println!("skipped: the test suite is missing: {}", folder.display());
    None
}

/// Runs the files of a folder; how many tests ran.
fn run(folder: &Path, admit: impl Fn(&str) -> bool) -> usize {
    let mut count = 0;
    let mut failures = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        if file.extension().is_none_or(|extension| extension != "json") || !admit(&name) {
            continue;
        }
        let groups: Vec<Value> = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        for group in &groups {
            let exempt = EXCEPTIONS
                .iter()
                .any(|exception| group["description"] == *exception);
            let Some(table) = table(&group["schema"]).filter(|_| !exempt) else {
                continue;
            };
            for test in group["tests"].as_array().unwrap() {
                let text = test["data"].to_string();
                let result = table.check(SchemaId(0), Raw::parse(text.as_bytes()).unwrap());
                count += 1;
                if result.is_ok() != test["valid"].as_bool().unwrap() {
                    failures.push(format!(
                        "{name}: {} / {}: {text}",
                        group["description"], test["description"]
                    ));
                }
            }
        }
    }
    println!("{count} tests of {}", folder.display());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    count
}

#[test]
fn required_tests() {
    let Some(folder) = suite() else { return };
    // An evaluator that enforces formats differs from the tests that have them as annotations.
    let count = run(&folder, |name| name != "format");
    assert!(count > 900, "only {count} tests ran");
}

#[test]
fn formats() {
    let Some(folder) = suite() else { return };
    let count = run(&folder.join("optional/format"), |name| {
        gatewright_schema::rule::Format::named(name).is_some()
    });
    assert!(count > 300, "only {count} tests ran");
}

#[test]
fn large_numbers() {
    let Some(folder) = suite() else { return };
    let count = run(&folder.join("optional"), |name| {
        name == "bignum" || name == "float-overflow"
    });
    assert!(count > 5, "only {count} tests ran");
}
