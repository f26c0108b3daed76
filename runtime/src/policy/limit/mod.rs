//! How often and how many at once: limits by key.
//!
//! A limit counts under a key (a caller, an address, a tenant), and counts exactly: a sliding window
//! never admits more than its number of calls in any span of its period, wherever that span begins. Keys
//! live in shards with a lock each, so that no lock is shared by all requests.
//!
//! Memory is bounded whatever the callers send. Where a shard is full of keys that still count, the keys
//! that find no room share one count: a flood of new keys is limited as one caller, evicts nobody, and
//! admits no more than a caller may.

mod bucket;
mod concurrency;
mod key;
mod quota;
mod table;
mod window;

use std::time::Duration;

pub use concurrency::{Concurrency, Permit};
#[cfg(feature = "redis")]
pub(crate) use quota::NEVER;
pub use quota::Quota;
pub(crate) use quota::{Used, UsedUp};
pub(crate) use table::Receipt;

use bucket::Bucket;
use table::Table;
use window::Window;

/// At most `calls` in any span of `period`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// At least 1.
    pub calls: u32,
    /// More than nothing.
    pub period: Duration,
    /// How calls are counted.
    pub algorithm: Algorithm,
}

/// How calls are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Exactly: the times of the admitted calls are kept for one period.
    SlidingWindow,
    /// As a bucket of `calls` tokens that fills evenly over `period` (the generic cell rate algorithm of
    /// ITU-T I.371): constant memory for each key, and up to twice `calls` in a period that begins with a
    /// full bucket.
    TokenBucket,
}

/// What a limit says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is admitted and counted.
    Admitted {
        /// How many more would be admitted at this moment.
        remaining: u32,
    },
    /// It is not, and counts for nothing.
    Refused {
        /// After which time a call of the same cost would be admitted, if none comes between.
        retry_after: Duration,
    },
}

/// A moment: microseconds since the limit began to count. Monotonic; where it goes back all the same,
/// nothing is forgotten early.
type Moment = u64;

/// What is remembered for one key.
trait State: Default {
    /// Counts a call, or refuses it.
    fn admit(&mut self, rate: &Rate, now: Moment, cost: u32) -> Verdict;

    /// Takes back a call that was admitted at `then`.
    fn refund(&mut self, rate: &Rate, then: Moment, cost: u32);

    /// Whether forgetting the state would change no later answer.
    fn is_idle(&self, rate: &Rate, now: Moment) -> bool;

    /// Bytes beyond its own size.
    fn heap(&self) -> usize;

    /// Takes less memory, at the price of refusing more: never of admitting more.
    fn coarsen(&mut self);
}

/// The counts of one limit.
#[derive(Debug)]
pub struct RateLimit {
    rate: Rate,
    counts: Counts,
}

#[derive(Debug)]
enum Counts {
    Windows(Table<Window>),
    Buckets(Table<Bucket>),
}

impl RateLimit {
    /// A limit that remembers at most about `memory` bytes.
    pub fn new(rate: Rate, memory: usize) -> Self {
        Self {
            rate,
            counts: match rate.algorithm {
                Algorithm::SlidingWindow => Counts::Windows(Table::new(memory)),
                Algorithm::TokenBucket => Counts::Buckets(Table::new(memory)),
            },
        }
    }

    /// The rate.
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Counts a call that costs `cost` under `key`, `elapsed` after some fixed moment. A cost of 0 asks
    /// without counting; one above [`Rate::calls`] is never admitted.
    pub fn admit(&self, key: &[u8], cost: u32, elapsed: Duration) -> Verdict {
        self.admit_for_now(key, cost, elapsed).0
    }

    /// The same, with what takes it back: a call that another limit refuses counts for nothing.
    pub(crate) fn admit_for_now(
        &self,
        key: &[u8],
        cost: u32,
        elapsed: Duration,
    ) -> (Verdict, Receipt) {
        let now = micros(elapsed);
        match &self.counts {
            Counts::Windows(table) => table.admit(&self.rate, key, now, cost),
            Counts::Buckets(table) => table.admit(&self.rate, key, now, cost),
        }
    }

    /// Takes back a call that was admitted.
    pub(crate) fn refund(&self, receipt: Receipt) {
        match &self.counts {
            Counts::Windows(table) => table.refund(&self.rate, receipt),
            Counts::Buckets(table) => table.refund(&self.rate, receipt),
        }
    }
}

/// Microseconds, at most what fits: half a million years.
fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
