//! What the expressions of a manifest call at run time.
//!
//! The compiler turns each expression of the Common Expression Language into a Rust expression of
//! native types: `i64`, `u64`, `f64`, `bool`, `&str`. What remains are the operations of this module:
//! arithmetic that does not overflow, functions of the standard library, and [`Value`] for what no
//! schema gives a type to. There is no parser here, no syntax tree and no interpreter.
//!
//! An operation that cannot be done is an [`Error`], a value like any other: `&&` and `||` may absorb
//! it, and what evaluates the expression decides what it means. Nothing panics, and everything ends:
//! the compiler bounds the cost of an expression before it emits one.

mod arithmetic;
mod compare;
mod convert;
mod logic;
mod network;
mod pattern;
mod text;
mod time;
mod value;

use std::fmt;

pub use gatewright_schema::time::{Duration, Timestamp};
pub use ipnet::IpNet;
pub use std::cmp::Ordering;
pub use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub use arithmetic::*;
pub use compare::*;
pub use convert::*;
pub use logic::*;
pub use network::*;
pub use pattern::Pattern;
pub use text::*;
pub use time::*;
pub(crate) use value::entries;
pub use value::{
    Items, Table, Value, entry, has_entry, has_item, has_member, item, items, member, size,
};

/// Why an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A number, a timestamp or a duration beyond the bounds of its type.
    Overflow,
    /// `/` or `%` by zero.
    DivisionByZero,
    /// A member, a key or a variable that is not there.
    Absent,
    /// A position that the list does not have.
    OutOfBounds,
    /// A value of another type than the operation takes.
    WrongType,
    /// Text that the conversion cannot read.
    NotConvertible,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overflow => "a value out of its type's bounds",
            Self::DivisionByZero => "a division by zero",
            Self::Absent => "a value that is absent",
            Self::OutOfBounds => "a position that the list does not have",
            Self::WrongType => "a value of another type than the operation takes",
            Self::NotConvertible => "text that cannot be converted",
        })
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests;
