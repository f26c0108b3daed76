//! The keywords of one rendered schema.

use std::collections::BTreeMap;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Format, Rule, Text, Types};

use super::super::{Annotations, Schema, text};
use super::Renderer;
use super::json::{self, Object};

/// The longest description within a schema, in characters.
pub(super) const MAX_DESCRIPTION: usize = 500;
/// The longest default, in bytes; a longer one helps nobody.
const MAX_DEFAULT: usize = 200;
/// The longest example, in bytes.
const MAX_EXAMPLE: usize = 80;

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
        self.describe(&mut object, &without_value(says));
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
        self.describe(&mut object, says);
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
            self.annotate(says, *types, &mut keywords);
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
            self.annotate(says, *types, &mut inner);
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
                    let values: Vec<String> = of_type.map(|value| value.to_string()).collect();
                    if types != Types::NULL {
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

    /// What is said and not enforced of values of `types`.
    fn annotate(&self, says: &Annotations, types: Types, keywords: &mut Keywords) {
        let short = |text: &&String| {
            (1..=32).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+".contains(&byte))
        };
        let scalar = types == Types::STRING || types.intersects(Types::NUMBER);
        if let Some(format) = says.format.as_ref().filter(short).filter(|_| scalar) {
            keywords.set("format", json::string(format));
        }
        if types != Types::STRING {
            return;
        }
        if let Some(media_type) = says.content_media_type.as_ref().filter(short) {
            keywords.set("contentMediaType", json::string(media_type));
        }
        if let Some(encoding) = says.content_encoding.as_ref().filter(short)
            && encoding != "base64"
        {
            keywords.set("contentEncoding", json::string(encoding));
        }
    }

    /// The description, or the title where there is none.
    pub(super) fn describe(&self, object: &mut Object, says: &Annotations) {
        let cleaned = |text: &Option<String>| {
            let text = text::clean(text.as_deref().unwrap_or(""));
            (!text.is_empty()).then(|| json::string(&text::shortened(&text, MAX_DESCRIPTION)))
        };
        if let Some(description) = cleaned(&says.description) {
            object.member("description", &description);
        } else if let Some(title) = cleaned(&says.title) {
            object.member("title", &title);
        }
    }
}

/// What stands for a schema that admits everything: an empty one is not taken everywhere.
const ANY_VALUE: &str = "Any JSON value.";

fn any() -> String {
    let mut object = Object::default();
    object.member("description", &json::string(ANY_VALUE));
    object.finish()
}

/// Default, examples and deprecation. Values in which something looks like a reference are left out:
/// clients that resolve references do so there too.
fn conclude(object: &mut Object, says: &Annotations, enumerated: bool) {
    let fits = |text: &str, limit| text.len() <= limit && !text.contains("\"$ref\"");
    if let Some(default) = says.default.as_ref().filter(|text| fits(text, MAX_DEFAULT)) {
        object.member("default", default);
    }
    let examples: Vec<String> = says
        .examples
        .iter()
        .filter(|text| fits(text, MAX_EXAMPLE) && *text != "null" && !enumerated)
        .cloned()
        .collect();
    if !examples.is_empty() {
        object.member("examples", &json::list(examples));
    }
    if says.deprecated {
        object.member("deprecated", "true");
    }
}

fn without_value(says: &Annotations) -> Annotations {
    Annotations {
        description: says.description.clone(),
        ..Annotations::default()
    }
}

fn enumerates(schema: &Schema) -> bool {
    schema
        .rules
        .iter()
        .any(|rule| matches!(rule, Rule::Enumeration(_)))
}

/// Whether an enumeration of the schema, if it has one, lists a value of one of the types.
fn lists_any(schema: &Schema, types: Types) -> bool {
    schema.rules.iter().all(|rule| match rule {
        Rule::Enumeration(values) => values.iter().any(|value| is_of(value, types)),
        _ => true,
    })
}

fn names_list(names: &[Text]) -> String {
    json::list(names.iter().map(|name| json::string(name)))
}

/// The types of a set by name; `integer` only where not every number is in it.
fn named_types(types: Types) -> Vec<(Types, &'static str)> {
    let numbers = types.contains(Types::NUMBER);
    TYPES
        .into_iter()
        .filter(|(one, _)| types.contains(*one) && !(numbers && *one == Types::INTEGER))
        .collect()
}

/// Whether a JSON text is of one of the types.
fn is_of(text: &str, types: Types) -> bool {
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
fn of_type(rule: &Rule) -> Option<Types> {
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
