//! The members of an object, checked against its schema and handed out by position.
//!
//! This is what generated `decode` functions call: one non-generic function walks the arguments of a
//! call once, checks every member, and leaves each checked value in the slot of its property; the
//! generated code moves the slots into the fields of a struct.

use std::borrow::Cow;

use crate::json::{Number, Raw};
use crate::{SchemaId, Table, Violations, check};

/// The value of one property after [`object`], or its absence.
///
/// The getters suit the type that the property's schema admits: [`Slot::text`] for a string, and so
/// on. They never fail; for a value of another type, which a successful check rules out, the plain
/// ones give an empty or zero value and the optional ones nothing. An optional getter also gives
/// nothing for `null`.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a>(Option<Raw<'a>>);

impl<'a> Slot<'a> {
    /// The slot of a property that is not there.
    pub const ABSENT: Self = Self(None);

    pub(crate) const fn new(value: Raw<'a>) -> Self {
        Self(Some(value))
    }

    /// Any value; `null` where there is none.
    pub fn raw(self) -> Raw<'a> {
        self.0.unwrap_or(Raw::checked("null"))
    }

    /// Any value, `null` included.
    pub fn optional_raw(self) -> Option<Raw<'a>> {
        self.0
    }

    /// A string.
    pub fn text(self) -> Cow<'a, str> {
        self.optional_text().unwrap_or_default()
    }

    /// A string, where there is one.
    pub fn optional_text(self) -> Option<Cow<'a, str>> {
        self.0?.reader().string().ok()
    }

    /// A whole number. The schema must have the format `int64` or narrower bounds: a number beyond 64
    /// bits becomes the nearest that fits.
    pub fn integer(self) -> i64 {
        self.optional_integer().unwrap_or_default()
    }

    /// A whole number, where there is one; see [`Slot::integer`].
    pub fn optional_integer(self) -> Option<i64> {
        let number = self.optional_number()?;
        Some(number.as_i64().unwrap_or_else(|| {
            if number.as_str().starts_with('-') {
                i64::MIN
            } else {
                i64::MAX
            }
        }))
    }

    /// A number, as it was written.
    pub fn number(self) -> Number<'a> {
        self.optional_number().unwrap_or(Number::checked("0"))
    }

    /// A number, where there is one.
    pub fn optional_number(self) -> Option<Number<'a>> {
        self.0?.reader().number().ok()
    }

    /// `true` or `false`.
    pub fn boolean(self) -> bool {
        self.optional_boolean().unwrap_or_default()
    }

    /// `true` or `false`, where there is one.
    pub fn optional_boolean(self) -> Option<bool> {
        self.0?.reader().boolean().ok()
    }
}

/// Checks the text of an object against `schema`, and puts the value of the i-th property of its
/// `properties` into `slots[i]`.
///
/// The properties are those of the schema's own `properties`, not of schemas it refers to. Empty
/// `text` counts as `{}`. Where the check fails, the slots mean nothing.
///
/// # Errors
/// Every violation, up to [`crate::violation::MAX_REPORTED`]; two members of one name are one, and
/// so is text that is not JSON.
///
/// ```
/// use gatewright_schema::decode::{Slot, object};
/// use gatewright_schema::rule::{Property, Rule, Schema, Types};
/// use gatewright_schema::{SchemaId, Table};
///
/// let property = Property { name: "limit".into(), schema: SchemaId(1) };
/// let list = Schema {
///     types: Types::OBJECT,
///     rules: vec![Rule::Properties(vec![property].into())].into(),
/// };
/// let limit = Schema { types: Types::INTEGER, ..Schema::ANY };
/// let table = Table { schemas: vec![list, limit].into() };
///
/// let mut slots = [Slot::ABSENT; 1];
/// object(&table, SchemaId(0), br#"{"limit": 5}"#, &mut slots)?;
/// let [limit] = slots;
/// assert_eq!(limit.optional_integer(), Some(5));
/// # Ok::<(), gatewright_schema::Violations>(())
/// ```
pub fn object<'a>(
    table: &Table,
    schema: SchemaId,
    text: &'a [u8],
    slots: &mut [Slot<'a>],
) -> Result<(), Violations> {
    let text = if text.is_empty() { b"{}" } else { text };
    check::run(table, schema, text, slots)
}

#[cfg(test)]
mod tests;
