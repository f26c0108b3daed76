//! The rest of one operation: parameters, body and answers, references followed.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Node, Object, Span, Spanned};

use super::{
    Body, Details, Document, Documents, MediaType, Operation, Response, SchemaAt, Status, Version,
    parameters, swagger,
};

impl Document {
    /// Reads the rest of an operation of this document. Everything that it consists of must be right;
    /// schemas are left to their normalisation. `None` where an error was reported.
    pub fn details<'d>(
        &self,
        operation: &Operation<'d>,
        documents: &'d Documents,
        sink: &mut Sink,
    ) -> Option<Details<'d>> {
        let errors = sink.errors();
        let root = documents.root(self.file)?;
        let items = self.items_of(operation, documents);
        let shared = items
            .iter()
            .filter_map(|(file, item)| Some((*file, item.get("parameters")?)));
        let own = (operation.file, operation.node);
        documents.report_flaws(shared.chain([own]).collect(), sink);
        documents.report_duplicates(operation.path_item, sink);
        let mut reader = Reader::new(documents, self.version, sink);
        let parameters = parameters::read(&mut reader, &items, operation);
        let at = |key| operation.node.get(key).map(|node| (operation.file, node));
        let body = if self.version == Version::V20 {
            let parts = swagger::body_parts(&mut reader, &items, operation);
            swagger::body(&mut reader, &parts, operation, root)
        } else {
            at("requestBody").and_then(|(file, node)| reader.body(file, node))
        };
        let content = |reader: &mut Reader<'d, '_>, part: Part<'d>| match part.object.get("content")
        {
            _ if reader.version == Version::V20 => swagger::answer(part, operation, root),
            Some(content) => reader.media_types(part.file, content),
            None => Vec::new(),
        };
        let responses = at("responses").map(|(file, node)| reader.responses(file, node, content));
        let unsupported = reader.unsupported;
        (sink.errors() == errors).then(|| Details {
            parameters,
            body,
            responses: responses.unwrap_or_default(),
            unsupported,
        })
    }
}

/// What reading the parts of an operation needs.
pub(super) struct Reader<'d, 's> {
    pub(super) documents: &'d Documents,
    pub(super) version: Version,
    /// See [`Details::unsupported`]; the first that was met.
    pub(super) unsupported: Option<Spanned<String>>,
    pub(super) sink: &'s mut Sink,
}

/// A part of a document after its reference.
#[derive(Clone, Copy)]
pub(super) struct Part<'d> {
    pub(super) file: FileId,
    pub(super) node: &'d Node,
    pub(super) object: &'d Object,
    /// `description`; in 3.1, that beside the reference comes first.
    pub(super) description: Option<&'d str>,
}

impl<'d, 's> Reader<'d, 's> {
    pub(super) fn new(documents: &'d Documents, version: Version, sink: &'s mut Sink) -> Self {
        Self {
            documents,
            version,
            unsupported: None,
            sink,
        }
    }

    /// A mapping, behind a reference or not. `what` names it with its article.
    pub(super) fn part(&mut self, file: FileId, node: &'d Node, what: &str) -> Option<Part<'d>> {
        let (file, target) = match self.documents.follow(file, node) {
            Ok(found) => found,
            Err(error) => {
                let place = node
                    .get("$ref")
                    .map_or(node.span, |reference| reference.span);
                self.sink.report(error.diagnostic(place));
                return None;
            }
        };
        let Some(object) = target.as_object() else {
            self.wrong_type(target, what, "a mapping");
            return None;
        };
        let described = |node: &'d Node| node.get("description").and_then(Node::as_str);
        let own = described(node).filter(|_| self.version >= Version::V31);
        Some(Part {
            file,
            node: target,
            object,
            description: own.or_else(|| described(target)),
        })
    }

    pub(super) fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("{what} must be {wanted}, but is {}", node.kind());
        self.malformed(node.span, message);
    }

    /// Notes what OpenAPI allows and no tool can do.
    pub(super) fn unsupported(&mut self, span: Span, reason: String) {
        self.unsupported
            .get_or_insert_with(|| Spanned::new(reason, span));
    }

    pub(super) fn malformed(&mut self, span: Span, message: String) {
        self.sink
            .report(Diagnostic::new(&codes::MALFORMED_DOCUMENT, span, message));
    }

    /// The flag `key`, which is false where it is absent.
    pub(super) fn flag(&mut self, object: &Object, key: &str) -> Option<bool> {
        let node = object.get(key)?;
        let value = node.as_bool();
        if value.is_none() {
            self.wrong_type(node, &format!("`{key}`"), "`true` or `false`");
        }
        value
    }

    fn body(&mut self, file: FileId, node: &'d Node) -> Option<Body<'d>> {
        let part = self.part(file, node, "a request body")?;
        let required = self.flag(part.object, "required").unwrap_or(false);
        let Some(content) = part.object.get("content") else {
            self.malformed(part.node.span, "a request body has no `content`".into());
            return None;
        };
        Some(Body {
            required,
            description: part.description,
            media_types: self.media_types(part.file, content),
            span: part.node.span,
        })
    }

    /// The entries of a `content`.
    pub(super) fn media_types(&mut self, file: FileId, content: &'d Node) -> Vec<MediaType<'d>> {
        let Some(object) = content.as_object() else {
            self.wrong_type(content, "`content`", "a mapping");
            return Vec::new();
        };
        let mut media_types = Vec::new();
        for member in object.members() {
            if let Some(part) = self.part(file, &member.value, "a media type") {
                media_types.push(MediaType {
                    name: Spanned::new(member.key.as_str(), member.key_span),
                    schema: part.object.get("schema").map(|node| SchemaAt {
                        node,
                        file: part.file,
                    }),
                    node: part.node,
                });
            }
        }
        media_types
    }

    /// `responses`; `content` reads the media types of one.
    fn responses(
        &mut self,
        file: FileId,
        node: &'d Node,
        content: impl Fn(&mut Self, Part<'d>) -> Vec<MediaType<'d>>,
    ) -> Vec<Response<'d>> {
        let Some(object) = node.as_object() else {
            self.wrong_type(node, "`responses`", "a mapping");
            return Vec::new();
        };
        let mut responses = Vec::new();
        for member in object.members() {
            if member.key.starts_with("x-") {
                continue;
            }
            let Some(status) = status(&member.key) else {
                let message = format!("`{}` is not a status code", member.key.escape_debug());
                self.sink.report(
                    Diagnostic::new(&codes::MALFORMED_DOCUMENT, member.key_span, message)
                        .help("write a code such as `200`, a range such as `2XX`, or `default`"),
                );
                continue;
            };
            let Some(part) = self.part(file, &member.value, "a response") else {
                continue;
            };
            responses.push(Response {
                status,
                description: part.description,
                media_types: content(self, part),
                headers: part
                    .object
                    .get("headers")
                    .and_then(Node::as_object)
                    .into_iter()
                    .flat_map(Object::members)
                    .map(|member| member.key.as_str())
                    .collect(),
            });
        }
        responses
    }
}

/// A key of `responses`.
fn status(key: &str) -> Option<Status> {
    if key == "default" {
        return Some(Status::Default);
    }
    let first = key
        .chars()
        .next()?
        .to_digit(10)
        .filter(|digit| (1..=5).contains(digit))?;
    match key.get(1..)? {
        "XX" | "xx" => Some(Status::Range(u8::try_from(first).ok()?)),
        rest if rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(Status::Code(key.parse().ok()?))
        }
        _ => None,
    }
}
