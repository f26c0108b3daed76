//! Regular expressions: compiled once, kept in one bounded table for the whole process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use crate::rule::Pattern;

/// How many compiled expressions are kept. The expressions come from the tables of the binary, so
/// that this many is rarely reached; where it is, the table starts anew.
const CAPACITY: usize = 4096;

/// The size of a compiled expression, in bytes; a larger one does not compile.
const SIZE_LIMIT: usize = 4 << 20;

/// How often the backtracking engine may turn back in a first attempt, enough for nearly all values.
const FEW_TURNS: usize = 1_000;

/// How often it may turn back in a second attempt, after which the value counts as undecided.
const MANY_TURNS: usize = 100_000;

/// The cost of a second attempt: far more than a value's share of the steps of a check, so that
/// only a few values of one text can have one.
const SECOND_ATTEMPT: usize = 50_000;

/// How deep the groups of an expression may nest.
const NEST_LIMIT: u32 = 100;

static COMPILED: LazyLock<RwLock<HashMap<Key, Arc<Engine>>>> = LazyLock::new(RwLock::default);

/// Which engine reads the expression, and its translated text.
type Key = (bool, crate::rule::Text);

#[derive(Debug)]
enum Engine {
    Linear(regex::Regex),
    Backtracking {
        first: fancy_regex::Regex,
        second: fancy_regex::Regex,
    },
    /// Does not compile.
    Broken,
}

/// The outcome of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// Nothing where the expression does not compile, or the engine turned back too often. The
    /// value must be refused then, even where the answer was to be negated.
    pub(crate) found: Option<bool>,
    /// The steps of a check that it cost.
    pub(crate) steps: usize,
}

impl Pattern {
    /// Checks that the translated expression compiles within the limits of this crate. A pattern
    /// that does not is broken by every value.
    ///
    /// # Errors
    /// What the engine says, in words.
    ///
    /// ```
    /// use gatewright_schema::rule::Pattern;
    ///
    /// let pattern = |text: &'static str| Pattern {
    ///     source: text.into(),
    ///     translated: text.into(),
    ///     lookaround: false,
    /// };
    /// assert!(pattern("^a+$").verify().is_ok());
    /// assert!(pattern("(a").verify().is_err());
    /// ```
    pub fn verify(&self) -> Result<(), String> {
        compile(self).map(|_| ())
    }

    /// Looks for the expression anywhere in `text`.
    pub(crate) fn search(&self, text: &str) -> Search {
        let cheap = text.len() / 8 + 1;
        match &*self.engine() {
            Engine::Linear(regex) => Search {
                found: Some(regex.is_match(text)),
                steps: cheap,
            },
            Engine::Backtracking { first, second } => match first.is_match(text) {
                Ok(found) => Search {
                    found: Some(found),
                    steps: cheap,
                },
                Err(_) => Search {
                    found: second.is_match(text).ok(),
                    steps: SECOND_ATTEMPT,
                },
            },
            Engine::Broken => Search {
                found: None,
                steps: cheap,
            },
        }
    }

    fn engine(&self) -> Arc<Engine> {
        let key = (self.lookaround, self.translated.clone());
        if let Some(engine) = COMPILED
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
        {
            return Arc::clone(engine);
        }
        let engine = Arc::new(compile(self).unwrap_or(Engine::Broken));
        let mut compiled = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        if compiled.len() >= CAPACITY {
            compiled.clear();
        }
        compiled.insert(key, Arc::clone(&engine));
        engine
    }
}

fn compile(pattern: &Pattern) -> Result<Engine, String> {
    if pattern.lookaround {
        return Ok(Engine::Backtracking {
            first: backtracking(pattern, FEW_TURNS)?,
            second: backtracking(pattern, MANY_TURNS)?,
        });
    }
    linear(&pattern.translated)
        .map(Engine::Linear)
        .map_err(|error| error.to_string())
}

/// Compiles an expression for the engine that takes time in proportion to the text, within the limits
/// of this crate.
///
/// # Errors
/// Where it is not in the engine's syntax, or too large.
pub fn linear(text: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(text)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .nest_limit(NEST_LIMIT)
        .build()
}

fn backtracking(pattern: &Pattern, turns: usize) -> Result<fancy_regex::Regex, String> {
    fancy_regex::RegexBuilder::new(&pattern.translated)
        .backtrack_limit(turns)
        .delegate_size_limit(SIZE_LIMIT)
        .delegate_dfa_size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
