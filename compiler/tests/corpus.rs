//! Every document of the collection that is read so far, all operations selected: each compiles and
//! its code parses, or it is refused with diagnostics; nothing panics.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Severity, Sink};
use gatewright_compiler::source::{Files, Loader};
use gatewright_compiler::{compile, emit};

/// The manifest, and the one document as it is on disk.
struct One {
    document: PathBuf,
}

impl Loader for One {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path.ends_with("gateway.yaml") {
            let name = self.document.file_name().unwrap().to_string_lossy();
            return Ok(format!(
                "gateway: x\napis: {{ a: {{ spec: {name:?}, url: \"http://127.0.0.1\", credential: none }} }}\n\
                 servers: {{ s: {{ tools: [{{ api: a, operations: all, deprecated: true }}] }} }}\n"
            )
            .into_bytes());
        }
        std::fs::read(
            self.document
                .parent()
                .unwrap()
                .join(path.file_name().unwrap()),
        )
    }
}

#[test]
fn every_document_compiles_or_is_diagnosed() {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus");
    if !folder.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        println!("skipped: {} is missing", folder.display());
        return;
    }
    let mut documents: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("INDEX.tsv"))
        .collect();
    documents.sort();
    let (mut compiled, mut tools, mut left_out) = (0, 0, 0);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for document in &documents {
        let loader = One {
            document: document.clone(),
        };
        let mut files = Files::new(PathBuf::new(), Box::new(loader));
        let mut sink = Sink::default();
        if let Ok(plan) = compile("gateway.yaml", &mut files, &mut sink) {
            compiled += 1;
            tools += plan
                .servers
                .iter()
                .map(|server| server.tools.len())
                .sum::<usize>();
            left_out += sink
                .diagnostics()
                .iter()
                .filter(|said| said.code.name == "unsupported-operation")
                .count();
            let parsed = syn::parse2::<syn::File>(emit::tokens(&plan));
            assert!(parsed.is_ok(), "{}: {:?}", document.display(), parsed.err());
            continue;
        }
        let before: usize = reasons.values().sum();
        for diagnostic in sink.diagnostics() {
            if diagnostic.severity == Severity::Error {
                *reasons.entry(diagnostic.code.name).or_default() += 1;
            }
        }
        assert!(
            reasons.values().sum::<usize>() > before,
            "{}",
            document.display()
        );
    }
    println!(
        "{} documents, {compiled} compile to {tools} tools, {left_out} operations left out; the others are refused for\n{reasons:#?}",
        documents.len()
    );
    assert!(compiled > 0);
}
