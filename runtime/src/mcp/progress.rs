//! Progress notifications of one call (2025-03-26, "Progress").

use std::sync::Mutex;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::encode;

/// How many notifications may wait for a slow client before further ones are dropped.
const WAITING: usize = 16;

/// Where a call reports how far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    token: Box<str>,
    /// The last value sent, so that values only increase.
    last: Mutex<Option<f64>>,
    sender: mpsc::Sender<Bytes>,
}

impl Progress {
    /// `token` is the JSON text of the request's `progressToken`. The receiver yields whole messages,
    /// without framing.
    pub(crate) fn new(token: &str) -> (Self, mpsc::Receiver<Bytes>) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self::to(token, sender), receiver)
    }

    /// Reports into a channel that the call shares with others.
    pub(crate) fn to(token: &str, sender: mpsc::Sender<Bytes>) -> Self {
        Self {
            token: token.into(),
            last: Mutex::new(None),
            sender,
        }
    }

    /// Sends a notification, if `progress` is greater than the last one sent and the client keeps up.
    /// Never waits.
    pub(crate) fn send(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        if !progress.is_finite() {
            return;
        }
        let Ok(mut last) = self.last.lock() else {
            return;
        };
        if last.is_some_and(|last| progress <= last) {
            return;
        }
        let Ok(place) = self.sender.try_reserve() else {
            return;
        };
        *last = Some(progress);
        let total = total.filter(|total| total.is_finite());
        place.send(encode::progress(&self.token, progress, total, message).into());
    }
}
