//! The arguments of a tool written in Rust: a stated JSON Schema made into rules.

use std::path::PathBuf;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Schema;

use crate::diagnostic::{Format, Sink, render};
use crate::openapi::Documents;
use crate::schema::{Dialect, Direction, Lowering, compact};
use crate::source::{Files, MemoryLoader, Span, Spanned};

/// The checked arguments of a tool.
#[derive(Debug)]
pub struct Input {
    /// The rules.
    pub table: Vec<Schema>,
    /// The arguments' own schema in it.
    pub root: SchemaId,
    /// The schema as it is published: as stated, without white space.
    pub published: String,
}

/// Reads the schema of a tool's arguments (JSON Schema 2020-12, as JSON text).
///
/// # Errors
/// Every problem, as text.
pub fn input(schema: &str) -> Result<Input, String> {
    const NAME: &str = "input_schema.json";
    let loader = MemoryLoader::new([(NAME, schema)]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let made = lowered(NAME, &mut files, &mut sink);
    match made {
        Some(input) if sink.errors() == 0 => Ok(input),
        _ => Err(render(
            sink.diagnostics(),
            &files,
            Format::Full { colour: false },
        )),
    }
}

fn lowered(name: &str, files: &mut Files, sink: &mut Sink) -> Option<Input> {
    let file = files.open(name, None).ok()?;
    let whole = Span::new(file, 0, 0);
    let mut documents = Documents::new();
    documents.load(&Spanned::new(name.to_owned(), whole), files, sink)?;
    let root = files.parse(file, sink)?;
    let documents = &documents;
    let mut lowering = Lowering::new(&documents);
    let id = lowering.lower(&root, file, Dialect::Draft202012, Direction::Request, sink);
    let compacted = compact(lowering.schemas(), &[id]);
    Some(Input {
        root: compacted.position(id)?,
        table: compacted.schemas,
        published: root.to_json(),
    })
}
