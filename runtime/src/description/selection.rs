//! Lists that show a caller only what it may use.

use crate::policy::Prospect;

/// How a server lists its tools where not every caller may use them all. Servers that show everybody the same
/// have [`Page`](super::Page)s in its place.
#[derive(Debug)]
pub struct Selection {
    /// Whether a call passes the conditions that speak of nothing but who calls, and what, and by which product.
    pub meets: fn(&Prospect<'_>) -> bool,
    /// What is shown of each tool, in the order of [`Server::tools`](super::Server::tools). Empty in search mode,
    /// where tools are not listed.
    pub tools: &'static [Listed],
    /// How many tools a page has at most.
    pub page_size: usize,
    /// What stands before the tools in a `ListToolsResult` for the revisions up to 2025-11-25, and after the end
    /// of their array.
    pub legacy: (&'static str, &'static str),
    /// The same for 2026-07-28.
    pub modern: (&'static str, &'static str),
}

/// A tool as `tools/list` shows it.
#[derive(Debug)]
pub struct Listed {
    /// What clients ask for a page by that begins with it; empty for the first, and where there are no pages.
    pub cursor: &'static str,
    /// The tool for the revisions up to 2025-11-25: a whole object.
    pub legacy: &'static str,
    /// The tool for 2026-07-28: a whole object.
    pub modern: &'static str,
}
