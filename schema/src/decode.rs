//! The members of an object, checked against its schema and handed out by position.
//!
//! This is what generated `decode` functions call: one non-generic function walks the arguments of a
//! call once, checks every member, and leaves each checked value in the slot of its property; the
//! generated code moves the slots into the fields of a struct.

use std::borrow::Cow;

use crate::json::{Number, Raw};
use crate::{SchemaId, Table, Violations};

/// The value of one property after [`object`], or its absence.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a>(Option<Raw<'a>>);

// INTERFACE (bodies to be written):
//   impl<'a> Slot<'a> {
//     pub const ABSENT: Self
//     pub fn raw(self) -> Raw<'a>                 required any/array/object/union: `null` text when absent (cannot happen after a successful check)
//     pub fn optional_raw(self) -> Option<Raw<'a>>
//     pub fn text(self) -> Cow<'a, str>; pub fn optional_text(self) -> Option<Cow<'a, str>>
//     pub fn integer(self) -> i64;       pub fn optional_integer(self) -> Option<i64>
//     pub fn number(self) -> Number<'a>; pub fn optional_number(self) -> Option<Number<'a>>
//     pub fn boolean(self) -> bool;      pub fn optional_boolean(self) -> Option<bool>
//   }
//   pub fn object<'a>(table: &Table, schema: SchemaId, text: &'a [u8], slots: &mut [Slot<'a>]) -> Result<(), Violations>
//     `schema` is an object schema with Properties, Required, AdditionalProperties(false) and possibly further rules;
//     slots[i] is the i-th entry of its Properties; duplicate members are a violation; empty `text` counts as `{}`.
