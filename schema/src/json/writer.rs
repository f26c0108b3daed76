//! Strings and values written as JSON text, copied in runs.

use super::{Error, Kind, Reader, scan};

/// What follows the backslash for a byte that must be escaped: a letter, where `u` stands for
/// `u00` and two digits; 0 for a byte that stands for itself.
const LETTERS: [u8; 256] = {
    let mut table = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        table[control] = b'u';
        control += 1;
    }
    table[0x08] = b'b';
    table[0x09] = b't';
    table[0x0a] = b'n';
    table[0x0c] = b'f';
    table[0x0d] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

const HEXADECIMAL: [u8; 16] = *b"0123456789abcdef";

/// How much text is escaped at a time, in bytes.
const BLOCK: usize = 4096;

/// Appends the body of a JSON string, without its quotes.
///
/// ```
/// let mut out = Vec::new();
/// gatewright_schema::json::escape_into("a \"b\"\n", &mut out);
/// assert_eq!(out, br#"a \"b\"\n"#);
/// ```
pub fn escape_into(text: &str, out: &mut Vec<u8>) {
    for block in text.as_bytes().chunks(BLOCK) {
        let end = out.len();
        // Room for two bytes for each, and for the last copy of sixteen.
        out.resize(end + 2 * block.len() + 16, 0);
        let end = escape_block(block, out, end);
        out.truncate(end);
    }
}

/// Escapes into the room from `end` on, and returns where it ends then.
///
/// Made for text that is JSON itself, with something to escape every few bytes: copying the runs
/// between them would be a call and a wrong guess of the processor for each. So eight bytes at a time
/// go over a ground of backslashes, each moved on by the number of bytes up to it that need one: what
/// stays uncovered are the backslashes that are needed.
fn escape_block(input: &[u8], out: &mut Vec<u8>, mut end: usize) -> usize {
    const POSITIONS: u64 = 0x0706_0504_0302_0100;
    let (chunks, rest) = input.as_chunks::<8>();
    for chunk in chunks {
        let marks = scan::marks(u64::from_le_bytes(*chunk));
        if marks.controls != 0 {
            end = escape_bytes(chunk, out, end);
            continue;
        }
        let Some(room) = out.get_mut(end..).and_then(<[u8]>::first_chunk_mut::<16>) else {
            return end;
        };
        if marks.escaped == 0 {
            room[..8].copy_from_slice(chunk);
            end += 8;
            continue;
        }
        // Byte n is how many of the bytes 0 to n are escaped.
        let escaped = (marks.escaped >> 7).wrapping_mul(scan::ONES);
        let [a, b, c, d, e, f, g, h] = (escaped + POSITIONS).to_le_bytes();
        *room = [b'\\'; 16];
        for (to, byte) in [a, b, c, d, e, f, g, h].into_iter().zip(chunk) {
            room[usize::from(to & 15)] = *byte;
        }
        end += 1 + usize::from(h);
    }
    escape_bytes(rest, out, end)
}

/// The same one by one, and for all that may come.
fn escape_bytes(input: &[u8], out: &mut Vec<u8>, mut end: usize) -> usize {
    for &byte in input {
        match LETTERS[usize::from(byte)] {
            0 => {
                put(out, end, [byte]);
                end += 1;
            }
            b'u' => {
                control(byte, out, end);
                end += 6;
            }
            letter => {
                put(out, end, [b'\\', letter]);
                end += 2;
            }
        }
    }
    end
}

/// Writes over what stands at `at`.
#[inline]
fn put<const N: usize>(out: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(room) = out.get_mut(at..at + N) {
        room.copy_from_slice(&bytes);
    }
}

/// Writes a control character by its number, and makes the room that takes.
#[cold]
fn control(byte: u8, out: &mut Vec<u8>, end: usize) {
    let digit = |nibble: u8| HEXADECIMAL[usize::from(nibble & 0xf)];
    out.resize(out.len() + 4, 0);
    put(
        out,
        end,
        [b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)],
    );
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
