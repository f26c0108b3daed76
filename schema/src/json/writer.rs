//! Strings and values written as JSON text, copied in runs.

use super::{Error, Kind, Reader, scan};

/// What to write for a byte below 0x20: the letter after the backslash, or 0 for `\u00xx`.
const CONTROL: [u8; 32] = {
    let mut table = [0; 32];
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0a] = b'n';
    table[0x0c] = b'f';
    table[0x0d] = b'r';
    table
};

const HEXADECIMAL: [u8; 16] = *b"0123456789abcdef";

/// Appends the body of a JSON string, without its quotes.
///
/// ```
/// let mut out = Vec::new();
/// gatewright_schema::json::escape_into("a \"b\"\n", &mut out);
/// assert_eq!(out, br#"a \"b\"\n"#);
/// ```
pub fn escape_into(text: &str, out: &mut Vec<u8>) {
    let input = text.as_bytes();
    // Text that holds JSON has a quote every few bytes: growing once is cheaper than on the way.
    out.reserve(input.len() + input.len() / 8 + 2);
    let mut from = 0;
    loop {
        let at = scan::plain(input, from);
        out.extend_from_slice(input.get(from..at).unwrap_or_default());
        match input.get(at) {
            None => return,
            Some(special @ (b'"' | b'\\')) => out.extend_from_slice(&[b'\\', *special]),
            Some(control) => push_control(*control, out),
        }
        from = at + 1;
    }
}

fn push_control(control: u8, out: &mut Vec<u8>) {
    match CONTROL.get(usize::from(control)) {
        Some(letter) if *letter != 0 => out.extend_from_slice(&[b'\\', *letter]),
        _ => {
            out.extend_from_slice(b"\\u00");
            for digit in [control >> 4, control & 0xf] {
                out.extend(HEXADECIMAL.get(usize::from(digit)));
            }
        }
    }
}

/// Appends a JSON string, with its quotes.
///
/// ```
/// let mut out = Vec::new();
/// gatewright_schema::json::string_into("Rex", &mut out);
/// assert_eq!(out, br#""Rex""#);
/// ```
pub fn string_into(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    escape_into(text, out);
    out.push(b'"');
}

/// Checks that `input` is exactly one JSON value, and appends it without the white space between
/// its tokens. `out` is unchanged after an error.
///
/// # Errors
/// Where `input` is not JSON, not UTF-8, nested deeper than [`super::MAX_DEPTH`], or something
/// follows the value.
///
/// ```
/// use gatewright_schema::json::{Kind, push_compact};
///
/// let mut out = Vec::new();
/// assert_eq!(push_compact(br#" { "a" : [1, 2] } "#, &mut out), Ok(Kind::Object));
/// assert_eq!(out, br#"{"a":[1,2]}"#);
/// ```
pub fn push_compact(input: &[u8], out: &mut Vec<u8>) -> Result<Kind, Error> {
    let mut reader = Reader::new(input);
    let kind = reader.peek()?;
    let before = out.len();
    let mut from = reader.offset();
    let mut append = |out: &mut Vec<u8>, at: usize, end: usize| {
        out.extend_from_slice(input.get(from..at).unwrap_or_default());
        from = end;
    };
    out.reserve(input.len());
    let result = scan::value(input, reader.offset(), 0, &mut |at, end| {
        append(out, at, end);
    })
    .and_then(|end| {
        append(out, end, end);
        rest(input, end)
    });
    match result {
        Ok(()) => Ok(kind),
        Err(error) => {
            out.truncate(before);
            Err(error)
        }
    }
}

/// Checks what the walk over the tokens did not: that nothing follows, and that all is UTF-8.
fn rest(input: &[u8], end: usize) -> Result<(), Error> {
    let after = scan::space(input, end);
    if after < input.len() {
        return Err(scan::error("text after the value", after));
    }
    match std::str::from_utf8(input) {
        Ok(_) => Ok(()),
        Err(error) => Err(scan::error("text that is not UTF-8", error.valid_up_to())),
    }
}

#[cfg(test)]
mod tests;
