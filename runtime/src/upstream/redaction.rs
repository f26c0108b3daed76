//! Secrets taken out of what APIs answer.

use std::fmt;

use bytes::Bytes;
use memchr::memmem::Finder;

/// The shortest secret that is looked for, in bytes. Shorter ones are common words as like as not,
/// and answers would be mangled.
const MIN_SECRET: usize = 8;

const INSTEAD: &[u8] = b"(not shown)";

/// The secrets that no answer may hold: an API that reports the request it got, or complains about a
/// key by quoting it, must not tell callers what only the gateway knows.
#[derive(Default)]
pub(super) struct Redaction {
    secrets: Vec<Finder<'static>>,
}

impl Redaction {
    /// Adds a secret, if it is long enough to be told from a word.
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() >= MIN_SECRET {
            self.secrets.push(Finder::new(secret).into_owned());
        }
    }

    /// The same text without the secrets.
    pub(super) fn apply(&self, text: Bytes) -> Bytes {
        self.secrets.iter().fold(text, |text, secret| {
            if secret.find(&text).is_none() {
                return text;
            }
            let mut clean = Vec::with_capacity(text.len());
            let mut rest: &[u8] = &text;
            while let Some(at) = secret.find(rest) {
                let (before, from) = rest.split_at(at);
                clean.extend_from_slice(before);
                clean.extend_from_slice(INSTEAD);
                rest = from.get(secret.needle().len()..).unwrap_or_default();
            }
            clean.extend_from_slice(rest);
            clean.into()
        })
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}
