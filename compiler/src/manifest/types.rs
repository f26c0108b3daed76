//! The manifest as written: every value with its place, nothing resolved.

mod caching;
mod identities;
mod listeners;
mod policy_tests;
mod products;
mod teams;

use std::time::Duration;

use crate::source::{FileId, Node, Span, Spanned};

use super::{Policy, Store};

pub use caching::*;
pub use identities::*;
pub use listeners::*;
pub use policy_tests::*;
pub use products::*;
pub use teams::*;

/// `gateway.yaml`.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// `gateway`: its name; a DNS label.
    pub name: Spanned<String>,
    /// `version` of the gateway; `0.0.0` where absent.
    pub version: Option<Spanned<String>>,
    /// `public_url`: where clients find the gateway.
    pub public_url: Option<Spanned<Template>>,
    /// `environment`
    pub environment: Vec<Variable>,
    /// `listeners`
    pub listeners: Vec<Listener>,
    /// `identities`
    pub identities: Vec<Identity>,
    /// `credentials`
    pub credentials: Vec<Credential>,
    /// `apis`
    pub apis: Vec<Api>,
    /// `policies` of the whole gateway.
    pub policies: Vec<Policy>,
    /// `store`: where counts are kept.
    pub store: Option<Store>,
    /// `servers`
    pub servers: Vec<Server>,
    /// `products`
    pub products: Vec<Product>,
    /// `token_budget`: what holds for servers that say nothing else.
    pub token_budget: TokenBudget,
    /// `cache.max_bytes`: what remembered answers may take; 64 MiB where absent.
    pub cache_bytes: Option<Spanned<u64>>,
    /// The teams whose files are part of this, in the order of their entries and names. What they declare
    /// stands among the rest.
    pub teams: Vec<Team>,
    /// `egress`: where connections may go; absent: anywhere that is not refused by itself.
    pub egress: Option<Egress>,
    /// `tests`
    pub tests: Vec<Test>,
    /// `test_files`: paths of files with further tests, relative to the manifest.
    pub test_files: Vec<Spanned<String>>,
}

impl Manifest {
    /// The team whose file it is; `None` for the platform's.
    pub fn team(&self, file: FileId) -> Option<&Team> {
        self.teams.iter().find(|team| team.file == file)
    }
}

/// Where the gateway may connect to.
#[derive(Clone, Debug)]
pub struct Egress {
    /// `allow`: host names, `*.example.com`, addresses and networks.
    pub allow: Vec<Spanned<String>>,
    /// The whole entry.
    pub span: Span,
}

/// A value that start-up takes from the process environment.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The variable's name; upper case, digits and `_`.
    pub name: Spanned<String>,
    /// `type`
    pub kind: VariableKind,
    /// `default`; never for a secret.
    pub default: Option<Spanned<String>>,
    /// `description`
    pub description: Option<Spanned<String>>,
}

/// What a variable holds, and so where it may flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// Any text.
    String,
    /// An absolute `http` or `https` URL without query and fragment.
    Url,
    /// Text that is never shown and flows only into credentials and header values. `NAME_FILE` names a
    /// file to read it from instead.
    Secret,
}

/// A text in which `${NAME}` stands for a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The pieces in order.
    pub parts: Vec<TemplatePart>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text as it stands.
    Literal(String),
    /// The value of a variable.
    Variable(Spanned<String>),
}

/// How calls to an API authenticate.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Its key under `credentials`.
    pub name: Spanned<String>,
    /// Its one kind.
    pub kind: CredentialKind,
}

/// The kinds of static credential.
#[derive(Clone, Debug)]
pub enum CredentialKind {
    /// `api_key: { header | query | cookie: NAME, value: TEMPLATE }`
    ApiKey {
        /// Where it goes.
        location: ApiKeyLocation,
        /// The name of the header, query parameter or cookie.
        name: Spanned<String>,
        /// The key.
        value: Spanned<Template>,
    },
    /// `basic: { username: TEMPLATE, password: TEMPLATE }` (RFC 7617)
    Basic {
        /// Without a colon.
        username: Spanned<Template>,
        /// Any text.
        password: Spanned<Template>,
    },
    /// `bearer: { token: TEMPLATE }` (RFC 6750)
    Bearer {
        /// The token.
        token: Spanned<Template>,
    },
}

/// What stands for no credential, where one is named.
pub const NO_CREDENTIAL: &str = "none";

/// Where an API key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyLocation {
    /// A header.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

/// A REST API that operations are taken from.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its key under `apis`.
    pub name: Spanned<String>,
    /// `spec`: path of the OpenAPI document, relative to the manifest.
    pub spec: Spanned<String>,
    /// `overlays`: paths of overlays for the document, relative to the manifest, in order.
    pub overlays: Vec<Spanned<String>>,
    /// `url`: where the API is; absent: the document's first server, which must be absolute.
    pub url: Option<Spanned<Template>>,
    /// `server_variables`: values for the variables of the document's first server.
    pub server_variables: Vec<(Spanned<String>, Spanned<String>)>,
    /// `servers`: where the servers of paths and operations are, by their URLs as written.
    pub servers: Vec<(Spanned<String>, Spanned<Template>)>,
    /// `credential`: a key of `credentials`, or [`NO_CREDENTIAL`].
    pub credential: Option<Spanned<String>>,
    /// `credentials`: the same for each security scheme.
    pub credentials: Vec<(Spanned<String>, Spanned<String>)>,
    /// `headers`: sent with every request.
    pub headers: Vec<(Spanned<String>, Spanned<Template>)>,
    /// `timeout` for a whole answer; 30 s where absent.
    pub timeout: Option<Spanned<Duration>>,
    /// `connect_timeout`; 5 s where absent.
    pub connect_timeout: Option<Spanned<Duration>>,
    /// `max_response_bytes`; 4 MiB where absent.
    pub max_response_bytes: Option<Spanned<u64>>,
    /// `compression: true`: answers may come compressed.
    pub compression: Option<Spanned<bool>>,
    /// `deep_object`: how values within the members of a `deepObject` are written.
    pub deep_object: Option<Nesting>,
}

/// How values within the members of a `deepObject` are written, which OpenAPI leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// `name[key][]=value`
    Brackets,
    /// `name[key][0]=value`
    Indices,
    /// `name[key]=value`, repeated.
    Repeat,
    /// `name[key]=` and JSON text.
    Json,
}

/// An MCP server that the gateway offers.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its key under `servers`.
    pub name: Spanned<String>,
    /// `title`
    pub title: Option<Spanned<String>>,
    /// `description`: told to clients beside the title.
    pub description: Option<Spanned<String>>,
    /// `instructions`: told to the model.
    pub instructions: Option<Spanned<String>>,
    /// `path` of its URL; `/<name>/mcp` where absent.
    pub path: Option<Spanned<String>>,
    /// `listeners`: where it is served; everywhere where empty.
    pub listeners: Vec<Spanned<String>>,
    /// `policies` of the server.
    pub policies: Vec<Policy>,
    /// `require`: an expression.
    pub require: Option<Node>,
    /// `identity`
    pub identity: ServerIdentity,
    /// `scopes`: what every request needs.
    pub scopes: Vec<Spanned<String>>,
    /// `tools`, in order.
    pub tools: Vec<ToolSource>,
    /// `overrides`, by tool.
    pub overrides: Vec<Override>,
    /// `mode`; `list` where absent.
    pub mode: Option<Spanned<Mode>>,
    /// `list: all`: callers are shown tools that they may not use, too.
    pub lists_all: bool,
    /// `allow`: lints, and why they may find something.
    pub allow: Vec<(Spanned<String>, Spanned<String>)>,
    /// `page_size`: tools on a page of `tools/list`; absent: all.
    pub page_size: Option<Spanned<u64>>,
    /// `token_budget`
    pub token_budget: TokenBudget,
}

/// What `tools/list` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Every tool.
    #[default]
    List,
    /// Three tools that find, describe and call the others.
    Search,
}

/// How many tokens may be spent on telling models about tools.
#[derive(Clone, Debug, Default)]
pub struct TokenBudget {
    /// `tool`: on each.
    pub tool: Option<Spanned<u64>>,
    /// `list`: on all of `tools/list`.
    pub list: Option<Spanned<u64>>,
    /// `exceeded: warn`, or `fail`; the latter where absent.
    pub warns: Option<Spanned<bool>>,
}

/// Where tools of a server come from.
#[derive(Clone, Debug)]
pub enum ToolSource {
    /// Operations of an API.
    Operations {
        /// `api`: a key of `apis`.
        api: Spanned<String>,
        /// What is taken.
        select: Selection,
        /// `exclude`: what is left out of it.
        exclude: Selection,
        /// `deprecated: true`: deprecated operations that were selected by something wider than their
        /// id are taken too.
        deprecated: bool,
        /// The whole entry.
        span: Span,
    },
    /// `rust`: functions of the downstream crate marked `#[tool]`, by path (`crate::tools::greet`).
    Rust {
        /// The paths.
        paths: Vec<Spanned<String>>,
    },
}

/// Which operations: the union of what its lists match.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// `operations: all`
    pub all: bool,
    /// `operations: [...]`: ids, in which `*` stands for any text, or `METHOD /path` for exactly one.
    pub operations: Vec<Spanned<String>>,
    /// `tags: [...]`
    pub tags: Vec<Spanned<String>>,
    /// `paths: [...]`: path templates, `*` for one segment and `**` for any number; optionally after a
    /// method and a space: `GET /pets/**`.
    pub paths: Vec<Spanned<String>>,
}

/// Changes to one tool.
#[derive(Clone, Debug)]
pub struct Override {
    /// The tool: the name it would have without this entry, or the operation's id.
    pub tool: Spanned<String>,
    /// `name`
    pub name: Option<Spanned<String>>,
    /// `title`
    pub title: Option<Spanned<String>>,
    /// `description`
    pub description: Option<Spanned<String>>,
    /// `annotations: { read_only, destructive, idempotent, open_world }`
    pub annotations: Annotations,
    /// `arguments`, by name.
    pub arguments: Vec<ArgumentOverride>,
    /// `body`
    pub body: BodyOverride,
    /// `allow`: lints, and why they may find something.
    pub allow: Vec<(Spanned<String>, Spanned<String>)>,
    /// `scopes`: what calls need beside those of the server.
    pub scopes: Vec<Spanned<String>>,
    /// `output_schema: true`: publish the answer's schema and check answers against it.
    pub output_schema: Option<Spanned<bool>>,
    /// `policies` of the tool.
    pub policies: Vec<Policy>,
    /// `require`: an expression.
    pub require: Option<Node>,
    /// `credential`: a key of `credentials`, or [`NO_CREDENTIAL`].
    pub credential: Option<Spanned<String>>,
    /// `timeout`
    pub timeout: Option<Spanned<Duration>>,
    /// `max_response_bytes`
    pub max_response_bytes: Option<Spanned<u64>>,
    /// `token_budget`
    pub token_budget: Option<Spanned<u64>>,
    /// `response`: what of the answer is passed on.
    pub response: Option<ResponseOverride>,
    /// `cache`: how its answers are remembered.
    pub cache: Option<Caching>,
    /// `invalidates`: tools whose remembered answers a call of it makes untrue.
    pub invalidates: Vec<Spanned<String>>,
}

/// What of a tool's answer is passed on.
#[derive(Clone, Debug)]
pub struct ResponseOverride {
    /// `select`: pointers to what is kept; empty: everything.
    pub select: Vec<Spanned<String>>,
    /// `omit`: pointers to what is left out.
    pub omit: Vec<Spanned<String>>,
    /// `mask`: what takes the place of what.
    pub mask: Vec<Mask>,
    /// `max_items` of the outer arrays.
    pub max_items: Option<Spanned<u32>>,
    /// `max_bytes` of JSON.
    pub max_bytes: Option<Spanned<u64>>,
    /// `headers` that the model is told.
    pub headers: Vec<Spanned<String>>,
    /// The whole entry.
    pub span: Span,
}

/// What takes the place of values of an answer.
#[derive(Clone, Debug)]
pub struct Mask {
    /// `at`: a pointer to them.
    pub at: Spanned<String>,
    /// `with`; `"***"` where absent.
    pub with: Option<Node>,
}

/// How the body of a tool's request is made.
#[derive(Clone, Debug, Default)]
pub struct BodyOverride {
    /// `media_type`: one that the operation declares.
    pub media_type: Option<Spanned<String>>,
    /// `arguments`
    pub arguments: Option<Spanned<BodyArguments>>,
}

/// Which arguments a body is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyArguments {
    /// One for each member.
    Flat,
    /// One for the whole.
    Nested,
}

/// The four hints of MCP's `ToolAnnotations`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// `readOnlyHint`
    pub read_only: Option<bool>,
    /// `destructiveHint`
    pub destructive: Option<bool>,
    /// `idempotentHint`
    pub idempotent: Option<bool>,
    /// `openWorldHint`
    pub open_world: Option<bool>,
}

/// Changes to one argument of a tool.
#[derive(Clone, Debug)]
pub struct ArgumentOverride {
    /// The argument: the name it would have without this entry.
    pub argument: Spanned<String>,
    /// `name`: what callers call it.
    pub name: Option<Spanned<String>>,
    /// `description`
    pub description: Option<Spanned<String>>,
    /// `default`: sent where the caller leaves the argument out, which it then may.
    pub default: Option<Node>,
    /// `value`: always sent, and callers do not see the argument at all.
    pub value: Option<Node>,
}
