//! `allOf`, `anyOf`, `oneOf`, `not`, `if`, and OpenAPI's `discriminator`.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Discriminator, Rule, Text};

use crate::source::Node;

use super::super::lower::Dialect;
use super::Reader;

impl Reader<'_, '_, '_> {
    pub(super) fn composition(&mut self) {
        if let Some(schemas) = self.schemas("allOf") {
            self.push(Rule::AllOf(schemas.into()));
        }
        if let Some(schemas) = self.schemas("anyOf") {
            self.push(Rule::AnyOf(schemas.into()));
        }
        if let Some(schemas) = self.schemas("oneOf") {
            let discriminator = self.discriminator(&schemas);
            self.push(Rule::OneOf {
                schemas: schemas.into(),
                discriminator,
            });
        }
        if let Some(schema) = self.schema("not") {
            self.push(Rule::Not(schema));
        }
        if self.is_draft4() {
            return;
        }
        if let Some(condition) = self.schema("if") {
            let then = self.schema("then");
            let otherwise = self.schema("else");
            // Even alone it decides which members and items count as evaluated.
            self.push(Rule::If {
                condition,
                then,
                otherwise,
            });
        }
    }

    /// `discriminator`: explicit mappings, then the names of the alternatives that have none.
    fn discriminator(&mut self, schemas: &[SchemaId]) -> Option<Discriminator> {
        if !self.scope.dialect.is_openapi() {
            return None;
        }
        let value = self.get("discriminator")?;
        // In 2.0 it names a property and demands nothing.
        if self.scope.dialect == Dialect::Swagger20 && value.as_str().is_some() {
            return None;
        }
        let Some(property) = value.get("propertyName").and_then(Node::as_str) else {
            self.wrong("discriminator", value, "a mapping with `propertyName`");
            return None;
        };
        let alternatives: Vec<(&str, SchemaId)> = self
            .list("oneOf")?
            .iter()
            .zip(schemas)
            .filter_map(|(node, id)| Some((node.get("$ref")?.as_str()?, *id)))
            .collect();
        let mut mapping: Vec<(Text, SchemaId)> = Vec::new();
        if let Some(entries) = value.get("mapping").and_then(Node::as_object) {
            for entry in entries.members() {
                let target = entry.value.as_str().unwrap_or("");
                let found = alternatives
                    .iter()
                    .find(|(reference, _)| *reference == target || last(reference) == target);
                if let Some((_, id)) = found {
                    mapping.push((entry.key.clone().into(), *id));
                }
            }
        }
        for (reference, id) in &alternatives {
            if !mapping.iter().any(|(_, mapped)| mapped == id) {
                mapping.push((last(reference).to_owned().into(), *id));
            }
        }
        Some(Discriminator {
            property: property.to_owned().into(),
            mapping: mapping.into(),
        })
    }
}

fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}
