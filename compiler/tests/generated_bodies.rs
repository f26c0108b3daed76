//! What is generated for bodies other than JSON, as a snapshot.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::source::{Files, MemoryLoader};
use gatewright_compiler::{compile, emit};

const MANIFEST: &str = "
gateway: sample
apis: { scans: { spec: bodies.yaml, url: \"https://example.com\", deep_object: brackets } }
servers: { scans: { tools: [{ api: scans, operations: [uploadScan, search, putPicture, report] }] } }
";

#[test]
fn statics_say_how_a_body_is_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/bodies.yaml");
    let document = std::fs::read_to_string(path).unwrap();
    let loader = MemoryLoader::new([
        ("gateway.yaml", MANIFEST.to_owned()),
        ("bodies.yaml", document),
    ]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    assert!(plan.is_ok(), "{said}");
    let source = emit::source(&plan.unwrap());
    // The rest is the same for every kind of body.
    let statics: Vec<&str> = source
        .split("static ")
        .filter(|item| item.contains(": rt::Operation = "))
        .map(|item| item.split("\n    };").next().unwrap())
        .collect();
    assert_eq!(statics.len(), 4, "{source}");
    insta::assert_snapshot!(statics.join("\n\n"));
}

#[test]
fn the_manifest_of_the_documentation_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let page = read("docs/requests.md");
    let manifest = page
        .split("```yaml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let loader = MemoryLoader::new([
        ("gateway.yaml", manifest.to_owned()),
        ("specs/bodies.yaml", read("specs/bodies.yaml")),
    ]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    assert!(plan.is_ok() && said.is_empty(), "{said}");
    // What the page says of the two overrides.
    let source = emit::source(&plan.unwrap());
    assert!(source.contains("whole: Some(0)"), "{source}");
    assert!(source.contains("\"crop\""), "{source}");
}
