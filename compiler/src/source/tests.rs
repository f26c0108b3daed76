//! The documents of the corpus: found in the wild, from all producers, of all sizes.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::*;
use crate::diagnostic::Sink;

/// The folder of the corpus, if it is here.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let corpus = shared.join("corpus");
    if corpus.is_dir() {
        return Some(corpus);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        corpus.display()
    );
    eprintln!("skipped: {} is missing", corpus.display());
    None
}

fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            documents(&path, found);
        } else if path.extension().is_some_and(|extension| {
            ["json", "yaml", "yml"]
                .iter()
                .any(|known| extension == *known)
        }) {
            found.push(path);
        }
    }
}

#[test]
fn documents_of_the_wild_are_read() {
    let Some(corpus) = corpus() else { return };
    let mut paths = Vec::new();
    documents(&corpus, &mut paths);
    paths.sort();
    assert!(paths.len() > 100);
    let mut files = Files::new(corpus.clone(), Box::new(FromDisk));
    let mut slowest = (std::time::Duration::ZERO, String::new());
    let mut refused = Vec::new();
    for path in &paths {
        let name = path.strip_prefix(&corpus).unwrap().to_str().unwrap();
        let started = Instant::now();
        let id = files.open(name, None).unwrap();
        let mut sink = Sink::default();
        let tree = files.parse(id, &mut sink);
        slowest = slowest.max((started.elapsed(), name.to_owned()));
        match tree {
            Some(tree)
                if path
                    .extension()
                    .is_some_and(|extension| extension == "json") =>
            {
                let oracle: serde_json::Value = serde_json::from_str(&files.file(id).text).unwrap();
                let ours: serde_json::Value = serde_json::from_str(&tree.to_json()).unwrap();
                assert_eq!(ours, oracle, "{name}");
            }
            Some(_) => {}
            None => refused.push(name.to_owned()),
        }
        for diagnostic in sink.diagnostics() {
            let (line, column) = diagnostic
                .primary
                .as_ref()
                .map_or((0, 0), |label| files.position(label.span));
            println!(
                "{name}:{line}:{column}: {}: {}",
                diagnostic.code.name, diagnostic.message
            );
        }
    }
    println!(
        "{} documents; slowest: {slowest:?}; refused: {refused:?}",
        paths.len()
    );
}

struct FromDisk;

impl Loader for FromDisk {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}
