//! Lowering: schemas of documents into the arena, each once per direction.

use std::collections::{HashMap, HashSet};

use gatewright_schema::SchemaId;
use gatewright_schema::rule::{Rule, Types};

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Node, Pointer};

use super::identifiers::{Identifiers, References, Target, address};
use super::{Schema, Schemas, cycles, defaults, keywords, merge};

/// The language that schemas are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The Schema Object of OpenAPI 2.0, and its parameters, whose keywords of schemas stand beside
    /// their own; with `nullable` and the unions of 3.0 understood.
    Swagger20,
    /// The Schema Object of OpenAPI 3.0.
    OpenApi30,
    /// The Schema Object of OpenAPI 3.1: JSON Schema 2020-12, with the habits of 3.0 understood and
    /// `format` enforced.
    OpenApi31,
    /// JSON Schema 2020-12; `format` is an annotation.
    Draft202012,
    /// JSON Schema draft 4; `format` is an annotation.
    Draft4,
}

impl Dialect {
    /// Whether the habits of OpenAPI documents are understood and `format` is enforced.
    pub(super) fn is_openapi(self) -> bool {
        matches!(self, Self::Swagger20 | Self::OpenApi30 | Self::OpenApi31)
    }

    /// Whether keywords beside `$ref` count.
    fn has_reference_siblings(self) -> bool {
        matches!(self, Self::OpenApi31 | Self::Draft202012)
    }
}

/// Which way values that match the schema travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the API: `readOnly` members are left out.
    Request,
    /// From the API: `writeOnly` members are left out.
    Response,
}

/// The most schemas of one compilation.
const MAX_SCHEMAS: usize = 1_000_000;
/// How far references and `allOf` are followed to find `readOnly` and `writeOnly`.
const MAX_ANNOTATION_DEPTH: usize = 8;

/// Lowers schemas into an arena; nodes met before are not lowered again.
#[derive(Debug)]
pub struct Lowering<'r, 'd> {
    schemas: Schemas,
    references: Outside<'r, 'd>,
    identifiers: Identifiers<'d>,
    lowered: HashMap<Key, SchemaId>,
    /// The keys of `lowered`, in the order they came.
    order: Vec<Key>,
    waiting: Vec<Task<'d>>,
    dynamic: Vec<Dynamic>,
    /// Where references enter a schema resource.
    entered: Vec<(SchemaId, u32)>,
    merges: merge::Memory,
}

/// What a place in the arena was made for: a node, by its address, as it was read.
type Key = (usize, Direction, Dialect);

/// A point in the life of a [`Lowering`].
#[derive(Clone, Copy, Debug)]
pub struct Mark(usize);

/// The documents, named so that [`Lowering`] can be printed.
struct Outside<'r, 'd>(&'r dyn References<'d>);

impl std::fmt::Debug for Outside<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("References")
    }
}

/// A schema that has its place in the arena and is to be read.
#[derive(Clone, Copy, Debug)]
struct Task<'d> {
    id: SchemaId,
    node: &'d Node,
    scope: Scope,
}

/// What the reading of a schema depends on besides its node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) file: FileId,
    pub(super) resource: u32,
    pub(super) dialect: Dialect,
    pub(super) direction: Direction,
}

/// A `$dynamicRef` whose candidates are not known until everything is read.
#[derive(Debug)]
struct Dynamic {
    id: SchemaId,
    anchor: String,
    scope: Scope,
}

impl<'r, 'd> Lowering<'r, 'd> {
    /// An empty arena.
    pub fn new(references: &'r dyn References<'d>) -> Self {
        Self {
            schemas: Schemas::default(),
            references: Outside(references),
            identifiers: Identifiers::default(),
            lowered: HashMap::new(),
            order: Vec::new(),
            waiting: Vec::new(),
            dynamic: Vec::new(),
            entered: Vec::new(),
            merges: merge::Memory::default(),
        }
    }

    /// What was lowered so far.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// The same, to add schemas that no document holds.
    pub fn schemas_mut(&mut self) -> &mut Schemas {
        &mut self.schemas
    }

    /// The arena.
    pub fn into_schemas(self) -> Schemas {
        self.schemas
    }

    /// The present, for [`Lowering::forget_since`].
    pub fn mark(&self) -> Mark {
        Mark(self.order.len())
    }

    /// Forgets which nodes were lowered since `mark`: they are read again when they are next met, and
    /// their problems reported again. What was made of them stays in the arena.
    pub fn forget_since(&mut self, mark: Mark) {
        for key in self.order.drain(mark.0.min(self.order.len())..) {
            self.lowered.remove(&key);
        }
    }

    /// Lowers the schema `node` of `file` with everything it refers to. Problems are reported to
    /// `sink`; what a faulty keyword demanded is then not demanded.
    pub fn lower(
        &mut self,
        node: &'d Node,
        file: FileId,
        dialect: Dialect,
        direction: Direction,
        sink: &mut Sink,
    ) -> SchemaId {
        let start = self.schemas.len();
        let resource = self.identifiers.resource_of(node, file, dialect);
        let scope = Scope {
            file,
            resource,
            dialect,
            direction,
        };
        let root = self.child(node, scope);
        self.entered.push((root, resource));
        loop {
            while let Some(task) = self.waiting.pop() {
                self.read(task, sink);
            }
            if !self.settle_dynamic_references() {
                break;
            }
        }
        self.settle_resources();
        cycles::refuse(&mut self.schemas, start, sink);
        merge::simplify(&mut self.schemas, &mut self.merges, start);
        cycles::refuse(&mut self.schemas, start, &mut Sink::default());
        defaults::check(&mut self.schemas, start, sink);
        root
    }

    /// The place of a schema in the arena; on first sight it is queued to be read.
    pub(super) fn child(&mut self, node: &'d Node, scope: Scope) -> SchemaId {
        let key = (address(node), scope.direction, scope.dialect);
        if let Some(id) = self.lowered.get(&key) {
            return *id;
        }
        let id = self.schemas.add(Schema::new(node.span, Types::ANY));
        self.lowered.insert(key, id);
        self.order.push(key);
        let resource = self
            .identifiers
            .resource_of(node, scope.file, scope.dialect);
        let scope = Scope { resource, ..scope };
        self.waiting.push(Task { id, node, scope });
        id
    }

    fn read(&mut self, task: Task<'d>, sink: &mut Sink) {
        let Task { id, node, scope } = task;
        if self.schemas.len() > MAX_SCHEMAS {
            let message = format!("the schemas in use are more than {MAX_SCHEMAS}");
            sink.report(Diagnostic::nowhere(&codes::SCHEMA_LIMIT, message));
            return;
        }
        let mut schema = Schema::new(node.span, Types::ANY);
        schema.name = self.schemas.get_mut(id).name.take();
        if self.identifiers.is_root(scope.resource, node) {
            self.entered.push((id, scope.resource));
        }
        let reference = node.get("$ref").filter(|value| value.as_str().is_some());
        match reference {
            Some(reference) if !scope.dialect.has_reference_siblings() => {
                self.reference(reference, scope, &mut schema, sink);
                keywords::beside_reference(node, scope, &mut schema, sink);
            }
            _ => {
                if let Some(reference) = reference {
                    self.reference(reference, scope, &mut schema, sink);
                }
                self.dynamic_reference(id, node, scope, &mut schema, sink);
                keywords::read(self, node, scope, &mut schema, sink);
            }
        }
        *self.schemas.get_mut(id) = schema;
    }

    /// `$ref`
    fn reference(&mut self, value: &'d Node, scope: Scope, schema: &mut Schema, sink: &mut Sink) {
        if let Some(target) = self.find(value, scope, sink) {
            let id = self.target(&target, value, scope);
            schema.rules.push(Rule::Reference(id));
        }
    }

    /// `$dynamicRef`
    fn dynamic_reference(
        &mut self,
        id: SchemaId,
        node: &'d Node,
        scope: Scope,
        schema: &mut Schema,
        sink: &mut Sink,
    ) {
        let Some(value) = node.get("$dynamicRef") else {
            return;
        };
        let Some(reference) = value
            .as_str()
            .filter(|_| scope.dialect.has_reference_siblings())
        else {
            return;
        };
        let Some(target) = self.find(value, scope, sink) else {
            return;
        };
        let initial = self.target(&target, value, scope);
        let anchor = reference.split_once('#').map_or("", |(_, anchor)| anchor);
        if self.identifiers.is_dynamic_anchor(&target, anchor) {
            schema.rules.push(Rule::DynamicReference {
                initial,
                candidates: Vec::new().into(),
            });
            self.dynamic.push(Dynamic {
                id,
                anchor: anchor.to_owned(),
                scope,
            });
        } else {
            schema.rules.push(Rule::Reference(initial));
        }
    }

    /// The place of what a reference leads to, named after the reference.
    fn target(&mut self, target: &Target<'d>, reference: &Node, scope: Scope) -> SchemaId {
        let id = self.child(target.node, scope_of(target, scope));
        self.entered.push((id, target.resource));
        let schema = self.schemas.get_mut(id);
        if schema.name.is_none() {
            schema.name = reference.as_str().and_then(name_of);
        }
        id
    }

    fn find(&mut self, value: &Node, scope: Scope, sink: &mut Sink) -> Option<Target<'d>> {
        let text = value.as_str()?;
        let found =
            self.identifiers
                .resolve(scope.resource, text, scope.dialect, self.references.0);
        match found {
            Ok(target) => Some(target),
            Err(unresolved) => {
                let message = format!("the reference `{text}` leads nowhere");
                let mut diagnostic = Diagnostic::new(&codes::SCHEMA_REFERENCE, value.span, message)
                    .label(unresolved.reason);
                if let Some(meant) = unresolved.meant {
                    diagnostic = diagnostic.also(meant, "this is there");
                }
                diagnostic.help = unresolved.help;
                sink.report(diagnostic);
                None
            }
        }
    }

    /// Whether a member with this schema takes no part in the direction: `readOnly` in requests,
    /// `writeOnly` in responses, also where a reference or `allOf` says so.
    pub(super) fn is_hidden(&mut self, node: &'d Node, scope: Scope) -> bool {
        let keyword = match scope.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let mut seen = HashSet::new();
        let mut waiting = vec![(node, scope, 0)];
        while let Some((node, scope, depth)) = waiting.pop() {
            if depth > MAX_ANNOTATION_DEPTH || !seen.insert(address(node)) {
                continue;
            }
            let reference = node.get("$ref").and_then(Node::as_str);
            let siblings = reference.is_none() || scope.dialect.has_reference_siblings();
            if siblings && node.get(keyword).and_then(Node::as_bool) == Some(true) {
                return true;
            }
            if let Some(reference) = reference {
                let found = self.identifiers.resolve(
                    scope.resource,
                    reference,
                    scope.dialect,
                    self.references.0,
                );
                if let Ok(target) = found {
                    waiting.push((target.node, scope_of(&target, scope), depth + 1));
                }
            }
            if let Some(members) = node
                .get("allOf")
                .and_then(Node::as_array)
                .filter(|_| siblings)
            {
                waiting.extend(members.iter().map(|member| (member, scope, depth + 1)));
            }
        }
        false
    }

    /// Gives dynamic references the candidates known by now; whether that queued new schemas.
    fn settle_dynamic_references(&mut self) -> bool {
        let pending = std::mem::take(&mut self.dynamic);
        for dynamic in &pending {
            let mut found = Vec::new();
            for (resource, target) in self.identifiers.dynamic_anchors(&dynamic.anchor) {
                let id = self.child(target.node, scope_of(&target, dynamic.scope));
                found.push((resource, id));
            }
            for rule in &mut self.schemas.get_mut(dynamic.id).rules {
                if let Rule::DynamicReference { candidates, .. } = rule {
                    *candidates = found.clone().into();
                }
            }
        }
        self.dynamic = pending;
        !self.waiting.is_empty()
    }

    /// Records the dynamic scope where references depend on it, and nowhere else.
    fn settle_resources(&mut self) {
        let dynamic = self.dynamic.iter().any(|dynamic| {
            self.schemas.get(dynamic.id).rules.iter().any(|rule| {
                matches!(rule, Rule::DynamicReference { initial, candidates }
                    if candidates.iter().any(|(_, id)| id != initial))
            })
        });
        let entered = std::mem::take(&mut self.entered);
        if !dynamic {
            for dynamic in self.dynamic.drain(..) {
                for rule in &mut self.schemas.get_mut(dynamic.id).rules {
                    if let Rule::DynamicReference { initial, .. } = rule {
                        *rule = Rule::Reference(*initial);
                    }
                }
            }
            return;
        }
        for (id, resource) in entered {
            let rules = &mut self.schemas.get_mut(id).rules;
            if !rules.iter().any(|rule| matches!(rule, Rule::Resource(_))) {
                rules.insert(0, Rule::Resource(resource));
            }
        }
    }
}

fn scope_of(target: &Target<'_>, scope: Scope) -> Scope {
    Scope {
        file: target.file,
        resource: target.resource,
        ..scope
    }
}

/// What a reference calls its target: the last part of its fragment, else the name of the file.
fn name_of(reference: &str) -> Option<String> {
    let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let last = if fragment.is_empty() {
        let file = path.rsplit('/').next().unwrap_or(path);
        file.split('.').next().unwrap_or(file).to_owned()
    } else {
        match Pointer::parse_fragment(fragment) {
            Ok(pointer) => pointer.tokens().last()?.clone(),
            Err(_) => fragment.to_owned(),
        }
    };
    let meaningful = last.starts_with(|first: char| first.is_alphabetic() || first == '_');
    (meaningful && last != "schema").then_some(last)
}
