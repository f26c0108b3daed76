//! The JSON Schema Test Suite: every required case of drafts 4 and 2020-12, lowered, compacted and
//! evaluated as the compiler and the binary do it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatewright_compiler::diagnostic::Sink;
use gatewright_compiler::schema::{Dialect, Direction, Lowering, References, Unresolved, compact};
use gatewright_compiler::source::{FileId, Files, MemoryLoader, Node, Pointer};
use gatewright_schema::json::Raw;
use gatewright_schema::{SchemaId, Table};

/// Cases that are not passed, `file: group: case` or `file: group`, and why.
const UNSUPPORTED: [(&str, &str); 1] = [(
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary",
    "`$vocabulary` of other metaschemas is not read: no API description has one",
)];

/// The file of the schema under test.
const ROOT: FileId = FileId(u32::MAX);

/// The shared folder, absent where it was not checked out and no continuous integration runs.
fn shared() -> Option<PathBuf> {
    let path = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        path.display()
    );
    println!("skipped: {} is missing", path.display());
    None
}

/// Documents by address.
type Remotes = BTreeMap<String, (FileId, Arc<Node>)>;

/// A schema under test and what it may refer to.
struct Case<'d> {
    root: &'d Node,
    remotes: &'d Remotes,
}

impl<'d> References<'d> for Case<'d> {
    fn resolve(&self, file: FileId, reference: &str) -> Result<(FileId, &'d Node), Unresolved> {
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let (file, root) = if !address.is_empty() {
            let (file, root) = self
                .remotes
                .get(address)
                .ok_or_else(|| format!("there is no `{address}`"))?;
            (*file, &**root)
        } else if file == ROOT {
            (ROOT, self.root)
        } else {
            let mut remotes = self.remotes.values();
            let (_, root) = remotes.find(|(known, _)| *known == file).unwrap();
            (file, &**root)
        };
        let pointer = Pointer::parse_fragment(fragment).map_err(|error| error.to_string())?;
        let node = pointer.resolve(root).ok_or("nothing there")?;
        Ok((file, node))
    }
}

fn parse(text: &str) -> Arc<Node> {
    let loader = MemoryLoader::new([("schema.json", text)]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let id = files.open("schema.json", None).unwrap();
    let mut sink = Sink::default();
    files.parse(id, &mut sink).unwrap()
}

fn collect(folder: &Path, address: &str, remotes: &mut Remotes) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            collect(&path, &format!("{address}{name}/"), remotes);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let node = parse(&std::fs::read_to_string(&path).unwrap());
            let file = FileId(u32::try_from(remotes.len()).unwrap());
            remotes.insert(format!("{address}{name}"), (file, node));
        }
    }
}

fn remotes(shared: &Path) -> Remotes {
    let mut remotes = Remotes::new();
    let folder = shared.join("json-schema-test-suite/remotes");
    collect(&folder, "http://localhost:1234/", &mut remotes);
    let metaschemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/metaschemas");
    let draft4 = parse(&std::fs::read_to_string(metaschemas.join("draft4.json")).unwrap());
    let file = FileId(u32::try_from(remotes.len()).unwrap());
    remotes.insert(
        "http://json-schema.org/draft-04/schema".into(),
        (file, draft4),
    );
    let mut modern = Remotes::new();
    collect(&metaschemas.join("draft2020-12"), "", &mut modern);
    for (name, (_, node)) in modern {
        let name = name.trim_end_matches(".json");
        let file = FileId(u32::try_from(remotes.len()).unwrap());
        remotes.insert(
            format!("https://json-schema.org/draft/2020-12/{name}"),
            (file, node),
        );
    }
    remotes
}

/// Runs one file; the cases that went wrong.
fn run(path: &Path, dialect: Dialect, remotes: &Remotes) -> Vec<String> {
    let file = path.file_name().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let groups: serde_json::Value = serde_json::from_str(&text).unwrap();
    let nodes = parse(&text);
    let mut failures = Vec::new();
    for (group, node) in groups
        .as_array()
        .unwrap()
        .iter()
        .zip(nodes.as_array().unwrap())
    {
        let group_name = group["description"].as_str().unwrap();
        let case = Case {
            root: node.get("schema").unwrap(),
            remotes,
        };
        let mut lowering = Lowering::new(&case);
        let mut sink = Sink::default();
        let id = lowering.lower(case.root, ROOT, dialect, Direction::Request, &mut sink);
        let compact = compact(lowering.schemas(), &[id]);
        let root = compact.position(id).unwrap_or(SchemaId(0));
        let table = Table {
            schemas: compact.schemas.into(),
        };
        let tests = node.get("tests").and_then(Node::as_array).unwrap();
        for test in tests {
            let name = test.get("description").and_then(Node::as_str).unwrap();
            let data = test.get("data").unwrap().to_json();
            let valid = test.get("valid").and_then(Node::as_bool).unwrap();
            let result = table.check(root, Raw::parse(data.as_bytes()).unwrap());
            let key = format!("{file}: {group_name}: {name}");
            let expected = UNSUPPORTED.iter().any(|(known, _)| key.starts_with(known));
            if result.is_ok() != valid && !expected {
                let mut failure = format!("{key}: expected {valid}\n");
                for diagnostic in sink.diagnostics() {
                    writeln!(failure, "    {}", diagnostic.message).unwrap();
                }
                if let Err(violations) = result {
                    for violation in &violations {
                        writeln!(failure, "    {violation}").unwrap();
                    }
                }
                failures.push(failure);
            }
        }
    }
    failures
}

fn run_draft(draft: &str, dialect: Dialect) {
    let Some(shared) = shared() else {
        return;
    };
    let remotes = remotes(&shared);
    let folder = shared.join("json-schema-test-suite/tests").join(draft);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    assert!(files.len() > 20, "the suite is incomplete");
    let failures: Vec<String> = files
        .iter()
        .flat_map(|path| run(path, dialect, &remotes))
        .collect();
    assert!(
        failures.is_empty(),
        "{} cases failed:\n{}",
        failures.len(),
        failures.concat()
    );
}

#[test]
fn draft_2020_12() {
    run_draft("draft2020-12", Dialect::Draft202012);
}

#[test]
fn draft_4() {
    run_draft("draft4", Dialect::Draft4);
}
