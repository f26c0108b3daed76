//! The outcomes as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gatewright_compiler::diagnostic::Severity;

use crate::Outcome;

/// How many errors of one document are shown; the number of the rest is.
const ERRORS_SHOWN: usize = 3;

/// A message without what is particular to one operation.
pub(crate) fn reason(message: &str) -> String {
    let message = message
        .split_once(" is left out: ")
        .map_or(message, |(_, reason)| reason);
    let mut general = String::new();
    for (index, part) in message.split('`').enumerate() {
        general.push_str(if index % 2 == 0 { part } else { "…" });
    }
    general
}

/// The whole page.
pub(crate) fn markdown(outcomes: &[Outcome]) -> String {
    let mut page = String::from(
        "# Public documents\n\n\
         What the compiler makes of a collection of public OpenAPI documents, with all operations of each\n\
         selected, deprecated ones too. The collection is not part of this repository. This page is generated:\n\n\
         ```sh\nUPDATE_CORPUS=1 cargo test -p gatewright-compiler --test corpus\n```\n\n\
         The test compares the number of operations with a count by another program, checks that each operation\n\
         of a document that compiles is a tool or was said to be left out, and parses all generated code.\n\
         `CORPUS_DIAGNOSTICS=DIR` writes what was said of each document into that folder.\n\n",
    );
    totals(&mut page, outcomes);
    left_out(&mut page, outcomes);
    codes(&mut page, outcomes);
    refused(&mut page, outcomes);
    documents(&mut page, outcomes);
    page
}

fn totals(page: &mut String, outcomes: &[Outcome]) {
    page.push_str(
        "## Totals\n\n| version | documents | compile | operations | tools | left out | in refused documents |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
    );
    let mut groups: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        let version: Vec<_> = outcome.version.split('.').take(2).collect();
        groups.entry(version.join(".")).or_default().push(outcome);
    }
    groups.insert("all".to_owned(), outcomes.iter().collect());
    for (version, group) in groups {
        let compiled: Vec<_> = group.iter().filter(|one| one.tools.is_some()).collect();
        let operations = |one: &Outcome| one.operations.unwrap_or(0);
        let all: usize = group.iter().map(|one| operations(one)).sum();
        let of_compiled: usize = compiled.iter().map(|one| operations(one)).sum();
        let tools: usize = compiled.iter().filter_map(|one| one.tools).sum();
        let _ = writeln!(
            page,
            "| {version} | {} | {} | {all} | {tools} | {} | {} |",
            group.len(),
            compiled.len(),
            of_compiled - tools,
            all - of_compiled
        );
    }
}

fn left_out(page: &mut String, outcomes: &[Outcome]) {
    let mut reasons: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (reason, count) in outcomes.iter().flat_map(|one| &one.left_out) {
        let entry = reasons.entry(reason).or_default();
        entry.0 += count;
        entry.1 += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, (count, _))| (std::cmp::Reverse(*count), *reason));
    page.push_str(
        "\n## Operations left out\n\n| operations | documents | reason |\n|--:|--:|---|\n",
    );
    for (reason, (operations, documents)) in reasons {
        let _ = writeln!(page, "| {operations} | {documents} | {} |", cell(reason));
    }
}

fn codes(page: &mut String, outcomes: &[Outcome]) {
    let mut codes: BTreeMap<(Severity, &str), (usize, usize)> = BTreeMap::new();
    for (code, count) in outcomes.iter().flat_map(|one| &one.said) {
        let entry = codes.entry(*code).or_default();
        entry.0 += count;
        entry.1 += 1;
    }
    page.push_str(
        "\n## Diagnostics\n\n| code | severity | how often | documents |\n|---|---|--:|--:|\n",
    );
    for ((severity, code), (count, documents)) in codes {
        let severity = severity_name(severity);
        let _ = writeln!(page, "| `{code}` | {severity} | {count} | {documents} |");
    }
}

fn refused(page: &mut String, outcomes: &[Outcome]) {
    page.push_str(
        "\n## Documents refused\n\nWhere the whole document is taken. A selection that leaves out what is faulty \
         compiles.\n\n| document | line | code | what is said |\n|---|--:|---|---|\n",
    );
    for outcome in outcomes.iter().filter(|one| one.tools.is_none()) {
        for (code, line, message) in outcome.errors.iter().take(ERRORS_SHOWN) {
            let _ = writeln!(
                page,
                "| `{}` | {line} | `{code}` | {} |",
                outcome.name,
                cell(message)
            );
        }
        if outcome.errors.len() > ERRORS_SHOWN {
            let rest = outcome.errors.len() - ERRORS_SHOWN;
            let _ = writeln!(page, "| `{}` | | | and {rest} more |", outcome.name);
        }
    }
}

fn documents(page: &mut String, outcomes: &[Outcome]) {
    page.push_str(
        "\n## Every document\n\n| document | version | operations | tools | left out | errors and warnings |\n\
         |---|---|--:|--:|--:|---|\n",
    );
    for outcome in outcomes {
        let number = |number: Option<usize>| number.map_or("-".to_owned(), |n| n.to_string());
        let left_out: usize = outcome.left_out.values().sum();
        let said: Vec<_> = outcome
            .said
            .iter()
            .filter(|((severity, _), _)| *severity != Severity::Note)
            .map(|((severity, code), count)| match severity {
                Severity::Error => format!("**`{code}` {count}**"),
                _ => format!("`{code}` {count}"),
            })
            .collect();
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} |",
            outcome.name,
            outcome.version,
            number(outcome.operations),
            number(outcome.tools),
            number(outcome.tools.map(|_| left_out)),
            said.join(", ")
        );
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Text of a document in a cell of a table: one line, and nothing in it is Markdown but code in
/// back-ticks.
fn cell(text: &str) -> String {
    let mut code = false;
    let mut cell = String::new();
    for character in text.chars().filter(|character| !character.is_control()) {
        code ^= character == '`';
        if character == '|' || !code && "<\\*_[".contains(character) {
            cell.push('\\');
        }
        cell.push(character);
    }
    cell
}
