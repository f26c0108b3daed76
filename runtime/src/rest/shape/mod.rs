//! What of an API's JSON a tool passes on: a constant table, and the machine that applies it to an
//! answer while the answer comes in.
//!
//! The answer is never held as a whole: what is left out costs nothing but the look at it.

mod cut;
mod key;
mod projection;
mod token;
mod utf8;

use std::fmt;

use gatewright_schema::json;

pub(crate) use cut::LeftOut;
pub use projection::Projection;

/// What a tool passes on of its API's answers.
#[derive(Debug)]
pub struct Shape {
    /// Which members and items are kept. The first is about the whole answer; empty: everything is kept.
    pub levels: &'static [Level],
    /// What takes the place of values that are masked: JSON texts.
    pub masks: &'static [&'static str],
    /// How many items are kept of an array that is the answer, or a member of the answer.
    pub max_items: Option<usize>,
    /// The greatest JSON text that is passed on, in bytes. Items at the end of those arrays are left out
    /// until it fits.
    pub max_bytes: Option<usize>,
    /// Headers of the answer that the model is told, in lower case.
    pub headers: &'static [&'static str],
}

impl Shape {
    /// Whether JSON is changed at all; otherwise only headers are told.
    pub(crate) fn changes_json(&self) -> bool {
        !self.levels.is_empty() || self.max_items.is_some() || self.max_bytes.is_some()
    }
}

/// What is done with the parts of a value that some of the rules lead into.
#[derive(Debug)]
pub struct Level {
    /// Members of an object, by name.
    pub members: &'static [(&'static str, Fate)],
    /// The other members, and the items of an array.
    pub others: Fate,
    /// Whether a value that is neither object nor array stays as it is. Otherwise `null` takes its
    /// place: nothing selected it.
    pub scalars: bool,
}

/// What is done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is kept with all that it holds.
    Keep,
    /// It is left out.
    Drop,
    /// A position in [`Shape::masks`] says what takes its place.
    Mask(usize),
    /// A position in [`Shape::levels`] says.
    Into(usize),
}

/// Why an answer cannot be passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not JSON.
    Syntax(json::Error),
    /// It is greater than [`Shape::max_bytes`] without any item of the arrays that may be shortened.
    TooLarge(usize),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(error) => error.fmt(f),
            Self::TooLarge(limit) => write!(f, "an answer greater than {limit} bytes"),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests;
