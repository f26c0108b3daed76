//! Names and namespaces of a document.

use std::collections::{BTreeMap, BTreeSet};

use gatewright_schema::xml::{is_character, is_name};

use crate::plan::xml::{Name, Node, Object, Place, Shape};
use crate::schema::xml::Xml;

/// How far objects without elements of their own are within one another; the runtime goes no further.
const MAX_INLINED: usize = 16;

/// How many of them make up one element together.
const MAX_OBJECTS: usize = 256;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A name with what the hints say of its namespace; `prefix:name` is understood, too.
pub(super) fn name(name: &str, xml: &Xml) -> Result<Name, String> {
    let (prefix, local) = match (&xml.prefix, name.split_once(':')) {
        (None, Some((prefix, local))) => (prefix, local),
        (prefix, _) => (prefix.as_deref().unwrap_or_default(), name),
    };
    if !is_name(local) || !prefix.is_empty() && !is_name(prefix) {
        return Err(format!(
            "`{}` cannot be a name in XML; give the schema an `xml.name`",
            name.escape_debug()
        ));
    }
    let namespace = xml.namespace.clone().unwrap_or_default();
    if !namespace.chars().all(is_character) {
        return Err("its namespace cannot be written in XML".to_owned());
    }
    Ok(Name {
        prefix: prefix.to_owned(),
        local: local.to_owned(),
        namespace,
    })
}

/// The name of an item that is called as its list is.
pub(super) fn unnamed(xml: &Xml) -> Name {
    Name {
        prefix: xml.prefix.clone().unwrap_or_default(),
        local: String::new(),
        namespace: xml.namespace.clone().unwrap_or_default(),
    }
}

/// Checks the name of an attribute.
pub(super) fn attribute(name: Name) -> Result<Name, String> {
    if name.prefix.is_empty() && name.local == "xmlns" {
        return Err("an attribute cannot be called `xmlns`".to_owned());
    }
    if name.prefix.is_empty() && !name.namespace.is_empty() {
        // A default namespace is one of elements only.
        return Err(format!(
            "the attribute `{}` has a namespace and no prefix",
            name.local
        ));
    }
    Ok(name)
}

/// Checks what only the whole document shows, and collects the prefixes that its root declares.
pub(super) fn settle(root: &Node, shapes: &[Shape]) -> Result<Vec<(String, String)>, String> {
    let mut bound: BTreeMap<&str, &str> = BTreeMap::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        if let Place::Element(name) | Place::Attribute(name) = &node.place {
            bind(name, &mut bound)?;
            if !name.prefix.is_empty() {
                used.insert(&name.prefix);
            }
        }
        let Some(shape) = shape(shapes, node.shape) else {
            continue;
        };
        if !seen.insert(node.shape) {
            continue;
        }
        if let Some(object) = &shape.object {
            attributes(object, shapes, 0, &mut BTreeSet::new(), &mut {
                MAX_OBJECTS
            })?;
            waiting.extend(object.members.iter().map(|member| &member.node));
            waiting.extend(&object.rest);
        }
        waiting.extend(&shape.item);
    }
    used.remove("xml");
    if let Some(unbound) = used.iter().find(|prefix| !bound.contains_key(*prefix)) {
        return Err(format!("the prefix `{unbound}` has no namespace"));
    }
    Ok(bound
        .into_iter()
        .map(|(prefix, namespace)| (prefix.to_owned(), namespace.to_owned()))
        .collect())
}

fn bind<'n>(name: &'n Name, bound: &mut BTreeMap<&'n str, &'n str>) -> Result<(), String> {
    let prefix = name.prefix.as_str();
    if prefix.is_empty() || name.namespace.is_empty() || prefix == "xml" {
        return Ok(());
    }
    let reserved = prefix == "xmlns" || prefix == "xsi" && name.namespace != XSI;
    let other = bound.insert(prefix, &name.namespace);
    if reserved || other.is_some_and(|other| other != name.namespace) {
        return Err(format!("the prefix `{prefix}` stands for two namespaces"));
    }
    Ok(())
}

/// Checks that no element has two attributes of one name, and that objects without elements of their
/// own end.
fn attributes<'s>(
    object: &'s Object,
    shapes: &'s [Shape],
    depth: usize,
    names: &mut BTreeSet<(&'s str, &'s str)>,
    budget: &mut usize,
) -> Result<(), String> {
    *budget = budget.saturating_sub(1);
    if depth >= MAX_INLINED || *budget == 0 {
        return Err("too many objects without elements of their own are in one element".to_owned());
    }
    for member in &object.members {
        match &member.node.place {
            Place::Attribute(name) if !names.insert((&name.prefix, &name.local)) => {
                return Err(format!("two attributes are called `{}`", name.local));
            }
            Place::Inline(_) => {
                let inner =
                    shape(shapes, member.node.shape).and_then(|shape| shape.object.as_ref());
                if let Some(inner) = inner {
                    attributes(inner, shapes, depth + 1, names, budget)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn shape(shapes: &[Shape], position: u32) -> Option<&Shape> {
    shapes.get(usize::try_from(position).ok()?)
}
