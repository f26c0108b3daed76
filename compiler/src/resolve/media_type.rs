//! Media types: their kinds, and which of a `content` map is used.

use crate::openapi::MediaType;

/// How values of a media type are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    /// `application/x-www-form-urlencoded`
    UrlEncoded,
    /// `multipart/form-data`
    FormData,
    /// Other `multipart` types.
    Multipart,
    Xml,
    Text,
    /// Any other type.
    Binary,
    /// A range that JSON is in.
    AnyRange,
    /// A range that JSON is not in: `image/*`.
    Range,
}

/// The kind of a media type or range.
pub(super) fn kind(name: &str) -> Kind {
    let essence = essence(name);
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Kind::UrlEncoded,
        "multipart/form-data" | "multipart/*" => Kind::FormData,
        "text/*" => Kind::Text,
        other if is_range(other) => Kind::AnyRange,
        other if is_json(other) => Kind::Json,
        other if is_xml(other) => Kind::Xml,
        other if other.starts_with("multipart/") => Kind::Multipart,
        other if other.ends_with("/*") => Kind::Range,
        other if is_text(other) => Kind::Text,
        _ => Kind::Binary,
    }
}

/// The JSON entry of a `content` map: `application/json` before any other kind of JSON.
pub(super) fn json<'m, 'd>(media_types: &'m [MediaType<'d>]) -> Option<&'m MediaType<'d>> {
    media_types
        .iter()
        .find(|media_type| essence(media_type.name.value) == "application/json")
        .or_else(|| {
            media_types
                .iter()
                .find(|media_type| is_json(&essence(media_type.name.value)))
        })
        .or_else(|| {
            media_types
                .iter()
                .find(|media_type| is_range(&essence(media_type.name.value)))
        })
}

/// What a request body of that entry is sent as.
pub(super) fn content_type(media_type: &MediaType<'_>) -> String {
    if is_range(&essence(media_type.name.value)) {
        "application/json".to_owned()
    } else {
        media_type.name.value.to_owned()
    }
}

/// Type and subtype in lower case, without parameters.
pub(super) fn essence(name: &str) -> String {
    name.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// The value of the parameter `charset`, in lower case.
pub(super) fn charset(name: &str) -> Option<String> {
    name.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    })
}

/// Whether a media type is in a range such as `image/*`.
pub(super) fn is_in_range(name: &str, range: &str) -> bool {
    let (name, range) = (essence(name), essence(range));
    match range.as_str() {
        "*/*" | "*" => true,
        range => range
            .strip_suffix('*')
            .is_some_and(|start| start.ends_with('/') && name.starts_with(start)),
    }
}

/// Whether values of the type are JSON (RFC 6839, section 3.1).
pub(super) fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// Whether values of the type are data in XML (RFC 7303, section 4.2): pictures and pages are not.
pub(super) fn is_xml(essence: &str) -> bool {
    matches!(essence, "application/xml" | "text/xml")
        || essence.ends_with("+xml")
            && !essence.starts_with("image/")
            && essence != "application/xhtml+xml"
}

/// The XML entry of a `content` map.
pub(super) fn xml<'m, 'd>(media_types: &'m [MediaType<'d>]) -> Option<&'m MediaType<'d>> {
    media_types
        .iter()
        .find(|media_type| is_xml(&essence(media_type.name.value)))
}

/// Whether values of the type are text that no other kind is: all of `text`, and what is text by its
/// own definition.
pub(super) fn is_text(essence: &str) -> bool {
    const TEXTUAL: [&str; 9] = [
        "application/graphql",
        "application/javascript",
        "application/jsonl",
        "application/jsonlines",
        "application/ndjson",
        "application/sql",
        "application/x-ndjson",
        "application/x-yaml",
        "application/yaml",
    ];
    essence.starts_with("text/") || essence.ends_with("+yaml") || TEXTUAL.contains(&essence)
}

/// Whether the entry stands for any type, and so for JSON too.
fn is_range(essence: &str) -> bool {
    matches!(essence, "*/*" | "application/*" | "*")
}

/// Whether a name from a document can stand in a header.
pub(super) fn is_header_safe(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// Whether an answer of the type is read as an array of JSON: lines, sequences, events.
pub(super) fn is_many_values(essence: &str) -> bool {
    essence.ends_with("+json-seq")
        || matches!(
            essence,
            "application/json-lines"
                | "application/json-seq"
                | "application/jsonl"
                | "application/jsonlines"
                | "application/ndjson"
                | "application/stream+json"
                | "application/x-jsonlines"
                | "application/x-ndjson"
                | "text/event-stream"
                | "text/x-ndjson"
        )
}
