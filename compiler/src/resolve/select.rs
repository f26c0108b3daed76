//! Which operations of a document a server takes: by id, tag, path pattern or all, less what is excluded.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Severity, Sink, codes};
use crate::manifest::Selection;
use crate::openapi::Operation;
use crate::source::{Span, Spanned};
use crate::suggestion::did_you_mean;

/// An operation and what selected it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected<'o, 'd> {
    /// The operation.
    pub(super) operation: &'o Operation<'d>,
    /// The entry of the manifest.
    pub(super) span: Span,
    /// Whether it was named, rather than caught by something wider: then a fault of it is an error.
    pub(super) named: bool,
}

/// The operations of `operations` that the entry selects, in the order of the document.
pub(super) fn select<'o, 'd>(
    select: &Selection,
    exclude: &Selection,
    deprecated: bool,
    span: Span,
    operations: &'o [Operation<'d>],
    sink: &mut Sink,
) -> Vec<Selected<'o, 'd>> {
    let chosen = matches(select, span, operations, "selects", sink);
    let excluded = matches(exclude, span, operations, "excludes", sink);
    let (mut left_out, mut kept_back) = (0, 0);
    let selected = operations
        .iter()
        .zip(chosen.iter().zip(&excluded))
        .filter_map(|(operation, (chosen, excluded))| {
            let chosen = (*chosen)?;
            if excluded.is_some() {
                return None;
            }
            if !operation.offered && !chosen.named {
                kept_back += 1;
                return None;
            }
            if operation.deprecated && !chosen.named && !deprecated {
                left_out += 1;
                return None;
            }
            Some(Selected {
                operation,
                span: chosen.span,
                named: chosen.named,
            })
        })
        .collect::<Vec<_>>();
    if left_out > 0 {
        sink.report(
            Diagnostic::new(
                &codes::DEPRECATED_LEFT_OUT,
                span,
                format!("left out because they are deprecated: {left_out} operations"),
            )
            .help("name them under `operations`, or say `deprecated: true` to take them all"),
        );
    }
    if kept_back > 0 {
        sink.report(
            Diagnostic::new(
                &codes::HINT_LEFT_OUT,
                span,
                format!("left out because `x-mcp` says so: {kept_back} operations"),
            )
            .help("name those that are needed under `operations`"),
        );
    }
    if selected.is_empty() && sink.errors() == 0 {
        sink.report(
            Diagnostic::new(
                &codes::SELECTS_NOTHING,
                span,
                if operations.is_empty() {
                    "the document has no operations"
                } else {
                    "no operation is left to take"
                },
            )
            .help(if operations.is_empty() {
                "a document describes them under `paths`"
            } else if left_out + kept_back > 0 {
                "name those that are needed under `operations`"
            } else {
                "`exclude` takes away all that the rest of the entry selects"
            }),
        );
    }
    selected
}

/// What matched an operation.
#[derive(Clone, Copy)]
struct Match {
    span: Span,
    named: bool,
}

/// For each operation, what of `selection` matches it. Entries that match nothing are errors: they
/// would silently do nothing.
fn matches(
    selection: &Selection,
    span: Span,
    operations: &[Operation<'_>],
    verb: &str,
    sink: &mut Sink,
) -> Vec<Option<Match>> {
    let mut found: Vec<Option<Match>> =
        vec![selection.all.then_some(Match { span, named: false }); operations.len()];
    for entry in &selection.operations {
        let named = !entry.contains('*');
        let several: Vec<_> = operations
            .iter()
            .filter(|operation| by_id(entry, operation))
            .collect();
        if named && several.len() > 1 {
            // None is taken: what else is wrong with them may not be about the one that is meant.
            ambiguous(entry, &several, sink);
            continue;
        }
        let hits = mark(&mut found, operations, entry.span, named, |operation| {
            by_id(entry, operation)
        });
        if hits == 0 {
            no_operation(entry, operations, sink);
        }
    }
    for tag in &selection.tags {
        let hits = mark(&mut found, operations, tag.span, false, |operation| {
            operation.tags.contains(&tag.value.as_str())
        });
        if hits == 0 {
            let known = operations
                .iter()
                .flat_map(|operation| operation.tags.iter().copied());
            nothing(
                &tag.value,
                tag.span,
                &format!("{verb} nothing: no operation has the tag"),
                known,
                sink,
            );
        }
    }
    for pattern in &selection.paths {
        let hits = mark(&mut found, operations, pattern.span, false, |operation| {
            by_path(pattern, operation)
        });
        if hits == 0 {
            let known = operations.iter().map(|operation| operation.path.value);
            nothing(
                &pattern.value,
                pattern.span,
                &format!("{verb} nothing: no path matches"),
                known,
                sink,
            );
        }
    }
    found
}

/// Marks the operations that `hit` accepts, keeping the most specific mark, and counts them.
fn mark(
    found: &mut [Option<Match>],
    operations: &[Operation<'_>],
    span: Span,
    named: bool,
    hit: impl Fn(&Operation<'_>) -> bool,
) -> usize {
    let mut hits = 0;
    for (mark, operation) in found.iter_mut().zip(operations) {
        if hit(operation) {
            hits += 1;
            if named || mark.is_none() {
                *mark = Some(Match { span, named });
            }
        }
    }
    hits
}

fn by_id(entry: &str, operation: &Operation<'_>) -> bool {
    match entry.split_once(' ') {
        Some((method, path)) if path.starts_with('/') => {
            operation.method.eq_ignore_ascii_case(method) && operation.path.value == path
        }
        _ => operation
            .id
            .as_ref()
            .is_some_and(|id| glob(entry.as_bytes(), id.as_bytes())),
    }
}

fn by_path(pattern: &str, operation: &Operation<'_>) -> bool {
    let (method, path) = match pattern.split_once(' ') {
        Some((method, path)) => (Some(method), path),
        None => (None, pattern),
    };
    method.is_none_or(|method| operation.method.eq_ignore_ascii_case(method))
        && path_glob(
            &path.split('/').collect::<Vec<_>>(),
            &operation.path.value.split('/').collect::<Vec<_>>(),
        )
}

/// Whether `text` is `pattern`, in which `*` stands for any text. Linear in time for each star.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, in_text));
            at += 1;
        } else if pattern.get(at) == text.get(in_text) {
            at += 1;
            in_text += 1;
        } else if let Some((star_at, covered)) = star {
            at = star_at + 1;
            in_text = covered + 1;
            star = Some((star_at, covered + 1));
        } else {
            return false;
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

/// The same over path segments: `**` stands for any number of them, `*` within one for any text.
fn path_glob(pattern: &[&str], path: &[&str]) -> bool {
    // Which prefixes of `path` the pattern so far matches; no backtracking, however many `**`.
    let mut reached = vec![false; path.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for part in pattern {
        let mut next = vec![false; path.len() + 1];
        let mut open = false;
        for (position, slot) in next.iter_mut().enumerate() {
            if *part == "**" {
                open |= reached.get(position).copied().unwrap_or(false);
                *slot = open;
            } else if let Some(segment) =
                position.checked_sub(1).and_then(|before| path.get(before))
            {
                *slot = reached.get(position - 1).copied().unwrap_or(false)
                    && glob(part.as_bytes(), segment.as_bytes());
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

fn no_operation(entry: &Spanned<String>, operations: &[Operation<'_>], sink: &mut Sink) {
    let what = if entry.contains('*') {
        "no operation's id matches"
    } else {
        "there is no operation"
    };
    let ids = operations
        .iter()
        .filter_map(|operation| operation.id.as_ref().map(|id| id.value));
    nothing(&entry.value, entry.span, what, ids, sink);
}

/// How many names a help lists.
const LISTED: usize = 8;

fn nothing<'k>(
    entry: &str,
    span: Span,
    what: &str,
    known: impl Iterator<Item = &'k str>,
    sink: &mut Sink,
) {
    let known: BTreeSet<&str> = known.collect();
    let help = did_you_mean(entry, known.iter().copied()).unwrap_or_else(|| {
        let names: Vec<_> = known
            .iter()
            .take(LISTED)
            .map(|name| format!("`{name}`"))
            .collect();
        match known.len().saturating_sub(LISTED) {
            0 if names.is_empty() => "the document has none".to_owned(),
            0 => format!("the document has {}", names.join(", ")),
            more => format!("the document has {} and {more} more", names.join(", ")),
        }
    });
    sink.report(
        Diagnostic::new(&codes::SELECTS_NOTHING, span, format!("{what} `{entry}`")).help(help),
    );
}

fn ambiguous(entry: &Spanned<String>, hits: &[&Operation<'_>], sink: &mut Sink) {
    let mut diagnostic = Diagnostic::new(
        &codes::AMBIGUOUS_OPERATION,
        entry.span,
        format!("{} operations have the id `{}`", hits.len(), entry.value),
    );
    for operation in hits {
        diagnostic = diagnostic.also(operation.span, "one of them");
    }
    if let Some(first) = hits.first() {
        diagnostic = diagnostic.help(format!(
            "name the one you mean by method and path, such as `{} {}`",
            first.method, first.path.value
        ));
    }
    diagnostic.severity = Severity::Error;
    sink.report(diagnostic);
}

#[cfg(test)]
mod tests {
    use super::{glob, path_glob};

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, expected) in [
            ("listPets", "listPets", true),
            ("list*", "listPets", true),
            ("*Pets", "listPets", true),
            ("l*t*s", "listPets", true),
            ("*", "", true),
            ("list*", "List", false),
            ("a*b*c", "abbbd", false),
        ] {
            assert_eq!(
                glob(pattern.as_bytes(), text.as_bytes()),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn path_patterns_match_by_segment() {
        let matches = |pattern: &str, path: &str| {
            path_glob(
                &pattern.split('/').collect::<Vec<_>>(),
                &path.split('/').collect::<Vec<_>>(),
            )
        };
        for (pattern, path, expected) in [
            ("/pets", "/pets", true),
            ("/pets/*", "/pets/{petId}", true),
            ("/pets/*", "/pets", false),
            ("/pets/*", "/pets/{petId}/toys", false),
            ("/pets/**", "/pets/{petId}/toys", true),
            ("/pets/**", "/pets", true),
            ("/**/toys", "/pets/{petId}/toys", true),
            ("/**", "/", true),
            ("/**/**/**/x", "/a/b/c/d/e/f/g", false),
            ("/pets.*", "/pets.json", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
