//! What clients are told of a server, as constants: `tools/list`, `initialize`, `server/discover`,
//! rendered once per protocol era.
//!
//! Up to 2025-11-25 a published answer schema must be an object's, and results must not hold the
//! members that 2026-07-28 demands (strict clients refuse either way round); hence two renderings.

use std::borrow::Cow;
use std::fmt::Write as _;

use gatewright_schema::json::string_into;
use proc_macro2::TokenStream;
use quote::quote;
use sha2::{Digest as _, Sha256};

use super::literal::text;
use super::{search, selection};
use crate::manifest::Mode;
use crate::plan::{Action, Annotations, OperationTool, Plan, Server, Tool};

/// How long clients may keep lists and descriptions, in milliseconds. They change only with the
/// binary; an hour bounds how long a client lives with those of the previous one.
const TTL_MS: u32 = 3_600_000;

/// How long they may keep lists that depend on who asks. What a caller may use changes while the gateway runs,
/// as when a key gets a further product; nothing tells clients of that.
const SELECTED_TTL_MS: u32 = 60_000;

/// A span of protocol revisions that are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// Up to 2025-11-25.
    Legacy,
    /// From 2026-07-28.
    Modern,
}

/// The pages of `tools/list`: an expression of type `&'static [Page]`.
pub fn pages(plan: &Plan, server: &Server, implementation: &str) -> TokenStream {
    if server.mode == Mode::List && selection::depends_on_caller(plan, server) {
        return quote!(&[]);
    }
    if server.mode == Mode::Search {
        let tools = search::tools(server);
        let list = |era| {
            page(server, implementation, era, None, |parts| {
                parts.push(&tools);
            })
        };
        let (legacy, modern) = (list(Era::Legacy), list(Era::Modern));
        return quote!(&[rt::Page { cursor: "", legacy: #legacy, modern: #modern }]);
    }
    // A server without tools has a page all the same.
    let size = server.page_size.unwrap_or(server.tools.len()).max(1);
    let count = server.tools.len().div_ceil(size).max(1);
    let cursors = if count > 1 {
        cursors(server, size)
    } else {
        Vec::new()
    };
    let pages = (0..count).map(|number| {
        let tools = server.tools.iter().skip(number * size).take(size);
        let next = cursors.get(number + 1).map(String::as_str);
        let list = |era| {
            page(server, implementation, era, next, |parts| {
                for (position, tool) in tools.clone().enumerate() {
                    if position > 0 {
                        parts.push(",");
                    }
                    self::tool(tool, era, parts);
                }
            })
        };
        let (legacy, modern) = (list(Era::Legacy), list(Era::Modern));
        let cursor = text(cursors.get(number).map_or("", String::as_str));
        quote!(rt::Page { cursor: #cursor, legacy: #legacy, modern: #modern })
    });
    quote!(&[#(#pages),*])
}

/// A result of `tools/list`: an expression of type `&'static str`.
fn page(
    server: &Server,
    implementation: &str,
    era: Era,
    next: Option<&str>,
    tools: impl FnOnce(&mut Parts),
) -> TokenStream {
    let mut parts = Parts::default();
    parts.push(head(era));
    tools(&mut parts);
    parts.push("]");
    if let Some(next) = next {
        // Hexadecimal digits need no escapes.
        parts.push(&format!(",\"nextCursor\":\"{next}\""));
    }
    parts.push(&tail(server, implementation, era, false));
    parts.into_tokens()
}

/// What stands before the tools of a list.
pub(super) fn head(era: Era) -> &'static str {
    match era {
        Era::Legacy => "{\"tools\":[",
        Era::Modern => "{\"resultType\":\"complete\",\"tools\":[",
    }
}

/// What stands after them, and after the cursor. `selected`: the list depends on who asks.
pub(super) fn tail(server: &Server, implementation: &str, era: Era, selected: bool) -> String {
    let ttl = if selected { SELECTED_TTL_MS } else { TTL_MS };
    match era {
        Era::Legacy => "}".to_owned(),
        Era::Modern => format!(",{}}}", modern_tail(server, implementation, ttl, selected)),
    }
}

/// The tools one by one: expressions of type `Listed`. Where there are pages, each has a cursor, since a page
/// can begin with any of them.
pub(super) fn listed(server: &Server) -> Vec<TokenStream> {
    let pages = server
        .page_size
        .is_some_and(|size| size < server.tools.len());
    let cursors = if pages {
        cursors(server, 1)
    } else {
        Vec::new()
    };
    let tools = server.tools.iter().enumerate();
    tools
        .map(|(position, tool)| {
            let written = |era| {
                let mut parts = Parts::default();
                self::tool(tool, era, &mut parts);
                parts.into_tokens()
            };
            let (legacy, modern) = (written(Era::Legacy), written(Era::Modern));
            let cursor = text(cursors.get(position).map_or("", String::as_str));
            quote!(rt::Listed { cursor: #cursor, legacy: #legacy, modern: #modern })
        })
        .collect()
}

/// What each page is asked for by: nothing for the first. The others are hashes of the whole list,
/// so that a cursor never leads into a list that has changed since it was given out.
fn cursors(server: &Server, size: usize) -> Vec<String> {
    const BYTES: usize = 12;
    let mut list = Sha256::new();
    for tool in &server.tools {
        let mut parts = Parts::default();
        self::tool(tool, Era::Modern, &mut parts);
        list.update(parts.into_tokens().to_string());
    }
    let list = list.finalize();
    (0..server.tools.len().div_ceil(size))
        .map(|number| {
            if number == 0 {
                return String::new();
            }
            let mut hash = Sha256::new();
            hash.update(list);
            hash.update(number.to_be_bytes());
            let mut cursor = String::with_capacity(2 * BYTES);
            for byte in hash.finalize().iter().take(BYTES) {
                // Writing to a string does not fail.
                let _ = write!(cursor, "{byte:02x}");
            }
            cursor
        })
        .collect()
}

fn tool(tool: &Tool, era: Era, parts: &mut Parts) {
    let mut out = JsonObject::default();
    out.string("name", &tool.name);
    match &tool.action {
        Action::Operation(operation) => {
            operation_tool(operation, Some(era), &mut out);
            parts.push(&out.finish());
        }
        Action::Rust(path) => {
            parts.push(&format!("{{{},", out.members()));
            parts.constant(path);
            parts.push("}");
        }
    }
}

/// The members of a listed tool after its name; without the schema of its answers where no era is given.
pub(super) fn operation_tool(tool: &OperationTool, era: Option<Era>, out: &mut JsonObject) {
    if let Some(title) = &tool.title {
        out.string("title", title);
    }
    out.string("description", &tool.description);
    out.raw("inputSchema", &tool.input_schema);
    if let (Some(output), Some(era)) = (&tool.output, era) {
        out.raw(
            "outputSchema",
            match era {
                Era::Legacy => &output.legacy,
                Era::Modern => &output.modern,
            },
        );
    }
    out.raw("annotations", &annotations(tool.annotations));
}

/// All four hints, always: their defaults differ from what most operations are, and some clients
/// refuse tools that leave them out.
pub fn annotations(hints: Annotations) -> String {
    format!(
        "{{\"readOnlyHint\":{},\"destructiveHint\":{},\"idempotentHint\":{},\"openWorldHint\":{}}}",
        hints.read_only, hints.destructive, hints.idempotent, hints.open_world
    )
}

/// The `Implementation` object of a server.
pub fn implementation(plan: &Plan, server: &Server) -> String {
    let mut out = JsonObject::default();
    out.string("name", &format!("{}-{}", plan.name, server.name));
    out.string("title", &server.title);
    out.string("version", &plan.version);
    if let Some(description) = &server.description {
        out.string("description", description);
    }
    out.finish()
}

/// The members of an `InitializeResult` after `protocolVersion`.
pub fn initialize(plan: &Plan, server: &Server, implementation: &str) -> String {
    let mut out = JsonObject::default();
    out.raw("capabilities", "{\"tools\":{}}");
    out.raw("serverInfo", implementation);
    if let Some(instructions) = instructions(plan, server) {
        out.string("instructions", &instructions);
    }
    out.members()
}

/// The result of `server/discover`.
pub fn discover(plan: &Plan, server: &Server, implementation: &str) -> String {
    let mut out = JsonObject::default();
    out.string("resultType", "complete");
    // Only what this method's own revision can negotiate: `initialize` is how older ones are found.
    out.raw("supportedVersions", "[\"2026-07-28\"]");
    out.raw("capabilities", "{\"tools\":{}}");
    if let Some(instructions) = instructions(plan, server) {
        out.string("instructions", &instructions);
    }
    format!(
        "{{{},{}}}",
        out.members(),
        modern_tail(server, implementation, TTL_MS, false)
    )
}

/// What the model is told of the server: the manifest's words, and in search mode how tools are found.
fn instructions<'s>(plan: &Plan, server: &'s Server) -> Option<Cow<'s, str>> {
    let own = server.instructions.as_deref();
    match server.mode {
        Mode::List => own.map(Cow::Borrowed),
        Mode::Search => {
            let all = !selection::depends_on_caller(plan, server);
            let how = search::instructions(all.then_some(server.tools.len()));
            Some(Cow::Owned(match own {
                Some(own) => format!("{own}\n\n{how}"),
                None => how,
            }))
        }
    }
}

fn modern_tail(server: &Server, implementation: &str, ttl: u32, selected: bool) -> String {
    // What is told to callers who say who they are, caches must not tell others.
    let scope = if server.access.identities.is_empty() && !selected {
        "public"
    } else {
        "private"
    };
    format!(
        "\"ttlMs\":{ttl},\"cacheScope\":\"{scope}\",\
         \"_meta\":{{\"io.modelcontextprotocol/serverInfo\":{implementation}}}"
    )
}

/// A JSON object in the making.
#[derive(Debug, Default)]
pub struct JsonObject(Vec<u8>);

impl JsonObject {
    /// Adds a member whose value is JSON text.
    pub fn raw(&mut self, key: &str, json: &str) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        string_into(key, &mut self.0);
        self.0.push(b':');
        self.0.extend_from_slice(json.as_bytes());
    }

    /// Adds a member whose value is a string.
    pub fn string(&mut self, key: &str, value: &str) {
        let mut json = Vec::with_capacity(value.len() + 2);
        string_into(value, &mut json);
        self.raw(key, &String::from_utf8(json).unwrap_or_default());
    }

    /// The members, without the braces around them.
    pub fn members(mut self) -> String {
        if !self.0.is_empty() {
            self.0.remove(0);
        }
        String::from_utf8(self.0).unwrap_or_default()
    }

    /// The object.
    pub fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        String::from_utf8(self.0).unwrap_or_default()
    }
}

/// Text that is put together from what the compiler knows and what `#[tool]` left as constants.
#[derive(Default)]
struct Parts {
    parts: Vec<TokenStream>,
    text: String,
}

impl Parts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn constant(&mut self, path: &str) {
        self.flush();
        // The path was checked to be one when the manifest was resolved.
        let path: TokenStream = path.parse().unwrap_or_default();
        self.parts.push(quote!(#path::LISTING));
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let literal = text(&std::mem::take(&mut self.text));
            self.parts.push(quote!(#literal));
        }
    }

    fn into_tokens(mut self) -> TokenStream {
        self.flush();
        match self.parts.as_slice() {
            [only] => only.clone(),
            parts => quote! {{
                const PARTS: &[&str] = &[#(#parts),*];
                const JOINED: [u8; rt::joined_length(PARTS)] = rt::join(PARTS);
                rt::joined(&JOINED)
            }},
        }
    }
}
