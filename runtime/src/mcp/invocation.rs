//! One `tools/call` from its checked request to its encoded response.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use super::encode;
use super::fault::Fault;
use super::progress::Progress;
use super::revision::Revision;
use crate::call::Call;
use crate::caller::Caller;
use crate::gateway::Shared;
use crate::policy::Headers;
use crate::telemetry::Outcome;

/// A call that is about to run. Owns what it needs, so that it can outlive the request.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// The state of the gateway.
    pub(crate) shared: Arc<Shared>,
    /// The position of the server.
    pub(crate) server: usize,
    /// The position of the tool.
    pub(crate) tool: usize,
    /// The position of the product that the call is made by.
    pub(crate) product: Option<usize>,
    /// The encoding of the response.
    pub(crate) revision: Revision,
    /// The JSON text of the request's id.
    pub(crate) id: Box<str>,
    /// The JSON text of the arguments; empty where there are none.
    pub(crate) arguments: Bytes,
    /// Where they stand in those that the caller wrote.
    pub(crate) place: &'static str,
    /// Where progress is reported, if the client asked for it.
    pub(crate) progress: Option<Progress>,
    /// Who sent it.
    pub(crate) caller: Arc<Caller>,
    /// The call's place among those that may run at once.
    pub(crate) permit: OwnedSemaphorePermit,
}

/// What a call came to.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The response: a whole JSON-RPC message.
    pub(crate) message: Bytes,
    /// For the access record.
    pub(crate) outcome: Outcome,
    /// What an HTTP response says of limits, where its headers are not sent yet.
    pub(crate) headers: Headers,
}

impl Invocation {
    /// Runs the call. A panic of the handler becomes an error response without detail, since what it
    /// says may hold secrets or addresses.
    pub(crate) async fn run(self) -> Finished {
        let Self {
            shared,
            server,
            tool,
            product,
            revision,
            id,
            arguments,
            place,
            progress,
            caller,
            permit,
        } = self;
        let servers = shared.description.servers;
        let implementation = servers
            .get(server)
            .map_or("{}", |server| server.implementation);
        let call = Call::new(&shared, server, tool, progress, caller)
            .at(place)
            .by(product);
        let mut answer = pin!(async { shared.service.call(&call, &arguments).await });
        let result = poll_fn(|context| {
            // After a panic the future is not polled again, so no broken state of it is seen.
            match catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context))) {
                Ok(poll) => poll.map(Some),
                Err(_) => Poll::Ready(None),
            }
        })
        .await;
        if result.as_ref().is_some_and(|result| !result.is_error) {
            // Also what a handler did in another way than by a request to the API.
            call.changes();
        }
        let Some(result) = result.map(|result| call.screen_result(result)) else {
            tracing::error!(tool = call.name(), "the handler of a tool panicked");
            let fault = Fault::internal();
            return Finished {
                outcome: Outcome::Fault(fault.code),
                message: encode::error(Some(&id), &fault).into(),
                headers: Headers::new(),
            };
        };
        let result = call.classify_result(result).await;
        let message = encode::tool_response(&id, &result, implementation, revision);
        let headers = call.finish(&result, message.len()).await;
        drop(permit);
        Finished {
            outcome: if result.is_error {
                Outcome::ToolError
            } else {
                call.was_served().map_or(Outcome::Success, Outcome::Served)
            },
            message: message.into(),
            headers,
        }
    }
}
