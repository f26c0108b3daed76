//! One OpenAPI document: its version and servers, and the list of its operations.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Member, Node, Object, Span, Spanned, Value};

use super::{Documents, Operation, ServerUrl, Version, hints, servers};

/// A document whose version is known. Nothing else of it has been judged.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its file.
    pub file: FileId,
    /// Its version.
    pub version: Version,
    /// `info.title`
    pub title: Option<String>,
    /// `info.description`
    pub description: Option<String>,
    /// `servers` (2.0: `schemes`, `host` and `basePath`)
    pub servers: Vec<ServerUrl>,
}

/// The fixed fields for methods, as keys and as sent, with the version since which there are. TRACE is
/// none of them: its answer repeats the request with its credentials (RFC 9110, section 9.3.8).
const METHODS: &[(&str, &str, Version)] = &[
    ("get", "GET", Version::V20),
    ("put", "PUT", Version::V20),
    ("post", "POST", Version::V20),
    ("delete", "DELETE", Version::V20),
    ("options", "OPTIONS", Version::V20),
    ("head", "HEAD", Version::V20),
    ("patch", "PATCH", Version::V20),
    ("query", "QUERY", Version::V32),
];

/// How many references a path item may be behind.
const PATH_ITEMS_AT_MOST: usize = 16;

impl Document {
    /// The document in a file that was loaded. Only what is needed to list operations is checked.
    pub fn open(file: FileId, documents: &Documents, sink: &mut Sink) -> Option<Self> {
        let root = documents.root(file)?;
        let version = version(root, sink)?;
        if let Some(paths) = root.get("paths")
            && paths.as_object().is_none()
        {
            sink.report(Diagnostic::new(
                &codes::MALFORMED_DOCUMENT,
                paths.span,
                format!("`paths` must be a mapping, but is {}", paths.kind()),
            ));
            return None;
        }
        let info = |key| Some(root.get("info")?.get(key)?.as_str()?.to_owned());
        Some(Self {
            file,
            version,
            title: info("title"),
            description: info("description"),
            servers: servers::of_document(root, version),
        })
    }

    /// All operations, in the order of the document. What cannot be read as an operation is left out:
    /// it does no harm unless something selects it, and then it is not found.
    pub fn operations<'d>(&self, documents: &'d Documents) -> Vec<Operation<'d>> {
        let mut operations = Vec::new();
        let root = documents.root(self.file);
        let paths = root
            .and_then(|root| root.get("paths"))
            .and_then(Node::as_object)
            .map_or(&[][..], Object::members);
        for path in paths.iter().filter(|path| path.key.starts_with('/')) {
            let items = self.path_items(&path.value, documents);
            let text = |key| {
                items
                    .iter()
                    .find_map(|(_, item)| item.get(key).and_then(Node::as_str))
            };
            let (summary, description) = (text("summary"), text("description"));
            let mut seen: Vec<&str> = Vec::new();
            for (file, item) in &items {
                for (method, member) in self.methods(item) {
                    // Documents split over files keep whole operations in other files, although OpenAPI
                    // has no references in this place.
                    let Ok((file, node)) = documents.follow(*file, &member.value) else {
                        continue;
                    };
                    if node.as_object().is_none() || seen.contains(&method) {
                        continue;
                    }
                    seen.push(method);
                    let mut operation =
                        operation(method, path, member.key_span, (file, node), item);
                    operation.summary = operation.summary.or(summary);
                    operation.description = operation.description.or(description);
                    let above = items.iter().map(|(_, item)| *item).chain(root);
                    operation.offered = hints::offered(std::iter::once(node).chain(above));
                    operations.push(operation);
                }
            }
        }
        operations
    }

    /// The path items that lead to an operation: see [`Document::path_items`].
    pub(super) fn items_of<'d>(
        &self,
        operation: &Operation<'d>,
        documents: &'d Documents,
    ) -> Vec<(FileId, &'d Node)> {
        documents
            .root(self.file)
            .and_then(|root| root.get("paths")?.get(operation.path.value))
            .map_or_else(Vec::new, |item| self.path_items(item, documents))
    }

    /// The operations of one path item, each with its method.
    fn methods<'d>(&self, item: &'d Node) -> Vec<(&'d str, &'d Member)> {
        let mut methods = Vec::new();
        for member in item.as_object().map_or(&[][..], Object::members) {
            let fixed = METHODS
                .iter()
                .find(|(key, _, since)| *key == member.key && self.version >= *since);
            if let Some((_, method, _)) = fixed {
                methods.push((*method, member));
            } else if member.key == "additionalOperations" && self.version >= Version::V32 {
                let additional = member.value.as_object().map_or(&[][..], Object::members);
                let named = additional
                    .iter()
                    .filter(|member| is_additional(&member.key));
                methods.extend(named.map(|member| (member.key.as_str(), member)));
            }
        }
        methods
    }

    /// The path item of a path template with its file, and those it refers to, nearest first: since 3.1
    /// the fields beside a `$ref` count as well. A reference that leads nowhere ends the list.
    pub(super) fn path_items<'d>(
        &self,
        item: &'d Node,
        documents: &'d Documents,
    ) -> Vec<(FileId, &'d Node)> {
        let mut items = vec![(self.file, item)];
        while let Some((file, item)) = items.last().copied() {
            let Some(reference) = item.get("$ref").and_then(Node::as_str) else {
                break;
            };
            match documents.resolve(file, reference) {
                Ok(next) if items.len() < PATH_ITEMS_AT_MOST => items.push(next),
                _ => break,
            }
        }
        items
    }
}

/// Whether a key of `additionalOperations` is a method, and none that has a field of its own.
fn is_additional(method: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let fixed = METHODS
        .iter()
        .any(|(_, fixed, _)| fixed.eq_ignore_ascii_case(method));
    !method.is_empty()
        && method.bytes().all(token)
        && !fixed
        && !method.eq_ignore_ascii_case("TRACE")
}

fn operation<'d>(
    method: &'d str,
    path: &'d Member,
    span: Span,
    (file, node): (FileId, &'d Node),
    path_item: &'d Node,
) -> Operation<'d> {
    let text = |key| node.get(key).and_then(Node::as_str);
    let id = node.get("operationId").and_then(|id| {
        let text = id.as_str().filter(|text| !text.is_empty())?;
        Some(Spanned::new(text, id.span))
    });
    let tags = node.get("tags").and_then(Node::as_array);
    Operation {
        method,
        path: Spanned::new(path.key.as_str(), path.key_span),
        id,
        tags: tags
            .unwrap_or_default()
            .iter()
            .filter_map(Node::as_str)
            .collect(),
        summary: text("summary"),
        description: text("description"),
        deprecated: node.get("deprecated").and_then(Node::as_bool) == Some(true),
        offered: true,
        span,
        node,
        path_item,
        file,
    }
}

/// The version family, from `openapi`.
fn version(root: &Node, sink: &mut Sink) -> Option<Version> {
    let Some(object) = root.as_object() else {
        sink.report(Diagnostic::new(
            &codes::NOT_OPENAPI,
            root.span,
            format!(
                "an OpenAPI document is a mapping, and this is {}",
                root.kind()
            ),
        ));
        return None;
    };
    let declared = object.get("openapi").or_else(|| object.get("swagger"));
    let Some(declared) = declared else {
        let place = object
            .members()
            .first()
            .map_or(root.span, |first| first.key_span);
        sink.report(
            Diagnostic::new(
                &codes::NOT_OPENAPI,
                place,
                "this is not an OpenAPI document: it has neither `openapi` nor `swagger`",
            )
            .help("its version stands at the beginning, such as `openapi: 3.1.0`"),
        );
        return None;
    };
    // Unquoted, YAML makes a number of `3.0`.
    let (Value::String(text) | Value::Number(text)) = &declared.value else {
        sink.report(Diagnostic::new(
            &codes::NOT_OPENAPI,
            declared.span,
            format!(
                "the version of OpenAPI must be text, but is {}",
                declared.kind()
            ),
        ));
        return None;
    };
    let family = |prefix: &str| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if object.get("openapi").is_none() && family("2.0") {
        return Some(Version::V20);
    }
    if family("3.0") {
        return Some(Version::V30);
    }
    if family("3.1") {
        return Some(Version::V31);
    }
    if family("3.2") {
        return Some(Version::V32);
    }
    sink.report(unsupported(text, declared.span));
    None
}

fn unsupported(version: &str, span: Span) -> Diagnostic {
    let shown: String = version.chars().take(20).collect();
    let diagnostic = Diagnostic::new(
        &codes::UNSUPPORTED_VERSION,
        span,
        format!(
            "OpenAPI {} is not read by this version of Gatewright",
            shown.escape_debug()
        ),
    );
    diagnostic.help("it reads 2.0, 3.0, 3.1 and 3.2: convert the document to one of them")
}
