//! A gateway that runs within a test.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::BodyExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

use super::log::Log;
use super::observed::{Observed, Outcome};
use super::request;
use super::upstream::Apis;
use super::{Call, Upstream, coverage};
use crate::auth::AssumedCaller;
use crate::clock::Clock;
use crate::description::Description;
use crate::gateway::Gateway;
use crate::mcp::{Endpoint, InFlight};
use crate::policy::authorize::assumed::{Assumed, Verdicts};
use crate::policy::{INVALID_ARGUMENTS, Reason};
use crate::server::{Connection, Router, Settings};
use crate::upstream::InProcess;

/// A gateway that runs within a test: on the thread of the test, at the time that the test says.
pub struct Simulation {
    description: &'static Description,
    runtime: Runtime,
    router: Arc<Router>,
    now: Arc<AtomicU64>,
    caller: AssumedCaller,
    authorizer: Assumed,
    classifier: Assumed,
    apis: Apis,
    log: Log,
    dispatch: tracing::Dispatch,
}

impl Simulation {
    /// Starts a gateway at a time in milliseconds since 1970.
    ///
    /// # Errors
    /// Why it cannot start.
    pub fn new(gateway: &Gateway, at: u64) -> Result<Self, String> {
        let runtime = Builder::new_current_thread()
            // Handlers of the user may need sockets; the gateway does not.
            .enable_all()
            .build()
            .map_err(|error| format!("no threads can be started: {error}"))?;
        let now = Arc::new(AtomicU64::new(at));
        let (caller, apis) = (AssumedCaller::default(), Apis::new());
        let (authorizer, classifier) = (Assumed::default(), Assumed::default());
        let in_process: Arc<dyn InProcess> = Arc::new(apis.clone());
        let shared = gateway
            .simulated(
                Clock::Virtual(Arc::clone(&now)),
                (&caller, &authorizer, &classifier),
                &in_process,
            )
            .map_err(|error| error.to_string())?;
        let description = shared.description;
        let settings = Settings::default();
        let router = Arc::new(Router {
            endpoint: Endpoint {
                shared,
                in_flight: Arc::new(InFlight::default()),
                calls: Arc::new(Semaphore::new(settings.max_calls)),
                settings,
            },
            draining: AtomicBool::new(false),
        });
        let log = Log::default();
        let dispatch = tracing::Dispatch::new(log.clone());
        Ok(Self {
            description,
            runtime,
            router,
            now,
            caller,
            authorizer,
            classifier,
            apis,
            log,
            dispatch,
        })
    }

    /// Lets time pass.
    pub fn advance(&mut self, by: Duration) {
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let now = self.now.load(Ordering::Relaxed).saturating_add(by);
        self.now.store(now, Ordering::Relaxed);
    }

    /// Says what authorizers answer to the next call.
    pub fn authorizers(&mut self, verdicts: Verdicts<'_>) {
        self.authorizer.set(verdicts);
    }

    /// Says what classifiers answer to the next call.
    pub fn classifiers(&mut self, verdicts: Verdicts<'_>) {
        self.classifier.set(verdicts);
    }

    /// Sends a call and waits for what comes of it.
    ///
    /// # Errors
    /// What of the call cannot be sent; that an authorizer is asked of which nothing was said.
    pub fn call(&mut self, call: &Call<'_>, upstream: Upstream<'_>) -> Result<Observed, String> {
        let request = request::request(self.description, call)?;
        let principal = call.principal.as_ref();
        let principal = principal.map(|principal| request::caller(self.description, principal));
        self.caller.set(principal.transpose()?);
        self.apis.behave(upstream)?;
        let server = self.description.servers.get(call.server);
        let tool = server.and_then(|server| (server.find)(call.tool));
        coverage::calls(call.server, tool);
        let connection = Connection {
            peer: Some(
                call.address
                    .parse()
                    .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            ),
            listener: call.listener,
            certificate: None,
        };
        let router = Arc::clone(&self.router);
        let answer = tracing::dispatcher::with_default(&self.dispatch, || {
            self.runtime.block_on(async {
                let (head, body) = router.answer(request, &connection).await.into_parts();
                (
                    head,
                    body.collect()
                        .await
                        .map(http_body_util::Collected::to_bytes),
                )
            })
        });
        let (head, body) = (answer.0, answer.1.unwrap_or_default());
        if self.classifier.is_unsaid() {
            return Err(
                "a classifier is asked, and the test does not say what it answers: add `classifier: pass`, \
                 `flag` or `fail`, or a list of these in the order of asking"
                    .to_owned(),
            );
        }
        if self.authorizer.is_unsaid() {
            return Err(
                "an authorizer is asked, and the test does not say what it answers: add `authorizer: allow`, \
                 `deny` or `fail`, or a list of these in the order of asking"
                    .to_owned(),
            );
        }
        let message: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
        let result =
            message.and_then(|mut message| message.get_mut("result").map(serde_json::Value::take));
        let outcome = outcome(&self.log.take(), result.is_some());
        Ok(Observed {
            outcome,
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            result,
            asked: self.apis.take(),
            record: self.log.take_record(),
        })
    }
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulation")
            .field("gateway", &self.description.name)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What the log and the answer say together.
fn outcome(reasons: &[String], answered: bool) -> Outcome {
    let reason = reasons.last().map(String::as_str);
    let mut known = Reason::ALL.iter();
    match reason {
        Some(INVALID_ARGUMENTS) => Outcome::Invalid,
        Some(name) => match known.find(|reason| reason.name() == name) {
            Some(reason) => Outcome::Denied(*reason),
            None => Outcome::Fault,
        },
        None if answered => Outcome::Allowed,
        None => Outcome::Fault,
    }
}
