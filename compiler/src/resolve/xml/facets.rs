//! What values of a schema can consist of, over all its alternatives. Which alternative a value is need
//! not be told: each of its members has one place whichever it is.

use std::collections::BTreeSet;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use crate::schema::Schemas;

/// How many schemas of one value are asked for their types.
const MAX_SCHEMAS: usize = 1_000;

/// What values of some schemas can consist of.
#[derive(Debug)]
pub(super) struct Facets {
    pub(super) types: Types,
    /// Each member with the schemas that it has in the alternatives.
    pub(super) members: Vec<(String, Vec<SchemaId>)>,
    /// The members that an object must have in some alternative.
    pub(super) required: BTreeSet<String>,
    /// What members that are not named must match.
    pub(super) rest: Vec<SchemaId>,
    /// What items must match.
    pub(super) items: Vec<SchemaId>,
    /// A keyword whose meaning in XML cannot be told.
    pub(super) unclear: Option<&'static str>,
}

impl Facets {
    /// Of a value that matches one of these schemas.
    pub(super) fn of(schemas: &Schemas, ids: &[SchemaId]) -> Self {
        let mut facets = Self {
            types: Types::NONE,
            members: Vec::new(),
            required: BTreeSet::new(),
            rest: Vec::new(),
            items: Vec::new(),
            unclear: None,
        };
        let mut seen = BTreeSet::new();
        let mut waiting: Vec<SchemaId> = ids.iter().rev().copied().collect();
        let mut budget = MAX_SCHEMAS;
        for id in ids {
            facets.types = facets.types.union(types(schemas, *id, &mut budget));
        }
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            let before = waiting.len();
            for rule in &schemas.get(id).rules {
                facets.rule(schemas, rule, &mut waiting);
            }
            if let Some(added) = waiting.get_mut(before..) {
                added.reverse();
            }
        }
        facets
    }

    fn rule(&mut self, schemas: &Schemas, rule: &Rule, waiting: &mut Vec<SchemaId>) {
        match rule {
            Rule::Properties(properties) => {
                for property in properties.iter() {
                    let name: &str = &property.name;
                    match self.members.iter_mut().find(|(known, _)| known == name) {
                        Some((_, ids)) => add(ids, property.schema),
                        None => self.members.push((name.to_owned(), vec![property.schema])),
                    }
                }
            }
            Rule::Required(names) => {
                let names = names.iter().map(|name| name.clone().into_owned());
                self.required.extend(names);
            }
            Rule::AdditionalProperties(rest) | Rule::UnevaluatedProperties(rest) => {
                let schema = schemas.get(schemas.follow(*rest));
                let says = schema.types != Types::ANY || !schema.rules.is_empty();
                if says && !schema.types.is_empty() {
                    add(&mut self.rest, *rest);
                }
            }
            Rule::PatternProperties(_) => self.unclear = Some("patternProperties"),
            Rule::PrefixItems(_) => self.unclear = Some("prefixItems"),
            Rule::Items(items) | Rule::UnevaluatedItems(items)
                if !schemas.get(schemas.follow(*items)).types.is_empty() =>
            {
                add(&mut self.items, *items);
            }
            Rule::Reference(target)
            | Rule::DynamicReference {
                initial: target, ..
            } => {
                waiting.push(*target);
            }
            Rule::AllOf(list) | Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => {
                waiting.extend(list.iter());
            }
            Rule::If {
                then, otherwise, ..
            } => waiting.extend(then.iter().chain(otherwise)),
            Rule::DependentSchemas(list) => waiting.extend(list.iter().map(|(_, id)| *id)),
            _ => {}
        }
    }

    /// Whether nothing is known of the values.
    pub(super) fn is_any(&self) -> bool {
        self.types == Types::ANY
            && self.members.is_empty()
            && self.rest.is_empty()
            && self.items.is_empty()
    }

    pub(super) fn has_objects(&self) -> bool {
        self.types.intersects(Types::OBJECT)
            && !(self.types == Types::ANY && self.members.is_empty() && self.rest.is_empty())
    }

    pub(super) fn has_items(&self) -> bool {
        self.types.intersects(Types::ARRAY) && !(self.types == Types::ANY && self.items.is_empty())
    }

    /// Whether the values are arrays, or `null`.
    pub(super) fn is_list(&self) -> bool {
        self.types.without(Types::NULL) == Types::ARRAY
    }

    /// Whether the values are objects, or `null`.
    pub(super) fn is_object(&self) -> bool {
        self.types.without(Types::NULL) == Types::OBJECT
    }
}

fn add(ids: &mut Vec<SchemaId>, id: SchemaId) {
    if !ids.contains(&id) {
        ids.push(id);
    }
}

/// The types that a schema admits, its alternatives considered, as far as `budget` goes.
fn types(schemas: &Schemas, id: SchemaId, budget: &mut usize) -> Types {
    let schema = schemas.get(id);
    if *budget == 0 {
        return schema.types;
    }
    *budget -= 1;
    let mut found = schema.types;
    for rule in &schema.rules {
        let also = match rule {
            Rule::Reference(target) => types(schemas, *target, budget),
            Rule::AllOf(list) => list.iter().fold(Types::ANY, |found, id| {
                found.intersection(types(schemas, *id, budget))
            }),
            Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => {
                list.iter().fold(Types::NONE, |found, id| {
                    found.union(types(schemas, *id, budget))
                })
            }
            _ => Types::ANY,
        };
        found = found.intersection(also);
    }
    found
}
