//! How many calls of a key may run at once.

use std::sync::{Arc, Mutex, PoisonError};

use super::key::{ByKey, Key, Keys, SHARDS};

/// A limit of calls at once, by key. It remembers only keys that have calls running, so it is bounded by
/// what the server lets run in all.
#[derive(Debug)]
pub struct Concurrency {
    most: u32,
    keys: Keys,
    shards: Box<[Mutex<ByKey<u32>>]>,
}

/// The place of a running call; given back when it is dropped.
#[derive(Debug)]
pub struct Permit {
    limit: Arc<Concurrency>,
    key: Key,
}

impl Concurrency {
    /// A limit of `most` calls at once for each key.
    pub fn new(most: u32) -> Self {
        Self {
            most,
            keys: Keys::default(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// A place for a call under `key`, unless all are taken.
    pub fn enter(self: &Arc<Self>, key: &[u8]) -> Option<Permit> {
        let key = self.keys.key(key);
        let mut running = self
            .shard(key)?
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(key).or_insert(0);
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Permit {
            limit: Arc::clone(self),
            key,
        })
    }

    fn shard(&self, key: Key) -> Option<&Mutex<ByKey<u32>>> {
        self.shards.get(key.shard())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(shard) = self.limit.shard(self.key) else {
            return;
        };
        let mut running = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = running.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.key);
            }
        }
    }
}
