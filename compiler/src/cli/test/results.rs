//! What the tests came to, as they wrote it.

use std::path::{Path, PathBuf};

use super::Stop;
use crate::diagnostic::Sink;
use crate::plan::Plan;
use crate::source::{Files, MemoryLoader, Node, Value};

/// What a test came to.
#[derive(Debug)]
pub(super) struct TestResult {
    pub(super) name: String,
    /// `gateway.yaml:12`
    pub(super) place: String,
    pub(super) seconds: f64,
    pub(super) outcome: Outcome,
    /// How often each policy was met.
    pub(super) rules: Vec<Counts>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed(String),
    /// It did not come to its end.
    Missing,
}

impl Outcome {
    /// Why it failed, if it did.
    pub(super) fn failure(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(failure) => Some(failure),
            Self::Missing => Some("the test did not come to its end"),
        }
    }
}

/// How often a policy was met.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// It was its turn.
    pub(super) reached: u64,
    /// Its condition held.
    pub(super) applied: u64,
    /// It let the call through, or did not apply.
    pub(super) passed: u64,
}

/// The results of the tests at these positions.
pub(super) fn read(plan: &Plan, chosen: &[usize], folder: &Path) -> Result<Vec<TestResult>, Stop> {
    let mut results = Vec::with_capacity(chosen.len());
    for position in chosen {
        let Some(test) = plan.tests.get(*position) else {
            continue;
        };
        let path = folder.join(format!("{}-{position}.json", plan.name));
        let mut result = TestResult {
            name: test.name.clone(),
            place: test.place.clone(),
            seconds: 0.0,
            outcome: Outcome::Missing,
            rules: Vec::new(),
        };
        match std::fs::read(&path) {
            Ok(bytes) => complete(&mut result, bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Stop::file("read", &path, &error)),
        }
        results.push(result);
    }
    Ok(results)
}

fn complete(result: &mut TestResult, text: Vec<u8>) {
    let mut files = Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::new([("result.json", text)])),
    );
    let Some(root) = files
        .open("result.json", None)
        .ok()
        .and_then(|file| files.parse(file, &mut Sink::default()))
    else {
        return;
    };
    result.seconds = number(&root, "seconds").unwrap_or_default();
    result.outcome = match root.get("failure").and_then(Node::as_str) {
        Some(failure) => Outcome::Failed(failure.to_owned()),
        None => Outcome::Passed,
    };
    let rules = root.get("rules").and_then(Node::as_array);
    result.rules = rules
        .unwrap_or_default()
        .iter()
        .map(|rule| Counts {
            reached: number(rule, "reached").unwrap_or_default(),
            applied: number(rule, "applied").unwrap_or_default(),
            passed: number(rule, "passed").unwrap_or_default(),
        })
        .collect();
}

fn number<N: std::str::FromStr>(node: &Node, name: &str) -> Option<N> {
    match &node.get(name)?.value {
        Value::Number(text) => text.parse().ok(),
        _ => None,
    }
}
