//! What arrives is counted exactly, for all limits of a phase or for none, and refused in words of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Arriving, Counting, arrive};
use crate::caller::Caller;
use crate::clock::Clock;
use crate::policy::limit::{Algorithm, Quota, Rate};
use crate::policy::{
    Limit, LimitKind, Limits, Reason, Refusal, Unit, WithoutStore, caller, headers, key, refused,
};
use crate::store::Store;

const PERIOD: Duration = Duration::from_mins(1);

fn rate(name: &'static str, unit: Unit, calls: u32) -> Limit {
    Limit {
        name,
        id: name,
        unit,
        cost: 1,
        kind: LimitKind::Rate(Rate {
            calls,
            period: PERIOD,
            algorithm: Algorithm::SlidingWindow,
        }),
        without_store: WithoutStore::Local,
    }
}

fn quota(name: &'static str, unit: Unit, calls: u64) -> Limit {
    Limit {
        kind: LimitKind::Quota(Quota {
            calls: Some(calls),
            result_bytes: None,
            result_tokens: None,
            period: Some(PERIOD),
            first: 0,
        }),
        without_store: WithoutStore::Refuse,
        ..rate(name, unit, 1)
    }
}

/// Limits on a clock that starts in the middle of a period.
struct Counts {
    limits: Limits,
    time: Arc<AtomicU64>,
}

impl Counts {
    fn new(limits: &[Limit], with_store: bool) -> Self {
        let time = Arc::new(AtomicU64::new(30_000));
        let clock = Clock::Virtual(Arc::clone(&time));
        let store = with_store.then(|| Store::in_memory(clock.clone()));
        Self {
            limits: Limits::new(limits, clock, store),
            time,
        }
    }

    async fn arrive(&self, counting: Counting) -> Result<String, Refusal> {
        let sender = Caller::default();
        let arriving = Arriving {
            limits: &self.limits,
            caller: &sender,
            server: "desk",
            method: "tools/list",
        };
        let counted = arrive(arriving, Some(counting)).await?;
        let headers = headers(&self.limits, &counted);
        let left = headers.iter().find(|(name, _)| name == "ratelimit");
        Ok(left
            .map_or("", |(_, left)| left.to_str().unwrap())
            .to_owned())
    }
}

#[tokio::test]
async fn nothing_is_counted_where_nothing_says_so() {
    let counts = Counts::new(&[], false);
    let sender = Caller::default();
    let arriving = Arriving {
        limits: &counts.limits,
        caller: &sender,
        server: "desk",
        method: "",
    };
    assert!(arrive(arriving, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn windows_end_to_the_millisecond() {
    let counts = Counts::new(&[rate("r", Unit::Requests, 2)], false);
    let counting: Counting = |arrival| arrival.limit(0, arrival.server_name());
    for left in ["\"r\";r=1", "\"r\";r=0"] {
        assert_eq!(counts.arrive(counting).await.unwrap(), left);
    }
    counts.time.store(30_000 + 59_999, Ordering::Relaxed);
    let refusal = counts.arrive(counting).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::Rate);
    assert_eq!(refusal.status(), 429);
    assert_eq!(
        refusal.to_string(),
        "Too many requests: 2 are allowed in 60 s. Try again in 1 second."
    );
    let told = refused(&counts.limits, &refusal);
    let told: Vec<_> = told
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let expected = [
        ("ratelimit-policy", "\"r\";q=2;w=60"),
        ("ratelimit", "\"r\";r=0;t=1"),
        ("retry-after", "1"),
    ];
    assert_eq!(told, expected);
    // A clock that goes back gives nothing back.
    counts.time.store(0, Ordering::Relaxed);
    assert!(counts.arrive(counting).await.is_err());
    counts.time.store(30_000 + 60_000, Ordering::Relaxed);
    assert_eq!(counts.arrive(counting).await.unwrap(), "\"r\";r=1");
}

#[tokio::test]
async fn periods_of_quotas_are_kept_in_the_store() {
    let counts = Counts::new(&[quota("q", Unit::Messages, 1)], true);
    let counting: Counting = |arrival| arrival.limit(0, arrival.method());
    assert_eq!(counts.arrive(counting).await.unwrap(), "\"q\";r=0;t=30");
    let refusal = counts.arrive(counting).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::Quota);
    assert_eq!(
        refusal.to_string(),
        "The quota is used up: 1 messages in 1m. Try again in 30 seconds."
    );
    counts.time.store(60_000, Ordering::Relaxed);
    assert_eq!(counts.arrive(counting).await.unwrap(), "\"q\";r=0;t=60");
}

#[tokio::test]
async fn what_one_limit_refuses_counts_for_none() {
    let limits = [
        rate("wide", Unit::Messages, 3),
        quota("narrow", Unit::Messages, 1),
        rate("last", Unit::Messages, 3),
    ];
    let counts = Counts::new(&limits, true);
    let all: Counting = |arrival| {
        arrival.limit(0, "")?;
        arrival.limit(1, "")?;
        arrival.limit(2, "")
    };
    assert_eq!(
        counts.arrive(all).await.unwrap(),
        "\"wide\";r=2, \"last\";r=2, \"narrow\";r=0;t=30"
    );
    for _ in 0..5 {
        assert!(counts.arrive(all).await.is_err());
    }
    let others: Counting = |arrival| {
        arrival.limit(0, "")?;
        arrival.limit(2, "")
    };
    assert_eq!(
        counts.arrive(others).await.unwrap(),
        "\"wide\";r=1, \"last\";r=1"
    );
    // Nor what is refused by another phase of generated code, after a limit admitted it.
    let refused: Counting = |arrival| {
        arrival.limit(0, "")?;
        Err(Refusal::new(Reason::Undecided, "said of calls"))
    };
    for _ in 0..5 {
        assert_eq!(counts.arrive(refused).await.unwrap_err().status(), 403);
    }
    assert_eq!(
        counts.arrive(others).await.unwrap(),
        "\"wide\";r=0, \"last\";r=0"
    );
}

#[tokio::test]
async fn a_key_that_is_not_known_admits_nothing() {
    let counts = Counts::new(&[rate("r", Unit::Requests, 2)], false);
    let by_caller: Counting = |arrival| arrival.limit(0, &caller(arrival.principal())?);
    let by_address: Counting = |arrival| {
        let address = arrival.caller().address();
        arrival.limit(0, &key(address.ok_or(crate::expr::Error::Absent))?)
    };
    for counting in [by_caller, by_address] {
        let refusal = counts.arrive(counting).await.unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.status().as_u16()),
            (Reason::Undecided, 403)
        );
        assert_eq!(
            refusal.to_string(),
            "This is not admitted: what it would be counted by is not known."
        );
    }
}

#[tokio::test]
async fn without_a_store_each_limit_does_what_it_says() {
    let limits = [
        quota("refuse", Unit::Requests, 1),
        Limit {
            without_store: WithoutStore::Allow,
            ..quota("allow", Unit::Requests, 1)
        },
    ];
    let counts = Counts::new(&limits, false);
    let refusal = counts.arrive(|arrival| arrival.limit(0, "")).await;
    let refusal = refusal.unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.status().as_u16()),
        (Reason::Store, 503)
    );
    assert_eq!(
        refusal.to_string(),
        "This request cannot be counted at present, and is not admitted without. Try again in 5 seconds."
    );
    for _ in 0..3 {
        assert_eq!(
            counts.arrive(|arrival| arrival.limit(1, "")).await.unwrap(),
            ""
        );
    }
}
