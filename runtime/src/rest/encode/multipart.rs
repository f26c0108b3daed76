//! `multipart/form-data` bodies (RFC 7578), each part written straight into the body.
//!
//! Nothing that a caller sends can end a part or start another: the boundary is random, is made after
//! the arguments are known, and is looked for in every part. Names and file names are escaped.

use std::borrow::Cow;
use std::fmt::Write as _;

use gatewright_schema::json::{Kind, Reader};
use http::header::HeaderValue;

use super::body::{push_text, push_value};
use super::file::File;
use super::style::scalar;
use super::{Arguments, MAX_BODY, Refusal};
use crate::rest::{Content, Part, Value};

const BOUNDARY: Refusal =
    Refusal::new("a boundary between parts; this is a fault of the gateway: try again");
const TOO_LONG: Refusal = Refusal::with_help(
    "fewer items, for the request would be too large",
    "send them in several calls",
);
const DELIMITER: Refusal = Refusal::new(
    "items without the character that stands between them, for they could not be told apart",
);

/// How often another boundary is tried where one occurs in a part, which chance does not bring about.
const ATTEMPTS: usize = 3;

/// The body and its media type; none where there is no part and the body may be left out.
pub(super) fn write(
    arguments: &mut Arguments<'_>,
    whole: Option<usize>,
    parts: &'static [Part],
    required: bool,
) -> Option<(Vec<u8>, HeaderValue)> {
    for _ in 0..ATTEMPTS {
        let Some(boundary) = boundary() else { break };
        let mut writer = Writer {
            boundary: &boundary,
            out: Vec::with_capacity(1024),
            clash: false,
        };
        match whole {
            Some(argument) => writer.members(arguments, argument, parts)?,
            None => writer.arguments(arguments, parts),
        }
        if writer.clash {
            continue;
        }
        let mut out = writer.out;
        if out.is_empty() && !required && whole.is_none() {
            return None;
        }
        out.extend_from_slice(b"--");
        out.extend_from_slice(boundary.as_bytes());
        out.extend_from_slice(b"--\r\n");
        let media_type = format!("multipart/form-data; boundary={boundary}");
        return Some((out, HeaderValue::from_str(&media_type).ok()?));
    }
    arguments.refuse_all(BOUNDARY);
    None
}

/// 128 random bits in words that RFC 2046, section 5.1.1, admits without quotes.
fn boundary() -> Option<String> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).ok()?;
    let mut boundary = String::with_capacity(48);
    boundary.push_str("gatewright-");
    for byte in random {
        // Infallible: writing to a string.
        let _ = write!(boundary, "{byte:02x}");
    }
    Some(boundary)
}

struct Writer<'b> {
    boundary: &'b str,
    out: Vec<u8>,
    /// Whether the boundary occurs in a part.
    clash: bool,
}

impl Writer<'_> {
    fn arguments(&mut self, arguments: &mut Arguments<'_>, parts: &'static [Part]) {
        for part in parts {
            let value = arguments.value(part.argument);
            if let Err(refusal) = self.part(part, part.name, value) {
                arguments.refuse(part.argument, refusal);
            }
        }
    }

    /// The members of one argument. Those that the document does not name are written as it says of
    /// members that it says nothing of.
    fn members(
        &mut self,
        arguments: &mut Arguments<'_>,
        argument: usize,
        parts: &'static [Part],
    ) -> Option<()> {
        let Value::Json(text) = arguments.value(argument) else {
            return None;
        };
        let other = Part {
            name: "",
            argument,
            content: Content::Value,
            media_type: "",
            headers: "",
        };
        let mut reader = Reader::new(text.as_bytes());
        let mut first = true;
        let mut write = || {
            reader.begin_object()?;
            while let Some(key) = reader.next_key(&mut first)? {
                let value = Value::Json(reader.raw()?.as_str());
                let name = escaped(&key);
                let part = parts.iter().find(|part| part.name == name);
                self.part(part.unwrap_or(&other), &name, value)?;
            }
            Ok(())
        };
        if let Err(refusal) = write() {
            arguments.refuse(argument, refusal);
        }
        Some(())
    }

    /// Writes a value in as many parts as it takes.
    fn part(&mut self, part: &Part, name: &str, value: Value<'_>) -> Result<(), Refusal> {
        let text = match value {
            Value::Absent => return Ok(()),
            Value::Json(text) => text,
            scalar => return self.scalar(part, name, scalar),
        };
        let mut reader = Reader::new(text.as_bytes());
        match (part.content, reader.peek()?) {
            (Content::Json, _) => self.json(part, name, text),
            (Content::Joined(delimiter), Kind::Array) => {
                self.joined(part, name, &mut reader, delimiter)
            }
            (_, Kind::Array) => {
                let mut first = true;
                reader.begin_array()?;
                while reader.next_item(&mut first)? {
                    self.one(part, name, reader.raw()?.as_str())?;
                }
                Ok(())
            }
            _ => self.one(part, name, text),
        }
    }

    /// Writes JSON text that takes one part; `null` takes none.
    fn one(&mut self, part: &Part, name: &str, text: &str) -> Result<(), Refusal> {
        match (part.content, Reader::new(text.as_bytes()).peek()?) {
            (_, Kind::Null) => Ok(()),
            (Content::File, Kind::Object) => self.file(part, name, text),
            (_, Kind::Object | Kind::Array) => self.json(part, name, text),
            _ => self.scalar(part, name, Value::Json(text)),
        }
    }

    fn scalar(&mut self, part: &Part, name: &str, value: Value<'_>) -> Result<(), Refusal> {
        if part.content == Content::Json {
            self.begin(part, name, None, Some("application/json"))?;
            let start = self.out.len();
            push_value(value, &mut self.out);
            self.end(start);
            return Ok(());
        }
        self.begin(part, name, None, None)?;
        let start = self.out.len();
        push_text(value, &mut self.out)?;
        self.end(start);
        Ok(())
    }

    fn json(&mut self, part: &Part, name: &str, text: &str) -> Result<(), Refusal> {
        self.begin(part, name, None, Some("application/json"))?;
        let start = self.out.len();
        self.out.extend_from_slice(text.as_bytes());
        self.end(start);
        Ok(())
    }

    fn joined(
        &mut self,
        part: &Part,
        name: &str,
        reader: &mut Reader<'_>,
        delimiter: char,
    ) -> Result<(), Refusal> {
        let mut joined = String::new();
        let (mut first, mut written) = (true, false);
        reader.begin_array()?;
        while reader.next_item(&mut first)? {
            let Some(item) = scalar(reader)? else {
                continue;
            };
            if item.contains(delimiter) {
                return Err(DELIMITER);
            }
            if written {
                joined.push(delimiter);
            }
            joined.push_str(&item);
            written = true;
        }
        if written {
            self.scalar(part, name, Value::Text(&joined))?;
        }
        Ok(())
    }

    fn file(&mut self, part: &Part, name: &str, text: &str) -> Result<(), Refusal> {
        let file = File::read(text)?;
        // Servers take a part for a file where it has a file name.
        let filename = file.filename.as_deref().unwrap_or("file");
        let media_type = file.media_type.as_deref();
        let fallback = Some("application/octet-stream");
        let given = Part {
            media_type: "",
            ..*part
        };
        match media_type {
            Some(_) => self.begin(&given, name, Some(filename), media_type)?,
            None => self.begin(part, name, Some(filename), fallback)?,
        }
        let start = self.out.len();
        file.decode(&mut self.out)?;
        self.end(start);
        Ok(())
    }

    /// Writes what stands before the content. `media_type` holds where the part says nothing.
    fn begin(
        &mut self,
        part: &Part,
        name: &str,
        filename: Option<&str>,
        media_type: Option<&str>,
    ) -> Result<(), Refusal> {
        if self.out.len() > MAX_BODY {
            return Err(TOO_LONG);
        }
        self.push(&[
            "--",
            self.boundary,
            "\r\nContent-Disposition: form-data; name=\"",
            name,
            "\"",
        ]);
        if let Some(filename) = filename {
            self.push(&["; filename=\"", &escaped(filename), "\""]);
        }
        self.push(&["\r\n"]);
        let media_type = match part.media_type {
            "" => media_type.unwrap_or_default(),
            named => named,
        };
        if !media_type.is_empty() {
            self.push(&["Content-Type: ", media_type, "\r\n"]);
        }
        self.push(&[part.headers, "\r\n"]);
        Ok(())
    }

    /// Ends the part whose content starts at `start`.
    fn end(&mut self, start: usize) {
        let content = self.out.get(start..).unwrap_or_default();
        self.clash |= memchr::memmem::find(content, self.boundary.as_bytes()).is_some();
        self.out.extend_from_slice(b"\r\n");
    }

    fn push(&mut self, texts: &[&str]) {
        for text in texts {
            self.out.extend_from_slice(text.as_bytes());
        }
    }
}

/// A name as it stands between quotes: quotes and line breaks percent-encoded as browsers do it, and so
/// are other control characters, which headers cannot hold, and backslashes, which some servers take for
/// escapes.
fn escaped(name: &str) -> Cow<'_, str> {
    let special = |character: char| matches!(character, '"' | '\\') || character.is_ascii_control();
    if !name.contains(special) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if special(character) {
            // Infallible: writing to a string.
            let _ = write!(out, "%{:02X}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}
