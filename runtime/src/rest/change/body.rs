//! Members of JSON bodies: the text is copied, and only what leads to the member is read.

use gatewright_schema::json::{Error, Kind, Reader, push_compact, string_into};

/// Why a member cannot be set.
#[derive(Debug)]
pub(super) enum Problem {
    /// Something on the way to it is no object.
    NoObject,
    /// The body is not JSON.
    Json,
}

impl From<Error> for Problem {
    fn from(_: Error) -> Self {
        Self::Json
    }
}

/// The body with the member that `path` leads to set to `value`, a JSON text. Objects that are missing
/// on the way are added. An empty body is an empty object.
pub(super) fn set_member(body: &[u8], path: &[&str], value: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::with_capacity(body.len() + value.len() + 64);
    if body.is_empty() {
        nested(path, value, &mut out);
        return Ok(out);
    }
    let mut reader = Reader::new(body);
    replace(&mut reader, path, value, &mut out)?;
    reader.end()?;
    Ok(out)
}

/// Copies the next value with what `path` leads to replaced. It is as deep as `path` is long, which the
/// compiler bounds.
fn replace(
    reader: &mut Reader<'_>,
    path: &[&str],
    value: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Problem> {
    let Some((name, rest)) = path.split_first() else {
        reader.raw()?;
        out.extend_from_slice(value);
        return Ok(());
    };
    if reader.peek()? != Kind::Object {
        return Err(Problem::NoObject);
    }
    reader.begin_object()?;
    out.push(b'{');
    let start = out.len();
    let (mut first, mut found) = (true, false);
    while let Some(key) = reader.next_key(&mut first)? {
        let is_it = key == *name;
        if is_it && found {
            // A member that is there twice would otherwise count for whoever reads the last one.
            reader.raw()?;
            continue;
        }
        if out.len() > start {
            out.push(b',');
        }
        string_into(&key, out);
        out.push(b':');
        if is_it {
            found = true;
            replace(reader, rest, value, out)?;
        } else {
            push_compact(reader.raw()?.as_str().as_bytes(), out)?;
        }
    }
    if !found {
        if out.len() > start {
            out.push(b',');
        }
        string_into(name, out);
        out.push(b':');
        nested(rest, value, out);
    }
    out.push(b'}');
    Ok(())
}

/// `value` within an object for each name.
fn nested(path: &[&str], value: &[u8], out: &mut Vec<u8>) {
    for name in path {
        out.push(b'{');
        string_into(name, out);
        out.push(b':');
    }
    out.extend_from_slice(value);
    out.extend(std::iter::repeat_n(b'}', path.len()));
}
