//! The keywords of arrays and objects.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{PatternProperty, Property, Rule, Text, Types};

use crate::source::{Node, Value};

use super::super::lower::Dialect;
use super::super::{Schema, pattern};
use super::Reader;

impl<'d> Reader<'_, '_, 'd> {
    /// A keyword whose value is a schema.
    pub(super) fn schema(&mut self, key: &str) -> Option<SchemaId> {
        let node = self.get(key)?;
        Some(self.lowering.child(node, self.scope))
    }

    /// A keyword whose value is a list of schemas; absent where the list is empty.
    pub(super) fn schemas(&mut self, key: &str) -> Option<Vec<SchemaId>> {
        let list = self.list(key)?;
        let ids: Vec<SchemaId> = list
            .iter()
            .map(|node| self.lowering.child(node, self.scope))
            .collect();
        (!ids.is_empty()).then_some(ids)
    }

    /// A keyword whose value is a mapping.
    fn mapping(&mut self, key: &str) -> Vec<(&'d str, &'d Node)> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(object) = value.as_object() else {
            self.wrong(key, value, "a mapping");
            return Vec::new();
        };
        let members = object.members().iter();
        members
            .map(|member| (member.key.as_str(), &member.value))
            .collect()
    }

    /// A keyword whose value is a list of names.
    fn names(&mut self, key: &str) -> Vec<&'d str> {
        let Some(list) = self.list(key) else {
            return Vec::new();
        };
        let mut names = Vec::with_capacity(list.len());
        for item in list {
            match item.as_str() {
                Some(name) if !names.contains(&name) => names.push(name),
                Some(_) => {}
                None => self.wrong(key, item, "a list of names"),
            }
        }
        names
    }

    /// The keywords of arrays.
    pub(super) fn arrays(&mut self) {
        let positional = self.get("items").and_then(Node::as_array);
        let prefix = match positional {
            Some(_) => self.schemas("items"),
            None if self.is_draft4() => None,
            None => self.schemas("prefixItems"),
        };
        if let Some(prefix) = prefix {
            self.push(Rule::PrefixItems(prefix.into()));
        }
        let items = match positional {
            Some(_) => self.schema("additionalItems"),
            None => self.schema("items"),
        };
        if let Some(items) = items {
            self.push(Rule::Items(items));
        }
        if let Some(count) = self.count("minItems").filter(|count| *count > 0) {
            self.push(Rule::MinItems(count));
        }
        if let Some(count) = self.count("maxItems") {
            self.push(Rule::MaxItems(count));
        }
        if self.boolean("uniqueItems") {
            self.push(Rule::UniqueItems);
        }
        if self.is_draft4() {
            return;
        }
        if let Some(schema) = self.schema("contains") {
            let min = self.count("minContains").unwrap_or(1);
            let max = self.count("maxContains");
            self.push(Rule::Contains { schema, min, max });
        }
        if let Some(schema) = self.schema("unevaluatedItems") {
            self.push(Rule::UnevaluatedItems(schema));
        }
    }

    /// The keywords of objects.
    pub(super) fn objects(&mut self) {
        self.properties();
        self.required();
        self.pattern_properties();
        if let Some(schema) = self.schema("additionalProperties") {
            self.push(Rule::AdditionalProperties(schema));
        }
        if !self.is_draft4()
            && let Some(schema) = self.schema("propertyNames")
        {
            self.push(Rule::PropertyNames(schema));
        }
        if let Some(count) = self.count("minProperties").filter(|count| *count > 0) {
            self.push(Rule::MinProperties(count));
        }
        if let Some(count) = self.count("maxProperties") {
            self.push(Rule::MaxProperties(count));
        }
        self.dependencies();
        if !self.is_draft4()
            && let Some(schema) = self.schema("unevaluatedProperties")
        {
            self.push(Rule::UnevaluatedProperties(schema));
        }
    }

    pub(super) fn is_draft4(&self) -> bool {
        self.scope.dialect == Dialect::Draft4
    }

    fn properties(&mut self) {
        let mut properties = Vec::new();
        for (name, node) in self.mapping("properties") {
            if self.lowering.is_hidden(node, self.scope) {
                self.schema.hidden.push(name.to_owned());
                continue;
            }
            properties.push(Property {
                name: name.to_owned().into(),
                schema: self.lowering.child(node, self.scope),
            });
        }
        if !properties.is_empty() {
            self.push(Rule::Properties(properties.into()));
        }
    }

    fn required(&mut self) {
        // `required: true` inside a member is a habit from draft 3 and from parameters.
        if self
            .get("required")
            .is_some_and(|value| value.as_bool().is_some())
        {
            return;
        }
        let names: Vec<Text> = self
            .names("required")
            .into_iter()
            .filter(|name| !self.schema.hidden.iter().any(|hidden| hidden == name))
            .map(|name| name.to_owned().into())
            .collect();
        if !names.is_empty() {
            self.push(Rule::Required(names.into()));
        }
    }

    fn pattern_properties(&mut self) {
        let mut entries = Vec::new();
        for (source, node) in self.mapping("patternProperties") {
            let schema = self.lowering.child(node, self.scope);
            match pattern::translate(source) {
                Ok(found) if found.min_length.is_none() && found.max_length.is_none() => {
                    entries.push(PatternProperty {
                        pattern: found.pattern,
                        schema,
                    });
                }
                Ok(_) => self.unsupported_pattern(node, source, "it counts too far"),
                Err(reason) => self.unsupported_pattern(node, source, &reason),
            }
        }
        if !entries.is_empty() {
            self.push(Rule::PatternProperties(entries.into()));
        }
    }

    /// `dependentRequired`, `dependentSchemas`, and the `dependencies` of older drafts.
    fn dependencies(&mut self) {
        let mut required: Vec<(Text, _)> = Vec::new();
        let mut schemas: Vec<(Text, SchemaId)> = Vec::new();
        let mut entries = self.mapping("dependencies");
        if !self.is_draft4() {
            entries.extend(self.mapping("dependentRequired"));
        }
        for (name, node) in entries {
            match &node.value {
                Value::Array(items) => {
                    let names = items.iter().filter_map(Node::as_str);
                    let names: Vec<Text> = names.map(|name| name.to_owned().into()).collect();
                    required.push((name.to_owned().into(), names.into()));
                }
                _ => schemas.push((
                    name.to_owned().into(),
                    self.lowering.child(node, self.scope),
                )),
            }
        }
        if !self.is_draft4() {
            for (name, node) in self.mapping("dependentSchemas") {
                schemas.push((
                    name.to_owned().into(),
                    self.lowering.child(node, self.scope),
                ));
            }
        }
        if !required.is_empty() {
            self.push(Rule::DependentRequired(required.into()));
        }
        if !schemas.is_empty() {
            self.push(Rule::DependentSchemas(schemas.into()));
        }
    }

    /// A schema that admits only `null`, at the place of the one being read.
    pub(super) fn null(&mut self) -> SchemaId {
        let null = Schema::new(self.schema.span, Types::NULL);
        self.lowering.schemas_mut().add(null)
    }
}
