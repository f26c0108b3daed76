//! Why an operation cannot be a tool.

use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::openapi::Operation;
use crate::source::Span;

/// What an operation cannot be served for, with the place.
#[derive(Debug)]
pub(super) struct Unsupported {
    span: Span,
    reason: String,
    help: Option<String>,
}

impl Unsupported {
    /// `reason` reads on from `GET /pets cannot be a tool: `.
    pub(super) fn new(span: Span, reason: impl Into<String>) -> Self {
        Self {
            span,
            reason: reason.into(),
            help: None,
        }
    }

    /// Says how to mend it.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// The operation is left out where it was caught by a wide selection, and an error where it was
    /// named.
    pub(super) fn diagnostic(
        self,
        operation: &Operation<'_>,
        selected: Span,
        named: bool,
    ) -> Diagnostic {
        let (severity, what) = if named {
            (Severity::Error, "cannot be a tool")
        } else {
            (Severity::Warning, "is left out")
        };
        let mut diagnostic = Diagnostic::new(
            &codes::UNSUPPORTED_OPERATION,
            selected,
            format!(
                "`{} {}` {what}: {}",
                operation.method, operation.path.value, self.reason
            ),
        )
        .also(self.span, "here");
        diagnostic.severity = severity;
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}
