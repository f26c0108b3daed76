//! Schema resources, their identifiers and anchors (`$id`, `$anchor`, `$dynamicAnchor`; JSON Schema
//! 2020-12, section 8.2), and the resolution of references against them.

use std::collections::{BTreeMap, HashMap};

use crate::source::{FileId, Node, Pointer, Span, Value};

use super::lower::Dialect;
use super::uri;

/// Where references outside a schema resource lead.
pub trait References<'d> {
    /// The node that `reference`, written in `file`, stands for, and the file it is in. An empty
    /// reference is the root of the file.
    ///
    /// # Errors
    /// Why there is none.
    fn resolve(&self, file: FileId, reference: &str) -> Result<(FileId, &'d Node), Unresolved>;
}

/// Why a reference leads nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unresolved {
    /// A phrase for the user.
    pub reason: String,
    /// How to mend it.
    pub help: Option<String>,
    /// What is probably meant.
    pub meant: Option<Span>,
}

impl From<String> for Unresolved {
    fn from(reason: String) -> Self {
        Self {
            reason,
            ..Self::default()
        }
    }
}

impl From<&str> for Unresolved {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}

/// A schema with an `$id`, or the part of a file outside such schemas.
#[derive(Debug)]
struct Resource<'d> {
    file: FileId,
    /// Absolute and without fragment; empty where the file itself is the base.
    base: String,
    /// Absent for the part of a file outside schemas with an `$id`.
    root: Option<&'d Node>,
    anchors: HashMap<&'d str, &'d Node>,
    dynamic_anchors: BTreeMap<&'d str, &'d Node>,
}

/// All schema resources met so far.
#[derive(Debug, Default)]
pub(super) struct Identifiers<'d> {
    resources: Vec<Resource<'d>>,
    by_uri: HashMap<String, u32>,
    by_file: HashMap<FileId, u32>,
    by_node: HashMap<usize, u32>,
}

/// What a reference leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'d> {
    pub(super) node: &'d Node,
    pub(super) file: FileId,
    pub(super) resource: u32,
}

/// Keywords whose value is a schema.
const SINGLE: [&str; 12] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is a list of schemas.
const LISTS: [&str; 5] = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
/// Keywords whose value is a mapping to schemas.
const MAPS: [&str; 6] = [
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];

/// What identifies a node for the life of the documents.
pub(super) fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

impl<'d> Identifiers<'d> {
    /// The resource that `node` belongs to; it and the schemas below are entered on first sight.
    pub(super) fn resource_of(&mut self, node: &'d Node, file: FileId, dialect: Dialect) -> u32 {
        if let Some(resource) = self.by_node.get(&address(node)) {
            return *resource;
        }
        let parent = self.of_file(file);
        self.enter(node, file, parent, dialect)
    }

    /// Whether `node` is the root of the resource it was entered for.
    pub(super) fn is_root(&self, resource: u32, node: &Node) -> bool {
        self.get(resource)
            .and_then(|resource| resource.root)
            .is_some_and(|root| std::ptr::eq(root, node))
    }

    /// The resources in which `anchor` is a `$dynamicAnchor`, and where.
    pub(super) fn dynamic_anchors(&self, anchor: &str) -> Vec<(u32, Target<'d>)> {
        (0u32..)
            .zip(&self.resources)
            .filter_map(|(number, resource)| {
                let node = resource.dynamic_anchors.get(anchor)?;
                let file = resource.file;
                Some((
                    number,
                    Target {
                        node,
                        file,
                        resource: number,
                    },
                ))
            })
            .collect()
    }

    /// Whether `target` is where its resource has the `$dynamicAnchor` `anchor`.
    pub(super) fn is_dynamic_anchor(&self, target: &Target<'d>, anchor: &str) -> bool {
        self.get(target.resource)
            .and_then(|resource| resource.dynamic_anchors.get(anchor))
            .is_some_and(|node| std::ptr::eq(*node, target.node))
    }

    /// What `reference`, written in `resource`, leads to.
    pub(super) fn resolve(
        &mut self,
        resource: u32,
        reference: &str,
        dialect: Dialect,
        outside: &dyn References<'d>,
    ) -> Result<Target<'d>, Unresolved> {
        let Some(from) = self.get(resource) else {
            return Err("it is in no document".into());
        };
        let (file, base) = (from.file, from.base.clone());
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        if path.is_empty() {
            return self.fragment(resource, fragment, dialect, outside);
        }
        let absolute = uri::resolve(&base, path);
        if let Some(known) = self.by_uri.get(&absolute) {
            return self.fragment(*known, fragment, dialect, outside);
        }
        if uri::has_scheme(&absolute)
            && let Ok((file, root)) = outside.resolve(file, &absolute)
        {
            let parent = self.add(file, absolute.clone(), Some(root));
            self.by_uri.insert(absolute, parent);
            self.enter(root, file, parent, dialect);
            return self.fragment(parent, fragment, dialect, outside);
        }
        self.in_file(file, reference, dialect, outside)
    }

    /// Resolves a reference by the documents alone, with an anchor looked up in the document's schemas.
    fn in_file(
        &mut self,
        file: FileId,
        reference: &str,
        dialect: Dialect,
        outside: &dyn References<'d>,
    ) -> Result<Target<'d>, Unresolved> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let (file, node) = match outside.resolve(file, reference) {
            Err(_) if !fragment.is_empty() && !fragment.starts_with('/') => {
                let (file, root) = outside.resolve(file, path)?;
                let resource = self.resource_of(root, file, dialect);
                return self.anchor(resource, fragment);
            }
            resolved => resolved?,
        };
        let resource = self.resource_of(node, file, dialect);
        Ok(Target {
            node,
            file,
            resource,
        })
    }

    /// The part of a resource that a fragment names.
    fn fragment(
        &mut self,
        resource: u32,
        fragment: &str,
        dialect: Dialect,
        outside: &dyn References<'d>,
    ) -> Result<Target<'d>, Unresolved> {
        let Some((file, root)) = self.get(resource).map(|found| (found.file, found.root)) else {
            return Err("it is in no document".into());
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            if let Ok(target) = self.anchor(resource, fragment) {
                return Ok(target);
            }
            return match root {
                Some(_) => Err(format!("there is no anchor `{fragment}`").into()),
                None => self.in_file(file, &format!("#{fragment}"), dialect, outside),
            };
        }
        let Some(root) = root else {
            return self.in_file(file, &format!("#{fragment}"), dialect, outside);
        };
        let node = Pointer::parse_fragment(fragment)
            .ok()
            .and_then(|pointer| pointer.resolve(root))
            .ok_or_else(|| format!("there is nothing at `#{fragment}`"))?;
        let resource = match self.by_node.get(&address(node)) {
            Some(found) => *found,
            None => self.enter(node, file, resource, dialect),
        };
        Ok(Target {
            node,
            file,
            resource,
        })
    }

    fn anchor(&self, resource: u32, anchor: &str) -> Result<Target<'d>, Unresolved> {
        let found = self.get(resource).and_then(|found| {
            let node = found
                .anchors
                .get(anchor)
                .or_else(|| found.dynamic_anchors.get(anchor))?;
            Some(Target {
                node,
                file: found.file,
                resource: self
                    .by_node
                    .get(&address(node))
                    .copied()
                    .unwrap_or(resource),
            })
        });
        found.ok_or_else(|| format!("there is no anchor `{anchor}`").into())
    }

    fn get(&self, resource: u32) -> Option<&Resource<'d>> {
        self.resources.get(resource as usize)
    }

    fn of_file(&mut self, file: FileId) -> u32 {
        if let Some(resource) = self.by_file.get(&file) {
            return *resource;
        }
        let resource = self.add(file, String::new(), None);
        self.by_file.insert(file, resource);
        resource
    }

    fn add(&mut self, file: FileId, base: String, root: Option<&'d Node>) -> u32 {
        let number = u32::try_from(self.resources.len()).unwrap_or(u32::MAX);
        self.resources.push(Resource {
            file,
            base,
            root,
            anchors: HashMap::new(),
            dynamic_anchors: BTreeMap::new(),
        });
        number
    }

    /// Enters the schema `node` and all below it, without following references.
    fn enter(&mut self, node: &'d Node, file: FileId, parent: u32, dialect: Dialect) -> u32 {
        let mut waiting = vec![(node, parent)];
        while let Some((current, parent)) = waiting.pop() {
            if self.by_node.contains_key(&address(current)) {
                continue;
            }
            let resource = self.identify(current, file, parent, dialect);
            self.by_node.insert(address(current), resource);
            let Some(object) = current.as_object() else {
                continue;
            };
            for member in object.members() {
                let key = member.key.as_str();
                match &member.value.value {
                    Value::Array(items) if LISTS.contains(&key) => {
                        waiting.extend(items.iter().rev().map(|item| (item, resource)));
                    }
                    Value::Object(entries) if MAPS.contains(&key) => {
                        let values = entries.members().iter().map(|entry| &entry.value);
                        waiting.extend(values.rev().map(|value| (value, resource)));
                    }
                    Value::Object(_) | Value::Boolean(_) if SINGLE.contains(&key) => {
                        waiting.push((&member.value, resource));
                    }
                    _ => {}
                }
            }
        }
        self.by_node.get(&address(node)).copied().unwrap_or(parent)
    }

    /// The resource of one schema, and its anchors.
    fn identify(&mut self, node: &'d Node, file: FileId, parent: u32, dialect: Dialect) -> u32 {
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let draft4 = dialect == Dialect::Draft4;
        if draft4 && text("$ref").is_some() {
            return parent;
        }
        let id = text(if draft4 { "id" } else { "$id" });
        let mut resource = parent;
        if let Some(id) = id.filter(|id| !id.starts_with('#')) {
            let base = self.get(parent).map_or("", |parent| parent.base.as_str());
            let absolute = uri::resolve(base, id.split('#').next().unwrap_or(id));
            // A document may name itself by the address that it was found at.
            let known = self.by_uri.get(&absolute) == Some(&parent) && self.is_root(parent, node);
            if !known {
                resource = self.add(file, absolute.clone(), Some(node));
                self.by_uri.entry(absolute).or_insert(resource);
            }
        }
        let anchor = if draft4 {
            id.and_then(|id| id.strip_prefix('#'))
        } else {
            text("$anchor")
        };
        if let Some(found) = self.resources.get_mut(resource as usize) {
            if let Some(anchor) = anchor {
                found.anchors.entry(anchor).or_insert(node);
            }
            if let Some(anchor) = text("$dynamicAnchor").filter(|_| !draft4) {
                found.dynamic_anchors.entry(anchor).or_insert(node);
            }
        }
        resource
    }
}
