//! Simplification: `allOf` merged into one flat schema, unions with `null` folded into types. Only what
//! keeps the meaning exactly is done; the rest stays as it was written.

mod conjunction;
mod union;

use std::collections::{HashMap, HashSet};

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::{Annotations, Schema, Schemas};

/// How deep schemas are simplified within one another; deeper ones stay as written.
const MAX_DEPTH: usize = 64;
/// How many conjunctions of two schemas are simplified: recursive schemas can have very many.
const MAX_PAIRS: usize = 100_000;

/// What was simplified before, for the life of an arena.
#[derive(Debug, Default)]
pub(super) struct Memory {
    open: HashSet<SchemaId>,
    closed: HashSet<SchemaId>,
    /// The conjunction of two schemas, so that recursive ones meet themselves again.
    pairs: HashMap<(SchemaId, SchemaId), SchemaId>,
}

/// Simplifies the schemas from `start` on.
pub(super) fn simplify(schemas: &mut Schemas, memory: &mut Memory, start: usize) {
    let added: Vec<SchemaId> = schemas.since(start).collect();
    let mut merger = Merger { schemas, memory };
    for id in added {
        merger.simplify(id, 0);
    }
}

struct Merger<'a> {
    schemas: &'a mut Schemas,
    memory: &'a mut Memory,
}

impl Merger<'_> {
    /// Simplifies one schema; whether it is simple now.
    fn simplify(&mut self, id: SchemaId, depth: usize) -> bool {
        if self.memory.closed.contains(&id) {
            return true;
        }
        if depth > MAX_DEPTH || !self.memory.open.insert(id) {
            return false;
        }
        self.flatten(id, depth);
        union::tighten(self.schemas.get_mut(id));
        self.fold(id, depth);
        self.memory.open.remove(&id);
        self.memory.closed.insert(id);
        true
    }

    /// Merges `allOf`, and references that have siblings, into the schema itself.
    fn flatten(&mut self, id: SchemaId, depth: usize) {
        let original = self.schemas.get(id).clone();
        let mut members = Vec::new();
        let mut merged = original.clone();
        merged.rules.clear();
        for rule in original.rules {
            match rule {
                Rule::AllOf(list) => members.extend(list.iter().copied()),
                Rule::Reference(target) => members.push(target),
                Rule::Resource(_) | Rule::DynamicReference { .. } => return,
                rule => merged.rules.push(rule),
            }
        }
        if let [only] = members.as_slice()
            && merged.rules.is_empty()
            && merged.types == Types::ANY
            && merged.hidden.is_empty()
        {
            self.schemas.get_mut(id).rules = vec![Rule::Reference(*only)];
            return;
        }
        if members.is_empty() {
            return;
        }
        let has_members = merged
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Properties(_)));
        for member in &members {
            let target = self.schemas.follow(*member);
            if !self.simplify(target, depth + 1) {
                return;
            }
            let schema = self.schemas.get(target).clone();
            if schema.rules.iter().any(is_bound_to_its_place)
                || self.conjoin(&mut merged, &schema, depth).is_none()
            {
                return;
            }
        }
        let hints = merged.annotations.xml.clone();
        self.inherit(&mut merged.annotations, &members);
        if has_members {
            // What another schema extends is not called as that one is.
            merged.annotations.xml = hints;
        }
        conjunction::settle_required(&mut merged);
        *self.schemas.get_mut(id) = merged;
    }

    /// The schema that admits what both admit.
    fn both(&mut self, one: SchemaId, other: SchemaId, depth: usize) -> SchemaId {
        if self.schemas.follow(one) == self.schemas.follow(other) {
            return one;
        }
        if let Some(known) = self.memory.pairs.get(&(one, other)) {
            return *known;
        }
        let mut schema = Schema::new(self.schemas.get(one).span, Types::ANY);
        schema.rules.push(Rule::AllOf(vec![one, other].into()));
        let id = self.schemas.add(schema);
        self.memory.pairs.insert((one, other), id);
        if self.memory.pairs.len() <= MAX_PAIRS {
            self.simplify(id, depth + 1);
        }
        id
    }

    /// Gives a merged schema what its members say and it does not: what was written in place counts
    /// before what a reference leads to, which speaks only where it is alone.
    fn inherit(&self, annotations: &mut Annotations, members: &[SchemaId]) {
        let (named, inline): (Vec<SchemaId>, Vec<SchemaId>) = members
            .iter()
            .partition(|member| self.schemas.get(**member).alias().is_some());
        for member in &inline {
            adopt(annotations, &self.schemas.get(*member).annotations);
        }
        for member in &named {
            let target = self.schemas.get(self.schemas.follow(*member));
            let mut inherited = target.annotations.clone();
            if named.len() > 1 || !inline.is_empty() {
                inherited.xml = None;
            }
            if named.len() > 1 {
                inherited.title = None;
                inherited.description = None;
            }
            adopt(annotations, &inherited);
        }
    }
}

/// Fills what `annotations` leaves open from `other`.
fn adopt(annotations: &mut Annotations, other: &Annotations) {
    fn fill<T: Clone>(one: &mut Option<T>, other: Option<&T>) {
        if one.is_none() {
            *one = other.cloned();
        }
    }
    fill(&mut annotations.title, other.title.as_ref());
    fill(&mut annotations.description, other.description.as_ref());
    fill(&mut annotations.default, other.default.as_ref());
    fill(&mut annotations.format, other.format.as_ref());
    fill(
        &mut annotations.content_media_type,
        other.content_media_type.as_ref(),
    );
    fill(
        &mut annotations.content_encoding,
        other.content_encoding.as_ref(),
    );
    if annotations.examples.is_empty() {
        annotations.examples.clone_from(&other.examples);
    }
    if let Some(xml) = &other.xml {
        annotations.xml.get_or_insert_default().fill(xml);
    }
    annotations.deprecated |= other.deprecated;
    annotations.read_only |= other.read_only;
    annotations.write_only |= other.write_only;
}

/// Whether moving the rule into another schema could change what it means.
fn is_bound_to_its_place(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::AllOf(_)
            | Rule::Reference(_)
            | Rule::DynamicReference { .. }
            | Rule::Resource(_)
            | Rule::UnevaluatedItems(_)
            | Rule::UnevaluatedProperties(_)
    )
}
