//! States by key, in shards, within a bound of memory.

use std::sync::{Mutex, PoisonError};

use super::key::{ByKey, Key, Keys, SHARDS};
use super::{Moment, Rate, State, Verdict, micros};

/// What one entry of the map costs beside the state's own heap: key, state, control byte, and the slots
/// that a hash map keeps free.
const fn entry<S>() -> usize {
    (size_of::<(Key, S)>() + 1) * 2
}

/// What an admitted call was counted as, to take it back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Receipt {
    key: Key,
    moment: Moment,
    cost: u32,
    /// Whether it was counted with the keys that found no room.
    overflown: bool,
}

/// The states of all keys.
#[derive(Debug)]
pub(super) struct Table<S> {
    shards: Box<[Mutex<Shard<S>>]>,
    keys: Keys,
}

#[derive(Debug)]
struct Shard<S> {
    states: ByKey<S>,
    /// Bytes that `states` take.
    used: usize,
    /// Bytes that they may take.
    memory: usize,
    /// The one state of all keys that find no room.
    overflow: S,
    /// When idle states were last looked for.
    swept: Moment,
}

impl<S: State> Table<S> {
    pub(super) fn new(memory: usize) -> Self {
        let shard = || {
            Mutex::new(Shard {
                states: ByKey::default(),
                used: 0,
                memory: memory / SHARDS,
                overflow: S::default(),
                swept: 0,
            })
        };
        Self {
            shards: (0..SHARDS).map(|_| shard()).collect(),
            keys: Keys::default(),
        }
    }

    pub(super) fn admit(
        &self,
        rate: &Rate,
        key: &[u8],
        now: Moment,
        cost: u32,
    ) -> (Verdict, Receipt) {
        let key = self.keys.key(key);
        let mut receipt = Receipt {
            key,
            moment: now,
            cost,
            overflown: false,
        };
        let Some(shard) = self.shards.get(key.shard()) else {
            let verdict = Verdict::Refused {
                retry_after: rate.period,
            };
            return (verdict, receipt);
        };
        // A state is changed in one step at its end: what a panic leaves behind is whole.
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let verdict = shard.admit(rate, &mut receipt);
        (verdict, receipt)
    }

    pub(super) fn refund(&self, rate: &Rate, receipt: Receipt) {
        if let Some(shard) = self.shards.get(receipt.key.shard()) {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.refund(rate, receipt);
        }
    }
}

impl<S: State> Shard<S> {
    fn admit(&mut self, rate: &Rate, receipt: &mut Receipt) -> Verdict {
        let Receipt {
            key,
            moment: now,
            cost,
            ..
        } = *receipt;
        if let Some(state) = self.states.get_mut(&key) {
            let before = state.heap();
            let verdict = state.admit(rate, now, cost);
            self.used = self.used - before + state.heap();
            if self.used > self.memory && state.heap() > before {
                // It grew where there was no room.
                let grown = state.heap();
                state.coarsen();
                self.used = self.used - grown + state.heap();
            }
            return verdict;
        }
        let mut state = S::default();
        let verdict = state.admit(rate, now, cost);
        let size = entry::<S>() + state.heap();
        if self.used + size > self.memory {
            self.sweep(rate, now);
        }
        if self.used + size > self.memory {
            receipt.overflown = true;
            return self.overflow.admit(rate, now, cost);
        }
        self.used += size;
        self.states.insert(key, state);
        verdict
    }

    /// Takes a call back, where its state is still there: one that is gone counted no longer.
    fn refund(&mut self, rate: &Rate, receipt: Receipt) {
        let state = if receipt.overflown {
            Some(&mut self.overflow)
        } else {
            self.states.get_mut(&receipt.key)
        };
        if let Some(state) = state {
            state.refund(rate, receipt.moment, receipt.cost);
        }
    }

    /// Forgets the idle states. Looking costs time in proportion to the shard, so it is done at most ten
    /// times in a period.
    fn sweep(&mut self, rate: &Rate, now: Moment) {
        let pause = micros(rate.period) / 10;
        if now.saturating_sub(self.swept) < pause && self.swept != 0 {
            return;
        }
        self.swept = now.max(1);
        self.states.retain(|_, state| !state.is_idle(rate, now));
        self.used = self
            .states
            .values()
            .map(|state| entry::<S>() + state.heap())
            .sum();
    }

    #[cfg(test)]
    fn used(&self) -> usize {
        self.used
    }
}

#[cfg(test)]
impl<S: State> Table<S> {
    /// Bytes in use, over all shards.
    pub(super) fn used(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| shard.lock().unwrap().used())
            .sum()
    }
}
