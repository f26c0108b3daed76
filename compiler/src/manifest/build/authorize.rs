//! Authorizers.

use super::{boolean, duration, expression, pairs, templated, text};
use crate::manifest::{Authorize, AuthorizeKind};
use crate::source::Node;

/// `authorize`.
pub(super) fn authorize(node: &Node) -> Option<Authorize> {
    let url = |kind: &Node| kind.get("url").and_then(templated);
    let kind = if let Some(opa) = node.get("opa") {
        AuthorizeKind::Opa {
            url: url(opa)?,
            decision: text(opa, "decision"),
            forward_reason: boolean(opa, "forward_reason").is_some_and(|value| value.value),
        }
    } else if let Some(authzen) = node.get("authzen") {
        AuthorizeKind::AuthZen { url: url(authzen)? }
    } else {
        let openfga = node.get("openfga")?;
        AuthorizeKind::OpenFga {
            url: url(openfga)?,
            store: openfga.get("store").and_then(templated)?,
            model: openfga.get("model").and_then(templated),
            user: Box::new(expression(openfga, "user")?),
            relation: text(openfga, "relation")?,
            object: Box::new(expression(openfga, "object")?),
        }
    };
    Some(Authorize {
        kind,
        credential: text(node, "credential"),
        timeout: duration(node, "timeout"),
        cache: duration(node, "cache"),
        allow_on_failure: text(node, "on_failure")?.value == "allow",
        context: pairs(node, "context", |value| {
            value.as_str().is_some().then(|| value.clone())
        }),
    })
}
