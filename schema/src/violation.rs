//! What was wrong with a value: where, which rule, what was expected, what came.

use std::fmt;

/// How many violations of one value are reported; the rest are counted only.
pub const MAX_REPORTED: usize = 32;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// RFC 6901 JSON Pointer to the offending value; empty for the whole.
    pub pointer: String,
    /// The JSON Schema keyword that was broken, or `json` where the text is not JSON.
    pub rule: &'static str,
    /// What the rule expects, in words: `an integer of at most 100`.
    pub expected: String,
    /// What came instead, shortened: `the string "12"`; `nothing` for a missing member.
    pub actual: String,
    /// How to mend it, where more can be said: `did you mean "limit"?`.
    pub help: Option<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "(root)"
        } else {
            &self.pointer
        };
        write!(
            f,
            "{place}: expected {}, got {} [{}]",
            self.expected, self.actual, self.rule
        )?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// Every broken rule of one value, bounded by [`MAX_REPORTED`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    reported: Vec<Violation>,
    unreported: usize,
}

impl Violations {
    /// Adds one; beyond [`MAX_REPORTED`] it is only counted.
    #[cold]
    pub fn push(&mut self, violation: Violation) {
        if self.reported.len() < MAX_REPORTED {
            self.reported.push(violation);
        } else {
            self.unreported += 1;
        }
    }

    /// The reported ones, in the order met.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.reported.iter()
    }

    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.reported.is_empty()
    }

    /// How many there were, reported or not.
    pub fn len(&self) -> usize {
        self.reported.len() + self.unreported
    }

    /// How many were met beyond those reported.
    pub fn unreported(&self) -> usize {
        self.unreported
    }
}

/// Extends an RFC 6901 pointer by the name of a member, or by the index of an item.
pub(crate) fn push_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    for character in segment.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
