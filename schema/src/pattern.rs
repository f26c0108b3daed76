//! Regular expressions: compiled once, kept in one bounded table for the whole process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use crate::rule::Pattern;

/// How many compiled expressions are kept. The expressions come from the tables of the binary, so
/// that this many is rarely reached; where it is, the table starts anew.
const CAPACITY: usize = 4096;

/// The size of a compiled expression, in bytes; a larger one does not compile.
const SIZE_LIMIT: usize = 4 << 20;

/// How many steps the backtracking engine may take for one value.
const BACKTRACK_LIMIT: usize = 100_000;

/// How deep the groups of an expression may nest.
const NEST_LIMIT: u32 = 100;

static COMPILED: LazyLock<RwLock<HashMap<Key, Arc<Engine>>>> = LazyLock::new(RwLock::default);

/// The translated expression behind a cheap handle, with the engine that reads it.
type Key = (bool, crate::rule::Text);

#[derive(Debug)]
enum Engine {
    Linear(regex::Regex),
    Backtracking(fancy_regex::Regex),
    /// Does not compile.
    Broken,
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

    /// Whether the expression is found in `text`; `None` where it does not compile, or exceeds the
    /// limit of the backtracking engine. The caller must refuse the value then, even where it asks
    /// in order to negate the answer.
    pub(crate) fn is_found_in(&self, text: &str) -> Option<bool> {
        match &*self.engine() {
            Engine::Linear(regex) => Some(regex.is_match(text)),
            Engine::Backtracking(regex) => regex.is_match(text).ok(),
            Engine::Broken => None,
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
        fancy_regex::RegexBuilder::new(&pattern.translated)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(SIZE_LIMIT)
            .delegate_dfa_size_limit(SIZE_LIMIT)
            .build()
            .map(Engine::Backtracking)
            .map_err(|error| error.to_string())
    } else {
        regex::RegexBuilder::new(&pattern.translated)
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(SIZE_LIMIT)
            .nest_limit(NEST_LIMIT)
            .build()
            .map(Engine::Linear)
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests;
