//! How the arguments of a tool become an HTTP request, as constant tables.

use super::xml::Document;

/// An operation of an API.
#[derive(Debug)]
pub struct Operation {
    /// A position in the gateway's APIs.
    pub api: usize,
    /// Upper case.
    pub method: &'static str,
    /// The path template, for logs and spans: `/pets/{petId}`.
    pub template: &'static str,
    /// The names that callers know the arguments by, by position; for messages.
    pub arguments: &'static [&'static str],
    /// The segments of the path, each made of pieces; joined with `/` after the path of the API's URL.
    pub path: &'static [&'static [Piece]],
    /// Query, header and cookie parameters, in the order they are written.
    pub parameters: &'static [Parameter],
    /// The body.
    pub body: Body,
    /// The value of `Accept`.
    pub accept: &'static str,
    /// How the answer lies in XML, where that is what the API answers.
    pub xml: Option<Document>,
}

/// A piece of a path segment.
#[derive(Debug)]
pub enum Piece {
    /// Text of the template, already percent-encoded where it had to be.
    Literal(&'static str),
    /// A path parameter.
    Parameter(Parameter),
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// The position of its value among those that generated code passes.
    pub argument: usize,
    /// Its name on the wire: percent-encoded for query, lower case for headers.
    pub name: &'static str,
    /// Where it goes.
    pub location: Location,
    /// How arrays and objects are written.
    pub style: Style,
    /// Whether each item or member is written on its own.
    pub explode: bool,
    /// Whether RFC 3986's reserved characters stay as they are.
    pub allow_reserved: bool,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

/// How arrays and objects are written (OpenAPI 3.1.1, section 4.8.12.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `;name=value`
    Matrix,
    /// `.value`
    Label,
    /// `value,value`
    Simple,
    /// `name=value&name=value`
    Form,
    /// `name=value%20value`
    SpaceDelimited,
    /// `name=value%7Cvalue`
    PipeDelimited,
    /// `name%5Bkey%5D=value`
    DeepObject,
    /// The JSON text of the value (parameters with `content: application/json`).
    Json,
}

/// The body of a request.
#[derive(Debug)]
pub enum Body {
    /// None.
    None,
    /// One argument is the whole body.
    Json {
        /// Its media type: `application/json`, `application/merge-patch+json`.
        media_type: &'static str,
        /// The position of its value.
        argument: usize,
    },
    /// The body is an object made of arguments.
    JsonObject {
        /// Its media type.
        media_type: &'static str,
        /// Its members, in order; absent arguments are left out.
        members: &'static [Member],
        /// Whether `{}` is sent where every argument is absent; otherwise no body is.
        required: bool,
    },
    /// One argument is the whole body, in XML.
    Xml {
        /// Its media type: `application/xml`.
        media_type: &'static str,
        /// How it lies in XML.
        document: Document,
        /// The position of its value.
        argument: usize,
    },
    /// The body is an XML element made of arguments.
    XmlObject {
        /// Its media type.
        media_type: &'static str,
        /// How the object lies in XML.
        document: Document,
        /// The keys of its members, each with the position of its value; absent arguments are left out.
        members: &'static [(&'static str, usize)],
        /// Whether an empty element is sent where every argument is absent; otherwise no body is.
        required: bool,
    },
}

/// A member of a [`Body::JsonObject`].
#[derive(Debug)]
pub struct Member {
    /// The key as JSON text with its colon: `"name":`.
    pub key: &'static str,
    /// The position of its value.
    pub argument: usize,
}
