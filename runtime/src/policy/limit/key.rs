//! What a key is remembered as.

use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// A power of two; more than there are cores to contend for the locks.
pub(super) const SHARDS: usize = 64;

/// 128 bits that stand for a key, however long it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    high: u64,
    low: u64,
}

impl Key {
    /// Below [`SHARDS`].
    pub(super) fn shard(self) -> usize {
        usize::from(self.high.to_le_bytes()[0]) % SHARDS
    }
}

/// Makes keys, with random numbers of its own, so that callers cannot choose keys that meet.
#[derive(Debug, Default)]
pub(super) struct Keys {
    high: RandomState,
    low: RandomState,
}

impl Keys {
    pub(super) fn key(&self, text: &[u8]) -> Key {
        Key {
            high: self.high.hash_one(text),
            low: self.low.hash_one(text),
        }
    }
}

/// Maps whose keys are hashes already.
pub(super) type ByKey<V> = std::collections::HashMap<Key, V, BuildHasherDefault<Taken>>;

/// Takes the half of a key that did not choose its shard as its hash.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, half: u64) {
        // The low half is written last.
        self.0 = half;
    }
}
