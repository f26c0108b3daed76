//! The normalised schemas of a compilation: an arena in which they refer to each other by position.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use crate::source::Span;

/// One schema: what it demands, as the runtime's rules, and what it says.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Where it was written.
    pub span: Span,
    /// The admitted types.
    pub types: Types,
    /// The other demands. The [`SchemaId`]s in them are positions in the same [`Schemas`].
    pub rules: Vec<Rule>,
    /// What it says beyond what it demands.
    pub annotations: Annotations,
}

/// What a schema says and does not enforce.
#[derive(Clone, Debug, Default)]
pub struct Annotations {
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub description: Option<String>,
    /// `default`, as JSON text.
    pub default: Option<String>,
    /// `example` and `examples`, as JSON texts.
    pub examples: Vec<String>,
    /// `format`, where it is not an enforced one.
    pub format: Option<String>,
    /// `contentMediaType`
    pub content_media_type: Option<String>,
    /// `contentEncoding`
    pub content_encoding: Option<String>,
    /// `deprecated`
    pub deprecated: bool,
    /// `readOnly`
    pub read_only: bool,
    /// `writeOnly`
    pub write_only: bool,
}

/// The arena.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    nodes: Vec<Schema>,
}

impl Schemas {
    /// The schema at a position that this arena gave out.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.nodes[id.0 as usize]
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, id: SchemaId) -> &mut Schema {
        &mut self.nodes[id.0 as usize]
    }

    /// Adds one.
    pub fn add(&mut self, schema: Schema) -> SchemaId {
        let id = SchemaId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(schema);
        id
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}
