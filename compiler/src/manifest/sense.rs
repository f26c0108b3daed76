//! Entries that are well formed and yet cannot be meant: selections of nothing, the same thing twice,
//! contradictions.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{Span, Spanned};

use super::{
    Api, ApiKeyLocation, Credential, CredentialKind, Manifest, Override, Selection, Server,
    ToolSource, Variable, VariableKind,
};

/// Reports them.
pub(super) fn check(manifest: &Manifest, sink: &mut Sink) {
    secret_files(&manifest.environment, sink);
    for api in &manifest.apis {
        headers(api, &manifest.credentials, sink);
    }
    paths(&manifest.servers, sink);
    if manifest.servers.is_empty() {
        // A malformed or missing section was reported already; an empty one was not.
        sink.report(
            Diagnostic::new(
                &codes::INVALID_VALUE,
                manifest.name.span,
                "the gateway has no servers",
            )
            .help("declare at least one under `servers`"),
        );
    }
    for server in &manifest.servers {
        for source in &server.tools {
            match source {
                ToolSource::Operations {
                    select,
                    exclude,
                    span,
                    ..
                } => {
                    selection(select, exclude, *span, sink);
                }
                ToolSource::Rust { paths } => repeated(paths.iter(), "function", sink),
            }
        }
        for entry in &server.overrides {
            override_of(entry, sink);
        }
    }
}

/// `NAME_FILE` is where a secret `NAME` can be read from, so it cannot be a variable of its own.
fn secret_files(variables: &[Variable], sink: &mut Sink) {
    let secrets = || {
        variables
            .iter()
            .filter(|variable| variable.kind == VariableKind::Secret)
    };
    for variable in variables {
        let Some(name) = variable.name.strip_suffix("_FILE") else {
            continue;
        };
        if let Some(secret) = secrets().find(|secret| secret.name.value == name) {
            sink.report(
                Diagnostic::new(
                    &codes::DUPLICATE_ENTRY,
                    variable.name.span,
                    format!("`{}` would have two meanings", variable.name.value),
                )
                .also(
                    secret.name.span,
                    "it can name the file that holds this secret",
                )
                .help("give one of the two another name"),
            );
        }
    }
}

/// A header is sent once (RFC 9110, section 5.3: only lists may repeat).
fn headers(api: &Api, credentials: &[Credential], sink: &mut Sink) {
    let mut seen: Vec<(String, Span)> = Vec::new();
    let bound = api.credentials.iter().map(|(_, credential)| credential);
    for name in api.credential.iter().chain(bound) {
        let credential = credentials
            .iter()
            .find(|other| other.name.value == name.value);
        match credential.map(|credential| &credential.kind) {
            Some(CredentialKind::ApiKey {
                location: ApiKeyLocation::Header,
                name,
                ..
            }) => {
                seen.push((name.to_ascii_lowercase(), name.span));
            }
            Some(CredentialKind::ApiKey {
                location: ApiKeyLocation::Cookie,
                name,
                ..
            }) => {
                seen.push(("cookie".into(), name.span));
            }
            Some(CredentialKind::Basic { .. } | CredentialKind::Bearer { .. }) => {
                seen.push(("authorization".into(), name.span));
            }
            _ => {}
        }
    }
    for (name, _) in &api.headers {
        let folded = name.to_ascii_lowercase();
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == folded) {
            twice(
                name.span,
                *first,
                &format!("the header `{}`", name.value),
                sink,
            );
        } else {
            seen.push((folded, name.span));
        }
    }
}

/// Two servers cannot be at one path.
fn paths(servers: &[Server], sink: &mut Sink) {
    let mut seen: Vec<(String, Span)> = Vec::new();
    for server in servers {
        let (path, span) = match &server.path {
            Some(path) => (path.value.clone(), path.span),
            None => (format!("/{}/mcp", server.name.value), server.name.span),
        };
        if let Some((_, first)) = seen.iter().find(|(other, _)| *other == path) {
            twice(span, *first, &format!("the path `{path}`"), sink);
        } else {
            seen.push((path, span));
        }
    }
}

fn selection(select: &Selection, exclude: &Selection, span: Span, sink: &mut Sink) {
    let none = |selection: &Selection| {
        selection.operations.is_empty() && selection.tags.is_empty() && selection.paths.is_empty()
    };
    if select.all {
        for needless in select.tags.first().into_iter().chain(select.paths.first()) {
            sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    needless.span,
                    "this adds nothing to `operations: all`",
                )
                .help("remove it, or remove `operations: all` to take only what it matches"),
            );
        }
    } else if none(select) {
        sink.report(
            Diagnostic::new(
                &codes::EMPTY_SELECTION,
                span,
                "this entry selects no operations",
            )
            .help(
                "name some with `operations`, `tags` or `paths`; `operations: all` takes every one",
            ),
        );
    }
    for selection in [select, exclude] {
        repeated(selection.operations.iter(), "operation", sink);
        repeated(selection.tags.iter(), "tag", sink);
        repeated(selection.paths.iter(), "path", sink);
    }
    for (chosen, left_out) in [
        (&select.operations, &exclude.operations),
        (&select.tags, &exclude.tags),
        (&select.paths, &exclude.paths),
    ] {
        for item in chosen {
            if let Some(other) = left_out.iter().find(|other| other.value == item.value) {
                sink.report(
                    Diagnostic::new(
                        &codes::EMPTY_SELECTION,
                        item.span,
                        format!("`{}` is selected and excluded", item.value),
                    )
                    .also(other.span, "it is excluded here")
                    .help("remove one of the two"),
                );
            }
        }
    }
}

fn override_of(entry: &Override, sink: &mut Sink) {
    if entry.annotations.read_only == Some(true) && entry.annotations.destructive == Some(true) {
        sink.report(
            Diagnostic::new(
                &codes::INVALID_VALUE,
                entry.tool.span,
                format!(
                    "`{}` is said to be read-only and destructive",
                    entry.tool.value
                ),
            )
            .help(
                "a tool that changes nothing destroys nothing: set only one of the two to `true`",
            ),
        );
    }
    let names = entry
        .arguments
        .iter()
        .filter_map(|argument| argument.name.as_ref());
    repeated(names, "argument name", sink);
}

fn repeated<'m>(items: impl Iterator<Item = &'m Spanned<String>>, what: &str, sink: &mut Sink) {
    let mut seen: Vec<&Spanned<String>> = Vec::new();
    for item in items {
        if let Some(first) = seen.iter().find(|other| other.value == item.value) {
            twice(
                item.span,
                first.span,
                &format!("the {what} `{}`", item.value),
                sink,
            );
        } else {
            seen.push(item);
        }
    }
}

fn twice(span: Span, first: Span, what: &str, sink: &mut Sink) {
    sink.report(
        Diagnostic::new(
            &codes::DUPLICATE_ENTRY,
            span,
            format!("{what} is here for the second time"),
        )
        .also(first, "the first is here")
        .help("remove one of the two"),
    );
}
