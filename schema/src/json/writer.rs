//! Strings and values written as JSON text, copied in runs.

use std::borrow::Cow;

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

/// How much text is escaped at a time, in bytes: one for each bit of a word.
const BLOCK: usize = 64;

/// How much is copied at a time, in bytes. What is too much is written over.
const PIECE: usize = 16;

/// A block, and what the copy of its last byte copies, too.
const WINDOW: usize = BLOCK + PIECE;

/// The most a block becomes, six bytes for each, rounded up for the sake of a mask.
const LONGEST: usize = 512;

/// What must be free to write a block.
const ROOM: usize = LONGEST + PIECE;

/// Appends the body of a JSON string, without its quotes.
///
/// ```
/// let mut out = Vec::new();
/// gatewright_schema::json::escape_into("a \"b\"\n", &mut out);
/// assert_eq!(out, br#"a \"b\"\n"#);
/// ```
pub fn escape_into(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    let mut end = out.len();
    while let Some(window) = rest.first_chunk() {
        end = escape_block(window, rest.len(), out, end);
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    while !rest.is_empty() {
        // The last blocks, filled up with spaces that are taken off again.
        let (block, after) = rest.split_at(rest.len().min(BLOCK));
        let mut window = [b' '; WINDOW];
        if let Some(to) = window.get_mut(..block.len()) {
            to.copy_from_slice(block);
        }
        end = escape_block(&window, rest.len(), out, end) - (BLOCK - block.len());
        rest = after;
    }
    out.truncate(end);
}

/// Escapes a block to `end`, and returns where it ends then. `left` bytes are yet to come, this block
/// included.
///
/// Made for text that is JSON itself, with something to escape every few bytes: the places are found
/// for the whole block first, without a branch, and what lies between them is copied as a piece of
/// fixed length, which takes no call and no guess of how long it is.
#[inline]
fn escape_block(window: &[u8; WINDOW], left: usize, out: &mut Vec<u8>, end: usize) -> usize {
    if out.len() < end + ROOM {
        out.resize(end + ROOM + left, 0);
    }
    let Some(room) = out.get_mut(end..).and_then(<[u8]>::first_chunk_mut) else {
        return end;
    };
    let mut marks = scan::marks(window);
    let (mut from, mut to) = (0, 0);
    while marks != 0 {
        let at = marks.trailing_zeros() as usize;
        marks &= marks - 1;
        to = copy(window, from, at, room, to);
        let byte = window[at];
        let letter = LETTERS[usize::from(byte)];
        put(room, to, [b'\\', letter]);
        to += 2;
        if letter == b'u' {
            put(room, to, [b'0', b'0', digit(byte >> 4), digit(byte)]);
            to += 4;
        }
        from = at + 1;
    }
    end + copy(window, from, BLOCK, room, to)
}

/// Copies the bytes from `from` up to `end`, and returns where they end.
#[inline]
fn copy(
    window: &[u8; WINDOW],
    mut from: usize,
    end: usize,
    room: &mut [u8; ROOM],
    mut to: usize,
) -> usize {
    let after = to + end - from;
    while from < end {
        if let Some(piece) = window[from % BLOCK..].first_chunk::<PIECE>() {
            put(room, to, *piece);
        }
        from += PIECE;
        to += PIECE;
    }
    after
}

/// Writes over what stands at `at`.
#[inline]
fn put<const N: usize>(room: &mut [u8; ROOM], at: usize, bytes: [u8; N]) {
    if let Some(place) = room[at % LONGEST..].first_chunk_mut() {
        *place = bytes;
    }
}

const fn digit(nibble: u8) -> u8 {
    HEXADECIMAL[(nibble & 0xf) as usize]
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
    let kind = Reader::new(input).peek()?;
    out.extend_from_slice(&compact(input)?);
    Ok(kind)
}

/// Checks that `input` is exactly one JSON value, and takes out the white space between its tokens.
/// What has none, as most of what programs write, is not copied.
///
/// # Errors
/// As [`push_compact`].
///
/// ```
/// use std::borrow::Cow;
/// use gatewright_schema::json::compact;
///
/// assert_eq!(compact(b" [1, 2] ")?, Cow::<[u8]>::Owned(b"[1,2]".to_vec()));
/// assert!(matches!(compact(b" [1,2] ")?, Cow::Borrowed(b"[1,2]")));
/// # Ok::<(), gatewright_schema::json::Error>(())
/// ```
pub fn compact(input: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    let slice = |from, to| input.get(from..to).unwrap_or_default();
    let start = scan::space(input, 0);
    let mut from = start;
    let mut out = Vec::new();
    let end = scan::value(input, start, 0, &mut |at, end| {
        if out.is_empty() {
            out.reserve(input.len());
        }
        out.extend_from_slice(slice(from, at));
        from = end;
    })?;
    rest(input, end)?;
    if out.is_empty() {
        return Ok(Cow::Borrowed(slice(start, end)));
    }
    out.extend_from_slice(slice(from, end));
    Ok(Cow::Owned(out))
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
