//! How values lie in XML: the runtime's own tables before they are printed.

use gatewright_schema::rule::Types;

/// The shape of values of which nothing is known.
pub const ANY: u32 = u32::MAX;

/// How the values of a schema make a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The root element.
    pub root: Node,
    /// The prefixes in use with their namespaces.
    pub namespaces: Vec<(String, String)>,
}

/// A value and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it goes.
    pub place: Place,
    /// What it holds: a position in [`Plan::xml`](super::Plan::xml), or [`ANY`].
    pub shape: u32,
}

/// Where a value goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An element of its own.
    Element(Name),
    /// An attribute of the element around it.
    Attribute(Name),
    /// The text of the element around it.
    Text,
    /// The same, as a CDATA section.
    CData,
    /// Directly into the element around it. Items that have no name are called this.
    Inline(String),
}

/// The name of an element or an attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Empty where there is none.
    pub prefix: String,
    /// Empty for an item that is called as its list is.
    pub local: String,
    /// Empty where none is given.
    pub namespace: String,
}

/// What the values of a schema consist of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The types that are admitted.
    pub types: Types,
    /// Where the members of an object go.
    pub object: Option<Object>,
    /// Where each item of an array goes.
    pub item: Option<Node>,
}

/// The members of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Those that the schema names.
    pub members: Vec<Member>,
    /// All others, where something is known of them.
    pub rest: Option<Node>,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name in JSON.
    pub key: String,
    /// Where its value goes.
    pub node: Node,
    /// Whether it must be there.
    pub required: bool,
}
