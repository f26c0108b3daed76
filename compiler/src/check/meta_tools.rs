//! The names of search mode's own tools.

use gatewright_schema::search::meta;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::Mode;
use crate::plan::Plan;

/// Reports tools that nobody could call, since the three have their names; some clients fold the case.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    let servers = plan.servers.iter();
    for server in servers.filter(|server| server.mode == Mode::Search) {
        for tool in &server.tools {
            let taken = meta::ALL
                .iter()
                .any(|meta| meta.name.eq_ignore_ascii_case(&tool.name));
            if taken {
                sink.report(
                    Diagnostic::new(
                        &codes::NAME_COLLISION,
                        tool.selected,
                        format!(
                            "a tool would be called `{}`, as one of search mode's own",
                            tool.name
                        ),
                    )
                    .also(server.span, "this server is in search mode")
                    .help("give it another `name` under `overrides`"),
                );
            }
        }
    }
}
