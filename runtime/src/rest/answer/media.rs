//! Media types of answers (RFC 9110, section 8.3), and the encodings of text.

use bytes::Bytes;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How a body is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// JSON.
    Json,
    /// JSON values one after another: lines of JSON, or JSON text sequences (RFC 7464).
    Sequence,
    /// Server-sent events.
    Events,
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
const TEXTUAL: [&str; 8] = [
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/toml",
    "application/x-www-form-urlencoded",
    "application/x-yaml",
    "application/xml",
    "application/yaml",
];

/// What lines of JSON and sequences of JSON are announced as, beside `+json-seq`.
const SEQUENCES: [&str; 9] = [
    "application/json-lines",
    "application/json-seq",
    "application/jsonl",
    "application/jsonlines",
    "application/ndjson",
    "application/stream+json",
    "application/x-jsonlines",
    "application/x-ndjson",
    "text/x-ndjson",
];

/// Whether a `Content-Type` announces server-sent events.
pub(crate) fn is_event_stream(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/event-stream")
}

/// Whether a `Content-Type` announces JSON in UTF-8, which can be read while it comes in.
pub(crate) fn is_plain_json(content_type: &str) -> bool {
    let media_type = MediaType::parse(content_type);
    media_type.family() == Family::Json
        && media_type
            .encoding()
            .is_none_or(|encoding| encoding == UTF_8)
}

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
        if essence == "text/event-stream" {
            return Family::Events;
        }
        if SEQUENCES.contains(&essence) || essence.ends_with("+json-seq") {
            return Family::Sequence;
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

    /// The encoding that was announced, if it is known by that label (WHATWG Encoding Standard).
    fn encoding(&self) -> Option<&'static Encoding> {
        Encoding::for_label(self.charset.as_deref()?.as_bytes())
    }

    /// The text of a body, by its byte order mark, else by what was announced, else UTF-8. What is not
    /// of that encoding becomes replacement characters.
    pub(super) fn decode(&self, body: &[u8]) -> String {
        let (text, _, _) = self.encoding().unwrap_or(UTF_8).decode(body);
        text.into_owned()
    }

    /// JSON in UTF-8, which is the body itself unless it says otherwise. JSON has to be UTF-8 (RFC 8259,
    /// section 8.1), and most of what is announced as something else is.
    pub(super) fn utf_8(&self, body: &Bytes) -> Bytes {
        let wide = |encoding: &'static Encoding| encoding == UTF_16LE || encoding == UTF_16BE;
        let marked = Encoding::for_bom(body).map(|(encoding, _)| encoding);
        let announced = self.encoding().filter(|encoding| *encoding != UTF_8);
        let encoding = match (marked, announced) {
            (Some(marked), _) => Some(marked).filter(|encoding| wide(encoding)),
            (None, Some(announced)) if wide(announced) || std::str::from_utf8(body).is_err() => {
                Some(announced)
            }
            _ => None,
        };
        match encoding {
            Some(encoding) => encoding.decode(body).0.into_owned().into(),
            None => body.clone(),
        }
    }
}
