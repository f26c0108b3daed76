//! What is added to every request to an API: its credential and its fixed headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};

use super::redaction::Redaction;
use crate::description::{Api, Credential};
use crate::environment::{Environment, Secret};
use crate::rest::percent_encode;

/// What is added to every request to an API.
#[derive(Debug, Default)]
pub(super) struct Additions {
    /// Set in place of headers of the same name. Values from templates are marked as sensitive, so
    /// that neither logs nor HPACK tables hold them.
    headers: Vec<(HeaderName, HeaderValue)>,
    /// `name=value`, percent-encoded, and the name alone.
    query: Option<(Secret, &'static str)>,
    /// `name=value`
    cookie: Option<Secret>,
    redaction: Redaction,
}

impl Additions {
    /// Renders the fixed headers and the credential of an API.
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
            additions.header(api, name, &environment.render(template), &mut problems);
        }
        match &api.credential {
            None => {}
            Some(Credential::Header(name, template)) => {
                additions.header(api, name, &environment.render(template), &mut problems);
            }
            Some(Credential::Bearer(template)) => {
                let value = format!("Bearer {}", environment.render(template).expose());
                additions.header(api, AUTHORIZATION.as_str(), &value.into(), &mut problems);
            }
            Some(Credential::Basic(user, password)) => {
                let user = environment.render(user);
                if user.expose().contains(':') {
                    problems.push(format!(
                        "the user name for the API `{}` holds a colon, which ends a user name (RFC 7617)",
                        api.name
                    ));
                }
                let password = environment.render(password);
                let both = format!("{}:{}", user.expose(), password.expose());
                let encoded = STANDARD.encode(both);
                additions.redaction.add(&encoded);
                let value = format!("Basic {encoded}");
                additions.header(api, AUTHORIZATION.as_str(), &value.into(), &mut problems);
            }
            Some(Credential::Query(name, template)) => {
                let value = percent_encode(environment.render(template).expose());
                additions.redaction.add(&value);
                additions.query = Some((format!("{name}={value}").into(), name));
            }
            Some(Credential::Cookie(name, template)) => {
                let value = environment.render(template);
                if value.expose().bytes().all(is_cookie_octet) {
                    additions.cookie = Some(format!("{name}={}", value.expose()).into());
                } else {
                    problems.push(format!(
                        "the cookie for the API `{}` holds characters that cookies cannot (RFC 6265): \
                         white space, quotes, commas, semicolons or backslashes",
                        api.name
                    ));
                }
            }
        }
        if problems.is_empty() {
            Ok(additions)
        } else {
            Err(problems)
        }
    }

    fn header(&mut self, api: &Api, name: &str, value: &Secret, problems: &mut Vec<String>) {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value.expose());
        match (name, value) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.push((name, value));
            }
            (Ok(name), Err(_)) => problems.push(format!(
                "the header `{name}` for the API `{}` holds characters that headers cannot, such as line \
                 ends: check the variables it is made of",
                api.name
            )),
            (Err(_), _) => problems.push(format!(
                "the API `{}` has a header whose name is not valid",
                api.name
            )),
        }
    }

    /// Adds the headers and the cookie.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        let Some(cookie) = &self.cookie else {
            return;
        };
        // The credential comes first: where names repeat, servers take the first.
        let mut text = cookie.expose().to_owned();
        for more in headers.get_all(COOKIE) {
            if let Ok(more) = more.to_str() {
                text.push_str("; ");
                text.push_str(more);
            }
        }
        if let Ok(mut value) = HeaderValue::from_str(&text) {
            value.set_sensitive(true);
            headers.insert(COOKIE, value);
        }
    }

    /// Takes the secrets out of an answer.
    pub(super) fn redact(&self, body: Bytes) -> Bytes {
        self.redaction.apply(body)
    }

    /// The same for text that is told beside the answer.
    pub(super) fn redact_text(&self, text: String) -> String {
        let clean = self.redaction.apply(text.into());
        String::from_utf8_lossy(&clean).into_owned()
    }

    /// Takes the credential's query parameter out of a target that an API named.
    pub(super) fn strip(&self, target: &str) -> String {
        let (Some((_, name)), Some((path, query))) = (&self.query, target.split_once('?')) else {
            return target.to_owned();
        };
        let others: Vec<_> = query
            .split('&')
            .filter(|pair| pair.split('=').next() != Some(name))
            .collect();
        if others.is_empty() {
            return path.to_owned();
        }
        format!("{path}?{}", others.join("&"))
    }

    /// Adds the query parameter. `None` where the query already has a parameter of its name, which
    /// only an argument could have brought in.
    pub(super) fn apply_to_target(&self, target: &mut String) -> Option<()> {
        let Some((pair, name)) = &self.query else {
            return Some(());
        };
        let query = target.split_once('?').map(|(_, query)| query);
        let taken = query.is_some_and(|query| {
            query
                .split('&')
                .any(|pair| pair.split('=').next() == Some(name))
        });
        if taken {
            return None;
        }
        target.push(if query.is_some() { '&' } else { '?' });
        target.push_str(pair.expose());
        Some(())
    }
}

/// RFC 6265, section 4.1.1.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}
