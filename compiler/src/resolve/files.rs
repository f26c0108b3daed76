//! Files in forms: which schemas mean one, and how callers are asked for it.

use gatewright_schema::rule::{Format, Pattern, Property, Rule, Types};
use gatewright_schema::{SchemaId, rule};

use super::media_type;
use crate::schema::{Annotations, Dialect, Schema, Schemas};
use crate::source::Span;

/// How deep unions and lists are looked into.
const MAX_DEPTH: usize = 8;

/// The longest name of a file, in characters: what common file systems take in bytes.
const MAX_FILENAME: u64 = 255;

/// The longest media type, in characters.
const MAX_MEDIA_TYPE: u64 = 200;

/// A type or a subtype, and parameters after both. Less strict than RFC 6838, section 4.2, for models
/// have to read it; what a header cannot hold is refused when it comes.
const TOKEN: &str = "[A-Za-z0-9.+_-]+";
const PARAMETERS: &str = "(; ?[!-~]+)*";

/// What a document says of a part beside its schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'c> {
    pub(super) dialect: Dialect,
    /// `contentType` of its encoding.
    pub(super) content_type: Option<&'c str>,
}

/// Whether values of a schema are sent as files: bytes, or lists of them (OpenAPI 3.0.4 and 3.1.1,
/// section "Encoding Object", the defaults of `contentType`).
pub(super) fn is_file(schemas: &Schemas, id: SchemaId, context: Context<'_>) -> bool {
    looks_like_file(schemas, id, context, 0)
}

fn looks_like_file(schemas: &Schemas, id: SchemaId, context: Context<'_>, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let schema = schemas.get(schemas.follow(id));
    let inner = |id: &SchemaId| looks_like_file(schemas, *id, context, depth + 1);
    let types = schema.types.without(Types::NULL);
    if types == Types::ARRAY {
        return schema
            .rules
            .iter()
            .any(|rule| matches!(rule, Rule::Items(items) if inner(items)));
    }
    let union = schema.rules.iter().find_map(|rule| match rule {
        Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => Some(list),
        _ => None,
    });
    if let Some(list) = union {
        return list.iter().any(inner);
    }
    let named = context.content_type.map(is_bytes);
    match types {
        Types::STRING => is_binary_string(schemas, id, named),
        // What has no type is bytes since 3.1. Before, it says nothing.
        types if types == Types::ANY.without(Types::NULL) && schema.rules.is_empty() => {
            let says = says(schemas, id);
            let since_31 = context.dialect == Dialect::OpenApi31;
            let described = says.content_media_type.as_deref().map(is_bytes);
            says.content_encoding.is_none() && named.or(described).unwrap_or(since_31)
        }
        _ => false,
    }
}

fn is_binary_string(schemas: &Schemas, id: SchemaId, named: Option<bool>) -> bool {
    let schema = schemas.get(schemas.follow(id));
    let says = says(schemas, id);
    let encoded =
        says.content_encoding.is_some() || schema.rules.contains(&Rule::Format(Format::Byte));
    if encoded {
        return false;
    }
    if says.format.as_deref() == Some("binary") {
        return true;
    }
    let enumerated = schema
        .rules
        .iter()
        .any(|rule| matches!(rule, Rule::Enumeration(_)));
    let content = says.content_media_type.as_deref().map(is_bytes);
    !enumerated && named.or(content).unwrap_or(false)
}

/// Whether the first of a list of media types is neither text nor JSON nor XML.
fn is_bytes(content_type: &str) -> bool {
    let first = content_type.split(',').next().unwrap_or_default();
    matches!(
        media_type::kind(first),
        media_type::Kind::Binary | media_type::Kind::Range | media_type::Kind::AnyRange
    )
}

/// What is said of a schema where it stands, or else where it leads to.
pub(super) fn says(schemas: &Schemas, id: SchemaId) -> Annotations {
    let mut says = schemas.get(id).annotations.clone();
    let target = &schemas.get(schemas.follow(id)).annotations;
    says.title = says.title.or_else(|| target.title.clone());
    says.description = says.description.or_else(|| target.description.clone());
    says.format = says.format.or_else(|| target.format.clone());
    says.content_media_type = says
        .content_media_type
        .or_else(|| target.content_media_type.clone());
    says.content_encoding = says
        .content_encoding
        .or_else(|| target.content_encoding.clone());
    says
}

/// The media types that a file may have, as its document lists them.
#[derive(Clone, Debug, Default)]
pub(super) struct Accepted {
    /// Types and ranges; none: any.
    names: Vec<String>,
}

impl Accepted {
    /// Of `contentType`, or else `contentMediaType`.
    pub(super) fn new(schemas: &Schemas, id: SchemaId, context: Context<'_>) -> Self {
        let own = says(schemas, id).content_media_type;
        let list = context.content_type.map(str::to_owned).or(own);
        let names = list
            .as_deref()
            .unwrap_or_default()
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| media_type::is_header_safe(name))
            .collect::<Vec<_>>();
        let any = |name: &String| {
            let essence = media_type::essence(name);
            // Documents name this one where they mean any file.
            essence == "application/octet-stream"
                || media_type::kind(&essence) == media_type::Kind::AnyRange
        };
        if names.iter().any(any) {
            return Self::default();
        }
        Self { names }
    }

    /// One range, such as `image/*`.
    pub(super) fn range(name: &str) -> Self {
        if media_type::kind(name) == media_type::Kind::AnyRange {
            return Self::default();
        }
        Self {
            names: vec![media_type::essence(name)],
        }
    }

    /// What is sent where the caller does not say; nothing where only the caller can know.
    pub(super) fn fallback(&self) -> Option<String> {
        match self.names.first() {
            None => Some("application/octet-stream".to_owned()),
            Some(first) => (!first.contains('*')).then(|| first.clone()),
        }
    }

    /// The schema of the member `media_type`; none where there is nothing to choose.
    fn schema(&self, span: Span, schemas: &mut Schemas) -> Option<SchemaId> {
        let mut schema = Schema::new(span, Types::STRING);
        let what = match self.names.as_slice() {
            [] => {
                schema
                    .rules
                    .push(pattern(format!("^{TOKEN}/{TOKEN}{PARAMETERS}$")));
                schema.rules.push(Rule::MaxLength(MAX_MEDIA_TYPE));
                "The media type, such as image/png.".to_owned()
            }
            [one] if !one.contains('*') => return None,
            names if names.iter().any(|name| name.contains('*')) => {
                let names: Vec<_> = names.iter().map(|name| alternative(name)).collect();
                schema
                    .rules
                    .push(pattern(format!("^({})$", names.join("|"))));
                schema.rules.push(Rule::MaxLength(MAX_MEDIA_TYPE));
                format!("The media type: {}.", self.names.join(", "))
            }
            names => {
                let quoted = names.iter().map(|name| quoted(name).into());
                schema.rules.push(Rule::Enumeration(quoted.collect()));
                "The media type.".to_owned()
            }
        };
        schema.annotations.description = Some(what);
        schema.annotations.default = self.fallback().map(|name| quoted(&name));
        Some(schemas.add(schema))
    }
}

/// A type or a range as a regular expression.
fn alternative(name: &str) -> String {
    let essence = media_type::essence(name);
    match essence.strip_suffix('*') {
        Some(start) => format!("{}{TOKEN}{PARAMETERS}", literally(start)),
        None => format!("{}{PARAMETERS}", literally(&essence)),
    }
}

/// A text as a regular expression in the syntax of every engine: what is no letter, digit, `/` or `-`
/// stands in a class, since engines differ in what may be escaped.
fn literally(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/-".contains(character);
    text.chars()
        .map(|character| match character {
            '^' | '\\' | ']' => format!("\\{character}"),
            other if plain(other) => other.to_string(),
            other => format!("[{other}]"),
        })
        .collect()
}

fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    gatewright_schema::json::string_into(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn pattern(source: String) -> Rule {
    Rule::Pattern(Pattern {
        translated: source.clone().into(),
        source: source.into(),
        lookaround: false,
    })
}

/// Bytes in base64.
pub(super) fn data(span: Span, schemas: &mut Schemas) -> SchemaId {
    let mut schema = Schema::new(span, Types::STRING);
    schema.rules.push(Rule::Format(Format::Byte));
    schema.annotations.description = Some("The bytes, in base64.".to_owned());
    schemas.add(schema)
}

/// What callers give for a file: an object with `data`, and what can be said beside it.
pub(super) fn object(
    accepted: &Accepted,
    named: bool,
    span: Span,
    schemas: &mut Schemas,
) -> SchemaId {
    let mut properties = Vec::new();
    let mut required: Vec<rule::Text> = vec!["data".into()];
    let mut property = |name: &'static str, schema| {
        properties.push(Property {
            name: name.into(),
            schema,
        });
    };
    if named {
        let mut schema = Schema::new(span, Types::STRING);
        // Control characters and quotes are encoded on the way.
        schema.rules.push(pattern(r"^[^/\\]+$".to_owned()));
        schema.rules.push(Rule::MaxLength(MAX_FILENAME));
        schema.annotations.description = Some("Its name, with the extension.".to_owned());
        property("filename", schemas.add(schema));
    }
    if let Some(schema) = accepted.schema(span, schemas) {
        property("media_type", schema);
        if accepted.fallback().is_none() {
            required.push("media_type".into());
        }
    }
    property("data", data(span, schemas));
    let none = schemas.add(Schema::new(span, Types::NONE));
    let mut schema = Schema::new(span, Types::OBJECT);
    schema.rules = vec![
        Rule::Properties(properties.into()),
        Rule::Required(required.into()),
        Rule::AdditionalProperties(none),
    ];
    schemas.add(schema)
}

/// The schema that callers see in place of one that means files: each file an object, lists as they
/// are, and of unions the alternatives that are files.
pub(super) fn published(schemas: &mut Schemas, id: SchemaId, context: Context<'_>) -> SchemaId {
    published_within(schemas, id, context, 0)
}

fn published_within(
    schemas: &mut Schemas,
    id: SchemaId,
    context: Context<'_>,
    depth: usize,
) -> SchemaId {
    let target = schemas.get(schemas.follow(id)).clone();
    let described = Annotations {
        title: says(schemas, id).title,
        description: says(schemas, id).description,
        deprecated: target.annotations.deprecated,
        ..Annotations::default()
    };
    let mut schema = target.clone();
    if depth <= MAX_DEPTH && target.types.without(Types::NULL) == Types::ARRAY {
        for rule in &mut schema.rules {
            if let Rule::Items(items) = rule {
                *items = published_within(schemas, *items, context, depth + 1);
            }
        }
    } else if let Some(list) = union_of(&target).filter(|_| depth <= MAX_DEPTH) {
        let files: Vec<_> = list
            .into_iter()
            .filter(|id| {
                let types = schemas.get(schemas.follow(*id)).types;
                types == Types::NULL || looks_like_file(schemas, *id, context, depth + 1)
            })
            .collect();
        let files: Vec<_> = files
            .into_iter()
            .map(|id| {
                if schemas.get(schemas.follow(id)).types == Types::NULL {
                    return id;
                }
                published_within(schemas, id, context, depth + 1)
            })
            .collect();
        if let [one] = files.as_slice() {
            schema = schemas.get(*one).clone();
        } else {
            schema = Schema::new(target.span, Types::ANY);
            schema.rules.push(Rule::AnyOf(files.into()));
        }
    } else {
        let accepted = Accepted::new(schemas, id, context);
        let file = object(&accepted, true, target.span, schemas);
        schema = schemas.get(file).clone();
        if target.types != Types::ANY && target.types.contains(Types::NULL) {
            schema.types = schema.types.union(Types::NULL);
        }
    }
    schema.name = None;
    schema.annotations = described;
    schemas.add(schema)
}

/// The alternatives of a union.
fn union_of(schema: &Schema) -> Option<Vec<SchemaId>> {
    schema.rules.iter().find_map(|rule| match rule {
        Rule::AnyOf(list) | Rule::OneOf { schemas: list, .. } => Some(list.to_vec()),
        _ => None,
    })
}
