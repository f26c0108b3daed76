//! What all limits of a gateway have counted.

use std::sync::Arc;
use std::time::Duration;

use super::counted::Counted;
use super::limit::{Concurrency, Permit, Quota, Rate, RateLimit, UsedUp, Verdict};
use super::pending::Count;
use super::{Reason, Refusal};
use crate::clock::Clock;
use crate::store::{self, Entry, Left, Outcome, Store, Unavailable};

/// What one rate limit may remember: a hundred thousand keys of a small limit, or a few of a great one.
const MEMORY: usize = 32 << 20;

/// A limit, as the manifest declares it.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What callers are told it is called: visible ASCII without `"` and `\`.
    pub name: &'static str,
    /// What its counts are kept under: the same as long as the manifest means the same counts.
    pub id: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What one of them counts as; at least 1.
    pub cost: u32,
    /// What it limits.
    pub kind: LimitKind,
    /// What holds while the store cannot be asked.
    pub without_store: WithoutStore,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Calls of tools.
    Calls,
    /// HTTP requests by `POST`.
    Requests,
    /// JSON-RPC messages, whatever their method.
    Messages,
}

impl Unit {
    /// One of them.
    const fn one(self) -> &'static str {
        match self {
            Self::Calls => "call",
            Self::Requests => "request",
            Self::Messages => "message",
        }
    }

    /// Several.
    const fn many(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Requests => "requests",
            Self::Messages => "messages",
        }
    }
}

/// The kinds of limit. What [`Limit::unit`] says is called a call here.
#[derive(Clone, Copy, Debug)]
pub enum LimitKind {
    /// So many calls in a period.
    Rate(Rate),
    /// So much in each of a row of periods.
    Quota(Quota),
    /// So many calls at once.
    Concurrency(u32),
}

/// What holds for a limit while its store cannot be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutStore {
    /// Calls are refused.
    Refuse,
    /// Calls are counted in the process: only for rate limits.
    Local,
    /// Calls are not counted.
    Allow,
}

/// The limits of a gateway, by position.
#[derive(Debug)]
pub(crate) struct Limits {
    clock: Clock,
    held: Vec<Held>,
    store: Option<Store>,
}

/// A limit, and what it remembers in the process.
#[derive(Debug)]
struct Held {
    limit: Limit,
    memory: Memory,
}

#[derive(Debug)]
enum Memory {
    Rate(RateLimit),
    Concurrency(Arc<Concurrency>),
    /// All is in the store.
    None,
}

/// What a limit says at once.
pub(crate) enum AtOnce {
    /// A place among the calls that run.
    Place(Permit),
    /// It is counted.
    Counted(Counted),
    /// It is counted in the store, which takes time.
    Later,
}

impl Limits {
    pub(crate) fn new(limits: &[Limit], clock: Clock, store: Option<Store>) -> Self {
        let held = |limit: &Limit| Held {
            limit: *limit,
            memory: match limit.kind {
                LimitKind::Rate(rate) => Memory::Rate(RateLimit::new(rate, MEMORY)),
                LimitKind::Concurrency(most) => {
                    Memory::Concurrency(Arc::new(Concurrency::new(most)))
                }
                LimitKind::Quota(_) => Memory::None,
            },
        };
        Self {
            clock,
            held: limits.iter().map(held).collect(),
            store,
        }
    }

    pub(crate) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    pub(crate) fn limit(&self, position: usize) -> Option<&Limit> {
        self.held.get(position).map(|held| &held.limit)
    }

    /// Counts a call under `key`, where that takes no time. `at_once` is whether it has to be now: otherwise
    /// only a place among the calls that run is taken.
    pub(crate) fn admit(
        &self,
        position: usize,
        key: &str,
        at_once: bool,
    ) -> Result<AtOnce, Refusal> {
        let held = self.held.get(position).ok_or_else(missing)?;
        match &held.memory {
            Memory::Concurrency(limit) => match limit.enter(key.as_bytes()) {
                Some(permit) => Ok(AtOnce::Place(permit)),
                None => Err(at(position, too_many(&held.limit))),
            },
            Memory::Rate(limit) if at_once && !self.is_stored(held) => self
                .admit_rate(position, held, limit, key)
                .map(AtOnce::Counted),
            _ => Ok(AtOnce::Later),
        }
    }

    fn is_stored(&self, held: &Held) -> bool {
        match held.memory {
            Memory::Rate(_) => self.store.as_ref().is_some_and(Store::is_shared),
            Memory::None => true,
            Memory::Concurrency(_) => false,
        }
    }

    fn admit_rate(
        &self,
        position: usize,
        held: &Held,
        limit: &RateLimit,
        key: &str,
    ) -> Result<Counted, Refusal> {
        let now = self.clock.monotonic();
        match limit.admit_for_now(key.as_bytes(), held.limit.cost, now) {
            (Verdict::Admitted { remaining }, receipt) => Ok(Counted {
                limit: position,
                left: Left {
                    calls: Some(remaining.into()),
                    renews_in: None,
                },
                receipt: Some(receipt),
                key: None,
            }),
            (Verdict::Refused { retry_after }, _) => {
                let refusal = too_often(held.limit.unit, limit.rate(), retry_after);
                Err(at(position, refusal))
            }
        }
    }

    /// Makes the counts that were left for later: those in the process, then those in the store in one step.
    /// What was counted is added to `counted`, also where this refuses.
    pub(crate) async fn count(
        &self,
        counts: Vec<Count>,
        counted: &mut Vec<Counted>,
    ) -> Result<(), Refusal> {
        let mut stored = Vec::new();
        for count in counts {
            let held = self.held.get(count.limit).ok_or_else(missing)?;
            match &held.memory {
                _ if self.is_stored(held) => stored.push((count, held)),
                Memory::Rate(limit) => {
                    counted.push(self.admit_rate(count.limit, held, limit, &count.key)?);
                }
                // Places are taken at once.
                Memory::Concurrency(_) | Memory::None => return Err(missing()),
            }
        }
        if stored.is_empty() {
            return Ok(());
        }
        let entries: Vec<Entry> = stored
            .iter()
            .map(|(count, held)| Entry {
                limit: held.limit,
                key: store::key(&held.limit, &count.key),
            })
            .collect();
        let outcome = match &self.store {
            Some(store) => store.count(entries.clone()).await,
            None => Err(Unavailable),
        };
        match outcome {
            Ok(Outcome::Counted(left)) => {
                counted.extend(stored.iter().zip(entries).zip(left).map(
                    |(((count, _), entry), left)| Counted {
                        limit: count.limit,
                        left,
                        receipt: None,
                        key: Some(entry.key),
                    },
                ));
                Ok(())
            }
            Ok(Outcome::Reached { entry, what, wait }) => {
                let (count, held) = stored.get(entry).ok_or_else(missing)?;
                let refusal = match held.limit.kind {
                    LimitKind::Rate(rate) => {
                        too_often(held.limit.unit, rate, wait.unwrap_or(rate.period))
                    }
                    LimitKind::Quota(quota) => used_up(held.limit.unit, &quota, what, wait),
                    LimitKind::Concurrency(_) => missing(),
                };
                Err(at(count.limit, refusal))
            }
            Err(Unavailable) => self.without_store(&stored, counted),
        }
    }

    /// What holds for limits whose store cannot be asked.
    #[cold]
    fn without_store(
        &self,
        stored: &[(Count, &Held)],
        counted: &mut Vec<Counted>,
    ) -> Result<(), Refusal> {
        for (count, held) in stored {
            match (held.limit.without_store, &held.memory) {
                (WithoutStore::Allow, _) => {}
                (WithoutStore::Local, Memory::Rate(limit)) => {
                    counted.push(self.admit_rate(count.limit, held, limit, &count.key)?);
                }
                _ => {
                    let one = held.limit.unit.one();
                    return Err(Refusal::until(
                        Reason::Store,
                        format!(
                            "This {one} cannot be counted at present, and is not admitted without."
                        ),
                        Duration::from_secs(5),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Takes back what was counted in the process. What is counted in the store is counted in one step with
    /// nothing after it.
    pub(crate) fn refund(&self, counted: &[Counted]) {
        for Counted { limit, receipt, .. } in counted {
            if let Some(held) = self.held.get(*limit)
                && let (Memory::Rate(limit), Some(receipt)) = (&held.memory, receipt)
            {
                limit.refund(*receipt);
            }
        }
    }

    /// The quotas among what was counted that count results.
    pub(crate) fn of_results(&self, counted: &[Counted]) -> Vec<Entry> {
        let entry = |counted: &Counted| {
            let held = self.held.get(counted.limit)?;
            let LimitKind::Quota(quota) = held.limit.kind else {
                return None;
            };
            let counts = quota.result_bytes.is_some() || quota.result_tokens.is_some();
            Some(Entry {
                limit: held.limit,
                key: counted.key.filter(|_| counts)?,
            })
        };
        counted.iter().filter_map(entry).collect()
    }
}

fn at(position: usize, refusal: Refusal) -> Refusal {
    Refusal {
        limit: Some(position),
        ..refusal
    }
}

/// No generated code asks for a limit that there is not, or leaves one for later that need not be.
#[cold]
fn missing() -> Refusal {
    Refusal::new(
        Reason::Undecided,
        "A limit is missing. This is a fault of the gateway.",
    )
}

#[cold]
fn too_often(unit: Unit, rate: Rate, retry_after: Duration) -> Refusal {
    let (units, seconds) = (unit.many(), rate.period.as_secs_f64());
    let message = match rate.calls {
        1 => format!("Too many {units}: 1 is allowed in {seconds} s."),
        most => format!("Too many {units}: {most} are allowed in {seconds} s."),
    };
    Refusal::until(Reason::Rate, message, retry_after)
}

#[cold]
fn too_many(limit: &Limit) -> Refusal {
    let message = match limit.kind {
        LimitKind::Concurrency(1) => {
            "Another call is still running: only 1 may run at once.".to_owned()
        }
        LimitKind::Concurrency(most) => {
            format!("Too many calls are running: at most {most} may run at once.")
        }
        LimitKind::Rate(_) | LimitKind::Quota(_) => return missing(),
    };
    Refusal::until(Reason::Concurrency, message, Duration::from_secs(1))
}

#[cold]
fn used_up(unit: Unit, quota: &Quota, what: UsedUp, wait: Option<Duration>) -> Refusal {
    let (most, unit) = match what {
        UsedUp::Calls => (quota.calls, unit.many()),
        UsedUp::Bytes => (quota.result_bytes, "bytes of results"),
        UsedUp::Tokens => (quota.result_tokens, "tokens of results"),
    };
    let most = most.unwrap_or_default();
    match (quota.period, wait) {
        (Some(period), Some(wait)) => {
            let period = humantime::format_duration(period);
            let message = format!("The quota is used up: {most} {unit} in {period}.");
            Refusal::until(Reason::Quota, message, wait)
        }
        _ => Refusal::new(
            Reason::Quota,
            format!("The quota is used up for good: {most} {unit}. Calling again will not help."),
        ),
    }
}
