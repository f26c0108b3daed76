//! Bodies: requests read within bounds, responses sent whole or as a stream of events.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, Entry};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::mcp::EventStream;
use crate::policy::{self, Headers, Limits, Refusal};
use crate::telemetry::{Outcome, Record};

/// The body of a response, and the record of its request: that is written once the body is gone,
/// sent or not.
#[derive(Debug)]
pub(crate) struct Body {
    kind: Kind,
    record: Option<Record>,
}

#[derive(Debug)]
enum Kind {
    Whole(Bytes),
    Events(Box<EventStream>),
}

impl Body {
    /// A body of known length.
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self {
            kind: Kind::Whole(bytes.into()),
            record: None,
        }
    }

    /// A stream of events.
    pub(crate) fn events(events: EventStream) -> Self {
        Self {
            kind: Kind::Events(Box::new(events)),
            record: None,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        let data = match &mut this.kind {
            Kind::Whole(bytes) if bytes.is_empty() => None,
            Kind::Whole(bytes) => Some(std::mem::take(bytes)),
            Kind::Events(events) => match events.poll_next(context) {
                Poll::Ready(data) => {
                    if let (Some(record), Some(outcome)) = (&mut this.record, events.outcome()) {
                        record.outcome = outcome;
                    }
                    data
                }
                Poll::Pending => return Poll::Pending,
            },
        };
        if let (Some(record), Some(data)) = (&mut this.record, &data) {
            record.bytes_out += data.len();
        }
        Poll::Ready(data.map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.kind, Kind::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Events(_) => SizeHint::new(),
        }
    }
}

/// A response and what to record of it.
pub(crate) struct Reply {
    /// What is sent.
    pub(crate) response: Response<Body>,
    /// For the access record.
    pub(crate) outcome: Outcome,
}

impl Reply {
    /// Nothing but a status.
    pub(crate) fn empty(status: StatusCode, outcome: Outcome) -> Self {
        Self::with(status, Body::whole(Bytes::new()), None, outcome)
    }

    /// JSON.
    pub(crate) fn json(status: StatusCode, json: impl Into<Bytes>, outcome: Outcome) -> Self {
        Self::with(status, Body::whole(json), Some("application/json"), outcome)
    }

    /// A sentence for people, where no JSON-RPC message can be answered.
    pub(crate) fn refusal(status: StatusCode, text: impl Into<Bytes>) -> Self {
        Self::with(
            status,
            Body::whole(text),
            Some("text/plain; charset=utf-8"),
            Outcome::Refused,
        )
    }

    /// What a policy says of a request that it does not let in.
    #[cold]
    pub(crate) fn denied(refusal: &Refusal) -> Self {
        refusal.reason.log("");
        Self::refusal(StatusCode::FORBIDDEN, format!("{refusal}\n"))
    }

    /// What a limit says of a request that it refuses.
    #[cold]
    pub(crate) fn limited(limits: &Limits, refusal: &Refusal) -> Self {
        Self::refusal(refusal.status(), format!("{refusal}\n"))
            .headers(policy::refused(limits, refusal))
    }

    /// One server-sent event and no more.
    pub(crate) fn event(event: Bytes, outcome: Outcome) -> Self {
        Self::with(
            StatusCode::OK,
            Body::whole(event),
            Some("text/event-stream"),
            outcome,
        )
    }

    /// Server-sent events.
    pub(crate) fn events(events: EventStream) -> Self {
        let mut reply = Self::with(
            StatusCode::OK,
            Body::events(events),
            Some("text/event-stream"),
            // Until the last event is sent.
            Outcome::Cancelled,
        );
        let headers = reply.response.headers_mut();
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        headers.insert("cache-control", HeaderValue::from_static("no-cache"));
        reply
    }

    fn with(
        status: StatusCode,
        body: Body,
        content_type: Option<&'static str>,
        outcome: Outcome,
    ) -> Self {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if let Some(content_type) = content_type {
            response
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        Self { response, outcome }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: HeaderValue) -> Self {
        self.response.headers_mut().insert(name, value);
        self
    }

    /// Adds headers.
    pub(crate) fn headers(mut self, headers: Headers) -> Self {
        self.response.headers_mut().extend(headers);
        self
    }

    /// Adds what limits of earlier phases say, before what those of later ones said: all items of a header
    /// are one line.
    pub(crate) fn counted(mut self, headers: Headers) -> Self {
        for (name, earlier) in headers {
            match self.response.headers_mut().entry(name) {
                Entry::Vacant(entry) => {
                    entry.insert(earlier);
                }
                Entry::Occupied(mut entry) => {
                    let joined = [earlier.as_bytes(), b", ", entry.get().as_bytes()].concat();
                    if let Ok(joined) = HeaderValue::try_from(joined) {
                        entry.insert(joined);
                    }
                }
            }
        }
        self
    }

    /// The response with the record in its body.
    pub(crate) fn recorded(self, mut record: Record) -> Response<Body> {
        let mut response = self.response;
        record.status = Some(response.status());
        record.outcome = self.outcome;
        response.body_mut().record = Some(record);
        response
    }
}

/// Reads the body of a request.
///
/// # Errors
/// 413 where it is greater than `limit` bytes, 408 where it takes longer than `timeout`, 400 where it
/// ends early.
pub(crate) async fn read<B>(
    headers: &HeaderMap,
    body: B,
    limit: usize,
    timeout: Duration,
) -> Result<Bytes, Reply>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    match tokio::time::timeout(timeout, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Reply::refusal(
            StatusCode::BAD_REQUEST,
            "The body of the request ended early.\n",
        )),
        Err(_) => Err(Reply::refusal(
            StatusCode::REQUEST_TIMEOUT,
            "The body of the request took too long to arrive.\n",
        )),
    }
}

#[cold]
fn too_large() -> Reply {
    Reply::refusal(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The body of the request is larger than this server accepts.\n",
    )
}
