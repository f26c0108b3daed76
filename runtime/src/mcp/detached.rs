//! A call that outlives its request.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use super::events::Running;
use super::invocation::Finished;

/// A call that goes on by itself when its request is dropped: up to 2025-11-25, a client that leaves
/// has not cancelled anything.
///
/// Only then is it given a task of its own. Until then it runs as part of its request, which spares
/// nearly all calls the task and the change of threads.
pub(crate) struct Detached(Option<Running>);

impl Detached {
    /// Wraps a call, which begins when this is polled or dropped.
    pub(crate) fn new(call: Running) -> Self {
        Self(Some(call))
    }
}

impl Future for Detached {
    type Output = Option<Finished>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Finished>> {
        // Taken out, so that what panics is not run again.
        let Some(mut call) = self.0.take() else {
            return Poll::Ready(None);
        };
        let poll = call.as_mut().poll(context);
        if poll.is_pending() {
            self.0 = Some(call);
        }
        poll
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        if let Some(call) = self.0.take()
            // Without a runtime, the process is about to end.
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(call);
        }
    }
}

impl fmt::Debug for Detached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detached").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::Detached;

    #[tokio::test]
    async fn goes_on_when_its_request_is_dropped() {
        let (proceed, proceeded) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let call = Detached::new(Box::pin(async {
            let _ = proceeded.await;
            let _ = end.send(());
            None
        }));
        // Half-way, the client leaves.
        timeout(Duration::from_millis(1), call).await.unwrap_err();
        proceed.send(()).unwrap();
        ended.await.unwrap();
    }

    #[tokio::test]
    async fn begins_though_its_request_was_never_polled() {
        let (end, ended) = oneshot::channel();
        drop(Detached::new(Box::pin(async {
            let _ = end.send(());
            None
        })));
        ended.await.unwrap();
    }
}
