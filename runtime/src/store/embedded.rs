//! The store on disk: one file, one thread that writes to it.
//!
//! A call is admitted once its count is on the disk. What comes while a write is under way is written
//! together by the next, so that many calls cost one wait for the disk, and calls that are refused cost none.

use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use aws_lc_rs::digest;
use redb::{Database, ReadableTable as _, ReadableTableMetadata as _, Table, TableDefinition};
use tokio::sync::{mpsc, oneshot};

use super::{Entry, Key, Left, OpenError, Outcome, Unavailable, hash};
use crate::clock::Clock;
use crate::policy::LimitKind;
use crate::policy::limit::Used;

/// How many steps may wait for the thread.
const QUEUE: usize = 4096;

/// How many steps are written together.
const BATCH: usize = 512;

/// How many counts a file holds, about 100 MB; keys that find no room share one count for each quota.
const MAX_COUNTS: u64 = 1_000_000;

/// After a failure, when the file is opened again, and how often room is made where there is none.
const PAUSE: Duration = Duration::from_secs(1);

/// How often one in 256 parts of the counts is looked through for those of periods that are over.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// How long the counts of a period that is over are kept: a clock may yet go back into it.
const KEPT: i64 = 86_400_000;

/// When the period ends, calls, bytes, tokens.
const COUNTS: TableDefinition<'static, &Key, (i64, u64, u64, u64)> =
    TableDefinition::new("quotas 1");

type Counts<'t> = Table<'t, &'static Key, (i64, u64, u64, u64)>;

/// The store on disk.
#[derive(Debug)]
pub(super) struct Embedded {
    /// There until this is dropped.
    steps: Option<mpsc::Sender<Step>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is asked to do.
enum Step {
    Count {
        entries: Vec<Entry>,
        answer: oneshot::Sender<Result<Outcome, Unavailable>>,
    },
    Charge {
        entries: Vec<Entry>,
        bytes: u64,
        tokens: u64,
        answer: oneshot::Sender<Result<(), Unavailable>>,
    },
    #[cfg(test)]
    Look(std::sync::mpsc::Sender<u64>),
    #[cfg(test)]
    MakeRoom,
}

impl Embedded {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// Why it cannot be opened: a sentence.
    pub(super) fn open(path: &str, clock: Clock) -> Result<Self, OpenError> {
        let path = PathBuf::from(path);
        let file = File { path: path.clone() };
        let database = file.open()?;
        Self::start(database, Some(file), clock, MAX_COUNTS)
    }

    /// The same in memory.
    pub(super) fn in_memory(clock: Clock) -> Result<Self, OpenError> {
        Self::bounded(clock, MAX_COUNTS)
    }

    /// The same for so many counts.
    pub(super) fn bounded(clock: Clock, max_counts: u64) -> Result<Self, OpenError> {
        let backend = redb::backends::InMemoryBackend::new();
        let database = Database::builder()
            .create_with_backend(backend)
            .map_err(|error| OpenError::Other(error.to_string()))?;
        Self::start(database, None, clock, max_counts)
    }

    fn start(
        database: Database,
        file: Option<File>,
        clock: Clock,
        max_counts: u64,
    ) -> Result<Self, OpenError> {
        let (steps, queue) = mpsc::channel(QUEUE);
        let writer = Writer {
            database: Some(database),
            file,
            clock,
            max_counts,
            failed: None,
            swept: Instant::now(),
            part: 0,
            made_room: None,
        };
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run(queue))
            .map_err(|error| {
                OpenError::Other(format!("no thread can be started for the store: {error}"))
            })?;
        Ok(Self {
            steps: Some(steps),
            thread: Some(thread),
        })
    }

    pub(super) async fn count(&self, entries: Vec<Entry>) -> Result<Outcome, Unavailable> {
        let (answer, answered) = oneshot::channel();
        self.step(Step::Count { entries, answer })?;
        answered.await.unwrap_or(Err(Unavailable))
    }

    pub(super) async fn charge(
        &self,
        entries: Vec<Entry>,
        bytes: u64,
        tokens: u64,
    ) -> Result<(), Unavailable> {
        let (answer, answered) = oneshot::channel();
        self.step(Step::Charge {
            entries,
            bytes,
            tokens,
            answer,
        })?;
        answered.await.unwrap_or(Err(Unavailable))
    }

    /// How many counts it holds, for tests.
    #[cfg(test)]
    pub(super) fn counts(&self) -> u64 {
        let (answer, answered) = std::sync::mpsc::channel();
        self.step(Step::Look(answer)).unwrap();
        answered.recv().unwrap()
    }

    /// Lets it make room again at once, for tests.
    #[cfg(test)]
    pub(super) fn forget_when_room_was_made(&self) {
        self.step(Step::MakeRoom).unwrap();
    }

    fn step(&self, step: Step) -> Result<(), Unavailable> {
        let steps = self.steps.as_ref().ok_or(Unavailable)?;
        steps.try_send(step).map_err(|_| Unavailable)
    }
}

impl Drop for Embedded {
    /// Closes the file: who opens it next finds it free.
    fn drop(&mut self) {
        drop(self.steps.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(target: "gatewright::store", "the thread of the store panicked");
        }
    }
}

/// Where the counts are.
#[derive(Debug)]
struct File {
    path: PathBuf,
}

impl File {
    fn open(&self) -> Result<Database, OpenError> {
        let path = self.path.display();
        Database::builder()
            // A count is small, and what is read again is in the operating system's cache.
            .set_cache_size(16 << 20)
            .create(&self.path)
            .map_err(|error| match error {
                redb::DatabaseError::DatabaseAlreadyOpen => OpenError::InUse(format!(
                    "the store `{path}` is in use by another process: give each a file of its own, or let \
                     them share a Redis"
                )),
                error => OpenError::Other(format!("the store `{path}` cannot be opened: {error}")),
            })
    }
}

/// The thread.
struct Writer {
    database: Option<Database>,
    /// `None`: the store is in memory.
    file: Option<File>,
    clock: Clock,
    max_counts: u64,
    /// When the file last failed.
    failed: Option<Instant>,
    /// When a part of the counts was last looked through, and which is next.
    swept: Instant,
    part: u8,
    /// When all of them were last looked through because there was no room.
    made_room: Option<Instant>,
}

impl Writer {
    fn run(mut self, mut queue: mpsc::Receiver<Step>) {
        let mut batch = Vec::new();
        while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
            // Who no longer waits does not run: a call that was cancelled counts for nothing.
            batch.retain(|step| match step {
                Step::Count { answer, .. } => !answer.is_closed(),
                Step::Charge { .. } => true,
                #[cfg(test)]
                Step::Look(_) | Step::MakeRoom => true,
            });
            self.write(std::mem::take(&mut batch));
        }
    }

    fn write(&mut self, batch: Vec<Step>) {
        let result = match self.database() {
            Some(_) => self.transaction(&batch).map_err(|error| error.to_string()),
            None => Err(String::new()),
        };
        match result {
            Ok(done) => {
                for (step, done) in batch.into_iter().zip(done) {
                    match (step, done) {
                        (Step::Count { answer, .. }, Done::Counted(outcome)) => {
                            // Where nobody waits any more, there is nobody to tell.
                            let _ = answer.send(Ok(outcome));
                        }
                        (Step::Charge { answer, .. }, Done::Charged) => {
                            let _ = answer.send(Ok(()));
                        }
                        // What was done is what was asked. Otherwise whoever waits is told by the
                        // channel's end.
                        _ => {}
                    }
                }
            }
            Err(error) => {
                if !error.is_empty() {
                    tracing::error!(target: "gatewright::store", error, "the store cannot be written");
                    self.failed = Some(Instant::now());
                    if self.file.is_some() {
                        self.database = None;
                    }
                }
                // Whoever waits is told by the channels' end.
                drop(batch);
            }
        }
    }

    /// The database; after a failure it is opened again, once in a while.
    fn database(&mut self) -> Option<&Database> {
        if self.database.is_none()
            && let Some(file) = &self.file
            && self.failed.is_none_or(|failed| failed.elapsed() >= PAUSE)
        {
            match file.open() {
                Ok(database) => {
                    tracing::info!(target: "gatewright::store", "the store is open again");
                    self.database = Some(database);
                }
                Err(error) => {
                    tracing::error!(target: "gatewright::store", %error, "the store cannot be opened");
                    self.failed = Some(Instant::now());
                }
            }
        }
        self.database.as_ref()
    }

    /// Carries out a batch; it is on the disk when this returns.
    fn transaction(&mut self, batch: &[Step]) -> Result<Vec<Done>, redb::Error> {
        let Some(database) = &self.database else {
            return Ok(Vec::new());
        };
        let now = i64::try_from(self.clock.since_epoch().as_millis()).unwrap_or(i64::MAX);
        let transaction = database.begin_write()?;
        let mut written = false;
        let mut done = Vec::with_capacity(batch.len());
        {
            let mut table = transaction.open_table(COUNTS)?;
            if table.len()? >= self.max_counts
                && self
                    .made_room
                    .is_none_or(|at| at.elapsed() >= SWEEP_INTERVAL)
            {
                self.made_room = Some(Instant::now());
                table.retain(|_, (end, ..)| is_kept(end, now))?;
                written = true;
            } else if self.swept.elapsed() >= SWEEP_INTERVAL {
                self.swept = Instant::now();
                sweep(&mut table, self.part, now)?;
                self.part = self.part.wrapping_add(1);
                written = true;
            }
            for step in batch {
                let room = self.max_counts;
                done.push(match step {
                    Step::Count { entries, .. } => {
                        let outcome = count(&mut table, entries, now, room)?;
                        written |= matches!(outcome, Outcome::Counted(_));
                        Done::Counted(outcome)
                    }
                    Step::Charge {
                        entries,
                        bytes,
                        tokens,
                        ..
                    } => {
                        charge(&mut table, entries, now, room, (*bytes, *tokens))?;
                        written = true;
                        Done::Charged
                    }
                    #[cfg(test)]
                    Step::Look(answer) => {
                        answer.send(table.len()?).unwrap();
                        Done::Charged
                    }
                    #[cfg(test)]
                    Step::MakeRoom => {
                        self.made_room = None;
                        Done::Charged
                    }
                });
            }
        }
        if written {
            transaction.commit()?;
        } else {
            transaction.abort()?;
        }
        Ok(done)
    }
}

/// What became of a step.
enum Done {
    Counted(Outcome),
    Charged,
}

fn count(
    table: &mut Counts<'_>,
    entries: &[Entry],
    now: i64,
    room: u64,
) -> Result<Outcome, redb::Error> {
    let mut left = Vec::with_capacity(entries.len());
    let mut counted = Vec::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        // Only quotas are kept here.
        let LimitKind::Quota(quota) = &entry.limit.kind else {
            continue;
        };
        let (key, mut used) = read(table, entry, room)?;
        match used.admit(quota, now, entry.limit.cost) {
            Ok(calls) => {
                left.push(Left {
                    calls,
                    renews_in: used.left(now),
                });
                counted.push((key, used));
            }
            Err(what) => {
                return Ok(Outcome::Reached {
                    entry: position,
                    what,
                    wait: used.left(now),
                });
            }
        }
    }
    for (key, used) in counted {
        write(table, &key, used)?;
    }
    Ok(Outcome::Counted(left))
}

fn charge(
    table: &mut Counts<'_>,
    entries: &[Entry],
    now: i64,
    room: u64,
    (bytes, tokens): (u64, u64),
) -> Result<(), redb::Error> {
    for entry in entries {
        if let LimitKind::Quota(quota) = &entry.limit.kind {
            let (key, mut used) = read(table, entry, room)?;
            used.charge(quota, now, bytes, tokens);
            write(table, &key, used)?;
        }
    }
    Ok(())
}

/// What was used, and what it is kept under: where there is no room for one more, what all such keys of the
/// quota share.
fn read(table: &Counts<'_>, entry: &Entry, room: u64) -> Result<(Key, Used), redb::Error> {
    if let Some(used) = get(table, &entry.key)? {
        return Ok((entry.key, used));
    }
    if table.len()? < room {
        return Ok((entry.key, Used::default()));
    }
    let shared = overflow(entry);
    let used = get(table, &shared)?.unwrap_or_default();
    Ok((shared, used))
}

fn get(table: &Counts<'_>, key: &Key) -> Result<Option<Used>, redb::Error> {
    Ok(table.get(key)?.map(|held| {
        let (end, calls, bytes, tokens) = held.value();
        Used {
            end,
            calls,
            bytes,
            tokens,
        }
    }))
}

fn write(table: &mut Counts<'_>, key: &Key, used: Used) -> Result<(), redb::Error> {
    table.insert(key, (used.end, used.calls, used.bytes, used.tokens))?;
    Ok(())
}

/// What the keys of a limit are kept under that find no room.
fn overflow(entry: &Entry) -> Key {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(entry.limit.id.as_bytes());
    context.update(&[1]);
    hash(context)
}

/// Removes the counts of one in 256 parts whose periods are over.
fn sweep(table: &mut Counts<'_>, part: u8, now: i64) -> Result<(), redb::Error> {
    let (mut first, mut last) = (Key::default(), [u8::MAX; 32]);
    first[0] = part;
    last[0] = part;
    table.retain_in::<&Key, _>(&first..=&last, |_, (end, ..)| is_kept(end, now))?;
    Ok(())
}

/// Whether counts of a period may yet be asked for.
fn is_kept(end: i64, now: i64) -> bool {
    end.saturating_add(KEPT) > now
}
