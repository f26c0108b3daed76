//! Media types of answers (RFC 9110, section 8.3).

/// How a body is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// JSON.
    Json,
    /// Text that is not JSON.
    Text,
    /// An image that models are shown as such.
    Image,
    /// A sound.
    Audio,
    /// Anything else that is named.
    Binary,
    /// Nothing was said.
    Unknown,
}

/// A media type, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MediaType {
    /// `text/html`; empty where none was given.
    pub(super) essence: String,
    charset: Option<String>,
}

/// Types of `application` that are text, beside those that end in `+xml` and `+yaml`.
const TEXTUAL: [&str; 12] = [
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/jsonl",
    "application/jsonlines",
    "application/ndjson",
    "application/toml",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "application/x-yaml",
    "application/xml",
    "application/yaml",
];

impl MediaType {
    /// Reads a `Content-Type`.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = text.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let charset = parts.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        });
        Self { essence, charset }
    }

    pub(super) fn family(&self) -> Family {
        let essence = self.essence.as_str();
        if essence.is_empty() {
            return Family::Unknown;
        }
        if essence == "application/json" || essence == "text/json" || essence.ends_with("+json") {
            return Family::Json;
        }
        let textual = essence.ends_with("+xml") || essence.ends_with("+yaml");
        if textual || essence.starts_with("text/") || TEXTUAL.contains(&essence) {
            return Family::Text;
        }
        match essence.split('/').next() {
            Some("image") => Family::Image,
            Some("audio") => Family::Audio,
            _ => Family::Binary,
        }
    }

    /// Whether a body is XML (RFC 7303, section 4.2) that holds data: not a picture, and not a page.
    pub(super) fn is_xml(&self) -> bool {
        let essence = self.essence.as_str();
        matches!(essence, "application/xml" | "text/xml")
            || essence.ends_with("+xml")
                && !essence.starts_with("image/")
                && essence != "application/xhtml+xml"
    }

    /// The `charset`, in lower case.
    pub(super) fn charset(&self) -> Option<&str> {
        self.charset.as_deref()
    }

    /// The text of a body: UTF-8 or ISO 8859-1, and what is neither with replacement characters.
    pub(super) fn decode(&self, body: &[u8]) -> String {
        match self.charset.as_deref() {
            Some("iso-8859-1" | "latin1") => body.iter().copied().map(char::from).collect(),
            _ => {
                String::from_utf8_lossy(body.strip_prefix(super::MARK).unwrap_or(body)).into_owned()
            }
        }
    }
}
