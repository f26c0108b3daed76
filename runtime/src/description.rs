//! Everything the compiler decided about a gateway, as constants of the binary. Generated code holds
//! one [`Description`]; the rest of the runtime only reads it.

mod identity;
mod listener;
mod product;
mod selection;

use std::time::Duration;

use gatewright_schema::search::Index;
use gatewright_schema::{SchemaId, Table};

use crate::cache::Caching;
use crate::caller::Caller;
use crate::guard::Guard;
use crate::policy::authorize::Authorizer;
use crate::policy::{Intake, Limit, Refusal, Validation};
use crate::rest::Operation;
use crate::rest::shape::Shape;
use crate::upstream::egress::Egress;

pub use identity::*;
pub use listener::*;
pub use product::{Applications, Product};
pub use selection::{Listed, Selection};

/// A gateway.
#[derive(Debug)]
pub struct Description {
    /// The manifest's `gateway`.
    pub name: &'static str,
    /// The manifest's `version`.
    pub version: &'static str,
    /// SHA-256 of everything it was compiled from, in hex.
    pub digest: &'static str,
    /// What start-up takes from the environment.
    pub variables: &'static [Variable],
    /// The upstream APIs.
    pub apis: &'static [Api],
    /// The limits that policies count calls against.
    pub limits: &'static [Limit],
    /// Where counts are kept that outlive the process or are shared by several; absent where there are none.
    pub store: Option<Store>,
    /// Where connections may go, where the manifest says so.
    pub egress: Option<&'static Egress>,
    /// Who else decides which calls are allowed.
    pub authorizers: &'static [Authorizer],
    /// What content guards search for.
    pub guards: &'static [Guard],
    /// How much memory the remembered answers of all tools may take.
    pub cache_bytes: usize,
    /// Where clients find the gateway; there where a server takes tokens.
    pub public_url: Option<Template>,
    /// Where it listens; empty: where the command line says.
    pub listeners: &'static [Listener],
    /// The ways for callers to say who they are.
    pub identities: &'static [Identity],
    /// What callers get together.
    pub products: &'static [Product],
    /// The MCP servers.
    pub servers: &'static [&'static Server],
}

/// Where counts are kept.
#[derive(Debug)]
pub struct Store {
    /// What it is.
    pub kind: StoreKind,
    /// For one step of it.
    pub timeout: Duration,
}

/// The kinds of [`Store`].
#[derive(Debug)]
pub enum StoreKind {
    /// A file.
    Embedded {
        /// Where it is.
        path: Template,
    },
    /// A Redis or a Valkey.
    Redis {
        /// Where it is, with what it asks for.
        url: Template,
        /// The path of the file with the authorities that vouch for it; `None`: those of the public web.
        authorities: Option<Template>,
        /// What the names of all counts begin with.
        prefix: &'static str,
    },
}

/// A value that start-up takes from the environment.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: VariableKind,
    /// What it is where the environment does not say; required where there is none.
    pub default: Option<&'static str>,
    /// For people.
    pub description: &'static str,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// Any text.
    String,
    /// An absolute `http` or `https` URL without query and fragment.
    Url,
    /// Never shown. Where `NAME_FILE` is set, read from the file it names, less one line end.
    Secret,
}

/// A text with variables in it, put together at start-up.
pub type Template = &'static [Part];

/// A piece of a [`Template`].
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Text as it stands.
    Literal(&'static str),
    /// A position in [`Description::variables`].
    Variable(usize),
}

/// An upstream API.
#[derive(Debug)]
pub struct Api {
    /// Its key in the manifest.
    pub name: &'static str,
    /// Where it is.
    pub url: Template,
    /// How requests authenticate: each operation says by position which of these it asks for.
    pub credentials: &'static [Credential],
    /// Sent with every request: names in lower case.
    pub headers: &'static [(&'static str, Template)],
    /// For a connection to be made.
    pub connect_timeout: Duration,
    /// Whether it is asked to compress its answers.
    pub compression: bool,
}

/// A static credential.
#[derive(Debug)]
pub enum Credential {
    /// A header with a key in it; the name in lower case.
    Header(&'static str, Template),
    /// A query parameter with a key in it; the name already percent-encoded.
    Query(&'static str, Template),
    /// A cookie with a key in it.
    Cookie(&'static str, Template),
    /// RFC 7617: user name and password.
    Basic(Template, Template),
    /// RFC 6750.
    Bearer(Template),
}

/// An MCP server.
#[derive(Debug)]
pub struct Server {
    /// Its key in the manifest.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// The path of its URL: `/pets/mcp`.
    pub path: &'static str,
    /// Positions in [`Description::listeners`] of those that it is served at; empty: all.
    pub listeners: &'static [usize],
    /// Whether a request is let in at all, asked before its body is read.
    pub admit: fn(&Caller) -> Result<(), Refusal>,
    /// What it counts beside calls.
    pub intake: Intake,
    /// Which web pages may use it, where the manifest says so.
    pub cors: Option<&'static Cors>,
    /// What it asks of its callers.
    pub access: &'static Access,
    /// Its tools, in the order of `tools/list`.
    pub tools: &'static [Tool],
    /// The position of a tool by name.
    pub find: fn(&str) -> Option<usize>,
    /// The members of an `InitializeResult` after `protocolVersion`, without braces.
    pub initialize: &'static str,
    /// The result of `server/discover`: a whole object.
    pub discover: &'static str,
    /// The answers to `tools/list`, in order; at least one, unless there is a selection of listed tools.
    pub pages: &'static [Page],
    /// What of its tools each caller is shown; absent where that is the same for all.
    pub selection: Option<&'static Selection>,
    /// What the tools of search mode know of the others; absent where all tools are listed.
    pub catalogue: Option<&'static Catalogue>,
    /// The `Implementation` object of this server, for `_meta` of 2026-07-28's results.
    pub implementation: &'static str,
}

impl Server {
    /// Whether it is served at the listener at a position; `None`: the one of the command line.
    pub(crate) fn is_served_at(&self, listener: Option<usize>) -> bool {
        self.listeners.is_empty()
            || listener.is_some_and(|position| self.listeners.contains(&position))
    }
}

/// A page of `tools/list`.
#[derive(Debug)]
pub struct Page {
    /// What clients ask for it by; empty for the first.
    pub cursor: &'static str,
    /// The `ListToolsResult` for the revisions up to 2025-11-25: a whole object.
    pub legacy: &'static str,
    /// The `ListToolsResult` for 2026-07-28: a whole object.
    pub modern: &'static str,
}

/// What a server in search mode tells of its tools when asked. Tools go by their position among
/// [`Server::tools`].
#[derive(Debug)]
pub struct Catalogue {
    /// What tools are found by; tools written in Rust have a place in it and no words.
    pub index: Index,
    /// What is said of each tool.
    pub entries: &'static [Entry],
}

/// What a catalogue says of a tool.
#[derive(Debug)]
pub struct Entry {
    /// The members of the tool as `tools/list` would show it, without the name, the schema of its
    /// answers and the braces.
    pub listing: &'static str,
    /// The schema of its answers for the revisions up to 2025-11-25, and for 2026-07-28.
    pub output: Option<(&'static str, &'static str)>,
}

/// A tool.
#[derive(Debug)]
pub struct Tool {
    /// Its name in this server.
    pub name: &'static str,
    /// The operation it stands for; `None` for a tool written in Rust.
    pub operation: Option<&'static Operation>,
    /// The schema that answers are checked against, where the tool publishes one.
    pub output: Option<(&'static Table, SchemaId)>,
    /// For one whole answer.
    pub timeout: Duration,
    /// The greatest answer that is read.
    pub max_response_bytes: usize,
    /// What of the answer is passed on; `None`: all of it.
    pub response: Option<&'static Shape>,
    /// What answers must match, where a policy asks for it.
    pub validation: Option<Validation>,
    /// How its answers are remembered; `None`: not at all.
    pub cache: Option<Caching>,
    /// The tools of the server, by position, whose remembered answers a call of it makes untrue.
    pub invalidates: &'static [usize],
    /// Positions in [`Description::guards`], in the order in which they search.
    pub guards: &'static [usize],
}

impl Tool {
    /// A tool written in Rust, before it has a name; what a tool has that the manifest says nothing special
    /// about.
    pub const NATIVE: Self = Self {
        name: "",
        operation: None,
        output: None,
        timeout: Duration::ZERO,
        max_response_bytes: 0,
        response: None,
        validation: None,
        cache: None,
        invalidates: &[],
        guards: &[],
    };
}

/// Which web pages may use a server (Fetch standard, "CORS protocol").
#[derive(Debug)]
pub struct Cors {
    /// Their origins, as browsers send them; `None`: any.
    pub origins: Option<&'static [&'static str]>,
    /// Whether browsers may send cookies and client certificates.
    pub credentials: bool,
    /// How long browsers may remember the answer to a preflight.
    pub max_age: Duration,
    /// Headers that pages may send, beside those of MCP.
    pub allowed_headers: &'static [&'static str],
    /// Headers that pages may read, beside those of MCP.
    pub exposed_headers: &'static [&'static str],
}
