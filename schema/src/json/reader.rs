//! A pull reader over JSON text (RFC 8259): checks as it goes, borrows what it can, builds nothing.

use std::borrow::Cow;

use super::{Number, Raw, scan};

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
///
/// ```
/// use gatewright_schema::json::Reader;
///
/// let mut reader = Reader::new(br#" {"name": "Rex", "tags": []} "#);
/// reader.begin_object()?;
/// let mut first = true;
/// while let Some(key) = reader.next_key(&mut first)? {
///     let value = reader.raw()?;
///     println!("{key} is {value}");
/// }
/// reader.end()?;
/// # Ok::<(), gatewright_schema::json::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    /// The same as text where that was checked before; otherwise each string is checked.
    text: Option<&'a str>,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `input`.
    pub const fn new(input: &'a [u8]) -> Self {
        Self {
            input,
            text: None,
            at: 0,
            depth: 0,
        }
    }

    /// A reader at the start of what is known to be UTF-8.
    pub const fn over(text: &'a str) -> Self {
        Self {
            input: text.as_bytes(),
            text: Some(text),
            at: 0,
            depth: 0,
        }
    }

    /// How many bytes lie behind.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// What kind of value comes next; skips the white space before it.
    ///
    /// # Errors
    /// At the end of the text, and at a byte that starts no value.
    #[inline]
    pub fn peek(&mut self) -> Result<Kind, Error> {
        self.at = scan::space(self.input, self.at);
        match scan::byte(self.input, self.at) {
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b't' | b'f') => Ok(Kind::Boolean),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(scan::unexpected(self.input, self.at)),
        }
    }

    /// Reads `null`.
    ///
    /// # Errors
    /// Where something else comes.
    pub fn null(&mut self) -> Result<(), Error> {
        self.expect(Kind::Null, "a value other than `null`")?;
        self.at = scan::literal(self.input, self.at, "null")?;
        Ok(())
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// Where something else comes.
    pub fn boolean(&mut self) -> Result<bool, Error> {
        self.expect(Kind::Boolean, "a value other than a boolean")?;
        let value = scan::byte(self.input, self.at) == Some(b't');
        let word = if value { "true" } else { "false" };
        self.at = scan::literal(self.input, self.at, word)?;
        Ok(value)
    }

    /// Reads a number, as it is written.
    ///
    /// # Errors
    /// Where something else comes.
    pub fn number(&mut self) -> Result<Number<'a>, Error> {
        self.expect(Kind::Number, "a value other than a number")?;
        let end = scan::number(self.input, self.at)?;
        let text = self.slice(end)?;
        self.at = end;
        Ok(Number::checked(text))
    }

    /// Reads a string; borrowed where nothing in it is escaped.
    ///
    /// # Errors
    /// Where something else comes, the string does not end, holds a control character, a wrong
    /// escape, half of a surrogate pair, or is not UTF-8.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        self.expect(Kind::String, "a value other than a string")?;
        self.quoted()
    }

    /// Walks over any value and hands out its text.
    ///
    /// # Errors
    /// Where it is not JSON, not UTF-8, or nested deeper than [`MAX_DEPTH`].
    pub fn raw(&mut self) -> Result<Raw<'a>, Error> {
        self.at = scan::space(self.input, self.at);
        let end = scan::value(self.input, self.at, self.depth, &mut |_, _| ())?;
        let text = self.slice(end)?;
        self.at = end;
        Ok(Raw::checked(text))
    }

    /// Enters an object.
    ///
    /// # Errors
    /// Where something else comes, or it is nested deeper than [`MAX_DEPTH`].
    pub fn begin_object(&mut self) -> Result<(), Error> {
        self.expect(Kind::Object, "a value other than an object")?;
        self.enter()
    }

    /// The name of the next member, whose value the caller must then read; `None` at the end of the
    /// object, which is thereby left. `first` must be true at the first call and is cleared.
    ///
    /// # Errors
    /// Where the object is malformed.
    #[inline]
    pub fn next_key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>, Error> {
        if !self.next(first, b'}')? {
            return Ok(None);
        }
        if scan::byte(self.input, self.at) != Some(b'"') {
            return Err(scan::error("a member whose name is no string", self.at));
        }
        let key = self.quoted()?;
        self.at = scan::space(self.input, self.at);
        if scan::byte(self.input, self.at) != Some(b':') {
            return Err(scan::error("a member without `:`", self.at));
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Enters an array.
    ///
    /// # Errors
    /// Where something else comes, or it is nested deeper than [`MAX_DEPTH`].
    pub fn begin_array(&mut self) -> Result<(), Error> {
        self.expect(Kind::Array, "a value other than an array")?;
        self.enter()
    }

    /// Whether another item follows, which the caller must then read; `false` at the end of the
    /// array, which is thereby left. `first` must be true at the first call and is cleared.
    ///
    /// # Errors
    /// Where the array is malformed.
    #[inline]
    pub fn next_item(&mut self, first: &mut bool) -> Result<bool, Error> {
        self.next(first, b']')
    }

    /// Checks that nothing but white space follows.
    ///
    /// # Errors
    /// Where something does.
    pub fn end(&mut self) -> Result<(), Error> {
        self.at = scan::space(self.input, self.at);
        if self.at == self.input.len() {
            Ok(())
        } else {
            Err(scan::error("text after the value", self.at))
        }
    }

    /// The text from here to where a copy of this reader has come to, after a value.
    pub(crate) fn until(&self, later: &Self) -> Result<Raw<'a>, Error> {
        Ok(Raw::checked(self.slice(later.at)?))
    }

    #[inline]
    fn expect(&mut self, kind: Kind, otherwise: &'static str) -> Result<(), Error> {
        if self.peek()? == kind {
            Ok(())
        } else {
            Err(scan::error(otherwise, self.at))
        }
    }

    fn enter(&mut self) -> Result<(), Error> {
        if self.depth >= MAX_DEPTH {
            return Err(scan::error("a value nested too deeply", self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Goes on to the next member or item, or leaves the container at its `close`.
    #[inline]
    fn next(&mut self, first: &mut bool, close: u8) -> Result<bool, Error> {
        self.at = scan::space(self.input, self.at);
        let next = scan::byte(self.input, self.at);
        if next == Some(close) {
            self.at += 1;
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if std::mem::take(first) {
            return Ok(true);
        }
        if next != Some(b',') {
            return Err(scan::separator(close == b'}', self.at));
        }
        self.at = scan::space(self.input, self.at + 1);
        Ok(true)
    }

    /// Reads the string whose opening quote is next.
    #[inline]
    fn quoted(&mut self) -> Result<Cow<'a, str>, Error> {
        let (end, escaped) = scan::string(self.input, self.at)?;
        let text = self.slice(end)?;
        let body = text.get(1..text.len() - 1).unwrap_or_default();
        let string = if escaped {
            Cow::Owned(self.unescape(body)?)
        } else {
            Cow::Borrowed(body)
        };
        self.at = end;
        Ok(string)
    }

    #[cold]
    fn unescape(&self, body: &str) -> Result<String, Error> {
        let mut text = String::with_capacity(body.len());
        let mut from = 0;
        while let Some(run) = body.get(from..) {
            let Some(backslash) = memchr::memchr(b'\\', run.as_bytes()) else {
                text.push_str(run);
                break;
            };
            text.push_str(run.get(..backslash).unwrap_or_default());
            let (character, end) = scan::escape(self.input, self.at + 1 + from + backslash)?;
            text.push(character);
            from = end - self.at - 1;
        }
        Ok(text)
    }

    /// The text from here to `end`, if it is UTF-8.
    #[inline]
    fn slice(&self, end: usize) -> Result<&'a str, Error> {
        if let Some(slice) = self.text.and_then(|text| text.get(self.at..end)) {
            return Ok(slice);
        }
        let bytes = self.input.get(self.at..end).unwrap_or_default();
        std::str::from_utf8(bytes)
            .map_err(|error| scan::error("text that is not UTF-8", self.at + error.valid_up_to()))
    }
}

#[cfg(test)]
mod tests;
