//! Whose answers are remembered, and what makes them untrue.

use std::time::Duration;

use super::Resolver;
use crate::diagnostic::{Diagnostic, codes};
use crate::manifest::{self, Manifest, Override};
use crate::plan::{Action, Body, Caching, Invalidates, OperationTool, Tool};
use crate::source::{Span, Spanned};
use crate::suggestion::did_you_mean;

/// Where the manifest says nothing.
const CACHE_BYTES: u64 = 64 << 20;

/// Where the manifest says nothing, and the cache is not too small for it.
const MAX_ENTRY_BYTES: u64 = 1 << 20;

/// What remembered answers may take.
pub(super) fn cache_bytes(manifest: &Manifest) -> u64 {
    let said = manifest.cache_bytes.as_ref();
    said.map_or(CACHE_BYTES, |bytes| bytes.value)
}

impl Resolver<'_, '_> {
    /// Whether the gateway has room for answers that nobody remembers.
    pub(super) fn unused_cache<'t>(&mut self, mut tools: impl Iterator<Item = &'t Tool>) {
        if let Some(bytes) = &self.manifest.cache_bytes
            && tools.all(|tool| tool.cache.is_none())
        {
            self.sink.report(
                Diagnostic::new(
                    &codes::UNUSED_DECLARATION,
                    bytes.span,
                    "no tool has its answers remembered",
                )
                .help("say of which tools they are: `overrides: { listPets: { cache: { ttl: 5m } } }`"),
            );
        }
    }

    /// Says of the tools of a server what is remembered of them, and what forgotten. `names` are what the
    /// tools would be called without the manifest's changes.
    pub(super) fn caching(
        &mut self,
        changes: &[Option<&Override>],
        names: &[String],
        tools: &mut [Tool],
    ) {
        for (tool, change) in tools.iter_mut().zip(changes) {
            if let Some(said) = change.and_then(|change| change.cache.as_ref()) {
                tool.cache = self.remembered(tool, said);
            }
        }
        for position in 0..tools.len() {
            let Some(change) = changes.get(position).copied().flatten() else {
                continue;
            };
            let untrue = self.invalidated(change, position, (changes, names), tools);
            if let Some(tool) = tools.get_mut(position) {
                tool.invalidates = untrue;
            }
        }
    }

    fn remembered(&mut self, tool: &Tool, said: &manifest::Caching) -> Option<Caching> {
        let errors = self.sink.errors();
        match &tool.action {
            Action::Operation(operation) => self.is_repeatable(tool, operation, said.span),
            Action::Rust(_) => self.sink.report(
                Diagnostic::new(
                    &codes::NOT_CACHEABLE,
                    said.span,
                    format!("`{}` is written in Rust: it calls no operation", tool.name),
                )
                .help("remember in the function what may be remembered"),
            ),
        }
        let most = cache_bytes(self.manifest) / 2;
        let max_entry_bytes = match &said.max_entry_bytes {
            Some(bytes) if bytes.value > most => {
                let mut diagnostic = Diagnostic::new(
                    &codes::INVALID_VALUE,
                    bytes.span,
                    format!("one answer may take at most half of the cache: {most} bytes"),
                )
                .help("make it smaller, or the cache greater: `cache: { max_bytes: .. }` of the gateway");
                if let Some(cache) = &self.manifest.cache_bytes {
                    diagnostic = diagnostic.also(cache.span, "the cache");
                }
                self.sink.report(diagnostic);
                most
            }
            Some(bytes) => bytes.value,
            None => MAX_ENTRY_BYTES.min(most),
        };
        (self.sink.errors() == errors).then(|| Caching {
            ttl: said.ttl.value,
            shared: said.shared.as_ref().is_some_and(|shared| shared.value),
            stale_if_error: said
                .stale_if_error
                .as_ref()
                .map_or(Duration::ZERO, |stale| stale.value),
            max_entry_bytes,
            span: said.span,
        })
    }

    /// Reports what makes answers of an operation no good for the next call.
    fn is_repeatable(&mut self, tool: &Tool, operation: &OperationTool, span: Span) {
        let (method, name) = (operation.request.method, &tool.name);
        if !operation.annotations.read_only {
            self.sink.report(
                Diagnostic::new(
                    &codes::NOT_CACHEABLE,
                    span,
                    format!("`{name}` is not read-only: a call that is answered from memory does nothing"),
                )
                .also(operation.operation, format!("this operation is a {method}"))
                .help("if it changes nothing, say so: `annotations: { read_only: true }`"),
            );
        }
        if let Body::Multipart { .. } = operation.request.body {
            self.sink.report(
                Diagnostic::new(
                    &codes::NOT_CACHEABLE,
                    span,
                    format!("no two requests of `{name}` are the same: its body has parts"),
                )
                .also(operation.operation, "this operation"),
            );
        }
    }

    fn invalidated(
        &mut self,
        change: &Override,
        position: usize,
        (changes, names): (&[Option<&Override>], &[String]),
        tools: &[Tool],
    ) -> Invalidates {
        let Some(first) = change.invalidates.first() else {
            return Invalidates::default();
        };
        let writes = tools.get(position).is_some_and(|tool| match &tool.action {
            Action::Operation(operation) => !operation.annotations.read_only,
            // Of a function the compiler does not know it.
            Action::Rust(_) => true,
        });
        if !writes {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALIDATES_NOTHING,
                    first.span,
                    format!("`{}` is read-only: it changes nothing", change.tool.value),
                )
                .help("remove `invalidates`, or `annotations: { read_only: true }`"),
            );
        }
        let mut found: Vec<(usize, &Spanned<String>)> = Vec::new();
        for name in &change.invalidates {
            let called = |(position, tool): (usize, &Tool)| {
                let change = changes.get(position).copied().flatten();
                tool.name == name.value
                    || names.get(position) == Some(&name.value)
                    || change.is_some_and(|change| change.tool.value == name.value)
            };
            let Some(target) = tools.iter().enumerate().position(called) else {
                let known = tools.iter().map(|tool| tool.name.as_str());
                let diagnostic = Diagnostic::new(
                    &codes::NO_SUCH_TOOL,
                    name.span,
                    format!("the server has no tool `{}`", name.value),
                );
                self.sink.report(match did_you_mean(&name.value, known) {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic.help("name tools of the same server"),
                });
                continue;
            };
            if let Some((_, first)) = found.iter().find(|(known, _)| *known == target) {
                self.sink.report(
                    Diagnostic::new(
                        &codes::DUPLICATE_ENTRY,
                        name.span,
                        format!("`{}` is listed twice", name.value),
                    )
                    .also(first.span, "it is here already"),
                );
                continue;
            }
            // Where its `cache` was refused, that is what has to be mended.
            let remembers = changes
                .get(target)
                .copied()
                .flatten()
                .is_some_and(|change| change.cache.is_some());
            if !remembers {
                self.sink.report(
                    Diagnostic::new(
                        &codes::INVALIDATES_NOTHING,
                        name.span,
                        format!("no answers of `{}` are remembered", name.value),
                    )
                    .help(format!(
                        "remove it, or remember them: `{}: {{ cache: {{ ttl: 5m }} }}`",
                        name.value
                    )),
                );
            }
            found.push((target, name));
        }
        let mut tools: Vec<usize> = found.into_iter().map(|(target, _)| target).collect();
        tools.sort_unstable();
        Invalidates {
            tools,
            span: Some(first.span),
        }
    }
}
