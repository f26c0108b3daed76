//! What a tree refers to beyond itself, and what in it is referred to by name.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Node, Pointer, Value};

/// What a walk over a tree found for the store.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The parts before `#` of references, as written.
    pub(super) paths: BTreeSet<String>,
    /// Pointers to the schemas that have an `$anchor`, by its name.
    pub(super) anchors: BTreeMap<String, Pointer>,
}

impl Found {
    /// Walks over all of a tree.
    pub(super) fn in_tree(root: &Node) -> Self {
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
                let pointer = pointer(&parents, place);
                found.anchors.entry(anchor.to_owned()).or_insert(pointer);
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

/// All that is referred to from a node and what is in it.
pub(super) fn references(node: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        match &node.value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Node::as_str));
                pending.extend(object.members().iter().map(|member| &member.value));
            }
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
    found
}

/// The way from the root to a place in the list of parents, whose first entry is the root.
fn pointer(parents: &[(usize, String)], mut place: usize) -> Pointer {
    let mut steps = Vec::new();
    while let Some((parent, step)) = parents.get(place).filter(|_| place != 0) {
        steps.push(step.as_str());
        place = *parent;
    }
    steps.into_iter().rev().collect()
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
pub(super) fn is_remote(path: &str) -> bool {
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
