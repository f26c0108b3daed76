//! What is remembered beyond one process: counts of quotas, and with Redis those of rate limits too.
//!
//! A store does three things: it counts a call against several limits in one step that is all or nothing, it
//! adds what a result came to, and it says whether it can be reached. On one machine it is a file; where
//! there are many replicas, it is a Redis or a Valkey that all of them share. Nothing waits for a store
//! longer than it is given.

mod embedded;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;

use crate::clock::Clock;
use crate::description;
use crate::environment::Environment;
use crate::policy::Limit;
use crate::policy::limit::UsedUp;

use embedded::Embedded;
#[cfg(feature = "redis")]
use redis::Redis;

/// Whether the manifest may keep counts in Redis: whether the crate has that feature.
pub const HAS_REDIS: bool = cfg!(feature = "redis");

/// The store of a gateway.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    kind: Kind,
    /// For one step.
    timeout: Duration,
}

#[derive(Clone, Debug)]
enum Kind {
    Embedded(Arc<Embedded>),
    #[cfg(feature = "redis")]
    Redis(Arc<Redis>),
}

/// A count: the limit, and the hash of what the call is counted under.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) limit: Limit,
    pub(crate) key: Key,
}

/// SHA-256 of a limit and a key: a file and a Redis hold no names of callers, entries are of one size, and
/// nobody can choose two keys that meet.
pub(crate) type Key = [u8; 32];

/// The hash of a key under a limit.
pub(crate) fn key(limit: &Limit, key: &str) -> Key {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(limit.id.as_bytes());
    // No id holds it, so that no two pairs are one text.
    context.update(&[0]);
    context.update(key.as_bytes());
    hash(context)
}

fn hash(context: digest::Context) -> Key {
    let mut key = Key::default();
    for (to, from) in key.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    key
}

/// What a store says of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is counted against every limit; what is left of each.
    Counted(Vec<Left>),
    /// One of the limits is reached, and it is counted against none.
    Reached {
        /// The position of the limit's entry.
        entry: usize,
        /// What is used up.
        what: UsedUp,
        /// When there is more; `None`: never.
        wait: Option<Duration>,
    },
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// Calls, where they are counted.
    pub(crate) calls: Option<u64>,
    /// When a quota begins anew.
    pub(crate) renews_in: Option<Duration>,
}

/// Why a store cannot be opened: a sentence, without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// Another process has it open.
    InUse(String),
    /// Anything else.
    Other(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::InUse(problem) | Self::Other(problem)) = self;
        f.write_str(problem)
    }
}

/// That a store cannot be asked. The log says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable;

impl Store {
    /// Opens the store that the manifest declares.
    ///
    /// # Errors
    /// Why it cannot be.
    pub(crate) fn open(
        store: &description::Store,
        environment: &Environment,
        clock: &Clock,
    ) -> Result<Self, OpenError> {
        let kind = match store.kind {
            description::StoreKind::Embedded { path } => {
                let path = environment.render(path);
                Kind::Embedded(Arc::new(Embedded::open(path.expose(), clock.clone())?))
            }
            #[cfg(feature = "redis")]
            description::StoreKind::Redis {
                url,
                authorities,
                prefix,
            } => {
                let url = environment.render(url);
                let authorities = authorities
                    .map(|path| redis::authorities(environment.render(path).expose()))
                    .transpose()?;
                let redis = Redis::new(url.expose(), authorities, prefix, store.timeout)?;
                Kind::Redis(Arc::new(redis))
            }
            #[cfg(not(feature = "redis"))]
            description::StoreKind::Redis { .. } => {
                return Err(OpenError::Other(
                    "the program was built without the feature `redis`".to_owned(),
                ));
            }
        };
        Ok(Self {
            kind,
            timeout: store.timeout,
        })
    }

    /// Whether the store that the manifest declares could be used now, in words.
    ///
    /// # Errors
    /// Why it could not.
    pub(crate) async fn check(
        store: Option<&description::Store>,
        environment: &Environment,
    ) -> Option<Result<&'static str, String>> {
        let result = match Self::open(store?, environment, &Clock::default()) {
            Ok(store) => store.probe().await,
            // The gateway that is to be replaced may still be running.
            Err(error @ OpenError::InUse(_)) => {
                tracing::warn!(target: "gatewright::store", %error, "checked beside a running gateway");
                return Some(Ok("in use by another process"));
            }
            Err(error) => Err(error.to_string()),
        };
        Some(result.map(|()| "can be used"))
    }

    /// A store in the memory of the process, as tests of policies have it.
    ///
    /// # Errors
    /// Where it has no thread.
    pub(crate) fn simulated(clock: Clock) -> Result<Self, OpenError> {
        Ok(Self {
            kind: Kind::Embedded(Arc::new(Embedded::in_memory(clock)?)),
            timeout: Duration::from_secs(5),
        })
    }

    /// The same.
    #[cfg(test)]
    pub(crate) fn in_memory(clock: Clock) -> Self {
        Self::simulated(clock).unwrap()
    }

    /// Whether several processes count in it together.
    pub(crate) fn is_shared(&self) -> bool {
        match &self.kind {
            Kind::Embedded(_) => false,
            #[cfg(feature = "redis")]
            Kind::Redis(_) => true,
        }
    }

    /// What has to run as long as the gateway does.
    #[cfg_attr(
        not(feature = "redis"),
        expect(
            clippy::unused_async,
            reason = "only a store on the network is waited for"
        )
    )]
    pub(crate) async fn maintain(self) {
        match self.kind {
            // It has a thread of its own.
            Kind::Embedded(_) => {}
            #[cfg(feature = "redis")]
            Kind::Redis(redis) => redis.stay_connected().await,
        }
    }

    /// Counts a call against all `entries`, or none. Once this says that it is counted, it stays counted,
    /// also where the process ends.
    pub(crate) async fn count(&self, entries: Vec<Entry>) -> Result<Outcome, Unavailable> {
        self.in_time(async {
            match &self.kind {
                Kind::Embedded(embedded) => embedded.count(entries).await,
                #[cfg(feature = "redis")]
                Kind::Redis(redis) => redis.count(&entries).await,
            }
        })
        .await
    }

    /// Adds what a result came to.
    pub(crate) async fn charge(
        &self,
        entries: Vec<Entry>,
        bytes: u64,
        tokens: u64,
    ) -> Result<(), Unavailable> {
        self.in_time(async {
            match &self.kind {
                Kind::Embedded(embedded) => embedded.charge(entries, bytes, tokens).await,
                #[cfg(feature = "redis")]
                Kind::Redis(redis) => redis.charge(&entries, bytes, tokens).await,
            }
        })
        .await
    }

    /// Whether it can be reached now.
    #[cfg_attr(
        not(feature = "redis"),
        expect(
            clippy::unused_async,
            reason = "only a store on the network is waited for"
        )
    )]
    async fn probe(&self) -> Result<(), String> {
        match &self.kind {
            // It was opened when the gateway started.
            Kind::Embedded(_) => Ok(()),
            #[cfg(feature = "redis")]
            Kind::Redis(redis) => redis.probe().await,
        }
    }

    async fn in_time<T>(
        &self,
        step: impl Future<Output = Result<T, Unavailable>>,
    ) -> Result<T, Unavailable> {
        let Ok(result) = tokio::time::timeout(self.timeout, step).await else {
            tracing::warn!(target: "gatewright::store", "the store did not answer in time");
            return Err(Unavailable);
        };
        result
    }
}

#[cfg(test)]
mod tests;
