//! GitHub Actions' workflow commands: `::error file=…,line=…::message`, one per line.

use super::Place;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Files;

pub(super) fn render(diagnostics: &[&Diagnostic], files: &Files) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| line(diagnostic, files))
        .collect()
}

fn line(diagnostic: &Diagnostic, files: &Files) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(primary) = &diagnostic.primary {
        let place = Place::of(primary.span, files);
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={}", place.line));
        properties.push(format!("endLine={}", place.end_line));
        // Columns count only where the annotation is on one line.
        if place.line == place.end_line {
            properties.push(format!("col={}", place.column));
            properties.push(format!("endColumn={}", place.end_column));
        }
    }
    properties.push(format!("title={}", property(diagnostic.code.name)));

    let mut message = vec![diagnostic.message.clone()];
    message.extend(diagnostic.secondary.iter().map(|label| {
        let place = Place::of(label.span, files);
        format!(
            "{}:{}:{}: {}",
            place.file, place.line, place.column, label.text
        )
    }));
    message.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    let message = data(&message.join("\n"));
    format!("::{command} {}::{message}\n", properties.join(","))
}

/// What ends or forms a command must not come from a document.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
