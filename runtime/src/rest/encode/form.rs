//! `application/x-www-form-urlencoded` bodies.
//!
//! A form is written like a query: everything but RFC 3986's unreserved characters is percent-encoded,
//! a space as `%20`. Every decoder of forms reads that, and those that follow RFC 3986 alone do too,
//! which do not take a `+` for a space. Line breaks are sent as they are given.

use gatewright_schema::json::Reader;

use super::{Arguments, percent_encode, query, style};
use crate::rest::{Location, Parameter, Style, Value};

/// The form whose fields are arguments; none where there is no field and the body may be left out.
pub(super) fn fields(
    arguments: &mut Arguments<'_>,
    fields: &'static [Parameter],
    required: bool,
) -> Option<Vec<u8>> {
    let mut out = String::with_capacity(256);
    query::pairs(arguments, fields, "", &mut out);
    (!out.is_empty() || required).then(|| out.into_bytes())
}

/// The form whose fields are the members of one argument. Those that the document does not name are
/// written as it says of members that it says nothing of.
pub(super) fn members(
    arguments: &mut Arguments<'_>,
    argument: usize,
    fields: &'static [Parameter],
) -> Option<Vec<u8>> {
    let Value::Json(text) = arguments.value(argument) else {
        return None;
    };
    let other = Parameter {
        argument,
        name: "member",
        location: Location::Query,
        style: Style::Member,
        explode: true,
        allow_reserved: false,
    };
    let mut out = String::with_capacity(text.len());
    let mut reader = Reader::new(text.as_bytes());
    let mut first = true;
    let mut write = || {
        reader.begin_object()?;
        while let Some(key) = reader.next_key(&mut first)? {
            let value = Value::Json(reader.raw()?.as_str());
            let name = percent_encode(&key);
            let field = fields
                .iter()
                .find(|field| field.name == name)
                .unwrap_or(&other);
            let before = out.len();
            if before > 0 {
                out.push('&');
            }
            let start = out.len();
            style::expand_named(field, &name, value, &mut out)?;
            if out.len() == start {
                out.truncate(before);
            }
        }
        Ok(())
    };
    if let Err(refusal) = write() {
        arguments.refuse(argument, refusal);
    }
    Some(out.into_bytes())
}
