//! What a rendered schema says beyond what it demands.

use gatewright_schema::rule::Types;

use super::super::{Annotations, text};
use super::json::{self, Object};

/// The longest description within a schema, in characters.
pub(super) const MAX_DESCRIPTION: usize = 500;
/// The longest default, in bytes; a longer one helps nobody.
const MAX_DEFAULT: usize = 200;
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

/// The description, or the title where there is none.
pub(super) fn describe(object: &mut Object, says: &Annotations) {
    let cleaned = |text: &Option<String>| {
        let text = text::clean(text.as_deref().unwrap_or(""));
        (!text.is_empty()).then(|| json::string(&text::shortened(&text, MAX_DESCRIPTION)))
    };
    if let Some(description) = cleaned(&says.description) {
        object.member("description", &description);
    } else if let Some(title) = cleaned(&says.title) {
        object.member("title", &title);
    }
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
