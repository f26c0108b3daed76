//! Relaxed copies of schemas, for answers: APIs keep to the structure they declare more often than to
//! the details.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::{Schema, Schemas};

impl Schemas {
    /// A copy of a schema and of all it leads to that demands the structure only: nothing is required,
    /// members that are not declared are admitted, every value but the whole may be `null`, alternatives
    /// may overlap, and enumerations, bounds, patterns and formats are not demanded.
    pub fn relaxed(&mut self, id: SchemaId) -> SchemaId {
        let mut waiting = Vec::new();
        let root = copy_of(self, id, &mut waiting);
        while let Some((from, to)) = waiting.pop() {
            let source = self.get(from).clone();
            let mut copy = Schema::new(source.span, nullable(source.types));
            copy.name = source.name;
            copy.annotations = source.annotations;
            for rule in source.rules {
                let kept = relaxed_rule(rule, &mut |id| copy_of(self, id, &mut waiting));
                copy.rules.extend(kept);
            }
            *self.get_mut(to) = copy;
        }
        let target = self.follow(root);
        let mut whole = self.get(target).clone();
        whole.types = self.whole_types(id);
        self.add(whole)
    }

    /// The types of the answer as a whole: as declared, or what all alternatives have.
    fn whole_types(&self, id: SchemaId) -> Types {
        let schema = self.get(self.follow(id));
        if schema.types != Types::ANY {
            return schema.types;
        }
        let all_objects = schema.rules.iter().any(|rule| match rule {
            Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => list
                .iter()
                .all(|member| self.get(self.follow(*member)).types == Types::OBJECT),
            Rule::AllOf(list) => list
                .iter()
                .any(|member| self.get(self.follow(*member)).types == Types::OBJECT),
            _ => false,
        });
        if all_objects {
            Types::OBJECT
        } else {
            Types::ANY
        }
    }
}

fn nullable(types: Types) -> Types {
    if types.is_empty() {
        Types::ANY
    } else {
        types.union(Types::NULL)
    }
}

/// The place of the relaxed copy of a schema; on first sight it is queued to be made.
fn copy_of(
    schemas: &mut Schemas,
    id: SchemaId,
    waiting: &mut Vec<(SchemaId, SchemaId)>,
) -> SchemaId {
    if let Some(copy) = schemas.copies.get(&id) {
        return *copy;
    }
    let span = schemas.get(id).span;
    let copy = schemas.add(Schema::new(span, Types::ANY));
    schemas.copies.insert(id, copy);
    waiting.push((id, copy));
    copy
}

/// What is left of a rule.
fn relaxed_rule(rule: Rule, copy: &mut dyn FnMut(SchemaId) -> SchemaId) -> Option<Rule> {
    let mut rule = match rule {
        Rule::OneOf { schemas, .. } => Rule::AnyOf(schemas),
        Rule::Items(_)
        | Rule::PrefixItems(_)
        | Rule::Properties(_)
        | Rule::PatternProperties(_)
        | Rule::AdditionalProperties(_)
        | Rule::Reference(_)
        | Rule::AllOf(_)
        | Rule::AnyOf(_) => rule,
        Rule::DynamicReference { initial, .. } => Rule::Reference(initial),
        _ => return None,
    };
    super::links::rewrite(&mut rule, copy);
    Some(rule)
}
