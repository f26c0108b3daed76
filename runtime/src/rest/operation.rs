//! How the arguments of a tool become an HTTP request, as constant tables.

use super::xml::Document;

/// An operation of an API.
#[derive(Debug)]
pub struct Operation {
    /// A position in the gateway's APIs.
    pub api: usize,
    /// Positions in that API's credentials: all of them are sent.
    pub credentials: &'static [usize],
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
    /// `deepObject` with deeper values, which each API reads in a way of its own.
    Nested(Nesting),
    /// The JSON text of the value (parameters with `content: application/json`).
    Json,
    /// How a member of a form is written where the document says nothing: scalars as text, objects as
    /// JSON, the items of an array one by one (OpenAPI 3.1.1, section 4.8.15).
    Member,
    /// The name and the value exactly as they are: a pair that stands in the path template. The value is
    /// a constant of the binary, never an argument.
    Fixed,
}

/// How values within the members of a `deepObject` are written. OpenAPI leaves it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// `name[key][]=value&name[key][]=value`
    Brackets,
    /// `name[key][0]=value&name[key][1]=value`
    Indices,
    /// `name[key]=value&name[key]=value`
    Repeat,
    /// `name[key]=` and the JSON text of the value.
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
    /// `application/x-www-form-urlencoded`
    UrlEncoded {
        /// Its media type.
        media_type: &'static str,
        /// The argument whose members are the fields; absent where each field has an argument.
        whole: Option<usize>,
        /// The fields, in order; their location is [`Location::Query`].
        fields: &'static [Parameter],
        /// Whether an empty body is sent where every argument is absent; otherwise none is.
        required: bool,
    },
    /// `multipart/form-data` (RFC 7578)
    Multipart {
        /// The argument whose members are the parts; absent where each part has an argument.
        whole: Option<usize>,
        /// The parts, in order.
        parts: &'static [Part],
        /// Whether a body without parts is sent where every argument is absent; otherwise none is.
        required: bool,
    },
    /// A scalar as text.
    Text {
        /// Its media type, with its `charset`.
        media_type: &'static str,
        /// The position of its value.
        argument: usize,
    },
    /// Bytes, which the argument holds in base64.
    Binary {
        /// Their media type.
        media_type: &'static str,
        /// The position of the value.
        argument: usize,
    },
    /// Bytes whose media type the caller knows: an object with `media_type` and `data`.
    File {
        /// The position of the value.
        argument: usize,
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

/// A part of a [`Body::Multipart`].
#[derive(Debug)]
pub struct Part {
    /// Its name as it stands between the quotes of `Content-Disposition`.
    pub name: &'static str,
    /// The position of its value.
    pub argument: usize,
    /// How the value is written.
    pub content: Content,
    /// Its media type. Empty: none for text, `application/json` for objects,
    /// `application/octet-stream` for files.
    pub media_type: &'static str,
    /// Further header lines, each with its line break.
    pub headers: &'static str,
}

/// How the value of a [`Part`] is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Scalars as text, objects as JSON, each item of an array in a part of its own.
    Value,
    /// The JSON text of the value.
    Json,
    /// The items of an array as one text, with this between them.
    Joined(char),
    /// A file: an object with `data` in base64, and optionally `filename` and `media_type`; each item of
    /// an array in a part of its own.
    File,
}
