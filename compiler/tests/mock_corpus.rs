//! A value is made for the schemas of successful answers of the collected documents, and another evaluator finds
//! that it matches what is published of the schema.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::Sink;
use gatewright_compiler::openapi::{Document, Documents, Status, Version};
use gatewright_compiler::schema::{Dialect, Direction, Lowering, render};
use gatewright_compiler::source::{Files, Loader, Span, Spanned};

/// How many answers of one document are tried: some have thousands that are all alike.
const ANSWERS: usize = 12;

/// The greatest schema that the other evaluator is given, in bytes.
const GREATEST: usize = 256 << 10;

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

#[derive(Default)]
struct Totals {
    made: usize,
    judged: usize,
    /// Those that no value was found for.
    missing: Vec<String>,
}

fn run(folder: &Path, name: &str, totals: &mut Totals) {
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
    let dialect = match document.version {
        Version::V20 => Dialect::Swagger20,
        Version::V30 => Dialect::OpenApi30,
        Version::V31 | Version::V32 => Dialect::OpenApi31,
    };
    let references = &documents;
    let mut lowering = Lowering::new(&references);
    let mut tried = 0;
    for operation in document.operations(&documents) {
        let Some(details) = document.details(&operation, &documents, &mut Sink::default()) else {
            continue;
        };
        let successes = details
            .responses
            .iter()
            .filter(|response| matches!(response.status, Status::Code(200..=299)));
        for media_type in successes.flat_map(|response| &response.media_types) {
            let Some(schema) = media_type.schema else {
                continue;
            };
            if !media_type.name.value.starts_with("application/json") {
                continue;
            }
            tried += 1;
            if tried > ANSWERS {
                return;
            }
            let mut sink = Sink::default();
            let id = lowering.lower(
                schema.node,
                schema.file,
                dialect,
                Direction::Response,
                &mut sink,
            );
            if sink.errors() > 0 {
                continue;
            }
            let place = format!("{name}: {} {}", operation.method, operation.path.value);
            match lowering.schemas().sample(id) {
                Some(sample) => {
                    totals.made += 1;
                    judge(
                        &place,
                        &render::output(lowering.schemas(), id),
                        &sample,
                        totals,
                    );
                }
                None => totals.missing.push(place),
            }
        }
    }
}

/// Has another evaluator judge the sample by what is published of the schema.
fn judge(place: &str, published: &str, sample: &str, totals: &mut Totals) {
    if published.len() > GREATEST {
        return;
    }
    let value: serde_json::Value = serde_json::from_str(sample).unwrap();
    let published: serde_json::Value = serde_json::from_str(published).unwrap();
    // Patterns that only one of the two engines takes.
    let Ok(evaluator) = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .build(&published)
    else {
        return;
    };
    totals.judged += 1;
    if let Err(error) = evaluator.validate(&value) {
        panic!("{place}: {error}: {sample}: {published}");
    }
}

#[test]
fn mocks_of_public_documents_match_their_schemas() {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus");
    if !folder.is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        println!("skipped: {} is missing", folder.display());
        return;
    }
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut totals = Totals::default();
    for line in index.lines().skip(1) {
        run(&folder, line.split('\t').next().unwrap(), &mut totals);
    }
    let missing = totals.missing.len();
    println!(
        "{} mocks made, {} judged; none found for {missing}",
        totals.made, totals.judged
    );
    for place in totals.missing.iter().take(20) {
        println!("    {place}");
    }
    assert!(totals.judged > 500, "{}", totals.judged);
    assert!(missing * 50 < totals.made, "{missing} of {}", totals.made);
}
