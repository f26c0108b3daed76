//! The calls that run, findable by the request that began them, so that a notification can cancel one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::session::SessionId;

/// What a running call is found by: the session it came from, where there are sessions, and the JSON
/// text of its request id.
type Key = (Option<SessionId>, Box<str>);

/// Many small locks instead of one that every call takes.
const SHARDS: usize = 16;

/// The running calls that can be cancelled.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    hasher: RandomState,
    shards: [Mutex<HashMap<Key, oneshot::Sender<()>>>; SHARDS],
}

impl InFlight {
    /// Enters a call. Where its key is taken, the call that has it stays the one that is cancelled:
    /// request ids must not be reused (JSON-RPC), and a client that does only confuses itself.
    pub(crate) fn enter(self: &Arc<Self>, session: Option<SessionId>, id: &str) -> Entered {
        let key = (session, Box::from(id));
        let (sender, receiver) = oneshot::channel();
        let entered = self.shard(&key).and_then(|shard| {
            let mut calls = shard.lock().ok()?;
            match calls.entry(key.clone()) {
                Entry::Occupied(_) => None,
                Entry::Vacant(vacant) => {
                    vacant.insert(sender);
                    Some(receiver)
                }
            }
        });
        Entered {
            cancelled: entered,
            calls: Arc::clone(self),
            key,
        }
    }

    /// Cancels the call that a request began; nothing happens where it has ended.
    pub(crate) fn cancel(&self, session: Option<SessionId>, id: &str) {
        self.remove(&(session, Box::from(id)));
    }

    fn remove(&self, key: &Key) {
        if let Some(mut calls) = self.shard(key).and_then(|shard| shard.lock().ok()) {
            calls.remove(key);
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "any bits of the hash choose a shard as well as any others"
    )]
    fn shard(&self, key: &Key) -> Option<&Mutex<HashMap<Key, oneshot::Sender<()>>>> {
        self.shards.get(self.hasher.hash_one(key) as usize % SHARDS)
    }
}

/// A call's entry, which leaves with it.
#[derive(Debug)]
pub(crate) struct Entered {
    cancelled: Option<oneshot::Receiver<()>>,
    calls: Arc<InFlight>,
    key: Key,
}

impl Entered {
    /// Runs a call until it ends or is cancelled; `None` for the latter. A cancelled call is dropped
    /// where it stands.
    pub(crate) async fn run<T>(mut self, call: impl Future<Output = T>) -> Option<T> {
        let cancelled = async {
            match self.cancelled.as_mut() {
                // The sender is dropped when the entry is removed.
                Some(receiver) => {
                    let _ = receiver.await;
                }
                None => future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = cancelled => None,
            output = call => Some(output),
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        if self.cancelled.is_some() {
            self.calls.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future;
    use std::sync::Arc;

    use super::InFlight;
    use crate::mcp::session::SessionId;

    #[tokio::test]
    async fn only_the_entered_call_is_cancelled() {
        let calls = Arc::new(InFlight::default());
        let session = SessionId::generate();
        let mine = calls.enter(session, "1");
        let other = calls.enter(SessionId::generate(), "1");
        let text = calls.enter(session, "\"1\"");
        calls.cancel(session, "1");
        assert_eq!(mine.run(future::pending::<()>()).await, None);
        assert_eq!(other.run(future::ready(2)).await, Some(2));
        assert_eq!(text.run(future::ready(3)).await, Some(3));
    }

    #[tokio::test]
    async fn a_reused_id_does_not_disturb_the_first_call() {
        let calls = Arc::new(InFlight::default());
        let first = calls.enter(None, "1");
        let second = calls.enter(None, "1");
        assert_eq!(second.run(future::ready(2)).await, Some(2));
        calls.cancel(None, "1");
        assert_eq!(first.run(future::pending::<()>()).await, None);
        assert!(
            calls
                .shards
                .iter()
                .all(|shard| shard.lock().unwrap().is_empty())
        );
    }
}
