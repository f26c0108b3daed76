//! The exact sliding window: the times of the calls of the last period.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Moment, Rate, State, Verdict, micros};

/// The admitted calls of one period, oldest first; calls of one moment are one entry.
#[derive(Debug, Default)]
pub(super) struct Window {
    calls: VecDeque<(Moment, u32)>,
    /// The sum over `calls`.
    count: u32,
    /// The latest moment that calls were forgotten at.
    seen: Moment,
}

impl Window {
    /// Forgets what is a period old. A call at `t` counts in every window that begins before `t`, so at
    /// exactly `t + period` it no longer does.
    fn expire(&mut self, period: u64, now: Moment) {
        self.seen = self.seen.max(now);
        while let Some((moment, calls)) = self.calls.front() {
            if now.saturating_sub(*moment) < period {
                break;
            }
            self.count -= calls;
            self.calls.pop_front();
        }
    }

    /// When `needed` of the calls will be a period old.
    fn free_at(&self, needed: u32, period: u64) -> Option<Moment> {
        let mut freed = 0;
        self.calls.iter().find_map(|(moment, calls)| {
            freed += calls;
            (freed >= needed).then(|| moment.saturating_add(period))
        })
    }
}

impl State for Window {
    fn admit(&mut self, rate: &Rate, now: Moment, cost: u32) -> Verdict {
        let period = micros(rate.period);
        self.expire(period, now);
        let free = rate.calls - self.count;
        if cost > free {
            let wait = self
                .free_at(cost - free, period)
                .map_or(period, |moment| moment.saturating_sub(now));
            return Verdict::Refused {
                retry_after: Duration::from_micros(wait),
            };
        }
        // Where the clock went back, the call counts from the latest moment seen: the entries stay
        // ordered, and it is forgotten no earlier than it should be.
        match self.calls.back_mut() {
            Some((moment, calls)) if *moment >= now => *calls += cost,
            _ if cost > 0 => self.calls.push_back((now, cost)),
            _ => {}
        }
        self.count += cost;
        Verdict::Admitted {
            remaining: rate.calls - self.count,
        }
    }

    fn refund(&mut self, rate: &Rate, then: Moment, cost: u32) {
        if self.seen.saturating_sub(then) >= micros(rate.period) {
            // It was forgotten, or soon will be.
            return;
        }
        // Its entry may be a later one: where the clock went back, or two entries became one.
        let position = self.calls.partition_point(|(moment, _)| *moment < then);
        let Some((_, calls)) = self.calls.get_mut(position) else {
            return;
        };
        let cost = cost.min(*calls);
        *calls -= cost;
        self.count -= cost;
        if *calls == 0 {
            self.calls.remove(position);
        }
    }

    fn is_idle(&self, rate: &Rate, now: Moment) -> bool {
        let period = micros(rate.period);
        self.calls
            .back()
            .is_none_or(|(moment, _)| now.saturating_sub(*moment) >= period)
    }

    fn heap(&self) -> usize {
        self.calls.capacity() * size_of::<(Moment, u32)>()
    }

    /// Makes one entry of every two, at the later of their times: calls are forgotten later than they
    /// might be, and none earlier.
    fn coarsen(&mut self) {
        let mut merged = VecDeque::with_capacity(self.calls.len().div_ceil(2));
        let mut calls = self.calls.iter();
        while let Some((moment, count)) = calls.next() {
            let entry = match calls.next() {
                Some((later, more)) => (*later, count + more),
                None => (*moment, *count),
            };
            merged.push_back(entry);
        }
        self.calls = merged;
    }
}
