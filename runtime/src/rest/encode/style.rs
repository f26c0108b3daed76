//! The styles of OpenAPI: how scalars, arrays and objects are written (OpenAPI 3.2.0, "Style
//! Examples"; RFC 6570, section 3.2.1, has the procedure).
//!
//! Where the published tables differ, those of 3.1.1 and later hold: an unexploded `label` array has
//! commas, and the delimiters of `spaceDelimited` and `pipeDelimited` are percent-encoded. An empty
//! array or object is left out (RFC 6570, section 2.3), and so is a `null` in one.

use std::borrow::Cow;
use std::fmt::Write as _;

use gatewright_schema::json::{self, Kind, Reader, push_compact};

use super::escape::Escape;
use super::{MAX_BODY, Refusal, nested};
use crate::rest::{Location, Parameter, Style, Value};

const NOT_SCALAR: Refusal =
    Refusal::new("an array or an object, for the parameter's style is defined for nothing else");
const NOT_ARRAY: Refusal =
    Refusal::new("an array, for the parameter's style is not defined for objects");
const NESTED: Refusal = Refusal::new(
    "text, numbers and booleans inside, for the parameter's style is not defined for deeper values",
);
const DELIMITER: Refusal = Refusal::new(
    "items without spaces or bars, for one of them stands between the items and cannot be told apart",
);
const NOT_JSON: Refusal = Refusal::new("JSON");
const TOO_LONG: Refusal = Refusal::with_help(
    "fewer items, for the request would be too large",
    "send them in several calls",
);

impl From<json::Error> for Refusal {
    fn from(_: json::Error) -> Self {
        NOT_JSON
    }
}

/// How a style puts names and values together.
pub(super) struct Pattern {
    /// Before all else.
    prefix: &'static str,
    /// Between exploded items and members.
    separator: &'static str,
    /// Between those that are not exploded.
    delimiter: &'static str,
    /// Whether the parameter's name is written.
    named: bool,
    /// What stands between a name and an empty value.
    empty: &'static str,
}

impl Pattern {
    const fn of(parameter: &Parameter) -> Self {
        let separator = match parameter.location {
            Location::Cookie => "; ",
            _ => "&",
        };
        let (prefix, separator, delimiter, named, empty) = match parameter.style {
            Style::Matrix => (";", ";", ",", true, ""),
            Style::Label => (".", ".", ",", false, "="),
            Style::Simple => ("", ",", ",", false, "="),
            Style::Form | Style::DeepObject | Style::Nested(_) | Style::Member => {
                ("", separator, ",", true, "=")
            }
            Style::SpaceDelimited => ("", separator, "%20", true, "="),
            Style::PipeDelimited => ("", separator, "%7C", true, "="),
            Style::Json => {
                let named = matches!(parameter.location, Location::Query | Location::Cookie);
                ("", "", "", named, "=")
            }
            Style::Fixed => ("", "", "", true, ""),
        };
        Self {
            prefix,
            separator,
            delimiter,
            // What has no name is the whole query.
            named: named && !parameter.name.is_empty(),
            empty,
        }
    }

    /// What stands between a name and a value.
    fn equals(&self, value: &str) -> &'static str {
        if value.is_empty() { self.empty } else { "=" }
    }
}

/// Appends the value of a parameter, with its name where the style writes one. Writes nothing where
/// the value is absent or an empty array or object.
pub(super) fn expand(
    parameter: &Parameter,
    value: Value<'_>,
    out: &mut String,
) -> Result<(), Refusal> {
    expand_named(parameter, parameter.name, value, out)
}

/// The same, with the name of a member that no document names.
pub(super) fn expand_named(
    parameter: &Parameter,
    name: &str,
    value: Value<'_>,
    out: &mut String,
) -> Result<(), Refusal> {
    let expansion = Expansion {
        parameter,
        name,
        pattern: Pattern::of(parameter),
        escape: Escape::of(parameter),
    };
    match (parameter.style, value) {
        (Style::Json, _) => return expansion.json(value, out),
        (Style::Nested(nesting), Value::Json(text)) => {
            return nested::expand(&expansion, nesting, text, out);
        }
        (Style::Fixed, Value::Text(text)) => {
            out.push_str(name);
            out.push_str(text);
            return Ok(());
        }
        _ => {}
    }
    match value {
        Value::Absent => Ok(()),
        Value::Text(text) | Value::Number(text) => expansion.scalar(text, out),
        Value::Boolean(value) => expansion.scalar(if value { "true" } else { "false" }, out),
        Value::Integer(value) => expansion.scalar(&value.to_string(), out),
        Value::Json(text) => {
            let mut reader = Reader::new(text.as_bytes());
            match reader.peek()? {
                Kind::Array => expansion.array(&mut reader, out),
                Kind::Object if parameter.style == Style::Member => expansion.json(value, out),
                Kind::Object => expansion.object(&mut reader, out),
                _ => match scalar(&mut reader)? {
                    Some(text) => expansion.scalar(&text, out),
                    None => expansion.null(out),
                },
            }
        }
    }
}

/// One value being written.
pub(super) struct Expansion<'p> {
    pub(super) parameter: &'p Parameter,
    /// The name as it goes on the wire.
    pub(super) name: &'p str,
    pattern: Pattern,
    pub(super) escape: Escape,
}

impl Expansion<'_> {
    fn scalar(&self, text: &str, out: &mut String) -> Result<(), Refusal> {
        match self.parameter.style {
            Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject => {
                return Err(NOT_SCALAR);
            }
            _ => {}
        }
        out.push_str(self.pattern.prefix);
        if self.pattern.named {
            out.push_str(self.name);
            out.push_str(self.pattern.equals(text));
        }
        self.escape.push(text, out)
    }

    /// The column `undefined` of the table.
    fn null(&self, out: &mut String) -> Result<(), Refusal> {
        match self.parameter.style {
            Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject => Ok(()),
            _ => self.scalar("", out),
        }
    }

    fn array(&self, reader: &mut Reader<'_>, out: &mut String) -> Result<(), Refusal> {
        let Parameter { style, explode, .. } = *self.parameter;
        let mut written = 0_usize;
        let mut first = true;
        reader.begin_array()?;
        while reader.next_item(&mut first)? {
            if style == Style::Member && is_deep(reader)? {
                self.between(written == 0, out)?;
                self.json(Value::Json(reader.raw()?.as_str()), out)?;
                written += 1;
                continue;
            }
            let Some(text) = scalar(reader)? else {
                continue;
            };
            self.between(written == 0, out)?;
            if style == Style::DeepObject {
                // Infallible: writing to a string.
                let _ = write!(out, "{}%5B{written}%5D=", self.name);
            } else if explode && self.pattern.named {
                out.push_str(self.name);
                out.push_str(self.pattern.equals(&text));
            }
            self.item(&text, out)?;
            written += 1;
        }
        Ok(())
    }

    fn object(&self, reader: &mut Reader<'_>, out: &mut String) -> Result<(), Refusal> {
        let Parameter { style, explode, .. } = *self.parameter;
        if explode && matches!(style, Style::SpaceDelimited | Style::PipeDelimited) {
            return Err(NOT_ARRAY);
        }
        let mut written = 0_usize;
        let mut first = true;
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut first)? {
            let Some(text) = scalar(reader)? else {
                continue;
            };
            self.between(written == 0, out)?;
            if style == Style::DeepObject {
                out.push_str(self.name);
                out.push_str("%5B");
                self.escape.push(&key, out)?;
                out.push_str("%5D=");
            } else {
                self.item(&key, out)?;
                out.push_str(if explode {
                    self.pattern.equals(&text)
                } else {
                    self.pattern.delimiter
                });
            }
            self.item(&text, out)?;
            written += 1;
        }
        Ok(())
    }

    /// Appends one of several items, keys or values.
    fn item(&self, text: &str, out: &mut String) -> Result<(), Refusal> {
        let delimiter = match self.parameter.style {
            Style::SpaceDelimited => ' ',
            Style::PipeDelimited => '|',
            _ => return self.escape.push_item(text, out),
        };
        if !self.parameter.explode && text.contains(delimiter) {
            return Err(DELIMITER);
        }
        self.escape.push_item(text, out)
    }

    /// What stands before the first item or member, or between two.
    fn between(&self, first: bool, out: &mut String) -> Result<(), Refusal> {
        within_bounds(out)?;
        let one_by_one = self.parameter.explode || self.parameter.style == Style::DeepObject;
        if !first {
            out.push_str(if one_by_one {
                self.pattern.separator
            } else {
                self.pattern.delimiter
            });
            return Ok(());
        }
        out.push_str(self.pattern.prefix);
        if self.pattern.named && !one_by_one {
            out.push_str(self.name);
            out.push('=');
        }
        Ok(())
    }

    /// The JSON text itself, compact.
    pub(super) fn json(&self, value: Value<'_>, out: &mut String) -> Result<(), Refusal> {
        let mut text = Vec::new();
        match value {
            Value::Json(json) => {
                push_compact(json.as_bytes(), &mut text)?;
            }
            other => super::body::push_value(other, &mut text),
        }
        let text = std::str::from_utf8(&text).map_err(|_| NOT_JSON)?;
        if text.is_empty() {
            return Ok(());
        }
        if self.pattern.named {
            out.push_str(self.name);
            out.push('=');
        }
        self.escape.push(text, out)
    }
}

/// Refuses what has grown too large: a list of short items can name itself a million times.
pub(super) fn within_bounds(out: &str) -> Result<(), Refusal> {
    if out.len() > MAX_BODY {
        return Err(TOO_LONG);
    }
    Ok(())
}

/// Whether the next value is an array or an object.
pub(super) fn is_deep(reader: &mut Reader<'_>) -> Result<bool, Refusal> {
    Ok(matches!(reader.peek()?, Kind::Array | Kind::Object))
}

/// The text of a value that is neither an array nor an object; `None` for `null`.
pub(super) fn scalar<'a>(reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, Refusal> {
    Ok(match reader.peek()? {
        Kind::Null => {
            reader.null()?;
            None
        }
        Kind::Boolean => Some(if reader.boolean()? {
            "true".into()
        } else {
            "false".into()
        }),
        Kind::Number => Some(reader.number()?.as_str().into()),
        Kind::String => Some(reader.string()?),
        Kind::Array | Kind::Object => return Err(NESTED),
    })
}
