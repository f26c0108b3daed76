//! JSON text from its pieces, for the formats that are JSON.

/// A string.
pub(super) fn text(value: &str) -> String {
    let mut out = Vec::with_capacity(value.len() + 2);
    gatewright_schema::json::string_into(value, &mut out);
    // Only UTF-8 was written.
    String::from_utf8(out).unwrap_or_default()
}

/// An object of members whose values are JSON text.
pub(super) fn object<'k>(members: impl IntoIterator<Item = (&'k str, String)>) -> String {
    let members: Vec<String> = members
        .into_iter()
        .map(|(key, value)| format!("{}:{value}", text(key)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// An array of items that are JSON text.
pub(super) fn array(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(","))
}
