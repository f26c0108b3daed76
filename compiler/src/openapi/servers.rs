//! Where a document says that its API is: `servers` of the document, of path items and of operations.

use crate::source::{Node, Object, Span, Spanned, Value};

use super::{Document, Documents, Operation, Version, documents::own_uri, swagger};
use crate::schema::uri;

/// A candidate for where an API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl {
    /// `url` as written: possibly relative, with `{variables}`.
    pub written: String,
    /// The variables of the URL, in order of appearance, each once.
    pub variables: Vec<ServerVariable>,
    /// What the URL is relative to, where the document says (`$self`, OpenAPI 3.2).
    base: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A variable of a server's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerVariable {
    /// Its name.
    pub name: String,
    /// Its value unless something else is chosen; `None` where the document forgot it.
    pub default: Option<String>,
    /// The values it can have; empty where it can have any.
    pub choices: Vec<String>,
}

impl ServerUrl {
    /// A URL without variables.
    pub(super) fn plain(url: String, span: Span) -> Self {
        Self {
            written: url,
            variables: Vec::new(),
            base: None,
            span,
        }
    }

    /// The URL with the values that `chosen` has for its variables, or their defaults; absolute where
    /// the document says what it is relative to.
    ///
    /// # Errors
    /// A variable without a value.
    pub fn with<'v>(&self, chosen: impl Fn(&str) -> Option<&'v str>) -> Result<String, &str> {
        let mut url = String::with_capacity(self.written.len());
        let mut rest = self.written.as_str();
        while let Some((before, name, after)) = variable(rest) {
            url.push_str(before);
            let declared = self.variables.iter().find(|known| known.name == name);
            let default = declared.and_then(|known| known.default.as_deref());
            url.push_str(chosen(name).or(default).ok_or(name)?);
            rest = after;
        }
        url.push_str(rest);
        Ok(match &self.base {
            Some(base) => uri::resolve(base, &url),
            None => url,
        })
    }
}

impl Document {
    /// The servers of an operation where they are not the document's: its own, or those of its path.
    pub fn own_servers<'d>(
        &self,
        operation: &Operation<'d>,
        documents: &'d Documents,
    ) -> Vec<ServerUrl> {
        if self.version == Version::V20 {
            return Vec::new();
        }
        let items = self.items_of(operation, documents);
        let base = documents.root(self.file).and_then(own_uri);
        let of = |node: &Node| servers(node, base);
        std::iter::once(operation.node)
            .chain(items.iter().map(|(_, item)| *item))
            .map(of)
            .find(|servers| !servers.is_empty())
            .unwrap_or_default()
    }
}

/// The servers of a document.
pub(super) fn of_document(root: &Node, version: Version) -> Vec<ServerUrl> {
    if version == Version::V20 {
        return swagger::servers(root);
    }
    servers(root, own_uri(root))
}

fn servers(node: &Node, base: Option<&str>) -> Vec<ServerUrl> {
    let servers = node.get("servers").and_then(Node::as_array);
    let servers = servers.unwrap_or_default().iter();
    servers.filter_map(|node| server(node, base)).collect()
}

fn server(node: &Node, base: Option<&str>) -> Option<ServerUrl> {
    let url = node.get("url")?;
    let written = Spanned::new(url.as_str()?.to_owned(), url.span);
    let declared = node.get("variables").and_then(Node::as_object);
    let mut variables: Vec<ServerVariable> = Vec::new();
    let mut rest = written.value.as_str();
    while let Some((_, name, after)) = variable(rest) {
        if !variables.iter().any(|known| known.name == name) {
            variables.push(declaration(name, declared));
        }
        rest = after;
    }
    Some(ServerUrl {
        written: written.value,
        variables,
        base: base.map(str::to_owned),
        span: written.span,
    })
}

/// The first variable in a URL, with what is before and after it.
fn variable(url: &str) -> Option<(&str, &str, &str)> {
    let (before, after) = url.split_once('{')?;
    let (name, after) = after.split_once('}')?;
    Some((before, name, after))
}

fn declaration(name: &str, declared: Option<&Object>) -> ServerVariable {
    // Unquoted, YAML makes a number of a port.
    let text = |node: &Node| match &node.value {
        Value::String(text) | Value::Number(text) => Some(text.clone()),
        _ => None,
    };
    let node = declared.and_then(|declared| declared.get(name));
    let choices = node.and_then(|node| node.get("enum")?.as_array());
    ServerVariable {
        name: name.to_owned(),
        default: node.and_then(|node| text(node.get("default")?)),
        choices: choices
            .unwrap_or_default()
            .iter()
            .filter_map(text)
            .collect(),
    }
}
