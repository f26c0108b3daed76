//! Content negotiation: what a request brings (`Content-Type`) and what may answer it (`Accept`).

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

/// What the client takes as an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepts {
    /// `application/json`
    pub(crate) json: bool,
    /// `text/event-stream`
    pub(crate) events: bool,
}

impl Accepts {
    /// Reads `Accept` (RFC 9110, section 12.5.1); absent, everything is taken. `None` where neither
    /// of the two is.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(ACCEPT) {
            return Some(Self {
                json: true,
                events: true,
            });
        }
        let mut accepts = Self {
            json: false,
            events: false,
        };
        let values = headers.get_all(ACCEPT).iter();
        for range in values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
        {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or_default();
            if parts.any(is_zero_quality) {
                continue;
            }
            let is = |name: &str| media_type.eq_ignore_ascii_case(name);
            accepts.json |= is("application/json") || is("application/*") || is("*/*");
            accepts.events |= is("text/event-stream") || is("text/*") || is("*/*");
        }
        (accepts.json || accepts.events).then_some(accepts)
    }
}

/// Whether a parameter is a weight of zero, which means "not this".
fn is_zero_quality(parameter: &str) -> bool {
    parameter
        .split_once('=')
        .is_some_and(|(name, value)| name.eq_ignore_ascii_case("q") && value.parse() == Ok(0_f32))
}

/// Whether the body is declared to be JSON, whatever the parameters: JSON between systems is UTF-8
/// (RFC 8259, section 8.1), and other bytes do not read as JSON.
pub(crate) fn brings_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{Accepts, brings_json};

    fn accepts(value: &'static str) -> Option<(bool, bool)> {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static(value));
        Accepts::of(&headers).map(|accepts| (accepts.json, accepts.events))
    }

    #[test]
    fn ranges_and_weights_decide() {
        assert_eq!(
            accepts("application/json, text/event-stream"),
            Some((true, true))
        );
        assert_eq!(accepts("Application/JSON;q=0.5"), Some((true, false)));
        assert_eq!(accepts("text/event-stream"), Some((false, true)));
        assert_eq!(accepts("*/*"), Some((true, true)));
        assert_eq!(accepts("text/html, application/json;q=0"), None);
        assert_eq!(accepts("text/html"), None);
    }

    #[test]
    fn only_one_declared_type_counts() {
        let mut headers = HeaderMap::new();
        assert!(!brings_json(&headers));
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/json; charset=utf-8"),
        );
        assert!(brings_json(&headers));
        headers.append("content-type", HeaderValue::from_static("text/plain"));
        assert!(!brings_json(&headers));
    }
}
