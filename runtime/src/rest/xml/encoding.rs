//! The encoding of an XML document (RFC 7303, section 3; XML 1.0, appendix F).

use std::borrow::Cow;

use super::Problem;

/// How far the XML declaration is looked for its encoding, in bytes.
const MAX_DECLARATION: usize = 256;

/// The text of a body. A byte order mark counts before the `charset` of the media type, and that
/// before what the document says itself; where nothing is said it is UTF-8.
pub(super) fn decode<'b>(body: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, Problem> {
    if let Some(rest) = body.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest);
    }
    match body {
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0, b'<', ..] => return utf16(body, u16::from_be_bytes),
        [b'<', 0, ..] => return utf16(body, u16::from_le_bytes),
        _ => {}
    }
    let label = charset.map_or_else(|| declared(body), str::to_owned);
    match label.to_ascii_lowercase().as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => utf8(body),
        "iso-8859-1" | "iso8859-1" | "latin1" => Ok(body
            .iter()
            .copied()
            .map(char::from)
            .collect::<String>()
            .into()),
        _ => Err(Problem::new("text in an encoding that is not read")),
    }
}

fn utf8(body: &[u8]) -> Result<Cow<'_, str>, Problem> {
    match std::str::from_utf8(body) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let offset = u64::try_from(error.valid_up_to()).unwrap_or(u64::MAX);
            Err(Problem::at("text that is not UTF-8", offset))
        }
    }
}

fn utf16(body: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, Problem> {
    let (pairs, rest) = body.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(pairs.iter().copied().map(unit)).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(Cow::Owned(text)),
        _ => Err(Problem::new("text that is not UTF-16")),
    }
}

/// The `encoding` of the XML declaration; empty where there is none.
fn declared(body: &[u8]) -> String {
    let declaration = body
        .strip_prefix(b"<?xml")
        .and_then(|rest| rest.split(|byte| *byte == b'?').next())
        .filter(|declaration| declaration.len() <= MAX_DECLARATION)
        .and_then(|declaration| std::str::from_utf8(declaration).ok())
        .unwrap_or_default();
    let value = declaration
        .split_once("encoding")
        .map_or("", |(_, rest)| rest.trim_start())
        .trim_start_matches('=')
        .trim_start();
    let mut characters = value.chars();
    match characters.next() {
        Some(quote @ ('"' | '\'')) => characters.take_while(|other| *other != quote).collect(),
        _ => String::new(),
    }
}
