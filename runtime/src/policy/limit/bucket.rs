//! The token bucket, as the generic cell rate algorithm: one number for each key.

use std::time::Duration;

use super::{Moment, Rate, State, Verdict, micros};

/// When the bucket will be full again, in units of a microsecond divided by [`Rate::calls`]: so that one
/// token is exactly one period of such units, and nothing is lost to rounding.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    full_at: u128,
}

impl State for Bucket {
    fn admit(&mut self, rate: &Rate, now: Moment, cost: u32) -> Verdict {
        let token = u128::from(micros(rate.period));
        let calls = u128::from(rate.calls);
        let now = u128::from(now) * calls;
        let capacity = token * calls;
        let full_at = self.full_at.max(now) + token * u128::from(cost);
        // Where the clock went back, what is missing may be more than the bucket holds.
        if let Some(missing) = (full_at - now)
            .checked_sub(capacity)
            .filter(|missing| *missing > 0)
        {
            let wait = u64::try_from(missing.div_ceil(calls)).unwrap_or(u64::MAX);
            return Verdict::Refused {
                retry_after: Duration::from_micros(wait),
            };
        }
        self.full_at = full_at;
        let tokens = (capacity - (full_at - now)) / token;
        Verdict::Admitted {
            remaining: u32::try_from(tokens).unwrap_or(u32::MAX),
        }
    }

    fn refund(&mut self, rate: &Rate, _then: Moment, cost: u32) {
        let tokens = u128::from(micros(rate.period)) * u128::from(cost);
        self.full_at = self.full_at.saturating_sub(tokens);
    }

    fn is_idle(&self, rate: &Rate, now: Moment) -> bool {
        self.full_at <= u128::from(now) * u128::from(rate.calls)
    }

    fn heap(&self) -> usize {
        0
    }

    fn coarsen(&mut self) {}
}
