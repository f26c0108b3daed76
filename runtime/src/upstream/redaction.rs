//! Secrets taken out of what APIs answer.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use memchr::memmem::Finder;

/// The shortest secret that is looked for, in bytes. Shorter ones are common words as like as not,
/// and answers would be mangled.
const MIN_SECRET: usize = 8;

/// How long a secret that was replaced is still looked for, at least.
const GRACE: Duration = Duration::from_mins(10);

/// How many secrets that were replaced are looked for: the newest. Each costs a search of every answer.
const MAX_REPLACED: usize = 32;

const INSTEAD: &[u8] = b"(not shown)";

/// The secrets that no answer may hold: an API that reports the request it got, or complains about a
/// key by quoting it, must not tell callers what only the gateway knows.
#[derive(Default)]
pub(super) struct Redaction {
    /// Those in use, in all their spellings.
    secrets: Vec<Finder<'static>>,
    /// Those that were replaced, and when; newest first.
    replaced: Vec<(Finder<'static>, Instant)>,
}

impl Redaction {
    /// Adds a secret, if it is long enough to be told from a word, also as JSON spells it.
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() < MIN_SECRET {
            return;
        }
        for spelling in spellings(secret) {
            let known = |other: &Finder<'_>| other.needle() == spelling.as_bytes();
            if !self.secrets.iter().any(known) {
                self.secrets.push(Finder::new(&spelling).into_owned());
            }
        }
    }

    /// Goes on with the secrets of `previous`: those that are no longer in use count as replaced at
    /// `now`.
    pub(super) fn succeed(&mut self, previous: &Self, now: Instant) {
        let fresh = previous.secrets.iter().map(|secret| (secret, now));
        let older = previous
            .replaced
            .iter()
            .map(|(secret, since)| (secret, *since));
        let replaced: Vec<_> = fresh
            .chain(older)
            .filter(|(secret, since)| {
                let in_use = |other: &Finder<'_>| other.needle() == secret.needle();
                !self.secrets.iter().any(in_use) && now.duration_since(*since) < GRACE
            })
            .map(|(secret, since)| (secret.clone(), since))
            .take(MAX_REPLACED)
            .collect();
        self.replaced = replaced;
    }

    /// The same text without the secrets.
    pub(super) fn apply(&self, text: Bytes) -> Bytes {
        let replaced = self.replaced.iter().map(|(secret, _)| secret);
        let mut found: Vec<_> = self
            .secrets
            .iter()
            .chain(replaced)
            .filter(|secret| secret.find(&text).is_some())
            .collect();
        // A secret may begin with another: taken out first, that would leave the rest to be read.
        found.sort_by_key(|secret| std::cmp::Reverse(secret.needle().len()));
        found.into_iter().fold(text, without)
    }
}

/// A secret as it is, and as the encoders of JSON in wide use write it inside a string: with no more
/// escapes than there must be, with the solidus escaped (PHP), and with `&`, `<` and `>` escaped (Go).
fn spellings(secret: &str) -> [String; 4] {
    let escaped = |more: fn(char) -> Option<&'static str>| {
        let mut out = String::with_capacity(secret.len());
        for character in secret.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                _ => match more(character) {
                    Some(escape) => out.push_str(escape),
                    None => out.push(character),
                },
            }
        }
        out
    };
    [
        secret.to_owned(),
        escaped(|_| None),
        escaped(|character| (character == '/').then_some("\\/")),
        escaped(|character| match character {
            '&' => Some("\\u0026"),
            '<' => Some("\\u003c"),
            '>' => Some("\\u003e"),
            _ => None,
        }),
    ]
}

fn without(text: Bytes, secret: &Finder<'static>) -> Bytes {
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
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(secret: &str) -> Redaction {
        let mut redaction = Redaction::default();
        redaction.add(secret);
        redaction
    }

    #[test]
    fn replaced_secrets_are_taken_out_for_a_while() {
        let start = Instant::now();
        let told = |redaction: &Redaction| {
            String::from_utf8(
                redaction
                    .apply("first-key second-key third-key".into())
                    .to_vec(),
            )
            .unwrap()
        };
        let first = of("first-key");
        let mut second = of("second-key");
        second.succeed(&first, start);
        assert_eq!(told(&second), "(not shown) (not shown) third-key");
        // The first was replaced too long ago; the second just now.
        let mut third = of("third-key");
        third.succeed(&second, start + GRACE);
        assert_eq!(told(&third), "first-key (not shown) (not shown)");
        // What comes back is in use, and not replaced.
        let mut again = of("second-key");
        again.succeed(&third, start + GRACE);
        assert_eq!(again.replaced.len(), 1);
        assert_eq!(told(&again), "first-key (not shown) (not shown)");
    }

    #[test]
    fn the_longer_of_two_secrets_is_taken_out_whole() {
        let start = Instant::now();
        let mut redaction = of("key-number-0");
        redaction.add("key-number-0-and-more");
        let told = redaction.apply("a key-number-0-and-more b key-number-0 c".into());
        assert_eq!(told, "a (not shown) b (not shown) c");
        // Also where the longer one was replaced.
        let mut next = of("key-number-0");
        next.succeed(&redaction, start);
        assert_eq!(next.replaced.len(), 1);
        assert_eq!(
            next.apply("key-number-0-and-more".into()),
            "(not shown)".as_bytes()
        );
    }

    #[test]
    fn secrets_are_found_as_json_spells_them() {
        let redaction = of("a/b\"c\\d&e<f>");
        for text in [
            r#"a/b"c\d&e<f>"#,
            r#"a/b\"c\\d&e<f>"#,
            r#"a\/b\"c\\d&e<f>"#,
            r#"a/b\"c\\d\u0026e\u003cf\u003e"#,
        ] {
            let body = format!("[{text}]");
            assert_eq!(redaction.apply(body.into()), "[(not shown)]", "{text}");
        }
        // Where there is nothing to escape, there is one spelling.
        assert_eq!(of("key-number-0").secrets.len(), 1);
    }

    #[test]
    fn few_replaced_secrets_are_kept() {
        let start = Instant::now();
        let mut redaction = of("key-number-0");
        for number in 1..=100 {
            let mut next = of(&format!("key-number-{number}"));
            next.succeed(&redaction, start);
            redaction = next;
        }
        assert_eq!(redaction.replaced.len(), MAX_REPLACED);
        assert_eq!(redaction.replaced[0].0.needle(), b"key-number-99");
    }
}
