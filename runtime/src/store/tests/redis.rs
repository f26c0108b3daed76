//! A real Redis or Valkey, started for these tests.

mod tls;

use std::cell::RefCell;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use redis::{Client, Connection, Script, Value};

use super::super::redis::{Redis, describe, outcome};
use super::{Outcome, entry, limit, quota};
use crate::policy::LimitKind;
use crate::policy::limit::{Algorithm, Quota, Rate, RateLimit, Used, UsedUp, Verdict};
use crate::store::{Entry, Left, Unavailable};

/// A server; killed when dropped.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        Self::start_at(port)
    }

    fn start_at(port: u16) -> Self {
        let child = spawn(&["--port", &port.to_string()]);
        let server = Self { child, port };
        for _ in 0..400 {
            if server.client().get_connection().is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("Redis does not answer");
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn client(&self) -> Client {
        Client::open(self.url()).unwrap()
    }
}

/// A server that keeps nothing, with further arguments.
fn spawn(arguments: &[&str]) -> Child {
    let start = |program: &str| {
        Command::new(program)
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
    };
    start("redis-server")
        .or_else(|_| start("valkey-server"))
        .expect("the tests need Redis: `bash tests/tools/install.sh FOLDER` installs it")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `count.lua` and `charge.lua` with the time that they are told.
struct Scripts {
    connection: Connection,
    count: Script,
    charge: Script,
}

impl Scripts {
    fn new(server: &Server) -> Self {
        let told = |script: &str| {
            let script = script.replace("redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}");
            assert!(script.contains("#ARGV"));
            Script::new(&script)
        };
        Self {
            connection: server.client().get_connection().unwrap(),
            count: told(include_str!("../count.lua")),
            charge: told(include_str!("../charge.lua")),
        }
    }

    fn count(&mut self, entries: &[Entry], now: Duration) -> Outcome {
        let mut call = self.count.prepare_invoke();
        for entry in entries {
            call.key(&entry.key[..]);
            describe(entry, &mut call);
        }
        call.arg(now.as_secs()).arg(now.subsec_micros());
        let answer: Vec<Value> = call.invoke(&mut self.connection).unwrap();
        outcome(&answer).unwrap()
    }

    fn charge(&mut self, entry: &Entry, quota: &Quota, (bytes, tokens): (u64, u64), now: Duration) {
        let mut call = self.charge.prepare_invoke();
        call.key(&entry.key[..]).arg(bytes).arg(tokens);
        call.arg(quota.milliseconds().unwrap_or(0)).arg(quota.first);
        call.arg(now.as_secs()).arg(now.subsec_micros());
        call.invoke::<i64>(&mut self.connection).unwrap();
    }

    fn clear(&mut self) {
        redis::cmd("FLUSHALL").exec(&mut self.connection).unwrap();
    }
}

/// A moment of today, on which an hour begins.
fn today() -> Duration {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Duration::from_secs(now.as_secs() / 3600 * 3600)
}

/// Steps of time in seconds, now and then back, and costs.
fn steps() -> impl Strategy<Value = Vec<(i64, u32)>> {
    let pause = prop_oneof![9 => 0..2000_i64, 1 => -3000..0_i64];
    prop::collection::vec((pause, 1..3_u32), 1..40)
}

/// So many seconds later, or earlier.
fn moved(now: Duration, seconds: i64) -> Duration {
    Duration::from_secs(now.as_secs().saturating_add_signed(seconds))
}

#[test]
fn the_script_says_what_the_process_would() {
    let server = Server::start();
    let scripts = RefCell::new(Scripts::new(&server));
    let start = today();
    let strategy = (1..6_u32, 3600..7200_u64, prop::bool::ANY, steps());
    TestRunner::default()
        .run(&strategy, |(calls, seconds, bucket, steps)| {
            let mut scripts = scripts.borrow_mut();
            scripts.clear();
            let rate = Rate {
                calls,
                period: Duration::from_secs(seconds) + Duration::from_micros(1),
                algorithm: if bucket {
                    Algorithm::TokenBucket
                } else {
                    Algorithm::SlidingWindow
                },
            };
            let local = RateLimit::new(rate, 1 << 20);
            let mut now = start;
            for (pause, cost) in steps {
                now = moved(now, pause);
                // A cost above the limit is a compile error.
                let cost = cost.min(calls);
                let entry = entry(limit("r", cost, LimitKind::Rate(rate)), "a");
                let expected = match local.admit(b"a", cost, now) {
                    Verdict::Admitted { remaining } => Outcome::Counted(vec![Left {
                        calls: Some(remaining.into()),
                        renews_in: None,
                    }]),
                    Verdict::Refused { retry_after } => Outcome::Reached {
                        entry: 0,
                        what: UsedUp::Calls,
                        wait: Some(retry_after),
                    },
                };
                prop_assert_eq!(scripts.count(&[entry], now), expected);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_script_counts_quotas_as_the_process_would() {
    let server = Server::start();
    let scripts = RefCell::new(Scripts::new(&server));
    let start = today();
    let strategy = (
        prop::option::of(1..6_u64),
        prop::option::of(1..400_u64),
        prop::option::of(3600..7200_u64),
        -100_000..100_000_i64,
        prop::collection::vec((steps(), 0..200_u64), 1..3),
    );
    TestRunner::default()
        .run(&strategy, |(calls, bytes, seconds, first, runs)| {
            let mut scripts = scripts.borrow_mut();
            scripts.clear();
            let quota = Quota {
                calls,
                result_bytes: bytes,
                result_tokens: None,
                period: seconds.map(Duration::from_secs),
                first,
            };
            let mut used = Used::default();
            let mut now = start;
            for (steps, charged) in runs {
                for (pause, cost) in steps {
                    now = moved(now, pause);
                    let moment = i64::try_from(now.as_millis()).unwrap();
                    let entry = entry(limit("q", cost, LimitKind::Quota(quota)), "a");
                    let expected = match used.admit(&quota, moment, cost) {
                        Ok(calls) => Outcome::Counted(vec![Left {
                            calls,
                            renews_in: used.left(moment),
                        }]),
                        Err(what) => Outcome::Reached {
                            entry: 0,
                            what,
                            wait: used.left(moment),
                        },
                    };
                    prop_assert_eq!(scripts.count(std::slice::from_ref(&entry), now), expected);
                    scripts.charge(&entry, &quota, (charged, 1), now);
                    used.charge(&quota, moment, charged, 1);
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_script_counts_for_all_or_for_none() {
    let server = Server::start();
    let mut scripts = Scripts::new(&server);
    let rate = Rate {
        calls: 3,
        period: Duration::from_hours(1),
        algorithm: Algorithm::SlidingWindow,
    };
    let wide = || entry(limit("wide", 1, LimitKind::Rate(rate)), "a");
    let now = today();
    let both = [wide(), entry(quota("narrow", 1), "a")];
    assert!(matches!(scripts.count(&both, now), Outcome::Counted(_)));
    for _ in 0..5 {
        let refused = scripts.count(&both, now);
        assert!(
            matches!(refused, Outcome::Reached { entry: 1, .. }),
            "{refused:?}"
        );
    }
    let alone = scripts.count(&[wide()], now);
    let left = Left {
        calls: Some(1),
        renews_in: None,
    };
    assert_eq!(alone, Outcome::Counted(vec![left]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_that_goes_away_and_comes_back() {
    let server = Server::start();
    let port = server.port;
    let redis = Redis::new(&server.url(), None, "test", Duration::from_secs(2)).unwrap();
    let redis = Arc::new(redis);
    let maintained = tokio::spawn(Arc::clone(&redis).stay_connected());
    // Two tasks count together, with others that count elsewhere under the same names.
    let count = async || redis.count(&[entry(quota("q", 100), "a")]).await;
    let mut tasks = Vec::new();
    for _ in 0..16 {
        let redis = Arc::clone(&redis);
        tasks.push(tokio::spawn(async move {
            let mut admitted = 0;
            for _ in 0..10 {
                let outcome = redis.count(&[entry(quota("q", 100), "a")]).await;
                admitted += usize::from(matches!(outcome, Ok(Outcome::Counted(_))));
            }
            admitted
        }));
    }
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    assert_eq!(sum, 100);
    redis.probe().await.unwrap();
    drop(server);
    assert_eq!(count().await, Err(Unavailable));
    assert!(redis.probe().await.is_err());
    let server = Server::start_at(port);
    let mut outcome = Err(Unavailable);
    for _ in 0..400 {
        outcome = count().await;
        if outcome.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(matches!(outcome, Ok(Outcome::Counted(_))), "{outcome:?}");
    maintained.abort();
    drop(server);
}

#[test]
fn what_is_no_url_is_not_repeated() {
    let second = Duration::from_secs(1);
    let error = Redis::new("postgres://me:hunter2@h", None, "test", second).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("redis://") && !text.contains("hunter2"),
        "{text}"
    );
}
