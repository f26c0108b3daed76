//! Answers of read-only tools, remembered for a while.
//!
//! An answer is remembered under a digest of the whole request that the arguments make, of the tool, and of
//! who asked, unless the manifest declares that callers share it. Policies come before the look: who may
//! not call gets nothing, and every call counts.
//!
//! Memory is bounded by what the answers weigh. Calls that would make the same request at the same time
//! share one. A call that may have changed something makes the tools that it invalidates begin anew: the
//! key holds how often that happened, so what was asked for before is found by nobody after.

mod canonical;
mod control;
mod entry;
mod flight;
mod key;
mod lookup;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quick_cache::sync::{Cache as Storage, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder};

use crate::clock::Clock;
use crate::description::{Description, Tool};

use entry::{Entry, Weigher};
use flight::Flights;
use key::Key;

/// The most parts that the memory is divided into, each with a lock of its own.
const MOST_PARTS: usize = 16;

/// How many of the greatest answers a part has room for, at least.
const ANSWERS_IN_PART: usize = 4;

/// What an answer weighs as like as not; decides only how many answers that were dropped are known of.
const USUAL: usize = 4096;

/// How the answers of a tool are remembered.
#[derive(Clone, Copy, Debug)]
pub struct Caching {
    /// How long an answer is as good as a new one. The API may say less.
    pub ttl: Duration,
    /// Whether all callers share the answers.
    pub shared: bool,
    /// How much longer it is told where the API fails; nothing: not at all.
    pub stale_if_error: Duration,
    /// Answers that weigh more are not remembered.
    pub max_entry_bytes: usize,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Served {
    /// From memory, or from a call that was on its way.
    Hit,
    /// From the API.
    Miss,
    /// From memory, though too old, as the API failed.
    Stale,
}

impl Served {
    /// The name in logs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Stale => "stale",
        }
    }
}

/// The answers of all tools of a gateway.
pub(crate) struct Cache {
    clock: Clock,
    /// Absent where no tool has its answers remembered.
    storage: Option<Storage<Key, Arc<Entry>, Weigher>>,
    flights: Flights,
    /// How often the answers of each tool were invalidated, by server and position.
    generations: Vec<Vec<AtomicU64>>,
}

impl Cache {
    pub(crate) fn new(description: &Description, clock: Clock) -> Self {
        let policies = || {
            let tools = description.servers.iter().flat_map(|server| server.tools);
            tools.filter_map(|tool: &Tool| tool.cache)
        };
        let greatest = policies().map(|policy| policy.max_entry_bytes).max();
        let bytes = description.cache_bytes;
        let storage = greatest.and_then(|greatest| {
            let parts = bytes / greatest.saturating_mul(ANSWERS_IN_PART).max(1);
            let options = OptionsBuilder::new()
                .shards(1 << parts.clamp(1, MOST_PARTS).ilog2())
                .estimated_items_capacity((bytes / USUAL).clamp(16, 1 << 20))
                .weight_capacity(bytes as u64)
                .build()
                // Fails only where a capacity is missing.
                .ok()?;
            Some(Storage::with_options(
                options,
                Weigher,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ))
        });
        let counts = |tools: &[Tool]| tools.iter().map(|_| AtomicU64::new(0)).collect();
        Self {
            clock,
            storage,
            flights: Flights::default(),
            generations: description
                .servers
                .iter()
                .map(|server| counts(server.tools))
                .collect(),
        }
    }

    /// Forgets the answers of tools of a server, and those that are on their way.
    pub(crate) fn invalidate(&self, server: usize, tools: &[usize]) {
        let Some(generations) = self.generations.get(server) else {
            return;
        };
        for tool in tools {
            if let Some(generation) = generations.get(*tool) {
                generation.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn generation(&self, server: usize, tool: usize) -> u64 {
        self.generations
            .get(server)
            .and_then(|tools| tools.get(tool))
            .map_or(0, |generation| generation.load(Ordering::SeqCst))
    }

    /// What is remembered under a key and may still be told.
    fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        let storage = self.storage.as_ref()?;
        let entry = storage.get(key)?;
        if entry.is_of_use(self.clock.monotonic()) {
            return Some(entry);
        }
        storage.remove_if(key, |known| Arc::ptr_eq(known, &entry));
        None
    }

    fn put(&self, key: Key, entry: Entry) {
        if let Some(storage) = &self.storage {
            storage.insert(key, Arc::new(entry));
        }
    }

    fn forget(&self, key: &Key) {
        if let Some(storage) = &self.storage {
            storage.remove(key);
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
