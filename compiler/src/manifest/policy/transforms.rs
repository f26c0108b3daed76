//! Policies that change requests, answer in the API's place, look at answers, and let web pages in.

use std::time::Duration;

use crate::source::{Node, Span, Spanned};

/// A header or a parameter of the query that requests to APIs are given.
#[derive(Clone, Debug)]
pub struct SetPair {
    /// `name`
    pub name: Spanned<String>,
    /// `exists_action`
    pub exists: Exists,
    /// `value`: a text as it stands.
    pub value: Option<Spanned<String>>,
    /// `expression`
    pub expression: Option<Node>,
}

/// What happens where the request has it already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exists {
    /// It is replaced.
    #[default]
    Override,
    /// It stays.
    Skip,
    /// The value is added.
    Append,
    /// It is removed, and nothing is set.
    Delete,
}

/// A member of the JSON body that requests to an API are given.
#[derive(Clone, Debug)]
pub struct SetBody {
    /// `at`: a JSON Pointer of names.
    pub at: Spanned<String>,
    /// `value`
    pub value: Option<Node>,
    /// `expression`
    pub expression: Option<Node>,
}

/// What calls are answered without asking the API.
#[derive(Clone, Debug)]
pub struct ReturnResponse {
    /// `text`
    pub text: Option<Spanned<String>>,
    /// `structured`
    pub structured: Option<Node>,
    /// `error`
    pub error: bool,
    /// The whole entry.
    pub span: Span,
}

/// Answers calls with an example of the document, or with a value made from its schema.
#[derive(Clone, Debug)]
pub struct MockResponse {
    /// `example`: its name in the document.
    pub example: Option<Spanned<String>>,
}

/// Whether answers are checked against what the document says of them.
#[derive(Clone, Debug)]
pub struct ValidateContent {
    /// `result: detect`: what is wrong is logged only; otherwise such an answer is not passed on.
    pub detect: bool,
}

/// Which web pages may use a server.
#[derive(Clone, Debug)]
pub struct Cors {
    /// `allowed_origins`
    pub allowed_origins: Vec<Spanned<String>>,
    /// `allow_credentials`
    pub allow_credentials: bool,
    /// `max_age`
    pub max_age: Option<Spanned<Duration>>,
    /// `allowed_headers`, beside those of MCP.
    pub allowed_headers: Vec<Spanned<String>>,
    /// `expose_headers`, beside those of MCP.
    pub expose_headers: Vec<Spanned<String>>,
}
