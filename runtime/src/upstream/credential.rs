//! What is added to requests to an API: its fixed headers, and the credentials that an operation asks for.

use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};

use super::redaction::Redaction;
use crate::description::{Api, Credential};
use crate::environment::{Environment, Secret};
use crate::rest::percent_encode;

/// What is added to requests to an API, with the values that its variables have at present.
#[derive(Debug, Default)]
pub(super) struct Additions {
    /// Set in place of headers of the same name. Values from templates are marked as sensitive, so
    /// that neither logs nor HPACK tables hold them.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// By position in [`Api::credentials`].
    credentials: Vec<Addition>,
    redaction: Redaction,
}

/// A credential, ready to be added.
#[derive(Debug)]
enum Addition {
    /// Marked as sensitive.
    Header(HeaderName, HeaderValue),
    /// `name=value`, percent-encoded, and the name alone.
    Query(Secret, &'static str),
    /// `name=value`, and the name alone.
    Cookie(Secret, &'static str),
}

impl Additions {
    /// Renders the fixed headers and the credentials of an API.
    ///
    /// # Errors
    /// What cannot be sent, a sentence each, without values.
    pub(super) fn new(api: &Api, environment: &Environment) -> Result<Self, Vec<String>> {
        let mut additions = Self::default();
        let mut problems = Vec::new();
        for secret in environment.secrets() {
            additions.redaction.add(secret.expose());
        }
        for (name, template) in api.headers {
            match header(api, name, &environment.render(template)) {
                Ok(pair) => additions.headers.push(pair),
                Err(problem) => problems.push(problem),
            }
        }
        for credential in api.credentials {
            match additions.credential(api, credential, environment) {
                Ok(addition) => additions.credentials.push(addition),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() {
            Ok(additions)
        } else {
            Err(problems)
        }
    }

    fn credential(
        &mut self,
        api: &Api,
        credential: &Credential,
        environment: &Environment,
    ) -> Result<Addition, String> {
        let name = api.name;
        match *credential {
            Credential::Header(name, template) => {
                let (name, value) = header(api, name, &environment.render(template))?;
                Ok(Addition::Header(name, value))
            }
            Credential::Bearer(template) => {
                let value = format!("Bearer {}", environment.render(template).expose());
                let (name, value) = header(api, AUTHORIZATION.as_str(), &value.into())?;
                Ok(Addition::Header(name, value))
            }
            Credential::Basic(user, password) => {
                let user = environment.render(user);
                if user.expose().contains(':') {
                    return Err(format!(
                        "the user name for the API `{name}` holds a colon, which ends a user name (RFC 7617)"
                    ));
                }
                let password = environment.render(password);
                let both = format!("{}:{}", user.expose(), password.expose());
                let encoded = STANDARD.encode(both);
                self.redaction.add(&encoded);
                let value = format!("Basic {encoded}");
                let (name, value) = header(api, AUTHORIZATION.as_str(), &value.into())?;
                Ok(Addition::Header(name, value))
            }
            Credential::Query(name, template) => {
                let value = percent_encode(environment.render(template).expose());
                self.redaction.add(&value);
                Ok(Addition::Query(format!("{name}={value}").into(), name))
            }
            Credential::Cookie(cookie, template) => {
                let value = environment.render(template);
                if !value.expose().bytes().all(is_cookie_octet) {
                    return Err(format!(
                        "the cookie for the API `{name}` holds characters that cookies cannot (RFC 6265): \
                         white space, quotes, commas, semicolons or backslashes"
                    ));
                }
                let pair = format!("{cookie}={}", value.expose());
                Ok(Addition::Cookie(pair.into(), cookie))
            }
        }
    }

    /// Adds what goes into headers: the fixed ones, and the credentials at the positions `asked`.
    /// `None` where a cookie of a credential's name is there already, which only an argument or a
    /// handler could have brought in: servers do not agree on which of two cookies counts.
    pub(super) fn apply(&self, asked: &[usize], headers: &mut HeaderMap) -> Option<()> {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        let mut cookies = String::new();
        for position in asked {
            match self.credentials.get(*position)? {
                Addition::Header(name, value) => {
                    headers.insert(name.clone(), value.clone());
                }
                Addition::Cookie(pair, name) => {
                    if has_cookie(headers, name) {
                        return None;
                    }
                    push_cookie(&mut cookies, pair.expose());
                }
                Addition::Query(..) => {}
            }
        }
        if cookies.is_empty() {
            return Some(());
        }
        for more in headers.get_all(COOKIE) {
            push_cookie(&mut cookies, more.to_str().ok()?);
        }
        let mut value = HeaderValue::from_str(&cookies).ok()?;
        value.set_sensitive(true);
        headers.insert(COOKIE, value);
        Some(())
    }

    /// Adds what goes into the query. `None` where the query already has a parameter of a
    /// credential's name, which only an argument could have brought in.
    pub(super) fn apply_to_target(&self, asked: &[usize], target: &mut String) -> Option<()> {
        for position in asked {
            let Addition::Query(pair, name) = self.credentials.get(*position)? else {
                continue;
            };
            let query = target.split_once('?').map(|(_, query)| query);
            if query.is_some_and(|query| has_parameter(query, name)) {
                return None;
            }
            target.push(if query.is_some() { '&' } else { '?' });
            target.push_str(pair.expose());
        }
        Some(())
    }

    /// Takes the secrets out of an answer.
    pub(super) fn redact(&self, body: Bytes) -> Bytes {
        self.redaction.apply(body)
    }

    /// Takes out of answers what `previous` did as well, for a while after `now`: APIs may still quote
    /// a secret that was replaced.
    pub(super) fn succeed(&mut self, previous: &Self, now: Instant) {
        self.redaction.succeed(&previous.redaction, now);
    }

    /// The same for text that is told beside the answer.
    pub(super) fn redact_text(&self, text: String) -> String {
        let clean = self.redaction.apply(text.into());
        String::from_utf8_lossy(&clean).into_owned()
    }

    /// Takes the query parameters of credentials out of a target that an API named.
    pub(super) fn strip(&self, target: &str) -> String {
        let Some((path, query)) = target.split_once('?') else {
            return target.to_owned();
        };
        let is_own = |pair: &str| {
            self.credentials.iter().any(|credential| match credential {
                Addition::Query(_, name) => has_parameter(pair, name),
                Addition::Header(..) | Addition::Cookie(..) => false,
            })
        };
        let others: Vec<_> = query.split('&').filter(|pair| !is_own(pair)).collect();
        if others.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", others.join("&"))
    }
}

fn header(api: &Api, name: &str, value: &Secret) -> Result<(HeaderName, HeaderValue), String> {
    let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else {
        return Err(format!(
            "the API `{}` has a header whose name is not valid",
            api.name
        ));
    };
    let Ok(mut value) = HeaderValue::from_str(value.expose()) else {
        return Err(format!(
            "the header `{name}` for the API `{}` holds characters that headers cannot, such as line \
             ends: check the variables it is made of",
            api.name
        ));
    };
    value.set_sensitive(true);
    Ok((name, value))
}

fn push_cookie(cookies: &mut String, more: &str) {
    if !cookies.is_empty() {
        cookies.push_str("; ");
    }
    cookies.push_str(more);
}

/// Whether there is a cookie of that name; their names are case-sensitive, but not for every server.
fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(COOKIE).iter().any(|value| {
        let pairs = value.as_bytes().split(|byte| *byte == b';');
        pairs
            .filter_map(|pair| pair.split(|byte| *byte == b'=').next())
            .any(|other| other.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
    })
}

/// Whether `query` has a parameter of that percent-encoded name, however it is written there: servers
/// decode names, and some of them fold their case.
fn has_parameter(query: &str, name: &str) -> bool {
    query
        .split(['&', ';'])
        .filter_map(|pair| pair.split('=').next())
        .any(|other| {
            decoded(other)
                .map(|byte| byte.to_ascii_lowercase())
                .eq(decoded(name).map(|byte| byte.to_ascii_lowercase()))
        })
}

/// The bytes that percent-encoded text stands for; `+` is a space in a form (WHATWG URL, section 5.1).
pub(crate) fn decoded(text: &str) -> impl Iterator<Item = u8> {
    let mut rest = text.as_bytes();
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        rest = after;
        match (first, after) {
            (b'+', _) => Some(b' '),
            (b'%', [high, low, after @ ..]) => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                let byte = digit(high).zip(digit(low));
                let byte = byte.and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
                if byte.is_some() {
                    rest = after;
                }
                Some(byte.unwrap_or(b'%'))
            }
            (byte, _) => Some(*byte),
        }
    })
}

/// RFC 6265, section 4.1.1.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests;
