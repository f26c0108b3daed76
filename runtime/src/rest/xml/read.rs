//! From an XML answer to JSON, event by event.
//!
//! There are no entities but the five of XML itself and references to characters: a document type
//! declaration is refused, so nothing can be defined, expanded or fetched.

use gatewright_schema::json::string_into;
use gatewright_schema::rule::Types;
use gatewright_schema::xml::is_character;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::frame::{self, Frame, Target};
use super::table::{Document, Object, Place, Shape};
use super::{Node, Problem, encoding, scalar};

/// How deep the JSON may become; what reads it goes no deeper than 128. An element is two levels at
/// most, a list and an object, and so is one more for each object around it that has no element.
const MAX_DEPTH: usize = 120;
/// The longest name, in bytes.
const MAX_NAME: usize = 1024;
/// The most attributes of one element.
const MAX_ATTRIBUTES: usize = 256;

/// What is known where no schema says anything.
static UNKNOWN: Document = Document {
    shapes: &[],
    root: Node::ANY,
    namespaces: &[],
};

/// Reads a whole document into compact JSON text. With a schema, what the root element holds is the
/// value; without, the value is an object with one member, called as the root element. Prefixes and
/// namespaces are left out. `charset` is that of the media type.
///
/// # Errors
/// Where the body is no XML document, declares a document type, is in another encoding than UTF-8,
/// UTF-16 and ISO 8859-1, or goes beyond the bounds on depth, names and attributes.
///
/// ```
/// let json = gatewright::rest::xml::read(None, b"<pet id='1'><tag>a</tag><tag>b</tag></pet>", None)?;
/// assert_eq!(json, br#"{"pet":{"@id":"1","tag":["a","b"]}}"#);
/// # Ok::<(), gatewright::rest::xml::Problem>(())
/// ```
pub fn read(
    document: Option<&Document>,
    body: &[u8],
    charset: Option<&str>,
) -> Result<Vec<u8>, Problem> {
    let text = encoding::decode(body, charset)?;
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Walk {
        reader,
        document: document.unwrap_or(&UNKNOWN),
    };
    let mut out = Vec::with_capacity(text.len());
    let root = walk.prologue()?;
    if document.is_some() {
        let shape = walk.document.shape(walk.document.root.shape);
        walk.element(&root, shape, 1, &mut out)?;
    } else {
        out.push(b'{');
        string_into(walk.local(&root)?, &mut out);
        out.push(b':');
        walk.element(&root, &Shape::ANY, 1, &mut out)?;
        out.push(b'}');
    }
    walk.epilogue()?;
    Ok(out)
}

struct Walk<'x, 'd> {
    reader: Reader<&'x [u8]>,
    document: &'d Document,
}

impl<'x> Walk<'x, '_> {
    fn event(&mut self) -> Result<Event<'x>, Problem> {
        self.reader
            .read_event()
            .map_err(|error| Problem::at(error, self.reader.error_position()))
    }

    #[cold]
    fn problem(&self, what: &str) -> Problem {
        Problem::at(what, self.reader.buffer_position())
    }

    /// What stands before the root element, and its tag.
    fn prologue(&mut self) -> Result<BytesStart<'x>, Problem> {
        loop {
            match self.event()? {
                Event::Start(root) => return Ok(root),
                Event::Eof => return Err(self.problem("no element")),
                event => self.between(&event)?,
            }
        }
    }

    fn epilogue(&mut self) -> Result<(), Problem> {
        loop {
            match self.event()? {
                Event::Eof => return Ok(()),
                Event::Start(_) => return Err(self.problem("a second root element")),
                event => self.between(&event)?,
            }
        }
    }

    /// What may stand outside of the root element.
    fn between(&self, event: &Event<'_>) -> Result<(), Problem> {
        match event {
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => Ok(()),
            Event::Text(text) if frame::is_blank(text) => Ok(()),
            Event::DocType(_) => {
                Err(self.problem("a document type declaration, which is not read,"))
            }
            _ => Err(self.problem("text outside of the root element")),
        }
    }

    /// Reads an element up to its end, and appends its value.
    fn element(
        &mut self,
        tag: &BytesStart<'_>,
        shape: &'static Shape,
        depth: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        if depth > MAX_DEPTH {
            return Err(self.problem("elements nested too deeply"));
        }
        let mut frame = Frame::of(shape.object.as_ref());
        let is_nil = self.attributes(tag, shape, &mut frame)?;
        let (mut items, mut count) = (Vec::new(), 0_usize);
        loop {
            match self.event()? {
                Event::Start(child) => match (&shape.object, &shape.item) {
                    (Some(object), _) => {
                        self.child(&child, object, &mut frame, depth, &mut Vec::new())?;
                    }
                    // In an element of its own a list has nothing but items, whatever they are called.
                    (None, Some(item)) => {
                        if count > 0 {
                            items.push(b',');
                        }
                        count += 1;
                        let shape = self.document.shape(item.shape);
                        self.element(&child, shape, depth + 2, &mut items)?;
                    }
                    (None, None) => {
                        self.other(&child, None, &mut frame, depth)?;
                    }
                },
                Event::End(_) => break,
                Event::Text(text) => frame.text.push_str(&text.xml10_content()),
                Event::CData(text) => {
                    let text = text.xml10_content();
                    frame.text.push_str(&text);
                    frame.cdata.get_or_insert_default().push_str(&text);
                }
                Event::GeneralRef(reference) => {
                    let character = self.character(&reference)?;
                    frame.text.push(character);
                    // What a section cannot hold stands between two of them.
                    if let Some(cdata) = &mut frame.cdata {
                        cdata.push(character);
                    }
                }
                Event::Comment(_) | Event::PI(_) => {}
                Event::DocType(_) | Event::Decl(_) => {
                    return Err(self.problem("a declaration within an element"));
                }
                Event::Empty(_) | Event::Eof => {
                    return Err(self.problem("an element without its end"));
                }
            }
        }
        if is_nil {
            out.extend_from_slice(b"null");
        } else if count > 0 || is_list(shape) && frame::is_blank(&frame.text) {
            out.push(b'[');
            out.extend_from_slice(&items);
            out.push(b']');
        } else if frame.is_text() && frame::admits_text(shape) {
            scalar::push(&frame.text, shape.types, out);
        } else {
            frame.finish(self.document, shape.object.as_ref(), out);
        }
        Ok(())
    }

    /// Reads the attributes; whether one says that the element is `null`.
    fn attributes(
        &self,
        tag: &BytesStart<'_>,
        shape: &'static Shape,
        frame: &mut Frame,
    ) -> Result<bool, Problem> {
        let mut is_nil = false;
        let mut attributes = tag.attributes();
        // There are few, and those of one name are a list.
        attributes.with_checks(false);
        for (count, attribute) in attributes.enumerate() {
            let attribute =
                attribute.map_err(|error| Problem::at(error, self.reader.buffer_position()))?;
            if count >= MAX_ATTRIBUTES {
                return Err(self.problem("an element with too many attributes"));
            }
            let name: &str = attribute.key.as_ref();
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            if local.is_empty() || local.len() > MAX_NAME {
                return Err(self.problem("an attribute without a name, or with too long a one"));
            }
            match (prefix, local) {
                ("", "xmlns") | ("xmlns", _) => {}
                ("xsi", _) => {
                    let value = self.value(&attribute)?;
                    is_nil |= local == "nil" && matches!(value.trim(), "true" | "1");
                }
                _ => {
                    let value = self.value(&attribute)?;
                    self.attribute(local, &value, shape, frame);
                }
            }
        }
        Ok(is_nil)
    }

    fn value(&self, attribute: &Attribute<'_>) -> Result<String, Problem> {
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Problem::at(error, self.reader.buffer_position()))?;
        if value.chars().all(is_character) {
            Ok(value.into_owned())
        } else {
            Err(self.problem("a character that XML does not have"))
        }
    }

    /// Puts an attribute where it goes. Of an element that holds but text they are left out.
    fn attribute(&self, local: &str, value: &str, shape: &'static Shape, frame: &mut Frame) {
        let mut text = Vec::new();
        let Some(object) = &shape.object else {
            if shape.types == Types::ANY && shape.item.is_none() {
                string_into(value, &mut text);
                frame.other(&format!("@{local}")).push(&text);
            }
            return;
        };
        let (mut object, mut frame) = (object, frame);
        while let Some(found) = frame::attribute(self.document, object, local) {
            let (Target::Member(position) | Target::Within(position) | Target::Key(position)) =
                found;
            let Some(member) = object.members.get(position) else {
                return;
            };
            let shape = self.document.shape(member.node.shape);
            let Some(slot) = frame.slot(position) else {
                return;
            };
            if let (Some(inner), Target::Within(_)) = (&shape.object, found) {
                frame = slot.frame(inner);
                object = inner;
            } else {
                scalar::push(value, shape.types, &mut text);
                slot.push(&text);
                return;
            }
        }
        string_into(value, &mut text);
        frame.other(&format!("@{local}")).push(&text);
    }

    /// Reads an element that is a part of an object. `value` is empty, and lent to be written to.
    fn child(
        &mut self,
        tag: &BytesStart<'_>,
        object: &'static Object,
        frame: &mut Frame,
        depth: usize,
        value: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let local = self.local(tag)?;
        let Some(found) = frame::target(self.document, object, local) else {
            return self.other(tag, Some(object), frame, depth);
        };
        let (Target::Member(position) | Target::Within(position) | Target::Key(position)) = found;
        let (Some(member), Some(slot)) = (object.members.get(position), frame.slot(position))
        else {
            return Ok(());
        };
        let shape = self.document.shape(member.node.shape);
        match (found, &shape.object, member.node.place, &shape.item) {
            (Target::Within(_), Some(inner), ..) => {
                return self.child(tag, inner, slot.frame(inner), depth + 1, value);
            }
            (Target::Member(_), _, Place::Inline(_), Some(item)) => {
                let shape = self.document.shape(item.shape);
                self.element(tag, shape, depth + 2, value)?;
                slot.push(value);
            }
            (Target::Key(_), ..) => {
                self.element(tag, shape, depth + 2, value)?;
                slot.push_whole(value);
            }
            _ => {
                self.element(tag, shape, depth + 2, value)?;
                slot.push(value);
            }
        }
        Ok(())
    }

    /// Reads an element that the schema does not name.
    fn other(
        &mut self,
        tag: &BytesStart<'_>,
        object: Option<&'static Object>,
        frame: &mut Frame,
        depth: usize,
    ) -> Result<(), Problem> {
        let local = self.local(tag)?.to_owned();
        let rest = object.and_then(|object| object.rest);
        let shape = rest.map_or(&Shape::ANY, |rest| self.document.shape(rest.shape));
        let mut value = Vec::new();
        if let (Some(Place::Inline(_)), Some(item)) = (rest.map(|rest| rest.place), &shape.item) {
            let shape = self.document.shape(item.shape);
            self.element(tag, shape, depth + 2, &mut value)?;
            frame.other(&local).push_item(&value);
        } else {
            self.element(tag, shape, depth + 2, &mut value)?;
            frame.other(&local).push(&value);
        }
        Ok(())
    }

    /// The name of an element, without its prefix.
    fn local<'t>(&self, tag: &'t BytesStart<'_>) -> Result<&'t str, Problem> {
        let name = tag.name().0;
        let local = name.rsplit(':').next().unwrap_or_default();
        if local.is_empty() || local.len() > MAX_NAME {
            return Err(self.problem("an element without a name, or with too long a one"));
        }
        Ok(local)
    }

    /// The character that a reference stands for.
    fn character(&self, reference: &BytesRef<'_>) -> Result<char, Problem> {
        let found = match &**reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        found
            .filter(|character| is_character(*character))
            .ok_or_else(|| self.problem("a reference to something that is not defined"))
    }
}

/// Whether an element holds a list and nothing else.
fn is_list(shape: &Shape) -> bool {
    shape.item.is_some() && shape.object.is_none()
}
