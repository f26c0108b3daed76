//! `deepObject` with values within values, written as the API's entry in the manifest says.

use std::fmt::Write as _;

use gatewright_schema::json::{Kind, Reader};

use super::Refusal;
use super::style::{Expansion, is_deep, scalar, within_bounds};
use crate::rest::{Nesting, Value};

const ITEMS: Refusal = Refusal::new(
    "lists of text, numbers and booleans, for the API takes lists as repeated names, and the members of \
     several objects could not be told apart",
);

/// Appends a value that is JSON text. A `null` is left out, as is an empty array or object.
pub(super) fn expand(
    expansion: &Expansion<'_>,
    nesting: Nesting,
    text: &str,
    out: &mut String,
) -> Result<(), Refusal> {
    let mut reader = Reader::new(text.as_bytes());
    if nesting == Nesting::Json && reader.peek()? == Kind::Array {
        return expansion.json(Value::Json(text), out);
    }
    let mut writer = Writer {
        expansion,
        nesting,
        path: expansion.name.to_owned(),
        start: out.len(),
        out,
    };
    writer.value(&mut reader, 0)
}

struct Writer<'w> {
    expansion: &'w Expansion<'w>,
    nesting: Nesting,
    /// The name of the value at hand, on the wire.
    path: String,
    start: usize,
    out: &'w mut String,
}

impl Writer<'_> {
    /// Writes the next value. The reader bounds how deep that goes.
    fn value(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Refusal> {
        match reader.peek()? {
            _ if depth > 0 && self.nesting == Nesting::Json && is_deep(reader)? => {
                let raw = reader.raw()?;
                self.name()?;
                let mut text = Vec::new();
                gatewright_schema::json::push_compact(raw.as_str().as_bytes(), &mut text)?;
                let text = String::from_utf8_lossy(&text);
                self.expansion.escape.push(&text, self.out)
            }
            Kind::Object => self.object(reader, depth),
            Kind::Array => self.array(reader, depth),
            _ => match scalar(reader)? {
                Some(text) => {
                    self.name()?;
                    self.expansion.escape.push(&text, self.out)
                }
                None => Ok(()),
            },
        }
    }

    fn object(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Refusal> {
        let length = self.path.len();
        let mut first = true;
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut first)? {
            self.path.push_str("%5B");
            self.expansion.escape.push(&key, &mut self.path)?;
            self.path.push_str("%5D");
            self.value(reader, depth + 1)?;
            self.path.truncate(length);
        }
        Ok(())
    }

    fn array(&mut self, reader: &mut Reader<'_>, depth: usize) -> Result<(), Refusal> {
        let length = self.path.len();
        let (mut first, mut at) = (true, 0_usize);
        reader.begin_array()?;
        while reader.next_item(&mut first)? {
            match self.nesting {
                Nesting::Brackets => self.path.push_str("%5B%5D"),
                Nesting::Indices => {
                    // Infallible: writing to a string.
                    let _ = write!(self.path, "%5B{at}%5D");
                }
                Nesting::Repeat if is_deep(reader)? => return Err(ITEMS),
                Nesting::Repeat | Nesting::Json => {}
            }
            self.value(reader, depth + 1)?;
            self.path.truncate(length);
            at += 1;
        }
        Ok(())
    }

    /// Starts a pair.
    fn name(&mut self) -> Result<(), Refusal> {
        within_bounds(self.out)?;
        if self.out.len() > self.start {
            self.out.push('&');
        }
        self.out.push_str(&self.path);
        self.out.push('=');
        Ok(())
    }
}
