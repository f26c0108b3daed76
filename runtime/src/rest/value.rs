//! The value of one argument, as generated code hands it to [`encode`](super::encode()).

use std::borrow::Cow;

use gatewright_schema::json::{Number, Raw};

/// The value of one argument. Everything in it was checked against the tool's schema.
///
/// Generated code makes one with `Value::from` from each field of an arguments struct:
///
/// | field | required | optional |
/// |---|---|---|
/// | text | `Value::from(&self.name)` with `Cow<'_, str>` | `Value::from(&self.name)` with `Option<Cow<'_, str>>` |
/// | integer | `Value::from(self.limit)` with `i64` | `Value::from(self.limit)` with `Option<i64>` |
/// | number | `Value::from(self.ratio)` with [`Number`] | `Value::from(self.ratio)` with `Option<Number>` |
/// | boolean | `Value::from(self.all)` with `bool` | `Value::from(self.all)` with `Option<bool>` |
/// | any other | `Value::from(self.tags)` with [`Raw`] | `Value::from(self.tags)` with `Option<Raw>` |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// The argument was not given.
    Absent,
    /// A string, unescaped.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// The JSON text of a number.
    Number(&'a str),
    /// `true` or `false`.
    Boolean(bool),
    /// The JSON text of any value, checked.
    Json(&'a str),
}

impl Value<'_> {
    /// This value, or another where the argument was not given.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match self {
            Self::Absent => other,
            value => value,
        }
    }
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::from)
    }
}

impl<'a> From<&'a Option<Cow<'_, str>>> for Value<'a> {
    fn from(value: &'a Option<Cow<'_, str>>) -> Self {
        value.as_deref().map_or(Self::Absent, Self::Text)
    }
}

impl<'a> From<&'a Cow<'_, str>> for Value<'a> {
    fn from(value: &'a Cow<'_, str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<'a> From<Number<'a>> for Value<'a> {
    fn from(value: Number<'a>) -> Self {
        Self::Number(value.as_str())
    }
}

impl<'a> From<Raw<'a>> for Value<'a> {
    fn from(value: Raw<'a>) -> Self {
        Self::Json(value.as_str())
    }
}
