//! What only the whole plan shows.

mod budget;
mod egress;
mod listeners;
mod meta_tools;
mod no_tools;
mod products;
mod protected;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::Mode;
use crate::plan::{Action, Plan, Server, Tool};

/// From how many tools on models choose worse, and some clients hide what is beyond.
const MANY_TOOLS: usize = 40;

/// How many tools the strictest clients and providers take in one request.
const MOST_TOOLS: usize = 128;

/// Checks the plan.
pub fn check(plan: &Plan, sink: &mut Sink) {
    no_tools::check(plan, sink);
    tool_counts(plan, sink);
    meta_tools::check(plan, sink);
    budget::check(plan, sink);
    protected::check(plan, sink);
    egress::check(plan, sink);
    listeners::check(plan, sink);
    paths(plan, sink);
    anonymous_write_tools(plan, sink);
    products::check(plan, sink);
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

/// Tools that change something, for everybody who reaches the gateway: fine on a developer's machine,
/// and elsewhere the worst mistake there is. So it has to be said.
fn anonymous_write_tools(plan: &Plan, sink: &mut Sink) {
    for server in plan.servers.iter().filter(|server| !server.access.said) {
        let Some(tool) = writing_tool(server) else {
            continue;
        };
        sink.report(
            Diagnostic::new(
                &codes::ANONYMOUS_WRITE_TOOLS,
                server.span,
                format!(
                    "everybody who reaches the gateway can change something by the server `{}`",
                    server.name
                ),
            )
            .label(format!("`{tool}` is not read-only"))
            .help(
                "say who may call with `identity`; `identity: anonymous` says that everybody may",
            ),
        );
    }
}

fn writing_tool(server: &Server) -> Option<&str> {
    let writes = |action: &Action| match action {
        Action::Operation(operation) => !operation.annotations.read_only,
        // What it does, only its attribute in the crate says.
        Action::Rust(_) => false,
    };
    let is_meant = |tool: &Tool| {
        let mut allowed = server.allowed.iter().chain(&tool.allowed);
        allowed.any(|allowed| allowed.lint == codes::ANONYMOUS_WRITE_TOOLS.name)
    };
    let mut tools = server.tools.iter();
    let tool = tools.find(|tool| writes(&tool.action) && !is_meant(tool))?;
    Some(&tool.name)
}
