//! Functions of text. Positions and lengths are those of Unicode code points.

use std::borrow::Cow;

use super::{Error, Value, as_string, items};

/// `size` of text: its code points.
pub fn size_string(text: &str) -> i64 {
    length(text.chars().count())
}

/// `size` of bytes.
pub fn size_bytes(bytes: &[u8]) -> i64 {
    length(bytes.len())
}

/// What is in memory has fewer bytes than 64 bits can count.
fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// `contains`.
pub fn contains(text: &str, part: &str) -> bool {
    text.contains(part)
}

/// `startsWith`.
pub fn starts_with(text: &str, prefix: &str) -> bool {
    text.starts_with(prefix)
}

/// `endsWith`.
pub fn ends_with(text: &str, suffix: &str) -> bool {
    text.ends_with(suffix)
}

/// `lowerAscii`: other letters stay.
pub fn lower_ascii<'a>(text: &str) -> Cow<'a, str> {
    text.to_ascii_lowercase().into()
}

/// `upperAscii`: other letters stay.
pub fn upper_ascii<'a>(text: &str) -> Cow<'a, str> {
    text.to_ascii_uppercase().into()
}

/// `trim`: without the white space at both ends.
pub fn trim<'a>(text: &str) -> Cow<'a, str> {
    text.trim().to_owned().into()
}

/// `replace`: every occurrence.
pub fn replace<'a>(text: &str, from: &str, to: &str) -> Cow<'a, str> {
    text.replace(from, to).into()
}

/// `substring`: from a position to the end.
///
/// # Errors
/// Of a position beyond the text.
pub fn substring<'a>(text: &str, start: i64) -> Result<Cow<'a, str>, Error> {
    let rest = text.get(offset(text, start)?..).ok_or(Error::OutOfBounds)?;
    Ok(rest.to_owned().into())
}

/// `substring`: from a position up to another.
///
/// # Errors
/// Of positions beyond the text or in the wrong order.
pub fn substring_to<'a>(text: &str, start: i64, end: i64) -> Result<Cow<'a, str>, Error> {
    let part = text.get(offset(text, start)?..offset(text, end)?);
    Ok(part.ok_or(Error::OutOfBounds)?.to_owned().into())
}

/// `charAt`: the character at a position; nothing at the end.
///
/// # Errors
/// Of a position beyond the text.
pub fn char_at<'a>(text: &str, position: i64) -> Result<Cow<'a, str>, Error> {
    let rest = text
        .get(offset(text, position)?..)
        .ok_or(Error::OutOfBounds)?;
    Ok(rest.chars().take(1).collect::<String>().into())
}

/// `indexOf`: -1 where it does not occur.
pub fn index_of(text: &str, part: &str) -> i64 {
    position(text, text.find(part))
}

/// `lastIndexOf`: -1 where it does not occur.
pub fn last_index_of(text: &str, part: &str) -> i64 {
    position(text, text.rfind(part))
}

/// `split`: the empty separator splits between characters.
pub fn split<'a>(text: &str, separator: &str) -> Value<'a> {
    let part = |part: &str| Value::String(Cow::Owned(part.to_owned()));
    Value::List(if separator.is_empty() {
        text.char_indices()
            .filter_map(|(at, c)| text.get(at..at + c.len_utf8()))
            .map(part)
            .collect()
    } else {
        text.split(separator).map(part).collect()
    })
}

/// `join`.
///
/// # Errors
/// Of a list that holds anything but text.
pub fn join<'a>(list: &Value<'_>, separator: &str) -> Result<Cow<'a, str>, Error> {
    let parts: Result<Vec<_>, _> = items(list)?.map(as_string).collect();
    Ok(parts?.join(separator).into())
}

/// The bytes before a position.
fn offset(text: &str, position: i64) -> Result<usize, Error> {
    let position = usize::try_from(position).map_err(|_| Error::OutOfBounds)?;
    text.char_indices()
        .map(|(at, _)| at)
        .chain(std::iter::once(text.len()))
        .nth(position)
        .ok_or(Error::OutOfBounds)
}

/// The position of the byte at an offset.
fn position(text: &str, offset: Option<usize>) -> i64 {
    match offset {
        Some(offset) => size_string(text.get(..offset).unwrap_or_default()),
        None => -1,
    }
}
