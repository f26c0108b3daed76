//! Decisions of others: an authorizer outside of the gateway is asked before a call runs.
//!
//! Generated code works out what it is told and leaves the question in `policy/pending`; it is asked once
//! nothing else refuses the call, and before the call counts for anything. How many are asked at once, how great question and answer are, how long a call waits
//! and how much is remembered: all of it has an end.

mod answer;
pub(crate) mod assumed;
mod question;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::pending::Decision;
use super::{Reason, Refusal};
use crate::call::Call;
use crate::callout::{self, Client, Failure};
use crate::clock::Clock;
use crate::description::{Credential, Description, Template};
use crate::environment::{Environment, Secret};

use answer::Answer;
use assumed::Assumed;

pub use question::{Relation, told};

/// How many decisions of one authorizer are remembered.
const REMEMBERED: usize = 4096;

/// How many questions one authorizer is asked at once; further ones wait, within their time.
const AT_ONCE: usize = 128;

/// The greatest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// When a call that could not be decided may be tried again.
const RETRY: Duration = Duration::from_secs(5);

/// A service that decides which calls are allowed.
#[derive(Debug)]
pub struct Authorizer {
    /// How it is asked.
    pub protocol: Protocol,
    /// Where; for [`Protocol::OpenFga`] what its paths are added to.
    pub url: Template,
    /// How the gateway says there who it is: never [`Credential::Query`] or [`Credential::Cookie`].
    pub credential: Option<Credential>,
    /// How long a call waits for the decision.
    pub timeout: Duration,
    /// How long a decision counts for calls that ask the same; zero: each call asks.
    pub cache: Duration,
    /// Whether calls are allowed while there is no answer.
    pub allow_on_failure: bool,
}

/// The ways to ask.
#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    /// The data API of Open Policy Agent.
    Opa {
        /// The member of an object that is the decision.
        decision: &'static str,
        /// Whether callers are told the `reason` of a refusal.
        forward_reason: bool,
    },
    /// `OpenID` Authorization API 1.0 (`AuthZEN`), access evaluation.
    AuthZen,
    /// The check of `OpenFGA`.
    OpenFga {
        /// The store.
        store: Template,
        /// The authorization model; the newest where absent.
        model: Option<Template>,
    },
}

/// The authorizers of a gateway, by position.
#[derive(Debug, Default)]
pub(crate) struct Authorizers {
    clock: Clock,
    held: Vec<Held>,
}

/// An authorizer, and what the process knows of it.
struct Held {
    authorizer: &'static Authorizer,
    url: Uri,
    way: Way,
    /// The authorization model of [`Protocol::OpenFga`].
    model: Option<String>,
    /// Sensitive.
    credential: ArcSwapOption<(HeaderName, HeaderValue)>,
    /// By the SHA-256 of the whole question: who calls is part of it, so what is allowed to one caller is
    /// never allowed to another for having been asked before; and the memory holds no arguments.
    answers: Option<Cache<[u8; 32], Remembered>>,
    questions: Semaphore,
}

/// How a question gets to an authorizer.
#[derive(Debug)]
enum Way {
    Network(Arc<Client>),
    /// In tests of policies.
    Assumed(Assumed),
}

#[derive(Clone, Debug)]
struct Remembered {
    answer: Answer,
    /// By [`Clock::monotonic`], when it no longer counts.
    until: Duration,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("authorizer", &self.authorizer.protocol)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Authorizers {
    /// Connects to nothing yet.
    ///
    /// # Errors
    /// What cannot be used, a sentence each, without values.
    pub(crate) fn new(
        description: &'static Description,
        environment: &Environment,
        clock: Clock,
    ) -> Result<Self, Vec<String>> {
        if description.authorizers.is_empty() {
            return Ok(Self::default());
        }
        let client = callout::client(environment.egress()).map_err(|problem| vec![problem])?;
        let client = Arc::new(client);
        Self::with(description, environment, clock, || {
            Way::Network(Arc::clone(&client))
        })
    }

    /// Those of a test, which says what they answer.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub(crate) fn assuming(
        description: &'static Description,
        environment: &Environment,
        clock: Clock,
        assumed: &Assumed,
    ) -> Result<Self, Vec<String>> {
        Self::with(description, environment, clock, || {
            Way::Assumed(assumed.clone())
        })
    }

    fn with(
        description: &'static Description,
        environment: &Environment,
        clock: Clock,
        way: impl Fn() -> Way,
    ) -> Result<Self, Vec<String>> {
        let mut held = Vec::with_capacity(description.authorizers.len());
        let mut problems = Vec::new();
        for authorizer in description.authorizers {
            match Held::new(authorizer, environment, way()) {
                Ok(one) => held.push(one),
                Err(problem) => {
                    problems.push(format!("an authorizer cannot be asked: {problem}"));
                }
            }
        }
        if problems.is_empty() {
            Ok(Self { clock, held })
        } else {
            Err(problems)
        }
    }

    /// Where each is, and whether anything answers there: for `--check`. Nothing is asked.
    pub(crate) async fn probe(&self) -> Vec<(String, Result<(), String>)> {
        let mut probed = Vec::with_capacity(self.held.len());
        for held in &self.held {
            probed.push((held.url.to_string(), held.probe().await));
        }
        probed
    }

    /// Takes the values that secrets have now.
    pub(crate) fn renew(&self, environment: &Environment) {
        for held in &self.held {
            if let Some(credential) = &held.authorizer.credential {
                callout::renew(credential, &held.credential, environment, &held.url);
            }
        }
    }
}

impl Held {
    fn new(
        authorizer: &'static Authorizer,
        environment: &Environment,
        way: Way,
    ) -> Result<Self, String> {
        let mut url = environment.render(authorizer.url).expose().to_owned();
        let mut model = None;
        if let Protocol::OpenFga { store, model: id } = authorizer.protocol {
            let store = name("store", &environment.render(store))?;
            url = format!("{}/stores/{store}/check", url.trim_end_matches('/'));
            let id = id.map(|id| name("authorization model", &environment.render(id)));
            model = id.transpose()?;
        }
        // In tests nothing is sent, and variables have values that are no addresses.
        let url = match &way {
            Way::Network(_) => callout::url(&url)?,
            Way::Assumed(_) => url.parse().unwrap_or_default(),
        };
        let credential = authorizer.credential.as_ref();
        let credential = credential.map(|credential| callout::credential(credential, environment));
        Ok(Self {
            authorizer,
            url,
            way,
            model,
            credential: ArcSwapOption::new(credential.transpose()?.map(Arc::new)),
            answers: (!authorizer.cache.is_zero()).then(|| Cache::new(REMEMBERED)),
            questions: Semaphore::new(AT_ONCE),
        })
    }

    /// The answer to a question: one that counts still, or a new one. Calls that ask the same at the same
    /// time wait for one answer.
    async fn answer(&self, question: Bytes, clock: &Clock) -> Answer {
        let answer = self.remembered_or_new(question, clock);
        let answer = tokio::time::timeout(self.authorizer.timeout, answer).await;
        answer.unwrap_or_else(|_| {
            self.unanswered(&Failure::NoAnswer(format!(
                "no answer within {:?}",
                self.authorizer.timeout
            )))
        })
    }

    async fn remembered_or_new(&self, question: Bytes, clock: &Clock) -> Answer {
        let Some(answers) = &self.answers else {
            return self.ask(question).await;
        };
        let now = clock.monotonic();
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &question).as_ref());
        // One that counts no longer makes room for the question; one that another call has just put there
        // stays.
        answers.remove_if(&hash, |remembered| remembered.until <= now);
        match answers.get_value_or_guard_async(&hash).await {
            Ok(remembered) => remembered.answer,
            Err(guard) => {
                let answer = self.ask(question).await;
                if answer.is_decision() {
                    // Fails where the cache has dropped the place meanwhile: then nothing is remembered.
                    let _ = guard.insert(Remembered {
                        answer: answer.clone(),
                        until: clock.monotonic().saturating_add(self.authorizer.cache),
                    });
                }
                answer
            }
        }
    }

    async fn ask(&self, question: Bytes) -> Answer {
        let text = match &self.way {
            Way::Network(client) => self.send(client, question).await,
            Way::Assumed(assumed) => assumed::answer(assumed, self.authorizer.protocol),
        };
        let text = match text {
            Ok(text) => text,
            Err(failure) => return self.unanswered(&failure),
        };
        match answer::read(self.authorizer.protocol, &text) {
            Ok(answer) => answer,
            Err(problem) => self.unanswered(&Failure::NoAnswer(problem.to_owned())),
        }
    }

    async fn probe(&self) -> Result<(), String> {
        let Way::Network(client) = &self.way else {
            return Ok(());
        };
        let mut request = Request::new(Full::default());
        *request.uri_mut() = self.url.clone();
        match callout::send(client, request, MAX_ANSWER, self.authorizer.timeout).await {
            Ok(_) | Err(Failure::Status(_)) => Ok(()),
            Err(failure) => Err(failure.to_string()),
        }
    }

    async fn send(&self, client: &Client, question: Bytes) -> Result<Bytes, Failure> {
        let Ok(_permit) = self.questions.acquire().await else {
            return Err(Failure::NoAnswer("the gateway ends".to_owned()));
        };
        let mut request = Request::new(Full::new(question));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(pair) = &*self.credential.load() {
            let (name, value) = &**pair;
            headers.insert(name.clone(), value.clone());
        }
        callout::send(client, request, MAX_ANSWER, self.authorizer.timeout).await
    }

    #[cold]
    fn unanswered(&self, failure: &Failure) -> Answer {
        tracing::warn!(
            target: "gatewright::policy",
            authorizer = %self.url,
            problem = %failure,
            "an authorizer does not decide"
        );
        Answer::None {
            refused: failure.is_refusal(),
        }
    }
}

impl Call {
    /// Leaves a question to an authorizer, by its position in
    /// [`Description::authorizers`](crate::description::Description::authorizers), to be asked before the
    /// call counts and runs. `context` is what the manifest adds to it, by name; `relation` is there for
    /// [`Protocol::OpenFga`] alone. `passed` is called once the call is allowed.
    ///
    /// # Errors
    /// Where the question cannot be put.
    pub fn ask(
        &self,
        position: usize,
        relation: Option<&Relation<'_>>,
        context: &[(&'static str, Vec<u8>)],
        passed: fn(),
    ) -> Result<(), Refusal> {
        let held = self.authorizers().held.get(position).ok_or_else(missing)?;
        let question = question::question(
            self,
            (held.authorizer.protocol, held.model.as_deref()),
            relation,
            context,
        )?;
        self.pending().decisions.push(Decision {
            authorizer: position,
            question: Bytes::from(question),
            passed,
        });
        Ok(())
    }

    /// Says that an authorizer will be asked once the arguments are read: until then the call counts for
    /// nothing.
    pub fn defer(&self) {
        self.pending().deferred = true;
    }

    /// Asks an authorizer.
    pub(crate) async fn decide(&self, decision: Decision) -> Result<(), Refusal> {
        let authorizers = self.authorizers();
        let held = authorizers
            .held
            .get(decision.authorizer)
            .ok_or_else(missing)?;
        match held.answer(decision.question, &authorizers.clock).await {
            Answer::Allowed => {}
            Answer::Denied(reason) => return Err(denied(reason.as_deref())),
            Answer::None { refused: false } if held.authorizer.allow_on_failure => {
                tracing::warn!(
                    target: "gatewright::policy",
                    tool = self.name(),
                    authorizer = %held.url,
                    "allowed without a decision"
                );
            }
            Answer::None { .. } => return Err(undecided()),
        }
        (decision.passed)();
        Ok(())
    }
}

#[cold]
fn denied(reason: Option<&str>) -> Refusal {
    let message = match reason {
        Some(reason) => format!("This call is not allowed: {reason}"),
        None => "This call is not allowed: the service that decides about such calls refuses it."
            .to_owned(),
    };
    Refusal::new(Reason::Denied, message)
}

#[cold]
fn undecided() -> Refusal {
    Refusal::until(
        Reason::NoDecision,
        "It could not be decided whether this call is allowed: the service that decides about such calls \
         gives no answer.",
        RETRY,
    )
}

/// No generated code asks an authorizer that there is not.
#[cold]
fn missing() -> Refusal {
    Refusal::new(
        Reason::Undecided,
        "An authorizer is missing. This is a fault of the gateway.",
    )
}

/// The id of something of `OpenFGA`: part of a path, or of a question.
fn name(what: &str, id: &Secret) -> Result<String, String> {
    let id = id.expose();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if id.is_empty() || id.len() > 128 || !id.bytes().all(fits) {
        return Err(format!(
            "the id of its {what} is none: letters, digits, `-` and `_`"
        ));
    }
    Ok(id.to_owned())
}

#[cfg(test)]
mod tests;
