//! The Streamable HTTP transport: one POST, one message, both eras at the same URL.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::sync::Semaphore;

use super::accept::{Accepts, brings_json};
use super::exchange::Exchange;
use super::fault::Fault;
use super::in_flight::InFlight;
use super::message::{self, Body, Id};
use super::{batch, encode};
use crate::caller::Caller;
use crate::description::Server;
use crate::gateway::Shared;
use crate::policy::{self, Arriving, Counted};
use crate::server::{Connection, Reply, Settings, client_address, read_body};
use crate::telemetry::{Outcome, Record};

/// What all requests of a listener have in common.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Settings,
    /// The running calls of the revisions that cancel by notification.
    pub(crate) in_flight: Arc<InFlight>,
    /// The calls that may yet begin.
    pub(crate) calls: Arc<Semaphore>,
}

/// Answers a POST to the server at `position`.
pub(crate) async fn post<B>(
    endpoint: &Endpoint,
    position: usize,
    server: &'static Server,
    request: Request<B>,
    connection: &Connection,
    record: &mut Record,
) -> Reply
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (head, body) = request.into_parts();
    let settings = &endpoint.settings;
    let listeners = endpoint.shared.description.listeners;
    let listener = connection
        .listener
        .and_then(|position| listeners.get(position));
    let mut caller = Caller {
        address: connection
            .peer
            .and_then(|peer| client_address(peer, &head.headers, &settings.trusted_proxies)),
        headers: head.headers,
        listener: listener.map(|listener| listener.name),
        tls: listener.is_some_and(|listener| listener.tls.is_some()),
        certificate: connection.certificate.clone(),
        principal: None,
    };
    if let Err(refusal) = (server.admit)(&caller) {
        return Reply::denied(&refusal);
    }
    let (limits, mut counted) = (&endpoint.shared.limits, Vec::new());
    let place = (position, server);
    let reply = if let Err(reply) = admit(endpoint, place, &mut caller, &mut counted, record).await
    {
        reply
    } else {
        answer(endpoint, place, caller, body, record).await
    };
    reply.counted(policy::headers(limits, &counted))
}

/// Whether the request is looked into: who sends it, and what it counts as, which `counted` is told also
/// where it is not.
async fn admit(
    endpoint: &Endpoint,
    (position, server): (usize, &'static Server),
    caller: &mut Caller,
    counted: &mut Vec<Counted>,
    record: &mut Record,
) -> Result<(), Reply> {
    let limits = &endpoint.shared.limits;
    let intake = &server.intake;
    let count = async |caller: &Caller, counting| {
        let arriving = Arriving {
            limits,
            caller,
            server: server.name,
            method: "",
        };
        policy::arrive(arriving, counting)
            .await
            .map_err(|refusal| Reply::limited(limits, &refusal))
    };
    counted.append(&mut count(caller, intake.requests).await?);
    // Before the body is read: who is not recognised can cause no more work than that.
    endpoint.shared.auth.admit(position, caller).await?;
    record.principal.clone_from(&caller.principal);
    counted.append(&mut count(caller, intake.identified).await?);
    Ok(())
}

/// Answers a request that is let in.
async fn answer<B>(
    endpoint: &Endpoint,
    (position, server): (usize, &'static Server),
    caller: Caller,
    body: B,
    record: &mut Record,
) -> Reply
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let settings = &endpoint.settings;
    let headers = &caller.headers;
    if !brings_json(headers) {
        return Reply::refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json.\n",
        );
    }
    let Some(accepts) = Accepts::of(headers) else {
        return Reply::refusal(
            StatusCode::NOT_ACCEPTABLE,
            "Accept must admit application/json or text/event-stream.\n",
        );
    };
    let read = read_body(
        headers,
        body,
        settings.max_body_bytes,
        settings.body_timeout,
    );
    let body = match read.await {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    record.bytes_in = body.len();
    let caller = Arc::new(caller);
    let exchange = Exchange {
        endpoint,
        position,
        server,
        caller: &caller,
        accepts,
        body: &body,
    };
    match message::read(&body) {
        Ok(Body::One(reading)) => exchange.one(&reading, record).await,
        Ok(Body::Batch(messages)) => {
            record.method = "batch";
            batch::answer(&exchange, messages).await
        }
        Err(fault) => fault_reply(None, &fault),
    }
}

/// An error response, always as JSON: clients read errors by their status first.
pub(crate) fn fault_reply(id: Option<Id<'_>>, fault: &Fault) -> Reply {
    Reply::json(
        fault.status,
        encode::error(id.map(Id::as_str), fault),
        Outcome::Fault(fault.code),
    )
}
