//! What only the whole plan shows.

mod budget;
mod meta_tools;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::Mode;
use crate::plan::Plan;

/// From how many tools on models choose worse, and some clients hide what is beyond.
const MANY_TOOLS: usize = 40;

/// How many tools the strictest clients and providers take in one request.
const MOST_TOOLS: usize = 128;

/// Checks the plan.
pub fn check(plan: &Plan, sink: &mut Sink) {
    tool_counts(plan, sink);
    meta_tools::check(plan, sink);
    budget::check(plan, sink);
    paths(plan, sink);
}

fn tool_counts(plan: &Plan, sink: &mut Sink) {
    // In search mode three tools are listed, however many there are.
    for server in plan
        .servers
        .iter()
        .filter(|server| server.mode == Mode::List)
    {
        let count = server.tools.len();
        let (limit, consequence) = if count > MOST_TOOLS {
            (
                MOST_TOOLS,
                "several clients and model providers refuse a list of that length",
            )
        } else {
            (
                MANY_TOOLS,
                "models choose worse among so many, and some clients hide the rest",
            )
        };
        if count > limit {
            sink.report(
                Diagnostic::new(
                    &codes::MANY_TOOLS,
                    server.span,
                    format!(
                        "the server `{}` has {count} tools, more than {limit}",
                        server.name
                    ),
                )
                .label(consequence)
                .help("select fewer operations, split them over several servers, or set `mode: search`"),
            );
        }
    }
}

/// Servers are told apart by their paths.
fn paths(plan: &Plan, sink: &mut Sink) {
    for (position, server) in plan.servers.iter().enumerate() {
        let earlier = plan.servers.iter().take(position);
        for other in earlier.filter(|other| other.path == server.path) {
            sink.report(
                Diagnostic::new(
                    &codes::NAME_COLLISION,
                    server.span,
                    format!("two servers have the path `{}`", server.path),
                )
                .also(other.span, "the other one")
                .help("give one of them another `path`"),
            );
        }
    }
}
