//! What arguments and results must not hold.

use std::time::Duration;

use super::{Credential, Template};
use crate::expr::Compiled;
use crate::source::Span;

/// A content guard.
#[derive(Debug)]
pub struct Guard {
    /// Whether arguments are searched.
    pub arguments: bool,
    /// Whether results are.
    pub result: bool,
    /// What is searched for.
    pub detect: Vec<Detect>,
    /// What else is: names, and regular expressions that compile.
    pub patterns: Vec<(String, String)>,
    /// Who else says what texts are; never where something is masked.
    pub classifier: Option<Classifier>,
    /// What is done about it.
    pub action: GuardAction,
    /// Which calls it is about; `None`: all.
    pub when: Option<Box<Compiled>>,
    /// Where it was declared.
    pub span: Span,
}

/// A service that says what texts are.
#[derive(Debug)]
pub struct Classifier {
    /// Where it is asked.
    pub url: Template,
    /// The `model` of the request.
    pub model: Option<String>,
    /// How the gateway says there who it is: never in a query or a cookie.
    pub credential: Option<Credential>,
    /// How long a call waits.
    pub timeout: Duration,
    /// Whether what could not be classified is let through.
    pub allow_on_failure: bool,
    /// The categories that count; empty: what the service flags.
    pub categories: Vec<String>,
}

/// What the gateway knows how to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detect {
    /// Keys, tokens and passwords.
    Secrets,
    /// What identifies people and their accounts.
    PersonalData,
    /// Text that speaks to the model.
    PromptInjection,
}

/// What is done about what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardAction {
    /// The call is refused, or its result is not passed on.
    Refuse,
    /// Something else takes its place.
    Mask,
    /// It is noted in the log.
    Log,
}
