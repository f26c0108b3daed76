//! Small documents through lowering, tables and renderings.

mod annotations;
mod lowering;
mod rendering;

use std::path::PathBuf;
use std::sync::Arc;

use gatewright_schema::json::Raw;
use gatewright_schema::{SchemaId, Table};

use super::{Dialect, Direction, Lowering, References, Schemas, Unresolved, compact};
use crate::diagnostic::Sink;
use crate::source::{FileId, Files, MemoryLoader, Node, Pointer};

/// One document.
struct Alone<'d>(&'d Node);

impl<'d> References<'d> for Alone<'d> {
    fn resolve(&self, file: FileId, reference: &str) -> Result<(FileId, &'d Node), Unresolved> {
        let fragment = reference
            .strip_prefix('#')
            .ok_or("it is another document")?;
        let pointer = Pointer::parse_fragment(fragment).map_err(|error| error.to_string())?;
        let node = pointer.resolve(self.0).ok_or("there is nothing there")?;
        Ok((file, node))
    }
}

/// A lowered document.
struct Lowered {
    schemas: Schemas,
    root: SchemaId,
    sink: Sink,
}

fn parse(text: &str) -> Arc<Node> {
    let loader = MemoryLoader::new([("schema.yaml", text)]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let id = files.open("schema.yaml", None).unwrap();
    let mut sink = Sink::default();
    let node = files.parse(id, &mut sink);
    assert_eq!(sink.diagnostics(), []);
    node.unwrap()
}

/// Lowers the member `schema` of a document, or all of it where it has none.
fn lower(text: &str, dialect: Dialect, direction: Direction) -> Lowered {
    let document = parse(text);
    let references = Alone(&document);
    let mut lowering = Lowering::new(&references);
    let mut sink = Sink::default();
    let node = document.get("schema").unwrap_or(&document);
    let root = lowering.lower(node, FileId(0), dialect, direction, &mut sink);
    Lowered {
        schemas: lowering.into_schemas(),
        root,
        sink,
    }
}

/// The same for a request, without problems.
fn request(text: &str) -> Lowered {
    let lowered = lower(text, Dialect::OpenApi30, Direction::Request);
    assert_eq!(lowered.sink.diagnostics(), []);
    lowered
}

impl Lowered {
    fn admits(&self, value: &str) -> bool {
        let compact = compact(&self.schemas, &[self.root]);
        let position = compact.position(self.root).unwrap();
        let table = Table {
            schemas: compact.schemas.into(),
        };
        let raw = Raw::parse(value.as_bytes()).unwrap();
        table.check(position, raw).is_ok()
    }

    /// Code and message of each problem.
    fn problems(&self) -> Vec<String> {
        let diagnostics = self.sink.diagnostics().iter();
        diagnostics
            .map(|problem| format!("{}: {}", problem.code.name, problem.message))
            .collect()
    }
}
