//! The tree that YAML and JSON documents are read into: JSON's data model, every node with its span.

use std::collections::HashMap;

use super::Span;
use crate::diagnostic::{Diagnostic, Sink, codes};

/// One value of a document.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// JSON's data model. Numbers keep the text of the document, rewritten to JSON's syntax where YAML's
/// differs (`0x1F`, `.5`, `+1`), so that nothing is lost to a float.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean(bool),
    /// A number, as JSON text.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Node>),
    /// An object.
    Object(Object),
}

/// The members of an object in the order of the document; keys are unique (the reader reports
/// duplicates and keeps the first).
#[derive(Clone, Debug, Default)]
pub struct Object {
    members: Vec<Member>,
    /// Positions by key; only kept where a linear search would be slow.
    index: HashMap<String, usize>,
}

/// One member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// From how many members on lookups go through an index.
const INDEXED_FROM: usize = 16;

impl Object {
    /// The members, in the order of the document.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    /// The member named `key`.
    pub fn member(&self, key: &str) -> Option<&Member> {
        if self.index.is_empty() {
            self.members.iter().find(|member| member.key == key)
        } else {
            self.members.get(*self.index.get(key)?)
        }
    }

    /// The value of `key`, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let position = if self.index.is_empty() {
            self.members.iter().position(|member| member.key == key)?
        } else {
            *self.index.get(key)?
        };
        self.members
            .get_mut(position)
            .map(|member| &mut member.value)
    }

    /// The values, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.members.iter_mut().map(|member| &mut member.value)
    }

    /// Keeps the members that `keep` says so of; it is asked once for each, in order.
    pub fn retain(&mut self, keep: impl FnMut(&Member) -> bool) {
        self.members.retain(keep);
        self.index.clear();
        if self.members.len() >= INDEXED_FROM {
            self.index = positions(self.members.iter());
        }
    }

    /// Adds a member.
    ///
    /// # Errors
    /// Gives the member back where the key is already there.
    pub fn insert(&mut self, member: Member) -> Result<(), Box<Member>> {
        if self.member(&member.key).is_some() {
            return Err(Box::new(member));
        }
        if !self.index.is_empty() {
            self.index.insert(member.key.clone(), self.members.len());
        } else if self.members.len() + 1 == INDEXED_FROM {
            self.index = positions(self.members.iter().chain(std::iter::once(&member)));
        }
        self.members.push(member);
        Ok(())
    }
}

fn positions<'m>(members: impl Iterator<Item = &'m Member>) -> HashMap<String, usize> {
    members
        .enumerate()
        .map(|(position, member)| (member.key.clone(), position))
        .collect()
}

/// Reports a member whose key the object has already.
pub(super) fn report_duplicate(object: &Object, member: &Member, sink: &mut Sink) {
    let message = format!("the key `{}` is there twice", member.key);
    let mut diagnostic = Diagnostic::new(&codes::DUPLICATE_KEY, member.key_span, message)
        .label("again here")
        .help("remove one of the two, or rename it");
    if let Some(first) = object.member(&member.key) {
        diagnostic = diagnostic.also(first.key_span, "first here");
    }
    sink.report(diagnostic);
}

impl Node {
    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value, if it is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The member `key`, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()?.get(key)
    }

    /// What kind of value it is, with its article, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "a mapping",
        }
    }

    /// The value as compact JSON text.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.write_json(&mut out);
        // Only UTF-8 was written.
        String::from_utf8(out).unwrap_or_default()
    }

    fn write_json(&self, out: &mut Vec<u8>) {
        match &self.value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Boolean(true) => out.extend_from_slice(b"true"),
            Value::Boolean(false) => out.extend_from_slice(b"false"),
            Value::Number(text) => out.extend_from_slice(text.as_bytes()),
            Value::String(text) => gatewright_schema::json::string_into(text, out),
            Value::Array(items) => {
                out.push(b'[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    item.write_json(out);
                }
                out.push(b']');
            }
            Value::Object(object) => {
                out.push(b'{');
                for (position, member) in object.members().iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    gatewright_schema::json::string_into(&member.key, out);
                    out.push(b':');
                    member.value.write_json(out);
                }
                out.push(b'}');
            }
        }
    }
}
