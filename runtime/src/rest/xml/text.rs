//! Text of callers as XML: escaped so that it stays what it is, whatever it holds.

use gatewright_schema::xml::is_character;

/// Where text stands, which decides what is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// Between tags.
    Element,
    /// Between quotation marks.
    Attribute,
    /// In a CDATA section that is open already.
    CData,
}

/// Appends text. What readers would change is written as a reference: line breaks in attributes, and
/// carriage returns anywhere (XML 1.0, sections 2.11 and 3.3.3).
///
/// # Errors
/// The first character that XML has no way to write.
pub(super) fn push(text: &str, within: Within, out: &mut Vec<u8>) -> Result<(), char> {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replacement: &[u8] = match (byte, within) {
            (b'&', Within::Element | Within::Attribute) => b"&amp;",
            (b'<', Within::Element | Within::Attribute) => b"&lt;",
            (b'>', Within::Element | Within::Attribute) => b"&gt;",
            (b'"', Within::Attribute) => b"&quot;",
            (b'\t', Within::Attribute) => b"&#9;",
            (b'\n', Within::Attribute) => b"&#10;",
            (b'\r', Within::Element | Within::Attribute) => b"&#13;",
            (b'\r', Within::CData) => b"]]>&#13;<![CDATA[",
            // `]]>` is divided between two sections.
            (b'>', Within::CData) if text.get(..at).is_some_and(|text| text.ends_with("]]")) => {
                b"]]><![CDATA[>"
            }
            (b'\t' | b'\n', _) => continue,
            (..0x20, _) => return Err(char::from(byte)),
            // U+FFFE and U+FFFF begin so, and they are the only ones of two or more bytes to be refused.
            (0xEF, _) => match text.get(at..).and_then(|text| text.chars().next()) {
                Some(character) if !is_character(character) => return Err(character),
                _ => continue,
            },
            _ => continue,
        };
        out.extend_from_slice(text.as_bytes().get(from..at).unwrap_or_default());
        out.extend_from_slice(replacement);
        from = at + 1;
    }
    out.extend_from_slice(text.as_bytes().get(from..).unwrap_or_default());
    Ok(())
}
