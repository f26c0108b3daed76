//! The references between schemas that a rule holds: visiting and rewriting them.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Rule;

/// How a rule refers to another schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The other schema judges the same value.
    SameValue,
    /// The other schema judges a part of the value, or a member's name.
    Part,
}

/// Calls `visit` with every schema that `rule` refers to, in a fixed order.
pub(super) fn for_each(rule: &Rule, visit: &mut dyn FnMut(Link, SchemaId)) {
    match rule {
        Rule::PrefixItems(list) => list.iter().for_each(|id| visit(Link::Part, *id)),
        Rule::Items(id)
        | Rule::UnevaluatedItems(id)
        | Rule::AdditionalProperties(id)
        | Rule::PropertyNames(id)
        | Rule::UnevaluatedProperties(id)
        | Rule::Contains { schema: id, .. } => visit(Link::Part, *id),
        Rule::Properties(list) => list
            .iter()
            .for_each(|entry| visit(Link::Part, entry.schema)),
        Rule::PatternProperties(list) => {
            list.iter()
                .for_each(|entry| visit(Link::Part, entry.schema));
        }
        Rule::DependentSchemas(list) => list.iter().for_each(|(_, id)| visit(Link::SameValue, *id)),
        Rule::Reference(id) | Rule::Not(id) => visit(Link::SameValue, *id),
        Rule::DynamicReference {
            initial,
            candidates,
        } => {
            visit(Link::SameValue, *initial);
            candidates
                .iter()
                .for_each(|(_, id)| visit(Link::SameValue, *id));
        }
        Rule::AllOf(list) | Rule::AnyOf(list) => {
            list.iter().for_each(|id| visit(Link::SameValue, *id));
        }
        Rule::OneOf {
            schemas,
            discriminator,
        } => {
            schemas.iter().for_each(|id| visit(Link::SameValue, *id));
            if let Some(discriminator) = discriminator {
                discriminator
                    .mapping
                    .iter()
                    .for_each(|(_, id)| visit(Link::SameValue, *id));
            }
        }
        Rule::If {
            condition,
            then,
            otherwise,
        } => {
            visit(Link::SameValue, *condition);
            for id in then.iter().chain(otherwise) {
                visit(Link::SameValue, *id);
            }
        }
        Rule::Enumeration(_)
        | Rule::MinLength(_)
        | Rule::MaxLength(_)
        | Rule::Pattern(_)
        | Rule::Format(_)
        | Rule::Minimum(_)
        | Rule::Maximum(_)
        | Rule::ExclusiveMinimum(_)
        | Rule::ExclusiveMaximum(_)
        | Rule::MultipleOf(_)
        | Rule::MinItems(_)
        | Rule::MaxItems(_)
        | Rule::UniqueItems
        | Rule::Required(_)
        | Rule::MinProperties(_)
        | Rule::MaxProperties(_)
        | Rule::DependentRequired(_)
        | Rule::Resource(_) => {}
    }
}

/// Replaces every schema that `rule` refers to, in the order of [`for_each`].
pub(super) fn rewrite(rule: &mut Rule, replace: &mut dyn FnMut(SchemaId) -> SchemaId) {
    match rule {
        Rule::PrefixItems(list) | Rule::AllOf(list) | Rule::AnyOf(list) => {
            list.to_mut().iter_mut().for_each(|id| *id = replace(*id));
        }
        Rule::Items(id)
        | Rule::UnevaluatedItems(id)
        | Rule::AdditionalProperties(id)
        | Rule::PropertyNames(id)
        | Rule::UnevaluatedProperties(id)
        | Rule::Contains { schema: id, .. }
        | Rule::Reference(id)
        | Rule::Not(id) => *id = replace(*id),
        Rule::Properties(list) => {
            for entry in list.to_mut() {
                entry.schema = replace(entry.schema);
            }
        }
        Rule::PatternProperties(list) => {
            for entry in list.to_mut() {
                entry.schema = replace(entry.schema);
            }
        }
        Rule::DependentSchemas(list) => {
            list.to_mut()
                .iter_mut()
                .for_each(|(_, id)| *id = replace(*id));
        }
        Rule::DynamicReference {
            initial,
            candidates,
        } => {
            *initial = replace(*initial);
            candidates
                .to_mut()
                .iter_mut()
                .for_each(|(_, id)| *id = replace(*id));
        }
        Rule::OneOf {
            schemas,
            discriminator,
        } => {
            schemas
                .to_mut()
                .iter_mut()
                .for_each(|id| *id = replace(*id));
            if let Some(discriminator) = discriminator {
                discriminator
                    .mapping
                    .to_mut()
                    .iter_mut()
                    .for_each(|(_, id)| *id = replace(*id));
            }
        }
        Rule::If {
            condition,
            then,
            otherwise,
        } => {
            *condition = replace(*condition);
            for id in then.iter_mut().chain(otherwise) {
                *id = replace(*id);
            }
        }
        _ => {}
    }
}
