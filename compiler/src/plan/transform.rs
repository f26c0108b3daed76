//! What is changed of requests, what calls are answered with in the API's place, what is asked of
//! answers, and which web pages are let in.

use std::time::Duration;

use gatewright_schema::SchemaId;

use crate::expr::Compiled;
pub use crate::manifest::Exists;
use crate::source::Span;

/// What a scope does with calls that it lets through.
#[derive(Debug, Default)]
pub struct Transforms {
    /// Answers in the API's place: the first that applies ends the call.
    pub replies: Vec<Reply>,
    /// Changes of the request, in order.
    pub changes: Vec<Change>,
}

impl Transforms {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.replies.is_empty() && self.changes.is_empty()
    }

    /// Whether an answer is a mock of the tool that is called.
    pub fn mocks(&self) -> bool {
        let mut replies = self.replies.iter();
        replies.any(|reply| matches!(reply.kind, ReplyKind::Mock(_)))
    }
}

/// An answer in the API's place.
#[derive(Debug)]
pub struct Reply {
    /// What it is.
    pub kind: ReplyKind,
    /// Where it applies; `None`: always.
    pub when: Option<Box<Compiled>>,
    /// Where it was declared.
    pub span: Span,
    /// Its position in [`Plan::rules`](super::Plan::rules), where there are tests.
    pub rule: Option<usize>,
}

/// The kinds of [`Reply`].
#[derive(Debug)]
pub enum ReplyKind {
    /// A text.
    Text {
        /// For the model.
        text: String,
        /// Whether it is an error.
        error: bool,
    },
    /// Structured content.
    Structured {
        /// Compact JSON text.
        json: String,
        /// Whether it is an error.
        error: bool,
    },
    /// What the API might answer; `None`: the [`OperationTool::mock`](super::OperationTool::mock) of the
    /// tool that is called.
    Mock(Option<Mock>),
}

/// What an API might answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mock {
    /// Its media type; empty where there is no content.
    pub media_type: String,
    /// The body.
    pub body: String,
    /// Where it comes from, for people.
    pub source: MockSource,
}

/// Where a mock comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MockSource {
    /// An example of the document; empty where it has no name.
    Example(String),
    /// The schema of the answer.
    Schema,
    /// The answer has no content.
    Nothing,
}

/// A change of a request.
#[derive(Debug)]
pub struct Change {
    /// What is changed.
    pub target: Target,
    /// What happens where it is there already. Of bodies: always [`Exists::Override`].
    pub exists: Exists,
    /// What it becomes; `None`: it is removed.
    pub value: Option<NewValue>,
    /// Where it applies; `None`: always.
    pub when: Option<Box<Compiled>>,
    /// Where it was declared.
    pub span: Span,
    /// Its position in [`Plan::rules`](super::Plan::rules), where there are tests.
    pub rule: Option<usize>,
}

/// What a [`Change`] changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A header, in lower case.
    Header(String),
    /// A parameter of the query.
    Query {
        /// As servers read it.
        name: String,
        /// As it is written: percent-encoded.
        wire: String,
    },
    /// A member of the JSON body: the names that lead to it.
    Member(Vec<String>),
}

/// What something becomes.
#[derive(Debug)]
pub enum NewValue {
    /// A text; of a body, compact JSON text.
    Constant(String),
    /// The value of an expression.
    Expression(Box<Compiled>),
}

/// What is asked of a tool's answers.
#[derive(Clone, Debug)]
pub struct Validation {
    /// What they must match, every rule of it: a position in [`Plan::table`](super::Plan::table).
    pub schema: SchemaId,
    /// Whether what breaks it is logged only.
    pub detect: bool,
    /// Where it was declared.
    pub span: Span,
}

/// Which web pages may use a server.
#[derive(Clone, Debug)]
pub struct Cors {
    /// Their origins; `None`: any.
    pub origins: Option<Vec<String>>,
    /// Whether browsers may send cookies.
    pub credentials: bool,
    /// How long browsers may remember the answer.
    pub max_age: Duration,
    /// Headers that they may send, beside those of MCP.
    pub allowed_headers: Vec<String>,
    /// Headers that they may read, beside those of MCP.
    pub exposed_headers: Vec<String>,
    /// Where it was declared.
    pub span: Span,
}
