//! `gatewright report`: what telling models about the tools costs.

use std::fmt::Write as _;

use super::output::Output;
use super::{Report, Stop};
use crate::disk::Compilation;
use crate::emit::listing::JsonObject;
use crate::manifest::Mode;
use crate::plan::{Plan, Server};
use crate::tokens::{self, ToolTokens};

pub(super) fn run(report: &Report, output: &Output) -> Result<(), Stop> {
    let compilation = Compilation::of(&report.manifest);
    if output.is_json() {
        // Standard output holds the one document.
        output.tell_diagnostics(&compilation);
    } else {
        output.diagnostics(&compilation);
    }
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    output.print(&if output.is_json() {
        json(plan)
    } else {
        text(plan)
    });
    Ok(())
}

/// A table for each server.
fn text(plan: &Plan) -> String {
    let mut out = String::new();
    for (position, server) in plan.servers.iter().enumerate() {
        if position > 0 {
            out.push('\n');
        }
        // Writing to a string does not fail.
        let _ = table(server, &mut out);
    }
    out
}

fn table(server: &Server, out: &mut String) -> std::fmt::Result {
    let list = tokens::list(server);
    write!(out, "{}: about {} tokens", server.name, list.total())?;
    if list.legacy != list.modern {
        write!(
            out,
            " ({} up to 2025-11-25, {} in 2026-07-28)",
            list.legacy, list.modern
        )?;
    }
    if server.mode == Mode::Search {
        write!(out, " for the tools of search mode, which find these")?;
    }
    writeln!(out)?;
    let tools = tokens::greatest(server);
    let names = tools.iter().map(|(tool, _)| tool.name.chars().count());
    let width = names.max().unwrap_or(0).max(4);
    if !tools.is_empty() {
        writeln!(
            out,
            "  {:width$}    total  description  arguments  answers",
            "tool"
        )?;
    }
    for (tool, tokens) in &tools {
        writeln!(
            out,
            "  {:width$}  {:7}  {:11}  {:9}  {:7}",
            tool.name,
            tokens.total(),
            tokens.description,
            tokens.input,
            answers(tokens)
        )?;
    }
    let native = server.tools.len() - tools.len();
    match native {
        0 => Ok(()),
        1 => writeln!(
            out,
            "  and one tool written in Rust, which only rustc can count"
        ),
        _ => writeln!(
            out,
            "  and {native} tools written in Rust, which only rustc can count"
        ),
    }
}

fn answers(tokens: &ToolTokens) -> usize {
    tokens.output_legacy.max(tokens.output_modern)
}

/// One document for all servers.
fn json(plan: &Plan) -> String {
    let servers: Vec<String> = plan.servers.iter().map(of_server).collect();
    let mut out = JsonObject::default();
    out.string("gateway", &plan.name);
    out.raw("servers", &format!("[{}]", servers.join(",")));
    out.finish() + "\n"
}

fn of_server(server: &Server) -> String {
    let list = tokens::list(server);
    let mut totals = JsonObject::default();
    totals.raw("legacy", &list.legacy.to_string());
    totals.raw("modern", &list.modern.to_string());
    totals.raw("max", &list.total().to_string());
    let tools: Vec<String> = tokens::greatest(server)
        .iter()
        .map(|(tool, tokens)| {
            let mut out = JsonObject::default();
            out.string("name", &tool.name);
            out.raw("total", &tokens.total().to_string());
            out.raw("description", &tokens.description.to_string());
            out.raw("inputSchema", &tokens.input.to_string());
            out.raw("outputSchema", &answers(tokens).to_string());
            out.finish()
        })
        .collect();
    let mut out = JsonObject::default();
    out.string("name", &server.name);
    out.string(
        "mode",
        match server.mode {
            Mode::List => "list",
            Mode::Search => "search",
        },
    );
    out.raw("list", &totals.finish());
    let native = server.tools.len() - tools.len();
    out.raw("tools", &format!("[{}]", tools.join(",")));
    out.raw("uncounted", &native.to_string());
    out.finish()
}
