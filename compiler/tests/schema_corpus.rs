//! Every schema of every operation of the collected documents is lowered, compacted and rendered:
//! nothing panics or takes long, and nothing rendered refers to what is not there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gatewright_compiler::diagnostic::{Severity, Sink};
use gatewright_compiler::openapi::{Document, Documents, SchemaAt, Version};
use gatewright_compiler::schema::{Dialect, Direction, Lowering, compact, render};
use gatewright_compiler::source::{Files, Loader, Span, Spanned};
use gatewright_schema::SchemaId;

/// The largest rendering that the compiler itself has to cope with, in bytes.
const LARGEST: usize = 32 << 20;

/// The collection, absent where it was not checked out and no continuous integration runs.
fn corpus() -> Option<PathBuf> {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let path = shared.join("corpus");
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

/// The files of the collection, and an empty manifest among them.
struct Disk;

impl Loader for Disk {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path.ends_with("gateway.yaml") {
            return Ok(Vec::new());
        }
        std::fs::read(path)
    }
}

/// How much is rendered of one document, in bytes: some have many answers that contain everything.
const RENDERED: usize = 64 << 20;
/// How much of that is read again.
const CHECKED: usize = 16 << 20;

#[derive(Default)]
struct Totals {
    documents: usize,
    schemas: usize,
    entries: usize,
    largest: usize,
    codes: BTreeMap<&'static str, usize>,
    times: Vec<(Duration, String)>,
    samples: BTreeMap<&'static str, Vec<String>>,
}

fn run(folder: &Path, name: &str, totals: &mut Totals) {
    let started = Instant::now();
    let mut files = Files::new(folder.to_owned(), Box::new(Disk));
    let manifest = files.open("gateway.yaml", None).unwrap();
    let mut sink = Sink::default();
    let mut documents = Documents::new();
    let path = Spanned::new(name.to_owned(), Span::new(manifest, 0, 0));
    let Some(file) = documents.load(&path, &mut files, &mut sink) else {
        return;
    };
    let Some(document) = Document::open(file, &documents, &mut sink) else {
        return;
    };
    totals.documents += 1;
    let references = &documents;
    let mut lowering = Lowering::new(&references);
    let mut sink = Sink::default();
    let mut roots = Vec::new();
    let dialect = match document.version {
        Version::V20 => Dialect::Swagger20,
        Version::V30 => Dialect::OpenApi30,
        Version::V31 | Version::V32 => Dialect::OpenApi31,
    };
    for operation in document.operations(&documents) {
        let mut reading = Sink::default();
        let Some(details) = document.details(&operation, &documents, &mut reading) else {
            continue;
        };
        let mut found: Vec<(SchemaAt<'_>, Direction)> = Vec::new();
        for parameter in &details.parameters {
            found.extend(parameter.schema.map(|schema| (schema, Direction::Request)));
        }
        for media_type in details.body.iter().flat_map(|body| &body.media_types) {
            found.extend(media_type.schema.map(|schema| (schema, Direction::Request)));
        }
        for response in &details.responses {
            for media_type in &response.media_types {
                found.extend(
                    media_type
                        .schema
                        .map(|schema| (schema, Direction::Response)),
                );
            }
        }
        for (schema, direction) in found {
            let id = lowering.lower(schema.node, schema.file, dialect, direction, &mut sink);
            roots.push((id, direction));
        }
    }
    finish(name, started, roots, lowering, &sink, totals);
}

/// Compacts and renders what was lowered, and checks the renderings.
fn finish(
    name: &str,
    started: Instant,
    mut roots: Vec<(SchemaId, Direction)>,
    mut lowering: Lowering<'_, '_>,
    sink: &Sink,
    totals: &mut Totals,
) {
    let lowered = lowering.schemas().len();
    let lowering_time = started.elapsed();
    roots.sort_by_key(|(id, _)| *id);
    roots.dedup();
    let ids: Vec<SchemaId> = roots.iter().map(|(id, _)| *id).collect();
    let compacted = compact(lowering.schemas(), &ids);
    let mut rendered = 0;
    for (id, direction) in roots {
        let text = match direction {
            Direction::Request => render::output(lowering.schemas(), id),
            Direction::Response => {
                let relaxed = lowering.schemas_mut().relaxed(id);
                render::output_object(lowering.schemas(), relaxed)
            }
        };
        totals.largest = totals.largest.max(text.len());
        assert!(text.len() <= LARGEST, "{name}: {} bytes", text.len());
        rendered += text.len();
        if rendered > RENDERED {
            break;
        }
        if rendered <= CHECKED {
            check_rendering(name, &text);
        }
    }
    totals.schemas += lowered;
    totals.entries += compacted.schemas.len();
    for diagnostic in sink.diagnostics() {
        *totals.codes.entry(diagnostic.code.name).or_default() += 1;
        let samples = totals.samples.entry(diagnostic.code.name).or_default();
        if samples.len() < 4 {
            let place = diagnostic.primary.as_ref().map_or("", |label| &label.text);
            samples.push(format!("{name}: {}: {place}", diagnostic.message));
        }
        assert!(
            diagnostic.severity != Severity::Error || diagnostic.primary.is_some(),
            "{name}: {}",
            diagnostic.message
        );
    }
    let shown = format!("(lowered after {lowering_time:.1?}) {name}");
    totals.times.push((started.elapsed(), shown));
}

/// The text is JSON, and every reference in it leads to a definition in it.
fn check_rendering(name: &str, text: &str) {
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        // Deeper than the reader of the tests goes.
        Err(error) if error.to_string().contains("recursion limit") => return,
        Err(error) => panic!("{name}: {error}: {text}"),
    };
    let mut waiting = vec![&value];
    while let Some(current) = waiting.pop() {
        match current {
            serde_json::Value::Object(members) => {
                if let Some(serde_json::Value::String(reference)) = members.get("$ref") {
                    let pointer = reference.strip_prefix('#').expect("a local reference");
                    assert!(value.pointer(pointer).is_some(), "{name}: {reference}");
                }
                waiting.extend(members.values());
            }
            serde_json::Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
}

#[test]
fn documents_lower_and_render() {
    let Some(folder) = corpus() else {
        return;
    };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut totals = Totals::default();
    for line in index.lines().skip(1) {
        let mut columns = line.split('\t');
        let name = columns.next().unwrap();
        let version = columns.nth(2).unwrap_or("");
        if version.starts_with("3.0") || version.starts_with("3.1") {
            run(&folder, name, &mut totals);
        }
    }
    println!(
        "{} documents, {} schemas lowered, {} table entries, largest rendering {} bytes",
        totals.documents, totals.schemas, totals.entries, totals.largest
    );
    for (code, count) in &totals.codes {
        println!("{count:>7} {code}");
        for sample in &totals.samples[code] {
            println!("            {sample}");
        }
    }
    totals
        .times
        .sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    for (time, name) in totals.times.iter().take(8) {
        println!("{time:>12.1?} {name}");
    }
    assert!(totals.documents > 100, "the collection is incomplete");
}
