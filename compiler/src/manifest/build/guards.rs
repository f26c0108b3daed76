//! Content guards.

use crate::source::{Node, Spanned};

use super::super::{Classifier, ContentGuard};
use super::{duration, items, templated, text, texts};

/// `content_guard`.
pub(super) fn content_guard(node: &Node) -> Option<ContentGuard> {
    let patterns = items(node, "patterns").iter();
    Some(ContentGuard {
        scan: texts(node, "scan"),
        detect: texts(node, "detect"),
        patterns: patterns
            .filter_map(|pattern| Some((text(pattern, "name")?, text(pattern, "regex")?)))
            .collect(),
        classifier: match node.get("classifier") {
            Some(node) => Some(classifier(node)?),
            None => None,
        },
        action: text(node, "action")?,
    })
}

fn classifier(node: &Node) -> Option<Classifier> {
    let on_failure = text(node, "on_failure")?;
    Some(Classifier {
        url: node.get("url").and_then(templated)?,
        model: text(node, "model"),
        credential: text(node, "credential"),
        timeout: duration(node, "timeout"),
        allow_on_failure: Spanned::new(on_failure.value == "allow", on_failure.span),
        categories: texts(node, "categories"),
        span: node.span,
    })
}
