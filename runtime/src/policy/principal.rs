//! What expressions read of who calls.

use crate::auth::{ClaimValue, Principal};
use crate::expr::Value;

/// A list of texts.
pub fn texts(texts: &[Box<str>]) -> Value<'_> {
    Value::List(texts.iter().map(|text| Value::from(&**text)).collect())
}

/// A claim that is text.
pub fn claim_text<'p>(principal: &'p Principal, name: &str) -> Option<&'p str> {
    match principal.claim(name)? {
        ClaimValue::String(text) => Some(text),
        _ => None,
    }
}

/// A claim that is a list of texts.
pub fn claim_texts<'p>(principal: &'p Principal, name: &str) -> Option<Value<'p>> {
    match principal.claim(name)? {
        ClaimValue::Strings(list) => Some(texts(list)),
        _ => None,
    }
}

/// A claim that is a whole number.
pub fn claim_integer(principal: &Principal, name: &str) -> Option<i64> {
    match principal.claim(name)? {
        ClaimValue::Integer(number) => Some(*number),
        _ => None,
    }
}

/// A claim that is true or false.
pub fn claim_boolean(principal: &Principal, name: &str) -> Option<bool> {
    match principal.claim(name)? {
        ClaimValue::Boolean(value) => Some(*value),
        _ => None,
    }
}
