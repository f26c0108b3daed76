//! The stores: in memory and on disk on a clock of the tests' own, and a real Redis.

#[cfg(feature = "redis")]
mod redis;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::embedded::Embedded;
use super::{Entry, Left, OpenError, Outcome, Store, key};
use crate::clock::Clock;
use crate::policy::limit::{Quota, UsedUp};
use crate::policy::{Limit, LimitKind, WithoutStore};

const HOUR: u64 = 3_600_000;

fn clock(milliseconds: u64) -> (Clock, Arc<AtomicU64>) {
    let time = Arc::new(AtomicU64::new(milliseconds));
    (Clock::Virtual(Arc::clone(&time)), time)
}

pub(super) const fn limit(id: &'static str, cost: u32, kind: LimitKind) -> Limit {
    Limit {
        name: id,
        id,
        unit: crate::policy::Unit::Calls,
        cost,
        kind,
        without_store: WithoutStore::Refuse,
    }
}

pub(super) fn quota(id: &'static str, calls: u64) -> Limit {
    let quota = Quota {
        calls: Some(calls),
        result_bytes: None,
        result_tokens: None,
        period: Some(Duration::from_millis(HOUR)),
        first: 0,
    };
    limit(id, 1, LimitKind::Quota(quota))
}

pub(super) fn entry(limit: Limit, text: &str) -> Entry {
    Entry {
        key: key(&limit, text),
        limit,
    }
}

fn left(calls: u64, milliseconds: u64) -> Left {
    Left {
        calls: Some(calls),
        renews_in: Some(Duration::from_millis(milliseconds)),
    }
}

fn reached(entry: usize, milliseconds: u64) -> Outcome {
    Outcome::Reached {
        entry,
        what: UsedUp::Calls,
        wait: Some(Duration::from_millis(milliseconds)),
    }
}

#[tokio::test]
async fn periods_end_to_the_millisecond() {
    let (clock, time) = clock(10 * HOUR + 1000);
    let store = Store::in_memory(clock);
    let call = || store.count(vec![entry(quota("q", 2), "a")]);
    assert_eq!(
        call().await,
        Ok(Outcome::Counted(vec![left(1, HOUR - 1000)]))
    );
    assert_eq!(
        call().await,
        Ok(Outcome::Counted(vec![left(0, HOUR - 1000)]))
    );
    assert_eq!(call().await, Ok(reached(0, HOUR - 1000)));
    let other = store.count(vec![entry(quota("q", 2), "b")]).await;
    assert_eq!(other, Ok(Outcome::Counted(vec![left(1, HOUR - 1000)])));
    time.store(11 * HOUR - 1, Ordering::Relaxed);
    assert_eq!(call().await, Ok(reached(0, 1)));
    time.store(11 * HOUR, Ordering::Relaxed);
    assert_eq!(call().await, Ok(Outcome::Counted(vec![left(1, HOUR)])));
    // The clock goes back into the period before, which was used up.
    time.store(11 * HOUR - 5, Ordering::Relaxed);
    assert_eq!(call().await, Ok(Outcome::Counted(vec![left(0, HOUR + 5)])));
    assert_eq!(call().await, Ok(reached(0, HOUR + 5)));
}

#[tokio::test]
async fn a_call_counts_for_all_its_limits_or_for_none() {
    let (clock, _) = clock(HOUR);
    let store = Store::in_memory(clock);
    let (wide, narrow) = (quota("wide", 3), quota("narrow", 1));
    let both = || store.count(vec![entry(wide, "a"), entry(narrow, "a")]);
    assert_eq!(
        both().await,
        Ok(Outcome::Counted(vec![left(2, HOUR), left(0, HOUR)]))
    );
    for _ in 0..5 {
        assert_eq!(both().await, Ok(reached(1, HOUR)));
    }
    let wide_alone = store.count(vec![entry(wide, "a")]).await;
    assert_eq!(wide_alone, Ok(Outcome::Counted(vec![left(1, HOUR)])));
}

#[tokio::test]
async fn results_are_charged_after_the_call() {
    let (clock, time) = clock(HOUR);
    let store = Store::in_memory(clock);
    let quota = Quota {
        calls: None,
        result_bytes: Some(100),
        result_tokens: Some(50),
        period: Some(Duration::from_millis(HOUR)),
        first: 0,
    };
    let entry = || vec![entry(limit("r", 1, LimitKind::Quota(quota)), "a")];
    let admitted = |outcome| matches!(outcome, Ok(Outcome::Counted(_)));
    assert!(admitted(store.count(entry()).await));
    store.charge(entry(), 99, 49).await.unwrap();
    assert!(admitted(store.count(entry()).await));
    store.charge(entry(), 1000, 0).await.unwrap();
    let refused = store.count(entry()).await.unwrap();
    assert_eq!(
        refused,
        Outcome::Reached {
            entry: 0,
            what: UsedUp::Bytes,
            wait: Some(Duration::from_millis(HOUR)),
        }
    );
    time.store(2 * HOUR, Ordering::Relaxed);
    assert!(admitted(store.count(entry()).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_together_get_no_more_than_the_quota() {
    let (clock, _) = clock(HOUR);
    let store = Store::in_memory(clock);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut admitted = 0;
                for _ in 0..100 {
                    let outcome = store.count(vec![entry(quota("q", 500), "a")]).await;
                    admitted += usize::from(matches!(outcome, Ok(Outcome::Counted(_))));
                }
                admitted
            })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    assert_eq!(sum, 500);
}

#[tokio::test]
async fn what_is_counted_is_there_when_the_file_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.redb");
    let path = path.to_str().unwrap();
    let (clock, _) = clock(HOUR);
    let call = async |embedded: &Embedded| embedded.count(vec![entry(quota("q", 2), "a")]).await;
    let first = Embedded::open(path, clock.clone()).unwrap();
    assert_eq!(
        call(&first).await,
        Ok(Outcome::Counted(vec![left(1, HOUR)]))
    );
    // One at a time.
    let second = Embedded::open(path, clock.clone()).unwrap_err();
    assert!(matches!(second, OpenError::InUse(_)), "{second}");
    drop(first);
    let again = Embedded::open(path, clock.clone()).unwrap();
    assert_eq!(
        call(&again).await,
        Ok(Outcome::Counted(vec![left(0, HOUR)]))
    );
    assert_eq!(call(&again).await, Ok(reached(0, HOUR)));
    // Where nothing can be.
    let nowhere = folder.path().join("absent/counts.redb");
    let error = Embedded::open(nowhere.to_str().unwrap(), clock).unwrap_err();
    assert!(matches!(error, OpenError::Other(_)), "{error}");
}

/// Counts `keys` new keys, many at a time; how many were admitted.
async fn flood(embedded: &Arc<Embedded>, limit: Limit, keys: u32) -> usize {
    let mut admitted = 0;
    for first in (0..keys).step_by(512) {
        let tasks: Vec<_> = (first..keys.min(first + 512))
            .map(|number| {
                let embedded = Arc::clone(embedded);
                tokio::spawn(async move {
                    let key = format!("key {number}");
                    embedded.count(vec![entry(limit, &key)]).await
                })
            })
            .collect();
        for task in tasks {
            admitted += usize::from(matches!(task.await.unwrap(), Ok(Outcome::Counted(_))));
        }
    }
    admitted
}

#[tokio::test]
async fn a_flood_of_keys_is_counted_as_one_caller() {
    let (clock, time) = clock(HOUR);
    let embedded = Arc::new(Embedded::bounded(clock, 1000).unwrap());
    // Who came before the flood.
    let early = || embedded.count(vec![entry(quota("q", 3), "early")]);
    assert_eq!(early().await, Ok(Outcome::Counted(vec![left(2, HOUR)])));
    let admitted = flood(&embedded, quota("q", 3), 20_000).await;
    // All that had room, and three of those that had none.
    assert_eq!(admitted, 999 + 3);
    assert_eq!(early().await, Ok(Outcome::Counted(vec![left(1, HOUR)])));
    // Another quota has another count for what finds no room.
    assert_eq!(flood(&embedded, quota("p", 2), 100).await, 2);
    assert!(embedded.counts() <= 1002, "{}", embedded.counts());
    // When their periods are long over, there is room again.
    time.store(30 * HOUR, Ordering::Relaxed);
    embedded.forget_when_room_was_made();
    assert_eq!(flood(&embedded, quota("q", 3), 500).await, 500);
}
