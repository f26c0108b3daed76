//! Codes in words.

use crate::diagnostic::{CODES, Code, Severity};

/// Every code with the first sentence of its explanation.
pub(super) fn all() -> String {
    let width = CODES.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let lines: Vec<String> = CODES
        .iter()
        .map(|code| {
            format!(
                "{:width$}  {:7}  {}\n",
                code.name,
                severity(code),
                first_sentence(code)
            )
        })
        .collect();
    lines.concat()
}

pub(super) fn severity(code: &Code) -> &'static str {
    match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn first_sentence(code: &Code) -> String {
    let summary = code.summary();
    match summary.find(". ") {
        Some(end) => summary.get(..=end).unwrap_or_default().to_owned(),
        None => summary,
    }
}
