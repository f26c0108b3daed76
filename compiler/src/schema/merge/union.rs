//! Unions that types alone can say, and types that enumerations imply.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Text, Types};

use super::{Merger, Schema, adopt};

/// The bit of numbers that are not whole.
const FRACTION: Types = Types(Types::NUMBER.0 & !Types::INTEGER.0);

/// Narrows the types to those of the enumerated values, and the values to those of the types.
pub(super) fn tighten(schema: &mut Schema) {
    let types = schema.types;
    for rule in &mut schema.rules {
        let Rule::Enumeration(values) = rule else {
            continue;
        };
        let admitted: Vec<Text> = values
            .iter()
            .filter(|value| types.contains(type_of(value)))
            .cloned()
            .collect();
        if admitted.is_empty() {
            continue;
        }
        let listed = admitted
            .iter()
            .fold(Types::NONE, |types, value| types.union(type_of(value)));
        let listed = if listed.contains(FRACTION) {
            listed.union(Types::NUMBER)
        } else {
            listed
        };
        if admitted.len() < values.len() {
            *values = admitted.into();
        }
        schema.types = schema.types.intersection(listed);
    }
}

/// The type of a JSON text.
fn type_of(text: &str) -> Types {
    match text.as_bytes().first() {
        Some(b'"') => Types::STRING,
        Some(b'{') => Types::OBJECT,
        Some(b'[') => Types::ARRAY,
        Some(b't' | b'f') => Types::BOOLEAN,
        Some(b'n') => Types::NULL,
        _ if text.parse::<f64>().is_ok_and(|value| value.fract() == 0.0) => Types::INTEGER,
        _ => FRACTION,
    }
}

impl Merger<'_> {
    /// Folds a union of nothing but types into types, and one of a scalar and `null` into the scalar.
    pub(super) fn fold(&mut self, id: SchemaId, depth: usize) {
        let schema = self.schemas.get(id);
        let (members, exclusive) = match schema.rules.as_slice() {
            [Rule::AnyOf(members)] => (members.to_vec(), false),
            [Rule::OneOf { schemas, .. }] => (schemas.to_vec(), true),
            _ => return,
        };
        for member in &members {
            let target = self.schemas.follow(*member);
            if !self.simplify(target, depth + 1) {
                return;
            }
        }
        if let [only] = members.as_slice()
            && self.schemas.get(id).types == Types::ANY
        {
            self.schemas.get_mut(id).rules = vec![Rule::Reference(*only)];
            return;
        }
        self.fold_types(id, &members, exclusive);
        self.fold_null(id, &members, exclusive);
    }

    /// `anyOf: [{ type: string }, { type: integer }]`
    fn fold_types(&mut self, id: SchemaId, members: &[SchemaId], exclusive: bool) {
        let mut types = Types::NONE;
        for member in members {
            let schema = self.schemas.get(*member);
            let says = &schema.annotations;
            if !schema.rules.is_empty()
                || says.description.is_some()
                || says.title.is_some()
                || (exclusive && types.intersects(schema.types))
            {
                return;
            }
            types = types.union(schema.types);
        }
        let schema = self.schemas.get_mut(id);
        schema.types = schema.types.intersection(types);
        schema.rules.clear();
    }

    /// `oneOf: [{ type: string, format: date }, { type: "null" }]`
    fn fold_null(&mut self, id: SchemaId, members: &[SchemaId], exclusive: bool) {
        let is_null = |member: SchemaId| {
            let schema = self.schemas.get(self.schemas.follow(member));
            schema.types == Types::NULL && schema.rules.is_empty()
        };
        let other = match members {
            [other, null] if is_null(*null) => *other,
            [null, other] if is_null(*null) => *other,
            _ => return,
        };
        let scalar = self.schemas.get(self.schemas.follow(other));
        let nullable = scalar.types.contains(Types::NULL);
        let simple = scalar.rules.iter().all(|rule| {
            matches!(
                rule,
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
            )
        });
        let structured = scalar.types.intersects(Types::ARRAY.union(Types::OBJECT));
        if !simple || structured || (exclusive && nullable) {
            return;
        }
        let (mut types, mut rules) = (scalar.types.union(Types::NULL), scalar.rules.clone());
        let says = scalar.annotations.clone();
        for rule in &mut rules {
            if let Rule::Enumeration(values) = rule
                && !values.iter().any(|value| value == "null")
            {
                values.to_mut().push("null".into());
            }
        }
        let schema = self.schemas.get_mut(id);
        types = schema.types.intersection(types);
        schema.types = types;
        schema.rules = rules;
        adopt(&mut schema.annotations, &says);
    }
}
