//! Services that are asked whether calls are allowed.

use std::time::Duration;

use super::{Credential, Template};
use crate::expr::Compiled;
use crate::source::Span;

/// A service that is asked.
#[derive(Debug)]
pub struct Authorizer {
    /// How.
    pub kind: AuthorizerKind,
    /// Where; for [`AuthorizerKind::OpenFga`] what paths are added to.
    pub url: Template,
    /// How the gateway says there who it is: never in a query or a cookie.
    pub credential: Option<Credential>,
    /// How long a call waits.
    pub timeout: Duration,
    /// How long a decision counts; zero: each call asks.
    pub cache: Duration,
    /// Whether calls are allowed while there is no answer.
    pub allow_on_failure: bool,
    /// Where its policy stands.
    pub span: Span,
}

/// The kinds of [`Authorizer`].
#[derive(Debug)]
pub enum AuthorizerKind {
    /// Open Policy Agent.
    Opa {
        /// The member of an object that is the decision.
        decision: String,
        /// Whether callers are told the reason of a refusal.
        forward_reason: bool,
    },
    /// `AuthZEN`.
    AuthZen,
    /// `OpenFGA`.
    OpenFga {
        /// The store.
        store: Template,
        /// The authorization model.
        model: Option<Template>,
    },
}

/// What an authorizer is asked about a call.
#[derive(Debug)]
pub struct Question {
    /// A position in [`Plan::authorizers`](super::Plan::authorizers).
    pub authorizer: usize,
    /// The relationship, for `OpenFGA` alone.
    pub relation: Option<Relation>,
    /// What else it is told, by name.
    pub context: Vec<(String, Box<Compiled>)>,
    /// Where it is asked; `None`: always.
    pub when: Option<Box<Compiled>>,
}

/// A relationship that `OpenFGA` is to confirm.
#[derive(Debug)]
pub struct Relation {
    /// Whose: text.
    pub user: Box<Compiled>,
    /// Its name.
    pub relation: String,
    /// To what: text.
    pub object: Box<Compiled>,
}

impl Question {
    /// All of its expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &Compiled> {
        let relation = self.relation.iter();
        let context = self.context.iter().map(|(_, value)| value);
        relation
            .flat_map(|relation| [&relation.user, &relation.object])
            .chain(context)
            .chain(&self.when)
            .map(|expression| &**expression)
    }
}
