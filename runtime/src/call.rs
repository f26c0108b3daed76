//! One call of one tool: what handlers are given, and the loop that takes a request to its API.

mod for_tests;

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use gatewright_schema::Violations;

use crate::auth::Principal;
use crate::cache::{Cache, Served};
use crate::caller::Caller;
use crate::description::Tool;
use crate::gateway::Shared;
use crate::guard::{Classifiers, Guards};
use crate::mcp::Progress;
use crate::policy::authorize::Authorizers;
use crate::policy::pending::Pending;
use crate::policy::{Held, INVALID_ARGUMENTS, Limits};
use crate::rest::{self, Request, Unchangeable, answer};
use crate::result::ToolResult;
use crate::upstream;

pub use for_tests::TestCall;

/// What a tool eventually answers. The only kind of future that generated code names.
pub type Answer<'a> = Pin<Box<dyn Future<Output = ToolResult> + Send + 'a>>;

/// The tools of a gateway, as generated code implements them: one entry for all servers, so that the
/// rest of the runtime is compiled once and not per gateway.
pub trait Service: Send + Sync + 'static {
    /// Calls the tool that `call` is about with `arguments`, the raw JSON text of the call's
    /// `arguments` member (empty where it was absent).
    fn call<'a>(&'a self, call: &'a Call, arguments: &'a [u8]) -> Answer<'a>;
}

/// What stands for a tool whose position no server has, so that looking one up needs no panic.
static NO_TOOL: Tool = Tool::NATIVE;

/// One call of one tool.
pub struct Call {
    shared: Arc<Shared>,
    server: usize,
    position: usize,
    tool: &'static Tool,
    progress: Option<Progress>,
    caller: Arc<Caller>,
    /// What it has got from limits.
    held: Mutex<Held>,
    /// What is to be waited for before the tool runs.
    pending: Mutex<Pending>,
    /// What policies change of the requests to APIs; nearly always nothing.
    request_changes: Mutex<Vec<rest::Change>>,
    /// Where the arguments stand in those of the request: an RFC 6901 pointer.
    place: &'static str,
    /// The position of the product that it is made by.
    product: Option<usize>,
    /// Where the answer came from, for a tool whose answers are remembered.
    served: OnceLock<Served>,
    /// What content guards left of the arguments.
    screened: OnceLock<Vec<u8>>,
    /// Whether the call changed something, or may have.
    changed: AtomicBool,
    /// Whether it was refused: what is said then is the gateway's own.
    refused: AtomicBool,
}

/// What became of a request: the result, and what it was made of.
pub(crate) struct Exchange {
    pub(crate) result: ToolResult,
    pub(crate) response: Result<upstream::Response, upstream::Error>,
}

impl Call {
    /// A call of the tool at position `tool` of the server at position `server`. `progress` is where
    /// the caller wants to hear of progress.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        server: usize,
        tool: usize,
        progress: Option<Progress>,
        caller: Arc<Caller>,
    ) -> Self {
        let servers = shared.description.servers;
        Self {
            shared: Arc::clone(shared),
            server,
            position: tool,
            tool: servers
                .get(server)
                .and_then(|server| server.tools.get(tool))
                .unwrap_or(&NO_TOOL),
            progress,
            caller,
            held: Mutex::default(),
            pending: Mutex::default(),
            request_changes: Mutex::default(),
            place: "",
            product: None,
            served: OnceLock::new(),
            screened: OnceLock::new(),
            changed: AtomicBool::new(false),
            refused: AtomicBool::new(false),
        }
    }

    /// The same call with its arguments at `place` in those that the caller wrote, so that what is
    /// said of them leads there.
    #[must_use]
    pub(crate) fn at(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }

    /// The same call, made by the product at a position.
    #[must_use]
    pub(crate) fn by(mut self, product: Option<usize>) -> Self {
        self.product = product;
        self
    }

    /// The position of the product that the call is made by, among
    /// [`Description::products`](crate::description::Description::products).
    pub fn product(&self) -> Option<usize> {
        self.product
    }

    /// The name of the product that the call is made by; `None` where the tool needs none, or the key is
    /// for the whole server.
    pub fn product_name(&self) -> Option<&'static str> {
        let products = self.shared.description.products;
        products.get(self.product?).map(|product| product.name)
    }

    /// Who calls: anonymous where the server asks nobody, and over stdio, where it is whoever started
    /// the process.
    pub fn principal(&self) -> &Principal {
        self.caller.principal()
    }

    /// The position of the server among [`Description::servers`](crate::description::Description::servers).
    pub fn server(&self) -> usize {
        self.server
    }

    /// The name of the server.
    pub fn server_name(&self) -> &'static str {
        let servers = self.shared.description.servers;
        servers.get(self.server).map_or("", |server| server.name)
    }

    /// The position of the tool among [`Server::tools`](crate::description::Server::tools).
    pub fn tool(&self) -> usize {
        self.position
    }

    /// The name of the tool.
    pub fn name(&self) -> &'static str {
        self.tool.name
    }

    /// Who sent the call.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub(crate) fn authorizers(&self) -> &Authorizers {
        &self.shared.authorizers
    }

    pub(crate) fn cache(&self) -> &Cache {
        &self.shared.cache
    }

    pub(crate) fn guards(&self) -> &Guards {
        &self.shared.guards
    }

    pub(crate) fn classifiers(&self) -> &Classifiers {
        &self.shared.classifiers
    }

    /// Where the arguments stand in those that the caller wrote.
    pub(crate) fn place(&self) -> &'static str {
        self.place
    }

    /// Keeps what was left of the arguments, for as long as the call.
    pub(crate) fn keep(&self, arguments: Vec<u8>) -> &[u8] {
        self.screened.get_or_init(|| arguments)
    }

    /// What the compiler decided about the tool.
    pub(crate) fn description(&self) -> &'static Tool {
        self.tool
    }

    /// The name of the API that the tool calls.
    pub(crate) fn api(&self) -> &'static str {
        let operation = self.tool.operation;
        operation
            .and_then(|operation| self.shared.description.apis.get(operation.api))
            .map_or("", |api| api.name)
    }

    /// Notes where the answer came from.
    pub(crate) fn served(&self, from: Served) {
        tracing::trace!(target: "gatewright::policy", served = from.name(), "answered");
        // A handler may send several requests: the first says it.
        let _ = self.served.set(from);
    }

    /// Where the answer came from; `None` where the tool's answers are not remembered.
    pub(crate) fn was_served(&self) -> Option<Served> {
        self.served.get().copied()
    }

    /// Notes that what other tools answered may no longer hold.
    pub(crate) fn changes(&self) {
        self.changed.store(true, Ordering::Relaxed);
    }

    /// Notes that the call is refused.
    pub(crate) fn turn_away(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// Whether the call was refused.
    pub(crate) fn is_turned_away(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// What the call has got from limits.
    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be waited for before the tool runs: policies add to it.
    pub(crate) fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What policies change of the requests of this call.
    pub(crate) fn request_changes(&self) -> MutexGuard<'_, Vec<rest::Change>> {
        let changes = self.request_changes.lock();
        changes.unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends the request and maps the API's answer to a result: what every generated handler does
    /// unless it is replaced.
    pub fn forward(&self, request: Result<Request, Violations>) -> Answer<'_> {
        let request = match request {
            Ok(request) => request,
            Err(violations) => return self.invalid(violations),
        };
        let operation = request.operation();
        let request = match self.prepared(request) {
            Ok(request) => request,
            Err(error) => {
                let refused = answer::failure(operation, &error);
                return Box::pin(ready(refused));
            }
        };
        match &self.tool.cache {
            Some(caching) => Box::pin(self.cached(caching, request)),
            None => Box::pin(async move { self.exchange(request).await.result }),
        }
    }

    /// Sends a request that was changed, and makes a result of what came.
    pub(crate) async fn exchange(&self, request: Request) -> Exchange {
        let operation = request.operation();
        let response = self.transmit(request).await;
        let result = match &response {
            Ok(response) => answer::result(self.tool, operation, response),
            Err(error) => answer::failure(operation, error),
        };
        Exchange { result, response }
    }

    /// The request as it is sent: with the changes of the call's policies, which whatever tells requests
    /// apart has to know.
    fn prepared(&self, mut request: Request) -> Result<Request, upstream::Error> {
        if let Err(Unchangeable) = request.change(&self.request_changes()) {
            let client = self.shared.clients.get(request.operation.api);
            let api = client.map_or("unknown", upstream::Client::name);
            return Err(upstream::Error::new(upstream::ErrorKind::Change, api));
        }
        Ok(request)
    }

    /// Sends a request and waits for the whole answer, for at most the tool's timeout. Answers of
    /// every status are answers; the errors are those of connections, time and size. Where the manifest
    /// says what of JSON is passed on, the body of a JSON success is only that. Every request of a call
    /// is changed as the policies of its tool say.
    ///
    /// # Errors
    /// Where no answer came: see [`upstream::ErrorKind`].
    pub async fn send(&self, request: Request) -> Result<upstream::Response, upstream::Error> {
        self.transmit(self.prepared(request)?).await
    }

    /// Sends a request that was changed.
    async fn transmit(&self, request: Request) -> Result<upstream::Response, upstream::Error> {
        let Some(client) = self.shared.clients.get(request.operation.api) else {
            return Err(upstream::Error::unknown_api());
        };
        let tool = self.tool;
        // A call that is dropped meanwhile may have changed something all the same.
        let mut change = Change {
            call: self,
            possible: true,
        };
        let response = client
            .send(
                request,
                tool.timeout,
                tool.max_response_bytes,
                tool.response,
            )
            .await;
        change.possible = match &response {
            Ok(response) => !response.status().is_client_error(),
            Err(error) => error.may_have_happened(),
        };
        response
    }

    /// Tells the caller how far the call is, if it asked to be told: `progress` grows with every
    /// report, `total` is what it grows to, where known.
    pub fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        if let Some(sender) = &self.progress {
            sender.send(progress, total, message);
        }
    }

    /// The answer to arguments that break the tool's schema: every violation, so that the model can
    /// mend them all at once.
    #[cold]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "generated code hands over the error that it has just got"
    )]
    pub fn invalid<'a>(&self, violations: Violations) -> Answer<'a> {
        tracing::debug!(
            target: "gatewright::policy",
            tool = self.tool.name,
            reason = INVALID_ARGUMENTS,
            "refused"
        );
        self.turn_away();
        Box::pin(ready(answer::invalid(
            self.tool.name,
            &violations,
            self.place,
        )))
    }

    /// The answer of generated code to a position that it has no tool for. Dispatch goes by names
    /// that were looked up before, so no caller can cause it.
    #[cold]
    pub fn unknown<'a>(&self) -> Answer<'a> {
        Box::pin(ready(ToolResult::error(
            "The gateway has no tool at this position. This is a fault of the gateway.",
        )))
    }
}

/// A request that may change something, until it is known that it did not.
struct Change<'c> {
    call: &'c Call,
    possible: bool,
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if self.possible {
            self.call.changes();
        }
    }
}

impl Drop for Call {
    /// Forgets what the call made untrue, before its caller is answered.
    fn drop(&mut self) {
        if *self.changed.get_mut() {
            let invalidated = self.tool.invalidates.len();
            if invalidated > 0 {
                tracing::trace!(target: "gatewright::policy", invalidated, "answers were forgotten");
            }
            self.shared
                .cache
                .invalidate(self.server, self.tool.invalidates);
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("server", &self.server)
            .field("tool", &self.tool.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
