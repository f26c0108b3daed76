//! Conversions: `int(x)` and the like, and what takes a value of any type as the type it has to be.

use std::borrow::Cow;

use gatewright_schema::time::{Duration, Timestamp};

use super::{Error, Value};

/// Takes a value as what it has to be, without converting it.
macro_rules! as_type {
    ($($name:ident $variant:ident $type:ty;)*) => {
        $(
            #[doc = concat!("The value, which has to be of the type of `Value::", stringify!($variant), "`.")]
            ///
            /// # Errors
            /// Of any other type.
            pub fn $name(value: Value<'_>) -> Result<$type, Error> {
                match value {
                    Value::$variant(value) => Ok(value),
                    _ => Err(Error::WrongType),
                }
            }
        )*
    };
}

as_type! {
    as_bool Bool bool;
    as_uint Uint u64;
    as_string String Cow<'_, str>;
    as_bytes Bytes Cow<'_, [u8]>;
    as_timestamp Timestamp Timestamp;
    as_duration Duration Duration;
    as_ip Ip std::net::IpAddr;
    as_cidr Cidr ipnet::IpNet;
}

/// The value, which has to be an `int`; a JSON number that its schema makes whole may be beyond it.
///
/// # Errors
/// Of a greater number, and of any other type.
#[expect(
    clippy::needless_pass_by_value,
    reason = "as for the types whose values are moved out of it"
)]
pub fn as_int(value: Value<'_>) -> Result<i64, Error> {
    match value {
        Value::Int(value) => Ok(value),
        Value::Double(_) => Err(Error::Overflow),
        _ => Err(Error::WrongType),
    }
}

/// The value, which has to be a number: JSON writes whole doubles without a point.
///
/// # Errors
/// Of any other type.
#[expect(
    clippy::needless_pass_by_value,
    reason = "as for the types whose values are moved out of it"
)]
pub fn as_double(value: Value<'_>) -> Result<f64, Error> {
    match value {
        Value::Double(value) => Ok(value),
        #[expect(clippy::cast_precision_loss, reason = "what `double` is")]
        Value::Int(value) => Ok(value as f64),
        _ => Err(Error::WrongType),
    }
}

/// `int(x)`: doubles are cut, timestamps are seconds since 1970, text is decimal.
///
/// # Errors
/// Out of bounds, and of text that is no number.
pub fn int(value: &Value<'_>) -> Result<i64, Error> {
    match value {
        Value::Int(value) => Ok(*value),
        Value::Uint(value) => i64::try_from(*value).map_err(|_| Error::Overflow),
        Value::Double(value) => whole(
            *value,
            -9_223_372_036_854_775_808.0,
            9_223_372_036_854_775_808.0,
        )
        .and_then(|whole| i64::try_from(whole).map_err(|_| Error::Overflow)),
        Value::Timestamp(value) => Ok(value.seconds()),
        Value::String(text) => text.parse().map_err(|_| Error::NotConvertible),
        _ => Err(Error::WrongType),
    }
}

/// `uint(x)`: doubles are cut, text is decimal.
///
/// # Errors
/// Out of bounds, and of text that is no number.
pub fn uint(value: &Value<'_>) -> Result<u64, Error> {
    match value {
        Value::Int(value) => u64::try_from(*value).map_err(|_| Error::Overflow),
        Value::Uint(value) => Ok(*value),
        Value::Double(value) => whole(*value, -1.0, 18_446_744_073_709_551_616.0)
            .and_then(|whole| u64::try_from(whole).map_err(|_| Error::Overflow)),
        Value::String(text) => text.parse().map_err(|_| Error::NotConvertible),
        _ => Err(Error::WrongType),
    }
}

/// A double without its fraction, strictly between two bounds.
fn whole(value: f64, above: f64, below: f64) -> Result<i128, Error> {
    if value > above && value < below {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the bounds are within 128 bits"
        )]
        Ok(value.trunc() as i128)
    } else {
        Err(Error::Overflow)
    }
}

/// `double(x)`.
///
/// # Errors
/// Of text that is no number.
pub fn double(value: &Value<'_>) -> Result<f64, Error> {
    match value {
        Value::Double(value) => Ok(*value),
        #[expect(clippy::cast_precision_loss, reason = "what the conversion is")]
        Value::Int(value) => Ok(*value as f64),
        #[expect(clippy::cast_precision_loss, reason = "what the conversion is")]
        Value::Uint(value) => Ok(*value as f64),
        Value::String(text) => text.parse().map_err(|_| Error::NotConvertible),
        _ => Err(Error::WrongType),
    }
}

/// `bool(x)`.
///
/// # Errors
/// Of text other than `1`, `t`, `true`, `True`, `TRUE` and their opposites.
pub fn bool(value: &Value<'_>) -> Result<bool, Error> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) => match text.as_ref() {
            "1" | "t" | "true" | "True" | "TRUE" => Ok(true),
            "0" | "f" | "false" | "False" | "FALSE" => Ok(false),
            _ => Err(Error::NotConvertible),
        },
        _ => Err(Error::WrongType),
    }
}

/// `string(x)`.
///
/// # Errors
/// Of bytes that are not UTF-8, and of null, lists and maps.
pub fn string<'a>(value: &Value<'a>) -> Result<Cow<'a, str>, Error> {
    Ok(match value {
        Value::String(text) => return Ok(text.clone()),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Timestamp(value) => value.to_string(),
        Value::Duration(value) => value.to_string(),
        Value::Ip(value) => value.to_string(),
        Value::Cidr(value) => value.to_string(),
        Value::Bytes(bytes) => {
            String::from_utf8(bytes.to_vec()).map_err(|_| Error::NotConvertible)?
        }
        _ => return Err(Error::WrongType),
    }
    .into())
}

/// `bytes(x)` of text: its UTF-8.
pub fn bytes<'a>(text: &str) -> Cow<'a, [u8]> {
    Cow::Owned(text.as_bytes().to_vec())
}

/// `timestamp(x)` of text, in RFC 3339.
///
/// # Errors
/// Of other text.
pub fn timestamp(text: &str) -> Result<Timestamp, Error> {
    Timestamp::parse(text).ok_or(Error::NotConvertible)
}

/// `timestamp(x)` of the seconds since 1970.
///
/// # Errors
/// Out of bounds.
pub fn timestamp_of_int(seconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_nanos(i128::from(seconds) * 1_000_000_000).ok_or(Error::Overflow)
}

/// `duration(x)` of text such as `1h30m`.
///
/// # Errors
/// Of other text.
pub fn duration(text: &str) -> Result<Duration, Error> {
    Duration::parse(text).ok_or(Error::NotConvertible)
}

/// A timestamp that the compiler read.
///
/// # Errors
/// None that can occur: the compiler checked the bounds.
pub fn timestamp_of_nanos(nanos: i128) -> Result<Timestamp, Error> {
    Timestamp::from_nanos(nanos).ok_or(Error::Overflow)
}

/// A duration that the compiler read.
///
/// # Errors
/// None that can occur: the compiler checked the bounds.
pub fn duration_of_nanos(nanos: i128) -> Result<Duration, Error> {
    Duration::from_nanos(nanos).ok_or(Error::Overflow)
}
