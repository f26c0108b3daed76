//! How the values of a schema lie in XML, as constant tables (OpenAPI 3.2, XML Object).

use gatewright_schema::rule::Types;

/// How the values of one schema make a document.
#[derive(Debug)]
pub struct Document {
    /// All shapes of the gateway; [`Node::shape`] is a position in it.
    pub shapes: &'static [Shape],
    /// The root element.
    pub root: Node,
    /// The prefixes in use with their namespaces, declared once, on the root element.
    pub namespaces: &'static [(&'static str, &'static str)],
}

impl Document {
    /// The shape at a position.
    pub(super) fn shape(&self, position: u32) -> &'static Shape {
        let shapes = self.shapes;
        usize::try_from(position)
            .ok()
            .and_then(|position| shapes.get(position))
            .unwrap_or(&Shape::ANY)
    }
}

/// A value and where it goes.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// Where it goes.
    pub place: Place,
    /// What it holds: a position in [`Document::shapes`].
    pub shape: u32,
}

impl Node {
    /// An element called as what is around it, of which nothing is known.
    pub(super) const ANY: Self = Self {
        place: Place::Element(Name::NONE),
        shape: u32::MAX,
    };
}

/// Where a value goes.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// An element of its own.
    Element(Name),
    /// An attribute of the element around it.
    Attribute(Name),
    /// The text of the element around it.
    Text,
    /// The same, as a CDATA section.
    CData,
    /// Directly into the element around it: the items of an array that has no element of its own, or
    /// the members of an object that has none. Items that have no name are called this.
    Inline(&'static str),
}

/// The name of an element or an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// Empty where there is none.
    pub prefix: &'static str,
    /// Without the prefix; empty for an item that is called as its list is.
    pub local: &'static str,
    /// The namespace; empty where the schema gives none.
    pub namespace: &'static str,
}

impl Name {
    /// A name without a prefix and a namespace.
    pub const fn plain(local: &'static str) -> Self {
        Self {
            prefix: "",
            local,
            namespace: "",
        }
    }

    /// None of its own.
    pub(super) const NONE: Self = Self::plain("");
}

/// What the values of a schema consist of. Which of the three parts counts depends on the value.
#[derive(Debug)]
pub struct Shape {
    /// The types that are admitted.
    pub types: Types,
    /// Where the members of an object go; absent where any object is one of `Shape::ANY`.
    pub object: Option<Object>,
    /// Where each item of an array goes; absent where every item repeats the element.
    pub item: Option<Node>,
}

impl Shape {
    /// A value that nothing is known of: the generic mapping.
    pub(super) const ANY: Self = Self {
        types: Types::ANY,
        object: None,
        item: None,
    };
}

/// The members of an object.
#[derive(Debug)]
pub struct Object {
    /// Those that the schema names, in its order.
    pub members: &'static [Member],
    /// All others, whose elements are called as they are; absent where nothing is known of them.
    pub rest: Option<Node>,
}

/// A member of an object.
#[derive(Debug)]
pub struct Member {
    /// Its name in JSON.
    pub key: &'static str,
    /// Where its value goes.
    pub node: Node,
    /// Whether it must be there: an array without items is then an empty one.
    pub required: bool,
}
