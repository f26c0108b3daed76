//! The keywords that demand nothing.

use crate::source::Node;

use super::Reader;

/// How many examples of a schema are kept.
const MAX_EXAMPLES: usize = 3;

impl Reader<'_, '_, '_> {
    pub(super) fn annotations(&mut self) {
        let title = self.text("title");
        let description = self.text("description");
        let content_media_type = self.text("contentMediaType");
        let deprecated = self.boolean("deprecated");
        let read_only = self.boolean("readOnly");
        let write_only = self.boolean("writeOnly");
        // `null` is a value here, so these are asked of the node itself.
        let default = self.node.get("default").map(Node::to_json);
        let example = self.node.get("example").into_iter();
        let listed = self.node.get("examples").and_then(Node::as_array);
        let examples = example
            .chain(listed.unwrap_or_default())
            .take(MAX_EXAMPLES)
            .map(Node::to_json)
            .collect();
        let annotations = &mut self.schema.annotations;
        annotations.title = title;
        annotations.description = description;
        annotations.content_media_type = content_media_type;
        annotations.deprecated = deprecated;
        annotations.read_only = read_only;
        annotations.write_only = write_only;
        annotations.default = default;
        annotations.examples = examples;
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let value = self.get(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.wrong(key, value, "a string");
        }
        text.map(str::to_owned)
    }
}
