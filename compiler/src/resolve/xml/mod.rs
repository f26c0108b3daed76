//! From schemas and their `xml` hints to the tables by which XML is written and read.

mod facets;
mod hints;
mod names;

use std::collections::{BTreeMap, VecDeque};

use gatewright_schema::SchemaId;

use self::facets::Facets;
use self::hints::Hints;
use super::{Resolver, answer, media_type};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::openapi::{Details, Operation, Version};
use crate::plan::xml::{ANY, Document, Member, Name, Node, Object, Place, Shape};
use crate::schema::xml::{NodeType, Xml};
use crate::schema::{Direction, Schemas};

/// The most shapes of one gateway.
const MAX_SHAPES: usize = 100_000;

/// The shapes of a gateway so far.
#[derive(Debug, Default)]
pub(super) struct Tables {
    shapes: Vec<Shape>,
    /// By the schemas of the value, and how names are given.
    known: BTreeMap<(Vec<SchemaId>, Naming), u32>,
    /// Of values that are neither arrays nor objects, by their types.
    scalars: BTreeMap<u8, u32>,
}

/// How names are given where no hint does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Naming {
    /// Whether what a reference leads to is called by its own name: OpenAPI 3.2.
    by_node: bool,
    /// Whether the same goes for the items, as there is no property around them.
    is_root: bool,
}

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is sent: everything must have a name.
    Request,
    /// It is received: its root may be called anything.
    Answer,
}

impl Tables {
    pub(super) fn into_shapes(self) -> Vec<Shape> {
        self.shapes
    }

    /// How the values of a schema make a document. `by_node` tells that the rules of OpenAPI 3.2 count.
    ///
    /// # Errors
    /// Why they do not.
    pub(super) fn document(
        &mut self,
        schemas: &Schemas,
        schema: SchemaId,
        by_node: bool,
        used: Use,
    ) -> Result<Document, String> {
        let before = self.shapes.len();
        let mut builder = Builder {
            schemas,
            tables: self,
            by_node,
            waiting: VecDeque::new(),
        };
        let made = builder.document(schema, used);
        if made.is_err() {
            // What was begun may be wrong: nothing may find it.
            let kept = |position: &mut u32| usize::try_from(*position).is_ok_and(|at| at < before);
            self.shapes.truncate(before);
            self.known.retain(|_, position| kept(position));
            self.scalars.retain(|_, position| kept(position));
        }
        made
    }
}

struct Builder<'a> {
    schemas: &'a Schemas,
    tables: &'a mut Tables,
    by_node: bool,
    /// Shapes that have their position and nothing else.
    waiting: VecDeque<(u32, Facets, bool)>,
}

impl Builder<'_> {
    fn document(&mut self, schema: SchemaId, used: Use) -> Result<Document, String> {
        let hints = Hints::of(self.schemas, schema, self.by_node);
        let facets = Facets::of(self.schemas, &[hints.target]);
        let is_element = match hints.xml.node_type {
            None | Some(NodeType::Element) => true,
            Some(NodeType::None) => facets.is_list(),
            Some(NodeType::Attribute | NodeType::Text | NodeType::CData) => false,
        };
        if !is_element {
            return Err("its root is not an element".to_owned());
        }
        let name = hints.xml.name.clone().or(hints.component);
        let name = match (name, used) {
            (Some(name), _) => names::name(&name, &hints.xml)?,
            (None, Use::Answer) => Name::default(),
            (None, Use::Request) => {
                return Err(
                    "nothing says what its root element is called, as the schema is neither a component \
                     nor has an `xml.name`"
                        .to_owned(),
                );
            }
        };
        let root = Node {
            place: Place::Element(name),
            shape: self.shape(&[schema], true)?,
        };
        while let Some((position, facets, is_root)) = self.waiting.pop_front() {
            let shape = self.make(&facets, is_root)?;
            if let Some(place) = usize::try_from(position)
                .ok()
                .and_then(|position| self.tables.shapes.get_mut(position))
            {
                *place = shape;
            }
        }
        let namespaces = names::settle(&root, &self.tables.shapes)?;
        Ok(Document { root, namespaces })
    }

    /// The place of a shape in the table; on first sight it waits to be made.
    fn shape(&mut self, ids: &[SchemaId], is_root: bool) -> Result<u32, String> {
        let mut targets: Vec<SchemaId> = Vec::new();
        for id in ids {
            let hints = Hints::of(self.schemas, *id, self.by_node);
            if hints.is_doubled {
                return Err(
                    "a reference and the schema it leads to would each have an element; give one of them \
                     `nodeType: none`"
                        .to_owned(),
                );
            }
            if !targets.contains(&hints.target) {
                targets.push(hints.target);
            }
        }
        let facets = Facets::of(self.schemas, &targets);
        let naming = Naming {
            by_node: self.by_node,
            is_root: is_root && facets.has_items(),
        };
        let key = (targets, naming);
        if let Some(known) = self.tables.known.get(&key) {
            return Ok(*known);
        }
        if let Some(keyword) = facets.unclear {
            return Err(format!("what `{keyword}` means in XML is not known"));
        }
        if facets.is_any() {
            return Ok(ANY);
        }
        let is_scalar = !facets.has_objects() && !facets.has_items();
        if let Some(known) = self.tables.scalars.get(&facets.types.0)
            && is_scalar
        {
            return Ok(*known);
        }
        if self.tables.shapes.len() >= MAX_SHAPES {
            return Err("there are too many shapes of XML in this gateway".to_owned());
        }
        let position = u32::try_from(self.tables.shapes.len()).unwrap_or(ANY);
        self.tables.shapes.push(Shape {
            types: facets.types,
            object: None,
            item: None,
        });
        if is_scalar {
            self.tables.scalars.insert(facets.types.0, position);
        } else {
            self.tables.known.insert(key, position);
            self.waiting.push_back((position, facets, is_root));
        }
        Ok(position)
    }

    fn make(&mut self, facets: &Facets, is_root: bool) -> Result<Shape, String> {
        let item = match facets.items.as_slice() {
            _ if !facets.has_items() => None,
            [] => Some(Node {
                place: Place::Element(Name::default()),
                shape: ANY,
            }),
            items => Some(self.item(items, is_root)?),
        };
        let object = facets.has_objects();
        let object = object.then(|| self.object(facets)).transpose()?;
        Ok(Shape {
            types: facets.types,
            object,
            item,
        })
    }

    fn object(&mut self, facets: &Facets) -> Result<Object, String> {
        let mut members = Vec::with_capacity(facets.members.len());
        for (key, ids) in &facets.members {
            members.push(Member {
                key: key.clone(),
                node: self
                    .node(ids, Some(key))
                    .map_err(|reason| format!("at `{key}`: {reason}"))?,
                required: facets.required.contains(key),
            });
        }
        let rest = match facets.rest.as_slice() {
            [] => None,
            rest => Some(self.rest(rest)?),
        };
        Ok(Object { members, rest })
    }

    /// Where an item of an array goes.
    fn item(&mut self, ids: &[SchemaId], is_root: bool) -> Result<Node, String> {
        let mut node = self.node(ids, None)?;
        match &mut node.place {
            Place::Element(name) => {
                if name.local.is_empty() && is_root {
                    let hints = ids
                        .iter()
                        .map(|id| Hints::of(self.schemas, *id, self.by_node));
                    let components: Vec<_> = hints.map(|hints| hints.component).collect();
                    if let [Some(component)] = components.as_slice() {
                        name.local.clone_from(component);
                    }
                }
                Ok(node)
            }
            Place::Inline(_) => Err(
                "items of an array have no element: an array is directly within another, or they are \
                 of `nodeType: none`"
                    .to_owned(),
            ),
            Place::Attribute(_) | Place::Text | Place::CData => {
                Err("items of an array are no elements".to_owned())
            }
        }
    }

    /// Where members go that the schema does not name.
    fn rest(&mut self, ids: &[SchemaId]) -> Result<Node, String> {
        let facets = Facets::of(self.schemas, ids);
        let mut node = self.node(ids, Some(""))?;
        let items_are_named = || {
            facets.items.iter().any(|id| {
                let hints = Hints::of(self.schemas, *id, self.by_node);
                hints.xml.name.is_some() || self.by_node && hints.component.is_some()
            })
        };
        match &node.place {
            // They are called by their keys, whatever their schema says.
            Place::Element(_) => {
                node.place = Place::Element(Name::default());
                Ok(node)
            }
            Place::Inline(_) if facets.is_list() && !items_are_named() => Ok(node),
            _ => Err("members that are not named cannot keep their names".to_owned()),
        }
    }

    /// Where a value goes that matches one of some schemas, and that is called `inferred` unless they
    /// say otherwise.
    fn node(&mut self, ids: &[SchemaId], inferred: Option<&str>) -> Result<Node, String> {
        let facets = Facets::of(self.schemas, ids);
        let mut places = Vec::new();
        for id in ids {
            let place = self.place(*id, inferred)?;
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let place = match places.as_slice() {
            [place] => place.clone(),
            // A list, or one item of it.
            [Place::Inline(name), Place::Element(_)] | [Place::Element(_), Place::Inline(name)] => {
                Place::Inline(name.clone())
            }
            _ => return Err("its alternatives go to different places".to_owned()),
        };
        let is_scalar = !facets.has_objects() && !facets.has_items();
        match &place {
            Place::Attribute(_) | Place::Text | Place::CData if !is_scalar => {
                return Err("an array or an object cannot be an attribute or text".to_owned());
            }
            Place::Inline(_) if !facets.has_items() && !facets.is_object() => {
                return Err("a value that is no object needs an element or an attribute".to_owned());
            }
            _ => {}
        }
        Ok(Node {
            place,
            shape: self.shape(ids, false)?,
        })
    }

    fn place(&self, id: SchemaId, inferred: Option<&str>) -> Result<Place, String> {
        let Hints {
            xml,
            component,
            target,
            ..
        } = Hints::of(self.schemas, id, self.by_node);
        let facets = Facets::of(self.schemas, &[target]);
        let default = if facets.has_items() && !facets.items.is_empty() || facets.is_list() {
            NodeType::None
        } else {
            NodeType::Element
        };
        let is_reference = self.schemas.get(id).alias().is_some();
        let component = component.filter(|_| self.by_node && is_reference);
        let name = |xml: &Xml| match (&xml.name, &component, inferred) {
            (Some(name), ..) => names::name(name, xml),
            (None, Some(component), _) => names::name(component, xml),
            (None, None, Some("") | None) => Ok(names::unnamed(xml)),
            (None, None, Some(inferred)) => names::name(inferred, xml),
        };
        Ok(match xml.node_type.unwrap_or(default) {
            NodeType::Element => Place::Element(name(&xml)?),
            NodeType::Attribute => Place::Attribute(names::attribute(name(&xml)?)?),
            NodeType::Text => Place::Text,
            NodeType::CData => Place::CData,
            NodeType::None => Place::Inline(inferred.unwrap_or_default().to_owned()),
        })
    }
}

impl<'d> Resolver<'d, '_> {
    /// How the values of a schema of the document at hand make an XML document.
    pub(super) fn xml_document(&mut self, schema: SchemaId, used: Use) -> Result<Document, String> {
        let by_node = self.version == Version::V32;
        let schemas = self.lowering.schemas();
        self.xml.document(schemas, schema, by_node, used)
    }

    /// How an operation's answer lies in XML, where it is declared as XML with a schema and not as
    /// JSON, which would be asked for. Where its schema cannot say so, the generic mapping is used, which
    /// no published schema is about.
    pub(super) fn xml_answer(
        &mut self,
        operation: &Operation<'d>,
        details: &Details<'d>,
        is_published: bool,
    ) -> Option<Document> {
        let declared = &answer::success(details)?.media_types;
        if media_type::json(declared).is_some() {
            return None;
        }
        let chosen = media_type::xml(declared)?;
        let schema = self.schema(Some(chosen.schema?), operation.span, Direction::Response);
        match self.xml_document(schema, Use::Answer) {
            Ok(document) => Some(document),
            Err(reason) => {
                let mut diagnostic = Diagnostic::new(
                    &codes::XML_ANSWER,
                    chosen.name.span,
                    format!(
                        "the XML answer of `{} {}` is not read by its schema: {reason}",
                        operation.method, operation.path.value
                    ),
                )
                .help("mend the `xml` of the schema, with an overlay if the document is not yours");
                if is_published {
                    diagnostic.severity = Severity::Error;
                }
                self.sink.report(diagnostic);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
