//! Which credentials an operation asks for: `security`, and the schemes it names
//! (`components.securitySchemes`; in 2.0, `securityDefinitions`).

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{FileId, Node, Object, Spanned};
use crate::suggestion::did_you_mean;

use super::{Document, Documents, Operation, Version};

/// What a document says about the credentials of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security<'d> {
    /// Nothing: neither the operation nor the document has `security`.
    Undeclared,
    /// `security: []`: it is open to all.
    Open,
    /// One of these, in the document's order; never none.
    OneOf(Vec<Alternative<'d>>),
}

/// Schemes that are asked for together; none of them where credentials are optional (`{}`).
pub type Alternative<'d> = Vec<Spanned<&'d str>>;

/// A way to authenticate that a document declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme<'d> {
    /// Its key, and where that stands.
    pub name: Spanned<&'d str>,
    /// What it takes.
    pub kind: SchemeKind<'d>,
}

/// What a scheme takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemeKind<'d> {
    /// `type: apiKey`: where the key goes, and under which name.
    ApiKey(KeyLocation, &'d str),
    /// `type: http` with `scheme: basic`, and 2.0's `type: basic`.
    Basic,
    /// `type: http` with `scheme: bearer`.
    Bearer,
    /// `type: http` with another scheme.
    Http(&'d str),
    /// `type: oauth2`
    OAuth2,
    /// `type: openIdConnect`
    OpenIdConnect,
    /// `type: mutualTLS`
    MutualTls,
}

/// Where a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLocation {
    /// `in: header`
    Header,
    /// `in: query`
    Query,
    /// `in: cookie`
    Cookie,
}

/// The types of schemes that some version of OpenAPI has.
const TYPES: [&str; 6] = [
    "apiKey",
    "basic",
    "http",
    "mutualTLS",
    "oauth2",
    "openIdConnect",
];

impl Document {
    /// What the document asks of callers of an operation: its own `security`, or else the document's.
    /// `None` where an error was reported.
    pub fn security<'d>(
        &self,
        operation: &Operation<'d>,
        documents: &'d Documents,
        sink: &mut Sink,
    ) -> Option<Security<'d>> {
        let root = documents.root(self.file)?;
        let Some(node) = operation
            .node
            .get("security")
            .or_else(|| root.get("security"))
        else {
            return Some(Security::Undeclared);
        };
        documents.report_flaws(vec![(self.file, node)], sink);
        let Some(items) = node.as_array() else {
            malformed(node, "`security` must be a list", sink);
            return None;
        };
        if items.is_empty() {
            return Some(Security::Open);
        }
        let mut alternatives = Vec::new();
        for item in items {
            let Some(object) = item.as_object() else {
                malformed(item, "a security requirement must be a mapping", sink);
                return None;
            };
            let names = object.members().iter();
            alternatives.push(
                names
                    .map(|member| Spanned::new(member.key.as_str(), member.key_span))
                    .collect(),
            );
        }
        Some(Security::OneOf(alternatives))
    }

    /// The keys of all schemes that the document declares.
    pub fn scheme_names<'d>(&self, documents: &'d Documents) -> Vec<Spanned<&'d str>> {
        let Some((_, schemes)) = self.schemes(documents) else {
            return Vec::new();
        };
        let members = schemes.members().iter();
        members
            .map(|member| Spanned::new(member.key.as_str(), member.key_span))
            .collect()
    }

    /// The scheme of that name, which stands in a requirement. `None` where an error was reported.
    pub fn scheme<'d>(
        &self,
        name: &Spanned<&str>,
        documents: &'d Documents,
        sink: &mut Sink,
    ) -> Option<Scheme<'d>> {
        let found = self.schemes(documents).and_then(|(file, schemes)| {
            let member = schemes.member(name.value)?;
            Some((file, member))
        });
        let Some((file, member)) = found else {
            let names = self.scheme_names(documents);
            let help = did_you_mean(name.value, names.iter().map(|name| name.value));
            sink.report(
                Diagnostic::new(
                    &codes::MALFORMED_DOCUMENT,
                    name.span,
                    format!(
                        "the document declares no security scheme `{}`",
                        name.value.escape_debug()
                    ),
                )
                .help(help.unwrap_or_else(|| {
                    let section = if self.version == Version::V20 {
                        "securityDefinitions"
                    } else {
                        "components.securitySchemes"
                    };
                    format!("declare it under `{section}`, with an overlay if need be")
                })),
            );
            return None;
        };
        documents.report_flaws(vec![(file, &member.value)], sink);
        let (_, node) = match documents.follow(file, &member.value) {
            Ok(found) => found,
            Err(error) => {
                let place = member.value.get("$ref").unwrap_or(&member.value);
                sink.report(error.diagnostic(place.span));
                return None;
            }
        };
        Some(Scheme {
            name: Spanned::new(&member.key, member.key_span),
            kind: kind(node, sink)?,
        })
    }

    fn schemes<'d>(&self, documents: &'d Documents) -> Option<(FileId, &'d Object)> {
        let root = documents.root(self.file)?;
        let (file, node) = if self.version == Version::V20 {
            (self.file, root.get("securityDefinitions")?)
        } else {
            let components = root.get("components")?;
            let (file, components) = documents.follow(self.file, components).ok()?;
            (file, components.get("securitySchemes")?)
        };
        let (file, node) = documents.follow(file, node).ok()?;
        Some((file, node.as_object()?))
    }
}

fn kind<'d>(node: &'d Node, sink: &mut Sink) -> Option<SchemeKind<'d>> {
    let text = |key| node.get(key).and_then(Node::as_str);
    match text("type") {
        Some("apiKey") => api_key(node, sink),
        Some("basic") => Some(SchemeKind::Basic),
        Some("http") => match text("scheme") {
            Some(scheme) if scheme.eq_ignore_ascii_case("basic") => Some(SchemeKind::Basic),
            Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => Some(SchemeKind::Bearer),
            Some(scheme) => Some(SchemeKind::Http(scheme)),
            None => {
                let message = "a security scheme of the type `http` needs a `scheme`";
                malformed(node, message, sink);
                None
            }
        },
        Some("oauth2") => Some(SchemeKind::OAuth2),
        Some("openIdConnect") => Some(SchemeKind::OpenIdConnect),
        Some("mutualTLS") => Some(SchemeKind::MutualTls),
        other => {
            let place = node.get("type").unwrap_or(node);
            let help = other.and_then(|other| did_you_mean(other, TYPES));
            let diagnostic = Diagnostic::new(
                &codes::MALFORMED_DOCUMENT,
                place.span,
                "this is no type of a security scheme",
            );
            sink.report(
                diagnostic
                    .help(help.unwrap_or_else(|| format!("there are `{}`", TYPES.join("`, `")))),
            );
            None
        }
    }
}

fn api_key<'d>(node: &'d Node, sink: &mut Sink) -> Option<SchemeKind<'d>> {
    let text = |key| node.get(key).and_then(Node::as_str);
    let location = match text("in") {
        Some("header") => Some(KeyLocation::Header),
        Some("query") => Some(KeyLocation::Query),
        Some("cookie") => Some(KeyLocation::Cookie),
        _ => None,
    };
    let name = text("name").filter(|name| !name.is_empty());
    if let (Some(location), Some(name)) = (location, name) {
        return Some(SchemeKind::ApiKey(location, name));
    }
    let message = "an API key needs a `name`, and `in`: `header`, `query` or `cookie`";
    malformed(node, message, sink);
    None
}

fn malformed(node: &Node, message: &str, sink: &mut Sink) {
    sink.report(Diagnostic::new(
        &codes::MALFORMED_DOCUMENT,
        node.span,
        message,
    ));
}
