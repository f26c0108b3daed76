//! Files of teams, as written.

use crate::source::{FileId, Span, Spanned};

/// An item of `include`.
#[derive(Clone, Debug)]
pub struct Include {
    /// `files`: a path, or one for each team with `*` in it.
    pub files: Spanned<String>,
    /// `team`
    pub team: Option<Spanned<String>>,
    /// What the teams may use and do.
    pub terms: Terms,
}

/// What the platform's file says that a team may use and do.
#[derive(Clone, Debug)]
pub struct Terms {
    /// `share`
    pub share: Share,
    /// `allow: [anonymous_servers]`
    pub anonymous_servers: bool,
    /// `allow: [open_products]`
    pub open_products: bool,
    /// The whole entry.
    pub span: Span,
}

/// What of the platform's file a team may use.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// `identities`
    pub identities: Vec<Spanned<String>>,
    /// `apis`
    pub apis: Vec<Spanned<String>>,
    /// `credentials`
    pub credentials: Vec<Spanned<String>>,
    /// `environment`
    pub environment: Vec<Spanned<String>>,
    /// `listeners`
    pub listeners: Vec<Spanned<String>>,
    /// `rust`: functions, or modules.
    pub rust: Vec<Spanned<String>>,
}

/// A team that has a file of its own. What the file declares is told by the file of its spans.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: FileId,
    /// What it may use and do.
    pub terms: Terms,
}

impl Team {
    /// What the names of its variables begin with.
    pub fn prefix(&self) -> String {
        let name = self.name.replace('-', "_").to_ascii_uppercase();
        format!("{name}_")
    }
}
