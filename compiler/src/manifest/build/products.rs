//! Products as the manifest's types.

use crate::manifest::{Applications, Product};
use crate::source::{Member, Node};

use super::{boolean, expression, key, members, policies, spanned_text, text, texts};

/// A value of `products`.
pub(super) fn product(member: &Member) -> Product {
    let node = &member.value;
    Product {
        name: key(member),
        title: text(node, "title"),
        servers: texts(node, "servers"),
        tools: members(node, "tools")
            .map(|server| {
                let tools = server.value.as_array().unwrap_or_default();
                let tools = tools.iter().filter_map(spanned_text).collect();
                (key(server), tools)
            })
            .collect(),
        applications: node.get("applications").and_then(applications),
        claim: expression(node, "claim"),
        open: boolean(node, "open").is_some_and(|open| open.value),
        require: expression(node, "require"),
        policies: policies(node),
    }
}

fn applications(node: &Node) -> Option<Applications> {
    Some(Applications {
        identity: text(node, "identity")?,
        role: text(node, "role")?,
    })
}
