//! The time that policies, tokens and cached answers are judged by: one place, so that tests of policies
//! can say what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    /// That of the machine; the instant is when the gateway started.
    System(Instant),
    /// Milliseconds since 1970 that stand still until a test moves them.
    Virtual(Arc<AtomicU64>),
}

impl Default for Clock {
    /// That of the machine.
    fn default() -> Self {
        Self::System(Instant::now())
    }
}

impl Clock {
    /// How much time has passed since some moment: what never goes back, for spans within one run.
    pub(crate) fn monotonic(&self) -> Duration {
        match self {
            Self::System(started) => started.elapsed(),
            Self::Virtual(_) => self.since_epoch(),
        }
    }

    /// The time since 1970, for what outlives the process or is said by others. A clock before 1970 is
    /// wrong: nothing has expired then, but nothing is valid yet either.
    pub(crate) fn since_epoch(&self) -> Duration {
        match self {
            Self::System(_) => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
            Self::Virtual(milliseconds) => {
                Duration::from_millis(milliseconds.load(Ordering::Relaxed))
            }
        }
    }
}
