//! How values become the body of a request.

use super::{Parameter, xml};

/// The body of the request.
#[derive(Debug)]
pub enum Body {
    /// None.
    None,
    /// One value is the body.
    Json {
        /// `Content-Type`
        media_type: String,
        /// A position in [`OperationTool::values`](super::OperationTool::values).
        value: usize,
    },
    /// An object made of values.
    JsonObject {
        /// `Content-Type`
        media_type: String,
        /// Each member's key and the position of its value.
        members: Vec<(String, usize)>,
        /// Whether `{}` is sent where every value is absent.
        required: bool,
    },
    /// One value is the body, in XML.
    Xml {
        /// `Content-Type`
        media_type: String,
        /// How it lies in XML.
        document: xml::Document,
        /// A position in [`OperationTool::values`](super::OperationTool::values).
        value: usize,
    },
    /// An XML element made of values.
    XmlObject {
        /// `Content-Type`
        media_type: String,
        /// How the object lies in XML.
        document: xml::Document,
        /// Each member's key and the position of its value.
        members: Vec<(String, usize)>,
        /// Whether an empty element is sent where every value is absent.
        required: bool,
    },
    /// `application/x-www-form-urlencoded`
    UrlEncoded {
        /// `Content-Type`
        media_type: String,
        /// The value whose members are the fields, where they are not values of their own.
        whole: Option<usize>,
        /// The fields, as parameters of a query.
        fields: Vec<Parameter>,
        /// Whether an empty body is sent where every value is absent.
        required: bool,
    },
    /// `multipart/form-data`
    Multipart {
        /// The value whose members are the parts, where they are not values of their own.
        whole: Option<usize>,
        /// The parts.
        parts: Vec<BodyPart>,
        /// Whether a body without parts is sent where every value is absent.
        required: bool,
    },
    /// A scalar as text.
    Text {
        /// `Content-Type`
        media_type: String,
        /// A position in [`OperationTool::values`](super::OperationTool::values).
        value: usize,
    },
    /// Bytes, in base64.
    Binary {
        /// `Content-Type`
        media_type: String,
        /// A position in [`OperationTool::values`](super::OperationTool::values).
        value: usize,
    },
    /// Bytes with their media type.
    File {
        /// A position in [`OperationTool::values`](super::OperationTool::values).
        value: usize,
    },
}

/// A part of [`Body::Multipart`].
#[derive(Debug)]
pub struct BodyPart {
    /// Its name, escaped.
    pub name: String,
    /// A position in [`OperationTool::values`](super::OperationTool::values).
    pub value: usize,
    /// How the value is written.
    pub content: PartContent,
    /// `Content-Type`; empty: what the kind of value has.
    pub media_type: String,
    /// Further header lines, each with its line break.
    pub headers: String,
}

/// How the value of a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// By what it is.
    Value,
    /// As JSON text.
    Json,
    /// A list as one text.
    Joined(char),
    /// A file, or a list of them.
    File,
}
