//! Which media type of a `content` map is used.

use crate::openapi::MediaType;

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

/// The XML entry of a `content` map.
pub(super) fn xml<'m, 'd>(media_types: &'m [MediaType<'d>]) -> Option<&'m MediaType<'d>> {
    media_types
        .iter()
        .find(|media_type| is_xml(&essence(media_type.name.value)))
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

/// Whether the entry stands for any type, and so for JSON too.
fn is_range(essence: &str) -> bool {
    matches!(essence, "*/*" | "application/*" | "*")
}

/// Whether a name from a document can stand in a header.
pub(super) fn is_header_safe(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}
