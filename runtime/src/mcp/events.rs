//! Server-sent events of one call: its notifications as they come, then its response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use super::invocation::Finished;
use crate::telemetry::Outcome;

/// A call that runs; `None` where it was cancelled.
pub(crate) type Running = Pin<Box<dyn Future<Output = Option<Finished>> + Send>>;

/// The body of a `text/event-stream` response. Without event ids: no stream can be resumed.
pub(crate) struct EventStream {
    first: Option<Bytes>,
    notifications: mpsc::Receiver<Bytes>,
    call: Option<Running>,
    response: Option<Bytes>,
    outcome: Option<Outcome>,
    keep_alive: Interval,
}

impl EventStream {
    /// Goes on with `call` after its `first` notification.
    pub(crate) fn new(
        first: Bytes,
        notifications: mpsc::Receiver<Bytes>,
        call: Running,
        keep_alive: Duration,
    ) -> Self {
        Self {
            call: Some(call),
            ..Self::of(first, None, notifications, keep_alive)
        }
    }

    /// The messages of a call that has ended.
    pub(crate) fn ended(
        first: Bytes,
        notifications: mpsc::Receiver<Bytes>,
        finished: Finished,
        keep_alive: Duration,
    ) -> Self {
        let outcome = Some(finished.outcome);
        Self {
            outcome,
            ..Self::of(first, Some(finished.message), notifications, keep_alive)
        }
    }

    fn of(
        first: Bytes,
        response: Option<Bytes>,
        notifications: mpsc::Receiver<Bytes>,
        keep_alive: Duration,
    ) -> Self {
        let period = keep_alive.max(Duration::from_millis(1));
        let mut keep_alive = interval_at(tokio::time::Instant::now() + period, period);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            first: Some(first),
            notifications,
            call: None,
            response,
            outcome: None,
            keep_alive,
        }
    }

    /// What the call came to, once its response is on the way.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.outcome.filter(|_| self.response.is_none())
    }

    /// The next event, or a comment that keeps the connection alive.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(event(&first)));
        }
        if let Some(call) = &mut self.call
            && let Poll::Ready(finished) = call.as_mut().poll(context)
        {
            self.call = None;
            if let Some(finished) = finished {
                self.response = Some(finished.message);
                self.outcome = Some(finished.outcome);
            }
        }
        if let Poll::Ready(Some(notification)) = self.notifications.poll_recv(context) {
            return Poll::Ready(Some(event(&notification)));
        }
        if self.call.is_none() {
            return Poll::Ready(self.response.take().map(|response| event(&response)));
        }
        if self.keep_alive.poll_tick(context).is_ready() {
            return Poll::Ready(Some(Bytes::from_static(b":\n\n")));
        }
        Poll::Pending
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}

/// One event. A message holds no line break: strings escape theirs, and what surrounds them is
/// written here without.
pub(crate) fn event(message: &[u8]) -> Bytes {
    const BEFORE: &[u8] = b"event: message\ndata: ";
    let mut out = Vec::with_capacity(BEFORE.len() + message.len() + 2);
    out.extend_from_slice(BEFORE);
    out.extend_from_slice(message);
    out.extend_from_slice(b"\n\n");
    out.into()
}
