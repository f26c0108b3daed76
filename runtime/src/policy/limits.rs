//! What all limits of a gateway have counted.

use std::sync::Arc;
use std::time::Duration;

use super::limit::{Concurrency, Permit, Rate, RateLimit, Verdict};
use super::{Reason, Refusal};
use crate::clock::Clock;

/// What one rate limit may remember: a hundred thousand keys of a small limit, or a few of a great one.
const MEMORY: usize = 32 << 20;

/// A limit, as the manifest declares it.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// So many calls in a period.
    Rate(Rate),
    /// So many calls at once.
    Concurrency(u32),
}

/// The limits of a gateway, by position.
#[derive(Debug)]
pub(crate) struct Limits {
    clock: Clock,
    limits: Vec<Counts>,
}

#[derive(Debug)]
enum Counts {
    Rate(RateLimit),
    Concurrency(u32, Arc<Concurrency>),
}

impl Limits {
    pub(crate) fn new(limits: &[Limit], clock: Clock) -> Self {
        let counts = |limit: &Limit| match limit {
            Limit::Rate(rate) => Counts::Rate(RateLimit::new(*rate, MEMORY)),
            Limit::Concurrency(most) => {
                Counts::Concurrency(*most, Arc::new(Concurrency::new(*most)))
            }
        };
        Self {
            clock,
            limits: limits.iter().map(counts).collect(),
        }
    }

    /// Counts a call under `key`; the permit is there where the limit is one of calls at once.
    pub(crate) fn admit(&self, position: usize, key: &str) -> Result<Option<Permit>, Refusal> {
        match self.limits.get(position) {
            Some(Counts::Rate(limit)) => {
                match limit.admit(key.as_bytes(), 1, self.clock.monotonic()) {
                    Verdict::Admitted { .. } => Ok(None),
                    Verdict::Refused { retry_after } => Err(too_often(limit.rate(), retry_after)),
                }
            }
            Some(Counts::Concurrency(most, limit)) => match limit.enter(key.as_bytes()) {
                Some(permit) => Ok(Some(permit)),
                None => Err(too_many(*most)),
            },
            // No generated code asks for a limit that there is not.
            None => Err(Refusal::new(
                Reason::Undecided,
                "A limit is missing. This is a fault of the gateway.",
            )),
        }
    }
}

#[cold]
fn too_often(rate: Rate, retry_after: Duration) -> Refusal {
    let seconds = rate.period.as_secs_f64();
    let message = match rate.calls {
        1 => format!("Too many calls: 1 is allowed in {seconds} s."),
        calls => format!("Too many calls: {calls} are allowed in {seconds} s."),
    };
    Refusal::until(Reason::Rate, message, retry_after)
}

#[cold]
fn too_many(most: u32) -> Refusal {
    let message = match most {
        1 => "Another call is still running: only 1 may run at once.".to_owned(),
        most => format!("Too many calls are running: at most {most} may run at once."),
    };
    Refusal::until(Reason::Concurrency, message, Duration::from_secs(1))
}
