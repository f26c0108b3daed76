//! `x-mcp`: what the author of a document says about the tools made of it.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{Member, Node, Object, Spanned};
use crate::suggestion::did_you_mean;

use super::{Document, Documents, Operation};

const KEY: &str = "x-mcp";

/// The keys of an operation's `x-mcp`.
const KEYS: [&str; 5] = ["annotations", "description", "enabled", "name", "title"];

/// The keys of `annotations`, as MCP's `ToolAnnotations` has them.
const ANNOTATIONS: [&str; 4] = [
    "destructiveHint",
    "idempotentHint",
    "openWorldHint",
    "readOnlyHint",
];

/// What an operation's `x-mcp` says of its tool; the manifest may say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints<'d> {
    /// `name`
    pub name: Option<Spanned<&'d str>>,
    /// `title`
    pub title: Option<Spanned<&'d str>>,
    /// `description`
    pub description: Option<Spanned<&'d str>>,
    /// `readOnlyHint`
    pub read_only: Option<bool>,
    /// `destructiveHint`
    pub destructive: Option<bool>,
    /// `idempotentHint`
    pub idempotent: Option<bool>,
    /// `openWorldHint`
    pub open_world: Option<bool>,
}

/// Whether wide selections take an operation: what the nearest of `nodes` says that says anything.
pub(super) fn offered<'d>(nodes: impl IntoIterator<Item = &'d Node>) -> bool {
    let said = |node: &Node| {
        let hint = node.get(KEY)?;
        hint.as_bool()
            .or_else(|| hint.get("enabled").and_then(Node::as_bool))
    };
    nodes.into_iter().find_map(said).unwrap_or(true)
}

impl Document {
    /// Checks the `x-mcp` of the document itself.
    pub fn check_hints(&self, documents: &Documents, sink: &mut Sink) {
        if let Some(root) = documents.root(self.file) {
            only_enabled(root, sink);
        }
    }

    /// The hints of an operation; its path's are checked. What is wrong is reported and left out.
    pub fn hints<'d>(
        &self,
        operation: &Operation<'d>,
        documents: &'d Documents,
        sink: &mut Sink,
    ) -> Hints<'d> {
        for (_, item) in self.items_of(operation, documents) {
            only_enabled(item, sink);
        }
        let mut hints = Hints::default();
        let Some(node) = operation.node.get(KEY) else {
            return hints;
        };
        let Some(object) = mapping(node, sink) else {
            return hints;
        };
        for member in object.members() {
            match member.key.as_str() {
                "enabled" => {
                    boolean(member, sink);
                }
                "name" => hints.name = text(member, sink),
                "title" => hints.title = text(member, sink),
                "description" => hints.description = text(member, sink),
                "annotations" => annotations(member, &mut hints, sink),
                _ => unknown(member, &KEYS, sink),
            }
        }
        hints
    }
}

/// Above operations, there is only whether to take those beneath.
fn only_enabled(node: &Node, sink: &mut Sink) {
    let Some(object) = node.get(KEY).and_then(|node| mapping(node, sink)) else {
        return;
    };
    for member in object.members() {
        match member.key.as_str() {
            "enabled" => {
                boolean(member, sink);
            }
            _ => unknown(member, &["enabled"], sink),
        }
    }
}

/// The mapping that a hint is, unless it is the short form: a boolean.
fn mapping<'d>(node: &'d Node, sink: &mut Sink) -> Option<&'d Object> {
    let object = node.as_object();
    if object.is_none() && node.as_bool().is_none() {
        wrong_type(node, KEY, "a mapping, `true` or `false`", sink);
    }
    object
}

fn annotations(member: &Member, hints: &mut Hints<'_>, sink: &mut Sink) {
    let Some(object) = member.value.as_object() else {
        wrong_type(&member.value, &member.key, "a mapping", sink);
        return;
    };
    for member in object.members() {
        match member.key.as_str() {
            "readOnlyHint" => hints.read_only = boolean(member, sink),
            "destructiveHint" => hints.destructive = boolean(member, sink),
            "idempotentHint" => hints.idempotent = boolean(member, sink),
            "openWorldHint" => hints.open_world = boolean(member, sink),
            _ => unknown(member, &ANNOTATIONS, sink),
        }
    }
    if hints.read_only == Some(true) && hints.destructive == Some(true) {
        let message = "a tool that changes nothing destroys nothing";
        let diagnostic = Diagnostic::new(&codes::MALFORMED_DOCUMENT, member.value.span, message);
        sink.report(diagnostic.help("set only one of the two hints to `true`"));
    }
}

fn boolean(member: &Member, sink: &mut Sink) -> Option<bool> {
    let value = member.value.as_bool();
    if value.is_none() {
        wrong_type(&member.value, &member.key, "`true` or `false`", sink);
    }
    value
}

fn text<'d>(member: &'d Member, sink: &mut Sink) -> Option<Spanned<&'d str>> {
    let value = member.value.as_str().filter(|text| !text.trim().is_empty());
    if value.is_none() {
        wrong_type(&member.value, &member.key, "text that says something", sink);
    }
    Some(Spanned::new(value?, member.value.span))
}

fn wrong_type(node: &Node, key: &str, wanted: &str, sink: &mut Sink) {
    let message = if node.as_str().is_some() {
        format!("`{key}` must be {wanted}")
    } else {
        format!("`{key}` must be {wanted}, but is {}", node.kind())
    };
    sink.report(Diagnostic::new(
        &codes::MALFORMED_DOCUMENT,
        node.span,
        message,
    ));
}

fn unknown(member: &Member, known: &[&str], sink: &mut Sink) {
    let message = format!("`{}` means nothing here", member.key.escape_debug());
    let help = did_you_mean(&member.key, known.iter().copied());
    sink.report(
        Diagnostic::new(&codes::UNKNOWN_HINT, member.key_span, message)
            .help(help.unwrap_or_else(|| format!("there is `{}`", known.join("`, `")))),
    );
}
