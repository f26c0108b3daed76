//! Every file that the documents of a compilation reach, parsed once, and the references between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Files, Node, Pointer, Spanned, Value};

use crate::suggestion::did_you_mean;

/// How many references may be followed on the way to one node: through chains of references, and
/// through pointers that lead across them.
const FOLLOWED_AT_MOST: usize = 64;

/// The store of parsed files. It is filled by [`Documents::load`], which also loads all files that are
/// referred to, however deep; afterwards everything borrows from it.
#[derive(Debug, Default)]
pub struct Documents {
    trees: BTreeMap<FileId, Tree>,
}

/// One parsed file.
#[derive(Debug)]
struct Tree {
    /// As diagnostics show the file.
    name: String,
    root: Arc<Node>,
    /// What its relative references lead to, by the part before `#` as written; or why they do not.
    neighbours: BTreeMap<String, Result<FileId, String>>,
    /// Pointers to the schemas that have an `$anchor`, by its name.
    anchors: BTreeMap<String, Vec<String>>,
    /// Duplicate keys, which matter only where something selected has them.
    flaws: Vec<Diagnostic>,
}

/// Why a reference does not lead to a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceError {
    reason: String,
    help: Option<String>,
}

impl ReferenceError {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            help: None,
        }
    }

    fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// The diagnostic for a reference that stands at `span`.
    pub fn diagnostic(&self, span: crate::source::Span) -> Diagnostic {
        let diagnostic = Diagnostic::new(&codes::UNRESOLVED_REFERENCE, span, self.reason.clone());
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

    /// Reads the document at `path`, relative to the file that `path` is written in, and every file it
    /// refers to. Flaws of the other files are kept back until a reference leads there.
    pub fn load(
        &mut self,
        path: &Spanned<String>,
        files: &mut Files,
        sink: &mut Sink,
    ) -> Option<FileId> {
        let file = match files.open(path, Some(path.span.file)) {
            Ok(file) => file,
            Err(error) => {
                sink.report(error.into_diagnostic(Some(path.span)));
                return None;
            }
        };
        if self.trees.contains_key(&file) {
            return Some(file);
        }
        let mut problems = Sink::default();
        let Some(root) = files.parse(file, &mut problems) else {
            problems
                .into_diagnostics()
                .into_iter()
                .for_each(|problem| sink.report(problem));
            return None;
        };
        self.insert(file, root, problems, files);
        Some(file)
    }

    /// Keeps a tree, and those of all files that are reached from it.
    fn insert(&mut self, file: FileId, root: Arc<Node>, problems: Sink, files: &mut Files) {
        let mut pending = vec![(file, root, problems)];
        while let Some((file, root, problems)) = pending.pop() {
            let found = Found::in_tree(&root);
            let mut neighbours = BTreeMap::new();
            for path in found.paths {
                let opened = open_neighbour(&path, file, files);
                let neighbour = match opened {
                    Ok(neighbour) => {
                        let known = self.trees.contains_key(&neighbour)
                            || neighbour == file
                            || pending.iter().any(|(waiting, ..)| *waiting == neighbour);
                        if known {
                            Ok(neighbour)
                        } else {
                            parse_neighbour(neighbour, files).map(|(root, problems)| {
                                pending.push((neighbour, root, problems));
                                neighbour
                            })
                        }
                    }
                    Err(reason) => Err(reason),
                };
                neighbours.insert(path, neighbour);
            }
            self.trees.insert(
                file,
                Tree {
                    name: files.file(file).name.clone(),
                    root,
                    neighbours,
                    anchors: found.anchors,
                    flaws: problems.into_diagnostics(),
                },
            );
        }
    }

    /// The root of a file that was loaded.
    pub fn root(&self, file: FileId) -> Option<&Node> {
        self.trees.get(&file).map(|tree| &*tree.root)
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
        self.resolve_within(file, reference, &mut FOLLOWED_AT_MOST.clone())
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
            if !seen.insert((file, node.span.start)) {
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
        if fragment.is_empty() {
            return Ok((file, &tree.root));
        }
        if !fragment.starts_with('/') {
            let steps = tree.anchors.get(fragment).ok_or_else(|| {
                ReferenceError::new(format!(
                    "no schema in `{}` has the `$anchor` `{fragment}`",
                    tree.name
                ))
                .help(did_you_mean(
                    fragment,
                    tree.anchors.keys().map(String::as_str),
                ))
            })?;
            return self.walk(file, &tree.root, steps, budget);
        }
        let pointer = Pointer::parse_fragment(fragment).ok_or_else(|| {
            ReferenceError::new(format!("`#{fragment}` is not a JSON pointer")).help(Some(
                "in a pointer, write `~` as `~0` and `/` as `~1`".into(),
            ))
        })?;
        self.walk(file, &tree.root, pointer.steps(), budget)
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
            Some(Err(reason)) => Err(ReferenceError::new(reason.clone())),
            None => Err(ReferenceError::new(format!("`{path}` was not read"))),
        }
    }

    /// Reports the duplicate keys inside `node`, for whoever relies on all of it.
    pub fn report_flaws(&self, node: &Node, sink: &mut Sink) {
        let Some(tree) = self.trees.get(&node.span.file) else {
            return;
        };
        for flaw in &tree.flaws {
            let inside = flaw.primary.as_ref().is_none_or(|label| {
                node.span.start <= label.span.start && label.span.end <= node.span.end
            });
            if inside {
                sink.report(flaw.clone());
            }
        }
    }
}

/// What a walk over a tree found for the store.
#[derive(Default)]
struct Found {
    /// The parts before `#` of references, as written.
    paths: BTreeSet<String>,
    anchors: BTreeMap<String, Vec<String>>,
}

impl Found {
    fn in_tree(root: &Node) -> Self {
        let mut found = Self::default();
        // Paths are kept as a parent list, so that a deep tree does not copy them at every level.
        let mut parents: Vec<(usize, String)> = vec![(0, String::new())];
        let mut pending = vec![(0, root)];
        while let Some((place, node)) = pending.pop() {
            let mut descend = |step: String, child| {
                parents.push((place, step));
                pending.push((parents.len() - 1, child));
            };
            match &node.value {
                Value::Object(object) => {
                    for member in object.members() {
                        match (member.key.as_str(), &member.value.value) {
                            ("$ref", Value::String(reference)) => found.reference(reference),
                            ("mapping", Value::Object(mapping)) => mapping
                                .members()
                                .iter()
                                .filter_map(|entry| entry.value.as_str())
                                .filter(|text| looks_like_file(text))
                                .for_each(|text| found.reference(text)),
                            _ => {}
                        }
                        if is_container(&member.value) {
                            descend(member.key.clone(), &member.value);
                        }
                    }
                }
                Value::Array(items) => items
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| is_container(item))
                    .for_each(|(position, item)| descend(position.to_string(), item)),
                _ => {}
            }
            if let Some(anchor) = node.get("$anchor").and_then(Node::as_str) {
                let mut steps = Vec::new();
                let mut place = place;
                while let Some((parent, step)) = parents.get(place).filter(|_| place != 0) {
                    steps.push(step.clone());
                    place = *parent;
                }
                steps.reverse();
                found.anchors.entry(anchor.to_owned()).or_insert(steps);
            }
        }
        found
    }

    fn reference(&mut self, reference: &str) {
        let path = reference.split('#').next().unwrap_or_default();
        if !path.is_empty() && !is_remote(path) && !self.paths.contains(path) {
            self.paths.insert(path.to_owned());
        }
    }
}

fn is_container(node: &Node) -> bool {
    matches!(node.value, Value::Object(_) | Value::Array(_))
}

/// Whether a discriminator's mapping names a file rather than a schema.
fn looks_like_file(text: &str) -> bool {
    let path = text.split('#').next().unwrap_or_default();
    [".json", ".yaml", ".yml"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Whether a reference has a scheme or an authority (RFC 3986, section 4.2).
fn is_remote(path: &str) -> bool {
    if path.starts_with("//") {
        return true;
    }
    path.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|other| other.is_ascii_alphanumeric() || "+-.".contains(other))
    })
}

fn open_neighbour(path: &str, from: FileId, files: &mut Files) -> Result<FileId, String> {
    let decoded = percent_decoded(path).ok_or_else(|| format!("`{path}` is not a path"))?;
    files
        .open(&decoded, Some(from))
        .map_err(|error| format!("cannot read `{decoded}`: {error}"))
}

fn parse_neighbour(file: FileId, files: &mut Files) -> Result<(Arc<Node>, Sink), String> {
    let mut problems = Sink::default();
    if let Some(root) = files.parse(file, &mut problems) {
        return Ok((root, problems));
    }
    let name = &files.file(file).name;
    let first = problems.diagnostics().first();
    let reason = first.map_or("it is empty", |problem| &problem.message);
    let line = first
        .and_then(|problem| problem.primary.as_ref())
        .map(|label| files.position(label.span).0);
    Err(match line {
        Some(line) => format!("cannot read `{name}`, line {line}: {reason}"),
        None => format!("cannot read `{name}`: {reason}"),
    })
}

/// The text with `%xx` decoded, if that is UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
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
    let keys = node
        .as_object()
        .map_or(&[][..], crate::source::Object::members)
        .iter()
        .map(|member| member.key.as_str());
    ReferenceError::new(format!("`{file}` has nothing at `#{pointer}`"))
        .help(did_you_mean(wanted, keys))
}
