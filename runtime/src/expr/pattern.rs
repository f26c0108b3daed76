//! Regular expressions, compiled when first needed and kept.

use std::sync::OnceLock;

use gatewright_schema::pattern;

/// A regular expression of an expression, in the syntax of RE2.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Option<regex::Regex>>,
}

impl Pattern {
    /// A pattern that the compiler compiled within the same limits.
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// `matches`: whether it occurs anywhere in the text. One that does not compile is found nowhere.
    pub fn matches(&self, text: &str) -> bool {
        self.compiled
            .get_or_init(|| pattern::linear(self.text).ok())
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    }
}
