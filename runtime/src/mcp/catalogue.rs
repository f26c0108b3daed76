//! Search mode: the three tools that find, describe and call those of the catalogue.

use gatewright_schema::decode::{Slot, object};
use gatewright_schema::json::{Raw, string_into};
use gatewright_schema::search::meta::{self, MetaTool};
use gatewright_schema::search::{Document, Listing, one_line, rank};
use gatewright_schema::{SchemaId, Violations, check};

use super::dispatch::{Step, Target};
use super::encode;
use super::message::Id;
use super::revision::Revision;
use super::viewer::Viewer;
use crate::description::{Catalogue, Entry, Server};
use crate::rest::answer;
use crate::result::{Content, ToolResult};
use crate::telemetry::Outcome;

/// How much of a name that is unknown is repeated, in characters.
const MAX_NAME: usize = 64;

/// What a call leads to, if the server is in search mode and `name` one of its three tools.
pub(super) fn call<'a>(
    viewer: &Viewer<'_>,
    name: &str,
    arguments: Option<Raw<'a>>,
    id: Id<'_>,
    revision: Revision,
) -> Option<Step<'a>> {
    let server = viewer.server;
    let catalogue = Search {
        server,
        viewer,
        catalogue: server.catalogue?,
    };
    let tool = meta::ALL.into_iter().find(|tool| tool.name == name)?;
    let result = match tool.name {
        name if name == meta::SEARCH.name => catalogue.search(arguments),
        name if name == meta::DESCRIBE.name => catalogue.describe(arguments, revision),
        _ => match catalogue.target(arguments) {
            Ok(target) => return Some(Step::Call(target)),
            Err(refusal) => refusal,
        },
    };
    let outcome = if result.is_error {
        Outcome::ToolError
    } else {
        Outcome::Success
    };
    let response = encode::tool_response(id.as_str(), &result, server.implementation, revision);
    Some(Step::Told(tool.name, response, outcome))
}

/// The checked arguments of one of the three.
fn checked<'a, const N: usize>(
    tool: &MetaTool,
    arguments: Option<Raw<'a>>,
) -> Result<[Slot<'a>; N], ToolResult> {
    let mut slots = [Slot::ABSENT; N];
    let text = arguments.map_or(&b""[..], |arguments| arguments.as_str().as_bytes());
    object(&tool.rules, SchemaId(0), text, &mut slots)
        .map(|()| slots)
        .map_err(|violations: Violations| answer::invalid(tool.name, &violations, ""))
}

/// A server and its catalogue, as a caller sees it.
#[derive(Clone, Copy)]
struct Search<'v> {
    server: &'static Server,
    viewer: &'v Viewer<'v>,
    catalogue: &'static Catalogue,
}

impl Search<'_> {
    /// `search_tools`
    fn search(self, arguments: Option<Raw<'_>>) -> ToolResult {
        let [query, limit] = match checked(&meta::SEARCH, arguments) {
            Ok(slots) => slots,
            Err(refusal) => return refusal,
        };
        let limit = limit
            .optional_integer()
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(meta::DEFAULT_LIMIT);
        let mut found = rank(&self.catalogue.index, &self.outside(), &query.text());
        found.retain(|tool| self.viewer.sees(*tool));
        let mut out = b"{\"tools\":[".to_vec();
        for (position, tool) in found.iter().take(limit).enumerate() {
            if position > 0 {
                out.push(b',');
            }
            self.summary(*tool, &mut out);
        }
        out.push(b']');
        let mut content = vec![Content::Structured];
        if found.is_empty() {
            content.push(Content::Text(format!(
                "None of the {} tools has any of these words. Search again in other words: what is to be done, \
                 and to what.",
                self.viewer.count()
            )));
        } else if let Some(more) = found.len().checked_sub(limit).filter(|more| *more > 0) {
            out.extend_from_slice(format!(",\"more\":{more}").as_bytes());
        }
        out.push(b'}');
        ToolResult {
            content,
            structured: Some(out.into()),
            is_error: false,
        }
    }

    /// The tools that the index has no words of, with their words: what `rustc` alone could have put
    /// there is read when it is needed.
    fn outside(self) -> Vec<(usize, Document)> {
        let tools = self.server.tools.iter().zip(self.catalogue.entries);
        tools
            .enumerate()
            .filter(|(_, (tool, _))| tool.operation.is_none())
            .map(|(position, (tool, entry))| {
                let listing = format!("{{{}}}", entry.listing);
                (position, Document::of(tool.name, &Listing::read(&listing)))
            })
            .collect()
    }

    /// Name, title and the first sentence about a tool.
    fn summary(self, tool: usize, out: &mut Vec<u8>) {
        let name = self.server.tools.get(tool).map_or("", |tool| tool.name);
        let listing = self
            .catalogue
            .entries
            .get(tool)
            .map_or("", |entry| entry.listing);
        let listing = format!("{{{listing}}}");
        let listing = Listing::read(&listing);
        out.extend_from_slice(b"{\"name\":");
        string_into(name, out);
        if let Some(title) = &listing.title {
            out.extend_from_slice(b",\"title\":");
            string_into(title, out);
        }
        let line = one_line(listing.description.as_deref().unwrap_or_default());
        // A title is often the beginning of the description.
        if !line.is_empty() && listing.title.as_deref() != Some(line.trim_end_matches('.')) {
            out.extend_from_slice(b",\"description\":");
            string_into(&line, out);
        }
        out.push(b'}');
    }

    /// `describe_tool`
    fn describe(self, arguments: Option<Raw<'_>>, revision: Revision) -> ToolResult {
        let [names] = match checked(&meta::DESCRIBE, arguments) {
            Ok(slots) => slots,
            Err(refusal) => return refusal,
        };
        let mut out = b"{\"tools\":[".to_vec();
        let mut unknown = Vec::new();
        let mut described = Vec::new();
        let mut reader = names.raw().reader();
        let mut first = true;
        // Checked to be a list of strings.
        if reader.begin_array().is_ok() {
            while let Ok(true) = reader.next_item(&mut first) {
                let Ok(name) = reader.string() else { break };
                match (self.server.find)(&name).filter(|tool| self.viewer.sees(*tool)) {
                    Some(tool) if described.contains(&tool) => {}
                    Some(tool) => {
                        if !described.is_empty() {
                            out.push(b',');
                        }
                        described.push(tool);
                        self.description(tool, revision, &mut out);
                    }
                    None => unknown.push(self.unknown(&name)),
                }
            }
        }
        if described.is_empty() {
            return ToolResult::error(unknown.join("\n"));
        }
        out.extend_from_slice(b"]}");
        let mut content = vec![Content::Structured];
        if !unknown.is_empty() {
            content.push(Content::Text(unknown.join("\n")));
        }
        ToolResult {
            content,
            structured: Some(out.into()),
            is_error: false,
        }
    }

    /// The tool as `tools/list` would show it.
    fn description(self, tool: usize, revision: Revision, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"name\":");
        string_into(
            self.server.tools.get(tool).map_or("", |tool| tool.name),
            out,
        );
        if let Some(Entry { listing, output }) = self.catalogue.entries.get(tool) {
            out.push(b',');
            out.extend_from_slice(listing.as_bytes());
            if let Some((legacy, modern)) = output {
                out.extend_from_slice(b",\"outputSchema\":");
                let schema = if revision.is_modern() { modern } else { legacy };
                out.extend_from_slice(schema.as_bytes());
            }
        }
        out.push(b'}');
    }

    /// The tool that `call_tool` is to call.
    fn target(self, arguments: Option<Raw<'_>>) -> Result<Target<'_>, ToolResult> {
        let [name, inner] = checked(&meta::CALL, arguments)?;
        let name = name.text();
        match (self.server.find)(&name) {
            Some(tool) => Ok(Target::new(tool, inner.optional_raw(), "/arguments")),
            None => Err(ToolResult::error(self.unknown(&name))),
        }
    }

    /// What is said of a name that no tool has.
    #[cold]
    fn unknown(self, name: &str) -> String {
        let shown: String = name.chars().take(MAX_NAME).collect();
        if let Some(tool) = meta::ALL.into_iter().find(|tool| tool.name == name) {
            return format!(
                "`{}` is not a tool of the catalogue: call it itself.",
                tool.name
            );
        }
        let tools = self.server.tools.iter().enumerate();
        let seen = tools.filter(|(position, _)| self.viewer.sees(*position));
        let names = seen.map(|(_, tool)| tool.name);
        match check::closest(name, names) {
            Some(meant) => {
                format!("There is no tool `{shown}`, and nothing was done: did you mean `{meant}`?")
            }
            None => format!(
                "There is no tool `{shown}`, and nothing was done. Find the names of tools with `{}`.",
                meta::SEARCH.name
            ),
        }
    }
}
