//! The types of values, and what they are in Rust.

use std::fmt;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use crate::schema::{Rest, Schemas};

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Known when the expression is evaluated only.
    Dyn,
    /// `null`
    Null,
    /// `bool`
    Bool,
    /// `int`: 64 bits with sign.
    Int,
    /// `uint`: 64 bits without sign.
    Uint,
    /// `double`: IEEE 754, 64 bits.
    Double,
    /// `string`
    String,
    /// `bytes`
    Bytes,
    /// `timestamp`
    Timestamp,
    /// `duration`
    Duration,
    /// An IP address.
    Ip,
    /// A network: an IP address and the length of its prefix.
    Cidr,
    /// `list` of a type.
    List(Box<Type>),
    /// `map` from text to a type.
    Map(Box<Type>),
    /// An object whose members a schema names.
    Object(SchemaId),
}

/// What values of a type are in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A `Copy` type.
    Scalar,
    /// `Cow<str>` or `Cow<[u8]>`, and `&str` or `&[u8]` where it is only looked at.
    Text,
    /// `Value`, and `&Value` where it is only looked at.
    Value,
}

/// A member of an object type.
#[derive(Debug)]
pub(super) enum Field {
    /// It is always there.
    Required(Type, SchemaId),
    /// It may be absent.
    Optional(Type, SchemaId),
    /// The schema does not name it, and admits it.
    Unnamed,
    /// No value has it.
    Impossible,
}

impl Type {
    /// The type of the values that a schema admits.
    pub fn of_schema(schemas: &Schemas, id: SchemaId) -> Self {
        let id = schemas.follow(id);
        let schema = schemas.get(id);
        match schema.types {
            Types::NULL => Self::Null,
            Types::BOOLEAN => Self::Bool,
            Types::INTEGER => Self::Int,
            Types::NUMBER => Self::Double,
            Types::STRING => Self::String,
            Types::ARRAY => Self::List(Box::new(items(schemas, &schema.rules))),
            Types::OBJECT => object(schemas, id),
            _ => Self::Dyn,
        }
    }

    pub(super) fn form(&self) -> Form {
        match self {
            Self::String | Self::Bytes => Form::Text,
            Self::Dyn | Self::Null | Self::List(_) | Self::Map(_) | Self::Object(_) => Form::Value,
            _ => Form::Scalar,
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Uint | Self::Double)
    }

    /// Whether values of the two types can be equal.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) | (Self::Map(left), Self::Map(right)) => {
                left.comparable(right)
            }
            (Self::Dyn, _)
            | (_, Self::Dyn)
            | (Self::Map(_) | Self::Object(_), Self::Map(_) | Self::Object(_)) => true,
            (left, right) => left == right || (left.is_number() && right.is_number()),
        }
    }

    /// The type of values of either type.
    pub(super) fn join(self, other: &Self) -> Self {
        if self == *other { self } else { Self::Dyn }
    }

    /// The member `name` of an object type.
    pub(super) fn field(schemas: &Schemas, id: SchemaId, name: &str) -> Field {
        let Some(shape) = schemas.object_shape(id) else {
            return Field::Unnamed;
        };
        match shape.members.iter().find(|member| member.name == name) {
            Some(member) => {
                let kind = Self::of_schema(schemas, member.schema);
                if member.required {
                    Field::Required(kind, member.schema)
                } else {
                    Field::Optional(kind, member.schema)
                }
            }
            None if shape.rest == Rest::Closed => Field::Impossible,
            None => Field::Unnamed,
        }
    }
}

fn items(schemas: &Schemas, rules: &[Rule]) -> Type {
    let mut items = Type::Dyn;
    for rule in rules {
        match rule {
            Rule::Items(schema) => items = Type::of_schema_shallow(schemas, *schema),
            Rule::PrefixItems(_) => return Type::Dyn,
            _ => {}
        }
    }
    items
}

fn object(schemas: &Schemas, id: SchemaId) -> Type {
    let rules = &schemas.get(id).rules;
    let named = rules.iter().any(|rule| {
        matches!(
            rule,
            Rule::Properties(_) | Rule::PatternProperties(_) | Rule::AllOf(_)
        )
    });
    if named {
        return Type::Object(id);
    }
    let rest = rules.iter().find_map(|rule| match rule {
        Rule::AdditionalProperties(schema) => Some(Type::of_schema_shallow(schemas, *schema)),
        _ => None,
    });
    Type::Map(Box::new(rest.unwrap_or(Type::Dyn)))
}

impl Type {
    /// As [`Type::of_schema`], but schemas that hold themselves end here: lists of lists are of
    /// unknown items.
    fn of_schema_shallow(schemas: &Schemas, id: SchemaId) -> Self {
        let id = schemas.follow(id);
        match schemas.get(id).types {
            Types::ARRAY => Self::List(Box::new(Self::Dyn)),
            Types::OBJECT
                if schemas
                    .object_shape(id)
                    .is_some_and(|shape| !shape.members.is_empty()) =>
            {
                Self::Object(id)
            }
            Types::OBJECT => Self::Map(Box::new(Self::Dyn)),
            _ => Self::of_schema(schemas, id),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dyn => "dyn",
            Self::Null => "null",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Double => "double",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
            Self::Ip => "ip",
            Self::Cidr => "cidr",
            Self::List(items) => return write!(f, "list({items})"),
            Self::Map(values) => return write!(f, "map(string, {values})"),
            Self::Object(_) => "object",
        })
    }
}
