//! Limits against a reference that keeps everything, on a clock of the tests' own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::table::Table;
use super::window::Window;
use super::{Algorithm, Concurrency, Rate, RateLimit, Verdict};

const PLENTY: usize = 64 << 20;

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn limit(calls: u32, period: Duration, algorithm: Algorithm) -> RateLimit {
    let rate = Rate {
        calls,
        period,
        algorithm,
    };
    RateLimit::new(rate, PLENTY)
}

fn admitted(remaining: u32) -> Verdict {
    Verdict::Admitted { remaining }
}

fn refused(wait: Duration) -> Verdict {
    Verdict::Refused { retry_after: wait }
}

#[test]
fn a_window_at_its_edges() {
    let limit = limit(2, ms(1000), Algorithm::SlidingWindow);
    assert_eq!(limit.admit(b"a", 1, ms(100)), admitted(1));
    assert_eq!(limit.admit(b"a", 1, ms(600)), admitted(0));
    assert_eq!(limit.admit(b"a", 1, ms(600)), refused(ms(500)));
    assert_eq!(limit.admit(b"b", 1, ms(600)), admitted(1));
    assert_eq!(
        limit.admit(b"a", 1, Duration::from_micros(1_099_999)),
        refused(Duration::from_micros(1))
    );
    assert_eq!(limit.admit(b"a", 1, ms(1100)), admitted(0));
    assert_eq!(limit.admit(b"a", 1, ms(1100)), refused(ms(500)));
    assert_eq!(limit.admit(b"a", 0, ms(1100)), admitted(0));
    assert_eq!(limit.admit(b"a", 3, ms(9000)), refused(ms(1000)));
}

#[test]
fn a_bucket_fills_evenly() {
    let limit = limit(4, ms(1000), Algorithm::TokenBucket);
    for remaining in [3, 2, 1, 0] {
        assert_eq!(limit.admit(b"a", 1, ms(0)), admitted(remaining));
    }
    assert_eq!(limit.admit(b"a", 1, ms(0)), refused(ms(250)));
    assert_eq!(limit.admit(b"a", 1, ms(249)), refused(ms(1)));
    assert_eq!(limit.admit(b"a", 1, ms(250)), admitted(0));
    assert_eq!(limit.admit(b"a", 2, ms(500)), refused(ms(250)));
    assert_eq!(limit.admit(b"a", 2, ms(750)), admitted(0));
    assert_eq!(limit.admit(b"a", 5, ms(90_000)), refused(ms(250)));
}

#[test]
fn a_clock_that_goes_back_admits_nothing_more() {
    for algorithm in [Algorithm::SlidingWindow, Algorithm::TokenBucket] {
        let limit = limit(1, ms(1000), algorithm);
        assert_eq!(limit.admit(b"a", 1, ms(5000)), admitted(0));
        assert!(matches!(
            limit.admit(b"a", 1, ms(10)),
            Verdict::Refused { .. }
        ));
        assert!(matches!(
            limit.admit(b"a", 1, ms(5999)),
            Verdict::Refused { .. }
        ));
        assert_eq!(limit.admit(b"a", 1, ms(6000)), admitted(0));
    }
}

#[test]
fn a_million_keys_take_bounded_memory() {
    let memory = 4 << 20;
    let table = Table::<Window>::new(memory);
    let rate = Rate {
        calls: 3,
        period: ms(60_000),
        algorithm: Algorithm::SlidingWindow,
    };
    let mut remembered = 0;
    for key in 0..1_000_000_u32 {
        if table.admit(&rate, &key.to_le_bytes(), u64::from(key), 1).0 == admitted(2) {
            remembered += 1;
        }
    }
    assert!(table.used() <= memory, "{}", table.used());
    // A shard may hold a few keys less than another; each has one more for its overflow.
    assert!((10_000..100_000).contains(&remembered), "{remembered}");
    // Who came before the flood keeps its count.
    assert_eq!(
        table.admit(&rate, &0_u32.to_le_bytes(), 1_000_000, 1).0,
        admitted(1)
    );
    // And when the flood is over, there is room again.
    assert_eq!(table.admit(&rate, b"new", 200_000_000, 1).0, admitted(2));
}

#[test]
fn busy_keys_take_bounded_memory() {
    let memory = 1 << 20;
    let table = Table::<Window>::new(memory);
    let rate = Rate {
        calls: 10_000,
        period: ms(1_000_000),
        algorithm: Algorithm::SlidingWindow,
    };
    let mut now = 0;
    for _ in 0..2_000 {
        for key in 0..64_u32 {
            now += 1;
            table.admit(&rate, &key.to_le_bytes(), now, 1);
        }
    }
    assert!(table.used() <= memory + memory / 4, "{}", table.used());
    for key in 0..64_u32 {
        assert_eq!(
            table.admit(&rate, &key.to_le_bytes(), now, 0).0,
            admitted(8_000)
        );
    }
}

#[test]
fn threads_together_get_no_more_than_the_limit() {
    for algorithm in [Algorithm::SlidingWindow, Algorithm::TokenBucket] {
        let limit = Arc::new(limit(1000, ms(60_000), algorithm));
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let limit = Arc::clone(&limit);
                std::thread::spawn(move || {
                    (0..500)
                        .filter(|_| matches!(limit.admit(b"k", 1, ms(1)), Verdict::Admitted { .. }))
                        .count()
                })
            })
            .collect();
        let sum: usize = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum();
        assert_eq!(sum, 1000);
    }
}

#[test]
fn what_is_taken_back_never_counted() {
    for algorithm in [Algorithm::SlidingWindow, Algorithm::TokenBucket] {
        let limit = limit(3, ms(1000), algorithm);
        let (_, first) = limit.admit_for_now(b"a", 2, ms(100));
        let (_, second) = limit.admit_for_now(b"a", 1, ms(200));
        assert!(matches!(
            limit.admit(b"a", 1, ms(200)),
            Verdict::Refused { .. }
        ));
        limit.refund(first);
        assert_eq!(limit.admit(b"a", 2, ms(200)), admitted(0));
        limit.refund(second);
        assert_eq!(limit.admit(b"a", 1, ms(200)), admitted(0));
        assert!(matches!(
            limit.admit(b"a", 1, ms(200)),
            Verdict::Refused { .. }
        ));
        // What is taken back when it no longer counts changes nothing.
        let (_, late) = limit.admit_for_now(b"b", 1, ms(200));
        assert_eq!(limit.admit(b"b", 3, ms(5000)), admitted(0));
        limit.refund(late);
        if algorithm == Algorithm::SlidingWindow {
            assert!(matches!(
                limit.admit(b"b", 2, ms(5000)),
                Verdict::Refused { .. }
            ));
        }
    }
}

#[test]
fn places_are_given_back() {
    let limit = Arc::new(Concurrency::new(2));
    let first = limit.enter(b"a").unwrap();
    let second = limit.enter(b"a").unwrap();
    assert!(limit.enter(b"a").is_none());
    assert!(limit.enter(b"b").is_some());
    drop(first);
    let third = limit.enter(b"a").unwrap();
    assert!(limit.enter(b"a").is_none());
    drop((second, third));
    assert!(limit.enter(b"a").is_some());
}

proptest! {
    /// The window admits exactly where fewer than `calls` were admitted in the period before.
    #[test]
    fn windows_are_exact(
        calls in 1..6_u32,
        period in 1..50_u64,
        steps in prop::collection::vec((0..3_u8, 0..30_u64, 1..3_u32), 0..200),
    ) {
        let limit = limit(calls, Duration::from_micros(period), Algorithm::SlidingWindow);
        let mut log: BTreeMap<u8, Vec<(u64, u32)>> = BTreeMap::new();
        let mut now = 0;
        for (key, pause, cost) in steps {
            now += pause;
            let log = log.entry(key).or_default();
            let at = |moment: u64| -> u32 {
                log.iter().filter(|(t, _)| t + period > moment).map(|(_, cost)| cost).sum()
            };
            let verdict = limit.admit(&[key], cost, Duration::from_micros(now));
            if at(now) + cost <= calls {
                prop_assert_eq!(verdict, admitted(calls - at(now) - cost));
                log.push((now, cost));
            } else if cost <= calls {
                let wait = (now..=now + period).find(|moment| at(*moment) + cost <= calls).unwrap() - now;
                prop_assert_eq!(verdict, refused(Duration::from_micros(wait)));
            } else {
                let is_refused = matches!(verdict, Verdict::Refused { .. });
                prop_assert!(is_refused);
            }
        }
    }

    /// The bucket never holds more than `calls`, and what it says of waiting is true.
    #[test]
    fn buckets_keep_their_rate(
        calls in 1..6_u32,
        period in 1..50_u64,
        steps in prop::collection::vec((0..30_u64, 1..3_u32), 0..200),
    ) {
        let limit = limit(calls, Duration::from_micros(period), Algorithm::TokenBucket);
        let (mut now, mut before) = (0_u64, 0_u64);
        // In units of a token divided by the period.
        let full = u64::from(calls) * period;
        let mut level = full;
        for (pause, cost) in steps {
            now += pause;
            level = (level + (now - before) * u64::from(calls)).min(full);
            before = now;
            let price = u64::from(cost) * period;
            let verdict = limit.admit(b"k", cost, Duration::from_micros(now));
            if price <= level {
                level -= price;
                let tokens = u32::try_from(level / period).unwrap();
                prop_assert_eq!(verdict, admitted(tokens));
            } else {
                let wait = (price - level).div_ceil(u64::from(calls));
                prop_assert_eq!(verdict, refused(Duration::from_micros(wait)));
            }
        }
    }
}
