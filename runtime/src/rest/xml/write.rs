//! From arguments to an XML body. Whatever a caller sends stays within the element or the attribute
//! that the table gives it: text is escaped, and names that are not the schema's must be names.

use std::io::Write as _;

use gatewright_schema::json::{Kind, Reader};
use gatewright_schema::xml::is_name;
use gatewright_schema::{Violation, Violations};

use super::given::{Field, Form, Path, Step};
use super::table::{Document, Name, Node, Object, Place, Shape};
use super::text::{self, Within};
use crate::rest::Value;

const DECLARATION: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// What marks an element as `null` (XML Schema, part 1, section 2.6.2).
const NIL: &[u8] = br#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true""#;

/// What the root element holds.
pub(in crate::rest) enum Content<'a> {
    /// The value of an argument, and the name of that argument.
    Value(&'a str, Value<'a>),
    /// An object of arguments: each member's key, the name of its argument, its value.
    Members(Vec<(&'a str, &'a str, Value<'a>)>),
}

/// Writes a document. What cannot be written is left out and reported: the pointer leads to it from
/// the arguments of the call.
pub(in crate::rest) fn write(
    document: &Document,
    content: Content<'_>,
    violations: &mut Violations,
) -> Vec<u8> {
    let mut writer = Writer {
        document,
        out: Vec::with_capacity(512),
        violations,
    };
    writer.out.extend_from_slice(DECLARATION);
    let (root, path) = (&document.root, Path::default());
    let Place::Element(name) = root.place else {
        return writer.out; // The compiler makes no other root.
    };
    let shape = document.shape(root.shape);
    match content {
        Content::Value(argument, value) => {
            let path = path.to(Step::Name(argument));
            writer.element(&name, name.local, shape, Form::of(value), "", &path);
        }
        Content::Members(members) => {
            let fields = members
                .into_iter()
                .map(|(key, argument, value)| Field {
                    key: key.into(),
                    argument: Some(argument),
                    value,
                })
                .collect();
            writer.element(&name, name.local, shape, Form::Object(fields), "", &path);
        }
    }
    writer.out
}

struct Writer<'w> {
    document: &'w Document,
    out: Vec<u8>,
    violations: &'w mut Violations,
}

impl Writer<'_> {
    /// Writes a value where its node says. `inherited` is what it is called where the node has no
    /// name, `namespace` the default one at this place. Attributes are none of this: they were written
    /// with the tag.
    fn node(
        &mut self,
        node: &Node,
        inherited: &str,
        value: Value<'_>,
        namespace: &'static str,
        path: &Path<'_>,
    ) {
        let shape = self.document.shape(node.shape);
        match (node.place, Form::of(value)) {
            (Place::Attribute(_), _)
            | (Place::Text | Place::CData | Place::Inline(_), Form::Null) => {}
            (Place::Text, _) => self.text(value, Within::Element, path),
            (Place::CData, _) => {
                self.out.extend_from_slice(b"<![CDATA[");
                self.text(value, Within::CData, path);
                self.out.extend_from_slice(b"]]>");
            }
            (Place::Element(name), form) => {
                let local = named(name.local, inherited);
                match form {
                    Form::Array(items) if shape.item.is_none() => {
                        self.items(&Node::ANY, local, items, namespace, path);
                    }
                    form => self.element(&name, local, shape, form, namespace, path),
                }
            }
            (Place::Inline(name), Form::Array(items)) => {
                let item = shape.item.unwrap_or(Node::ANY);
                self.items(&item, named(name, inherited), items, namespace, path);
            }
            (Place::Inline(name), form) => match (form, &shape.item) {
                (Form::Object(fields), _) if shape.object.is_some() => {
                    self.content(shape, &fields, namespace, path);
                }
                // One item that stands for a list.
                (_, Some(item)) => {
                    self.node(item, named(name, inherited), value, namespace, path);
                }
                _ => {}
            },
        }
    }

    fn items(
        &mut self,
        item: &Node,
        inherited: &str,
        mut items: Reader<'_>,
        namespace: &'static str,
        path: &Path<'_>,
    ) {
        let (mut first, mut index) = (true, 0);
        if items.begin_array().is_err() {
            return;
        }
        while let Ok(true) = items.next_item(&mut first) {
            let Ok(value) = items.raw() else { return };
            let value = Value::Json(value.as_str());
            self.node(
                item,
                inherited,
                value,
                namespace,
                &path.to(Step::Index(index)),
            );
            index += 1;
        }
    }

    fn element(
        &mut self,
        name: &Name,
        local: &str,
        shape: &'static Shape,
        form: Form<'_>,
        namespace: &'static str,
        path: &Path<'_>,
    ) {
        let is_root = self.out.len() == DECLARATION.len();
        self.out.push(b'<');
        self.name(name, local);
        if is_root {
            for (prefix, namespace) in self.document.namespaces {
                self.out.extend_from_slice(b" xmlns:");
                self.out.extend_from_slice(prefix.as_bytes());
                self.constant(namespace);
            }
        }
        let moves = name.prefix.is_empty() && !name.namespace.is_empty();
        if moves && name.namespace != namespace {
            self.out.extend_from_slice(b" xmlns");
            self.constant(name.namespace);
        }
        let namespace = if moves { name.namespace } else { namespace };
        match &form {
            Form::Null => self.out.extend_from_slice(NIL),
            Form::Object(fields) => self.attributes(shape, fields, path),
            Form::Scalar(_) | Form::Array(_) => {}
        }
        self.out.push(b'>');
        let start = self.out.len();
        match form {
            Form::Null => {}
            Form::Scalar(value) => self.text(value, Within::Element, path),
            Form::Object(fields) => self.content(shape, &fields, namespace, path),
            Form::Array(items) => {
                let item = shape.item.unwrap_or(Node::ANY);
                self.items(&item, local, items, namespace, path);
            }
        }
        if self.out.len() == start {
            self.out.pop();
            self.out.extend_from_slice(b"/>");
        } else {
            self.out.extend_from_slice(b"</");
            self.name(name, local);
            self.out.push(b'>');
        }
    }

    /// Writes the attributes that an object and the objects inlined in it have.
    fn attributes(&mut self, shape: &'static Shape, fields: &[Field<'_>], path: &Path<'_>) {
        for (node, field) in declared(shape.object.as_ref(), fields) {
            let path = path.to(field.step());
            match node.place {
                Place::Attribute(name) => self.attribute(&name, name.local, field.value, &path),
                Place::Inline(_) => {
                    let shape = self.document.shape(node.shape);
                    if let (Some(_), Form::Object(fields)) = (&shape.object, Form::of(field.value))
                    {
                        self.attributes(shape, &fields, &path);
                    }
                }
                Place::Element(_) | Place::Text | Place::CData => {}
            }
        }
        for field in others(shape.object.as_ref(), fields) {
            let Some(local) = generic_attribute(shape, &field.key) else {
                continue;
            };
            let path = path.to(field.step());
            // `xmlns` would not be an attribute, but change what the names in the element mean.
            if is_name(local) && local != "xmlns" {
                self.attribute(&Name::NONE, local, field.value, &path);
            } else {
                self.refuse(
                    &path,
                    "a member whose name, after `@`, can name an attribute",
                    || format!("the name {local:?}"),
                );
            }
        }
    }

    fn attribute(&mut self, name: &Name, local: &str, value: Value<'_>, path: &Path<'_>) {
        if let Form::Null = Form::of(value) {
            return;
        }
        self.out.push(b' ');
        self.name(name, local);
        self.out.extend_from_slice(b"=\"");
        self.text(value, Within::Attribute, path);
        self.out.push(b'"');
    }

    /// Writes what is between the tags of an object: what the schema names in its order, then the rest.
    fn content(
        &mut self,
        shape: &'static Shape,
        fields: &[Field<'_>],
        namespace: &'static str,
        path: &Path<'_>,
    ) {
        for (node, field) in declared(shape.object.as_ref(), fields) {
            self.node(node, "", field.value, namespace, &path.to(field.step()));
        }
        let rest = shape.object.as_ref().and_then(|object| object.rest);
        for field in others(shape.object.as_ref(), fields) {
            let path = path.to(field.step());
            if generic_attribute(shape, &field.key).is_some() {
                continue;
            }
            if field.key == "#text" && is_generic(shape) {
                self.text(field.value, Within::Element, &path);
            } else if is_name(&field.key) {
                let node = rest.unwrap_or(Node::ANY);
                self.node(&node, &field.key, field.value, namespace, &path);
            } else {
                self.refuse(&path, "a member whose name can name an XML element", || {
                    format!("the name {:?}", field.key)
                });
            }
        }
    }

    fn text(&mut self, value: Value<'_>, within: Within, path: &Path<'_>) {
        let pushed = match value {
            Value::Absent => Ok(()),
            Value::Text(text) => text::push(text, within, &mut self.out),
            Value::Integer(value) => {
                let _ = write!(self.out, "{value}"); // Infallible: writing to a vector.
                Ok(())
            }
            Value::Boolean(value) => {
                text::push(if value { "true" } else { "false" }, within, &mut self.out)
            }
            Value::Number(number) => text::push(number, within, &mut self.out),
            Value::Json(json) => {
                let mut reader = Reader::over(json);
                match reader.peek() {
                    Ok(Kind::String) => {
                        let text = reader.string().unwrap_or_default();
                        text::push(&text, within, &mut self.out)
                    }
                    Ok(Kind::Number | Kind::Boolean) => text::push(json, within, &mut self.out),
                    Ok(Kind::Array | Kind::Object) => {
                        self.refuse(path, "a string, a number or a boolean", || {
                            "an array or an object".to_owned()
                        });
                        Ok(())
                    }
                    Ok(Kind::Null) | Err(_) => Ok(()),
                }
            }
        };
        if let Err(character) = pushed {
            let expected = "text that XML can hold: no control characters but tabs and line breaks";
            self.refuse(path, expected, || {
                format!("text with the character U+{:04X}", u32::from(character))
            });
        }
    }

    fn name(&mut self, name: &Name, local: &str) {
        if !name.prefix.is_empty() {
            self.out.extend_from_slice(name.prefix.as_bytes());
            self.out.push(b':');
        }
        self.out.extend_from_slice(local.as_bytes());
    }

    /// Writes a value that the compiler has checked.
    fn constant(&mut self, value: &str) {
        self.out.extend_from_slice(b"=\"");
        let _ = text::push(value, Within::Attribute, &mut self.out);
        self.out.push(b'"');
    }

    #[cold]
    fn refuse(&mut self, path: &Path<'_>, expected: &str, actual: impl FnOnce() -> String) {
        self.violations.push(Violation {
            pointer: path.pointer(),
            rule: "request",
            expected: expected.to_owned(),
            actual: actual(),
            help: None,
        });
    }
}

fn named<'n>(local: &'n str, inherited: &'n str) -> &'n str {
    if local.is_empty() { inherited } else { local }
}

/// The fields that the schema names, in its order, with their places.
fn declared<'f, 'a>(
    object: Option<&'static Object>,
    fields: &'f [Field<'a>],
) -> impl Iterator<Item = (&'static Node, &'f Field<'a>)> {
    let members = object.map_or(&[][..], |object| object.members);
    members.iter().filter_map(move |member| {
        let field = fields.iter().find(|field| field.key == member.key)?;
        Some((&member.node, field))
    })
}

/// The fields that it does not name.
fn others<'f, 'a>(
    object: Option<&'static Object>,
    fields: &'f [Field<'a>],
) -> impl Iterator<Item = &'f Field<'a>> {
    let members = object.map_or(&[][..], |object| object.members);
    fields
        .iter()
        .filter(move |field| members.iter().all(|member| member.key != field.key))
}

/// Whether nothing is known of an object's members, so that the generic mapping tells what they are.
fn is_generic(shape: &Shape) -> bool {
    shape
        .object
        .as_ref()
        .is_none_or(|object| object.members.is_empty() && object.rest.is_none())
}

/// The name of the attribute that a member stands for where nothing is known of it: `@id`.
fn generic_attribute<'k>(shape: &Shape, key: &'k str) -> Option<&'k str> {
    key.strip_prefix('@').filter(|_| is_generic(shape))
}
