//! What moderation endpoints are sent, and what they answer.

use bytes::Bytes;
use gatewright_schema::json::string_into;
use serde_json::Value;

use super::{Classifier, Flagged, MAX_TEXT};

/// How many categories are told of.
const TOLD: usize = 10;

/// `{"input":TEXT}`, with the model where there is one; `None` where the text is too long.
pub(super) fn question(classifier: &Classifier, text: &str) -> Option<Bytes> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() + 64);
    out.extend_from_slice(b"{\"input\":");
    string_into(text, &mut out);
    if let Some(model) = classifier.model {
        out.extend_from_slice(b",\"model\":");
        string_into(model, &mut out);
    }
    out.push(b'}');
    Some(out.into())
}

/// Reads `{"results":[{"flagged":..,"categories":{..}}]}`: what a text is flagged as.
///
/// # Errors
/// Why it is no such answer, for the log.
pub(super) fn flagged(text: &[u8], counting: &[&str]) -> Result<Flagged, &'static str> {
    let answer: Value = serde_json::from_slice(text).map_err(|_| "the answer is not JSON")?;
    let Some([result]) = answer
        .get("results")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    else {
        return Err("the answer has not one item of `results`");
    };
    let categories = result.get("categories").and_then(Value::as_object);
    if !counting.is_empty() {
        let categories = categories.ok_or("the answer has no `categories`")?;
        let mut found = Vec::new();
        for name in counting {
            match categories.get(*name).and_then(Value::as_bool) {
                Some(true) => found.push((*name).to_owned()),
                Some(false) => {}
                None => return Err("the answer lacks a category of the manifest"),
            }
        }
        return Ok(found);
    }
    match result.get("flagged").and_then(Value::as_bool) {
        Some(false) => Ok(Vec::new()),
        Some(true) => {
            let named = categories.into_iter().flatten();
            let named = named.filter(|(name, value)| **value == Value::Bool(true) && is_name(name));
            let mut found: Flagged = named.map(|(name, _)| name.clone()).take(TOLD).collect();
            if found.is_empty() {
                found.push("what a classifier flags".to_owned());
            }
            Ok(found)
        }
        None => Err("the answer has no `flagged`"),
    }
}

/// Whether a category has a name that a model may be told.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _-/.".contains(&byte);
    !name.is_empty() && name.len() <= 64 && name.bytes().all(plain)
}
