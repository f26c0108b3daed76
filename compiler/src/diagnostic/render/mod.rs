//! Diagnostics as text: for people, and for the programs that show them to people.

mod full;
mod github;
mod json;
mod sarif;
mod visible;
mod writer;

pub(crate) use visible::visible;

use super::{Diagnostic, Severity};
use crate::source::{Files, Span};

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal: the source with the places marked, as rustc does it.
    Full {
        /// Whether ANSI colours are used.
        colour: bool,
    },
    /// For programs: one JSON object per line.
    Json,
    /// For GitHub Actions: workflow commands, which become annotations of the change under review.
    Github,
    /// For code scanning: one SARIF 2.1.0 document.
    Sarif,
}

/// Writes diagnostics in the order of files and places; those without a place come first.
///
/// [`Format::Full`] shows files by [`name`](crate::source::SourceFile::name), the other formats by
/// [`path`](crate::source::SourceFile::path), since the programs that read them look the files up.
pub fn render(diagnostics: &[Diagnostic], files: &Files, format: Format) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| {
        diagnostic
            .primary
            .as_ref()
            .map(|label| (&files.file(label.span.file).name, label.span.start))
    });
    match format {
        Format::Full { colour } => full::render(&sorted, files, colour),
        Format::Json => json::render(&sorted, files),
        Format::Github => github::render(&sorted, files),
        Format::Sarif => sarif::render(&sorted, files),
    }
}

/// Where a span begins and ends, for the formats that say so in numbers.
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Place {
    fn of(span: Span, files: &Files) -> Self {
        let (line, column) = files.position(span);
        let (end_line, end_column) = files.end_position(span);
        Self {
            file: files
                .file(span.file)
                .path
                .to_string_lossy()
                .replace('\\', "/"),
            line,
            column,
            end_line,
            end_column,
        }
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests;
