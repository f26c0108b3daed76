//! Products, as written.

use crate::manifest::Policy;
use crate::source::{Node, Spanned};

/// Servers and tools that callers get together.
#[derive(Clone, Debug)]
pub struct Product {
    /// Its key under `products`.
    pub name: Spanned<String>,
    /// `title`
    pub title: Option<Spanned<String>>,
    /// `servers`: every tool of each.
    pub servers: Vec<Spanned<String>>,
    /// `tools`: names of tools, by server.
    pub tools: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// `applications`
    pub applications: Option<Applications>,
    /// `claim`: an expression.
    pub claim: Option<Node>,
    /// `open: true`
    pub open: bool,
    /// `require`: an expression.
    pub require: Option<Node>,
    /// `policies`
    pub policies: Vec<Policy>,
}

impl Product {
    /// The servers that it has tools of, as often as they are named.
    pub fn all_servers(&self) -> impl Iterator<Item = &Spanned<String>> {
        let of_tools = self.tools.iter().map(|(server, _)| server);
        self.servers.iter().chain(of_tools)
    }
}

/// Tokens that open a product.
#[derive(Clone, Debug)]
pub struct Applications {
    /// `identity`: a key of `identities`.
    pub identity: Spanned<String>,
    /// `role`
    pub role: Spanned<String>,
}
