//! Arithmetic: overflow is an error, and doubles follow IEEE 754.

use std::borrow::Cow;

use gatewright_schema::time::{Duration, Timestamp};

use super::{Error, Value, items};

/// `-` before an `int`.
///
/// # Errors
/// Of the least.
pub fn negate_int(value: i64) -> Result<i64, Error> {
    value.checked_neg().ok_or(Error::Overflow)
}

/// `-` before a `double`.
pub fn negate_double(value: f64) -> f64 {
    -value
}

/// The operators of a whole type.
macro_rules! whole {
    ($($name:ident $operation:ident $type:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($type), "::", stringify!($operation), "`.")]
            ///
            /// # Errors
            /// Out of bounds.
            pub fn $name(left: $type, right: $type) -> Result<$type, Error> {
                left.$operation(right).ok_or(Error::Overflow)
            }
        )*
    };
}

whole! {
    add_int checked_add i64;
    subtract_int checked_sub i64;
    multiply_int checked_mul i64;
    add_uint checked_add u64;
    subtract_uint checked_sub u64;
    multiply_uint checked_mul u64;
}

/// The operators of a whole type that a zero on the right spoils.
macro_rules! divided {
    ($($name:ident $operation:ident $type:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($type), "::", stringify!($operation), "`.")]
            ///
            /// # Errors
            /// By zero, and out of bounds.
            pub fn $name(left: $type, right: $type) -> Result<$type, Error> {
                if right == 0 {
                    return Err(Error::DivisionByZero);
                }
                left.$operation(right).ok_or(Error::Overflow)
            }
        )*
    };
}

divided! {
    divide_int checked_div i64;
    remainder_int checked_rem i64;
    divide_uint checked_div u64;
    remainder_uint checked_rem u64;
}

/// The operators of `double`.
macro_rules! double {
    ($($name:ident $operator:tt;)*) => {
        $(
            #[doc = concat!("`", stringify!($operator), "` of doubles.")]
            pub fn $name(left: f64, right: f64) -> f64 {
                left $operator right
            }
        )*
    };
}

double! {
    add_double +;
    subtract_double -;
    multiply_double *;
    divide_double /;
}

/// `+` of text.
pub fn concat<'a>(left: &str, right: &str) -> Cow<'a, str> {
    Cow::Owned([left, right].concat())
}

/// `+` of bytes.
pub fn concat_bytes<'a>(left: &[u8], right: &[u8]) -> Cow<'a, [u8]> {
    Cow::Owned([left, right].concat())
}

/// `+` of lists.
///
/// # Errors
/// Of values that are not lists.
pub fn concat_lists<'a>(left: &Value<'a>, right: &Value<'a>) -> Result<Value<'a>, Error> {
    if !super::value::is_list(left) || !super::value::is_list(right) {
        return Err(Error::WrongType);
    }
    Ok(Value::List(items(left)?.chain(items(right)?).collect()))
}

/// `timestamp + duration`.
///
/// # Errors
/// Out of bounds.
pub fn later(timestamp: Timestamp, duration: Duration) -> Result<Timestamp, Error> {
    Timestamp::from_nanos(timestamp.nanos() + duration.nanos()).ok_or(Error::Overflow)
}

/// `duration + timestamp`.
///
/// # Errors
/// Out of bounds.
pub fn later_than(duration: Duration, timestamp: Timestamp) -> Result<Timestamp, Error> {
    later(timestamp, duration)
}

/// `timestamp - duration`.
///
/// # Errors
/// Out of bounds.
pub fn earlier(timestamp: Timestamp, duration: Duration) -> Result<Timestamp, Error> {
    Timestamp::from_nanos(timestamp.nanos() - duration.nanos()).ok_or(Error::Overflow)
}

/// `timestamp - timestamp`.
///
/// # Errors
/// Out of bounds.
pub fn between(left: Timestamp, right: Timestamp) -> Result<Duration, Error> {
    Duration::from_nanos(left.nanos() - right.nanos()).ok_or(Error::Overflow)
}

/// `duration + duration`.
///
/// # Errors
/// Out of bounds.
pub fn add_duration(left: Duration, right: Duration) -> Result<Duration, Error> {
    Duration::from_nanos(left.nanos() + right.nanos()).ok_or(Error::Overflow)
}

/// `duration - duration`.
///
/// # Errors
/// Out of bounds.
pub fn subtract_duration(left: Duration, right: Duration) -> Result<Duration, Error> {
    Duration::from_nanos(left.nanos() - right.nanos()).ok_or(Error::Overflow)
}

/// `-` before a `duration`.
///
/// # Errors
/// None that can occur: the bounds are symmetric.
pub fn negate_duration(value: Duration) -> Result<Duration, Error> {
    Duration::from_nanos(-value.nanos()).ok_or(Error::Overflow)
}
