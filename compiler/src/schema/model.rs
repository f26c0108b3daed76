//! The normalised schemas of a compilation: an arena in which they refer to each other by position.

use std::collections::HashMap;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use super::xml::Xml;
use crate::source::{FileId, Span};

/// One schema: what it demands, as the runtime's rules, and what it says.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Where it was written.
    pub span: Span,
    /// What a reference calls it: the last part of `#/components/schemas/Pet`.
    pub name: Option<String>,
    /// The admitted types.
    pub types: Types,
    /// The other demands. The [`SchemaId`]s in them are positions in the same [`Schemas`].
    pub rules: Vec<Rule>,
    /// What it says beyond what it demands.
    pub annotations: Annotations,
    /// Members left out because they do not take part in this direction (`readOnly`, `writeOnly`).
    pub hidden: Vec<String>,
}

impl Schema {
    /// A schema written at `span` that admits `types` and demands nothing else.
    pub fn new(span: Span, types: Types) -> Self {
        Self {
            span,
            name: None,
            types,
            rules: Vec::new(),
            annotations: Annotations::default(),
            hidden: Vec::new(),
        }
    }

    /// The schema that this one merely stands for: it has a reference and demands nothing itself.
    pub fn alias(&self) -> Option<SchemaId> {
        match self.rules.as_slice() {
            [Rule::Reference(target)] if self.types == Types::ANY => Some(*target),
            _ => None,
        }
    }
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
    /// `xml`
    pub xml: Option<Box<Xml>>,
}

/// The arena.
#[derive(Clone, Debug)]
pub struct Schemas {
    nodes: Vec<Schema>,
    /// Stands in for positions that this arena never gave out.
    nothing: Schema,
    /// The relaxed copies of schemas, as far as they were asked for.
    pub(super) copies: HashMap<SchemaId, SchemaId>,
}

impl Default for Schemas {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            nothing: Schema::new(Span::new(FileId(0), 0, 0), Types::NONE),
            copies: HashMap::new(),
        }
    }
}

/// How many references [`Schemas::follow`] follows.
const LONGEST_CHAIN: usize = 256;

impl Schemas {
    /// The schema at a position that this arena gave out.
    pub fn get(&self, id: SchemaId) -> &Schema {
        self.nodes.get(id.0 as usize).unwrap_or(&self.nothing)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, id: SchemaId) -> &mut Schema {
        self.nodes
            .get_mut(id.0 as usize)
            .unwrap_or(&mut self.nothing)
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

    /// The schema that `id` stands for, after references that demand nothing themselves.
    pub fn follow(&self, id: SchemaId) -> SchemaId {
        let mut current = id;
        for _ in 0..LONGEST_CHAIN {
            match self.get(current).alias() {
                Some(target) => current = target,
                None => break,
            }
        }
        current
    }

    /// The positions given out since there were `start` of them.
    pub(super) fn since(&self, start: usize) -> impl Iterator<Item = SchemaId> + use<> {
        let range =
            u32::try_from(start).unwrap_or(u32::MAX)..u32::try_from(self.len()).unwrap_or(u32::MAX);
        range.map(SchemaId)
    }
}
