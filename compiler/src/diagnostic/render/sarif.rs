//! SARIF 2.1.0: one run, with the explanation of every code that occurs as a rule.

use super::writer::{array, object, text};
use super::{Place, severity_name};
use crate::diagnostic::{CODES, Code, Diagnostic, Label};
use crate::source::Files;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn render(diagnostics: &[&Diagnostic], files: &Files) -> String {
    let rules: Vec<&Code> = CODES
        .iter()
        .copied()
        .filter(|code| {
            diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code == *code)
        })
        .collect();
    let driver = object([
        ("name", text("gatewright")),
        ("version", text(env!("CARGO_PKG_VERSION"))),
        ("informationUri", text(env!("CARGO_PKG_HOMEPAGE"))),
        ("rules", array(rules.iter().map(|code| rule(code)))),
    ]);
    let results = diagnostics
        .iter()
        .map(|diagnostic| result(diagnostic, &rules, files));
    let run = object([
        ("tool", object([("driver", driver)])),
        ("columnKind", text("unicodeCodePoints")),
        ("results", array(results)),
    ]);
    object([
        ("$schema", text(SCHEMA)),
        ("version", text("2.1.0")),
        ("runs", array([run])),
    ]) + "\n"
}

fn rule(code: &Code) -> String {
    object([
        ("id", text(code.name)),
        (
            "shortDescription",
            object([("text", text(&code.summary()))]),
        ),
        (
            "help",
            object([
                ("text", text(code.explanation)),
                ("markdown", text(code.explanation)),
            ]),
        ),
        (
            "defaultConfiguration",
            object([("level", text(severity_name(code.severity)))]),
        ),
    ])
}

fn result(diagnostic: &Diagnostic, rules: &[&Code], files: &Files) -> String {
    let message = match &diagnostic.help {
        Some(help) => format!("{}\n{help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut members = vec![("ruleId", text(diagnostic.code.name))];
    if let Some(index) = rules.iter().position(|code| *code == diagnostic.code) {
        members.push(("ruleIndex", index.to_string()));
    }
    members.push(("level", text(severity_name(diagnostic.severity))));
    members.push(("message", object([("text", text(&message))])));
    if let Some(primary) = &diagnostic.primary {
        members.push(("locations", array([location(primary, None, files)])));
    }
    let related = diagnostic
        .secondary
        .iter()
        .enumerate()
        .map(|(id, label)| location(label, Some(id), files));
    members.push(("relatedLocations", array(related)));
    object(members)
}

fn location(label: &Label, id: Option<usize>, files: &Files) -> String {
    let place = Place::of(label.span, files);
    let region = object([
        ("startLine", place.line.to_string()),
        ("startColumn", place.column.to_string()),
        ("endLine", place.end_line.to_string()),
        ("endColumn", place.end_column.to_string()),
    ]);
    let physical = object([
        (
            "artifactLocation",
            object([("uri", text(&uri(&place.file)))]),
        ),
        ("region", region),
    ]);
    let mut members = Vec::new();
    members.extend(id.map(|id| ("id", id.to_string())));
    members.push(("physicalLocation", physical));
    if !label.text.is_empty() {
        members.push(("message", object([("text", text(&label.text))])));
    }
    object(members)
}

/// A path as a URI reference (RFC 3986): everything but unreserved characters and `/` encoded.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
