//! A pull reader over JSON text (RFC 8259): checks as it goes, borrows what it can, builds nothing.

use std::borrow::Cow;

use super::{Number, Raw};

/// How deep arrays and objects may nest. The reader recurses nowhere, but what reads its output may.
pub const MAX_DEPTH: usize = 128;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// Why the text is not JSON, or not JSON that is accepted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// What was wrong, as a noun phrase: `a string that does not end`.
    pub what: &'static str,
    /// Where, in bytes from the start of the text.
    pub offset: usize,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.what, self.offset)
    }
}

impl std::error::Error for Error {}

/// A position in JSON text. Copy it to read a value twice.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    at: usize,
}

// INTERFACE (signatures other crates rely on; bodies to be written):
//   pub fn new(input: &'a [u8]) -> Self
//   pub fn offset(&self) -> usize
//   pub fn peek(&mut self) -> Result<Kind, Error>          skips white space
//   pub fn null(&mut self) -> Result<(), Error>
//   pub fn boolean(&mut self) -> Result<bool, Error>
//   pub fn number(&mut self) -> Result<Number<'a>, Error>
//   pub fn string(&mut self) -> Result<Cow<'a, str>, Error>  borrowed where nothing is escaped; UTF-8 and surrogates checked
//   pub fn raw(&mut self) -> Result<Raw<'a>, Error>          walks over any value, iteratively, depth-bounded
//   pub fn begin_object(&mut self) -> Result<(), Error>; pub fn next_key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>, Error>
//   pub fn begin_array(&mut self) -> Result<(), Error>;  pub fn next_item(&mut self, first: &mut bool) -> Result<bool, Error>
//   pub fn end(&mut self) -> Result<(), Error>               only white space may follow
