//! `gatewright lint`

use super::output::Output;
use super::{Lint, Stop, check};
use crate::disk::Compilation;
use crate::lint;

pub(super) fn run(lint: &Lint, output: &Output) -> Result<(), Stop> {
    let mut compilation = Compilation::of(&lint.manifest);
    if let Some(plan) = &compilation.plan {
        compilation.diagnostics.extend(lint::lint(plan));
    }
    output.diagnostics(&compilation);
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    if output.is_for_people() {
        output.print(&check::summary(plan));
    }
    Ok(())
}
