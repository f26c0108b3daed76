//! JSON and text searched from one end to the other, and written anew where something is masked.

use std::borrow::Cow;
use std::sync::Arc;

use gatewright_schema::json::{Error, Kind, Reader, string_into};

use super::finder::{Finder, find_all, masked};

/// How many places are told of.
const TOLD: usize = 10;

/// The longest pointer that is told, in bytes.
const LONGEST: usize = 200;

/// The fewest digits of anything that is searched for among numbers.
const DIGITS: usize = 8;

/// What was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) kind: &'static str,
    /// An RFC 6901 pointer; `None` in text.
    pub(super) pointer: Option<String>,
}

/// A search.
#[derive(Debug)]
pub(super) struct Scan<'f> {
    finders: &'f [Arc<Finder>],
    /// Whether what is found is masked; otherwise nothing is written.
    masks: bool,
    /// The first of what was found.
    pub(super) found: Vec<Found>,
    /// Where the search is.
    pointer: String,
    /// How many names were masked, so that no two are the same.
    names: usize,
}

impl<'f> Scan<'f> {
    pub(super) fn new(finders: &'f [Arc<Finder>], masks: bool) -> Self {
        Self {
            finders,
            masks,
            found: Vec::new(),
            pointer: String::new(),
            names: 0,
        }
    }

    /// Searches a JSON text: what is left of it, if something is masked, and otherwise the text. `None` where
    /// it is no JSON.
    pub(super) fn json<'t>(&mut self, text: &'t [u8]) -> Option<Cow<'t, [u8]>> {
        let mut reader = Reader::new(text);
        let mut out = Vec::with_capacity(if self.masks { text.len() } else { 0 });
        self.value(&mut reader, &mut out).ok()?;
        reader.end().ok()?;
        Some(if self.masks {
            Cow::Owned(out)
        } else {
            Cow::Borrowed(text)
        })
    }

    /// Searches a text, and masks what is found in it.
    pub(super) fn text(&mut self, text: &mut String) {
        let found = self.search(text);
        for found in &found {
            self.tell(found.kind, None);
        }
        if self.masks && !found.is_empty() {
            *text = masked(text, &found).into_owned();
        }
    }

    fn search(&self, text: &str) -> Vec<super::finder::Match> {
        find_all(self.finders.iter().map(|finder| &**finder), text)
    }

    fn tell(&mut self, kind: &'static str, pointer: Option<&str>) {
        let pointer = pointer.map(|pointer| {
            let end = pointer.floor_char_boundary(LONGEST);
            pointer.get(..end).unwrap_or_default().to_owned()
        });
        let found = Found { kind, pointer };
        if self.found.len() < TOLD && !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    /// Recurses as deep as the reader lets containers nest.
    fn value(&mut self, reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match reader.peek()? {
            Kind::Array => {
                reader.begin_array()?;
                self.write(b"[", out);
                let (mut first, mut position) = (true, 0_usize);
                let before = self.pointer.len();
                while reader.next_item(&mut first)? {
                    if position > 0 {
                        self.write(b",", out);
                    }
                    self.pointer.push('/');
                    self.pointer.push_str(&position.to_string());
                    self.value(reader, out)?;
                    self.pointer.truncate(before);
                    position += 1;
                }
                self.write(b"]", out);
            }
            Kind::Object => {
                reader.begin_object()?;
                self.write(b"{", out);
                let (mut first, mut begun) = (true, false);
                let before = self.pointer.len();
                while let Some(name) = reader.next_key(&mut first)? {
                    if std::mem::replace(&mut begun, true) {
                        self.write(b",", out);
                    }
                    self.name(&name, out);
                    self.write(b":", out);
                    self.value(reader, out)?;
                    self.pointer.truncate(before);
                }
                self.write(b"}", out);
            }
            Kind::String => {
                let text = reader.string()?;
                let found = self.search(&text);
                self.tell_here(&found);
                if self.masks {
                    string_into(&masked(&text, &found), out);
                }
            }
            Kind::Number => {
                let number = reader.number()?;
                let text = number.as_str();
                let found = if text.len() < DIGITS {
                    Vec::new()
                } else {
                    self.search(text)
                };
                self.tell_here(&found);
                if found.is_empty() {
                    self.write(text.as_bytes(), out);
                } else if self.masks {
                    string_into(&masked(text, &found), out);
                }
            }
            Kind::Boolean => {
                let word: &[u8] = if reader.boolean()? { b"true" } else { b"false" };
                self.write(word, out);
            }
            Kind::Null => {
                reader.null()?;
                self.write(b"null", out);
            }
        }
        Ok(())
    }

    /// Searches the name of a member, and goes into it. The pointer holds nothing that was found.
    fn name(&mut self, name: &str, out: &mut Vec<u8>) {
        let found = self.search(name);
        let mut shown = masked(name, &found);
        if !found.is_empty() {
            self.names += 1;
            let number = self.names;
            let shown = shown.to_mut();
            shown.push_str(" (");
            shown.push_str(&number.to_string());
            shown.push(')');
        }
        self.pointer.push('/');
        if shown.contains(['~', '/']) {
            let escaped = shown.replace('~', "~0").replace('/', "~1");
            self.pointer.push_str(&escaped);
        } else {
            self.pointer.push_str(&shown);
        }
        self.tell_here(&found);
        if self.masks {
            string_into(&shown, out);
        }
    }

    fn tell_here(&mut self, found: &[super::finder::Match]) {
        if found.is_empty() {
            return;
        }
        let pointer = self.pointer.clone();
        for found in found {
            self.tell(found.kind, Some(&pointer));
        }
    }

    fn write(&self, bytes: &[u8], out: &mut Vec<u8>) {
        if self.masks {
            out.extend_from_slice(bytes);
        }
    }
}
