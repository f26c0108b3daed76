//! Token budgets.

use crate::diagnostic::{Diagnostic, Severity, Sink, codes};
use crate::manifest::Mode;
use crate::plan::{Action, Plan, Server, Tool};
use crate::source::{Span, Spanned};
use crate::tokens::{self, ToolTokens};

/// How many tools are reported or named one by one; there can be a thousand.
const SHOWN: usize = 5;

/// Reports tools and lists beyond their budgets. What tools written in Rust cost is known to `rustc`
/// alone, which checks it by assertions in the generated code.
pub(super) fn check(plan: &Plan, sink: &mut Sink) {
    for server in &plan.servers {
        tools(server, sink);
        list(server, sink);
        unenforceable(server, sink);
    }
}

fn tools(server: &Server, sink: &mut Sink) {
    let beyond: Vec<_> = tokens::greatest(server)
        .into_iter()
        .filter_map(|(tool, tokens)| {
            let budget = tool.token_budget.as_ref().or(server.budget.tool.as_ref())?;
            exceeds(tokens.total(), budget).then_some((tool, tokens, budget))
        })
        .collect();
    for (tool, tokens, budget) in beyond.iter().take(SHOWN) {
        let message = format!(
            "what models are told about `{}` takes about {} tokens, more than its budget of {}",
            tool.name,
            tokens.total(),
            budget.value
        );
        report(
            server,
            place(tool),
            message,
            budget.span,
            tool_help(tokens),
            sink,
        );
    }
    if let Some(more) = beyond.len().checked_sub(SHOWN).filter(|more| *more > 0)
        && let Some((_, _, budget)) = beyond.get(SHOWN)
    {
        let message = format!(
            "{more} more tools of `{}` exceed their budgets",
            server.name
        );
        let help = "`gatewright report` lists what each takes";
        report(
            server,
            server.span,
            message,
            budget.span,
            help.to_owned(),
            sink,
        );
    }
}

fn list(server: &Server, sink: &mut Sink) {
    let Some(budget) = &server.budget.list else {
        return;
    };
    let total = tokens::list(server).total();
    if !exceeds(total, budget) {
        return;
    }
    let message = format!(
        "the list of the server `{}` takes about {total} tokens, more than its budget of {}",
        server.name, budget.value
    );
    let help = if server.mode == Mode::Search {
        "these are the three tools of search mode alone: raise the budget".to_owned()
    } else {
        let greatest: Vec<String> = tokens::greatest(server)
            .iter()
            .take(SHOWN)
            .map(|(tool, tokens)| format!("`{}` ({})", tool.name, tokens.total()))
            .collect();
        format!(
            "the greatest are {}; select fewer operations, shorten descriptions under `overrides` or by an overlay, \
             do without `output_schema`, or set `mode: search`",
            greatest.join(", ")
        )
    };
    report(server, server.span, message, budget.span, help, sink);
}

/// Budgets of single tools of which nothing could ever be said.
fn unenforceable(server: &Server, sink: &mut Sink) {
    if server.budget.exceeded == Severity::Error {
        return;
    }
    let native = |tool: &&Tool| matches!(tool.action, Action::Rust(_));
    for tool in server.tools.iter().filter(native) {
        if let Some(budget) = &tool.token_budget {
            sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    budget.span,
                    format!("nobody can warn of what `{}` takes", tool.name),
                )
                .also(
                    tool.selected,
                    "it is written in Rust: only `rustc` knows it, and can only refuse it",
                )
                .help("remove this budget, or `exceeded: warn`"),
            );
        }
    }
}

fn exceeds(tokens: usize, budget: &Spanned<u64>) -> bool {
    u64::try_from(tokens).is_ok_and(|tokens| tokens > budget.value)
}

/// Where a tool can be changed.
fn place(tool: &Tool) -> Span {
    tool.overridden.unwrap_or(tool.selected)
}

fn tool_help(tokens: &ToolTokens) -> String {
    let output = tokens.output_legacy.max(tokens.output_modern);
    let advice = if output > tokens.input.max(tokens.description) {
        "do without `output_schema`, or shorten the schema by an overlay"
    } else if tokens.input > tokens.description {
        "fix arguments that callers need not see by `arguments: { NAME: { value: .. } }`, or shorten the schema by \
         an overlay"
    } else {
        "give it a shorter `description` under `overrides`"
    };
    format!(
        "name and description take {}, the schema of its arguments {}, that of its answers {output}: {advice}",
        tokens.description, tokens.input
    )
}

fn report(
    server: &Server,
    span: Span,
    message: String,
    budget: Span,
    help: String,
    sink: &mut Sink,
) {
    let mut diagnostic = Diagnostic::new(&codes::TOKEN_BUDGET, span, message)
        .also(budget, "the budget")
        .help(help);
    diagnostic.severity = server.budget.exceeded;
    sink.report(diagnostic);
}
