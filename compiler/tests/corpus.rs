//! Every document of the collection, all operations selected: each compiles and its code parses, or it
//! is refused with diagnostics; nothing panics. What became of each is `docs/corpus.md`:
//! `UPDATE_CORPUS=1 cargo test -p gatewright-compiler --test corpus` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

#[path = "corpus/documents.rs"]
mod documents;
#[path = "corpus/report.rs"]
mod report;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use gatewright_compiler::diagnostic::{Format, Severity, Sink, render};
use gatewright_compiler::openapi::{Document, Documents};
use gatewright_compiler::plan::{Action, Plan};
use gatewright_compiler::source::{Files, Loader, Span, Spanned};
use gatewright_compiler::{compile, emit};

/// The operations with the method TRACE that the collection's index counts.
const TRACE: &[(&str, usize)] = &[("apisguru__httpbin.org.json", 5)];

/// What became of a document.
struct Outcome {
    /// Its path in the collection.
    name: String,
    /// As the document has it.
    version: String,
    /// `None` where the document cannot be read so far.
    operations: Option<usize>,
    /// `None` where it is refused.
    tools: Option<usize>,
    /// How often each code was said, by its severity.
    said: BTreeMap<(Severity, &'static str), usize>,
    /// Why operations were left out, and how many.
    left_out: BTreeMap<String, usize>,
    /// Each error: its code, its line and what it says.
    errors: Vec<(&'static str, usize, String)>,
    /// All diagnostics as a user sees them.
    text: String,
}

/// A manifest that takes all of one document, and the collection beside it.
struct Collection {
    folder: PathBuf,
    document: String,
}

impl Loader for Collection {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path == self.folder.join("gateway.yaml") {
            return Ok(format!(
                "gateway: x\napis: {{ a: {{ spec: {:?}, url: \"http://127.0.0.1\", credential: none }} }}\n\
                 servers: {{ s: {{ tools: [{{ api: a, operations: all, deprecated: true }}] }} }}\n",
                self.document
            )
            .into_bytes());
        }
        std::fs::read(path)
    }
}

fn files(folder: &Path, document: &str) -> Files {
    let loader = Collection {
        folder: folder.to_owned(),
        document: document.to_owned(),
    };
    Files::new(folder.to_owned(), Box::new(loader))
}

fn run(folder: &Path, name: &str) -> Outcome {
    let mut files = files(folder, name);
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    if let Ok(plan) = &plan {
        let parsed = syn::parse2::<syn::File>(emit::tokens(plan));
        assert!(parsed.is_ok(), "{name}: {:?}", parsed.err());
    }
    let mut outcome = Outcome {
        name: name.to_owned(),
        version: documents::version(folder, name),
        operations: operations(folder, name),
        tools: plan.as_ref().ok().map(tools),
        said: BTreeMap::new(),
        left_out: BTreeMap::new(),
        errors: Vec::new(),
        text: render(sink.diagnostics(), &files, Format::Full { colour: false }),
    };
    for diagnostic in sink.diagnostics() {
        let code = diagnostic.code.name;
        *outcome.said.entry((diagnostic.severity, code)).or_default() += 1;
        if diagnostic.severity == Severity::Error {
            let line = diagnostic
                .primary
                .as_ref()
                .map_or(0, |label| files.position(label.span).0);
            outcome
                .errors
                .push((code, line, diagnostic.message.clone()));
        } else if code == "unsupported-operation" {
            *outcome
                .left_out
                .entry(report::reason(&diagnostic.message))
                .or_default() += 1;
        }
    }
    outcome
}

/// How many operations the document has, whether or not they can be tools.
fn operations(folder: &Path, name: &str) -> Option<usize> {
    let mut files = files(folder, name);
    let mut sink = Sink::default();
    let manifest = files.open("gateway.yaml", None).unwrap();
    let mut documents = Documents::new();
    let path = Spanned::new(name.to_owned(), Span::new(manifest, 0, 0));
    let file = documents.load(&path, &mut files, &mut sink)?;
    let document = Document::open(file, &documents, &mut sink)?;
    Some(document.operations(&documents).len())
}

fn tools(plan: &Plan) -> usize {
    let tools = plan.servers.iter().flat_map(|server| &server.tools);
    tools
        .filter(|tool| matches!(tool.action, Action::Operation(_)))
        .count()
}

/// Every document's outcome, in the order of `names`; as many at a time as there are processors.
fn run_all(folder: &Path, names: &[String]) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let (sender, outcomes) = channel();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (next, sender) = (&next, sender.clone());
            scope.spawn(move || {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    sender.send(run(folder, name)).unwrap();
                }
            });
        }
    });
    drop(sender);
    let mut outcomes: Vec<Outcome> = outcomes.into_iter().collect();
    outcomes.sort_by(|a, b| a.name.cmp(&b.name));
    outcomes
}

#[test]
fn every_document_compiles_or_is_diagnosed() {
    let Some(folder) = documents::folder() else {
        return;
    };
    let names = documents::names(&folder);
    assert!(names.len() > 250, "the collection is incomplete");
    let outcomes = run_all(&folder, &names);
    let counted = documents::counted(&folder);
    for outcome in &outcomes {
        let name = &outcome.name;
        // The barrier between phases: a plan and an error exclude each other.
        assert!(
            outcome.tools.is_some() == outcome.errors.is_empty(),
            "{name}: {}",
            outcome.text
        );
        if let (Some(operations), Some(tools)) = (outcome.operations, outcome.tools) {
            let left_out: usize = outcome.left_out.values().sum();
            assert_eq!(tools + left_out, operations, "{name}: {}", outcome.text);
        }
        // The index was counted by another program.
        if let (Some(counted), Some(operations)) = (counted.get(name), outcome.operations) {
            // TRACE is no operation to us: see `openapi/document.rs`.
            let trace = TRACE
                .iter()
                .find(|(document, _)| document == name)
                .map_or(0, |(_, count)| *count);
            assert_eq!(operations + trace, *counted, "{name}: operations");
        }
    }
    if let Some(folder) = std::env::var_os("CORPUS_DIAGNOSTICS") {
        for outcome in outcomes.iter().filter(|outcome| !outcome.text.is_empty()) {
            let name = outcome.name.replace('/', "__");
            let path = Path::new(&folder).join(format!("{name}.txt"));
            std::fs::write(path, &outcome.text).unwrap();
        }
    }
    let text = report::markdown(&outcomes);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/corpus.md");
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let changed = written
        .lines()
        .zip(text.lines())
        .find(|(written, now)| written != now);
    assert!(
        written == text,
        "docs/corpus.md is not current: run `UPDATE_CORPUS=1 cargo test -p gatewright-compiler --test corpus` \
         and read the difference; it begins with {changed:?}"
    );
}
