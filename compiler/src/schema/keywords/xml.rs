//! `xml`

use crate::source::{Node, Value};

use super::super::xml::{NodeType, Xml};
use super::Reader;

impl Reader<'_, '_, '_> {
    pub(super) fn xml(&mut self) {
        if !self.scope.dialect.is_openapi() {
            return;
        }
        let Some(node) = self.get("xml") else {
            return;
        };
        if node.as_object().is_none() {
            return self.wrong("xml", node, "a mapping");
        }
        let mut text = |key: &str| {
            let value = node.get(key)?;
            let text = value.as_str().filter(|text| !text.is_empty());
            if text.is_none() {
                self.wrong(key, value, "a text");
            }
            text.map(str::to_owned)
        };
        let (name, namespace, prefix) = (text("name"), text("namespace"), text("prefix"));
        let declared = node.get("nodeType").and_then(|value| self.node_type(value));
        let node_type = declared.or_else(|| {
            let attribute = self.hint(node, "attribute").then_some(NodeType::Attribute);
            let wrapped = self.hint(node, "wrapped").then_some(NodeType::Element);
            attribute.or(wrapped)
        });
        self.schema.annotations.xml = Some(Box::new(Xml {
            name,
            namespace,
            prefix,
            node_type,
        }));
    }

    fn node_type(&mut self, value: &Node) -> Option<NodeType> {
        let node_type = match value.as_str() {
            Some("element") => NodeType::Element,
            Some("attribute") => NodeType::Attribute,
            Some("text") => NodeType::Text,
            Some("cdata") => NodeType::CData,
            Some("none") => NodeType::None,
            _ => {
                self.wrong(
                    "nodeType",
                    value,
                    "`element`, `attribute`, `text`, `cdata` or `none`",
                );
                return None;
            }
        };
        Some(node_type)
    }

    fn hint(&mut self, node: &Node, key: &str) -> bool {
        match node.get(key).map(|value| (value, &value.value)) {
            None => false,
            Some((_, Value::Boolean(value))) => *value,
            Some((value, _)) => {
                self.wrong(key, value, "`true` or `false`");
                false
            }
        }
    }
}
