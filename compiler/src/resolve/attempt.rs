//! One selected operation: it becomes a tool, or it does not, and then it matters whether it was named.

use super::operation;
use super::security::Given;
use super::select::Selected;
use super::servers::Elsewhere;
use super::tools::{find_override, named};
use super::unsupported::Unsupported;
use super::{Draft, Resolver, names};
use crate::diagnostic::{Diagnostic, Severity, Sink, codes};
use crate::manifest::{self, Override, tool_name_problem};
use crate::openapi::{Document, Hints, Operation};
use crate::plan::{Action, OperationTool};

/// A tool, and what it needs of its API once it is taken.
struct Attempt<'d> {
    draft: Draft<'d>,
    given: Given,
    elsewhere: Option<Elsewhere>,
}

/// Why there is no tool.
enum Refusal {
    /// It is one already, or errors were reported.
    Reported,
    Unsupported(Unsupported),
}

impl<'d> Resolver<'d, '_> {
    /// Adds the tool of one operation to the drafts. A flaw of it is an error where the manifest names
    /// it; an operation that something wider caught is left out, with a warning that says why: public
    /// documents have such operations (docs/corpus.md counts them), and the others can be served.
    pub(super) fn attempt(
        &mut self,
        server: &'d manifest::Server,
        selected: &Selected<'_, 'd>,
        api: (usize, &'d Document),
        drafts: &mut Vec<Draft<'d>>,
        used: &mut [bool],
    ) {
        let operation = selected.operation;
        let mark = self.lowering.mark();
        let outer = std::mem::take(self.sink);
        let (_, document) = api;
        let hints = document.hints(operation, self.documents, self.sink);
        let id = operation.id.as_ref().map(|id| id.value);
        let name = match &hints.name {
            Some(name) => name.value.to_owned(),
            None => names::tool(id, operation.method, operation.path.value),
        };
        let change = find_override(server, &name, id, used);
        let attempt = if is_taken(drafts, operation) {
            Err(Refusal::Reported)
        } else {
            self.tool(&name, selected, api, (change, &hints))
        };
        let inner = std::mem::replace(self.sink, outer);
        // What the manifest or an overlay changes, it names.
        let is_named = selected.named || change.is_some() || self.is_own(&inner);
        if !is_named && inner.errors() > 0 {
            self.lowering.forget_since(mark);
            self.left_out(selected, &inner);
            return;
        }
        for diagnostic in inner.into_diagnostics() {
            self.sink.report(diagnostic);
        }
        match attempt {
            Ok(attempt) => self.take(attempt, operation, selected, api.0, drafts),
            Err(Refusal::Unsupported(unsupported)) => {
                let diagnostic = unsupported.diagnostic(operation, selected.span, is_named);
                self.sink.report(diagnostic);
            }
            Err(Refusal::Reported) => {}
        }
    }

    fn tool(
        &mut self,
        name: &str,
        selected: &Selected<'_, 'd>,
        (position, document): (usize, &'d Document),
        (change, hints): (Option<&'d Override>, &Hints<'d>),
    ) -> Result<Attempt<'d>, Refusal> {
        let operation = selected.operation;
        operation::template(operation).map_err(Refusal::Unsupported)?;
        self.hinted_name(hints);
        let mut details = document
            .details(operation, self.documents, self.sink)
            .ok_or(Refusal::Reported)?;
        let elsewhere = self
            .elsewhere(operation, (position, document))
            .map_err(Refusal::Unsupported)?;
        let given = self
            .given(operation, &mut details, (position, document), change)
            .ok_or(Refusal::Reported)?;
        let tool = operation::tool(operation, &details, position, (change, hints), self)
            .map_err(Refusal::Unsupported)?;
        let id = operation.id.as_ref().map(|id| id.value);
        self.report_rename(name, id, (change, hints.name.is_some()), operation.span);
        let action = Action::Operation(Box::new(tool));
        Ok(Attempt {
            draft: Draft {
                tool: named(name, change, selected.span, action),
                change,
                name: name.to_owned(),
            },
            given,
            elsewhere,
        })
    }

    fn hinted_name(&mut self, hints: &Hints<'d>) {
        let Some(name) = &hints.name else {
            return;
        };
        if let Some(rule) = tool_name_problem(name.value) {
            let message = format!("`{}` is not a tool name", name.value.escape_debug());
            self.sink
                .report(Diagnostic::new(&codes::MALFORMED_DOCUMENT, name.span, message).help(rule));
        }
    }

    fn take(
        &mut self,
        attempt: Attempt<'d>,
        operation: &Operation<'d>,
        selected: &Selected<'_, 'd>,
        api: usize,
        drafts: &mut Vec<Draft<'d>>,
    ) {
        let mut draft = attempt.draft;
        let credentials = self.give(attempt.given, operation, api, selected.span);
        let address = attempt.elsewhere.map(|elsewhere| self.address(elsewhere));
        if let Action::Operation(tool) = &mut draft.tool.action {
            let tool: &mut OperationTool = tool;
            tool.request.credentials = credentials;
            tool.request.api = address.unwrap_or(api);
        }
        drafts.push(draft);
    }

    /// Whether a problem stands in an overlay: those are written for the gateway.
    fn is_own(&self, problems: &Sink) -> bool {
        let places = problems.diagnostics().iter();
        places
            .filter(|problem| problem.severity == Severity::Error)
            .filter_map(|problem| problem.primary.as_ref())
            .any(|label| self.documents.is_overlay(label.span.file))
    }

    /// Says once what is wrong with an operation that is left out.
    fn left_out(&mut self, selected: &Selected<'_, 'd>, problems: &Sink) {
        let operation = selected.operation;
        let is_error = |problem: &&Diagnostic| problem.severity == Severity::Error;
        let Some(first) = problems.diagnostics().iter().find(is_error) else {
            return;
        };
        let more = match problems.errors() {
            0 | 1 => String::new(),
            2 => " (and one more problem)".to_owned(),
            many => format!(" (and {} more problems)", many - 1),
        };
        let message = format!(
            "`{} {}` is left out: {}{more}",
            operation.method, operation.path.value, first.message
        );
        let mut diagnostic = Diagnostic::new(&codes::UNSUPPORTED_OPERATION, selected.span, message);
        diagnostic.severity = Severity::Warning;
        for label in first.primary.iter().chain(&first.secondary) {
            let here = if label.text.is_empty() {
                "here"
            } else {
                &label.text
            };
            diagnostic = diagnostic.also(label.span, here);
        }
        diagnostic.help.clone_from(&first.help);
        self.sink.report(diagnostic);
    }
}

/// Whether the operation is a tool already: one can be reached by several entries.
fn is_taken(drafts: &[Draft<'_>], operation: &Operation<'_>) -> bool {
    drafts.iter().any(|draft| match &draft.tool.action {
        Action::Operation(tool) => {
            tool.operation == operation.span && tool.request.template == operation.path.value
        }
        Action::Rust(_) => false,
    })
}
