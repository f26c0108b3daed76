//! The one model that every OpenAPI version is read into. Only what selection needs is read of all
//! operations; the rest is read of those selected.

use crate::source::{FileId, Node, Span, Spanned};

/// The version family of a document; decides the dialect of its schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 2.0, called Swagger.
    V20,
    /// 3.0.x
    V30,
    /// 3.1.x
    V31,
    /// 3.2.x
    V32,
}

/// What selection needs to know of an operation.
#[derive(Clone, Debug)]
pub struct Operation<'d> {
    /// As it is sent: `GET`, or a key of `additionalOperations`.
    pub method: &'d str,
    /// The path template.
    pub path: Spanned<&'d str>,
    /// `operationId`
    pub id: Option<Spanned<&'d str>>,
    /// `tags`
    pub tags: Vec<&'d str>,
    /// `summary`, or the path item's.
    pub summary: Option<&'d str>,
    /// `description`, or the path item's.
    pub description: Option<&'d str>,
    /// `deprecated`
    pub deprecated: bool,
    /// Whether wide selections take it: `x-mcp`, of the operation, its path or the document.
    pub offered: bool,
    /// The method's key in the path item.
    pub span: Span,
    /// The operation object.
    pub node: &'d Node,
    /// The path item object, after its reference.
    pub path_item: &'d Node,
    /// The file that `node` is in, against which its references resolve.
    pub file: FileId,
}

/// The rest of an operation, read once it is selected.
#[derive(Clone, Debug)]
pub struct Details<'d> {
    /// Path-level ones first, overridden by the operation's own; in order of appearance.
    pub parameters: Vec<Parameter<'d>>,
    /// The body.
    pub body: Option<Body<'d>>,
    /// The answers, in order of the document.
    pub responses: Vec<Response<'d>>,
    /// What OpenAPI allows and no tool can do, as a reason, with its place.
    pub unsupported: Option<Spanned<String>>,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// `in: path`
    Path,
    /// `in: query`
    Query,
    /// `in: header`
    Header,
    /// `in: cookie`
    Cookie,
}

/// How arrays and objects of a parameter are written (`style`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `matrix`
    Matrix,
    /// `label`
    Label,
    /// `simple`
    Simple,
    /// `form`
    Form,
    /// `spaceDelimited`
    SpaceDelimited,
    /// `pipeDelimited`
    PipeDelimited,
    /// `deepObject`
    DeepObject,
}

/// A schema somewhere in a document: the node and the file its references resolve against.
#[derive(Clone, Copy, Debug)]
pub struct SchemaAt<'d> {
    /// The schema.
    pub node: &'d Node,
    /// Its file.
    pub file: FileId,
}

/// A parameter, after its reference.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent flags of the document"
)]
pub struct Parameter<'d> {
    /// `name`
    pub name: Spanned<&'d str>,
    /// `in`
    pub location: Location,
    /// `required`
    pub required: bool,
    /// `deprecated`
    pub deprecated: bool,
    /// `description`
    pub description: Option<&'d str>,
    /// `style`, or the location's default.
    pub style: Style,
    /// `explode`, or the style's default.
    pub explode: bool,
    /// `allowReserved`
    pub allow_reserved: bool,
    /// `allowEmptyValue`, of parameters of the query.
    pub allow_empty: bool,
    /// `in: querystring`: the value is the whole query. The location is then [`Location::Query`].
    pub whole_query: bool,
    /// `schema`; absent: any value.
    pub schema: Option<SchemaAt<'d>>,
    /// The entry of `content`, in which case the schema is that entry's.
    pub content: Option<MediaType<'d>>,
    /// `example`, or the first of `examples`.
    pub example: Option<&'d Node>,
    /// The parameter object.
    pub span: Span,
}

/// A request body, after its reference.
#[derive(Clone, Debug)]
pub struct Body<'d> {
    /// `required`
    pub required: bool,
    /// `description`
    pub description: Option<&'d str>,
    /// `content`, in order.
    pub media_types: Vec<MediaType<'d>>,
    /// The request body object.
    pub span: Span,
}

/// One entry of a `content` map.
#[derive(Clone, Debug)]
pub struct MediaType<'d> {
    /// The key: `application/json`.
    pub name: Spanned<&'d str>,
    /// `schema`
    pub schema: Option<SchemaAt<'d>>,
    /// The media type object.
    pub node: &'d Node,
}

/// One entry of `responses`, after its reference.
#[derive(Clone, Debug)]
pub struct Response<'d> {
    /// The key.
    pub status: Status,
    /// `description`
    pub description: Option<&'d str>,
    /// `content`, in order.
    pub media_types: Vec<MediaType<'d>>,
    /// The names under `headers`.
    pub headers: Vec<&'d str>,
}

/// A key of `responses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `200`
    Code(u16),
    /// `2XX`: the first digit.
    Range(u8),
    /// `default`
    Default,
}
