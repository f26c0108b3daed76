//! Tokens that only their provider can read: it is asked about each (RFC 7662), and its answers are
//! remembered for a while.
//!
//! Requests with one token wait for one question. How many are asked at once, how many answers are
//! remembered, how great an answer is and how long one waits for it: all of it has an end.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use quick_cache::sync::Cache;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::claims::{self, Demands, Expected};
use super::gate::Refusal;
use super::principal::Principal;
use super::provider::{self, Documents};
use crate::description::{self, Credential};
use crate::environment::Environment;
use crate::rest::percent_encode;

/// How many answers are remembered.
const REMEMBERED: usize = 4096;

/// How many questions are asked at once: callers with made-up tokens must not become the provider's flood.
const AT_ONCE: usize = 32;

/// The greatest answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// How long it is remembered that a token is not valid, in seconds.
const REFUSED_FOR: u64 = 10;

/// How long it is remembered that there was no answer, in seconds.
const UNANSWERED_FOR: u64 = 1;

/// A provider that is asked about tokens.
pub(super) struct Introspection {
    name: &'static str,
    described: &'static description::Introspection,
    pub(super) expected: Expected,
    pub(super) scope_prefix: String,
    url: Uri,
    client: Documents,
    /// How the gateway says who it is; sensitive.
    authorization: ArcSwap<HeaderValue>,
    /// By the SHA-256 of the token: the memory of the process holds no tokens that could be read out of it.
    answers: Cache<[u8; 32], Answer>,
    questions: Semaphore,
}

/// What came of a question.
#[derive(Clone, Debug)]
struct Answer {
    outcome: Result<Arc<Principal>, Refusal>,
    /// The first second since 1970 at which it no longer counts.
    until: u64,
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("name", &self.name)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Introspection {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// What is wrong, a clause without values.
    pub(super) fn new(
        name: &'static str,
        described: &'static description::Introspection,
        (expected, scope_prefix): (Expected, String),
        environment: &Environment,
    ) -> Result<Self, String> {
        Ok(Self {
            name,
            described,
            expected,
            scope_prefix,
            url: provider::url(environment.render(described.url).expose())?,
            client: provider::client(environment.egress())?,
            authorization: ArcSwap::from_pointee(authorization(
                &described.credential,
                environment,
            )?),
            answers: Cache::new(REMEMBERED),
            questions: Semaphore::new(AT_ONCE),
        })
    }

    /// Takes the values that secrets have now.
    pub(super) fn renew(&self, environment: &Environment) {
        match authorization(&self.described.credential, environment) {
            Ok(value) => self.authorization.store(Arc::new(value)),
            Err(problem) => tracing::warn!(
                identity = self.name,
                problem,
                "a secret changed to what cannot be sent: the value it had stays in use"
            ),
        }
    }

    /// Whose token it is, at `now` in seconds since 1970. `hash` is that of the token.
    pub(super) async fn recognise(
        &self,
        token: &str,
        hash: [u8; 32],
        now: u64,
    ) -> Result<Arc<Principal>, Refusal> {
        // One that counts no longer makes room for the question; one that another request has just put
        // there stays.
        self.answers.remove_if(&hash, |answer| answer.until <= now);
        let answer = match self.answers.get_value_or_guard_async(&hash).await {
            Ok(answer) => answer,
            Err(guard) => {
                let answer = self.answer(token, now).await;
                // Fails where the cache has dropped the place meanwhile: then nothing is remembered.
                let _ = guard.insert(answer.clone());
                answer
            }
        };
        answer.outcome
    }

    async fn answer(&self, token: &str, now: u64) -> Answer {
        let claims = match self.ask(token).await {
            Ok(claims) => claims,
            Err(problem) => {
                tracing::warn!(
                    identity = self.name,
                    problem,
                    "the identity provider does not answer questions about tokens"
                );
                return Answer {
                    outcome: Err(Refusal::Unavailable),
                    until: now + UNANSWERED_FOR,
                };
            }
        };
        match self.principal(&claims, now) {
            Ok(principal) => Answer {
                until: principal
                    .expires_at
                    .unwrap_or(u64::MAX)
                    .min(now.saturating_add(self.described.cache.as_secs())),
                outcome: Ok(Arc::new(principal)),
            },
            Err(reason) => Answer {
                outcome: Err(Refusal::InvalidToken(reason)),
                until: now + REFUSED_FOR,
            },
        }
    }

    /// Makes the principal of an answer.
    fn principal(&self, claims: &Value, now: u64) -> Result<Principal, &'static str> {
        if claims.get("active") != Some(&Value::Bool(true)) {
            return Err("the token is not active");
        }
        // Providers know other tokens too, and some are bound to a key that nobody here checks.
        let kind = claims.get("token_type").and_then(Value::as_str);
        if kind.is_some_and(|kind| {
            !["bearer", "access_token"]
                .iter()
                .any(|known| kind.eq_ignore_ascii_case(known))
        }) {
            return Err("the token is not a bearer token");
        }
        let demands = Demands {
            // The provider itself answers; where it says which one it is, it must be the right one.
            issuer: false,
            audience: !self.described.audience_optional,
            expiry: false,
        };
        let rules = &self.described.rules;
        claims::principal(self.name, rules, (&self.expected, demands), claims, now)
    }

    /// Asks the provider about a token.
    async fn ask(&self, token: &str) -> Result<Value, String> {
        let timeout = self.described.timeout;
        let permit = tokio::time::timeout(timeout, self.questions.acquire());
        let Ok(Ok(_permit)) = permit.await else {
            return Err("too many questions are waiting for an answer".to_owned());
        };
        let token = percent_encode(token);
        let body = format!("token={token}&token_type_hint=access_token");
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        let headers = request.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let authorization = self.authorization.load();
        headers.insert(AUTHORIZATION, HeaderValue::clone(&authorization));
        let text = provider::send(&self.client, request, MAX_ANSWER, timeout).await?;
        match serde_json::from_slice(&text) {
            Ok(Value::Object(claims)) if claims.contains_key("active") => Ok(Value::Object(claims)),
            _ => Err("the answer is not one about a token: it has no `active`".to_owned()),
        }
    }

    /// Asks about a token that there is not: for `--check`.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(super) async fn probe(&self) -> Result<(), String> {
        self.ask("gatewright-check").await.map(drop)
    }
}

/// How the gateway says to the provider who it is (RFC 6749, section 2.3.1; RFC 6750).
///
/// # Errors
/// What cannot be sent, a clause without values.
fn authorization(
    credential: &Credential,
    environment: &Environment,
) -> Result<HeaderValue, String> {
    let text = match credential {
        Credential::Basic(user, password) => {
            let encoded = |part| percent_encode(environment.render(part).expose());
            let pair = format!("{}:{}", encoded(user), encoded(password));
            format!("Basic {}", STANDARD.encode(pair))
        }
        Credential::Bearer(token) => format!("Bearer {}", environment.render(token).expose()),
        Credential::Header(..) | Credential::Query(..) | Credential::Cookie(..) => {
            return Err("its credential is not one of a client".to_owned());
        }
    };
    let mut value = HeaderValue::try_from(text)
        .map_err(|_| "its credential holds characters that headers cannot".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
