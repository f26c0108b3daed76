//! The conjunction of two schemas, rule by rule.

use std::cmp::Ordering;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Property, Rule, Text};

use super::{Merger, Schema};

/// The rules of an object that decide together which schema a member has.
#[derive(Default)]
struct Members {
    properties: Vec<Property>,
    has_patterns: bool,
    additional: Option<SchemaId>,
}

impl Members {
    fn of(schema: &Schema) -> Self {
        let mut members = Self::default();
        for rule in &schema.rules {
            match rule {
                Rule::Properties(list) => members.properties = list.to_vec(),
                Rule::PatternProperties(_) => members.has_patterns = true,
                Rule::AdditionalProperties(id) => members.additional = Some(*id),
                _ => {}
            }
        }
        members
    }

    fn is_empty(&self) -> bool {
        self.properties.is_empty() && !self.has_patterns && self.additional.is_none()
    }

    /// What a member of that name must match.
    fn schema_of(&self, name: &str) -> Option<SchemaId> {
        self.properties
            .iter()
            .find(|property| property.name == name)
            .map(|property| property.schema)
            .or(self.additional)
    }
}

fn decides_members(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::Properties(_) | Rule::PatternProperties(_) | Rule::AdditionalProperties(_)
    )
}

impl Merger<'_> {
    /// Adds what `other` demands to `merged`; `None`, with `merged` in pieces, where one flat schema
    /// cannot say it.
    pub(super) fn conjoin(
        &mut self,
        merged: &mut Schema,
        other: &Schema,
        depth: usize,
    ) -> Option<()> {
        merged.types = merged.types.intersection(other.types);
        if merged.types.is_empty() {
            return None;
        }
        self.conjoin_members(merged, other, depth)?;
        for rule in other.rules.iter().filter(|rule| !decides_members(rule)) {
            if !merged.rules.contains(rule) {
                self.conjoin_rule(merged, rule, depth)?;
            }
        }
        for name in &other.hidden {
            if !merged.hidden.contains(name) {
                merged.hidden.push(name.clone());
            }
        }
        Some(())
    }

    fn conjoin_members(&mut self, merged: &mut Schema, other: &Schema, depth: usize) -> Option<()> {
        let (left, right) = (Members::of(merged), Members::of(other));
        if right.is_empty() {
            return Some(());
        }
        if left.is_empty() {
            let rules = other.rules.iter().filter(|rule| decides_members(rule));
            merged.rules.extend(rules.cloned());
            return Some(());
        }
        if left.has_patterns || right.has_patterns {
            return None;
        }
        let added = right.properties.iter().filter(|property| {
            !left
                .properties
                .iter()
                .any(|known| known.name == property.name)
        });
        let mut properties: Vec<Property> = left.properties.iter().chain(added).cloned().collect();
        for property in &mut properties {
            let (one, two) = (
                left.schema_of(&property.name),
                right.schema_of(&property.name),
            );
            property.schema = self
                .either_or_both(one, two, depth)
                .unwrap_or(property.schema);
            if self.schemas.get(property.schema).types.is_empty() {
                return None;
            }
        }
        let additional = self.either_or_both(left.additional, right.additional, depth);
        merged.rules.retain(|rule| !decides_members(rule));
        if !properties.is_empty() {
            merged.rules.push(Rule::Properties(properties.into()));
        }
        merged
            .rules
            .extend(additional.map(Rule::AdditionalProperties));
        Some(())
    }

    fn either_or_both(
        &mut self,
        one: Option<SchemaId>,
        other: Option<SchemaId>,
        depth: usize,
    ) -> Option<SchemaId> {
        match (one, other) {
            (Some(one), Some(other)) => {
                // A schema that admits nothing stays one that can be seen to.
                let nothing = [one, other]
                    .into_iter()
                    .find(|id| self.schemas.get(self.schemas.follow(*id)).types.is_empty());
                Some(nothing.unwrap_or_else(|| self.both(one, other, depth)))
            }
            (one, other) => one.or(other),
        }
    }

    fn conjoin_rule(&mut self, merged: &mut Schema, rule: &Rule, depth: usize) -> Option<()> {
        let same_keyword = |known: &&mut Rule| {
            std::mem::discriminant::<Rule>(known) == std::mem::discriminant(rule)
        };
        let items = |known: &Rule| matches!(known, Rule::PrefixItems(_) | Rule::Items(_));
        if matches!(rule, Rule::PrefixItems(_)) && merged.rules.iter().any(items) {
            return None;
        }
        if matches!(rule, Rule::Items(_))
            && merged
                .rules
                .iter()
                .any(|known| matches!(known, Rule::PrefixItems(_)))
        {
            return None;
        }
        let Some(known) = merged.rules.iter_mut().find(same_keyword) else {
            merged.rules.push(rule.clone());
            return Some(());
        };
        match (known, rule) {
            (Rule::MinLength(one), Rule::MinLength(other))
            | (Rule::MinItems(one), Rule::MinItems(other))
            | (Rule::MinProperties(one), Rule::MinProperties(other)) => *one = (*one).max(*other),
            (Rule::MaxLength(one), Rule::MaxLength(other))
            | (Rule::MaxItems(one), Rule::MaxItems(other))
            | (Rule::MaxProperties(one), Rule::MaxProperties(other)) => *one = (*one).min(*other),
            (Rule::Minimum(one), Rule::Minimum(other))
            | (Rule::ExclusiveMinimum(one), Rule::ExclusiveMinimum(other)) => {
                if compare(one, other)? == Ordering::Less {
                    one.clone_from(other);
                }
            }
            (Rule::Maximum(one), Rule::Maximum(other))
            | (Rule::ExclusiveMaximum(one), Rule::ExclusiveMaximum(other)) => {
                if compare(one, other)? == Ordering::Greater {
                    one.clone_from(other);
                }
            }
            (Rule::Enumeration(one), Rule::Enumeration(other)) => {
                let shared = intersection(one, other)?;
                *one = shared.into();
            }
            (Rule::Required(one), Rule::Required(other)) => {
                let added = other.iter().filter(|name| !one.contains(name)).cloned();
                let added: Vec<Text> = added.collect();
                one.to_mut().extend(added);
            }
            (Rule::Items(one), Rule::Items(other))
            | (Rule::PropertyNames(one), Rule::PropertyNames(other)) => {
                *one = self.both(*one, *other, depth);
            }
            (Rule::DependentRequired(one), Rule::DependentRequired(other)) => {
                if one
                    .iter()
                    .any(|(name, _)| other.iter().any(|(known, _)| known == name))
                {
                    return None;
                }
                one.to_mut().extend(other.iter().cloned());
            }
            (Rule::DependentSchemas(one), Rule::DependentSchemas(other)) => {
                if one
                    .iter()
                    .any(|(name, _)| other.iter().any(|(known, _)| known == name))
                {
                    return None;
                }
                one.to_mut().extend(other.iter().cloned());
            }
            // Which items are evaluated is one mark per schema.
            (Rule::Format(_) | Rule::Contains { .. }, _) => return None,
            _ => merged.rules.push(rule.clone()),
        }
        Some(())
    }
}

/// Removes members that do not take part in the direction from `required`, unless a part of the
/// conjunction declares them all the same.
pub(super) fn settle_required(merged: &mut Schema) {
    let declared: Vec<Text> = Members::of(merged)
        .properties
        .into_iter()
        .map(|property| property.name)
        .collect();
    merged
        .hidden
        .retain(|name| !declared.iter().any(|known| known == name));
    let hidden = &merged.hidden;
    merged.rules.retain_mut(|rule| {
        let Rule::Required(names) = rule else {
            return true;
        };
        names
            .to_mut()
            .retain(|name| !hidden.iter().any(|known| known == name));
        !names.is_empty()
    });
}

/// The values in both lists, where comparing their texts decides; `None` where none is shared.
fn intersection(one: &[Text], other: &[Text]) -> Option<Vec<Text>> {
    // Numbers, arrays and objects can be written in several ways.
    let comparable =
        |text: &Text| text.starts_with(['"', 't', 'f', 'n']) || text.parse::<i64>().is_ok();
    if !one.iter().chain(other).all(comparable) {
        return None;
    }
    let shared: Vec<Text> = one
        .iter()
        .filter(|value| other.contains(value))
        .cloned()
        .collect();
    (!shared.is_empty()).then_some(shared)
}

/// Compares two JSON numbers; `None` where a float cannot tell them apart and they are written
/// differently.
fn compare(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<i128>(), other.parse::<i128>()) {
        return Some(one.cmp(&other));
    }
    match one.parse::<f64>().ok()?.partial_cmp(&other.parse().ok()?)? {
        Ordering::Equal if one != other => None,
        ordering => Some(ordering),
    }
}
