//! What requests and calls must pass.

use std::time::Duration;

use super::{Question, Template};
use crate::expr::Compiled;
use crate::manifest::{OnStoreFailure, Unit};
use crate::source::Span;

/// What a request must pass before it is read.
#[derive(Clone, Debug)]
pub struct Check {
    /// What it asks.
    pub kind: CheckKind,
    /// Where it was declared.
    pub span: Span,
    /// Its position in [`Plan::rules`](super::Plan::rules), where there are tests.
    pub rule: Option<usize>,
}

/// The kinds of [`Check`].
#[derive(Clone, Debug)]
pub enum CheckKind {
    /// The client's address must be in these ranges, or in none of them.
    Address {
        /// Whether it must be in one.
        inside: bool,
        /// In order, neither touching nor overlapping; version 4 as version 6 maps it.
        ranges: Vec<(u128, u128)>,
    },
    /// A header must have one of these values, or any where there are none.
    Header {
        /// In lower case.
        name: String,
        /// The values.
        values: Vec<String>,
        /// Whether letters of either case are the same.
        ignore_case: bool,
    },
}

/// What a call must pass, of one scope.
#[derive(Debug, Default)]
pub struct Steps {
    /// Who may call: conditions.
    pub authorize: Vec<Step>,
    /// How often.
    pub limit: Vec<Step>,
    /// What the content must not hold: positions in [`Plan::guards`](super::Plan::guards).
    pub guards: Vec<usize>,
}

impl Steps {
    /// Whether there is nothing to pass before the arguments are looked at.
    pub fn is_empty(&self) -> bool {
        self.authorize.is_empty() && self.limit.is_empty()
    }

    /// Whether a call may have to wait for one of them, so that its tool runs only once they are settled.
    pub fn wait(&self) -> bool {
        let mut steps = self.authorize.iter().chain(&self.limit);
        steps.any(|step| step.kind.waits())
    }
}

/// What requests and messages are counted against, of one scope: limits alone.
#[derive(Debug, Default)]
pub struct Intake {
    /// Requests, before it is known who sends them.
    pub requests: Vec<Step>,
    /// Requests, once that is known.
    pub identified: Vec<Step>,
    /// Messages.
    pub messages: Vec<Step>,
}

impl Intake {
    /// All of them, in their order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let Self {
            requests,
            identified,
            messages,
        } = self;
        requests.iter().chain(identified).chain(messages)
    }

    /// The same, to be changed.
    pub fn steps_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        let Self {
            requests,
            identified,
            messages,
        } = self;
        requests.iter_mut().chain(identified).chain(messages)
    }
}

/// One thing that a call must pass.
#[derive(Debug)]
pub struct Step {
    /// What it asks.
    pub kind: StepKind,
    /// Where it was declared.
    pub span: Span,
    /// Its position in [`Plan::rules`](super::Plan::rules), where there are tests.
    pub rule: Option<usize>,
}

/// The kinds of [`Step`].
#[derive(Debug)]
pub enum StepKind {
    /// A condition holds.
    Require(Box<Compiled>),
    /// A limit is not reached.
    Limit {
        /// A position in [`Plan::limits`](super::Plan::limits).
        limit: usize,
        /// Whether it is counted in the gateway's store, not in the process.
        stored: bool,
        /// What calls are told apart by.
        key: LimitKey,
        /// Where it applies; `None`: always.
        when: Option<Box<Compiled>>,
    },
    /// An authorizer allows it.
    Authorize(Question),
    /// A function of the downstream crate allows it.
    Rust {
        /// Its path.
        path: String,
        /// Whether it is given the arguments.
        arguments: bool,
        /// Where it is asked; `None`: always.
        when: Option<Box<Compiled>>,
    },
}

impl StepKind {
    /// Whether it takes time: others are asked, outside of the process.
    pub fn waits(&self) -> bool {
        match self {
            Self::Require(_) | Self::Rust { .. } => false,
            Self::Limit { stored, .. } => *stored,
            Self::Authorize(_) => true,
        }
    }
}

/// What a limit tells calls apart by.
#[derive(Debug)]
pub enum LimitKey {
    /// Nothing: all calls count together.
    All,
    /// Who calls.
    Caller,
    /// What an expression says.
    Expression(Box<Compiled>),
}

/// A limit of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What callers are told it is called: visible ASCII; unique.
    pub name: String,
    /// What its counts are kept under: the same as long as the manifest means the same counts; unique.
    pub id: String,
    /// What it counts.
    pub unit: Unit,
    /// What one of them counts as; at least 1.
    pub cost: u32,
    /// What it limits.
    pub kind: LimitKind,
    /// What holds while the store cannot be asked.
    pub without_store: OnStoreFailure,
}

/// The kinds of [`Limit`]. What [`Limit::unit`] says is called a call here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// So many in a period.
    Rate {
        /// At least 1.
        calls: u32,
        /// More than nothing.
        period: Duration,
        /// Counted as a bucket of tokens, or as an exact sliding window.
        token_bucket: bool,
    },
    /// So much in each of a row of periods.
    Quota {
        /// Calls.
        calls: Option<u32>,
        /// Bytes of responses.
        result_bytes: Option<u64>,
        /// Tokens of results.
        result_tokens: Option<u32>,
        /// `None`: one period without end.
        period: Option<Duration>,
        /// When a period begins, in milliseconds since 1970.
        first: i64,
    },
    /// So many at once.
    Concurrency(u32),
}

/// Where counts are kept that outlive the process.
#[derive(Clone, Debug)]
pub struct Store {
    /// What it is.
    pub kind: StoreKind,
    /// For one step of it.
    pub timeout: Duration,
}

/// The kinds of [`Store`].
#[derive(Clone, Debug)]
pub enum StoreKind {
    /// A file.
    Embedded {
        /// Where it is.
        path: Template,
    },
    /// A Redis.
    Redis {
        /// Where it is.
        url: Template,
        /// The path of the file with the authorities that vouch for it, if not those of the public web.
        authorities: Option<Template>,
        /// What the names of all counts begin with.
        prefix: String,
    },
}
