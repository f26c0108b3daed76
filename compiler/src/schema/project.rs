//! Schemas of answers of which only a part is passed on: what is left of each schema, so that what is
//! published is what callers get.

use std::collections::HashMap;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::{Annotations, Schema, Schemas};

/// What is done with the parts of a value that some pointers lead into. The runtime's type of this name,
/// owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// Members of an object, by name.
    pub members: Vec<(String, Fate)>,
    /// The other members, and the items of an array.
    pub others: Fate,
    /// Whether a value that is neither object nor array stays as it is; otherwise it becomes `null`.
    pub scalars: bool,
}

/// What is done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is kept with all that it holds.
    Keep,
    /// It is left out.
    Drop,
    /// Something takes its place that its schema admits: the mask at this position.
    Mask(usize),
    /// A position among the levels says.
    Into(usize),
}

impl Level {
    fn fate(&self, name: &str) -> Fate {
        self.members
            .iter()
            .find(|(known, _)| known == name)
            .map_or(self.others, |(_, fate)| *fate)
    }

    /// Whether whatever is kept is kept as it is.
    fn keeps_whole(&self) -> bool {
        let into = |fate: &Fate| matches!(fate, Fate::Into(_));
        !into(&self.others) && !self.members.iter().any(|(_, fate)| into(fate))
    }
}

/// Copies that are to be made: of which schema, for which level, in which place.
struct Copies<'l> {
    levels: &'l [Level],
    made: HashMap<(SchemaId, usize), SchemaId>,
    waiting: Vec<(SchemaId, usize, SchemaId)>,
}

impl Schemas {
    /// The schema of what is left of values of a relaxed schema (see [`Schemas::relaxed`]). The first
    /// level is about the whole; without levels everything is left.
    pub fn projected(&mut self, id: SchemaId, levels: &[Level]) -> SchemaId {
        if levels.is_empty() {
            return id;
        }
        let mut copies = Copies {
            levels,
            made: HashMap::new(),
            waiting: Vec::new(),
        };
        let root = copies.of(self, id, 0);
        while let Some((from, level, to)) = copies.waiting.pop() {
            let source = self.get(from).clone();
            let Some(level_rules) = levels.get(level) else {
                continue;
            };
            // What a reference stands for says itself what types are left.
            let left = match source.alias() {
                Some(_) => source.types,
                None => types(source.types, level_rules),
            };
            let mut copy = Schema::new(source.span, left);
            copy.name = source.name;
            // Examples and defaults are of the whole.
            copy.annotations = Annotations {
                title: source.annotations.title,
                description: source.annotations.description,
                deprecated: source.annotations.deprecated,
                ..Annotations::default()
            };
            for rule in source.rules {
                copy.rules
                    .extend(copies.rule(self, rule, level, level_rules));
            }
            *self.get_mut(to) = copy;
        }
        root
    }
}

fn types(types: Types, level: &Level) -> Types {
    let containers = Types::OBJECT.union(Types::ARRAY);
    let scalars = types.without(containers);
    if level.scalars || scalars.is_empty() {
        return types;
    }
    types.intersection(containers).union(Types::NULL)
}

impl Copies<'_> {
    /// The place of what is left of a schema at a level; on first sight it is queued to be made.
    fn of(&mut self, schemas: &mut Schemas, id: SchemaId, level: usize) -> SchemaId {
        if let Some(copy) = self.made.get(&(id, level)) {
            return *copy;
        }
        let span = schemas.get(id).span;
        let copy = schemas.add(Schema::new(span, Types::ANY));
        self.made.insert((id, level), copy);
        self.waiting.push((id, level, copy));
        copy
    }

    fn part(&mut self, schemas: &mut Schemas, id: SchemaId, fate: Fate) -> Option<SchemaId> {
        match fate {
            Fate::Keep | Fate::Mask(_) => Some(id),
            Fate::Into(level) if level < self.levels.len() => Some(self.of(schemas, id, level)),
            Fate::Drop | Fate::Into(_) => None,
        }
    }

    /// What is left of a rule.
    fn rule(
        &mut self,
        schemas: &mut Schemas,
        rule: Rule,
        position: usize,
        level: &Level,
    ) -> Option<Rule> {
        Some(match rule {
            Rule::Items(items) => Rule::Items(self.part(schemas, items, level.others)?),
            Rule::PrefixItems(list) => {
                let list: Option<Vec<_>> = list
                    .iter()
                    .map(|item| self.part(schemas, *item, level.others))
                    .collect();
                Rule::PrefixItems(list?.into())
            }
            Rule::Properties(list) => {
                let mut kept = Vec::new();
                for mut property in list.into_owned() {
                    let fate = level.fate(&property.name);
                    if let Some(schema) = self.part(schemas, property.schema, fate) {
                        property.schema = schema;
                        kept.push(property);
                    }
                }
                if kept.is_empty() {
                    return None;
                }
                Rule::Properties(kept.into())
            }
            // Which of several rules is about a member that is changed cannot be said in general.
            Rule::PatternProperties(_) if level.keeps_whole() && level.others == Fate::Keep => rule,
            Rule::AdditionalProperties(_) if level.keeps_whole() && level.others == Fate::Keep => {
                rule
            }
            Rule::PatternProperties(list) if level.members.is_empty() => {
                let mut list = list.into_owned();
                for entry in &mut list {
                    entry.schema = self.part(schemas, entry.schema, level.others)?;
                }
                Rule::PatternProperties(list.into())
            }
            Rule::AdditionalProperties(rest) if level.members.is_empty() => {
                Rule::AdditionalProperties(self.part(schemas, rest, level.others)?)
            }
            Rule::Reference(target) => Rule::Reference(self.of(schemas, target, position)),
            Rule::AllOf(list) => Rule::AllOf(
                list.iter()
                    .map(|member| self.of(schemas, *member, position))
                    .collect(),
            ),
            Rule::AnyOf(list) => Rule::AnyOf(
                list.iter()
                    .map(|member| self.of(schemas, *member, position))
                    .collect(),
            ),
            _ => return None,
        })
    }
}
