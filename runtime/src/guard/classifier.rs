//! Services outside of the gateway that say what texts are: they are sent the texts of arguments and results,
//! as to the moderation endpoint that many of them share.

mod endpoint;
mod texts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use tokio::sync::Semaphore;

use self::endpoint::{flagged, question};
use self::texts::{json, texts};
use super::Action;
use crate::call::Call;
use crate::callout::{self, Client, Failure};
use crate::description::{Credential, Description, Template};
use crate::environment::Environment;
use crate::policy::authorize::assumed::{Assumed, Verdict};
use crate::policy::{Reason, Refusal};
use crate::result::ToolResult;

/// The longest text that is classified, in bytes.
const MAX_TEXT: usize = 256 * 1024;

/// The greatest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// How many texts one classifier is sent at once; further ones wait, within their time.
const AT_ONCE: usize = 64;

/// When a call that could not be classified may be tried again.
const RETRY: Duration = Duration::from_secs(5);

/// A service that says what a text is.
#[derive(Debug)]
pub struct Classifier {
    /// Where it is asked.
    pub url: Template,
    /// The `model` of the request.
    pub model: Option<&'static str>,
    /// How the gateway says there who it is: never [`Credential::Query`] or [`Credential::Cookie`].
    pub credential: Option<Credential>,
    /// How long a call waits for an answer.
    pub timeout: Duration,
    /// Whether what could not be classified is let through; never what the service does not take.
    pub allow_on_failure: bool,
    /// The categories that count; empty: all, by `flagged`.
    pub categories: &'static [&'static str],
}

/// The classifiers of a gateway, by the positions of their guards.
#[derive(Debug, Default)]
pub(crate) struct Classifiers(Vec<Option<Held>>);

struct Held {
    classifier: &'static Classifier,
    url: Uri,
    way: Way,
    /// Sensitive.
    credential: ArcSwapOption<(HeaderName, HeaderValue)>,
    questions: Semaphore,
}

/// How a text gets to a classifier.
enum Way {
    Network(Arc<Client>),
    /// In tests of policies.
    Assumed(Assumed),
}

/// A text that is yet to be classified.
#[derive(Debug)]
pub(crate) struct Classification {
    /// The position of the guard.
    pub(crate) guard: usize,
    /// The body of the request; `None` where the text is too long for one.
    pub(crate) question: Option<Bytes>,
}

/// What a text was found to be: the categories, none where it may pass.
type Flagged = Vec<String>;

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Classifiers {
    /// Connects to nothing yet. In tests `assumed` answers.
    ///
    /// # Errors
    /// What cannot be used, a sentence each, without values.
    pub(crate) fn new(
        description: &'static Description,
        environment: &Environment,
        assumed: Option<&Assumed>,
    ) -> Result<Self, Vec<String>> {
        let mut client: Option<Arc<Client>> = None;
        let mut held = Vec::with_capacity(description.guards.len());
        let mut problems = Vec::new();
        for guard in description.guards {
            let Some(classifier) = &guard.classifier else {
                held.push(None);
                continue;
            };
            let way = match (assumed, &client) {
                (Some(assumed), _) => Ok(Way::Assumed(assumed.clone())),
                (None, Some(client)) => Ok(Way::Network(Arc::clone(client))),
                (None, None) => callout::client(environment.egress()).map(|made| {
                    let made = client.insert(Arc::new(made));
                    Way::Network(Arc::clone(made))
                }),
            };
            match way.and_then(|way| Held::new(classifier, environment, way)) {
                Ok(one) => held.push(Some(one)),
                Err(problem) => problems.push(format!("a classifier cannot be asked: {problem}")),
            }
        }
        if problems.is_empty() {
            Ok(Self(held))
        } else {
            Err(problems)
        }
    }

    /// Takes the values that secrets have now.
    pub(crate) fn renew(&self, environment: &Environment) {
        for held in self.0.iter().flatten() {
            if let Some(credential) = &held.classifier.credential {
                callout::renew(credential, &held.credential, environment, &held.url);
            }
        }
    }

    fn get(&self, guard: usize) -> Option<&Held> {
        self.0.get(guard)?.as_ref()
    }
}

impl Held {
    fn new(
        classifier: &'static Classifier,
        environment: &Environment,
        way: Way,
    ) -> Result<Self, String> {
        let url = environment.render(classifier.url);
        // In tests nothing is sent, and variables have values that are no addresses.
        let url = match &way {
            Way::Network(_) => callout::url(url.expose())?,
            Way::Assumed(_) => url.expose().parse().unwrap_or_default(),
        };
        let credential = classifier.credential.as_ref();
        let credential = credential.map(|credential| callout::credential(credential, environment));
        Ok(Self {
            classifier,
            url,
            way,
            credential: ArcSwapOption::new(credential.transpose()?.map(Arc::new)),
            questions: Semaphore::new(AT_ONCE),
        })
    }

    async fn classify(&self, question: Bytes) -> Result<Flagged, Failure> {
        let timeout = self.classifier.timeout;
        let text = match &self.way {
            Way::Assumed(assumed) => match assumed.verdict() {
                Some(Verdict::Allow) => Bytes::from_static(b"{\"results\":[{\"flagged\":false}]}"),
                Some(Verdict::Deny) => return Ok(vec!["what the test says".to_owned()]),
                Some(Verdict::Fail) | None => {
                    return Err(Failure::NoAnswer("the test says so".to_owned()));
                }
            },
            Way::Network(client) => {
                let asked = tokio::time::timeout(timeout, self.send(client, question));
                asked.await.unwrap_or_else(|_| {
                    Err(Failure::NoAnswer(format!("no answer within {timeout:?}")))
                })?
            }
        };
        flagged(&text, self.classifier.categories)
            .map_err(|problem| Failure::NoAnswer(problem.to_owned()))
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
        callout::send(client, request, MAX_ANSWER, self.classifier.timeout).await
    }
}

/// What came of a classification, for the call.
enum Outcome {
    Passes,
    Flagged(Flagged),
    TooLong,
    Unknown,
}

impl Call {
    /// Leaves the texts of the arguments to be classified before the tool runs.
    pub(super) fn leave(&self, guard: usize, classifier: &Classifier, arguments: &[u8]) {
        let mut text = String::new();
        // What is no JSON is refused as such, when the arguments are read.
        if json(arguments, &mut text).is_err() || text.is_empty() {
            return;
        }
        self.pending().classifications.push(Classification {
            guard,
            question: question(classifier, &text),
        });
    }

    /// Classifies texts of the arguments.
    pub(crate) async fn classify(&self, asked: Classification) -> Result<(), Refusal> {
        match self.outcome(asked, "arguments").await {
            Outcome::Passes => Ok(()),
            Outcome::Flagged(categories) => Err(Refusal::new(
                Reason::Content,
                format!(
                    "The arguments hold what this tool does not take: {}. Leave it out, and call again.",
                    categories.join(", ")
                ),
            )),
            Outcome::TooLong => Err(Refusal::new(
                Reason::Content,
                "The arguments hold more text than can be looked at. Call again with less.",
            )),
            Outcome::Unknown => Err(Refusal::until(
                Reason::Unclassified,
                "The arguments could not be looked at for what this tool does not take: the service that does \
                 so gives no answer.",
                RETRY,
            )),
        }
    }

    /// Classifies the texts of the result: it, or a refusal in its place. What the gateway itself says is not
    /// classified.
    pub(crate) async fn classify_result(&self, result: ToolResult) -> ToolResult {
        if self.is_turned_away() {
            return result;
        }
        let mut question_of = None;
        for position in self.description().guards {
            let Some(guard) = self.guards().get(*position) else {
                continue;
            };
            let Some(classifier) = guard
                .classifier
                .as_ref()
                .filter(|_| guard.result && guard.when.is_none_or(|when| when(self)))
            else {
                continue;
            };
            let text: &String = question_of.get_or_insert_with(|| texts(&result));
            if text.is_empty() {
                continue;
            }
            let asked = Classification {
                guard: *position,
                question: question(classifier, text),
            };
            let what = match self.outcome(asked, "result").await {
                Outcome::Passes => continue,
                Outcome::Flagged(categories) => {
                    format!(
                        "holds what this tool does not pass on: {}",
                        categories.join(", ")
                    )
                }
                Outcome::TooLong => "holds more text than can be looked at".to_owned(),
                Outcome::Unknown => {
                    "could not be looked at for what this tool does not pass on".to_owned()
                }
            };
            let which = if result.is_error {
                "The call failed, and what is said about it"
            } else {
                "The call succeeded, but its result"
            };
            return ToolResult::error(format!("{which} {what}. It is not shown."));
        }
        result
    }

    async fn outcome(&self, asked: Classification, side: &'static str) -> Outcome {
        let (Some(held), Some(guard)) = (
            self.classifiers().get(asked.guard),
            self.guards().get(asked.guard),
        ) else {
            return Outcome::Unknown;
        };
        let logs = guard.action == Action::Log;
        let Some(question) = asked.question else {
            tracing::warn!(target: "gatewright::policy", tool = self.name(), side, "too long to be classified");
            return if logs {
                Outcome::Passes
            } else {
                Outcome::TooLong
            };
        };
        match held.classify(question).await {
            Ok(categories) if categories.is_empty() => Outcome::Passes,
            Ok(categories) => {
                super::found(asked.guard);
                tracing::warn!(
                    target: "gatewright::policy",
                    tool = self.name(),
                    side,
                    kind = categories.join(", "),
                    action = ?guard.action,
                    "classified"
                );
                if logs {
                    Outcome::Passes
                } else {
                    Outcome::Flagged(categories)
                }
            }
            Err(failure) => {
                tracing::warn!(
                    target: "gatewright::policy",
                    tool = self.name(),
                    side,
                    classifier = %held.url,
                    problem = %failure,
                    "a classifier does not answer"
                );
                if logs || (held.classifier.allow_on_failure && !failure.is_refusal()) {
                    Outcome::Passes
                } else {
                    Outcome::Unknown
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
