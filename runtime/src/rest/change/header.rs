//! Headers.

use http::header::{
    DATE, EXPIRES, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE,
    LAST_MODIFIED, RETRY_AFTER, WARNING,
};

use super::{Exists, Unchangeable};

/// Headers whose values may hold commas that separate nothing (RFC 9110, section 5.3): further values
/// are lines of their own. All others are joined.
const SEPARATE: [HeaderName; 7] = [
    DATE,
    EXPIRES,
    IF_MODIFIED_SINCE,
    IF_UNMODIFIED_SINCE,
    LAST_MODIFIED,
    RETRY_AFTER,
    WARNING,
];

pub(super) fn set(
    headers: &mut HeaderMap,
    name: HeaderName,
    exists: Exists,
    value: &HeaderValue,
) -> Result<(), Unchangeable> {
    match exists {
        Exists::Override => {
            headers.insert(name, value.clone());
        }
        Exists::Skip => {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        Exists::Append if SEPARATE.contains(&name) => {
            headers.append(name, value.clone());
        }
        Exists::Append => {
            let mut all = Vec::new();
            for present in headers.get_all(&name) {
                all.extend_from_slice(present.as_bytes());
                all.extend_from_slice(b", ");
            }
            all.extend_from_slice(value.as_bytes());
            let all = HeaderValue::from_bytes(&all).map_err(|_| Unchangeable)?;
            headers.insert(name, all);
        }
    }
    Ok(())
}
