//! A call of a tool whose answers are remembered.

use std::time::Duration;

use http::StatusCode;

use super::control::Control;
use super::entry::{Entry, copied, weight};
use super::flight::Outcome;
use super::key::{key, partition};
use super::{Cache, Caching, Served};
use crate::call::{Call, Exchange};
use crate::rest::{Request, answer};
use crate::result::ToolResult;
use crate::upstream::{Error, ErrorKind};

impl Call {
    /// What is remembered of the request, or the API's answer to it.
    pub(crate) async fn cached(&self, caching: &'static Caching, request: Request) -> ToolResult {
        let cache = self.cache();
        let (server, tool) = (self.server(), self.tool());
        let Some(partition) = partition(self.principal(), caching.shared) else {
            return self.exchange(request).await.result;
        };
        let generation = cache.generation(server, tool);
        let key = key((server, tool, generation), partition, &request);
        if let Some(result) = self.fresh(cache, &key) {
            return result;
        }
        let flight = cache.flights.join(key);
        let slot = flight.slot();
        // Each that makes the request has the tool's time for it; one that waits has no more.
        let limit = self.description().timeout;
        let Ok(mut slot) = tokio::time::timeout(limit, slot.lock()).await else {
            let error = Error::new(ErrorKind::Timeout, self.api());
            return answer::failure(request.operation(), &error);
        };
        if let Some(outcome) = &*slot {
            self.served(outcome.served);
            return outcome.result.clone();
        }
        // It may have been stored after the first look, and before this flight began.
        if let Some(result) = self.fresh(cache, &key) {
            return result;
        }
        let before = cache.get(&key);
        let exchange = self.exchange(request).await;
        let now = cache.clock.monotonic();
        let (result, source) = match before {
            Some(before) if has_failed(&exchange) && now < before.stale_until => {
                (before.stale(now), Served::Stale)
            }
            _ => {
                match entry(caching, &exchange, now) {
                    Some(entry) if cache.generation(server, tool) == generation => {
                        cache.put(key, entry);
                    }
                    // What is too great, or not to be kept, is newer than what there was. An API that fails
                    // says nothing about that.
                    _ if !has_failed(&exchange) => cache.forget(&key),
                    _ => {}
                }
                (exchange.result, Served::Miss)
            }
        };
        flight.land();
        *slot = Some(Outcome {
            result: result.clone(),
            served: match source {
                Served::Miss if !result.is_error => Served::Hit,
                other => other,
            },
        });
        self.served(source);
        result
    }

    fn fresh(&self, cache: &Cache, key: &super::Key) -> Option<ToolResult> {
        let entry = cache.get(key)?;
        if !entry.is_fresh(cache.clock.monotonic()) {
            return None;
        }
        self.served(Served::Hit);
        Some(entry.result.clone())
    }
}

/// What is remembered of an exchange; `None` where nothing is.
fn entry(caching: &Caching, exchange: &Exchange, now: Duration) -> Option<Entry> {
    let response = exchange.response.as_ref().ok()?;
    let success = response.status().is_success() && !exchange.result.is_error;
    if !success || response.is_truncated() || weight(&exchange.result) > caching.max_entry_bytes {
        return None;
    }
    let control = Control::of(response.headers(), caching.shared);
    if control.no_store || control.private && caching.shared {
        return None;
    }
    let fresh = control
        .fresh_for
        .map_or(caching.ttl, |fresh| fresh.min(caching.ttl));
    if fresh.is_zero() {
        return None;
    }
    let stale = if control.must_revalidate {
        Duration::ZERO
    } else {
        caching.stale_if_error
    };
    let fresh_until = now.saturating_add(fresh);
    Some(Entry {
        result: copied(&exchange.result),
        stored: now,
        fresh_until,
        stale_until: fresh_until.saturating_add(stale),
    })
}

/// Whether the API failed, in the sense of RFC 5861, section 4: no answer, or one of these.
fn has_failed(exchange: &Exchange) -> bool {
    match &exchange.response {
        Err(_) => true,
        Ok(response) => matches!(
            response.status(),
            StatusCode::INTERNAL_SERVER_ERROR
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ),
    }
}
