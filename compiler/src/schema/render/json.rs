//! JSON text in the making.

/// An object, member by member.
#[derive(Debug, Default)]
pub(super) struct Object {
    members: String,
}

impl Object {
    /// Adds a member whose value is JSON text.
    pub(super) fn member(&mut self, key: &str, value: &str) {
        if !self.members.is_empty() {
            self.members.push(',');
        }
        self.members.push_str(&string(key));
        self.members.push(':');
        self.members.push_str(value);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) fn finish(self) -> String {
        format!("{{{}}}", self.members)
    }
}

/// A string as JSON text.
pub(super) fn string(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    gatewright_schema::json::string_into(text, &mut out);
    // Only UTF-8 was written.
    String::from_utf8(out).unwrap_or_default()
}

/// A list of JSON texts.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(","))
}
