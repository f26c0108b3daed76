//! The parameters of an operation: merged with those of its path, agreeing with the path's template.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Node, Object, Span, Spanned};
use crate::suggestion::nearest;

use super::details::{Part, Reader};
use super::template::{TemplateProblem, variables};
use super::{Location, MediaType, Operation, Parameter, SchemaAt, Style, Version, swagger};

/// Headers that a parameter cannot describe: they follow from the content and from security schemes
/// (OpenAPI 3.0.4 and 3.1.1, section "Parameter Object", `name`).
const IGNORED_HEADERS: &[&str] = &["accept", "authorization", "content-type"];

/// Reads the parameters, and reports what is wrong with them and with the path. `items` are the path
/// items that the operation's path leads to, nearest first.
pub(super) fn read<'d>(
    reader: &mut Reader<'d, '_>,
    items: &[(FileId, &'d Node)],
    operation: &Operation<'d>,
) -> Vec<Parameter<'d>> {
    let errors = reader.sink.errors();
    let mut merged: Vec<Parameter<'d>> = Vec::new();
    // The farthest path item first, so that what is nearer to the operation overrides it.
    for (file, item) in items.iter().rev().copied() {
        let own = list(reader, file, item);
        merge(&mut merged, own);
    }
    let own = list(reader, operation.file, operation.node);
    merge(&mut merged, own);
    // What could not be read may be the very parameter that a variable of the path lacks.
    let complete = reader.sink.errors() == errors;
    agree(reader, operation, &mut merged, complete);
    merged
}

/// `parameters` of a path item or an operation.
fn list<'d>(reader: &mut Reader<'d, '_>, file: FileId, owner: &'d Node) -> Vec<Parameter<'d>> {
    let Some(node) = owner.get("parameters") else {
        return Vec::new();
    };
    let Some(items) = node.as_array() else {
        reader.wrong_type(node, "`parameters`", "a list");
        return Vec::new();
    };
    let mut parameters: Vec<Parameter<'d>> = Vec::new();
    for item in items {
        let Some(part) = reader.part(file, item, "a parameter") else {
            continue;
        };
        let Some(parameter) = parameter(reader, part) else {
            continue;
        };
        match parameters.iter().find(|other| same(other, &parameter)) {
            Some(first) => reader.sink.report(
                Diagnostic::new(
                    &codes::MALFORMED_DOCUMENT,
                    item.span,
                    format!("the parameter `{}` is declared twice", *parameter.name),
                )
                .also(first.span, "the first is here"),
            ),
            None => parameters.push(parameter),
        }
    }
    parameters
}

fn merge<'d>(merged: &mut Vec<Parameter<'d>>, own: Vec<Parameter<'d>>) {
    for parameter in own {
        match merged.iter_mut().find(|other| same(other, &parameter)) {
            Some(other) => *other = parameter,
            None => merged.push(parameter),
        }
    }
}

/// Whether two parameters are one: the names of headers do not differ by case (RFC 9110, section 5.1).
fn same(one: &Parameter<'_>, other: &Parameter<'_>) -> bool {
    one.location == other.location
        && if one.location == Location::Header {
            one.name.eq_ignore_ascii_case(&other.name)
        } else {
            *one.name == *other.name
        }
}

/// One parameter; `None` where it is malformed, which was reported, and where OpenAPI ignores it.
fn parameter<'d>(reader: &mut Reader<'d, '_>, part: Part<'d>) -> Option<Parameter<'d>> {
    let name = required_text(reader, part, "name")?;
    let (location, whole_query) = location(reader, part)?;
    if location == Location::Header && IGNORED_HEADERS.contains(&name.to_ascii_lowercase().as_str())
    {
        return None;
    }
    let object = part.object;
    let required = reader.flag(object, "required").unwrap_or(false);
    let deprecated = reader.flag(object, "deprecated").unwrap_or(false);
    let read = Parameter {
        name,
        location,
        // A path without one of its segments is another path, whatever the document says.
        required: required || location == Location::Path,
        deprecated,
        description: part.description,
        style: Style::Simple,
        explode: false,
        allow_reserved: false,
        allow_empty: location == Location::Query
            && reader.flag(object, "allowEmptyValue").unwrap_or(false),
        whole_query,
        schema: None,
        content: None,
        example: example(reader, part),
        span: part.node.span,
    };
    if reader.version == Version::V20 {
        let (style, explode) = swagger::style(reader, part, location)?;
        return Some(Parameter {
            style,
            explode,
            // The keywords of the schema stand in the parameter itself.
            schema: Some(SchemaAt {
                node: part.node,
                file: part.file,
            }),
            ..read
        });
    }
    let allow_reserved = reader.flag(object, "allowReserved").unwrap_or(false);
    let (style, unescaped) = style(reader, object, location)?;
    let explode = reader
        .flag(object, "explode")
        .unwrap_or(style == Style::Form);
    let (schema, content) = schema(reader, part)?;
    if whole_query && content.is_none() {
        let message = "a parameter that is the whole query has no `content`";
        reader.malformed(part.node.span, message.into());
        return None;
    }
    Some(Parameter {
        style,
        explode,
        allow_reserved: allow_reserved || unescaped,
        schema,
        content,
        ..read
    })
}

fn required_text<'d>(
    reader: &mut Reader<'d, '_>,
    part: Part<'d>,
    key: &str,
) -> Option<Spanned<&'d str>> {
    let Some(node) = part.object.get(key) else {
        reader.malformed(part.node.span, format!("a parameter has no `{key}`"));
        return None;
    };
    match node.as_str() {
        Some("") => {
            reader.malformed(node.span, format!("`{key}` of a parameter is empty"));
            None
        }
        Some(text) => Some(Spanned::new(text, node.span)),
        None => {
            reader.wrong_type(node, &format!("`{key}` of a parameter"), "text");
            None
        }
    }
}

/// `in`, and whether it is `querystring`.
fn location<'d>(reader: &mut Reader<'d, '_>, part: Part<'d>) -> Option<(Location, bool)> {
    let written = required_text(reader, part, "in")?;
    let help = match *written {
        "path" => return Some((Location::Path, false)),
        "query" => return Some((Location::Query, false)),
        "header" => return Some((Location::Header, false)),
        "cookie" if reader.version > Version::V20 => return Some((Location::Cookie, false)),
        "querystring" if reader.version >= Version::V32 => return Some((Location::Query, true)),
        // These are read with the body.
        "body" | "formData" if reader.version == Version::V20 => return None,
        "cookie" => "it is `cookie` only since OpenAPI 3.0",
        "body" | "formData" => {
            "this is OpenAPI 2.0: since 3.0 bodies are described by `requestBody`"
        }
        "querystring" => "it is `querystring` only since OpenAPI 3.2",
        _ if reader.version == Version::V20 => {
            "it is `path`, `query`, `header`, `formData` or `body`"
        }
        _ => "it is `path`, `query`, `header` or `cookie`",
    };
    let message = format!("a parameter cannot be in `{}`", written.escape_debug());
    reader
        .sink
        .report(Diagnostic::new(&codes::MALFORMED_DOCUMENT, written.span, message).help(help));
    None
}

/// `style`, which each location has some of, and whether it is one that escapes nothing.
fn style(
    reader: &mut Reader<'_, '_>,
    object: &Object,
    location: Location,
) -> Option<(Style, bool)> {
    let admitted: &[(&str, Style)] = match location {
        Location::Path => &[
            ("simple", Style::Simple),
            ("label", Style::Label),
            ("matrix", Style::Matrix),
        ],
        Location::Query => &[
            ("form", Style::Form),
            ("spaceDelimited", Style::SpaceDelimited),
            ("pipeDelimited", Style::PipeDelimited),
            ("deepObject", Style::DeepObject),
        ],
        Location::Header => &[("simple", Style::Simple)],
        // Since 3.2: like `form`, but what a cookie can hold is not percent-encoded.
        Location::Cookie if reader.version >= Version::V32 => {
            &[("form", Style::Form), ("cookie", Style::Form)]
        }
        Location::Cookie => &[("form", Style::Form)],
    };
    let Some(node) = object.get("style") else {
        return admitted.first().map(|(_, style)| (*style, false));
    };
    let Some(text) = node.as_str() else {
        reader.wrong_type(node, "`style`", "text");
        return None;
    };
    if let Some((_, style)) = admitted.iter().find(|(name, _)| *name == text) {
        return Some((*style, text == "cookie"));
    }
    let names: Vec<_> = admitted
        .iter()
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    let place = match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
    };
    let message = format!(
        "a {place} parameter cannot have the style `{}`",
        text.escape_debug()
    );
    reader.sink.report(
        Diagnostic::new(&codes::MALFORMED_DOCUMENT, node.span, message)
            .help(format!("there is {}", names.join(", "))),
    );
    None
}

/// `schema`, or the one entry of `content` with its schema.
fn schema<'d>(
    reader: &mut Reader<'d, '_>,
    part: Part<'d>,
) -> Option<(Option<SchemaAt<'d>>, Option<MediaType<'d>>)> {
    let schema = part.object.get("schema").map(|node| SchemaAt {
        node,
        file: part.file,
    });
    let Some(member) = part.object.member("content") else {
        return Some((schema, None));
    };
    if schema.is_some() {
        let message = "a parameter has both `schema` and `content`".into();
        reader.malformed(member.key_span, message);
        return None;
    }
    let errors = reader.sink.errors();
    let mut media_types = reader.media_types(part.file, &member.value).into_iter();
    if let (Some(media_type), None) = (media_types.next(), media_types.next()) {
        return Some((media_type.schema, Some(media_type)));
    }
    if reader.sink.errors() == errors {
        let message = "`content` of a parameter must have exactly one entry".into();
        reader.malformed(member.key_span, message);
    }
    None
}

/// `example`, or the value of the first of `examples`. An example that cannot be found is none.
fn example<'d>(reader: &Reader<'d, '_>, part: Part<'d>) -> Option<&'d Node> {
    part.object.get("example").or_else(|| {
        let first = part
            .object
            .get("examples")?
            .as_object()?
            .members()
            .first()?;
        let (_, example) = reader.documents.follow(part.file, &first.value).ok()?;
        example.get("value")
    })
}

/// The template's variables against the path parameters. A parameter that the template lacks is dropped,
/// as there is no place for it in the request. Unless the parameters are `complete`, none is missed.
fn agree<'d>(
    reader: &mut Reader<'d, '_>,
    operation: &Operation<'d>,
    parameters: &mut Vec<Parameter<'d>>,
    complete: bool,
) {
    let path = &operation.path;
    let variables = match variables(path) {
        Ok(variables) => variables,
        Err(problem) => {
            reader
                .sink
                .report(refused(problem, path.span, operation.span));
            return;
        }
    };
    let mut placeless = Vec::new();
    parameters.retain(|parameter| {
        let kept =
            parameter.location != Location::Path || variables.contains(&parameter.name.value);
        if !kept {
            placeless.push(parameter.name.clone());
        }
        kept
    });
    for variable in variables {
        let declared = parameters.iter().any(|parameter| {
            parameter.location == Location::Path && parameter.name.value == variable
        });
        if complete && !declared {
            undeclared(reader, operation, variable, &mut placeless);
        }
    }
    for name in placeless {
        let message = format!("the path has no `{{{}}}`", name.escape_debug());
        reader.sink.report(
            Diagnostic::new(&codes::UNUSED_PATH_PARAMETER, name.span, message)
                .also(path.span, "this path")
                .help("the parameter is left out of the tool"),
        );
    }
}

/// Reports a variable of the path that no parameter describes. A parameter that is probably meant and
/// misspelt is no longer reported as placeless.
fn undeclared(
    reader: &mut Reader<'_, '_>,
    operation: &Operation<'_>,
    variable: &str,
    placeless: &mut Vec<Spanned<&str>>,
) {
    let message = format!(
        "no parameter describes `{{{}}}` of the path",
        variable.escape_debug()
    );
    let mut diagnostic = Diagnostic::new(&codes::PATH_TEMPLATE, operation.path.span, message)
        .also(operation.span, "this operation needs it");
    let meant = nearest(variable, placeless.iter().map(|name| name.value));
    let meant = meant.and_then(|meant| placeless.iter().position(|name| name.value == meant));
    diagnostic = match meant.map(|position| placeless.remove(position)) {
        Some(name) => diagnostic
            .also(name.span, "is this parameter meant?")
            .help("give both the same name"),
        None => diagnostic.help("declare a parameter of that name with `in: path`"),
    };
    reader.sink.report(diagnostic);
}

fn refused(problem: TemplateProblem, path: Span, operation: Span) -> Diagnostic {
    let (message, help) = match problem {
        TemplateProblem::Braces => (
            "the braces of the path do not match",
            "a variable is written `{name}`",
        ),
        TemplateProblem::Fragment => (
            "the path holds a fragment",
            "fragments are not sent to servers: take it out of the path",
        ),
    };
    Diagnostic::new(&codes::PATH_TEMPLATE, path, message)
        .also(operation, "this operation needs it")
        .help(help)
}
