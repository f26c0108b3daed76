//! The scanner under the reader and the writers: where a token ends, and whether it is well formed.
//!
//! All functions take the whole text and a position, and answer with the position after what they
//! looked for, so that errors carry offsets into the text as the caller knows it.

use super::{Error, MAX_DEPTH};

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

pub(super) const fn error(what: &'static str, offset: usize) -> Error {
    Error { what, offset }
}

pub(super) fn byte(input: &[u8], at: usize) -> Option<u8> {
    input.get(at).copied()
}

/// The position of the next byte that is not white space (RFC 8259, section 2).
#[inline]
pub(super) fn space(input: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = input.get(at) {
        at += 1;
    }
    at
}

/// How many of the eight bytes come before the first quote, backslash or control character.
///
/// A byte of `hits` is set where the byte equals one of the two, or is below 0x20. Borrows can set
/// bits above a hit, never below it, so that the lowest is exact.
#[inline]
fn run(chunk: [u8; 8]) -> usize {
    let word = u64::from_le_bytes(chunk);
    let quote = word ^ (ONES * 0x22);
    let backslash = word ^ (ONES * 0x5c);
    let hits = (quote.wrapping_sub(ONES) & !quote
        | backslash.wrapping_sub(ONES) & !backslash
        | word.wrapping_sub(ONES * 0x20) & !word)
        & HIGHS;
    (hits.trailing_zeros() / 8) as usize
}

/// Which of the first 64 bytes are quotes, backslashes or control characters, as the bits of a word.
#[inline]
pub(super) fn marks<const N: usize>(bytes: &[u8; N]) -> u64 {
    // Adding 0x80 - n to seven bits reaches the eighth where they are n or more, and never the next byte.
    const LOW: u64 = !HIGHS;
    // Brings the lowest bits of the eight bytes together in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut marks = 0;
    for chunk in bytes.as_chunks::<8>().0.iter().take(8).rev() {
        let word = u64::from_le_bytes(*chunk);
        let low = word & LOW;
        let no_quote = (low ^ (ONES * 0x22)) + LOW;
        let no_backslash = (low ^ (ONES * 0x5c)) + LOW;
        let no_control = low + ONES * 0x60;
        let others = (no_quote & no_backslash & no_control) | word;
        let hits = (!others & HIGHS) >> 7;
        marks = marks << 8 | hits.wrapping_mul(GATHER) >> 56;
    }
    marks
}

/// The position of the next quote, backslash or control character, or the end.
#[inline]
pub(super) fn plain(input: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = input.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let run = run(*chunk);
        at += run;
        if run < 8 {
            return at;
        }
    }
    while let Some(&next) = input.get(at) {
        if next == b'"' || next == b'\\' || next < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Walks over a string whose opening quote is at `start`: the position after the closing quote, and
/// whether there was an escape.
#[inline]
pub(super) fn string(input: &[u8], start: usize) -> Result<(usize, bool), Error> {
    let mut at = start + 1;
    let mut escaped = false;
    loop {
        at = plain(input, at);
        match byte(input, at) {
            Some(b'"') => return Ok((at + 1, escaped)),
            Some(b'\\') => {
                escaped = true;
                at = escape(input, at)?.1;
            }
            Some(_) => return Err(error("a control character in a string", at)),
            None => return Err(error("a string that does not end", start)),
        }
    }
}

/// The character that the escape at `start` stands for, and the position after it. A surrogate
/// counts only as half of a pair.
pub(super) fn escape(input: &[u8], start: usize) -> Result<(char, usize), Error> {
    let simple = match byte(input, start + 1) {
        Some(plain @ (b'"' | b'\\' | b'/')) => plain as char,
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(input, start),
        _ => return Err(error("an unknown escape", start)),
    };
    Ok((simple, start + 2))
}

fn unicode_escape(input: &[u8], start: usize) -> Result<(char, usize), Error> {
    let first = hexadecimal(input, start + 2)?;
    let (code, end) = match first {
        0xd800..=0xdbff => {
            if input.get(start + 6..start + 8) != Some(b"\\u") {
                return Err(error("half of a surrogate pair", start));
            }
            let second = hexadecimal(input, start + 8)?;
            if !(0xdc00..=0xdfff).contains(&second) {
                return Err(error("half of a surrogate pair", start));
            }
            (
                0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
                start + 12,
            )
        }
        _ => (first, start + 6),
    };
    match char::from_u32(code) {
        Some(character) => Ok((character, end)),
        None => Err(error("half of a surrogate pair", start)),
    }
}

fn hexadecimal(input: &[u8], start: usize) -> Result<u32, Error> {
    let digits = input.get(start..start + 4).unwrap_or_default();
    let mut value = 0;
    for &digit in digits {
        match char::from(digit).to_digit(16) {
            Some(digit) => value = value * 16 + digit,
            None => return Err(error("an escape without four hexadecimal digits", start)),
        }
    }
    if digits.len() == 4 {
        Ok(value)
    } else {
        Err(error("an escape without four hexadecimal digits", start))
    }
}

/// Walks over a number that starts at `start` (RFC 8259, section 6).
pub(super) fn number(input: &[u8], start: usize) -> Result<usize, Error> {
    let digits = |mut at: usize| {
        while let Some(b'0'..=b'9') = input.get(at) {
            at += 1;
        }
        at
    };
    let mut at = start;
    if byte(input, at) == Some(b'-') {
        at += 1;
    }
    at = match byte(input, at) {
        Some(b'0') => at + 1,
        Some(b'1'..=b'9') => digits(at + 1),
        _ => return Err(error("a number without digits", start)),
    };
    if byte(input, at) == Some(b'.') {
        let end = digits(at + 1);
        if end == at + 1 {
            return Err(error("a number without digits after its point", start));
        }
        at = end;
    }
    if let Some(b'e' | b'E') = input.get(at) {
        let sign = usize::from(matches!(input.get(at + 1), Some(b'+' | b'-')));
        let end = digits(at + 1 + sign);
        if end == at + 1 + sign {
            return Err(error("a number without digits in its exponent", start));
        }
        at = end;
    }
    Ok(at)
}

/// Walks over `null`, `true` or `false` at `start`.
pub(super) fn literal(input: &[u8], start: usize, word: &'static str) -> Result<usize, Error> {
    let end = start + word.len();
    if input.get(start..end) == Some(word.as_bytes()) {
        Ok(end)
    } else {
        Err(unexpected(input, start))
    }
}

/// What to say about a byte that starts no value.
#[cold]
pub(super) fn unexpected(input: &[u8], at: usize) -> Error {
    let what = match byte(input, at) {
        None => "the end of the text in place of a value",
        Some(b'}' | b']' | b',' | b':') => "punctuation in place of a value",
        Some(_) => "no JSON value",
    };
    error(what, at)
}

/// The kinds of the containers that are open, innermost last; its depth is bounded.
struct Open {
    /// Bit n: the n-th open container is an object.
    objects: u128,
    depth: usize,
    outer: usize,
}

impl Open {
    fn push(&mut self, object: bool, at: usize) -> Result<(), Error> {
        if self.outer + self.depth >= MAX_DEPTH {
            return Err(error("a value nested too deeply", at));
        }
        self.objects = self.objects << 1 | u128::from(object);
        self.depth += 1;
        Ok(())
    }

    fn pop(&mut self) {
        self.objects >>= 1;
        self.depth -= 1;
    }

    fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }
}

/// Walks over the value that starts at `at`, which lies `outer` containers deep. `spaces` is told
/// of every stretch of white space between its tokens.
#[inline]
pub(super) fn value(
    input: &[u8],
    mut at: usize,
    outer: usize,
    spaces: &mut impl FnMut(usize, usize),
) -> Result<usize, Error> {
    let mut open = Open {
        objects: 0,
        depth: 0,
        outer,
    };
    loop {
        let mut complete = true;
        at = match byte(input, at) {
            Some(b'"') => string(input, at)?.0,
            Some(b'-' | b'0'..=b'9') => number(input, at)?,
            Some(bracket @ (b'{' | b'[')) => {
                let object = bracket == b'{';
                open.push(object, at)?;
                at = skip(input, at + 1, spaces);
                if byte(input, at) == Some(if object { b'}' } else { b']' }) {
                    open.pop();
                    at + 1
                } else {
                    complete = false;
                    if object { key(input, at, spaces)? } else { at }
                }
            }
            Some(b't') => literal(input, at, "true")?,
            Some(b'f') => literal(input, at, "false")?,
            Some(b'n') => literal(input, at, "null")?,
            _ => return Err(unexpected(input, at)),
        };
        while complete {
            if open.depth == 0 {
                return Ok(at);
            }
            at = skip(input, at, spaces);
            match byte(input, at) {
                Some(b',') => {
                    at = skip(input, at + 1, spaces);
                    if open.in_object() {
                        at = key(input, at, spaces)?;
                    }
                    complete = false;
                }
                Some(b'}') if open.in_object() => {
                    open.pop();
                    at += 1;
                }
                Some(b']') if !open.in_object() => {
                    open.pop();
                    at += 1;
                }
                _ => return Err(separator(open.in_object(), at)),
            }
        }
    }
}

/// What to say where neither a comma nor the closing bracket follows a value.
#[cold]
pub(super) const fn separator(in_object: bool, at: usize) -> Error {
    if in_object {
        error("a member followed by neither `,` nor `}`", at)
    } else {
        error("an item followed by neither `,` nor `]`", at)
    }
}

/// Walks over a member's name and colon, up to its value.
#[inline]
fn key(input: &[u8], at: usize, spaces: &mut impl FnMut(usize, usize)) -> Result<usize, Error> {
    if byte(input, at) != Some(b'"') {
        return Err(error("a member whose name is no string", at));
    }
    let at = skip(input, string(input, at)?.0, spaces);
    if byte(input, at) != Some(b':') {
        return Err(error("a member without `:`", at));
    }
    Ok(skip(input, at + 1, spaces))
}

#[inline]
fn skip(input: &[u8], at: usize, spaces: &mut impl FnMut(usize, usize)) -> usize {
    let end = space(input, at);
    if end > at {
        spaces(at, end);
    }
    end
}
