//! The JSON Schema that clients are shown, in forms that clients and model providers are known to take.
//!
//! Rendered schemas admit what the rules admit: patterns stand in their ECMA-262 form, what several
//! types share is split over `anyOf`. Left out, and enforced all the same, is only what cannot stand at
//! the root of a tool's input (unions and the like), and enumerations that are too long, which are
//! described instead.

mod body;
mod json;
mod layout;
mod sample;
mod says;
mod types;

use gatewright_schema::SchemaId;
use gatewright_schema::rule::Types;

use super::{Annotations, Schema, Schemas};
use json::Object;
use layout::Layout;

/// The schema of a tool's arguments: an object, whole in itself.
pub fn input(schemas: &Schemas, id: SchemaId) -> String {
    let renderer = Renderer::new(schemas, id);
    let mut object = renderer.whole(id, true);
    renderer.append_definitions(&mut object);
    object.finish()
}

/// The schema of a tool's answer.
pub fn output(schemas: &Schemas, id: SchemaId) -> String {
    let renderer = Renderer::new(schemas, id);
    let mut object = renderer.whole(id, false);
    renderer.append_definitions(&mut object);
    object.finish()
}

/// The schema of a tool's answer for the revisions of the protocol in which answers are objects: other
/// answers are the member `result` of one.
pub fn output_object(schemas: &Schemas, id: SchemaId) -> String {
    if schemas.get(schemas.follow(id)).types == Types::OBJECT {
        return output(schemas, id);
    }
    let renderer = Renderer::new(schemas, id);
    let mut properties = Object::default();
    properties.member("result", &renderer.whole(id, false).finish());
    let mut object = Object::default();
    object.member("type", "\"object\"");
    object.member("properties", &properties.finish());
    object.member("required", "[\"result\"]");
    renderer.append_definitions(&mut object);
    object.finish()
}

/// One rendering: a schema and which of those it leads to are definitions of their own.
struct Renderer<'s> {
    schemas: &'s Schemas,
    layout: Layout,
}

impl<'s> Renderer<'s> {
    fn new(schemas: &'s Schemas, root: SchemaId) -> Self {
        Self {
            schemas,
            layout: Layout::of(schemas, root),
        }
    }

    /// The root, in place even where it is also a definition.
    fn whole(&self, id: SchemaId, is_input: bool) -> Object {
        let (target, says) = self.said(id);
        if is_input {
            self.root_body(target, &says)
        } else {
            self.body(target, &says)
        }
    }

    /// A schema within another: in place, or a reference to its definition.
    fn schema(&self, id: SchemaId) -> String {
        let (target, says) = self.said(id);
        let Some(name) = self.layout.definition(target) else {
            return self.body(target, &says).finish();
        };
        let mut object = Object::default();
        object.member("$ref", &json::string(&format!("#/$defs/{name}")));
        // What the definition says itself is not repeated.
        if target != id {
            says::describe(&mut object, &self.schemas.get(id).annotations, None);
        }
        object.finish()
    }

    fn append_definitions(&self, object: &mut Object) {
        let mut definitions = Object::default();
        for (name, id) in self.layout.definitions() {
            let says = &self.schemas.get(id).annotations;
            definitions.member(name, &self.body(id, says).finish());
        }
        if !definitions.is_empty() {
            object.member("$defs", &definitions.finish());
        }
    }

    /// The schema behind references, and what is said of it: what stands at a reference counts before
    /// what stands at its target.
    fn said(&self, id: SchemaId) -> (SchemaId, Annotations) {
        let target = self.schemas.follow(id);
        let mut says = self.schemas.get(id).annotations.clone();
        if target != id {
            let inner = &self.schemas.get(target).annotations;
            says.title = says.title.or_else(|| inner.title.clone());
            says.description = says.description.or_else(|| inner.description.clone());
            says.default = says.default.or_else(|| inner.default.clone());
            says.format = says.format.or_else(|| inner.format.clone());
            says.content_encoding = says
                .content_encoding
                .or_else(|| inner.content_encoding.clone());
            says.content_media_type = says
                .content_media_type
                .or_else(|| inner.content_media_type.clone());
            if says.examples.is_empty() {
                says.examples.clone_from(&inner.examples);
            }
            says.deprecated |= inner.deprecated;
        }
        (target, says)
    }

    fn get(&self, id: SchemaId) -> &'s Schema {
        self.schemas.get(self.schemas.follow(id))
    }
}
