//! The store in Redis or Valkey, which all replicas of a gateway share.
//!
//! Each step is one script, so that it is atomic, and takes its time from the server (`TIME`), so that the
//! clocks of the replicas do not matter. One connection carries all steps; a task makes it anew when it is
//! lost, and until then every step fails at once instead of waiting.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Script, ScriptInvocation, TlsCertificates, Value};
use tokio::sync::{Notify, SetOnce};

use super::{Entry, Left, OpenError, Outcome, Unavailable};
use crate::policy::LimitKind;
use crate::policy::limit::{Algorithm, NEVER, Quota, UsedUp};

/// For a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Between two attempts to connect: at first, and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How often an idle connection is tried, so that one that went silent is not found out by a call.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// A Redis or a Valkey.
pub(super) struct Redis {
    client: Client,
    prefix: &'static str,
    timeout: Duration,
    /// Absent while there is none.
    connection: ArcSwapOption<MultiplexedConnection>,
    /// Set once it was tried to connect: what comes before waits for it.
    tried: SetOnce<()>,
    /// Told that the connection is lost.
    lost: Notify,
    count: Script,
    charge: Script,
}

impl Redis {
    /// A client that is yet to connect. `authorities` are certificates as PEM, which take the place of those
    /// of the public web.
    ///
    /// # Errors
    /// Why the URL is none of Redis, or the certificates are none: a sentence without the URL, which may hold
    /// a password.
    pub(super) fn new(
        url: &str,
        authorities: Option<Vec<u8>>,
        prefix: &'static str,
        timeout: Duration,
    ) -> Result<Self, OpenError> {
        let mut client = Client::open(url).map_err(|error| {
            OpenError::Other(format!(
                "the URL of the store is not one of Redis ({:?}): it is \
                 `redis://[[user]:password@]host[:port][/database]`, or begins with `rediss://` for TLS",
                error.kind()
            ))
        })?;
        if let Some(authorities) = authorities {
            let certificates = TlsCertificates {
                client_tls: None,
                root_cert: Some(authorities),
            };
            client = Client::build_with_tls(url, certificates).map_err(|_| {
                OpenError::Other(
                    "the authorities of the store cannot be used: the file must hold certificates (PEM), and \
                     the URL of the store begin with `rediss://`"
                        .to_owned(),
                )
            })?;
        }
        Ok(Self {
            client,
            prefix,
            timeout,
            connection: ArcSwapOption::empty(),
            tried: SetOnce::new(),
            lost: Notify::new(),
            count: Script::new(include_str!("count.lua")),
            charge: Script::new(include_str!("charge.lua")),
        })
    }

    /// Connects, and connects again whenever the connection is lost.
    pub(super) async fn stay_connected(self: Arc<Self>) {
        let mut pause = PAUSE.0;
        let mut reported = false;
        loop {
            let connected = self.connect().await;
            if let Ok(connection) = &connected {
                self.connection.store(Some(Arc::new(connection.clone())));
            }
            // Only the first attempt is waited for.
            let _ = self.tried.set(());
            match connected {
                Ok(_) => {
                    tracing::info!(target: "gatewright::store", "connected to the store");
                    pause = PAUSE.0;
                    reported = false;
                    self.until_lost().await;
                    self.connection.store(None);
                    tracing::warn!(target: "gatewright::store", "the connection to the store is lost");
                }
                Err(error) => {
                    if !reported {
                        tracing::error!(target: "gatewright::store", %error, "the store cannot be reached");
                        reported = true;
                    }
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE.1);
                }
            }
        }
    }

    async fn connect(&self) -> redis::RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(self.timeout));
        self.client
            .get_multiplexed_async_connection_with_config(&config)
            .await
    }

    /// Returns when the connection is lost.
    async fn until_lost(&self) {
        loop {
            match tokio::time::timeout(HEARTBEAT, self.lost.notified()).await {
                Ok(()) => return,
                Err(_) if self.ping().await.is_err() => return,
                Err(_) => {}
            }
        }
    }

    async fn ping(&self) -> Result<(), Unavailable> {
        let mut connection = self.connection().await?;
        redis::cmd("PING")
            .query_async::<()>(&mut connection)
            .await
            .map_err(|_| Unavailable)
    }

    async fn connection(&self) -> Result<MultiplexedConnection, Unavailable> {
        self.tried.wait().await;
        let connection = self.connection.load();
        let connection = connection.as_deref().ok_or(Unavailable)?;
        Ok(connection.clone())
    }

    /// Whether it can be reached, over a connection of its own.
    pub(super) async fn probe(&self) -> Result<(), String> {
        let mut connection = self.connect().await.map_err(|error| error.to_string())?;
        redis::cmd("PING")
            .query_async::<()>(&mut connection)
            .await
            .map_err(|error| error.to_string())
    }

    pub(super) async fn count(&self, entries: &[Entry]) -> Result<Outcome, Unavailable> {
        let mut call = self.count.prepare_invoke();
        for entry in entries {
            call.key(self.key(entry));
            describe(entry, &mut call);
        }
        let answer = self.run::<Vec<Value>>(&call).await?;
        outcome(&answer).ok_or_else(|| {
            tracing::error!(target: "gatewright::store", "the store's answer cannot be read");
            Unavailable
        })
    }

    pub(super) async fn charge(
        &self,
        entries: &[Entry],
        bytes: u64,
        tokens: u64,
    ) -> Result<(), Unavailable> {
        let mut call = self.charge.prepare_invoke();
        call.arg(bytes).arg(tokens);
        for entry in entries {
            if let LimitKind::Quota(quota) = &entry.limit.kind {
                call.key(self.key(entry))
                    .arg(quota.milliseconds().unwrap_or(0))
                    .arg(quota.first);
            }
        }
        self.run::<i64>(&call).await.map(|_| ())
    }

    async fn run<T: redis::FromRedisValue>(
        &self,
        call: &ScriptInvocation<'_>,
    ) -> Result<T, Unavailable> {
        let mut connection = self.connection().await?;
        call.invoke_async(&mut connection).await.map_err(|error| {
            tracing::warn!(target: "gatewright::store", %error, "the store failed");
            if error.is_unrecoverable_error() || error.is_io_error() {
                self.connection.store(None);
                self.lost.notify_one();
            }
            Unavailable
        })
    }

    /// The name of a count: of the letters that hashes are written in.
    fn key(&self, entry: &Entry) -> String {
        let mut name = String::with_capacity(self.prefix.len() + 66);
        name.push_str(self.prefix);
        name.push(':');
        for byte in entry.key {
            // Writing to a text cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        name
    }
}

/// Reads the certificates of authorities from a file.
///
/// # Errors
/// Why there are none: a sentence.
pub(super) fn authorities(path: &str) -> Result<Vec<u8>, OpenError> {
    let text = std::fs::read(path).map_err(|error| {
        OpenError::Other(format!(
            "the file with the authorities of the store cannot be read: {path}: {error}"
        ))
    })?;
    // Of a file without any the library makes a store that trusts nobody, and every connection fails.
    if memchr::memmem::find(&text, b"-----BEGIN CERTIFICATE-----").is_none() {
        return Err(OpenError::Other(format!(
            "the file with the authorities of the store holds no certificate (PEM): {path}"
        )));
    }
    Ok(text)
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").finish_non_exhaustive()
    }
}

/// Tells `count.lua` of a limit.
pub(super) fn describe(entry: &Entry, call: &mut ScriptInvocation<'_>) {
    let cost = entry.limit.cost;
    match &entry.limit.kind {
        LimitKind::Rate(rate) => {
            let kind = match rate.algorithm {
                Algorithm::SlidingWindow => "window",
                Algorithm::TokenBucket => "bucket",
            };
            let period = u64::try_from(rate.period.as_micros()).unwrap_or(u64::MAX);
            call.arg(kind).arg(cost).arg(rate.calls).arg(period);
        }
        LimitKind::Quota(quota) => {
            let Quota {
                calls,
                result_bytes,
                result_tokens,
                ..
            } = *quota;
            call.arg("quota").arg(cost);
            for amount in [calls, result_bytes, result_tokens] {
                // More than a script can count exactly is as good as no bound.
                match amount.filter(|amount| *amount < NEVER.unsigned_abs()) {
                    Some(amount) => call.arg(amount),
                    None => call.arg(-1),
                };
            }
            call.arg(quota.milliseconds().unwrap_or(0)).arg(quota.first);
        }
        // Places are given back when a call ends, also where a process does: they are never shared.
        LimitKind::Concurrency(_) => {}
    }
}

/// Reads the answer of `count.lua`.
pub(super) fn outcome(answer: &[Value]) -> Option<Outcome> {
    let text = |value: &Value| redis::from_redis_value_ref::<String>(value).ok();
    let (counted, rest) = answer.split_first()?;
    if *counted == Value::Int(1) {
        let left = rest
            .chunks_exact(2)
            .map(|pair| {
                let [calls, renews_in] = pair else {
                    return None;
                };
                let renews_in: i64 = text(renews_in)?.parse().ok()?;
                Some(Left {
                    calls: u64::try_from(text(calls)?.parse::<i64>().ok()?).ok(),
                    renews_in: u64::try_from(renews_in).ok().map(Duration::from_millis),
                })
            })
            .collect::<Option<_>>()?;
        return Some(Outcome::Counted(left));
    }
    let [Value::Int(entry), what, wait] = rest else {
        return None;
    };
    let wait: i64 = text(wait)?.parse().ok()?;
    Some(Outcome::Reached {
        entry: usize::try_from(*entry).ok()?.checked_sub(1)?,
        what: match text(what)?.as_str() {
            "bytes" => UsedUp::Bytes,
            "tokens" => UsedUp::Tokens,
            _ => UsedUp::Calls,
        },
        wait: u64::try_from(wait).ok().map(Duration::from_micros),
    })
}
