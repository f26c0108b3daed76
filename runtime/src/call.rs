//! One call of one tool: what handlers are given, and the loop that takes a request to its API.

mod for_tests;

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gatewright_schema::Violations;

use crate::auth::Principal;
use crate::caller::Caller;
use crate::description::Tool;
use crate::gateway::Shared;
use crate::mcp::Progress;
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
static NO_TOOL: Tool = Tool {
    name: "",
    operation: None,
    output: None,
    timeout: Duration::ZERO,
    max_response_bytes: 0,
    response: None,
    validation: None,
};

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
        }
    }

    /// The same call with its arguments at `place` in those that the caller wrote, so that what is
    /// said of them leads there.
    #[must_use]
    pub(crate) fn at(self, place: &'static str) -> Self {
        Self { place, ..self }
    }

    /// The same call, made by the product at a position.
    #[must_use]
    pub(crate) fn by(self, product: Option<usize>) -> Self {
        Self { product, ..self }
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

    /// The tool that is called.
    pub(crate) fn description(&self) -> &'static Tool {
        self.tool
    }

    /// Sends the request and maps the API's answer to a result: what every generated handler does
    /// unless it is replaced.
    pub fn forward(&self, request: Result<Request, Violations>) -> Answer<'_> {
        let request = match request {
            Ok(request) => request,
            Err(violations) => return self.invalid(violations),
        };
        Box::pin(async move {
            let operation = request.operation();
            let answered = match self.prepared(request) {
                Ok(request) => self.transmit(request).await,
                Err(error) => Err(error),
            };
            match answered {
                Ok(response) => answer::result(self.tool, operation, &response),
                Err(error) => answer::failure(operation, &error),
            }
        })
    }

    /// The request as it is sent: with the changes of the call's policies, which whatever tells requests
    /// apart has to know.
    fn prepared(&self, mut request: Request) -> Result<Request, upstream::Error> {
        match request.change(&self.request_changes()) {
            Ok(()) => Ok(request),
            Err(Unchangeable) => {
                let client = self.shared.clients.get(request.operation.api);
                let api = client.map_or("unknown", upstream::Client::name);
                Err(upstream::Error::new(upstream::ErrorKind::Change, api))
            }
        }
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
        match self.shared.clients.get(request.operation.api) {
            Some(client) => {
                let tool = self.tool;
                client
                    .send(
                        request,
                        tool.timeout,
                        tool.max_response_bytes,
                        tool.response,
                    )
                    .await
            }
            None => Err(upstream::Error::unknown_api()),
        }
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
