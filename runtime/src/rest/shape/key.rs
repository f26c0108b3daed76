//! Names of members, by what they mean rather than how they are escaped.

use std::borrow::Cow;

use gatewright_schema::json::Reader;

use super::{Fate, Level};

/// What is done with the member whose name is the JSON text `key`, which was checked.
pub(super) fn fate(level: &Level, key: &[u8]) -> Fate {
    let name = name(key);
    level
        .members
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(level.others, |(_, fate)| *fate)
}

/// The name that a JSON text stands for.
pub(super) fn name(key: &[u8]) -> Cow<'_, str> {
    Reader::new(key).string().unwrap_or_default()
}
