//! Quotas: so much in each of a row of periods that begin at a fixed moment.

use std::time::Duration;

/// What may be used in a period. At least one of the three amounts is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Calls.
    pub calls: Option<u64>,
    /// Bytes of responses.
    pub result_bytes: Option<u64>,
    /// Tokens that the results cost a model, as estimated.
    pub result_tokens: Option<u64>,
    /// Whole milliseconds; `None`: one period without end.
    pub period: Option<Duration>,
    /// When a period begins, in milliseconds since 1970: the others follow before and after it.
    pub first: i64,
}

/// The end of a period without end, in milliseconds since 1970. The greatest whole number that every
/// double up to it is exact for, since Redis's scripts know no other numbers.
pub(crate) const NEVER: i64 = (1 << 53) - 1;

/// What was used of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    /// When the period ends that it was used in, in milliseconds since 1970.
    pub(crate) end: i64,
    pub(crate) calls: u64,
    pub(crate) bytes: u64,
    pub(crate) tokens: u64,
}

impl Default for Used {
    /// Nothing, in a period long ago.
    fn default() -> Self {
        Self {
            end: i64::MIN,
            calls: 0,
            bytes: 0,
            tokens: 0,
        }
    }
}

impl Quota {
    /// When the period that `now` is in ends; both in milliseconds since 1970.
    fn end(&self, now: i64) -> i64 {
        let Some(period) = self.milliseconds() else {
            return NEVER;
        };
        let into = now.saturating_sub(self.first).rem_euclid(period);
        now.saturating_sub(into).saturating_add(period)
    }

    /// The length of a period, at least a millisecond.
    pub(crate) fn milliseconds(&self) -> Option<i64> {
        let period = self.period?.as_millis();
        Some(i64::try_from(period).unwrap_or(NEVER).max(1))
    }
}

impl Used {
    /// Begins anew where another period has begun. Where the clock goes back into an earlier period, what
    /// was used stays used.
    fn renew(&mut self, quota: &Quota, now: i64) {
        let end = quota.end(now);
        if end > self.end {
            *self = Self {
                end,
                ..Self::default()
            };
        }
    }

    /// Counts a call that costs `cost`; how many calls are left, where they are counted.
    ///
    /// # Errors
    /// Where something is used up: nothing is counted then.
    pub(crate) fn admit(
        &mut self,
        quota: &Quota,
        now: i64,
        cost: u32,
    ) -> Result<Option<u64>, UsedUp> {
        self.renew(quota, now);
        let calls = self.calls.saturating_add(cost.into());
        if quota.calls.is_some_and(|most| calls > most) {
            return Err(UsedUp::Calls);
        }
        if quota.result_bytes.is_some_and(|most| self.bytes >= most) {
            return Err(UsedUp::Bytes);
        }
        if quota.result_tokens.is_some_and(|most| self.tokens >= most) {
            return Err(UsedUp::Tokens);
        }
        self.calls = calls;
        Ok(quota.calls.map(|most| most - calls))
    }

    /// Adds what a result came to.
    pub(crate) fn charge(&mut self, quota: &Quota, now: i64, bytes: u64, tokens: u64) {
        self.renew(quota, now);
        self.bytes = self.bytes.saturating_add(bytes);
        self.tokens = self.tokens.saturating_add(tokens);
    }

    /// How long the period goes on; `None`: for ever.
    pub(crate) fn left(&self, now: i64) -> Option<Duration> {
        if self.end == NEVER {
            return None;
        }
        let left = u64::try_from(self.end.saturating_sub(now)).unwrap_or(0);
        Some(Duration::from_millis(left))
    }
}

/// What of a quota is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UsedUp {
    /// [`Quota::calls`]
    Calls,
    /// [`Quota::result_bytes`]
    Bytes,
    /// [`Quota::result_tokens`]
    Tokens,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Quota, Used, UsedUp};

    const DAY: i64 = 86_400_000;

    fn quota(calls: u64, period: Option<Duration>, first: i64) -> Quota {
        Quota {
            calls: Some(calls),
            result_bytes: None,
            result_tokens: None,
            period,
            first,
        }
    }

    #[test]
    fn periods_begin_where_they_are_said_to() {
        let quota = quota(2, Some(Duration::from_hours(24)), DAY / 2);
        let mut used = Used::default();
        assert_eq!(used.admit(&quota, 10 * DAY, 1), Ok(Some(1)));
        assert_eq!(used.left(10 * DAY), Some(Duration::from_hours(12)));
        assert_eq!(used.admit(&quota, 10 * DAY + DAY / 2 - 1, 1), Ok(Some(0)));
        let last = 10 * DAY + DAY / 2 - 1;
        assert_eq!(used.admit(&quota, last, 1), Err(UsedUp::Calls));
        assert_eq!(used.left(last), Some(Duration::from_millis(1)));
        assert_eq!(used.admit(&quota, last + 1, 2), Ok(Some(0)));
        // The clock goes back into the period before: what is used stays used.
        assert_eq!(used.admit(&quota, last, 1), Err(UsedUp::Calls));
        // Before the first period others go back in time.
        let mut early = Used::default();
        assert_eq!(early.admit(&quota, -DAY, 2), Ok(Some(0)));
        assert_eq!(early.admit(&quota, -DAY / 2 - 1, 1), Err(UsedUp::Calls));
        assert_eq!(early.admit(&quota, -DAY / 2, 1), Ok(Some(1)));
    }

    #[test]
    fn a_quota_for_good_never_begins_anew() {
        let quota = quota(1, None, 0);
        let mut used = Used::default();
        assert_eq!(used.admit(&quota, 0, 1), Ok(Some(0)));
        assert_eq!(used.admit(&quota, 1 << 50, 1), Err(UsedUp::Calls));
        assert_eq!(used.left(0), None);
    }

    #[test]
    fn results_may_overshoot_once() {
        let quota = Quota {
            calls: None,
            result_bytes: Some(100),
            result_tokens: Some(10),
            period: Some(Duration::from_mins(1)),
            first: 0,
        };
        let mut used = Used::default();
        assert_eq!(used.admit(&quota, 0, 1), Ok(None));
        used.charge(&quota, 0, 99, 9);
        assert_eq!(used.admit(&quota, 0, 1), Ok(None));
        used.charge(&quota, 1, 500, 0);
        assert_eq!(used.admit(&quota, 59_999, 1), Err(UsedUp::Bytes));
        assert_eq!(used.admit(&quota, 60_000, 1), Ok(None));
        used.charge(&quota, 60_000, 0, 10);
        assert_eq!(used.admit(&quota, 60_000, 1), Err(UsedUp::Tokens));
    }

    proptest! {
        /// Against a list of the moments of admitted calls, by the number of their period.
        #[test]
        fn periods_are_exact(
            calls in 1..6_u64,
            period in 1..40_u64,
            first in -100..100_i64,
            steps in prop::collection::vec((0..30_i64, 1..3_u32), 0..200),
        ) {
            let quota = quota(calls, Some(Duration::from_millis(period)), first);
            let number = |now: i64| {
                (now - first).div_euclid(i64::try_from(period).unwrap())
            };
            let mut used = Used::default();
            let mut log: Vec<(i64, u32)> = Vec::new();
            let mut now = -50;
            for (pause, cost) in steps {
                now += pause;
                let so_far: u32 = log
                    .iter()
                    .filter(|(then, _)| number(*then) == number(now))
                    .map(|(_, cost)| cost)
                    .sum();
                let total = u64::from(so_far + cost);
                let expected = calls.checked_sub(total).map(Some).ok_or(UsedUp::Calls);
                if expected.is_ok() {
                    log.push((now, cost));
                }
                prop_assert_eq!(used.admit(&quota, now, cost), expected);
            }
        }
    }
}
