//! The arguments of a tool written in Rust: a stated JSON Schema made into rules.

use std::path::PathBuf;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Schema;

use crate::diagnostic::{Diagnostic, Format, Severity, Sink, codes, render};
use crate::openapi::Documents;
use crate::schema::{Dialect, Direction, Lowering, compact};
use crate::source::{Files, MemoryLoader, Node, Span, Spanned, Value};

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
    // A warning would be seen by nobody: macros have no way to show one.
    let fine = sink
        .diagnostics()
        .iter()
        .all(|diagnostic| diagnostic.severity == Severity::Note);
    match made {
        Some(input) if fine => Ok(input),
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
    not_mirrored(&root, sink);
    let mut lowering = Lowering::new(&documents);
    let id = lowering.lower(&root, file, Dialect::Draft202012, Direction::Request, sink);
    let compacted = compact(lowering.schemas(), &[id]);
    Some(Input {
        root: compacted.position(id)?,
        table: compacted.schemas,
        published: root.to_json(),
    })
}

/// Arguments that are mirrored in headers (MCP 2026-07-28) would have to be compared with them. This
/// runtime does not do that, so it must not say that they are mirrored.
fn not_mirrored(root: &Node, sink: &mut Sink) {
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Array(items) => waiting.extend(items),
            Value::Object(object) => {
                for member in object.members() {
                    if member.key == "x-mcp-header" {
                        sink.report(Diagnostic::new(
                            &codes::UNKNOWN_KEY,
                            member.key_span,
                            "`x-mcp-header` is not supported",
                        ));
                    }
                    waiting.push(&member.value);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::input;

    #[test]
    fn what_would_be_ignored_is_refused() {
        for (schema, reason) in [
            ("{", "syntax"),
            ("{\"type\": \"sting\"}", "schema-type"),
            (
                "{\"type\": \"object\", \"properties\": {\"a\": {\"minimum\": \"1\"}}}",
                "schema-keyword",
            ),
            (
                "{\"properties\": {\"a\": {\"x-mcp-header\": \"A\"}}}",
                "x-mcp-header",
            ),
            (
                "{\"$ref\": \"https://example.com/schema\"}",
                "schema-reference",
            ),
        ] {
            let problems = input(schema).map(|_| ()).unwrap_err();
            assert!(problems.contains(reason), "{schema}: {problems}");
        }
        let fine = input("{ \"type\": \"object\", \"required\": [\"a\"] }").unwrap();
        assert_eq!(fine.published, "{\"type\":\"object\",\"required\":[\"a\"]}");
    }
}
