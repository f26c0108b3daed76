//! One message over HTTP, from its envelope to its reply.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::sync::mpsc;

use super::accept::Accepts;
use super::detached::Detached;
use super::dispatch::{self, Step, Target};
use super::era::{self, Era};
use super::events::{EventStream, Running};
use super::fault::Fault;
use super::headers::{self, Single};
use super::http::{Endpoint, fault_reply};
use super::invocation::{Finished, Invocation};
use super::message::{self, Id, Message, Reading, Refused, Shape};
use super::progress::Progress;
use super::revision::Revision;
use super::session::SessionId;
use super::viewer::Viewer;
use super::{events, ladder};
use crate::auth::Way;
use crate::caller::Caller;
use crate::description::Server;
use crate::policy::{self, Arriving, Counted, Refusal};
use crate::server::Reply;
use crate::telemetry::{Outcome, Record};

/// One POST, once its headers have been seen.
pub(crate) struct Exchange<'a> {
    pub(crate) endpoint: &'a Endpoint,
    /// The position of the server.
    pub(crate) position: usize,
    pub(crate) server: &'static Server,
    pub(crate) caller: &'a Arc<Caller>,
    pub(crate) accepts: Accepts,
    pub(crate) body: &'a Bytes,
}

impl Exchange<'_> {
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.caller.headers
    }

    /// A message that is no part of a batch.
    pub(super) async fn one(&self, reading: &Reading<'_>, record: &mut Record) -> Reply {
        let (id, method) = message::told_by(reading);
        record.method = method;
        let counted = match self.count(method).await {
            Ok(counted) => counted,
            Err(refusal) => {
                let limits = &self.endpoint.shared.limits;
                return fault_reply(id, &Fault::limited(&refusal))
                    .headers(policy::refused(limits, &refusal));
            }
        };
        let message = match reading {
            Ok(message) => message,
            Err(Refused { id, fault }) => return fault_reply(*id, fault),
        };
        let version = headers::single(self.headers(), headers::PROTOCOL_VERSION);
        let reply = match era::of(message, version) {
            Era::Modern => self.modern(message, record).await,
            Era::Legacy => self.legacy(message, version, record).await,
        };
        reply.counted(policy::headers(&self.endpoint.shared.limits, &counted))
    }

    /// Counts a message.
    pub(super) async fn count(&self, method: &'static str) -> Result<Vec<Counted>, Refusal> {
        let arriving = Arriving {
            limits: &self.endpoint.shared.limits,
            caller: self.caller,
            server: self.server.name,
            method,
        };
        policy::arrive(arriving, self.server.intake.messages).await
    }

    /// A message of 2026-07-28.
    async fn modern(&self, message: &Message<'_>, record: &mut Record) -> Reply {
        record.revision = Some(Revision::July2026);
        let id = match message.shape {
            Shape::Request(id) => id,
            // None means anything to this server: over HTTP, closing the stream cancels.
            Shape::Notification => return Reply::empty(StatusCode::ACCEPTED, Outcome::Accepted),
            Shape::Response => {
                let fault = Fault::invalid_request(
                    "Responses are not accepted: this revision's servers send no requests",
                );
                return fault_reply(None, &fault);
            }
        };
        let step = ladder::over_http(message, self.headers())
            .and_then(|revision| dispatch::step(&self.viewer(), message, id, revision));
        let target = match step {
            Ok(Step::Call(target)) => target,
            Ok(Step::Answer(answer) | Step::Initialized(answer, _)) => return self.answer(answer),
            Ok(Step::Told(tool, answer, outcome)) => {
                record.tool = tool;
                return self.message(answer.into(), outcome);
            }
            Err(fault) => return fault_reply(Some(id), &fault),
        };
        record.tool = self.tool_name(target.tool);
        let way = match self.permit(target.tool) {
            Ok(way) => way,
            Err(denial) => return self.denied(&denial, id, Revision::July2026),
        };
        record.product = self.product_name(way);
        let (invocation, notifications) =
            match self.invocation(message, id, (target, way), Revision::July2026) {
                Ok(invocation) => invocation,
                Err(fault) => return fault_reply(Some(id), &fault),
            };
        match notifications {
            None => self.finished(Some(invocation.run().await)),
            Some(notifications) => {
                // Part of the response, so that it is dropped with it when the client leaves.
                let call: Running = Box::pin(async { Some(invocation.run().await) });
                self.watched(call, notifications).await
            }
        }
    }

    /// A message of the revisions up to 2025-11-25.
    async fn legacy(
        &self,
        message: &Message<'_>,
        version: Single<'_>,
        record: &mut Record,
    ) -> Reply {
        let (revision, session) = match self.legacy_context(message, version) {
            Ok(context) => context,
            Err(fault) => return fault_reply(message.id(), &fault),
        };
        record.revision = Some(revision);
        let id = match message.shape {
            Shape::Request(id) => id,
            Shape::Notification => {
                self.notified(message, session);
                return Reply::empty(StatusCode::ACCEPTED, Outcome::Accepted);
            }
            Shape::Response => return Reply::empty(StatusCode::ACCEPTED, Outcome::Accepted),
        };
        match dispatch::step(&self.viewer(), message, id, revision) {
            Ok(Step::Call(target)) => {
                record.tool = self.tool_name(target.tool);
                let way = match self.permit(target.tool) {
                    Ok(way) => way,
                    Err(denial) => return self.denied(&denial, id, revision),
                };
                record.product = self.product_name(way);
                match self.invocation(message, id, (target, way), revision) {
                    Ok((invocation, notifications)) => {
                        let call = self.detached(invocation, session);
                        match notifications {
                            None => self.finished(call.await),
                            Some(notifications) => {
                                self.watched(Box::pin(call), notifications).await
                            }
                        }
                    }
                    Err(fault) => fault_reply(Some(id), &fault),
                }
            }
            Ok(Step::Answer(answer)) => self.answer(answer),
            Ok(Step::Told(tool, answer, outcome)) => {
                record.tool = tool;
                self.message(answer.into(), outcome)
            }
            Ok(Step::Initialized(answer, revision)) => {
                record.revision = Some(revision);
                self.begin_session(answer)
            }
            Err(fault) => fault_reply(Some(id), &fault),
        }
    }

    /// The revision and session that the headers of a legacy message name. `initialize` begins both
    /// anew, whatever the headers say.
    pub(crate) fn legacy_context(
        &self,
        message: &Message<'_>,
        version: Single<'_>,
    ) -> Result<(Revision, Option<SessionId>), Fault> {
        if message.method == "initialize" {
            return Ok((Revision::LATEST_LEGACY, None));
        }
        let revision = match version {
            Single::Absent => Revision::ASSUMED,
            Single::Value(name) => {
                Revision::named(name).ok_or_else(|| Fault::unsupported_version(name))?
            }
            Single::Invalid => {
                return Err(Fault::invalid_request(
                    "MCP-Protocol-Version is given twice or holds bytes that headers cannot",
                ));
            }
        };
        let session = match headers::single(self.headers(), headers::SESSION_ID) {
            Single::Absent => None,
            Single::Value(text) => {
                Some(SessionId::parse(text).ok_or_else(Fault::session_not_found)?)
            }
            Single::Invalid => return Err(Fault::session_not_found()),
        };
        Ok((revision, session))
    }

    /// Acts on a legacy notification.
    pub(crate) fn notified(&self, message: &Message<'_>, session: Option<SessionId>) {
        if message.method == "notifications/cancelled"
            && let (Some(session), Some(id)) =
                (session, message.params.request_id.and_then(Id::new))
        {
            self.endpoint.in_flight.cancel(Some(session), id.as_str());
        }
    }

    /// Prepares a call. The receiver is there where the client wants to hear of progress and can.
    pub(crate) fn invocation(
        &self,
        message: &Message<'_>,
        id: Id<'_>,
        (target, way): (Target<'_>, Way),
        revision: Revision,
    ) -> Result<(Invocation, Option<mpsc::Receiver<Bytes>>), Fault> {
        let permit = Arc::clone(&self.endpoint.calls)
            .try_acquire_owned()
            .map_err(|_| Fault::overloaded())?;
        let token = message.progress_token().filter(|_| self.accepts.events);
        let (progress, notifications) = match token {
            Some(token) => {
                let (progress, notifications) = Progress::new(token.as_str());
                (Some(progress), Some(notifications))
            }
            None => (None, None),
        };
        let invocation = Invocation {
            shared: Arc::clone(&self.endpoint.shared),
            server: self.position,
            tool: target.tool,
            product: way.product(),
            revision,
            id: id.as_str().into(),
            arguments: target.arguments(self.body),
            place: target.place,
            progress,
            caller: Arc::clone(self.caller),
            permit,
        };
        Ok((invocation, notifications))
    }

    /// A call that goes on when the client leaves: up to 2025-11-25 that is no cancellation. Only
    /// clients with a session can cancel, since nothing else tells their request ids apart from those
    /// of others.
    pub(crate) fn detached(&self, invocation: Invocation, session: Option<SessionId>) -> Detached {
        Detached::new(match session {
            Some(_) => {
                let entered = self.endpoint.in_flight.enter(session, &invocation.id);
                Box::pin(entered.run(invocation.run()))
            }
            None => Box::pin(async { Some(invocation.run().await) }),
        })
    }

    /// Waits for a call, and turns to a stream of events with its first notification.
    async fn watched(&self, mut call: Running, mut notifications: mpsc::Receiver<Bytes>) -> Reply {
        enum First {
            Finished(Option<Finished>),
            Notification(Bytes),
        }
        let first = poll_fn(|context| {
            if let Poll::Ready(finished) = call.as_mut().poll(context) {
                return Poll::Ready(First::Finished(finished));
            }
            match notifications.poll_recv(context) {
                Poll::Ready(Some(notification)) => Poll::Ready(First::Notification(notification)),
                // Without a sender, only the call itself can become ready.
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        });
        let keep_alive = self.endpoint.settings.keep_alive;
        match first.await {
            First::Notification(first) => {
                Reply::events(EventStream::new(first, notifications, call, keep_alive))
            }
            First::Finished(Some(mut finished)) => match notifications.try_recv() {
                Ok(first) => {
                    let headers = std::mem::take(&mut finished.headers);
                    Reply::events(EventStream::ended(
                        first,
                        notifications,
                        finished,
                        keep_alive,
                    ))
                    .headers(headers)
                }
                Err(_) => self.finished(Some(finished)),
            },
            First::Finished(None) => self.finished(None),
        }
    }

    /// The reply to a call that ended without events. A cancelled request has no response; HTTP
    /// wants one, and 202 is the one that carries nothing.
    fn finished(&self, finished: Option<Finished>) -> Reply {
        match finished {
            Some(finished) => self
                .message(finished.message, finished.outcome)
                .headers(finished.headers),
            None => Reply::empty(StatusCode::ACCEPTED, Outcome::Cancelled),
        }
    }

    fn begin_session(&self, answer: Vec<u8>) -> Reply {
        let reply = self.answer(answer);
        let id = SessionId::generate()
            .and_then(|session| HeaderValue::try_from(session.to_string()).ok());
        match id {
            Some(id) => reply.header(headers::SESSION_ID, id),
            None => reply,
        }
    }

    fn answer(&self, answer: Vec<u8>) -> Reply {
        self.message(answer.into(), Outcome::Success)
    }

    /// A response in the form that the client takes: JSON, unless it takes only events.
    pub(crate) fn message(&self, message: Bytes, outcome: Outcome) -> Reply {
        if self.accepts.json {
            Reply::json(StatusCode::OK, message, outcome)
        } else {
            Reply::event(events::event(&message), outcome)
        }
    }

    /// The caller as one who asks for tools.
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        let shared = &self.endpoint.shared;
        Viewer {
            description: shared.description,
            position: self.position,
            server: self.server,
            caller: self.caller,
            auth: Some(&shared.auth),
        }
    }

    fn tool_name(&self, tool: usize) -> &'static str {
        self.server.tools.get(tool).map_or("", |tool| tool.name)
    }
}
