//! What an API says of storing its answers: `Cache-Control` (RFC 9111, section 5.2.2).

use std::time::Duration;

use http::HeaderMap;
use http::header::{AGE, CACHE_CONTROL, VARY};

/// What is heeded of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Control {
    /// Whether the answer must be forgotten at once, or asked for anew each time, which is the same here.
    pub(super) no_store: bool,
    /// Whether it is one caller's alone.
    pub(super) private: bool,
    /// Whether it must not be told once it is too old, also where the API fails.
    pub(super) must_revalidate: bool,
    /// For how long it is fresh, less the time that it is old already.
    pub(super) fresh_for: Option<Duration>,
}

impl Control {
    /// Reads the headers of an answer. `shared`: for callers who share it, which has directives of its own.
    pub(super) fn of(headers: &HeaderMap, shared: bool) -> Self {
        let mut control = Self::default();
        let (mut max_age, mut s_maxage) = (None, None);
        for line in headers.get_all(CACHE_CONTROL) {
            // What cannot be read may have said anything.
            let Ok(line) = line.to_str() else {
                control.no_store = true;
                continue;
            };
            for directive in split(line) {
                let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
                match name.trim().to_ascii_lowercase().as_str() {
                    // With a list of fields they are about those; all of it is the safe reading.
                    "no-store" | "no-cache" => control.no_store = true,
                    "private" => control.private = true,
                    "must-revalidate" => control.must_revalidate = true,
                    "proxy-revalidate" => control.must_revalidate |= shared,
                    "max-age" => max_age = Some(shortest(max_age, value)),
                    "s-maxage" => s_maxage = Some(shortest(s_maxage, value)),
                    _ => {}
                }
            }
        }
        let lifetime = s_maxage.filter(|_| shared).or(max_age);
        if shared && s_maxage.is_some() {
            // RFC 9111, section 5.2.2.10: it says the same as `proxy-revalidate`.
            control.must_revalidate = true;
        }
        let age = headers
            .get(AGE)
            .and_then(|age| age.to_str().ok())
            .map_or(0, seconds);
        control.fresh_for =
            lifetime.map(|seconds| Duration::from_secs(seconds.saturating_sub(age)));
        // What the headers of requests decide is in the key, but not what else may.
        control.no_store |= headers
            .get_all(VARY)
            .iter()
            .any(|names| names.as_bytes().contains(&b'*'));
        control
    }
}

/// The directives of a line: commas between quotes belong to a value.
fn split(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |character| {
        quoted ^= character == '"';
        character == ',' && !quoted
    })
}

/// Of two of the same directive, the one that says less.
fn shortest(known: Option<u64>, value: &str) -> u64 {
    let value = seconds(value);
    known.map_or(value, |known| known.min(value))
}

/// Seconds; what is no number is none at all: RFC 9111, section 4.2.1, takes such answers for old.
fn seconds(text: &str) -> u64 {
    let text = text.trim().trim_matches('"');
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    // RFC 9111, section 1.2.2: what is too great stands for a very long time.
    text.parse().unwrap_or(1 << 31)
}
