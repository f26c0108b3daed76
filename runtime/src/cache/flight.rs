//! Calls that would make the same request at the same time: one makes it, the others wait for its outcome.
//!
//! The one that makes it holds a lock for so long. Where it is dropped without an outcome, because its caller
//! left, the lock goes to the next of those that wait, which then makes the request itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Served;
use super::key::Key;
use crate::result::ToolResult;

/// How many parts the flights are divided into, each with a lock of its own.
const PARTS: usize = 16;

/// What those that wait are told.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) result: ToolResult,
    pub(super) served: Served,
}

type Slot = Arc<tokio::sync::Mutex<Option<Outcome>>>;

/// The flights of one part: how many calls each has, and where its outcome will be.
type Part = HashMap<Key, (usize, Slot)>;

/// The requests that are on their way.
#[derive(Debug, Default)]
pub(super) struct Flights([Mutex<Part>; PARTS]);

/// A call's place in a flight, which it leaves when this is dropped.
#[derive(Debug)]
pub(super) struct Flight<'f> {
    flights: &'f Flights,
    key: Key,
    slot: Slot,
}

impl Flights {
    /// Joins the flight of a key, or begins it.
    pub(super) fn join(&self, key: Key) -> Flight<'_> {
        let mut part = self.part(&key);
        let (calls, slot) = part.entry(key).or_default();
        *calls += 1;
        let slot = Arc::clone(slot);
        drop(part);
        Flight {
            flights: self,
            key,
            slot,
        }
    }

    fn part(&self, key: &Key) -> MutexGuard<'_, Part> {
        let [first, ..] = *key;
        let [default, ..] = &self.0;
        let part = self.0.get(usize::from(first) % PARTS).unwrap_or(default);
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many calls are in all flights.
    #[cfg(test)]
    pub(super) fn calls(&self) -> usize {
        let of = |part: &Mutex<Part>| {
            part.lock()
                .unwrap()
                .values()
                .map(|(calls, _)| calls)
                .sum::<usize>()
        };
        self.0.iter().map(of).sum()
    }
}

impl Flight<'_> {
    /// Where the outcome is, once it is locked; whoever finds none there makes the request.
    pub(super) fn slot(&self) -> Slot {
        Arc::clone(&self.slot)
    }

    /// Ends the flight: who comes from now on begins another. Whoever waits finds the outcome when the lock
    /// is let go of.
    pub(super) fn land(&self) {
        let mut part = self.flights.part(&self.key);
        if let Some((_, slot)) = part.get(&self.key)
            && Arc::ptr_eq(slot, &self.slot)
        {
            part.remove(&self.key);
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut part = self.flights.part(&self.key);
        if let Some((calls, slot)) = part.get_mut(&self.key)
            && Arc::ptr_eq(slot, &self.slot)
        {
            *calls -= 1;
            if *calls == 0 {
                part.remove(&self.key);
            }
        }
    }
}
