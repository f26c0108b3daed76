//! What arguments and results must not hold.

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
    /// What is done about it.
    pub action: GuardAction,
    /// Which calls it is about; `None`: all.
    pub when: Option<Box<Compiled>>,
    /// Where it was declared.
    pub span: Span,
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
