//! Text and bytes in quotes: `"a"`, `'a'`, `r"a"`, `b"a"`, and with three quotes over several lines.

use super::syntax::{Extent, Literal};
use super::token::Fault;

/// The literal at the start of `rest` and its length; nothing where none begins.
pub(super) fn text(rest: &str) -> Option<Result<(Literal, usize), Fault>> {
    // At most two letters stand before the quotes.
    let quote = rest
        .char_indices()
        .take(3)
        .find(|(_, c)| matches!(c, '"' | '\''))?
        .0;
    let (prefix, body) = rest.split_at_checked(quote)?;
    let (raw, bytes) = match prefix {
        "" => (false, false),
        "r" | "R" => (true, false),
        "b" | "B" => (false, true),
        "rb" | "rB" | "Rb" | "RB" | "br" | "bR" | "Br" | "BR" => (true, true),
        _ => return None,
    };
    let one = body.get(..1)?;
    let three = one.repeat(3);
    let closing = if body.starts_with(&three) {
        &three
    } else {
        one
    };
    let mut reader = Reader {
        text: rest,
        at: quote + closing.len(),
        out: Vec::new(),
        bytes,
    };
    Some(reader.read(closing, raw))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    out: Vec<u8>,
    bytes: bool,
}

impl Reader<'_> {
    fn read(&mut self, closing: &str, raw: bool) -> Result<(Literal, usize), Fault> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            if rest.starts_with(closing) {
                let length = self.at + closing.len();
                let out = std::mem::take(&mut self.out);
                let literal = if self.bytes {
                    Literal::Bytes(out)
                } else {
                    // Only characters were written.
                    Literal::String(String::from_utf8(out).unwrap_or_default())
                };
                return Ok((literal, length));
            }
            match rest.chars().next() {
                None => {
                    return Err(Fault::new(
                        Extent::new(0, self.at),
                        "text whose quotes do not end",
                    ));
                }
                Some('\n' | '\r') if closing.len() == 1 => {
                    return Err(Fault::new(
                        Extent::new(0, self.at),
                        "text whose quotes do not end in its line",
                    )
                    .help("text over several lines stands in three quotes"));
                }
                Some('\\') if !raw => self.escape(rest)?,
                Some(c) => self.push(c),
            }
        }
    }

    fn push(&mut self, c: char) {
        self.at += c.len_utf8();
        self.write(c);
    }

    fn write(&mut self, c: char) {
        self.out
            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn escape(&mut self, rest: &str) -> Result<(), Fault> {
        let letter = rest.chars().nth(1).unwrap_or_default();
        let simple = match letter {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' | '?' | '"' | '\'' | '`' => letter,
            'x' | 'X' => return self.code(rest, 2, 2, 16),
            'u' if !self.bytes => return self.code(rest, 2, 4, 16),
            'U' if !self.bytes => return self.code(rest, 2, 8, 16),
            '0'..='3' => return self.code(rest, 1, 3, 8),
            _ => {
                let extent = Extent::new(self.at, self.at + 1 + letter.len_utf8());
                return Err(Fault::new(extent, "an escape that expressions do not have")
                    .help("a backslash itself is `\\\\`, and `r\"..\"` takes every backslash as it stands"));
            }
        };
        self.at += 2;
        self.write(simple);
        Ok(())
    }

    /// A character by its code; of bytes, a byte.
    fn code(&mut self, rest: &str, from: usize, digits: usize, radix: u32) -> Result<(), Fault> {
        let code = rest
            .get(from..from + digits)
            .filter(|text| text.chars().all(|c| c.is_digit(radix)))
            .and_then(|text| u32::from_str_radix(text, radix).ok());
        let extent = Extent::new(self.at, (self.at + from + digits).min(self.text.len()));
        let fault = |message: String| Err(Fault::new(extent, message));
        let Some(code) = code else {
            return fault(format!("an escape that needs {digits} digits"));
        };
        match (self.bytes, u8::try_from(code), char::from_u32(code)) {
            (true, Ok(byte), _) => self.out.push(byte),
            (false, _, Some(c)) => self.write(c),
            _ => return fault("an escape of what is no character".to_owned()),
        }
        self.at += from + digits;
        Ok(())
    }
}
