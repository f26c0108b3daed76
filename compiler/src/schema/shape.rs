//! What the arguments of a tool are made from: the members of objects, and the Rust types of scalars.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Format, Rule, Types};

use super::Schemas;

/// An object schema whose members can be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectShape {
    /// The members that it names, in order.
    pub members: Vec<ObjectMember>,
    /// What it says about other members and about members together.
    pub rest: Rest,
}

/// A member of an [`ObjectShape`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectMember {
    /// Its name.
    pub name: String,
    /// What its value must match.
    pub schema: SchemaId,
    /// Whether it must be there.
    pub required: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
}

/// What an object schema demands beyond the members that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// There are no others.
    Closed,
    /// Others may have any value.
    Open,
    /// Others have a schema, or the object as a whole has rules: it cannot be taken apart.
    Rules,
}

/// The Rust type that a value is decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Always a string.
    Text,
    /// Always a whole number that fits 64 bits with sign.
    Integer,
    /// Always a number.
    Number,
    /// Always a boolean.
    Boolean,
    /// Anything else: kept as checked JSON text.
    Raw,
}

impl Schemas {
    /// The members of an object schema; absent where other values than objects are admitted.
    pub fn object_shape(&self, id: SchemaId) -> Option<ObjectShape> {
        let schema = self.get(self.follow(id));
        if schema.types != Types::OBJECT {
            return None;
        }
        let mut shape = ObjectShape {
            members: Vec::new(),
            rest: Rest::Open,
        };
        for rule in &schema.rules {
            match rule {
                Rule::Properties(list) => {
                    shape.members = list
                        .iter()
                        .map(|property| self.member(&property.name, property.schema))
                        .collect();
                }
                Rule::Required(_) => {}
                Rule::AdditionalProperties(rest) => {
                    let rest = self.get(self.follow(*rest));
                    if !rest.rules.is_empty() || !matches!(rest.types, Types::ANY | Types::NONE) {
                        shape.rest = Rest::Rules;
                    } else if rest.types == Types::NONE && shape.rest == Rest::Open {
                        shape.rest = Rest::Closed;
                    }
                }
                _ => shape.rest = Rest::Rules,
            }
        }
        for rule in &schema.rules {
            let Rule::Required(names) = rule else {
                continue;
            };
            for name in names.iter() {
                match shape.members.iter_mut().find(|member| member.name == *name) {
                    Some(member) => member.required = true,
                    // A member that must be there and is described nowhere.
                    None => shape.rest = Rest::Rules,
                }
            }
        }
        Some(shape)
    }

    fn member(&self, name: &str, schema: SchemaId) -> ObjectMember {
        let (own, target) = (self.get(schema), self.get(self.follow(schema)));
        let either = |flag: fn(&super::Annotations) -> bool| {
            flag(&own.annotations) || flag(&target.annotations)
        };
        ObjectMember {
            name: name.to_owned(),
            schema,
            required: false,
            read_only: either(|says| says.read_only),
            write_only: either(|says| says.write_only),
        }
    }

    /// The Rust type that values of the schema are decoded into.
    pub fn scalar_kind(&self, id: SchemaId) -> Kind {
        let schema = self.get(self.follow(id));
        match schema.types {
            Types::STRING => Kind::Text,
            Types::BOOLEAN => Kind::Boolean,
            Types::INTEGER if fits_i64(&schema.rules) => Kind::Integer,
            Types::INTEGER | Types::NUMBER => Kind::Number,
            _ => Kind::Raw,
        }
    }
}

/// Whether the rules keep whole numbers within 64 bits with sign.
fn fits_i64(rules: &[Rule]) -> bool {
    let whole = |text: &str| text.parse::<i64>().is_ok();
    let (mut below, mut above) = (false, false);
    for rule in rules {
        match rule {
            Rule::Format(Format::Int32 | Format::Int64) => return true,
            Rule::Minimum(bound) | Rule::ExclusiveMinimum(bound) => below |= whole(bound),
            Rule::Maximum(bound) | Rule::ExclusiveMaximum(bound) => above |= whole(bound),
            Rule::Enumeration(values) => return values.iter().all(|value| whole(value)),
            _ => {}
        }
    }
    below && above
}
