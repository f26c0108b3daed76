//! The documents of the collection.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The collection, absent where it was not checked out and no continuous integration runs.
pub(crate) fn folder() -> Option<PathBuf> {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    println!("skipped: {} is missing", folder.display());
    None
}

/// The documents, sorted: every file at the top, and in the folders of split documents those that
/// others do not merely refer to.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    walk(folder, folder, &mut names);
    names.sort();
    names
}

fn walk(folder: &Path, at: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(folder, &path, names);
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("json" | "yaml" | "yml")) {
            continue;
        }
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        if at == folder || written_version(&std::fs::read_to_string(&path).unwrap()).is_some() {
            names.push(name.replace('\\', "/"));
        }
    }
}

/// The version as it stands in the document, found without reading the document: `-` where it has none.
pub(crate) fn version(folder: &Path, name: &str) -> String {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    written_version(&text).unwrap_or_else(|| "-".to_owned())
}

/// What stands behind `openapi:` or `swagger:`, at the beginning of a line or as a key of JSON.
fn written_version(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{FEFF}');
    // A document that is one long line is JSON, and its keys come in any order.
    let lines = text
        .lines()
        .flat_map(|line| line.split_inclusive([',', '{']));
    for line in lines {
        let line = line.trim_start_matches(['"', '\'', '\t', ' ']);
        let rest = line
            .strip_prefix("openapi")
            .or_else(|| line.strip_prefix("swagger"));
        let Some(rest) = rest else { continue };
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        if let Some(value) = rest.strip_prefix(':') {
            let value = value.split('#').next().unwrap_or_default();
            let value = value.trim_matches(['"', '\'', ',', ' ', '}', '\t']);
            if value.starts_with(|first: char| first.is_ascii_digit()) {
                return Some(value.to_owned());
            }
        }
    }
    None
}

/// How many operations the collection's index says that documents have.
pub(crate) fn counted(folder: &Path) -> BTreeMap<String, usize> {
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    index
        .lines()
        .skip(1)
        .filter_map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            Some((columns.first()?.to_string(), columns.get(4)?.parse().ok()?))
        })
        .collect()
}
