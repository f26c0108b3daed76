//! The keywords of one rendered schema.

use std::collections::BTreeMap;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Format, Rule, Text, Types};

use super::super::{Annotations, Schema};
use super::Renderer;
use super::json::{self, Object};
use super::says::{MAX_ENUMERATION, annotate, conclude, describe, long_enumeration, without_title};
use super::types::{is_of, lists_any, named_types, of_type};

/// The order of the keywords between what a schema says and its default.
const ORDER: [&str; 39] = [
    "type",
    "enum",
    "format",
    "contentEncoding",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "properties",
    "required",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "prefixItems",
    "items",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "allOf",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentMediaType",
];

/// The keywords of a schema in the making. A keyword that is there already goes into `allOf`.
#[derive(Default)]
struct Keywords {
    values: BTreeMap<usize, String>,
    further: Vec<String>,
}

impl Keywords {
    fn set(&mut self, key: &'static str, value: String) {
        self.group(vec![(key, value)]);
    }

    /// Keywords that only mean something together.
    fn group(&mut self, group: Vec<(&'static str, String)>) {
        let place = |key: &str| ORDER.iter().position(|known| *known == key).unwrap_or(0);
        if group
            .iter()
            .any(|(key, _)| self.values.contains_key(&place(key)))
        {
            let mut object = Object::default();
            for (key, value) in group {
                object.member(key, &value);
            }
            self.further.push(object.finish());
        } else {
            self.values
                .extend(group.into_iter().map(|(key, value)| (place(key), value)));
        }
    }

    fn write(mut self, object: &mut Object) {
        if !self.further.is_empty() {
            let further = std::mem::take(&mut self.further);
            self.set("allOf", json::list(further));
        }
        for (place, value) in self.values {
            if let Some(key) = ORDER.get(place) {
                object.member(key, &value);
            }
        }
    }
}

impl Renderer<'_> {
    /// The root of a tool's input: an object, and without what providers refuse there.
    pub(super) fn root_body(&self, id: SchemaId, says: &Annotations) -> Object {
        let schema = self.get(id);
        let mut object = Object::default();
        describe(&mut object, &without_title(says), None);
        let mut keywords = Keywords::default();
        keywords.set("type", json::string("object"));
        for rule in schema
            .rules
            .iter()
            .filter(|rule| of_type(rule) == Some(Types::OBJECT))
        {
            self.rule(rule, &mut keywords);
        }
        if !schema
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Properties(_)))
        {
            keywords.set("properties", "{}".to_owned());
        }
        keywords.write(&mut object);
        object
    }

    /// A schema in place, with what is said of it.
    pub(super) fn body(&self, id: SchemaId, says: &Annotations) -> Object {
        let schema = self.get(id);
        let mut object = Object::default();
        describe(&mut object, says, long_enumeration(schema).as_deref());
        let named: Vec<(Types, &str)> = named_types(schema.types)
            .into_iter()
            .filter(|(types, _)| lists_any(schema, *types))
            .collect();
        if named.is_empty() {
            object.member("not", &any());
            return object;
        }
        let mut keywords = Keywords::default();
        if schema.types == Types::ANY {
            self.rules(schema, None, &mut keywords);
        } else if let [(types, name)] = named.as_slice() {
            keywords.set("type", json::string(name));
            annotate(says, *types, &mut |key, value| keywords.set(key, value));
            self.rules(schema, Some(*types), &mut keywords);
            self.general(schema, &mut keywords);
        } else {
            self.alternatives(schema, says, &named, &mut keywords);
            self.general(schema, &mut keywords);
        }
        keywords.write(&mut object);
        conclude(&mut object, says, enumerates(schema));
        if object.is_empty() {
            object.member("description", &json::string(ANY_VALUE));
        }
        object
    }

    /// One alternative for each type, since lists of types are not taken everywhere.
    fn alternatives(
        &self,
        schema: &Schema,
        says: &Annotations,
        named: &[(Types, &'static str)],
        keywords: &mut Keywords,
    ) {
        let mut alternatives = Vec::new();
        for (types, name) in named {
            let mut inner = Keywords::default();
            inner.set("type", json::string(name));
            annotate(says, *types, &mut |key, value| inner.set(key, value));
            self.rules(schema, Some(*types), &mut inner);
            let mut object = Object::default();
            inner.write(&mut object);
            alternatives.push(object.finish());
        }
        keywords.set("anyOf", json::list(alternatives));
    }

    /// The rules that speak about `types`, or all where there is no choice of type.
    fn rules(&self, schema: &Schema, types: Option<Types>, keywords: &mut Keywords) {
        for rule in &schema.rules {
            match (rule, types) {
                (Rule::Enumeration(values), Some(types)) => {
                    let of_type = values.iter().filter(|value| is_of(value, types));
                    let values: Vec<String> = of_type.map(Text::to_string).collect();
                    if types != Types::NULL && is_listed(values.len()) {
                        keywords.set("enum", json::list(values));
                    }
                }
                (rule, None) => self.rule(rule, keywords),
                (rule, Some(types)) => {
                    if of_type(rule).is_some_and(|of| of.intersects(types)) {
                        self.rule(rule, keywords);
                    }
                }
            }
        }
        let arrays = types.is_some_and(|types| types == Types::ARRAY);
        if arrays
            && !schema
                .rules
                .iter()
                .any(|rule| matches!(rule, Rule::Items(_)))
        {
            keywords.set("items", any());
        }
    }

    /// The rules that speak about every type.
    fn general(&self, schema: &Schema, keywords: &mut Keywords) {
        for rule in &schema.rules {
            if of_type(rule).is_none() && !matches!(rule, Rule::Enumeration(_)) {
                self.rule(rule, keywords);
            }
        }
    }

    fn rule(&self, rule: &Rule, keywords: &mut Keywords) {
        match rule {
            Rule::Enumeration(values) if !is_listed(values.len()) => {}
            Rule::Enumeration(values) => {
                keywords.set("enum", json::list(values.iter().map(Text::to_string)));
            }
            Rule::MinLength(count) => keywords.set("minLength", count.to_string()),
            Rule::MaxLength(count) => keywords.set("maxLength", count.to_string()),
            Rule::Pattern(pattern) => keywords.set("pattern", json::string(&pattern.source)),
            Rule::Format(Format::Byte) => keywords.set("contentEncoding", json::string("base64")),
            Rule::Format(format) => keywords.set("format", json::string(format.name())),
            Rule::Minimum(bound) => keywords.set("minimum", bound.to_string()),
            Rule::Maximum(bound) => keywords.set("maximum", bound.to_string()),
            Rule::ExclusiveMinimum(bound) => keywords.set("exclusiveMinimum", bound.to_string()),
            Rule::ExclusiveMaximum(bound) => keywords.set("exclusiveMaximum", bound.to_string()),
            Rule::MultipleOf(divisor) => keywords.set("multipleOf", divisor.to_string()),
            Rule::Reference(id) => keywords.further.push(self.schema(*id)),
            Rule::DynamicReference { initial, .. } => keywords.further.push(self.schema(*initial)),
            Rule::AllOf(list) => keywords
                .further
                .extend(list.iter().map(|id| self.schema(*id))),
            Rule::AnyOf(list) => keywords.set("anyOf", self.list(list)),
            Rule::OneOf { schemas, .. } => keywords.set("oneOf", self.list(schemas)),
            Rule::Not(id) => keywords.set("not", self.schema(*id)),
            Rule::If {
                condition,
                then,
                otherwise,
            } => {
                let mut group = vec![("if", self.schema(*condition))];
                group.extend(then.map(|id| ("then", self.schema(id))));
                group.extend(otherwise.map(|id| ("else", self.schema(id))));
                keywords.group(group);
            }
            Rule::UnevaluatedItems(id) => keywords.set("unevaluatedItems", self.schema(*id)),
            Rule::UnevaluatedProperties(id) => {
                keywords.set("unevaluatedProperties", self.schema(*id));
            }
            Rule::Resource(_) => {}
            _ if of_type(rule) == Some(Types::ARRAY) => self.array_rule(rule, keywords),
            _ => self.object_rule(rule, keywords),
        }
    }

    fn array_rule(&self, rule: &Rule, keywords: &mut Keywords) {
        match rule {
            Rule::PrefixItems(list) => keywords.set("prefixItems", self.list(list)),
            Rule::Items(id) => keywords.set("items", self.schema(*id)),
            Rule::MinItems(count) => keywords.set("minItems", count.to_string()),
            Rule::MaxItems(count) => keywords.set("maxItems", count.to_string()),
            Rule::UniqueItems => keywords.set("uniqueItems", "true".to_owned()),
            Rule::Contains { schema, min, max } => {
                let mut group = vec![("contains", self.schema(*schema))];
                if *min != 1 {
                    group.push(("minContains", min.to_string()));
                }
                group.extend(max.map(|max| ("maxContains", max.to_string())));
                keywords.group(group);
            }
            _ => {}
        }
    }

    fn object_rule(&self, rule: &Rule, keywords: &mut Keywords) {
        match rule {
            Rule::Properties(list) => {
                let mut object = Object::default();
                for property in list.iter() {
                    object.member(&property.name, &self.schema(property.schema));
                }
                keywords.set("properties", object.finish());
            }
            Rule::Required(names) => keywords.set("required", names_list(names)),
            Rule::PatternProperties(list) => {
                let mut object = Object::default();
                for entry in list.iter() {
                    object.member(&entry.pattern.source, &self.schema(entry.schema));
                }
                keywords.set("patternProperties", object.finish());
            }
            Rule::AdditionalProperties(id) => {
                let rest = self.get(*id);
                if rest.types.is_empty() {
                    keywords.set("additionalProperties", "false".to_owned());
                } else if rest.types != Types::ANY || !rest.rules.is_empty() {
                    keywords.set("additionalProperties", self.schema(*id));
                }
            }
            Rule::PropertyNames(id) => keywords.set("propertyNames", self.schema(*id)),
            Rule::MinProperties(count) => keywords.set("minProperties", count.to_string()),
            Rule::MaxProperties(count) => keywords.set("maxProperties", count.to_string()),
            Rule::DependentRequired(list) => {
                let mut object = Object::default();
                for (name, names) in list.iter() {
                    object.member(name, &names_list(names));
                }
                keywords.set("dependentRequired", object.finish());
            }
            Rule::DependentSchemas(list) => {
                let mut object = Object::default();
                for (name, id) in list.iter() {
                    object.member(name, &self.schema(*id));
                }
                keywords.set("dependentSchemas", object.finish());
            }
            _ => {}
        }
    }

    fn list(&self, ids: &[SchemaId]) -> String {
        json::list(ids.iter().map(|id| self.schema(*id)))
    }
}

/// What stands for a schema that admits everything: an empty one is not taken everywhere.
const ANY_VALUE: &str = "Any JSON value.";

fn any() -> String {
    let mut object = Object::default();
    object.member("description", &json::string(ANY_VALUE));
    object.finish()
}

/// Whether an enumeration of that many values is published, and not only described.
fn is_listed(values: usize) -> bool {
    values <= MAX_ENUMERATION
}

fn enumerates(schema: &Schema) -> bool {
    schema
        .rules
        .iter()
        .any(|rule| matches!(rule, Rule::Enumeration(_)))
}

fn names_list(names: &[Text]) -> String {
    json::list(names.iter().map(|name| json::string(name)))
}
