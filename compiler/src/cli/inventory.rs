//! `gatewright inventory`: every step of every tool, and what it needs.

mod needs;

use super::explain::{Pipeline, target};
use super::output::Output;
use super::{Inventory, Stop};
use crate::disk::Compilation;
use crate::emit::listing::JsonObject;
use crate::manifest::Mode;
use crate::plan::{Action, Allowed, Plan, Server, Tool};
use crate::source::{Files, Span};

use needs::Needs;

/// Of the form of the document; a program that knows it knows all members that it has.
const FORMAT: &str = "1";

pub(super) fn run(inventory: &Inventory, output: &Output) -> Result<(), Stop> {
    let compilation = Compilation::of(&inventory.manifest);
    if output.is_json() {
        // Standard output holds the one document.
        output.tell_diagnostics(&compilation);
    } else {
        output.diagnostics(&compilation);
    }
    let plan = compilation.plan.as_ref().ok_or(Stop::Diagnosed)?;
    let files = &compilation.files;
    output.print(&if output.is_json() {
        json(plan, files)
    } else {
        text(plan, files)
    });
    Ok(())
}

/// What `gatewright explain` prints of each tool, and what it needs.
fn text(plan: &Plan, files: &Files) -> String {
    let mut parts = Vec::new();
    for pipeline in pipelines(plan, files) {
        let needs = Needs::of(&pipeline);
        parts.push(pipeline.to_text() + &needs.to_text());
    }
    parts.join("\n")
}

fn pipelines<'p>(plan: &'p Plan, files: &'p Files) -> impl Iterator<Item = Pipeline<'p>> {
    plan.servers.iter().flat_map(move |server| {
        server.tools.iter().map(move |tool| Pipeline {
            plan,
            server,
            tool,
            files,
        })
    })
}

/// One document, indented: what changes is lines of its own in a review.
fn json(plan: &Plan, files: &Files) -> String {
    let servers = plan
        .servers
        .iter()
        .map(|server| of_server(plan, server, files));
    let mut out = JsonObject::default();
    out.string("format", FORMAT);
    out.string("gateway", &plan.name);
    out.string("version", &plan.version);
    out.raw("servers", &array(servers));
    indented(&out.finish())
}

fn of_server(plan: &Plan, server: &Server, files: &Files) -> String {
    let tools = server.tools.iter().map(|tool| {
        of_tool(&Pipeline {
            plan,
            server,
            tool,
            files,
        })
    });
    let mut out = JsonObject::default();
    out.string("name", &server.name);
    out.string("path", &server.path);
    out.string(
        "mode",
        match server.mode {
            Mode::List => "list",
            Mode::Search => "search",
        },
    );
    out.raw("allowed", &allowed(&server.allowed, files));
    out.raw("tools", &array(tools));
    out.finish()
}

fn of_tool(pipeline: &Pipeline<'_>) -> String {
    let Pipeline {
        plan, tool, files, ..
    } = pipeline;
    let mut out = JsonObject::default();
    out.string("name", &tool.name);
    out.string("calls", &calls(plan, tool));
    // What a function does, only its attribute in the crate says.
    let read_only = match &tool.action {
        Action::Operation(operation) => {
            if operation.annotations.read_only {
                "true"
            } else {
                "false"
            }
        }
        Action::Rust(_) => "null",
    };
    out.raw("readOnly", read_only);
    out.raw(
        "credentials",
        &array(credentials(pipeline).iter().map(|text| string(text))),
    );
    out.raw("needs", &Needs::of(pipeline).to_json());
    out.raw("allowed", &allowed(&tool.allowed, files));
    let mut phase = "";
    let steps = pipeline.steps().into_iter().map(|(named, what, span)| {
        if !named.is_empty() {
            phase = named;
        }
        let mut step = JsonObject::default();
        step.string("phase", phase);
        step.string("does", &what);
        step.raw("source", &source(span, files));
        step.finish()
    });
    out.raw("steps", &array(steps));
    out.finish()
}

fn calls(plan: &Plan, tool: &Tool) -> String {
    match &tool.action {
        Action::Rust(path) => path.clone(),
        Action::Operation(operation) => target(plan, operation),
    }
}

/// What is sent to authenticate, without the secret in it.
fn credentials(pipeline: &Pipeline<'_>) -> Vec<String> {
    let Action::Operation(operation) = &pipeline.tool.action else {
        return Vec::new();
    };
    let Some(api) = pipeline.plan.apis.get(operation.request.api) else {
        return Vec::new();
    };
    let asked = operation.request.credentials.iter();
    asked
        .filter_map(|position| api.credentials.get(*position))
        .map(|(credential, _)| {
            let words = pipeline.credential(credential);
            words
                .strip_prefix("credential: ")
                .map_or(words.clone(), str::to_owned)
        })
        .collect()
}

fn allowed(allowed: &[Allowed], files: &Files) -> String {
    array(allowed.iter().map(|allowed| {
        let mut out = JsonObject::default();
        out.string("lint", &allowed.lint);
        out.string("reason", &allowed.reason);
        out.raw("source", &source(allowed.span, files));
        out.finish()
    }))
}

fn source(span: Span, files: &Files) -> String {
    let (line, column) = files.position(span);
    let mut out = JsonObject::default();
    out.string("file", &files.file(span.file).name);
    out.raw("line", &line.to_string());
    out.raw("column", &column.to_string());
    out.finish()
}

fn array(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// A JSON string.
fn string(text: &str) -> String {
    let mut json = Vec::with_capacity(text.len() + 2);
    gatewright_schema::json::string_into(text, &mut json);
    String::from_utf8(json).unwrap_or_default()
}

/// Compact JSON text with its members and items on lines of their own.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(2 * json.len());
    let mut depth = 0;
    let (mut in_string, mut escaped) = (false, false);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if in_string {
            out.push(character);
            in_string = escaped || character != '"';
            escaped = character == '\\' && !escaped;
            continue;
        }
        match character {
            '{' | '[' if matches!(characters.peek(), Some('}' | ']')) => out.push(character),
            '{' | '[' => {
                depth += 1;
                out.push(character);
                line(depth, &mut out);
            }
            '}' | ']' if out.ends_with(['{', '[']) => out.push(character),
            '}' | ']' => {
                depth -= 1;
                line(depth, &mut out);
                out.push(character);
            }
            ',' => {
                out.push(character);
                line(depth, &mut out);
            }
            ':' => out.push_str(": "),
            _ => {
                in_string = character == '"';
                out.push(character);
            }
        }
    }
    out.push('\n');
    out
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn members_and_items_have_lines() {
        let json = r#"{"a":[],"b":{},"c":[1,{"d":"e,\":{[\\"}],"f":"\\"}"#;
        let expected =
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert_eq!(indented(json), expected.unwrap() + "\n");
    }
}
