//! YAML 1.2 documents read into the spanned tree: the core schema, and nothing that JSON's data model
//! does not have.

mod alias;
mod scalar;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::tree::report_duplicate;
use super::{FileId, MAX_DEPTH, Member, Node, Object, Span, Value};
use crate::diagnostic::{Diagnostic, Sink, codes};
use alias::Anchors;

/// How long a key may be. YAML says 1,024 characters, and generated documents exceed that.
const MAX_KEY_CHARACTERS: usize = 65_536;

/// Reads a document. What is wrong with it is reported; `None` where there is nothing to go on with.
pub(super) fn read(file: FileId, text: &str, sink: &mut Sink) -> Option<Node> {
    let options = granit_parser::options! {
        simple_key_max_lookahead: MAX_KEY_CHARACTERS,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        file,
        text,
        sink,
        open: Vec::new(),
        anchors: Anchors::default(),
        documents: 0,
        root: None,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => {
                let span = builder.span(&span);
                if builder.event(event, span).is_err() {
                    return None;
                }
            }
            Err(error) => {
                builder.scan_error(&error);
                return None;
            }
        }
    }
    builder.root.or(Some(Node {
        span: Span::new(file, 0, 0),
        value: Value::Null,
    }))
}

/// A fault after which the rest of the document would only cause further ones. It was reported.
struct Abort;

/// A collection that has begun and not ended.
struct Open {
    start: Span,
    style: StructureStyle,
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping {
        object: Object,
        /// The key whose value comes next.
        key: Option<Key>,
        /// The values of `<<`, to be merged in when the mapping ends.
        merges: Vec<Node>,
    },
}

struct Key {
    text: String,
    span: Span,
    merge: bool,
}

struct Builder<'t, 's> {
    file: FileId,
    text: &'t str,
    sink: &'s mut Sink,
    open: Vec<Open>,
    anchors: Anchors,
    documents: usize,
    root: Option<Node>,
}

impl Builder<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Abort> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.report(
                        span,
                        "a second document in one file",
                        "keep one document in a file, and remove the other `---`",
                    );
                    return Err(Abort);
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.trim(span);
                let merge = style == ScalarStyle::Plain && text == "<<" && tag.is_none();
                if self.expects_key() {
                    let text = text.into_owned();
                    self.anchor(
                        anchor,
                        &Node {
                            span,
                            value: Value::String(text.clone()),
                        },
                    )?;
                    self.key(Key { text, span, merge });
                    return Ok(());
                }
                let value = self.scalar(&text, style, tag.as_deref(), span);
                let node = Node { span, value };
                self.anchor(anchor, &node)?;
                return self.place(node);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.collection_tag(tag.as_deref(), "seq", span);
                return self.begin(Open {
                    start: span,
                    style,
                    anchor,
                    content: Content::Sequence(Vec::new()),
                });
            }
            Event::MappingStart(style, anchor, tag) => {
                self.collection_tag(tag.as_deref(), "map", span);
                let content = Content::Mapping {
                    object: Object::default(),
                    key: None,
                    merges: Vec::new(),
                };
                return self.begin(Open {
                    start: span,
                    style,
                    anchor,
                    content,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => return self.end(span),
            Event::Alias(anchor) => return self.alias(anchor, span),
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, open: Open) -> Result<(), Abort> {
        if self.expects_key() {
            self.report(
                open.start,
                "a key is a scalar",
                "write the key as plain or quoted text",
            );
            return Err(Abort);
        }
        if self.open.len() == MAX_DEPTH {
            return Err(self.too_deep(open.start));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self, end: Span) -> Result<(), Abort> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let mut last = open.start.end;
        let value = match open.content {
            Content::Sequence(items) => {
                last = items.last().map_or(last, |item| item.span.end.max(last));
                Value::Array(items)
            }
            Content::Mapping {
                mut object, merges, ..
            } => {
                if let Some(member) = object.members().last() {
                    last = last.max(member.key_span.end);
                    // The value may stand elsewhere, where it is an alias.
                    if member.value.span.start >= member.key_span.end {
                        last = last.max(member.value.span.end);
                    }
                }
                for merge in merges {
                    self.merge(&mut object, merge);
                }
                Value::Object(object)
            }
        };
        let end = match open.style {
            StructureStyle::Flow => end.end,
            // A block ends where the next begins; what it holds ends earlier.
            StructureStyle::Block => last,
        };
        let node = Node {
            span: Span::new(self.file, open.start.start, end.max(open.start.start)),
            value,
        };
        self.anchor(open.anchor, &node)?;
        self.place(node)
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open {
                content: Content::Mapping { key: None, .. },
                ..
            })
        )
    }

    fn key(&mut self, new: Key) {
        if let Some(Open {
            content: Content::Mapping { key, .. },
            ..
        }) = self.open.last_mut()
        {
            *key = Some(new);
        }
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node) -> Result<(), Abort> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open {
                content: Content::Sequence(items),
                ..
            }) => items.push(node),
            Some(Open {
                content:
                    Content::Mapping {
                        object,
                        key,
                        merges,
                    },
                ..
            }) => match key.take() {
                Some(Key { merge: true, .. }) => merges.push(node),
                Some(Key { text, span, .. }) => {
                    if let Err(member) = object.insert(Member {
                        key: text,
                        key_span: span,
                        value: node,
                    }) {
                        report_duplicate(object, &member, self.sink);
                    }
                }
                // Only an alias can come here: every other node in the place of a key was dealt with.
                None => {
                    let text = match node.value {
                        Value::String(text) | Value::Number(text) => text,
                        Value::Boolean(value) => value.to_string(),
                        Value::Null => "null".to_owned(),
                        Value::Array(_) | Value::Object(_) => {
                            self.report(
                                node.span,
                                "a key is a scalar",
                                "write the key as plain or quoted text",
                            );
                            return Err(Abort);
                        }
                    };
                    *key = Some(Key {
                        text,
                        span: node.span,
                        merge: false,
                    });
                }
            },
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Value {
        let resolved = match tag {
            None if style == ScalarStyle::Plain => scalar::plain(text),
            None => Ok(Value::String(text.to_owned())),
            // The non-specific tag `!` (YAML 1.2.2, section 6.9.1).
            Some(tag) if tag.handle().is_empty() && tag.suffix() == "!" => {
                Ok(Value::String(text.to_owned()))
            }
            Some(tag) => match tag.core_suffix() {
                Some(suffix) => scalar::tagged(suffix, text),
                None => Err(scalar::FOREIGN_TAG),
            },
        };
        resolved.unwrap_or_else(|fault| {
            self.report(span, fault.what, fault.help);
            Value::String(text.to_owned())
        })
    }

    fn collection_tag(&mut self, tag: Option<&Tag>, expected: &str, span: Span) {
        let Some(tag) = tag else { return };
        let fault = match tag.core_suffix() {
            Some(suffix) if suffix == expected => return,
            Some(_) => scalar::WRONG_TAG,
            None if tag.handle().is_empty() && tag.suffix() == "!" => return,
            None => scalar::FOREIGN_TAG,
        };
        self.report(span, fault.what, fault.help);
    }

    fn too_deep(&mut self, span: Span) -> Abort {
        self.report(span, &format!("nested deeper than {MAX_DEPTH} levels"), "");
        Abort
    }

    fn report(&mut self, span: Span, what: &str, help: &str) {
        let diagnostic = Diagnostic::new(&codes::SYNTAX, span, what);
        self.sink.report(if help.is_empty() {
            diagnostic
        } else {
            diagnostic.help(help)
        });
    }

    fn scan_error(&mut self, error: &ScanError) {
        let start = error.marker().byte_offset().unwrap_or_default();
        let span = self.clamp(start, start);
        let length = self
            .text
            .get(span.start as usize..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
        let span = self.clamp(start, start + length);
        self.report(span, &error.info(), "");
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or_default();
        self.clamp(start, span.end.byte_offset().unwrap_or(start))
    }

    /// A span within the text. A file is at most 64 MiB, so that every offset fits.
    fn clamp(&self, start: usize, end: usize) -> Span {
        let start = start.min(self.text.len());
        let end = end.clamp(start, self.text.len());
        Span::new(
            self.file,
            u32::try_from(start).unwrap_or(u32::MAX),
            u32::try_from(end).unwrap_or(u32::MAX),
        )
    }

    /// The span without the white space at its end, which block scalars have.
    fn trim(&self, span: Span) -> Span {
        let (start, end) = (span.start as usize, span.end as usize);
        let length = self
            .text
            .get(start..end)
            .map_or(0, |text| text.trim_end().len());
        self.clamp(start, start + length)
    }
}

#[cfg(test)]
mod tests;
