//! Pieces of checked JSON text: [`Raw`] for any value, [`Number`] for a number.

use std::fmt;

/// The text of one JSON value (RFC 8259), checked to be well-formed UTF-8 JSON without surrounding
/// white space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// Wraps text that a [`super::Reader`] has just walked over.
    pub(crate) const fn checked(text: &'a str) -> Self {
        Self(text)
    }

    /// Checks that `text` is exactly one JSON value, and wraps it without the white space around it.
    ///
    /// # Errors
    /// Where it is not JSON, is nested deeper than [`super::MAX_DEPTH`], or something follows.
    pub fn parse(text: &'a [u8]) -> Result<Self, super::Error> {
        let mut reader = super::Reader::new(text);
        let raw = reader.raw()?;
        reader.end()?;
        Ok(raw)
    }

    /// The text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// A reader at the start of the value.
    pub fn reader(self) -> super::Reader<'a> {
        super::Reader::over(self.0)
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A JSON number as it was written, so that nothing is lost on the way to the API.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// Wraps text that a [`super::Reader`] has just walked over.
    pub(crate) const fn checked(text: &'a str) -> Self {
        Self(text)
    }

    /// The text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// The nearest double; infinite where the magnitude is beyond it.
    pub fn as_f64(self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// The value, where it is whole and in range; `1.0` and `1e2` count as whole.
    pub fn as_i64(self) -> Option<i64> {
        self.0
            .parse()
            .ok()
            .or_else(|| crate::number::to_i64(self.0))
    }
}

impl fmt::Debug for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
