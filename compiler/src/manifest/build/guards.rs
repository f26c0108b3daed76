//! Content guards.

use crate::source::Node;

use super::super::ContentGuard;
use super::{items, text, texts};

/// `content_guard`.
pub(super) fn content_guard(node: &Node) -> Option<ContentGuard> {
    let patterns = items(node, "patterns").iter();
    Some(ContentGuard {
        scan: texts(node, "scan"),
        detect: texts(node, "detect"),
        patterns: patterns
            .filter_map(|pattern| Some((text(pattern, "name")?, text(pattern, "regex")?)))
            .collect(),
        action: text(node, "action")?,
    })
}
