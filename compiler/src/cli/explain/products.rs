//! By which products callers come to a tool, in words.

use super::Line;
use crate::plan::{Plan, Product, Server, Tool};

/// The products that have a tool, in the order in which a caller's count.
pub(in crate::cli) fn of_tool<'p>(
    plan: &'p Plan,
    server: &'p Server,
    tool: &Tool,
) -> impl Iterator<Item = &'p Product> {
    let position = server
        .tools
        .iter()
        .position(|other| other.name == tool.name);
    let positions = position.and_then(|position| server.products.get(position));
    positions
        .into_iter()
        .flatten()
        .filter_map(|position| plan.products.get(*position))
}

/// Who may call a tool of a server that products have tools of.
pub(super) fn access(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    if server.products.is_empty() {
        return Vec::new();
    }
    let mut lines: Vec<Line> = of_tool(plan, server, tool)
        .map(|product| {
            let who = if product.open {
                "everybody who has no other".to_owned()
            } else {
                let mut who = vec!["callers whose key is for it".to_owned()];
                if let Some(applications) = &product.applications {
                    let identity = plan.identities.get(applications.identity);
                    who.push(format!(
                        "tokens of `{}` with the role `{}`",
                        identity.map_or("", |identity| identity.name.as_str()),
                        applications.role
                    ));
                }
                if product.claim.is_some() {
                    who.push("callers that its `claim` speaks of".to_owned());
                }
                who.join(", ")
            };
            let what = format!("by the product `{}`: {who}", product.name);
            ("authorize", what, product.span)
        })
        .collect();
    let otherwise = if server.access.identities.is_empty() {
        "without a product: everybody else"
    } else {
        "without a product: only keys for the whole server"
    };
    lines.push(("authorize", otherwise.to_owned(), server.span));
    lines
}
