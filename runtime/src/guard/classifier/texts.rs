//! The texts that are classified.

use gatewright_schema::json::{Error, Kind, Reader};

use super::MAX_TEXT;
use crate::result::{Content, ResourceBody, ToolResult};

/// The texts of a result that a model reads, a line each.
pub(super) fn texts(result: &ToolResult) -> String {
    let mut out = String::new();
    if let Some(text) = &result.structured {
        // It was checked to be JSON.
        let _ = json(text, &mut out);
    }
    for block in &result.content {
        match block {
            Content::Text(text)
            | Content::Resource {
                body: ResourceBody::Text(text),
                ..
            } => line(text, &mut out),
            Content::ResourceLink { name, .. } => line(name, &mut out),
            Content::Structured
            | Content::Image { .. }
            | Content::Audio { .. }
            | Content::Resource { .. } => {}
        }
    }
    out
}

/// Adds the texts of JSON as what they mean, with the names of members.
pub(super) fn json(text: &[u8], out: &mut String) -> Result<(), Error> {
    let mut reader = Reader::new(text);
    value(&mut reader, out)?;
    reader.end()
}

/// Recurses as deep as the reader lets containers nest.
fn value(reader: &mut Reader<'_>, out: &mut String) -> Result<(), Error> {
    match reader.peek()? {
        Kind::Array => {
            reader.begin_array()?;
            let mut first = true;
            while reader.next_item(&mut first)? {
                value(reader, out)?;
            }
        }
        Kind::Object => {
            reader.begin_object()?;
            let mut first = true;
            while let Some(name) = reader.next_key(&mut first)? {
                line(&name, out);
                value(reader, out)?;
            }
        }
        Kind::String => line(&reader.string()?, out),
        Kind::Number => line(reader.number()?.as_str(), out),
        Kind::Boolean => drop(reader.boolean()?),
        Kind::Null => reader.null()?,
    }
    Ok(())
}

fn line(text: &str, out: &mut String) {
    // What is longer is not classified: there is no need to hold it.
    if out.len() <= MAX_TEXT {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(text);
    }
}
