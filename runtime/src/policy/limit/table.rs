//! States by key, in shards, within a bound of memory.

use std::sync::{Mutex, PoisonError};

use super::key::{ByKey, Key, Keys, SHARDS};
use super::{Moment, Rate, State, Verdict, micros};

/// What one entry of the map costs beside the state's own heap: key, state, control byte, and the slots
/// that a hash map keeps free.
const fn entry<S>() -> usize {
    (size_of::<(Key, S)>() + 1) * 2
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

    pub(super) fn admit(&self, rate: &Rate, key: &[u8], now: Moment, cost: u32) -> Verdict {
        let key = self.keys.key(key);
        let Some(shard) = self.shards.get(key.shard()) else {
            return Verdict::Refused {
                retry_after: rate.period,
            };
        };
        // A state is changed in one step at its end: what a panic leaves behind is whole.
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        shard.admit(rate, key, now, cost)
    }
}

impl<S: State> Shard<S> {
    fn admit(&mut self, rate: &Rate, key: Key, now: Moment, cost: u32) -> Verdict {
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
            return self.overflow.admit(rate, now, cost);
        }
        self.used += size;
        self.states.insert(key, state);
        verdict
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
