//! Whom a tool is not shown, in words.

use super::Line;
use super::products;
use crate::emit::selection::{depends_on_caller, lasting_steps};
use crate::plan::{Plan, Server, Tool};

/// Who does not find the tool in `tools/list`, or in search mode.
pub(super) fn hidden(plan: &Plan, server: &Server, tool: &Tool) -> Vec<Line> {
    if !depends_on_caller(plan, server) {
        return Vec::new();
    }
    let phase = "list";
    let mut lines: Vec<Line> = Vec::new();
    if !server.products.is_empty() && !server.access.identities.is_empty() {
        let what = "not shown to callers without a product that has it";
        lines.push((phase, what.to_owned(), server.span));
    }
    let products = products::of_tool(plan, server, tool).map(|product| &product.steps);
    let scopes = products.chain([&server.steps, &tool.steps]);
    lines.extend(scopes.flat_map(lasting_steps).map(|step| {
        let what = "not shown to callers that do not meet this condition";
        (phase, what.to_owned(), step.span)
    }));
    lines
}
