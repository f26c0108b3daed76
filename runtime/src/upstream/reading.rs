//! An answer read to its end, within bounds: decoded, and, where a tool passes on only a part of it,
//! reduced to that part while it comes in.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http::response::Parts;
use http_body::Body as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::Instant;

use super::Response;
use super::coding::{Coding, Decoder};
use crate::rest::answer::{is_event_stream, is_plain_json};
use crate::rest::shape::{Projection, Refusal, Shape};

/// How much more than the bound on the decoded answer may come coded, in bytes: coding adds a little,
/// and must not be a way to send without end.
const OVERHEAD: usize = 64 * 1024;

/// Why an answer could not be read.
pub(super) enum Failure {
    /// The connection ended, or what came was not HTTP.
    Body(hyper::Error),
    /// It is greater than this many bytes.
    TooLarge(usize),
    /// Its coding cannot be undone.
    Corrupt(io::Error),
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Self {
        Self::Body(error)
    }
}

/// What is asked of the reading of an answer.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// The greatest body, decoded, in bytes.
    pub(super) limit: usize,
    /// What of JSON is kept.
    pub(super) shape: Option<&'static Shape>,
    /// When a stream of events is taken as it is. Other answers are waited for by the caller.
    pub(super) events_until: Instant,
}

/// Reads the whole answer. What is greater than the limit is an error for a success, and cut off for
/// any other status, whose beginning is what matters, and for streams of events.
pub(super) async fn read(
    response: http::Response<Incoming>,
    bounds: Bounds,
) -> Result<Response, Failure> {
    let (parts, body) = response.into_parts();
    let coding = Coding::of(&parts.headers);
    let success = parts.status.is_success();
    let content_type = success
        .then(|| parts.headers.get(CONTENT_TYPE)?.to_str().ok())
        .flatten()
        .unwrap_or_default();
    if is_event_stream(content_type) {
        return events(parts, body, coding, bounds).await;
    }
    let shape = bounds.shape.filter(|shape| shape.changes_json());
    match shape.filter(|_| is_plain_json(content_type)) {
        Some(shape) => decoded(parts, body, coding, bounds.limit, Some(shape)).await,
        None if matches!(coding, Coding::Identity | Coding::Unknown) => {
            as_it_is(parts, body, bounds.limit).await
        }
        None => decoded(parts, body, coding, bounds.limit, None).await,
    }
}

/// Reads an answer that needs no decoding.
async fn as_it_is(parts: Parts, mut body: Incoming, limit: usize) -> Result<Response, Failure> {
    let announced = body.size_hint().lower();
    if parts.status.is_success() && announced > limit as u64 {
        return Err(Failure::TooLarge(limit));
    }
    let mut whole = Bytes::new();
    let mut rest = BytesMut::new();
    let mut truncated = false;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        // Most answers are one frame, which is not copied.
        if whole.is_empty() && rest.is_empty() && data.len() <= limit {
            whole = data;
            continue;
        }
        if rest.is_empty() {
            let expected = usize::try_from(announced).unwrap_or(limit).min(limit);
            rest.reserve(expected.max(whole.len() + data.len()).min(limit));
            rest.extend_from_slice(&whole);
        }
        let space = limit.saturating_sub(rest.len());
        if data.len() > space {
            truncated = true;
            rest.extend_from_slice(data.get(..space).unwrap_or_default());
            break;
        }
        rest.extend_from_slice(&data);
    }
    if truncated && parts.status.is_success() {
        return Err(Failure::TooLarge(limit));
    }
    let body = if rest.is_empty() {
        whole
    } else {
        rest.freeze()
    };
    Ok(response(parts, body, truncated))
}

/// Reads an answer piece by piece through its decoder, and, with a shape, the machine that keeps what
/// is passed on.
async fn decoded(
    parts: Parts,
    mut body: Incoming,
    coding: Coding,
    limit: usize,
    shape: Option<&'static Shape>,
) -> Result<Response, Failure> {
    let success = parts.status.is_success();
    let mut sink = Some(Sink::new(limit, shape));
    let mut decoder = None;
    let mut coded = 0_usize;
    let mut problem = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        let Some(first) = data.first() else { continue };
        coded = coded.saturating_add(data.len());
        if coded > limit.saturating_mul(2).saturating_add(OVERHEAD) {
            problem = Some(Stop::Full);
            break;
        }
        if let Some(sink) = sink.take() {
            decoder = Some(Decoder::new(coding, *first, sink));
        }
        if let Some(decoder) = &mut decoder
            && let Err(error) = decoder.push(&data)
        {
            problem = Some(stop(decoder, error));
            break;
        }
    }
    if problem.is_none()
        && let Some(decoder) = &mut decoder
        && let Err(error) = decoder.finish()
    {
        problem = Some(stop(decoder, error));
    }
    let target = match &mut decoder {
        Some(decoder) => decoder.sink().take(),
        None => sink.map_or(Target::Whole(Vec::new()), |sink| sink.target),
    };
    match problem {
        Some(Stop::Full) if success => return Err(Failure::TooLarge(limit)),
        Some(Stop::Corrupt(error)) if success => return Err(Failure::Corrupt(error)),
        _ => {}
    }
    let truncated = problem.is_some();
    let mut response = match (target, problem) {
        (Target::Whole(body), _) => response(parts, body.into(), truncated),
        (Target::Projected(_), Some(Stop::Refused(refusal))) => {
            refused(response(parts, Bytes::new(), true), refusal)
        }
        (Target::Projected(_), _) if coded == 0 => response(parts, Bytes::new(), false),
        (Target::Projected(projection), _) => match projection.finish() {
            Ok((body, left_out)) => {
                let mut response = response(parts, body.into(), false);
                response.shaped = Some(Ok(left_out));
                response
            }
            Err(refusal) => refused(response(parts, Bytes::new(), true), refusal),
        },
    };
    if coding != Coding::Unknown {
        is_decoded(&mut response.headers);
    }
    Ok(response)
}

/// Reads the events that come until the time is over, or the limit is reached.
async fn events(
    parts: Parts,
    mut body: Incoming,
    coding: Coding,
    bounds: Bounds,
) -> Result<Response, Failure> {
    let mut decoder: Option<Decoder<Sink>> = None;
    let mut coded = 0_usize;
    let mut problem = None;
    let ended = async {
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else {
                continue;
            };
            let Some(first) = data.first() else { continue };
            coded = coded.saturating_add(data.len());
            let decoder = decoder
                .get_or_insert_with(|| Decoder::new(coding, *first, Sink::new(bounds.limit, None)));
            if let Err(error) = decoder.push(&data) {
                problem = Some(stop(decoder, error));
                return Ok(());
            }
            if coded > bounds.limit.saturating_mul(2).saturating_add(OVERHEAD) {
                problem = Some(Stop::Full);
                return Ok(());
            }
        }
        Ok::<(), hyper::Error>(())
    };
    let in_time = tokio::time::timeout_at(bounds.events_until, ended).await;
    let out_of_time = in_time.is_err();
    if let Ok(ended) = in_time {
        ended?;
    }
    if let Some(Stop::Corrupt(error)) = problem {
        return Err(Failure::Corrupt(error));
    }
    let truncated = out_of_time || problem.is_some();
    if let Some(decoder) = &mut decoder
        && let Err(error) = decoder.finish()
        && !truncated
    {
        return Err(Failure::Corrupt(error));
    }
    let body = match decoder.as_mut().map(|decoder| decoder.sink().take()) {
        Some(Target::Whole(body)) => body,
        _ => Vec::new(),
    };
    let mut response = response(parts, body.into(), truncated);
    if coding != Coding::Unknown {
        is_decoded(&mut response.headers);
    }
    Ok(response)
}

fn response(parts: Parts, body: Bytes, truncated: bool) -> Response {
    Response {
        status: parts.status,
        headers: parts.headers,
        body,
        truncated,
        shaped: None,
        mentions: String::new(),
    }
}

fn refused(mut response: Response, refusal: Refusal) -> Response {
    response.shaped = Some(Err(refusal));
    response
}

/// Takes off the headers that were about the body as it was sent.
fn is_decoded(headers: &mut HeaderMap) {
    if headers.remove(CONTENT_ENCODING).is_some() {
        headers.remove(CONTENT_LENGTH);
    }
}

/// Why no more is taken.
enum Stop {
    Full,
    Refused(Refusal),
    Corrupt(io::Error),
}

/// What an error of the decoder was about: its sink, or the data.
fn stop(decoder: &mut Decoder<Sink>, error: io::Error) -> Stop {
    decoder.sink().stop.take().unwrap_or(Stop::Corrupt(error))
}

/// Where decoded bytes go.
enum Target {
    Whole(Vec<u8>),
    Projected(Box<Projection>),
}

/// A target with a bound.
struct Sink {
    target: Target,
    /// How many bytes are still taken.
    space: usize,
    stop: Option<Stop>,
    /// After the end, or a problem: decoders write what they hold when they are dropped.
    closed: bool,
}

impl Sink {
    fn new(limit: usize, shape: Option<&'static Shape>) -> Self {
        Self {
            target: match shape {
                Some(shape) => Target::Projected(Box::new(Projection::new(shape))),
                None => Target::Whole(Vec::new()),
            },
            space: limit,
            stop: None,
            closed: false,
        }
    }

    fn take(&mut self) -> Target {
        self.closed = true;
        std::mem::replace(&mut self.target, Target::Whole(Vec::new()))
    }

    fn close(&mut self, stop: Stop) -> io::Error {
        self.closed = true;
        self.stop = Some(stop);
        io::ErrorKind::Other.into()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Err(io::ErrorKind::Other.into());
        }
        let fitting = bytes.get(..self.space).unwrap_or(bytes);
        self.space -= fitting.len();
        match &mut self.target {
            Target::Whole(whole) => whole.extend_from_slice(fitting),
            Target::Projected(projection) => {
                if let Err(refusal) = projection.push(fitting) {
                    return Err(self.close(Stop::Refused(refusal)));
                }
            }
        }
        if fitting.len() < bytes.len() {
            return Err(self.close(Stop::Full));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
