//! `gatewright check`

use super::output::Output;
use super::{Check, Denied, Stop};
use crate::diagnostic::Severity;
use crate::disk::Compilation;
use crate::lint;
use crate::plan::Plan;

pub(super) fn run(check: &Check, output: &Output) -> Result<(), Stop> {
    let mut compilation = Compilation::of(&check.manifest);
    if check.deny.contains(&Denied::Warnings) {
        for diagnostic in &mut compilation.diagnostics {
            // Notes stay what they are.
            if diagnostic.severity == Severity::Warning {
                diagnostic.severity = Severity::Error;
            }
        }
    }
    if check.deny.contains(&Denied::Lints)
        && let Some(plan) = &compilation.plan
    {
        let mut found = lint::lint(plan);
        for diagnostic in &mut found {
            diagnostic.severity = Severity::Error;
        }
        compilation.diagnostics.extend(found);
    }
    output.diagnostics(&compilation);
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    if compilation.of_severity(Severity::Error).next().is_some() {
        return Err(Stop::Diagnosed);
    }
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
