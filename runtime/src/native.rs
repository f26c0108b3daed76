//! Tools written in Rust: how their arguments are read, and how what they list is put into the
//! constants of the gateway.

use std::borrow::Cow;

use gatewright_schema::json::Raw;
use gatewright_schema::{SchemaId, Table, Violations};

/// A type that a parameter of a `#[tool]` function can have. Values were checked against the schema
/// that the type stands for, so reading cannot fail; what it does with anything else is unspecified.
pub trait Argument<'a>: Sized {
    /// The value.
    fn read(raw: Raw<'a>) -> Self;
}

impl<'a> Argument<'a> for Raw<'a> {
    fn read(raw: Raw<'a>) -> Self {
        raw
    }
}

impl Argument<'_> for String {
    fn read(raw: Raw<'_>) -> Self {
        raw.reader()
            .string()
            .map(Cow::into_owned)
            .unwrap_or_default()
    }
}

impl Argument<'_> for bool {
    fn read(raw: Raw<'_>) -> Self {
        raw.as_str() == "true"
    }
}

impl<'a, T: Argument<'a>> Argument<'a> for Vec<T> {
    fn read(raw: Raw<'a>) -> Self {
        let mut reader = raw.reader();
        let mut items = Self::new();
        let mut first = true;
        if reader.begin_array().is_ok() {
            while let Ok(true) = reader.next_item(&mut first) {
                let Ok(item) = reader.raw() else { break };
                items.push(T::read(item));
            }
        }
        items
    }
}

/// Numbers that are read from their text; `1.0` and `1e2` are integers too.
macro_rules! numbers {
    ($($integer:ident)*; $($float:ident)*) => {
        $(impl Argument<'_> for $integer {
            fn read(raw: Raw<'_>) -> Self {
                raw.as_str().parse().ok().or_else(|| {
                    raw.reader().number().ok()?.as_i64()?.try_into().ok()
                }).unwrap_or_default()
            }
        })*
        $(impl Argument<'_> for $float {
            fn read(raw: Raw<'_>) -> Self {
                raw.as_str().parse().unwrap_or_default()
            }
        })*
    };
}

numbers!(i8 i16 i32 i64 u8 u16 u32 u64; f32 f64);

/// The whole of a call's arguments, checked; absent arguments are an empty object.
///
/// # Errors
/// Every rule that they break.
pub fn checked<'a>(
    table: &Table,
    schema: SchemaId,
    arguments: &'a [u8],
) -> Result<Raw<'a>, Violations> {
    let arguments = if arguments.is_empty() {
        b"{}"
    } else {
        arguments
    };
    gatewright_schema::decode::object(table, schema, arguments, &mut [])?;
    // Text that was just checked.
    Raw::parse(arguments).map_err(|_| Violations::default())
}

/// How long `parts` are together.
pub const fn joined_length(parts: &[&str]) -> usize {
    let mut length = 0;
    let mut position = 0;
    while position < parts.len() {
        length += parts[position].len();
        position += 1;
    }
    length
}

/// `parts` one after the other; `N` is their [`joined_length`].
pub const fn join<const N: usize>(parts: &[&str]) -> [u8; N] {
    let mut out = [0; N];
    let mut rest: &mut [u8] = &mut out;
    let mut position = 0;
    while position < parts.len() {
        let part = parts[position].as_bytes();
        let (head, tail) = rest.split_at_mut(part.len());
        head.copy_from_slice(part);
        rest = tail;
        position += 1;
    }
    out
}

/// The text that [`join`] made.
pub const fn joined(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_at_compile_time() {
        const PARTS: &[&str] = &["[", "\u{e9}", "", "]"];
        const JOINED: [u8; joined_length(PARTS)] = join(PARTS);
        assert_eq!(joined(&JOINED), "[\u{e9}]");
    }
}
