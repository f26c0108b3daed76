//! JSON documents (RFC 8259) read into the spanned tree.

use super::tree::report_duplicate;
use super::{FileId, MAX_DEPTH, Member, Node, Object, Span, Value};
use crate::diagnostic::{Diagnostic, Sink, codes};

/// Reads a document. What is wrong with it is reported; `None` where it is not JSON.
pub(super) fn read(file: FileId, text: &str, sink: &mut Sink) -> Option<Node> {
    let mut reader = Reader {
        file,
        text,
        at: 0,
        depth: 0,
        sink,
    };
    match reader.document() {
        Ok(node) => Some(node),
        Err(Wrong { what, at, end }) => {
            let span = Span::new(file, offset(at), offset(end));
            sink.report(Diagnostic::new(&codes::SYNTAX, span, what));
            None
        }
    }
}

struct Reader<'t, 's> {
    file: FileId,
    text: &'t str,
    at: usize,
    depth: usize,
    sink: &'s mut Sink,
}

/// Why the text is not JSON, and where.
struct Wrong {
    what: String,
    at: usize,
    end: usize,
}

/// Files are at most 64 MiB, so that every offset fits.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Result<Node, Wrong> {
        let node = self.value()?;
        match self.peek() {
            None => Ok(node),
            Some(_) => Err(self.unexpected("the end of the document")),
        }
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.byte() {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong(&self, what: impl Into<String>, at: usize) -> Wrong {
        // The whole character, so that a span never ends within one.
        let length = self
            .text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        Wrong {
            what: what.into(),
            at,
            end: at + length,
        }
    }

    fn unexpected(&self, expected: &str) -> Wrong {
        let found = match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            Some(found) if found.is_control() => format!("`{}`", found.escape_default()),
            Some(found) => format!("`{found}`"),
            None => "the end of the file".to_owned(),
        };
        self.wrong(format!("expected {expected}, found {found}"), self.at)
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.file, offset(start), offset(self.at))
    }

    // Recursion is bounded by MAX_DEPTH.
    fn value(&mut self) -> Result<Node, Wrong> {
        let first = self.peek();
        let start = self.at;
        let value = match first {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Boolean(true))?,
            Some(b'f') => self.word("false", Value::Boolean(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node {
            span: self.span(start),
            value,
        })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Wrong>) -> Result<Value, Wrong> {
        if self.depth == MAX_DEPTH {
            return Err(self.wrong(format!("nested deeper than {MAX_DEPTH} levels"), self.at));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Wrong> {
        let mut object = Object::default();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let start = self.at;
            let key = self.string()?;
            let key_span = self.span(start);
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:` after the key"));
            }
            self.at += 1;
            let value = self.value()?;
            if let Err(member) = object.insert(Member {
                key,
                key_span,
                value,
            }) {
                report_duplicate(&object, &member, self.sink);
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(object));
                }
                _ => return Err(self.unexpected("`,` or `}`")),
            }
        }
    }

    fn array(&mut self) -> Result<Value, Wrong> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                _ => return Err(self.unexpected("`,` or `]`")),
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Wrong> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.unexpected("a value"))
        }
    }

    fn number(&mut self) -> Result<Value, Wrong> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(Value::Number(
            self.text.get(start..self.at).unwrap_or_default().to_owned(),
        ))
    }

    fn digits(&mut self) -> Result<(), Wrong> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.unexpected("a digit"))
        } else {
            Ok(())
        }
    }

    fn string(&mut self) -> Result<String, Wrong> {
        let opening = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest
                .bytes()
                .position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20)
                .unwrap_or(rest.len());
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => {
                    return Err(self.wrong(
                        "a control character in a string is written as an escape, such as `\\n`",
                        self.at,
                    ));
                }
                None => return Err(self.wrong("a string that does not end", opening)),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Wrong> {
        let start = self.at;
        self.at += 1;
        let letter = self.byte();
        self.at += 1;
        Ok(match letter {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            _ => return Err(self.wrong("an escape that JSON does not have", start)),
        })
    }

    /// After `\u`: one code unit, or the two of a surrogate pair (RFC 8259, section 7).
    fn unicode(&mut self, start: usize) -> Result<char, Wrong> {
        let unit = self.code_unit(start)?;
        let code = match unit {
            0xD800..=0xDBFF => {
                let low = if self
                    .text
                    .get(self.at..)
                    .is_some_and(|rest| rest.starts_with("\\u"))
                {
                    self.at += 2;
                    self.code_unit(start)?
                } else {
                    0
                };
                if !(0xDC00..=0xDFFF).contains(&low) {
                    return Err(self.wrong("half of a surrogate pair", start));
                }
                0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
            }
            unit => unit,
        };
        char::from_u32(code).ok_or_else(|| self.wrong("half of a surrogate pair", start))
    }

    fn code_unit(&mut self, start: usize) -> Result<u32, Wrong> {
        let unit = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.wrong("`\\u` is followed by four hexadecimal digits", start))?;
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests;
