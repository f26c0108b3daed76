//! Batches of messages, which only 2025-03-26 has.

use bytes::Bytes;
use http::StatusCode;
use tokio::task::JoinSet;

use super::dispatch::{self, Step};
use super::encode;
use super::events::Running;
use super::exchange::Exchange;
use super::fault::Fault;
use super::headers::{self, Single};
use super::http::fault_reply;
use super::message::{self, Id, Message, Reading, Refused, Shape};
use super::revision::Revision;
use crate::auth::Denial;
use crate::policy::Refusal;
use crate::server::Reply;
use crate::telemetry::Outcome;

/// What one message of a batch leads to.
enum Part {
    Nothing,
    Response(Vec<u8>),
    Call(Running),
}

/// Answers a batch: an array of the responses to its requests, or 202 where it has none. Calls run at
/// once; their progress is not reported, since the answer is one JSON text.
pub(crate) async fn answer(exchange: &Exchange<'_>, messages: Vec<Reading<'_>>) -> Reply {
    match headers::single(exchange.headers(), headers::PROTOCOL_VERSION) {
        Single::Absent => {}
        Single::Value(name) if name == Revision::March2025.name() => {}
        Single::Value(_) | Single::Invalid => {
            return fault_reply(
                None,
                &Fault::invalid_request("Only revision 2025-03-26 has batches"),
            );
        }
    }
    let mut responses = Vec::new();
    let mut calls = Vec::new();
    for reading in messages {
        // One after the other, so that the first of them are those that are admitted.
        let (id, method) = message::told_by(&reading);
        if let Err(refusal) = exchange.count(method).await {
            responses.extend(refused(id, &refusal));
            continue;
        }
        match part(exchange, reading) {
            Part::Nothing => {}
            Part::Response(response) => responses.push(response.into()),
            Part::Call(call) => calls.push(call),
        }
    }
    match gather(responses, calls).await {
        Some(responses) => exchange.message(responses, Outcome::Success),
        None => Reply::empty(StatusCode::ACCEPTED, Outcome::Accepted),
    }
}

/// The response to a message of a batch that its limits refuse; none to what expects none.
#[cold]
pub(crate) fn refused(id: Option<Id<'_>>, refusal: &Refusal) -> Option<Bytes> {
    let response = encode::error(Some(id?.as_str()), &Fault::limited(refusal));
    Some(response.into())
}

/// Waits for `calls`, which run side by side, and puts their responses and the given ones into one
/// array; `None` where there are none.
pub(crate) async fn gather(mut responses: Vec<Bytes>, calls: Vec<Running>) -> Option<Bytes> {
    let mut calls: JoinSet<_> = calls.into_iter().collect();
    while let Some(ended) = calls.join_next().await {
        if let Ok(Some(finished)) = ended {
            responses.push(finished.message);
        }
    }
    if responses.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(responses.iter().map(|response| response.len() + 1).sum());
    for (position, response) in responses.iter().enumerate() {
        out.push(if position == 0 { b'[' } else { b',' });
        out.extend_from_slice(response);
    }
    out.push(b']');
    Some(out.into())
}

fn part(exchange: &Exchange<'_>, reading: Reading<'_>) -> Part {
    let message = match reading {
        Ok(message) => message,
        Err(Refused { id, fault }) => {
            return Part::Response(encode::error(id.map(Id::as_str), &fault));
        }
    };
    match request(exchange, &message) {
        Ok(part) => part,
        Err(fault) => Part::Response(encode::error(message.id().map(Id::as_str), &fault)),
    }
}

fn request(exchange: &Exchange<'_>, message: &Message<'_>) -> Result<Part, Fault> {
    if message.method == "initialize" {
        return Err(Fault::invalid_request(
            "`initialize` must not be in a batch",
        ));
    }
    if message.meta_version().is_some() {
        return Err(Fault::invalid_request(
            "Requests of 2026-07-28 must not be in a batch",
        ));
    }
    let (_, session) = exchange.legacy_context(message, Single::Absent)?;
    let id = match message.shape {
        Shape::Request(id) => id,
        Shape::Notification => {
            exchange.notified(message, session);
            return Ok(Part::Nothing);
        }
        Shape::Response => return Ok(Part::Nothing),
    };
    match dispatch::step(&exchange.viewer(), message, id, Revision::March2025)? {
        Step::Answer(answer) | Step::Initialized(answer, _) | Step::Told(_, answer, _) => {
            Ok(Part::Response(answer))
        }
        Step::Call(target) => {
            // The other calls of the batch go on: only this one has no status of its own to tell it by.
            let way = match exchange.permit(target.tool) {
                Ok(way) => way,
                Err(Denial::Scopes(scopes)) => return Err(Fault::insufficient_scope(scopes)),
                Err(Denial::Credentials) => return Err(Fault::credentials_needed()),
                Err(Denial::Product) => {
                    return Ok(Part::Response(exchange.no_product(id, Revision::March2025)));
                }
            };
            let (invocation, _) =
                exchange.invocation(message, id, (target, way), Revision::March2025)?;
            Ok(Part::Call(Box::pin(exchange.detached(invocation, session))))
        }
    }
}
