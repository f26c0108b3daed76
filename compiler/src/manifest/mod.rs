//! `gateway.yaml`, read as its types: positions kept, nothing resolved.
//!
//! [`read`] is three passes: the tree against the description in `keys`, which is also where the
//! reference and the JSON Schema come from; the tree as types; the names of those types against each
//! other.

mod build;
mod check;
mod formats;
mod json_schema;
mod keys;
mod names;
mod policy;
mod quantity;
mod reference;
mod sense;
mod shape;
mod teams;
mod template;
mod types;
mod url;

#[cfg(test)]
mod tests;

pub use json_schema::json_schema;
pub use policy::*;
pub use reference::reference;
pub use teams::{Included, include};
pub use types::*;
pub(crate) use url::base_url_problem;

use crate::diagnostic::Sink;
use crate::source::Node;

/// Why `name` cannot be a tool's name.
pub(crate) fn tool_name_problem(name: &str) -> Option<String> {
    formats::TOOL_NAME.problem(name)
}

/// Reads the tree of a file of `test_files`; all problems go to `sink`.
pub fn read_tests(root: &Node, sink: &mut Sink) -> Vec<Test> {
    check::manifest(root, &keys::policy_tests::TEST_FILE, sink);
    build::policy_tests::tests(root)
}

/// Reads the tree of a manifest and those of the teams' files that it includes. All problems go to `sink`,
/// not only the first; where any of them is an error there is no manifest.
pub fn read(root: &Node, included: &[Included], sink: &mut Sink) -> Option<Manifest> {
    let errors = sink.errors();
    check::manifest(root, &keys::GATEWAY, sink);
    for team in included {
        check::manifest(&team.root, &keys::teams::TEAM_FILE, sink);
    }
    let mut manifest = build::manifest(root);
    build::teams::add(included, &mut manifest);
    names::check(root, included, &manifest, sink);
    if root.as_object().is_some() {
        sense::check(&manifest, sink);
    }
    teams::check(&manifest, included, sink);
    (sink.errors() == errors).then_some(manifest)
}
