//! One spelling for each JSON value: members in order, no white space, no escape that need not be, numbers
//! by their value. Two texts of equal values (JSON Schema 2020-12, core, section 4.2.2) become the same.

use gatewright_schema::json::{Error, Kind, Reader, string_into};
use gatewright_schema::normal_number;

/// The one spelling of the value that a text holds; `None` where it holds none.
pub(super) fn canonical(text: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::new(text);
    let mut out = Vec::with_capacity(text.len());
    write(&mut reader, &mut out).ok()?;
    reader.end().ok()?;
    Some(out)
}

/// Recurses as deep as the reader lets containers nest.
fn write(reader: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
    match reader.peek()? {
        Kind::Null => {
            reader.null()?;
            out.extend_from_slice(b"null");
        }
        Kind::Boolean => {
            let word: &[u8] = if reader.boolean()? { b"true" } else { b"false" };
            out.extend_from_slice(word);
        }
        Kind::Number => out.extend_from_slice(normal_number(reader.number()?.as_str()).as_bytes()),
        Kind::String => string_into(&reader.string()?, out),
        Kind::Array => {
            reader.begin_array()?;
            out.push(b'[');
            let mut first = true;
            while reader.next_item(&mut first)? {
                write(reader, out)?;
                out.push(b',');
            }
            out.push(b']');
        }
        Kind::Object => {
            reader.begin_object()?;
            let mut members = Vec::new();
            let mut first = true;
            while let Some(name) = reader.next_key(&mut first)? {
                let mut value = Vec::new();
                write(reader, &mut value)?;
                members.push((name, value));
            }
            // Stable: of members of one name, the last may be the one that counts.
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            out.push(b'{');
            for (name, value) in members {
                string_into(&name, out);
                out.push(b':');
                out.extend_from_slice(&value);
                out.push(b',');
            }
            out.push(b'}');
        }
    }
    Ok(())
}
