//! What clients are told of a server, as constants: `tools/list`, `initialize`, `server/discover`,
//! rendered once per protocol era.
//!
//! Up to 2025-11-25 a published answer schema must be an object's, and results must not hold the
//! members that 2026-07-28 demands (strict clients refuse either way round); hence two renderings.

use gatewright_schema::json::string_into;
use proc_macro2::TokenStream;
use quote::quote;

use super::literal::text;
use crate::plan::{Action, Annotations, OperationTool, Plan, Server, Tool};

/// How long clients may keep lists and descriptions, in milliseconds. They change only with the
/// binary; an hour bounds how long a client lives with those of the previous one.
const TTL_MS: u32 = 3_600_000;

/// A span of protocol revisions that are written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// Up to 2025-11-25.
    Legacy,
    /// From 2026-07-28.
    Modern,
}

/// The result of `tools/list`: an expression of type `&'static str`.
pub fn tools(server: &Server, implementation: &str, era: Era) -> TokenStream {
    let mut parts = Parts::default();
    match era {
        Era::Legacy => parts.push("{\"tools\":["),
        Era::Modern => parts.push("{\"resultType\":\"complete\",\"tools\":["),
    }
    for (position, tool) in server.tools.iter().enumerate() {
        if position > 0 {
            parts.push(",");
        }
        self::tool(tool, era, &mut parts);
    }
    match era {
        Era::Legacy => parts.push("]}"),
        Era::Modern => parts.push(&format!("],{}}}", modern_tail(implementation))),
    }
    parts.into_tokens()
}

fn tool(tool: &Tool, era: Era, parts: &mut Parts) {
    let mut out = JsonObject::default();
    out.string("name", &tool.name);
    match &tool.action {
        Action::Operation(operation) => {
            operation_tool(operation, era, &mut out);
            parts.push(&out.finish());
        }
        Action::Rust(path) => {
            parts.push(&format!("{{{},", out.members()));
            parts.constant(path);
            parts.push("}");
        }
    }
}

fn operation_tool(tool: &OperationTool, era: Era, out: &mut JsonObject) {
    if let Some(title) = &tool.title {
        out.string("title", title);
    }
    out.string("description", &tool.description);
    out.raw("inputSchema", &tool.input_schema);
    if let Some(output) = &tool.output {
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
pub fn initialize(server: &Server, implementation: &str) -> String {
    let mut out = JsonObject::default();
    out.raw("capabilities", "{\"tools\":{}}");
    out.raw("serverInfo", implementation);
    if let Some(instructions) = &server.instructions {
        out.string("instructions", instructions);
    }
    out.members()
}

/// The result of `server/discover`.
pub fn discover(server: &Server, implementation: &str) -> String {
    let mut out = JsonObject::default();
    out.string("resultType", "complete");
    // Only what this method's own revision can negotiate: `initialize` is how older ones are found.
    out.raw("supportedVersions", "[\"2026-07-28\"]");
    out.raw("capabilities", "{\"tools\":{}}");
    if let Some(instructions) = &server.instructions {
        out.string("instructions", instructions);
    }
    format!("{{{},{}}}", out.members(), modern_tail(implementation))
}

fn modern_tail(implementation: &str) -> String {
    format!(
        "\"ttlMs\":{TTL_MS},\"cacheScope\":\"public\",\
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
