//! `gatewright check`

use super::output::Output;
use super::{Check, Stop};
use crate::disk::Compilation;
use crate::plan::Plan;

pub(super) fn run(check: &Check, output: &Output) -> Result<(), Stop> {
    let compilation = Compilation::of(&check.manifest);
    output.diagnostics(&compilation);
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    if output.is_for_people() {
        output.print(&summary(plan));
    }
    Ok(())
}

/// `acme: 2 servers, 17 tools`
pub(super) fn summary(plan: &Plan) -> String {
    let count = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    };
    let tools = plan.servers.iter().map(|server| server.tools.len()).sum();
    format!(
        "{}: {}, {}\n",
        plan.name,
        count(plan.servers.len(), "server"),
        count(tools, "tool")
    )
}
