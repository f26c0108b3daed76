//! Equality and order of values of any type: numbers by value, whatever their types.

use std::cmp::Ordering;

use super::value::{entries, is_list};
use super::{Error, Value, items};

/// `==`. Values of different types are not equal; numbers are of one type here.
pub fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::String(left), Value::String(right)) => left == right,
        (Value::Bytes(left), Value::Bytes(right)) => left == right,
        (Value::Timestamp(left), Value::Timestamp(right)) => left == right,
        (Value::Duration(left), Value::Duration(right)) => left == right,
        (Value::Ip(left), Value::Ip(right)) => left == right,
        (Value::Cidr(left), Value::Cidr(right)) => left == right,
        (Value::List(_) | Value::Map(_) | Value::Json(_) | Value::Table(_), right) => {
            equal_containers(left, right)
        }
        _ => numbers(left, right).is_some_and(Ordering::is_eq),
    }
}

// Recurses as deep as values nest, which is bounded for JSON text and for what expressions make.
fn equal_containers(left: &Value<'_>, right: &Value<'_>) -> bool {
    if is_list(left) && is_list(right) {
        let (Ok(mut left), Ok(mut right)) = (items(left), items(right)) else {
            return false;
        };
        loop {
            match (left.next(), right.next()) {
                (Some(left), Some(right)) if equal(&left, &right) => {}
                (None, None) => return true,
                _ => return false,
            }
        }
    }
    match (entries(left), entries(right)) {
        (Ok(left), Ok(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|((key, value), (other, against))| key == other && equal(value, against))
        }
        _ => false,
    }
}

/// `<`, `<=`, `>`, `>=`: the order of two values; `None` where one is not a number.
///
/// # Errors
/// Where the types have no order, or not the same.
pub fn order(left: &Value<'_>, right: &Value<'_>) -> Result<Option<Ordering>, Error> {
    Ok(Some(match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Bytes(left), Value::Bytes(right)) => left.cmp(right),
        (Value::Timestamp(left), Value::Timestamp(right)) => left.cmp(right),
        (Value::Duration(left), Value::Duration(right)) => left.cmp(right),
        _ if is_number(left) && is_number(right) => return Ok(numbers(left, right)),
        _ => return Err(Error::WrongType),
    }))
}

fn is_number(value: &Value<'_>) -> bool {
    matches!(value, Value::Int(_) | Value::Uint(_) | Value::Double(_))
}

/// The order of two numbers by their exact values; `None` where one is not a number.
fn numbers(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    let whole = |value: &Value<'_>| match value {
        Value::Int(value) => Some(i128::from(*value)),
        Value::Uint(value) => Some(i128::from(*value)),
        _ => None,
    };
    match (left, right) {
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(right),
        (Value::Double(left), right) => order_double(*left, whole(right)?),
        (left, Value::Double(right)) => order_double(*right, whole(left)?).map(Ordering::reverse),
        (left, right) => Some(whole(left)?.cmp(&whole(right)?)),
    }
}

/// A double against a whole number of 64 bits, without rounding the latter.
fn order_double(left: f64, right: i128) -> Option<Ordering> {
    if left.is_nan() {
        return None;
    }
    // Saturates where the double is beyond 128 bits, on the right side of every 64-bit number.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the fraction is compared below"
    )]
    let whole = left.trunc() as i128;
    Some(
        whole
            .cmp(&right)
            .then_with(|| left.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal)),
    )
}
