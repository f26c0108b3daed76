//! What the schemas on the way to a value say of its place in XML.

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use crate::schema::xml::{NodeType, Xml};
use crate::schema::{Schema, Schemas};

/// How many schemas merely stand for one another.
const MAX_CHAIN: usize = 64;

/// What is said of a value's place.
#[derive(Debug)]
pub(super) struct Hints {
    /// The hints of every schema on the way, those nearest to the value's use first.
    pub(super) xml: Xml,
    /// What the schema is called where it is referred to: its component's name.
    pub(super) component: Option<String>,
    /// The schema that has the rules.
    pub(super) target: SchemaId,
    /// Whether a reference and what it leads to would each have an element (OpenAPI 3.2).
    pub(super) is_doubled: bool,
}

impl Hints {
    /// Follows references, and unions of one schema with `null`. In OpenAPI 3.2 (`by_node`) the name
    /// beside a reference counts only where it has a `nodeType`.
    pub(super) fn of(schemas: &Schemas, id: SchemaId, by_node: bool) -> Self {
        let mut hints = Self {
            xml: Xml::default(),
            component: None,
            target: id,
            is_doubled: false,
        };
        let mut is_around = false;
        for _ in 0..MAX_CHAIN {
            let schema = schemas.get(hints.target);
            let own = schema.annotations.xml.as_deref();
            let is_reference = schema.alias().is_some();
            if let Some(own) = own.filter(|own| !by_node || hints.counts(own, is_reference)) {
                hints.xml.fill(own);
                is_around |= is_reference && own.node_type == Some(NodeType::Element);
            }
            let Some(next) = schema.alias().or_else(|| sole(schemas, schema)) else {
                let is_list = schema.types.without(Types::NULL) == Types::ARRAY;
                let is_nothing = match own.and_then(|own| own.node_type) {
                    Some(kind) => kind == NodeType::None,
                    None => is_list,
                };
                hints.is_doubled = by_node && is_around && !is_nothing;
                hints.component.clone_from(&schema.name);
                break;
            };
            hints.target = next;
        }
        hints
    }

    /// Whether what a schema says counts by the rules of OpenAPI 3.2.
    fn counts(&self, own: &Xml, is_reference: bool) -> bool {
        let is_node = own.node_type.is_some_and(|kind| kind != NodeType::None);
        self.xml.node_type.is_none() && (!is_reference || is_node)
    }
}

/// The one schema of a union that is not `null`.
fn sole(schemas: &Schemas, schema: &Schema) -> Option<SchemaId> {
    let [Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. }] = schema.rules.as_slice() else {
        return None;
    };
    let mut others = list.iter().filter(|id| {
        let target = schemas.get(schemas.follow(**id));
        target.types != Types::NULL
    });
    let first = others.next()?;
    others.next().is_none().then_some(*first)
}
