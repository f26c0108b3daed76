//! Remembered answers in words.

use std::fmt::Write as _;

use super::Line;
use crate::plan::{Server, Tool};

/// What is looked for before the API is asked.
pub(super) fn lookup(tool: &Tool) -> Option<Line> {
    let caching = tool.cache.as_ref()?;
    let whose = if caching.shared {
        "every caller shares the answers"
    } else {
        "each caller has answers of its own"
    };
    let what = format!(
        "an answer to the same request that is not older than {:?}; {whose}",
        caching.ttl
    );
    Some(("lookup", what, caching.span))
}

/// What is remembered and forgotten at the end.
pub(super) fn store(server: &Server, tool: &Tool) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(caching) = &tool.cache {
        let mut what = format!("a success of at most {} bytes", caching.max_entry_bytes);
        if !caching.stale_if_error.is_zero() {
            let longer = caching.stale_if_error;
            // Infallible: writing to a string.
            let _ = write!(what, ", told for {longer:?} longer while the API fails");
        }
        lines.push(("store", what, caching.span));
    }
    if let Some(span) = tool.invalidates.span {
        let tools = tool.invalidates.tools.iter();
        let names: Vec<_> = tools
            .filter_map(|position| server.tools.get(*position))
            .map(|tool| format!("`{}`", tool.name))
            .collect();
        let what = format!("what was remembered of {} is forgotten", names.join(", "));
        lines.push(("store", what, span));
    }
    lines
}
