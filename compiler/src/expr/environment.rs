//! What expressions can refer to: each phase of a request declares what it knows.

use std::collections::BTreeMap;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Rule;
use proc_macro2::TokenStream;
use quote::quote;

use super::domain::Domain;
use super::syntax::Literal;
use super::types::Type;
use crate::emit::literal::ident;
use crate::plan;
use crate::schema::{Kind, Schemas};

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub(super) kind: Type,
    pub(super) access: TokenStream,
    pub(super) optional: bool,
    /// Whether `access` is a `Value` although the type is that of a scalar.
    pub(super) untyped: bool,
    pub(super) domain: Domain,
    pub(super) schema: Option<SchemaId>,
    pub(super) max_bytes: Option<u64>,
}

impl Variable {
    /// A variable of a type that `access`, a Rust expression, gives the value of: `bool`, `i64`,
    /// `u64`, `f64`, `&str`, `&[u8]`, `rt::expr::{Timestamp, Duration}`, `IpAddr`, `IpNet`, and
    /// `rt::expr::Value` for every other type.
    pub fn new(kind: Type, access: TokenStream) -> Self {
        Self {
            domain: Domain::of_type(&kind),
            kind,
            access,
            optional: false,
            untyped: false,
            schema: None,
            max_bytes: None,
        }
    }

    /// The same, of which `access` gives an `Option`: expressions ask `has(..)` first.
    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// The same, with at most this many bytes: of text, or of JSON text.
    #[must_use]
    pub fn at_most(self, bytes: u64) -> Self {
        Self {
            max_bytes: Some(bytes),
            ..self
        }
    }

    /// The same, as one of these texts.
    #[must_use]
    pub fn one_of<'t>(self, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        let literal = |text: &&str| Literal::String((*text).to_owned());
        Self {
            max_bytes: texts.iter().map(|text| text.len() as u64).max(),
            domain: Domain::OneOf(texts.iter().map(literal).collect()),
            ..self
        }
    }
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Variable(Box<Variable>),
    /// Further names after a dot.
    Names(BTreeMap<String, Entry>),
    /// Known in another phase; the sentence says when.
    Elsewhere(String),
}

/// The variables that an expression can refer to, and the schemas that their types come from.
#[derive(Clone, Debug)]
pub struct Environment<'s> {
    pub(super) schemas: &'s Schemas,
    pub(super) names: BTreeMap<String, Entry>,
    pub(super) max_bytes: u64,
}

/// An argument of a tool, and the schema of its values.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'p> {
    /// The field that holds it.
    pub field: &'p plan::Field,
    /// What its values match.
    pub schema: SchemaId,
}

impl<'s> Environment<'s> {
    /// An environment without variables. `max_bytes` bounds every value that no schema bounds: the
    /// greatest body of a request.
    pub fn new(schemas: &'s Schemas, max_bytes: u64) -> Self {
        Self {
            schemas,
            names: BTreeMap::new(),
            max_bytes,
        }
    }

    /// Declares a variable by its path: `["request", "method"]` is `request.method`. A path that is
    /// there already, or leads through a variable, is left as it is.
    pub fn declare(&mut self, path: &[&str], variable: Variable) {
        self.insert(path, Entry::Variable(Box::new(variable)));
    }

    /// Declares a name that exists in another phase only, so that using it here is explained:
    /// `when` completes "it is known ...".
    pub fn elsewhere(&mut self, path: &[&str], when: &str) {
        self.insert(path, Entry::Elsewhere(when.to_owned()));
    }

    /// Declares the arguments of a tool under `arguments`; `access` is the struct that holds them.
    pub fn arguments<'p>(
        &mut self,
        access: &TokenStream,
        arguments: impl IntoIterator<Item = Argument<'p>>,
    ) {
        // A tool may have none, and then every argument is one too many.
        self.names
            .entry("arguments".to_owned())
            .or_insert_with(|| Entry::Names(BTreeMap::new()));
        for Argument { field, schema } in arguments {
            let kind = Type::of_schema(self.schemas, schema);
            let name = ident(&field.ident);
            let (value, untyped) = match (field.kind, field.required) {
                (Kind::Text, true) => (quote!(&*#access.#name), false),
                (Kind::Text, false) => (quote!(#access.#name.as_deref()), false),
                (Kind::Integer | Kind::Boolean, _) => (quote!(#access.#name), false),
                (Kind::Number | Kind::Raw, true) => {
                    (quote!(rt::expr::Value::from(#access.#name)), true)
                }
                (Kind::Number | Kind::Raw, false) => {
                    (quote!(#access.#name.map(rt::expr::Value::from)), true)
                }
            };
            let rules = &self.schemas.get(self.schemas.follow(schema)).rules;
            let variable = Variable {
                domain: Domain::of_rules(&kind, rules),
                kind,
                access: value,
                optional: !field.required,
                untyped,
                max_bytes: Some(self.schema_bytes(schema, self.max_bytes)),
                schema: Some(schema),
            };
            self.declare(&["arguments", &field.name], variable);
        }
    }

    fn insert(&mut self, path: &[&str], entry: Entry) {
        let Some((last, parents)) = path.split_last() else {
            return;
        };
        let mut names = &mut self.names;
        for parent in parents {
            let next = names
                .entry((*parent).to_owned())
                .or_insert_with(|| Entry::Names(BTreeMap::new()));
            match next {
                Entry::Names(next) => names = next,
                _ => return,
            }
        }
        names.entry((*last).to_owned()).or_insert(entry);
    }

    /// The most bytes of JSON text that a value of a schema has, `most` where it does not say.
    pub(super) fn schema_bytes(&self, id: SchemaId, most: u64) -> u64 {
        let rules = &self.schemas.get(self.schemas.follow(id)).rules;
        let bound = match Type::of_schema(self.schemas, id) {
            Type::Bool | Type::Null => 5,
            Type::Int | Type::Double => 32,
            // An escaped character is up to twelve bytes, and two quotes are around them.
            Type::String => rules
                .iter()
                .find_map(|rule| match rule {
                    Rule::MaxLength(length) => Some(length.saturating_mul(12).saturating_add(2)),
                    Rule::Enumeration(values) => {
                        values.iter().map(|value| value.len() as u64).max()
                    }
                    _ => None,
                })
                .unwrap_or(most),
            _ => most,
        };
        bound.min(most)
    }

    /// The most items that an array of a schema has.
    pub(super) fn schema_items(&self, id: SchemaId) -> Option<u64> {
        let rules = &self.schemas.get(self.schemas.follow(id)).rules;
        rules.iter().find_map(|rule| match rule {
            Rule::MaxItems(count) | Rule::MaxProperties(count) => Some(*count),
            _ => None,
        })
    }

    /// The schema of the items of an array, or of the values of a map.
    pub(super) fn schema_of_items(&self, id: SchemaId) -> Option<SchemaId> {
        let rules = &self.schemas.get(self.schemas.follow(id)).rules;
        rules.iter().find_map(|rule| match rule {
            Rule::Items(items) => Some(*items),
            _ => None,
        })
    }
}
