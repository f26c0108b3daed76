//! What a call was counted as: to take it back, to add what its result comes to, and to tell the caller.

use std::fmt::Write as _;
use std::time::Duration;

use http::{HeaderName, HeaderValue, header};

use super::limit::{Permit, Receipt};
use super::{Limit, LimitKind, Limits, Refusal};
use crate::store::{Key, Left};

/// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What a call has got from limits.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Places among the calls that may run at once, until the call has ended.
    pub(crate) permits: Vec<Permit>,
    /// What it is counted as.
    pub(crate) counted: Vec<Counted>,
    /// What the response says of it, where a limit refused it.
    pub(crate) refused: Headers,
}

/// A count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    /// The position of the limit.
    pub(crate) limit: usize,
    pub(crate) left: Left,
    /// What takes it back, where it was counted in the process.
    pub(crate) receipt: Option<Receipt>,
    /// What it was counted under, where it was in the store.
    pub(crate) key: Option<Key>,
}

/// The headers of an HTTP response that say where the caller stands.
pub(crate) type Headers = Vec<(HeaderName, HeaderValue)>;

/// What is left after a call that ran.
pub(crate) fn headers(limits: &Limits, counted: &[Counted]) -> Headers {
    let mut items = Items::default();
    for counted in counted {
        if let (Some(limit), Some(calls)) = (limits.limit(counted.limit), counted.left.calls) {
            items.add(limit, calls, counted.left.renews_in);
        }
    }
    items.headers()
}

/// When to come back after a call that was refused.
#[cold]
pub(crate) fn refused(limits: &Limits, refusal: &Refusal) -> Headers {
    let mut items = Items::default();
    if let Some(limit) = refusal.limit.and_then(|position| limits.limit(position)) {
        items.add(limit, 0, refusal.retry_after);
    }
    let mut headers = items.headers();
    if let Some(seconds) = refusal.retry_after_seconds() {
        headers.push((header::RETRY_AFTER, seconds.into()));
    }
    headers
}

/// The items of both headers, one for each limit.
#[derive(Default)]
struct Items {
    policies: String,
    limits: String,
}

impl Items {
    /// Writing to a text cannot fail.
    fn add(&mut self, limit: &Limit, left: u64, renews_in: Option<Duration>) {
        let (most, period) = match &limit.kind {
            LimitKind::Rate(rate) => (u64::from(rate.calls), Some(rate.period)),
            LimitKind::Quota(quota) => match quota.calls {
                Some(calls) => (calls, quota.period),
                None => return,
            },
            LimitKind::Concurrency(_) => return,
        };
        if !self.policies.is_empty() {
            self.policies.push_str(", ");
            self.limits.push_str(", ");
        }
        let name = limit.name;
        let _ = write!(self.policies, "\"{name}\";q={most}");
        if let Some(period) = period {
            let _ = write!(self.policies, ";w={}", seconds(period));
        }
        let _ = write!(self.limits, "\"{name}\";r={left}");
        if let Some(renews_in) = renews_in {
            let _ = write!(self.limits, ";t={}", seconds(renews_in));
        }
    }

    fn headers(self) -> Headers {
        let pair = |name, text: String| HeaderValue::try_from(text).ok().map(|text| (name, text));
        if self.policies.is_empty() {
            return Headers::new();
        }
        pair(RATE_LIMIT_POLICY, self.policies)
            .into_iter()
            .chain(pair(RATE_LIMIT, self.limits))
            .collect()
    }
}

/// Whole seconds, at least 1.
fn seconds(duration: Duration) -> u64 {
    let seconds = duration.as_micros().div_ceil(1_000_000).max(1);
    u64::try_from(seconds).unwrap_or(u64::MAX)
}
