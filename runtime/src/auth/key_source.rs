//! The keys of a provider as they are known now, and the one task that keeps them fresh.
//!
//! Requests only ever read. Where a token names a key that is not known, the request asks the task to
//! look again and waits for it: however many do, there is one fetch, and no more than one in five
//! minutes. While the provider cannot be reached, its last keys hold for a day.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, timeout};

use super::jose::KeySet;
use super::watched_file::{self, Stamp};

/// How often keys are fetched anew.
const REFRESH: Duration = Duration::from_hours(1);

/// The time between two fetches that requests ask for, and after one that failed.
const PAUSE: Duration = Duration::from_mins(5);

/// The longest time between two attempts while there are no keys at all; the first is a second.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// How long keys hold without having been confirmed.
const MAX_STALE: Duration = Duration::from_hours(24);

/// How long a request waits for a fetch.
const PATIENCE: Duration = Duration::from_secs(5);

/// The greatest file with keys.
const MAX_FILE: u64 = 512 * 1024;

/// The text of a key set, eventually; or why there is none, for the log.
pub(super) type Fetched = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>>;

/// Gets the text of a key set.
pub(super) type Fetch = Box<dyn Fn() -> Fetched + Send + Sync>;

/// The keys of a provider.
pub(super) struct KeySource {
    /// The identity, for the log.
    name: &'static str,
    /// The provider, likewise.
    issuer: Box<str>,
    fetch: Fetch,
    /// Where the keys come from a file: its path, and what it was like when it was read.
    file: Option<(PathBuf, Option<Stamp>)>,
    current: ArcSwapOption<KeySet>,
    /// Grows whenever the keys become others: what was verified with the old ones is verified anew.
    generation: AtomicU64,
    attempts: watch::Sender<Attempts>,
    wanted: Notify,
}

/// What the task has been doing.
#[derive(Clone, Copy, Debug)]
struct Attempts {
    finished: u64,
    running: bool,
    /// From when on requests may ask for one.
    next: Option<Instant>,
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySource")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

impl KeySource {
    /// Without keys yet.
    pub(super) fn new(name: &'static str, issuer: &str, fetch: Fetch) -> Self {
        Self {
            name,
            issuer: issuer.into(),
            fetch,
            file: None,
            current: ArcSwapOption::empty(),
            generation: AtomicU64::new(0),
            attempts: watch::Sender::new(Attempts {
                finished: 0,
                running: false,
                next: None,
            }),
            wanted: Notify::new(),
        }
    }

    /// With the keys of the file at `path`.
    ///
    /// # Errors
    /// Why there are none, a clause.
    pub(super) fn of_file(name: &'static str, issuer: &str, path: &Path) -> Result<Self, String> {
        let keys = keys_in(path)?;
        let owned = path.to_owned();
        let fetch: Fetch = Box::new(move || {
            let read = watched_file::read(&owned, MAX_FILE);
            Box::pin(std::future::ready(read))
        });
        let source = Self {
            file: Some((path.to_owned(), Stamp::of(path))),
            ..Self::new(name, issuer, fetch)
        };
        source.set(Some(keys));
        Ok(source)
    }

    /// The keys, where there are any.
    pub(super) fn current(&self) -> Option<Arc<KeySet>> {
        self.current.load_full()
    }

    /// What [`Self::current`] is a version of.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Replaces the keys.
    pub(super) fn set(&self, keys: Option<KeySet>) {
        self.current.store(keys.map(Arc::new));
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Waits for a fetch that is running or allowed now; `false` where there is none, or it takes too
    /// long.
    pub(super) async fn refreshed(&self) -> bool {
        let mut attempts = self.attempts.subscribe();
        let seen = {
            let now = attempts.borrow_and_update();
            if !now.running && now.next.is_none_or(|next| Instant::now() < next) {
                return false;
            }
            now.finished
        };
        self.wanted.notify_one();
        let finished = attempts.wait_for(|attempts| attempts.finished > seen);
        timeout(PATIENCE, finished)
            .await
            .is_ok_and(|ended| ended.is_ok())
    }

    /// Fetches once: for `--check`.
    ///
    /// # Errors
    /// Why there are no keys.
    pub(super) async fn probe(&self) -> Result<usize, String> {
        let text = (self.fetch)().await?;
        let keys = KeySet::read(&text)?;
        Ok(keys.len())
    }

    /// Keeps the keys fresh, for as long as it is polled.
    pub(super) async fn keep(self: Arc<Self>) {
        match self.file.clone() {
            Some((path, stamp)) => {
                watched_file::watch(path, stamp, move || self.reload()).await;
            }
            None => self.keep_fetching().await,
        }
    }

    /// Reads the file with the keys again. One that is malformed changes nothing: the log says so.
    fn reload(&self) {
        let Some((path, _)) = &self.file else { return };
        match keys_in(path) {
            Ok(keys) => {
                tracing::info!(
                    identity = self.name,
                    issuer = &*self.issuer,
                    keys = keys.len(),
                    "new keys of the identity provider"
                );
                self.set(Some(keys));
            }
            Err(problem) => tracing::error!(
                identity = self.name,
                issuer = &*self.issuer,
                problem,
                "the file with the identity provider's keys has changed, but the last good keys stay in force"
            ),
        }
    }

    async fn keep_fetching(&self) {
        let mut known: Vec<u8> = Vec::new();
        let mut confirmed = Instant::now();
        let mut wait = Duration::from_secs(1);
        loop {
            self.attempts
                .send_modify(|attempts| attempts.running = true);
            let outcome = match (self.fetch)().await {
                Ok(text) if text == known => Ok(None),
                Ok(text) => match KeySet::read(&text) {
                    Ok(keys) => Ok(Some((text, keys))),
                    Err(problem) => Err(problem.to_owned()),
                },
                Err(problem) => Err(problem),
            };
            let pause = match outcome {
                Ok(change) => {
                    if let Some((text, keys)) = change {
                        tracing::info!(
                            identity = self.name,
                            issuer = &*self.issuer,
                            keys = keys.len(),
                            "new keys of the identity provider"
                        );
                        self.set(Some(keys));
                        known = text;
                    }
                    confirmed = Instant::now();
                    wait = Duration::from_secs(1);
                    REFRESH
                }
                Err(problem) => {
                    tracing::warn!(
                        identity = self.name,
                        issuer = &*self.issuer,
                        problem,
                        "the keys of the identity provider cannot be had"
                    );
                    if !known.is_empty() && confirmed.elapsed() >= MAX_STALE {
                        tracing::error!(
                            identity = self.name,
                            issuer = &*self.issuer,
                            "the last keys are too old: its tokens are refused from now on"
                        );
                        self.set(None);
                        known.clear();
                    }
                    if known.is_empty() {
                        let pause = wait;
                        wait = wait.saturating_mul(2).min(LONGEST_WAIT);
                        pause
                    } else {
                        PAUSE
                    }
                }
            };
            let next = Instant::now() + pause.min(PAUSE);
            self.attempts.send_modify(|attempts| {
                attempts.running = false;
                attempts.finished += 1;
                attempts.next = Some(next);
            });
            tokio::select! {
                () = sleep(pause) => {}
                () = self.asked(next) => {}
            }
        }
    }

    /// Ready when a request asks, at `next` or later.
    async fn asked(&self, next: Instant) {
        loop {
            self.wanted.notified().await;
            if Instant::now() >= next {
                return;
            }
        }
    }
}

fn keys_in(path: &Path) -> Result<KeySet, String> {
    Ok(KeySet::read(&watched_file::read(path, MAX_FILE)?)?)
}
