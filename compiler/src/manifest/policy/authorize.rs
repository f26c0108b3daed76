//! Authorizers as written.

use std::time::Duration;

use crate::manifest::Template;
use crate::source::{Node, Spanned};

/// A service that is asked whether a call is allowed.
#[derive(Clone, Debug)]
pub struct Authorize {
    /// How it is asked.
    pub kind: AuthorizeKind,
    /// `credential`: a key of `credentials`.
    pub credential: Option<Spanned<String>>,
    /// `timeout`
    pub timeout: Option<Spanned<Duration>>,
    /// `cache`
    pub cache: Option<Spanned<Duration>>,
    /// `on_failure: allow`
    pub allow_on_failure: bool,
    /// `context`: names and expressions.
    pub context: Vec<(Spanned<String>, Node)>,
}

/// The kinds of [`Authorize`].
#[derive(Clone, Debug)]
pub enum AuthorizeKind {
    /// `opa`
    Opa {
        /// `url`
        url: Spanned<Template>,
        /// `decision`
        decision: Option<Spanned<String>>,
        /// `forward_reason`
        forward_reason: bool,
    },
    /// `authzen`
    AuthZen {
        /// `url`
        url: Spanned<Template>,
    },
    /// `openfga`
    OpenFga {
        /// `url`
        url: Spanned<Template>,
        /// `store`
        store: Spanned<Template>,
        /// `model`
        model: Option<Spanned<Template>>,
        /// `user`: an expression.
        user: Box<Node>,
        /// `relation`
        relation: Spanned<String>,
        /// `object`: an expression.
        object: Box<Node>,
    },
}

impl AuthorizeKind {
    /// Where it is asked.
    pub fn url(&self) -> &Spanned<Template> {
        match self {
            Self::Opa { url, .. } | Self::AuthZen { url } | Self::OpenFga { url, .. } => url,
        }
    }
}
