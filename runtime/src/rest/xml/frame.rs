//! What was read of one element so far: its members as JSON text, in the places that the schema gives
//! them, whatever order they came in.

use std::collections::BTreeMap;

use gatewright_schema::json::string_into;
use gatewright_schema::rule::Types;

use super::scalar;
use super::table::{Document, Object, Place, Shape};

/// The values that one member has so far.
#[derive(Default)]
pub(super) struct Slot {
    /// With commas between them.
    values: Vec<u8>,
    count: usize,
    /// Whether the value stands for the whole list, though the schema gives the list no element.
    is_whole: bool,
    /// Whether even one value is a list.
    is_list: bool,
    /// The members of an object that has no element of its own.
    frame: Option<Box<Frame>>,
}

impl Slot {
    pub(super) fn push(&mut self, value: &[u8]) {
        if self.count > 0 {
            self.values.push(b',');
        }
        self.values.extend_from_slice(value);
        self.count += 1;
    }

    /// Adds an item of what is a list however many there are.
    pub(super) fn push_item(&mut self, value: &[u8]) {
        self.is_list = true;
        self.push(value);
    }

    /// Adds what an element held that is called as the member itself.
    pub(super) fn push_whole(&mut self, value: &[u8]) {
        self.is_whole = self.count == 0 && value.starts_with(b"[");
        self.push(value);
    }

    /// The frame of an object that has no element of its own.
    pub(super) fn frame(&mut self, object: &Object) -> &mut Frame {
        self.frame
            .get_or_insert_with(|| Box::new(Frame::of(Some(object))))
    }

    /// Appends the values: as a list where it is one, or where there are several.
    fn finish(&self, is_list: bool, out: &mut Vec<u8>) {
        let bracketed = self.count != 1 || is_list && !self.is_whole;
        if bracketed {
            out.push(b'[');
        }
        out.extend_from_slice(&self.values);
        if bracketed {
            out.push(b']');
        }
    }
}

/// What was read of one element.
#[derive(Default)]
pub(super) struct Frame {
    /// One for each member that the schema names.
    slots: Vec<Slot>,
    /// The others by their keys, each with its place in the order they came.
    others: BTreeMap<String, (usize, Slot)>,
    /// All text, CDATA sections included.
    pub(super) text: String,
    /// Whether there was a CDATA section; what they hold.
    pub(super) cdata: Option<String>,
}

impl Frame {
    /// An empty one, for the members of an object.
    pub(super) fn of(object: Option<&Object>) -> Self {
        let mut frame = Self::default();
        let members = object.map_or(0, |object| object.members.len());
        frame.slots.resize_with(members, Slot::default);
        frame
    }

    /// The slot of a member that the schema names.
    pub(super) fn slot(&mut self, position: usize) -> Option<&mut Slot> {
        self.slots.get_mut(position)
    }

    /// The slot of one that it does not.
    pub(super) fn other(&mut self, key: &str) -> &mut Slot {
        let next = self.others.len();
        let other = self.others.entry(key.to_owned());
        &mut other.or_insert_with(|| (next, Slot::default())).1
    }

    /// Whether there is nothing but text.
    pub(super) fn is_text(&self) -> bool {
        self.others.is_empty()
            && self
                .slots
                .iter()
                .all(|slot| slot.count == 0 && slot.frame.is_none())
    }

    /// Appends the object.
    pub(super) fn finish(
        mut self,
        document: &Document,
        object: Option<&Object>,
        out: &mut Vec<u8>,
    ) {
        out.push(b'{');
        let start = out.len();
        let text = std::mem::take(&mut self.text);
        let mut text = Some(text).filter(|text| !is_blank(text));
        for (member, mut slot) in members(object).iter().zip(std::mem::take(&mut self.slots)) {
            let shape = document.shape(member.node.shape);
            let holds_text = match member.node.place {
                Place::Text => text.take(),
                Place::CData => {
                    let cdata = self.cdata.take();
                    text.take()
                        .map(|text| cdata.unwrap_or_else(|| trimmed(&text).to_owned()))
                }
                _ => None,
            };
            let is_list = matches!(member.node.place, Place::Inline(_)) && shape.item.is_some();
            let is_null = matches!(member.node.place, Place::Attribute(_))
                && shape.types != Types::ANY
                && shape.types.contains(Types::NULL);
            let absent = slot.count == 0;
            if let Some(text) = holds_text.filter(|_| absent) {
                key(member.key, start, out);
                scalar::push(&text, shape.types, out);
            } else if let Some(frame) = slot.frame.take().filter(|_| absent) {
                key(member.key, start, out);
                frame.finish(document, shape.object.as_ref(), out);
            } else if !absent || is_list && member.required {
                key(member.key, start, out);
                slot.finish(is_list, out);
            } else if is_null {
                key(member.key, start, out);
                out.extend_from_slice(b"null");
            }
        }
        let mut others: Vec<_> = self.others.iter().collect();
        others.sort_unstable_by_key(|(_, (order, _))| *order);
        for (name, (_, slot)) in others {
            key(name, start, out);
            slot.finish(slot.is_list, out);
        }
        if let Some(text) = text {
            key("#text", start, out);
            string_into(trimmed(&text), out);
        }
        out.push(b'}');
    }
}

/// Where a child element goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It is the member at a position, or an item of it.
    Member(usize),
    /// It is in the object at a position, which has no element of its own.
    Within(usize),
    /// It is called as the member at a position, which the schema gives another name or place.
    Key(usize),
}

/// How far objects without elements of their own are within one another, at most.
const MAX_INLINED: usize = 16;

/// Where the child element of an object goes, by its local name.
pub(super) fn target(document: &Document, object: &Object, local: &str) -> Option<Target> {
    position(document, object, local, false, 0).or_else(|| {
        let key = |member: &super::Member| member.key == local;
        Some(Target::Key(object.members.iter().position(key)?))
    })
}

/// Where an attribute goes.
pub(super) fn attribute(document: &Document, object: &Object, local: &str) -> Option<Target> {
    position(document, object, local, true, 0)
}

fn position(
    document: &Document,
    object: &Object,
    local: &str,
    is_attribute: bool,
    depth: usize,
) -> Option<Target> {
    object
        .members
        .iter()
        .enumerate()
        .find_map(|(position, member)| {
            let shape = document.shape(member.node.shape);
            match (member.node.place, &shape.item, &shape.object) {
                (Place::Element(name), ..) if !is_attribute && name.local == local => {
                    Some(Target::Member(position))
                }
                (Place::Attribute(name), ..) if is_attribute && name.local == local => {
                    Some(Target::Member(position))
                }
                (Place::Inline(inherited), Some(item), _) if !is_attribute => {
                    let name = match item.place {
                        Place::Element(name) if !name.local.is_empty() => name.local,
                        _ => inherited,
                    };
                    (name == local).then_some(Target::Member(position))
                }
                (Place::Inline(_), None, Some(object)) if depth < MAX_INLINED => {
                    self::position(document, object, local, is_attribute, depth + 1)
                        .map(|_| Target::Within(position))
                }
                _ => None,
            }
        })
}

/// The members that an object's schema names.
pub(super) fn members(object: Option<&Object>) -> &'static [super::Member] {
    object.map_or(&[], |object| object.members)
}

/// Appends a key, after a comma where one is needed.
fn key(key: &str, start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b',');
    }
    string_into(key, out);
    out.push(b':');
}

pub(super) fn is_blank(text: &str) -> bool {
    trimmed(text).is_empty()
}

/// Without XML's white space around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// Whether a value may be text alone: a scalar is admitted, or nothing is known of it.
pub(super) fn admits_text(shape: &Shape) -> bool {
    let structured = Types::OBJECT.union(Types::ARRAY);
    !shape
        .types
        .without(structured.union(Types::NULL))
        .is_empty()
        || shape.object.is_none() && shape.item.is_none()
}
