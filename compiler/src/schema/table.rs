//! The tables of the runtime: the schemas in use, each once.

use std::collections::HashMap;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{self, Rule, Types};

use super::Schemas;
use super::links::{for_each, rewrite};

/// The schemas that some roots lead to, without duplicates and without mere references.
#[derive(Clone, Debug, Default)]
pub struct Compact {
    /// The schemas; the [`SchemaId`]s in their rules are positions in this list.
    pub schemas: Vec<rule::Schema>,
    positions: HashMap<SchemaId, SchemaId>,
}

impl Compact {
    /// Where a schema of the arena, which must be reachable from the roots, is in the table.
    pub fn position(&self, id: SchemaId) -> Option<SchemaId> {
        self.positions.get(&id).copied()
    }
}

/// The table of everything that `roots` lead to. Schemas that demand the same, also recursive ones, are
/// one; the order depends on the roots and on what is demanded alone.
pub fn compact(schemas: &Schemas, roots: &[SchemaId]) -> Compact {
    let reachable = reach(schemas, roots);
    let classes = classes(schemas, &reachable);
    let class_of = |id: SchemaId| classes.get(&schemas.follow(id)).copied().unwrap_or(0);
    let mut numbers: HashMap<usize, SchemaId> = HashMap::new();
    let mut chosen: Vec<SchemaId> = Vec::new();
    for id in &reachable {
        numbers.entry(class_of(*id)).or_insert_with(|| {
            chosen.push(*id);
            SchemaId(u32::try_from(chosen.len() - 1).unwrap_or(u32::MAX))
        });
    }
    let number_of = |id: SchemaId| numbers.get(&class_of(id)).copied().unwrap_or(SchemaId(0));
    let table = chosen
        .iter()
        .map(|id| {
            let schema = schemas.get(*id);
            let mut rules = schema.rules.clone();
            for rule in &mut rules {
                rewrite(rule, &mut |id| number_of(id));
            }
            rule::Schema {
                types: schema.types,
                rules: rules.into(),
            }
        })
        .collect();
    let named = roots.iter().chain(&reachable);
    let positions = named.map(|id| (*id, number_of(*id))).collect();
    Compact {
        schemas: table,
        positions,
    }
}

/// The schemas that `roots` lead to, after mere references, each before what it leads to.
fn reach(schemas: &Schemas, roots: &[SchemaId]) -> Vec<SchemaId> {
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut waiting: Vec<SchemaId> = roots.iter().rev().copied().collect();
    while let Some(id) = waiting.pop() {
        let id = schemas.follow(id);
        if !seen.insert(id) {
            continue;
        }
        found.push(id);
        let before = waiting.len();
        for rule in &schemas.get(id).rules {
            for_each(rule, &mut |_, target| waiting.push(target));
        }
        if let Some(added) = waiting.get_mut(before..) {
            added.reverse();
        }
    }
    found
}

/// Numbers schemas so that two have one number just where they demand the same: partition refinement,
/// from what each demands itself to what those it leads to demand.
fn classes(schemas: &Schemas, reachable: &[SchemaId]) -> HashMap<SchemaId, usize> {
    let mut own: HashMap<(Types, Vec<Rule>), usize> = HashMap::new();
    let mut classes: HashMap<SchemaId, usize> = HashMap::with_capacity(reachable.len());
    let mut linked: Vec<(SchemaId, Vec<SchemaId>)> = Vec::with_capacity(reachable.len());
    for id in reachable {
        let schema = schemas.get(*id);
        let mut links = Vec::new();
        let mut rules = schema.rules.clone();
        for rule in &mut rules {
            rewrite(rule, &mut |target| {
                links.push(schemas.follow(target));
                SchemaId(0)
            });
        }
        let next = own.len();
        let class = *own.entry((schema.types, rules)).or_insert(next);
        classes.insert(*id, class);
        linked.push((*id, links));
    }
    let mut count = own.len();
    loop {
        let mut refined: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
        let mut next: HashMap<SchemaId, usize> = HashMap::with_capacity(classes.len());
        for (id, links) in &linked {
            let of = |id: &SchemaId| classes.get(id).copied().unwrap_or(0);
            let key = (of(id), links.iter().map(of).collect());
            let number = refined.len();
            next.insert(*id, *refined.entry(key).or_insert(number));
        }
        classes = next;
        if refined.len() == count {
            return classes;
        }
        count = refined.len();
    }
}
