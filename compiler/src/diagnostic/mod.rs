//! Diagnostics: coded, positioned, collected; rendered for people and for machines.

mod code;
mod render;

pub use code::{CODES, Code, code};
pub mod codes {
    //! Every code as a static, for the places that report it.
    pub use super::code::*;
}
pub(crate) use render::visible;
pub use render::{Format, render};

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Something to look at; the compilation goes on.
    Warning,
    /// Something the compiler decided that the user should know, such as a name it made.
    Note,
}

/// A place in the sources and what it has to do with the problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable name and long explanation.
    pub code: &'static Code,
    /// How bad it is; taken from the code unless changed.
    pub severity: Severity,
    /// What is wrong, one sentence, lower case, no full stop; user input in back-ticks.
    pub message: String,
    /// Where it is.
    pub primary: Option<Label>,
    /// Other places that have to do with it, possibly in other files.
    pub secondary: Vec<Label>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem at `span`.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: Some(Label {
                span,
                text: String::new(),
            }),
            secondary: Vec::new(),
            help: None,
        }
    }

    /// A problem that has no place, such as a file that cannot be read.
    pub fn nowhere(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: None,
            secondary: Vec::new(),
            help: None,
        }
    }

    /// Says what is at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// Collects the diagnostics of a compilation, in the order found; equal ones once.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
}

/// A phase reported errors: there is nothing for the next one to work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

impl Sink {
    /// Adds one, unless the same was reported before.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.contains(&diagnostic) {
            return;
        }
        self.errors += usize::from(diagnostic.severity == Severity::Error);
        self.diagnostics.push(diagnostic);
    }

    /// The barrier at the end of a phase.
    ///
    /// # Errors
    /// Where anything so far was an error.
    pub fn finish_phase(&self) -> Result<(), Failed> {
        if self.errors == 0 {
            Ok(())
        } else {
            Err(Failed)
        }
    }

    /// How many errors there were so far; a function that compares this before and after a step knows
    /// whether the step failed.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Leaves out those of a code. What is unused, say, nobody knows before everything is right: the use may
    /// be in what could not be read.
    pub fn forget(&mut self, code: &'static Code) {
        self.diagnostics
            .retain(|one| one.code.name != code.name || one.severity == Severity::Error);
    }

    /// What was collected.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// What was collected.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}
