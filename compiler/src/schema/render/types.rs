//! Which types rules and values are about.

use gatewright_schema::rule::{Format, Rule, Types};

use super::super::Schema;

/// The types in the order of their alternatives.
const TYPES: [(Types, &str); 7] = [
    (Types::STRING, "string"),
    (Types::NUMBER, "number"),
    (Types::INTEGER, "integer"),
    (Types::BOOLEAN, "boolean"),
    (Types::ARRAY, "array"),
    (Types::OBJECT, "object"),
    (Types::NULL, "null"),
];

/// The types of a set by name; `integer` only where not every number is in it.
pub(super) fn named_types(types: Types) -> Vec<(Types, &'static str)> {
    let numbers = types.contains(Types::NUMBER);
    TYPES
        .into_iter()
        .filter(|(one, _)| types.contains(*one) && !(numbers && *one == Types::INTEGER))
        .collect()
}

/// Whether an enumeration of the schema, if it has one, lists a value of one of the types.
pub(super) fn lists_any(schema: &Schema, types: Types) -> bool {
    schema.rules.iter().all(|rule| match rule {
        Rule::Enumeration(values) => values.iter().any(|value| is_of(value, types)),
        _ => true,
    })
}

/// Whether a JSON text is of one of the types.
pub(super) fn is_of(text: &str, types: Types) -> bool {
    let of = match text.as_bytes().first() {
        Some(b'"') => Types::STRING,
        Some(b'{') => Types::OBJECT,
        Some(b'[') => Types::ARRAY,
        Some(b't' | b'f') => Types::BOOLEAN,
        Some(b'n') => Types::NULL,
        _ => Types::INTEGER,
    };
    types.intersects(of)
}

/// The types that a rule speaks about; absent where it speaks about all.
pub(super) fn of_type(rule: &Rule) -> Option<Types> {
    Some(match rule {
        Rule::Format(Format::Int32 | Format::Int64)
        | Rule::Minimum(_)
        | Rule::Maximum(_)
        | Rule::ExclusiveMinimum(_)
        | Rule::ExclusiveMaximum(_)
        | Rule::MultipleOf(_) => Types::NUMBER,
        Rule::MinLength(_) | Rule::MaxLength(_) | Rule::Pattern(_) | Rule::Format(_) => {
            Types::STRING
        }
        Rule::PrefixItems(_)
        | Rule::Items(_)
        | Rule::MinItems(_)
        | Rule::MaxItems(_)
        | Rule::UniqueItems
        | Rule::Contains { .. } => Types::ARRAY,
        Rule::Properties(_)
        | Rule::Required(_)
        | Rule::PatternProperties(_)
        | Rule::AdditionalProperties(_)
        | Rule::PropertyNames(_)
        | Rule::MinProperties(_)
        | Rule::MaxProperties(_)
        | Rule::DependentRequired(_)
        | Rule::DependentSchemas(_) => Types::OBJECT,
        _ => return None,
    })
}
