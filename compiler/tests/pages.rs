//! The manifests in the documentation compile, without a word, with the documents that stand beside them.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::path::{Path, PathBuf};

use gatewright_compiler::compile;
use gatewright_compiler::diagnostic::{Format, Severity, Sink, render};
use gatewright_compiler::source::{Files, MemoryLoader};

/// The files in a page, in order: fenced blocks whose first line is `# PATH`.
fn files(page: &str) -> Vec<(String, String)> {
    page.split("```yaml\n# ")
        .skip(1)
        .map(|rest| {
            let block = rest.split("```").next().unwrap();
            let (path, text) = block.split_once('\n').unwrap();
            (path.to_owned(), text.to_owned())
        })
        .collect()
}

/// Compiles every manifest of a page, and gives the number of tools of each.
fn tools(page: &str) -> Vec<usize> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page);
    let files_of_page = files(&std::fs::read_to_string(path).unwrap());
    let is_manifest = |path: &str| path == "gateway.yaml";
    let documents = files_of_page.iter().filter(|(path, _)| !is_manifest(path));
    let mut documents: Vec<_> = documents.cloned().collect();
    // What pages take from the project, and so do not repeat.
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/petstore.yaml");
    let store = std::fs::read_to_string(store).unwrap();
    documents.push(("specs/petstore.yaml".to_owned(), store));
    let manifests = files_of_page.iter().filter(|(path, _)| is_manifest(path));
    manifests
        .map(|manifest| {
            let all = documents.iter().cloned().chain([manifest.clone()]);
            let loader = MemoryLoader::new(all);
            let mut files = Files::new(PathBuf::new(), Box::new(loader));
            let mut sink = Sink::default();
            let plan = compile("gateway.yaml", &mut files, &mut sink);
            let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
            let quiet = sink
                .diagnostics()
                .iter()
                .all(|said| said.severity == Severity::Note);
            assert!(quiet, "{page}:\n{said}");
            let plan = plan.unwrap();
            plan.servers.iter().map(|server| server.tools.len()).sum()
        })
        .collect()
}

#[test]
fn transforms() {
    assert_eq!(tools("transforms.md"), [3]);
}

#[test]
fn credentials() {
    assert_eq!(tools("credentials.md"), [4, 2]);
}

#[test]
fn custom_policies() {
    assert_eq!(tools("custom-policies.md"), [2]);
}

#[test]
fn documents() {
    // What `x-mcp` keeps back is not there.
    assert_eq!(tools("documents.md"), [2]);
}

#[test]
fn inventory() {
    assert_eq!(tools("inventory.md"), [2]);
}

#[test]
fn policies() {
    assert_eq!(tools("policies.md"), [5]);
}

#[test]
fn limits() {
    assert_eq!(tools("limits.md"), [5]);
}

#[test]
fn products() {
    assert_eq!(tools("products.md"), [3]);
}

#[test]
fn teams() {
    assert_eq!(tools("teams.md"), [2]);
}

#[test]
fn cache() {
    assert_eq!(tools("cache.md"), [3]);
}

#[test]
fn external_decisions() {
    assert_eq!(tools("external-decisions.md"), [4]);
}

#[test]
fn content_guards() {
    assert_eq!(tools("content-guards.md"), [2, 2]);
}

#[test]
fn listeners() {
    assert_eq!(tools("listeners.md"), [2]);
}
