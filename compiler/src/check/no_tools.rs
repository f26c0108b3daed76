//! Servers that all of their operations were left out of.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::plan::Plan;

/// Reports servers without tools: what a wide selection cannot serve is left out of it, and that may be
/// everything.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    for server in plan.servers.iter().filter(|server| server.tools.is_empty()) {
        sink.report(
            Diagnostic::new(
                &codes::NO_TOOLS,
                server.span,
                format!("the server `{}` has no tools", server.name),
            )
            .label("every operation that it selects is left out")
            .help(
                "the warnings say why each is left out; named by its id, one that cannot be served is an error",
            ),
        );
    }
}
