//! Anchors, aliases and merge keys: values written once and used again, under a budget that keeps a
//! small file from becoming a large tree.

use std::collections::HashMap;

use super::{Abort, Builder};
use crate::source::{MAX_DEPTH, Node, Object, Span, Value};

/// How much aliases may add to a document, in nodes; long texts count as several.
const BUDGET: usize = 1_000_000;

/// How many bytes of text weigh as much as a node.
const BYTES_PER_NODE: usize = 64;

/// The anchored values seen so far.
#[derive(Default)]
pub(super) struct Anchors {
    values: HashMap<usize, Anchored>,
    spent: usize,
}

struct Anchored {
    node: Node,
    weight: usize,
    depth: usize,
}

impl Anchors {
    /// Takes a weight from the budget; whether there was enough of it.
    fn spend(&mut self, weight: usize) -> bool {
        self.spent = self.spent.saturating_add(weight);
        self.spent <= BUDGET
    }
}

impl Builder<'_, '_> {
    /// Keeps a node that has an anchor. Anchors are numbered from 1; 0 is none.
    pub(super) fn anchor(&mut self, anchor: usize, node: &Node) -> Result<(), Abort> {
        if anchor == 0 {
            return Ok(());
        }
        let (weight, depth) = measure(node);
        // The copy that is kept weighs as well: anchors nest.
        if !self.anchors.spend(weight) {
            return Err(self.over_budget(node.span));
        }
        let node = node.clone();
        self.anchors.values.insert(
            anchor,
            Anchored {
                node,
                weight,
                depth,
            },
        );
        Ok(())
    }

    /// Puts the anchored value in the place of its alias.
    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Abort> {
        let Some(Anchored {
            node,
            weight,
            depth,
        }) = self.anchors.values.get(&anchor)
        else {
            self.report(
                span,
                "an alias within the value that it stands for",
                "write the value out",
            );
            return Err(Abort);
        };
        if self.open.len() + depth > MAX_DEPTH {
            return Err(self.too_deep(span));
        }
        let (node, weight) = (node.clone(), *weight);
        if !self.anchors.spend(weight) {
            return Err(self.over_budget(span));
        }
        self.place(node)
    }

    /// Adds what the value of `<<` has and the mapping has not.
    pub(super) fn merge(&mut self, object: &mut Object, merge: Node) {
        let span = merge.span;
        let sources = match merge.value {
            Value::Object(source) => vec![source],
            Value::Array(items) => items
                .into_iter()
                .filter_map(|item| {
                    if let Value::Object(source) = item.value {
                        return Some(source);
                    }
                    self.report_merge(item.span);
                    None
                })
                .collect(),
            _ => {
                self.report_merge(span);
                Vec::new()
            }
        };
        for member in sources.iter().flat_map(Object::members) {
            // What is there already wins: the mapping's own, then the earlier sources.
            let _ = object.insert(member.clone());
        }
    }

    fn report_merge(&mut self, span: Span) {
        self.report(
            span,
            "`<<` takes a mapping or a list of mappings",
            "quote the key (`\"<<\"`) where it is not meant as a merge",
        );
    }

    fn over_budget(&mut self, span: Span) -> Abort {
        self.report(
            span,
            &format!("aliases add more than {BUDGET} values to the document"),
            "write references (`$ref`) instead of aliases",
        );
        Abort
    }
}

/// How much a node weighs, and how deep it nests.
fn measure(node: &Node) -> (usize, usize) {
    match &node.value {
        Value::String(text) | Value::Number(text) => (1 + text.len() / BYTES_PER_NODE, 0),
        Value::Array(items) => within(items.iter().map(measure)),
        Value::Object(object) => within(object.members().iter().map(|member| {
            let (weight, depth) = measure(&member.value);
            (weight + member.key.len() / BYTES_PER_NODE, depth)
        })),
        Value::Null | Value::Boolean(_) => (1, 0),
    }
}

fn within(parts: impl Iterator<Item = (usize, usize)>) -> (usize, usize) {
    let (weight, depth) = parts.fold((1_usize, 0), |(weight, depth), part| {
        (weight.saturating_add(part.0), depth.max(part.1))
    });
    (weight, depth + 1)
}
