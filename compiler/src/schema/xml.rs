//! OpenAPI's XML Object: how values of a schema lie in XML.

/// What a schema says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Xml {
    /// `name`
    pub name: Option<String>,
    /// `namespace`
    pub namespace: Option<String>,
    /// `prefix`
    pub prefix: Option<String>,
    /// `nodeType`, or what `attribute` and `wrapped` say in its stead.
    pub node_type: Option<NodeType>,
}

/// What a value is in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeType {
    /// An element.
    Element,
    /// An attribute of the element around it.
    Attribute,
    /// The text of the element around it.
    Text,
    /// The same, as a CDATA section.
    CData,
    /// Nothing of its own.
    None,
}

impl Xml {
    /// Takes over what is not said here.
    pub fn fill(&mut self, other: &Self) {
        fn fill<T: Clone>(one: &mut Option<T>, other: Option<&T>) {
            if one.is_none() {
                *one = other.cloned();
            }
        }
        // A prefix belongs to the namespace beside it.
        if self.namespace.is_none() && self.prefix.is_none() {
            self.prefix.clone_from(&other.prefix);
            self.namespace.clone_from(&other.namespace);
        }
        fill(&mut self.name, other.name.as_ref());
        fill(&mut self.node_type, other.node_type.as_ref());
    }
}
