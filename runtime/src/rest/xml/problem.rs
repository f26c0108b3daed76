//! Why an answer cannot be read as XML.

use std::fmt;

/// How much of a parser's message is shown, in bytes.
const MAX_MESSAGE: usize = 200;

/// Why an answer cannot be read as XML, as a noun phrase for people and models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    what: String,
    /// In bytes from the start of the text, where known.
    offset: Option<u64>,
}

impl Problem {
    /// A problem of the whole text.
    pub(super) fn new(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            offset: None,
        }
    }

    /// A problem in one place.
    pub(super) fn at(what: impl fmt::Display, offset: u64) -> Self {
        let mut what = what.to_string();
        what.truncate(what.floor_char_boundary(MAX_MESSAGE));
        Self {
            what,
            offset: Some(offset),
        }
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match self.offset {
            Some(offset) => write!(f, " at byte {offset}"),
            None => Ok(()),
        }
    }
}
