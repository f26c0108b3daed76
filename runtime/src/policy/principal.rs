//! What expressions read of who calls.

use std::borrow::Cow;

use super::{Reason, Refusal};
use crate::auth::{ClaimValue, Principal};
use crate::expr::Value;

/// What stands between the parts of a caller: in none of them, since it is no text of a header or a token.
const BETWEEN: char = '\0';

/// Who calls, as limits of each caller tell callers apart: the consumer; otherwise the client application;
/// otherwise whom the token is about.
///
/// # Errors
/// Where nothing of that is known.
pub fn caller(principal: &Principal) -> Result<Cow<'_, str>, Refusal> {
    let issuer = principal.issuer().unwrap_or_default();
    let (kind, name) = match (
        principal.consumer(),
        principal.client_id(),
        principal.subject(),
    ) {
        (Some(consumer), _, _) => ("consumer", consumer),
        (None, Some(client), _) => ("client", client),
        (None, None, Some(subject)) => ("subject", subject),
        (None, None, None) => {
            return Err(Refusal::new(
                Reason::Undecided,
                "This call is not allowed: nothing says who calls, so it cannot be counted.",
            ));
        }
    };
    let identity = principal.identity();
    Ok([identity, issuer, kind, name]
        .join(BETWEEN.encode_utf8(&mut [0]))
        .into())
}

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
