use std::collections::HashMap;

use gatewright::tool;

/// Takes what has no schema.
#[tool]
pub fn counts(
    /// By word.
    words: HashMap<String, u32>,
) -> &'static str {
    let _ = words;
    ""
}

fn main() {}
