//! Values whose type is only known at run time, borrowed from the text of a call where they can be.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use gatewright_schema::json::{Kind, Number, Raw, Reader};
use gatewright_schema::time::{Duration, Timestamp};
use ipnet::IpNet;

use super::{Error, equal};

/// A value of any type.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint`
    Uint(u64),
    /// `double`
    Double(f64),
    /// `string`
    String(Cow<'a, str>),
    /// `bytes`
    Bytes(Cow<'a, [u8]>),
    /// `timestamp`
    Timestamp(Timestamp),
    /// `duration`
    Duration(Duration),
    /// An IP address.
    Ip(IpAddr),
    /// A network.
    Cidr(IpNet),
    /// A list that an expression made.
    List(Vec<Value<'a>>),
    /// A map that an expression made; each key once.
    Map(Vec<(&'static str, Value<'a>)>),
    /// The text of a JSON array or object, never of another value.
    Json(Raw<'a>),
    /// Text by name, such as the headers of a request.
    Table(&'a dyn Table),
}

/// Text by name: a map of strings that is looked up in place.
pub trait Table: fmt::Debug {
    /// The text of that name.
    fn get(&self, name: &str) -> Option<Cow<'_, str>>;
    /// The names, each once.
    fn names(&self) -> Vec<&str>;
}

/// Several lines of one name are one text, as RFC 9110, section 5.3, has them joined. Names are found
/// whatever their case, and listed in lower case. What is not visible ASCII is replaced.
impl Table for http::HeaderMap {
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut lines = self
            .get_all(name)
            .iter()
            .map(|line| String::from_utf8_lossy(line.as_bytes()));
        let first = lines.next()?;
        Some(lines.fold(first, |text, line| Cow::Owned(format!("{text}, {line}"))))
    }

    fn names(&self) -> Vec<&str> {
        self.keys().map(http::HeaderName::as_str).collect()
    }
}

impl<'a> Value<'a> {
    /// The value of a JSON text: whole numbers of 64 bits are `int`, all others `double`.
    fn read(reader: &mut Reader<'a>) -> Self {
        let read = |reader: &mut Reader<'a>| -> Result<Self, gatewright_schema::json::Error> {
            Ok(match reader.peek()? {
                Kind::Null => {
                    reader.null()?;
                    Self::Null
                }
                Kind::Boolean => Self::Bool(reader.boolean()?),
                Kind::Number => Self::from(reader.number()?),
                Kind::String => Self::String(reader.string()?),
                Kind::Array | Kind::Object => Self::Json(reader.raw()?),
            })
        };
        // A `Raw` was checked when it was made.
        read(reader).unwrap_or(Self::Null)
    }
}

impl<'a> From<Raw<'a>> for Value<'a> {
    fn from(raw: Raw<'a>) -> Self {
        Self::read(&mut raw.reader())
    }
}

impl From<Number<'_>> for Value<'_> {
    fn from(number: Number<'_>) -> Self {
        number
            .as_i64()
            .map_or_else(|| Self::Double(number.as_f64()), Self::Int)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::String(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a dyn Table> for Value<'a> {
    fn from(table: &'a dyn Table) -> Self {
        Self::Table(table)
    }
}

/// `From` of the payload of a variant.
macro_rules! from {
    ($($variant:ident $payload:ty;)*) => {
        $(impl<'a> From<$payload> for Value<'a> {
            fn from(value: $payload) -> Self {
                Self::$variant(value)
            }
        })*
    };
}

from! {
    Bool bool;
    Int i64;
    Uint u64;
    Double f64;
    String Cow<'a, str>;
    Bytes Cow<'a, [u8]>;
    Timestamp Timestamp;
    Duration Duration;
    Ip IpAddr;
    Cidr IpNet;
    List Vec<Value<'a>>;
}

/// The items of a list, or the keys of a map.
#[derive(Debug)]
pub enum Items<'v, 'a> {
    /// Those of a list that an expression made.
    List(std::slice::Iter<'v, Value<'a>>),
    /// Those of a map that an expression made.
    Map(std::slice::Iter<'v, (&'static str, Value<'a>)>),
    /// Those of a JSON array, and whether the first is still to come.
    Array(Reader<'a>, bool),
    /// Those of a JSON object, and whether the first is still to come.
    Object(Reader<'a>, bool),
    /// Those of a table.
    Table(std::vec::IntoIter<&'a str>),
}

impl<'a> Iterator for Items<'_, 'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        match self {
            Self::List(items) => items.next().cloned(),
            Self::Map(entries) => entries.next().map(|(key, _)| Value::from(*key)),
            // The text was checked: nothing but its end ends it.
            Self::Array(reader, first) => reader
                .next_item(first)
                .is_ok_and(|more| more)
                .then(|| Value::read(reader)),
            Self::Object(reader, first) => {
                let key = reader.next_key(first).ok().flatten()?;
                reader.raw().ok()?;
                Some(Value::String(key))
            }
            Self::Table(names) => names.next().map(Value::from),
        }
    }
}

/// The items of a list, or the keys of a map.
///
/// # Errors
/// Of any other value.
pub fn items<'v, 'a>(value: &'v Value<'a>) -> Result<Items<'v, 'a>, Error> {
    Ok(match value {
        Value::List(items) => Items::List(items.iter()),
        Value::Map(entries) => Items::Map(entries.iter()),
        Value::Table(table) => Items::Table(table.names().into_iter()),
        Value::Json(raw) => {
            let mut reader = raw.reader();
            if reader.begin_array().is_ok() {
                Items::Array(reader, true)
            } else {
                let mut reader = raw.reader();
                reader.begin_object().map_err(|_| Error::WrongType)?;
                Items::Object(reader, true)
            }
        }
        _ => return Err(Error::WrongType),
    })
}

/// The entries of a map.
///
/// # Errors
/// Of any other value.
pub(crate) fn entries<'a>(value: &Value<'a>) -> Result<BTreeMap<Cow<'a, str>, Value<'a>>, Error> {
    Ok(match value {
        Value::Map(entries) => entries
            .iter()
            .map(|(key, value)| (Cow::Borrowed(*key), value.clone()))
            .collect(),
        Value::Json(raw) => members(*raw).ok_or(Error::WrongType)?.collect(),
        Value::Table(table) => {
            let entry = |name: &'a str| {
                let text = table.get(name).unwrap_or_default();
                (Cow::Borrowed(name), Value::String(text))
            };
            table.names().into_iter().map(entry).collect()
        }
        _ => return Err(Error::WrongType),
    })
}

/// The members of a JSON object; `None` of an array.
fn members(raw: Raw<'_>) -> Option<impl Iterator<Item = (Cow<'_, str>, Value<'_>)>> {
    let mut reader = raw.reader();
    reader.begin_object().ok()?;
    let mut first = true;
    Some(std::iter::from_fn(move || {
        let key = reader.next_key(&mut first).ok().flatten()?;
        Some((key, Value::from(reader.raw().ok()?)))
    }))
}

/// Whether it is a list and not a map.
pub(super) fn is_list(value: &Value<'_>) -> bool {
    match value {
        Value::List(_) => true,
        Value::Json(raw) => raw.as_str().starts_with('['),
        _ => false,
    }
}

/// `size`: the items of a list, the entries of a map, the characters of a string, the bytes.
///
/// # Errors
/// Of any other value.
pub fn size(value: &Value<'_>) -> Result<i64, Error> {
    let count = match value {
        Value::String(text) => return Ok(super::size_string(text)),
        Value::Bytes(bytes) => bytes.len(),
        value => items(value)?.count(),
    };
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The value of a key, if the map has it.
fn find<'a>(map: &Value<'a>, key: &str) -> Result<Option<Value<'a>>, Error> {
    match map {
        Value::Map(entries) => Ok(entries
            .iter()
            .find(|(own, _)| *own == key)
            .map(|(_, value)| value.clone())),
        Value::Json(raw) => Ok(members(*raw)
            .ok_or(Error::WrongType)?
            .find_map(|(own, value)| (own == key).then_some(value))),
        Value::Table(table) => Ok(table.get(key).map(Value::String)),
        _ => Err(Error::WrongType),
    }
}

/// The member of an object or the entry of a map: `value.name`, `value["name"]`.
///
/// # Errors
/// Where there is none, and of a value that has no members.
pub fn member<'a>(value: &Value<'a>, name: &str) -> Result<Value<'a>, Error> {
    find(value, name)?.ok_or(Error::Absent)
}

/// Whether there is such a member: `has(value.name)`, `"name" in value`.
///
/// # Errors
/// Of a value that has no members.
pub fn has_member(value: &Value<'_>, name: &str) -> Result<bool, Error> {
    Ok(find(value, name)?.is_some())
}

/// An item of a list, from 0: `value[position]`.
///
/// # Errors
/// At a position that it does not have, and of any other value.
pub fn item<'a>(value: &Value<'a>, position: i64) -> Result<Value<'a>, Error> {
    if !is_list(value) {
        return Err(Error::WrongType);
    }
    let position = usize::try_from(position).map_err(|_| Error::OutOfBounds)?;
    items(value)?.nth(position).ok_or(Error::OutOfBounds)
}

/// Whether an item of the list is equal: `item in value`.
///
/// # Errors
/// Of a value that is not a list.
pub fn has_item(value: &Value<'_>, item: &Value<'_>) -> Result<bool, Error> {
    if !is_list(value) {
        return Err(Error::WrongType);
    }
    Ok(items(value)?.any(|own| equal(&own, item)))
}

/// `value[key]`, where only the call tells a list from a map.
///
/// # Errors
/// Where there is no such entry, and of a value that has none.
pub fn entry<'a>(value: &Value<'a>, key: &Value<'_>) -> Result<Value<'a>, Error> {
    match key {
        Value::String(key) => member(value, key),
        Value::Int(position) => item(value, *position),
        // Other numbers stand for a position where they are whole.
        Value::Uint(_) | Value::Double(_) => match super::int(key) {
            Ok(position) if equal(key, &Value::Int(position)) => item(value, position),
            _ => Err(Error::OutOfBounds),
        },
        _ => Err(Error::WrongType),
    }
}

/// `key in value`, where only the call tells a list from a map.
///
/// # Errors
/// Of a value that is neither.
pub fn has_entry(value: &Value<'_>, key: &Value<'_>) -> Result<bool, Error> {
    match key {
        Value::String(key) if !is_list(value) => has_member(value, key),
        // The keys of maps are text.
        _ if !is_list(value) => items(value).map(|_| false),
        _ => has_item(value, key),
    }
}
