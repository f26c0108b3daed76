//! Every file that the documents of a compilation reach, parsed once, and the references between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Node, Object, Pointer, Span, Value};

use crate::schema::{Unresolved, uri};
use crate::suggestion::{did_you_mean, nearest};

use super::outward::{is_remote, references};
use super::{Operation, form};

/// How many references may be followed on the way to one node: through chains of references, and
/// through pointers that lead across them.
const FOLLOWED_AT_MOST: usize = 64;

/// The store of parsed files. It is filled by [`Documents::load`], which also loads all files that are
/// referred to, however deep; afterwards everything borrows from it.
#[derive(Debug, Default)]
pub struct Documents {
    pub(super) trees: BTreeMap<FileId, Tree>,
    /// The documents that say by which URI they are known (`$self`, OpenAPI 3.2).
    pub(super) by_uri: BTreeMap<String, FileId>,
    /// Media type objects made of the forms of OpenAPI 2.0.
    pub(super) forms: BTreeMap<form::Key, Node>,
}

/// One file.
#[derive(Debug)]
pub(super) struct Tree {
    /// As diagnostics show the file.
    pub(super) name: String,
    /// The overlays that were applied to it.
    pub(super) overlays: Vec<FileId>,
    /// What is in it, or why it could not be read.
    pub(super) root: Result<Arc<Node>, ReferenceError>,
    /// What its relative references lead to, by the part before `#` as written; or why they do not.
    pub(super) neighbours: BTreeMap<String, Result<FileId, ReferenceError>>,
    /// Pointers to the schemas that have an `$anchor`, by its name.
    pub(super) anchors: BTreeMap<String, Pointer>,
    /// What is wrong with the text: where there is a root, duplicate keys, which matter only where
    /// something selected has them.
    pub(super) flaws: Vec<Diagnostic>,
}

/// Why a reference does not lead to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceError {
    reason: String,
    help: Option<String>,
    /// What is probably meant.
    meant: Option<Span>,
}

impl ReferenceError {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            help: None,
            meant: None,
        }
    }

    pub(super) fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The diagnostic for a reference that stands at `span`.
    pub fn diagnostic(&self, span: Span) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(&codes::UNRESOLVED_REFERENCE, span, self.reason.clone());
        if let Some(meant) = self.meant {
            diagnostic = diagnostic.also(meant, "this is there");
        }
        match &self.help {
            Some(help) => diagnostic.help(help.clone()),
            None => diagnostic,
        }
    }
}

impl fmt::Display for ReferenceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for ReferenceError {}

impl Documents {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// The root of a file that was loaded.
    pub fn root(&self, file: FileId) -> Option<&Node> {
        self.trees.get(&file)?.root.as_deref().ok()
    }

    /// Whether a file is an overlay of some document.
    pub fn is_overlay(&self, file: FileId) -> bool {
        self.trees
            .values()
            .any(|tree| tree.overlays.contains(&file))
    }

    /// The media type object made of the form that an operation of OpenAPI 2.0 takes.
    pub(super) fn form(&self, operation: &Operation<'_>) -> Option<&Node> {
        self.forms.get(&form::key(operation))
    }

    /// What `reference`, written in `file`, leads to, and the file that is in. The node may itself be a
    /// reference: see [`Documents::follow`].
    ///
    /// # Errors
    /// Where it leads nowhere, or to another machine.
    pub fn resolve(
        &self,
        file: FileId,
        reference: &str,
    ) -> Result<(FileId, &Node), ReferenceError> {
        self.resolve_within(file, reference, &mut { FOLLOWED_AT_MOST })
    }

    /// `node` itself, or what it refers to if it is a reference, through any number of references.
    ///
    /// # Errors
    /// Where one of them leads nowhere, or they lead round in a circle.
    pub fn follow<'d>(
        &'d self,
        file: FileId,
        node: &'d Node,
    ) -> Result<(FileId, &'d Node), ReferenceError> {
        let (mut file, mut node) = (file, node);
        let mut seen = BTreeSet::new();
        let mut budget = FOLLOWED_AT_MOST;
        while let Some(reference) = node.get("$ref").and_then(Node::as_str) {
            if !seen.insert(std::ptr::from_ref(node)) {
                return Err(ReferenceError::new(format!(
                    "the reference `{reference}` leads back to itself"
                )));
            }
            (file, node) = self.resolve_within(file, reference, &mut budget)?;
        }
        Ok((file, node))
    }

    fn resolve_within(
        &self,
        file: FileId,
        reference: &str,
        budget: &mut usize,
    ) -> Result<(FileId, &Node), ReferenceError> {
        *budget = budget.checked_sub(1).ok_or_else(|| {
            ReferenceError::new(format!(
                "the reference `{reference}` leads through too many others"
            ))
        })?;
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let file = if path.is_empty() {
            file
        } else {
            self.neighbour(file, path)?
        };
        let tree = self.trees.get(&file).ok_or_else(|| {
            ReferenceError::new(format!(
                "the file of the reference `{reference}` was not read"
            ))
        })?;
        let root = tree.root.as_deref().map_err(Clone::clone)?;
        if fragment.is_empty() {
            return Ok((file, root));
        }
        if !fragment.starts_with('/') {
            let anchored = tree.anchors.get(fragment).ok_or_else(|| {
                ReferenceError::new(format!(
                    "no schema in `{}` has the `$anchor` `{fragment}`",
                    tree.name
                ))
                .help(did_you_mean(
                    fragment,
                    tree.anchors.keys().map(String::as_str),
                ))
            })?;
            return self.walk(file, root, anchored.tokens(), budget);
        }
        let pointer = Pointer::parse_fragment(fragment).map_err(|error| {
            ReferenceError::new(format!("`#{fragment}` is not a JSON Pointer"))
                .help(Some(error.to_string()))
        })?;
        self.walk(file, root, pointer.tokens(), budget)
    }

    /// Walks down from `node`; a reference on the way is followed.
    fn walk<'d>(
        &'d self,
        mut file: FileId,
        mut node: &'d Node,
        steps: &[String],
        budget: &mut usize,
    ) -> Result<(FileId, &'d Node), ReferenceError> {
        for (position, step) in steps.iter().enumerate() {
            loop {
                if let Some(next) = child(node, step) {
                    node = next;
                    break;
                }
                let Some(reference) = node.get("$ref").and_then(Node::as_str) else {
                    let name = self.trees.get(&file).map_or("", |tree| &tree.name);
                    return Err(missing(node, &steps[..=position], name));
                };
                (file, node) = self.resolve_within(file, reference, budget)?;
            }
        }
        Ok((file, node))
    }

    fn neighbour(&self, file: FileId, path: &str) -> Result<FileId, ReferenceError> {
        if let Some(known) = self.by_uri(file, path) {
            return Ok(known);
        }
        if is_remote(path) {
            return Err(ReferenceError::new(format!(
                "the reference leads to another machine: `{path}`"
            ))
            .help(Some(
                "the compiler never uses the network: save the document beside this one and refer \
                 to it by its path"
                    .into(),
            )));
        }
        match self
            .trees
            .get(&file)
            .and_then(|tree| tree.neighbours.get(path))
        {
            Some(Ok(neighbour)) => Ok(*neighbour),
            Some(Err(error)) => Err(error.clone()),
            None => Err(ReferenceError::new(format!("`{path}` was not read"))),
        }
    }

    /// The document that a reference means by its `$self`. What no document is known by is looked for
    /// beside the file, as if everything lay where it was published.
    fn by_uri(&self, file: FileId, path: &str) -> Option<FileId> {
        if self.by_uri.is_empty() {
            return None;
        }
        let base = self.root(file).and_then(own_uri).unwrap_or_default();
        self.by_uri.get(&uri::resolve(base, path)).copied()
    }

    /// Reports the duplicate keys in `nodes` and in all that is referred to from there, for whoever
    /// relies on it.
    pub(super) fn report_flaws(&self, nodes: Vec<(FileId, &Node)>, sink: &mut Sink) {
        if self.trees.values().all(|tree| tree.flaws.is_empty()) {
            return;
        }
        let mut seen = BTreeSet::new();
        let mut pending = nodes;
        while let Some((file, node)) = pending.pop() {
            let Some(tree) = self.trees.get(&file) else {
                continue;
            };
            for flaw in tree.flaws.iter().filter(|flaw| is_in(flaw, node.span)) {
                sink.report(flaw.clone());
            }
            for reference in references(node) {
                if let Ok((file, target)) = self.resolve(file, reference)
                    && seen.insert(std::ptr::from_ref(target))
                {
                    pending.push((file, target));
                }
            }
        }
    }

    /// Reports the duplicate keys of one mapping, without those in its values.
    pub(super) fn report_duplicates(&self, node: &Node, sink: &mut Sink) {
        let flaws = self.trees.get(&node.span.file).map(|tree| &tree.flaws);
        let members = node.as_object().map_or(&[][..], Object::members);
        for flaw in flaws
            .into_iter()
            .flatten()
            .filter(|flaw| is_in(flaw, node.span))
        {
            if !members.iter().any(|member| is_in(flaw, member.value.span)) {
                sink.report(flaw.clone());
            }
        }
    }
}

/// `$self` of a document of OpenAPI 3.2, where it is absolute. A relative one is relative to where the
/// document is, and so is every reference in it already.
pub(super) fn own_uri(root: &Node) -> Option<&str> {
    root.get("openapi")?.as_str()?.strip_prefix("3.2")?;
    let uri = root.get("$self")?.as_str()?.split('#').next()?;
    uri::has_scheme(uri).then_some(uri)
}

fn is_in(flaw: &Diagnostic, span: Span) -> bool {
    flaw.primary.as_ref().is_none_or(|label| {
        label.span.file == span.file && span.start <= label.span.start && label.span.end <= span.end
    })
}

fn child<'d>(node: &'d Node, step: &str) -> Option<&'d Node> {
    match &node.value {
        Value::Object(object) => object.get(step),
        Value::Array(items) => {
            let plain = step == "0" || !step.starts_with(['0', '+']);
            items.get(step.parse::<usize>().ok().filter(|_| plain)?)
        }
        _ => None,
    }
}

fn missing(node: &Node, steps: &[String], file: &str) -> ReferenceError {
    let pointer: Pointer = steps.iter().cloned().collect();
    let wanted = steps.last().map_or("", String::as_str);
    let members = node.as_object().map_or(&[][..], Object::members);
    let keys = || members.iter().map(|member| member.key.as_str());
    let mut error = ReferenceError::new(format!("`{file}` has nothing at `#{pointer}`"))
        .help(did_you_mean(wanted, keys()));
    error.meant = nearest(wanted, keys())
        .and_then(|meant| members.iter().find(|member| member.key == meant))
        .map(|member| member.key_span);
    error
}

impl<'d> crate::schema::References<'d> for &'d Documents {
    fn resolve(&self, file: FileId, reference: &str) -> Result<(FileId, &'d Node), Unresolved> {
        let documents: &'d Documents = self;
        let found = documents.resolve(file, reference);
        found.map_err(|error| Unresolved {
            reason: error.reason,
            help: error.help,
            meant: error.meant,
        })
    }
}
