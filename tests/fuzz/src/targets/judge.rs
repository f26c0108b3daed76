//! `serde_json` as the judge of what is JSON.

use serde_json::Value;

/// Whether `text` is JSON, and its value where `serde_json` can hold it: it refuses numbers beyond a
/// double and more than 128 levels, which JSON itself does not bound.
pub(super) fn read(text: &[u8]) -> Result<Option<Value>, String> {
    match serde_json::from_slice(text) {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            let said = error.to_string();
            let bounded =
                said.starts_with("recursion limit") || said.starts_with("number out of range");
            if bounded { Ok(None) } else { Err(said) }
        }
    }
}
