//! Tests of policies.

use std::time::Duration;

use crate::manifest::TestVerdicts;

/// A test.
#[derive(Debug)]
pub struct Test {
    /// What it is called.
    pub name: String,
    /// Its function, in snake case; unique among the tests.
    pub function: String,
    /// Where it stands: `gateway.yaml:12`.
    pub place: String,
    /// When it begins, in milliseconds since 1970.
    pub at: u64,
    /// Its calls.
    pub steps: Vec<TestStep>,
}

/// One of the calls of a test.
#[derive(Debug)]
pub struct TestStep {
    /// Where it stands.
    pub place: String,
    /// How much time passes before it.
    pub after: Duration,
    /// How often it is made.
    pub times: u32,
    /// A position in [`Plan::servers`](super::Plan::servers).
    pub server: usize,
    /// What is asked: `tools/call`, or a method without parameters.
    pub method: String,
    /// The name of the tool; empty where no tool is called.
    pub tool: String,
    /// The arguments: a JSON object.
    pub arguments: String,
    /// Headers of the request; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The position of its listener, where the manifest declares any.
    pub listener: Option<usize>,
    /// The client's address.
    pub ip: String,
    /// Who calls.
    pub principal: Option<TestPrincipal>,
    /// What authorizers answer, where the test says it.
    pub authorizer: Option<TestVerdicts>,
    /// What classifiers answer, where the test says it.
    pub classifier: Option<TestVerdicts>,
    /// What the API does.
    pub upstream: TestUpstream,
    /// What is to come of the call.
    pub expect: TestExpect,
}

/// Who calls.
#[derive(Debug)]
pub struct TestPrincipal {
    /// A position in [`Plan::identities`](super::Plan::identities).
    pub identity: usize,
    /// `iss`
    pub issuer: Option<String>,
    /// `sub`
    pub subject: Option<String>,
    /// The client application.
    pub client_id: Option<String>,
    /// The consumer.
    pub consumer: Option<String>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// The roles.
    pub roles: Vec<String>,
    /// Positions in [`Plan::products`](super::Plan::products): what its key is for.
    pub products: Vec<usize>,
    /// Claims that the identity declares, each with a value of its type.
    pub claims: Vec<(String, TestClaim)>,
}

/// The value of a claim.
#[derive(Debug)]
pub enum TestClaim {
    /// A string.
    String(String),
    /// A list of strings.
    Strings(Vec<String>),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
}

/// What the API does.
#[derive(Debug)]
pub enum TestUpstream {
    /// It answers.
    Answer {
        /// From 200 to 599.
        status: u16,
        /// Names in lower case.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
    },
    /// It does not.
    Failure(TestFailure),
}

/// Why an API does not answer.
#[derive(Clone, Copy, Debug)]
pub enum TestFailure {
    /// No connection.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection ends before the answer.
    Broken,
}

/// What is to come of a call.
#[derive(Debug)]
pub struct TestExpect {
    /// Whether it is let through.
    pub outcome: TestOutcome,
    /// Whether the API is asked.
    pub upstream_asked: Option<bool>,
    /// What it is asked.
    pub upstream: Option<TestRequest>,
    /// What the caller is told.
    pub result: Option<TestResult>,
    /// The status of the HTTP response.
    pub status: Option<u16>,
    /// Its headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Fields of the access record.
    pub record: Vec<(String, String)>,
}

/// Whether a call is let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// It is.
    Allowed,
    /// A policy refuses it: the variant of the runtime's `Reason`.
    Denied(&'static str),
    /// Its arguments break the schema.
    Invalid,
}

/// What the API is asked.
#[derive(Debug)]
pub struct TestRequest {
    /// The method.
    pub method: Option<String>,
    /// The path.
    pub path: Option<String>,
    /// The query.
    pub query: Option<String>,
    /// Headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Headers that are not there.
    pub without_headers: Vec<String>,
    /// The body.
    pub body: Option<TestBody>,
}

/// A body.
#[derive(Debug)]
pub enum TestBody {
    /// Text.
    Text(String),
    /// JSON.
    Json(String),
}

/// What the caller is told.
#[derive(Debug)]
pub struct TestResult {
    /// Whether it is an error.
    pub is_error: Option<bool>,
    /// Its text.
    pub text: Option<String>,
    /// Parts of its text.
    pub contains: Vec<String>,
    /// The JSON text of `structuredContent`.
    pub structured: Option<String>,
}

/// A policy as tests meet it.
#[derive(Clone, Debug)]
pub struct PolicyRule {
    /// Where it stands: `gateway.yaml:12`.
    pub place: String,
    /// Its key in the manifest.
    pub name: &'static str,
    /// What can come of it, where it applies.
    pub ways: Ways,
    /// Whether it has a condition.
    pub conditional: bool,
}

/// What can come of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// A call is let through, or refused.
    Refusal,
    /// Nothing is found, or something is.
    Search,
    /// An answer matches its schema, or breaks it.
    Validation,
    /// The API is asked, or an answer was remembered.
    Memory,
    /// It does what it says.
    One,
}

/// What of a policy tests take from the log: the positions of servers and tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSubject {
    /// A position in [`Plan::guards`](super::Plan::guards).
    Guard(usize),
    /// The answers of a tool are checked.
    Validation(usize, usize),
    /// They are remembered.
    Cache(usize, usize),
    /// A call of a tool makes those of others untrue.
    Invalidation(usize, usize),
    /// Values of them are masked, by a position in the tool's [`Shape::masks`](super::Shape::masks).
    Mask(usize, usize, usize),
}
