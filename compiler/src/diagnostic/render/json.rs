//! One JSON object per line.

use super::writer::{array, object, text};
use super::{Place, severity_name};
use crate::diagnostic::{Diagnostic, Label};
use crate::source::Files;

pub(super) fn render(diagnostics: &[&Diagnostic], files: &Files) -> String {
    diagnostics
        .iter()
        .map(|diagnostic| line(diagnostic, files) + "\n")
        .collect()
}

fn line(diagnostic: &Diagnostic, files: &Files) -> String {
    let mut members = vec![
        ("code", text(diagnostic.code.name)),
        ("severity", text(severity_name(diagnostic.severity))),
        ("message", text(&diagnostic.message)),
    ];
    if let Some(primary) = &diagnostic.primary {
        members.extend(place(primary, files));
    }
    let labels = diagnostic.secondary.iter().map(|label| {
        let mut members = place(label, files);
        members.push(("text", text(&label.text)));
        object(members)
    });
    members.push(("labels", array(labels)));
    if let Some(help) = &diagnostic.help {
        members.push(("help", text(help)));
    }
    object(members)
}

fn place(label: &Label, files: &Files) -> Vec<(&'static str, String)> {
    let place = Place::of(label.span, files);
    vec![
        ("file", text(&place.file)),
        ("line", place.line.to_string()),
        ("column", place.column.to_string()),
        ("end_line", place.end_line.to_string()),
        ("end_column", place.end_column.to_string()),
    ]
}
