//! The plan: what the whole compilation is about to emit, every name bound, nothing invalid
//! representable. `resolve` makes it, `check` reads it, `emit` prints it; nobody changes it.

mod allowed;
mod authorize;
mod body;
mod caching;
mod egress;
mod guard;
mod identity;
mod listener;
mod policy;
mod policy_tests;
mod product;
mod shape;
mod transform;
pub mod xml;

use std::time::Duration;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Schema;

use crate::diagnostic::Severity;
use crate::manifest::{ApiKeyLocation, Mode, Nesting, VariableKind};
use crate::openapi::{Location, Style};
use crate::schema::Kind;
use crate::source::{Span, Spanned};

pub use allowed::Allowed;
pub use authorize::{Authorizer, AuthorizerKind, Question, Relation};
pub use body::{Body, BodyPart, PartContent};
pub use caching::{Caching, Invalidates};
pub use egress::Egress;
pub use guard::{Classifier, Detect, Guard, GuardAction};
pub use identity::*;
pub use listener::{ClientCertificates, Listener, ListenerTls};
pub use policy::{
    Check, CheckKind, Intake, Limit, LimitKey, LimitKind, Step, StepKind, Steps, Store, StoreKind,
};
pub use policy_tests::*;
pub use product::{Applications, Product};
pub use shape::{Fate, Level, Shape};
pub use transform::{
    Change, Cors, Exists, Mock, MockSource, NewValue, Reply, ReplyKind, Target, Transforms,
    Validation,
};

/// A gateway.
#[derive(Debug)]
pub struct Plan {
    /// The manifest's `gateway`.
    pub name: String,
    /// The manifest's `version`.
    pub version: String,
    /// SHA-256 over every file read.
    pub digest: String,
    /// What start-up takes from the environment.
    pub variables: Vec<Variable>,
    /// The upstream APIs.
    pub apis: Vec<Api>,
    /// Where clients find the gateway, where a server takes tokens.
    pub public_url: Option<Template>,
    /// Where the gateway listens; empty: where the command line says.
    pub listeners: Vec<Listener>,
    /// The ways for callers to say who they are.
    pub identities: Vec<Identity>,
    /// The rules of all schemas that the binary checks.
    pub table: Vec<Schema>,
    /// The limits that calls are counted against.
    pub limits: Vec<Limit>,
    /// Where counts are kept that outlive the process or are shared; absent where there are none.
    pub store: Option<Store>,
    /// Who else is asked whether calls are allowed.
    pub authorizers: Vec<Authorizer>,
    /// What arguments and results are searched for.
    pub guards: Vec<Guard>,
    /// How much memory remembered answers may take.
    pub cache_bytes: u64,
    /// What every request and every message is counted against.
    pub intake: Intake,
    /// What every call must pass.
    pub steps: Steps,
    /// What is done with every call.
    pub transforms: Transforms,
    /// Where connections may go, where the manifest says so.
    pub egress: Option<Egress>,
    /// What callers get together.
    pub products: Vec<Product>,
    /// How values lie in XML, for the bodies and answers that are.
    pub xml: Vec<xml::Shape>,
    /// The MCP servers.
    pub servers: Vec<Server>,
    /// The tests of the policies.
    pub tests: Vec<Test>,
    /// What the tests are measured by: every policy, where there are tests.
    pub rules: Vec<PolicyRule>,
    /// Which of these the log speaks of, by their positions.
    pub rule_subjects: Vec<(RuleSubject, usize)>,
}

impl Plan {
    /// The products with tools of a server, once for each tool.
    pub fn products_of<'p>(&'p self, server: &'p Server) -> impl Iterator<Item = &'p Product> {
        let positions = server.products.iter().flatten();
        positions.filter_map(|position| self.products.get(*position))
    }

    /// The listeners that a server is served at.
    pub fn listeners_of<'p>(&'p self, server: &'p Server) -> impl Iterator<Item = &'p Listener> {
        let named = &server.listeners;
        let listeners = self.listeners.iter().enumerate();
        listeners
            .filter(move |(position, _)| named.is_empty() || named.contains(position))
            .map(|(_, listener)| listener)
    }

    /// The content guards of a tool: the gateway's before the server's before its own.
    pub fn guards<'p>(
        &'p self,
        server: &'p Server,
        tool: &'p Tool,
    ) -> impl Iterator<Item = (usize, &'p Guard)> {
        let scopes = [&self.steps, &server.steps, &tool.steps];
        scopes
            .into_iter()
            .flat_map(|steps| &steps.guards)
            .filter_map(|position| Some((*position, self.guards.get(*position)?)))
    }
}

/// A value that start-up takes from the environment.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: VariableKind,
    /// Its value where the environment does not say.
    pub default: Option<String>,
    /// For people.
    pub description: String,
}

/// A text with variables in it.
pub type Template = Vec<Part>;

/// A piece of a [`Template`].
#[derive(Clone, Debug)]
pub enum Part {
    /// Text.
    Literal(String),
    /// A position in [`Plan::variables`].
    Variable(usize),
}

/// An upstream API at one address; one with operations elsewhere is here for each.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its key in the manifest.
    pub name: String,
    /// Where that key stands.
    pub span: Span,
    /// Where the API is.
    pub url: Template,
    /// The credentials that operations ask for, and where each was declared. [`Request`] refers to them
    /// by position.
    pub credentials: Vec<(Credential, Span)>,
    /// Sent with every request; names in lower case.
    pub headers: Vec<(String, Template)>,
    /// For a connection to be made.
    pub connect_timeout: Duration,
    /// Whether it is asked to compress its answers.
    pub compression: bool,
}

/// A static credential.
#[derive(Clone, Debug)]
pub enum Credential {
    /// An API key: where it goes, under which name, the key.
    ApiKey(ApiKeyLocation, String, Template),
    /// User name and password.
    Basic(Template, Template),
    /// A token.
    Bearer(Template),
}

/// An MCP server.
#[derive(Debug)]
pub struct Server {
    /// Its key in the manifest.
    pub name: String,
    /// Where that key stands.
    pub span: Span,
    /// Its module in the generated code.
    pub module: String,
    /// For people.
    pub title: String,
    /// Told to clients beside the title.
    pub description: Option<String>,
    /// Told to the model.
    pub instructions: Option<String>,
    /// The path of its URL.
    pub path: String,
    /// Positions in [`Plan::listeners`] of those that it is served at; empty: all.
    pub listeners: Vec<usize>,
    /// What every request must pass before it is read, in order.
    pub checks: Vec<Check>,
    /// What every request and every message is counted against.
    pub intake: Intake,
    /// What every call must pass.
    pub steps: Steps,
    /// What is done with every call.
    pub transforms: Transforms,
    /// Which web pages may use it, where it says so.
    pub cors: Option<Cors>,
    /// What it asks of its callers.
    pub access: Access,
    /// Its tools, in the order of `tools/list`.
    pub tools: Vec<Tool>,
    /// By tool: positions in [`Plan::products`] of those that have it, in the order in which a caller's
    /// count. Empty where no product has any tool of the server.
    pub products: Vec<Vec<usize>>,
    /// What `tools/list` shows of them.
    pub mode: Mode,
    /// Whether it shows them to callers who may not use them, too.
    pub lists_all: bool,
    /// How many of them a page shows; absent: all.
    pub page_size: Option<usize>,
    /// What may be spent on telling models about them.
    pub budget: TokenBudget,
    /// What lints may find of it and its tools.
    pub allowed: Vec<Allowed>,
}

/// How many tokens may be spent on telling models about tools.
#[derive(Debug)]
pub struct TokenBudget {
    /// On each that has no budget of its own.
    pub tool: Option<Spanned<u64>>,
    /// On all of `tools/list`.
    pub list: Option<Spanned<u64>>,
    /// How bad it is to exceed it.
    pub exceeded: Severity,
}

/// A tool.
#[derive(Debug)]
pub struct Tool {
    /// Its name; unique in its server, whatever the case.
    pub name: String,
    /// Where it was selected.
    pub selected: Span,
    /// Where its timeout, bound and annotations were set, if an override did.
    pub overridden: Option<Span>,
    /// What a call must pass before its arguments are read.
    pub steps: Steps,
    /// What it must pass once they are: what speaks of them.
    pub after_arguments: Steps,
    /// What is done with a call that has passed.
    pub transforms: Transforms,
    /// How many tokens may be spent on telling models about it, where the server's budget does not
    /// decide.
    pub token_budget: Option<Spanned<u64>>,
    /// The scopes that calls need beside those of the server.
    pub scopes: Vec<String>,
    /// What lints may find of it.
    pub allowed: Vec<Allowed>,
    /// How its answers are remembered; `None`: not at all.
    pub cache: Option<Caching>,
    /// Whose remembered answers a call of it makes untrue.
    pub invalidates: Invalidates,
    /// What a call of it does.
    pub action: Action,
}

/// What a call of a tool does.
#[derive(Debug)]
pub enum Action {
    /// Calls an operation of an API.
    Operation(Box<OperationTool>),
    /// Calls a function of the downstream crate, by its path.
    Rust(String),
}

/// A tool that calls an operation.
#[derive(Debug)]
pub struct OperationTool {
    /// The struct of its arguments, in upper camel case; unique in the server's module.
    pub type_name: String,
    /// The method of its handler, in snake case; unique in the server's trait.
    pub method_name: String,
    /// For people.
    pub title: Option<String>,
    /// For models.
    pub description: String,
    /// The four hints.
    pub annotations: Annotations,
    /// The published schema of the arguments: a JSON object.
    pub input_schema: String,
    /// What the answer is published and checked as.
    pub output: Option<Output>,
    /// What the arguments must match; an object schema in [`Plan::table`] whose properties are
    /// `fields`, in that order.
    pub arguments: SchemaId,
    /// The visible arguments.
    pub fields: Vec<Field>,
    /// What each value of the request comes from; [`Request`] refers to it by position.
    pub values: Vec<Value>,
    /// How the values become a request.
    pub request: Request,
    /// Where the operation stands in its document.
    pub operation: Span,
    /// The same in words, for comments of the generated code: `specs/petstore.yaml:12`.
    pub source: String,
    /// For one whole answer.
    pub timeout: Duration,
    /// The greatest answer that is read.
    pub max_response_bytes: u64,
    /// What of the answer is passed on; `None`: all of it.
    pub response: Option<Shape>,
    /// What the API might answer, where a policy asks for it.
    pub mock: Option<Mock>,
    /// What answers must match, where a policy asks for it.
    pub validation: Option<Validation>,
}

/// The hints of `ToolAnnotations`, all four always said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the protocol has four independent hints"
)]
pub struct Annotations {
    /// `readOnlyHint`
    pub read_only: bool,
    /// `destructiveHint`
    pub destructive: bool,
    /// `idempotentHint`
    pub idempotent: bool,
    /// `openWorldHint`
    pub open_world: bool,
}

/// A published answer.
#[derive(Debug)]
pub struct Output {
    /// The relaxed schema that answers are checked against, in [`Plan::table`].
    pub schema: SchemaId,
    /// As published for 2026-07-28: any schema.
    pub modern: String,
    /// As published before: an object schema, with the answer under `result` where it is not one.
    pub legacy: String,
}

/// A visible argument, and the field that holds it.
#[derive(Debug)]
pub struct Field {
    /// What callers call it.
    pub name: String,
    /// The field, in snake case; unique in its struct.
    pub ident: String,
    /// The type of the field.
    pub kind: Kind,
    /// Whether callers must give it; otherwise the field is an `Option`.
    pub required: bool,
}

impl Field {
    /// Whether its value borrows from the text of the call.
    pub fn borrows(&self) -> bool {
        !matches!(self.kind, Kind::Integer | Kind::Boolean)
    }
}

impl OperationTool {
    /// Whether the struct of the arguments has a lifetime.
    pub fn borrows(&self) -> bool {
        self.fields.iter().any(Field::borrows)
    }
}

/// Where a value of the request comes from.
#[derive(Debug)]
pub enum Value {
    /// A field, by position.
    Field(usize),
    /// A field, or this where the caller left it out.
    FieldOr(usize, Constant),
    /// The manifest; callers do not see it.
    Constant(Constant),
}

/// A value that the manifest fixes.
#[derive(Debug)]
pub enum Constant {
    /// A string.
    Text(String),
    /// A number, as JSON text.
    Number(String),
    /// A boolean.
    Boolean(bool),
    /// Anything else, as compact JSON text.
    Json(String),
}

/// How values become a request.
#[derive(Debug)]
pub struct Request {
    /// A position in [`Plan::apis`].
    pub api: usize,
    /// Positions in that API's credentials: all of them are sent.
    pub credentials: Vec<usize>,
    /// Upper case.
    pub method: &'static str,
    /// The path template as written.
    pub template: String,
    /// The segments of the path, each made of pieces.
    pub path: Vec<Vec<Piece>>,
    /// Query, header and cookie parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The body.
    pub body: Body,
    /// The value of `Accept`.
    pub accept: String,
    /// How the answer lies in XML, where that is what the API answers.
    pub xml: Option<xml::Document>,
    /// What messages call each value, by position.
    pub names: Vec<String>,
}

/// A piece of a path segment.
#[derive(Debug)]
pub enum Piece {
    /// Text, percent-encoded.
    Literal(String),
    /// A path parameter.
    Parameter(Parameter),
}

/// A parameter of the request.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// A position in [`OperationTool::values`].
    pub value: usize,
    /// Its name on the wire; percent-encoded for the query, lower case for headers.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// How it is written.
    pub style: ParameterStyle,
    /// Whether each item or member is written on its own.
    pub explode: bool,
    /// Whether RFC 3986's reserved characters stay as they are.
    pub allow_reserved: bool,
}

/// How a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterStyle {
    /// By OpenAPI's `style`.
    Style(Style),
    /// `deepObject` with deeper values, written by the API's `deep_object`.
    Nested(Nesting),
    /// As JSON text (`content: application/json`).
    Json,
    /// As OpenAPI says of members of forms that it is told nothing of.
    Member,
    /// The constant value as it stands after the name: a pair of the path template.
    Fixed,
}
