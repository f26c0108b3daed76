//! What a rendered schema says beyond what it demands.

use gatewright_schema::rule::{Rule, Types};

use super::super::{Annotations, Schema, text};
use super::json::{self, Object};

/// The longest description within a schema, in characters.
pub(super) const MAX_DESCRIPTION: usize = 500;
/// The longest default, in bytes; a longer one helps nobody.
const MAX_DEFAULT: usize = 200;
/// The longest enumeration that is published whole: beyond it, providers refuse and models drown.
pub(super) const MAX_ENUMERATION: usize = 50;
/// How many bytes of a longer one's values are shown.
const MAX_VALUES: usize = 160;
/// The longest example, in bytes.
const MAX_EXAMPLE: usize = 80;

/// What is said and not enforced of values of `types`.
pub(super) fn annotate(
    says: &Annotations,
    types: Types,
    set: &mut dyn FnMut(&'static str, String),
) {
    let short = |text: &&String| {
        (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_./+".contains(&byte))
    };
    let scalar = types == Types::STRING || types.intersects(Types::NUMBER);
    if let Some(format) = says.format.as_ref().filter(short).filter(|_| scalar) {
        set("format", json::string(format));
    }
    if types != Types::STRING {
        return;
    }
    if let Some(media_type) = says.content_media_type.as_ref().filter(short) {
        set("contentMediaType", json::string(media_type));
    }
    if let Some(encoding) = says.content_encoding.as_ref().filter(short)
        && encoding != "base64"
    {
        set("contentEncoding", json::string(encoding));
    }
}

/// The description, or the title where there is none; `more` is a sentence that follows it.
pub(super) fn describe(object: &mut Object, says: &Annotations, more: Option<&str>) {
    let cleaned = |text: &Option<String>| {
        let text = text::clean(text.as_deref().unwrap_or(""));
        (!text.is_empty()).then(|| text::shortened(&text, MAX_DESCRIPTION))
    };
    let description = cleaned(&says.description);
    if description.is_none()
        && let Some(title) = cleaned(&says.title)
    {
        object.member("title", &json::string(&title));
    }
    match (description, more) {
        (Some(description), Some(more)) => {
            let end = if description.ends_with(['.', '!', '?', '…']) {
                ""
            } else {
                "."
            };
            let both = format!("{description}{end} {more}");
            object.member("description", &json::string(&both));
        }
        (Some(description), None) => object.member("description", &json::string(&description)),
        (None, Some(more)) => object.member("description", &json::string(more)),
        (None, None) => {}
    }
}

/// What is said of a long enumeration: how long it is, and its first values. All of it is enforced.
pub(super) fn long_enumeration(schema: &Schema) -> Option<String> {
    let values = schema.rules.iter().find_map(|rule| match rule {
        Rule::Enumeration(values) if values.len() > MAX_ENUMERATION => Some(values),
        _ => None,
    })?;
    let mut shown = String::new();
    for value in values.iter() {
        if shown.len() + value.len() > MAX_VALUES {
            break;
        }
        shown.push_str(if shown.is_empty() { "" } else { ", " });
        shown.push_str(value);
    }
    Some(if shown.is_empty() {
        format!("One of {} values.", values.len())
    } else {
        format!("One of {} values, such as {shown}.", values.len())
    })
}

/// Default, examples and deprecation. Values in which something looks like a reference are left out:
/// clients that resolve references do so there too.
pub(super) fn conclude(object: &mut Object, says: &Annotations, enumerated: bool) {
    let fits = |text: &str, limit| text.len() <= limit && !text.contains("\"$ref\"");
    if let Some(default) = says.default.as_ref().filter(|text| fits(text, MAX_DEFAULT)) {
        object.member("default", default);
    }
    let examples: Vec<String> = says
        .examples
        .iter()
        .filter(|text| fits(text, MAX_EXAMPLE) && *text != "null" && !enumerated)
        .cloned()
        .collect();
    if !examples.is_empty() {
        object.member("examples", &json::list(examples));
    }
    if says.deprecated {
        object.member("deprecated", "true");
    }
}

/// What is said of the root of a tool's input: the tool has a title of its own.
pub(super) fn without_title(says: &Annotations) -> Annotations {
    Annotations {
        description: says.description.clone(),
        ..Annotations::default()
    }
}
