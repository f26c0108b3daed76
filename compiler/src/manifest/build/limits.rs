//! Policies that count, and the store.

use gatewright_schema::time::Timestamp;

use super::{count, duration, expression, size, templated, text};
use crate::manifest::{
    OnStoreFailure, PolicyKind, Quota, RateLimit, Store, StoreKind, Unit, quantity,
};
use crate::source::{Node, Spanned};

/// A policy that counts, where `node` is one.
pub(super) fn limit(node: &Node) -> Option<PolicyKind> {
    for name in ["rate_limit", "rate_limit_by_key"] {
        if let Some(limit) = node.get(name) {
            let (unit, most) = amounts(limit).next()?;
            return Some(PolicyKind::RateLimit(RateLimit {
                unit,
                most,
                renewal_period: duration(limit, "renewal_period")?,
                counter_key: expression(limit, "counter_key"),
                token_bucket: limit.get("algorithm").and_then(Node::as_str) == Some("token_bucket"),
                increment_count: count(limit, "increment_count"),
                on_store_failure: on_store_failure(limit),
            }));
        }
    }
    for name in ["quota", "quota_by_key"] {
        if let Some(quota) = node.get(name) {
            let period = quota.get("renewal_period")?.as_str()?;
            return Some(PolicyKind::Quota(Quota {
                amounts: amounts(quota).collect(),
                result_bytes: size(quota, "result_bytes"),
                result_tokens: count(quota, "result_tokens"),
                renewal_period: match period {
                    "never" => None,
                    period => Some(quantity::duration(period).ok()?),
                },
                counter_key: expression(quota, "counter_key"),
                first_period_start: timestamp(quota, "first_period_start"),
                increment_count: count(quota, "increment_count"),
                on_store_failure: on_store_failure(quota),
            }));
        }
    }
    None
}

/// How many of what.
fn amounts(node: &Node) -> impl Iterator<Item = (Unit, Spanned<u32>)> {
    Unit::ALL
        .into_iter()
        .filter_map(|unit| Some((unit, count(node, unit.word())?)))
}

fn on_store_failure(node: &Node) -> Option<Spanned<OnStoreFailure>> {
    let word = text(node, "on_store_failure")?;
    let failure = match word.value.as_str() {
        "local" => OnStoreFailure::Local,
        "allow" => OnStoreFailure::Allow,
        _ => OnStoreFailure::Refuse,
    };
    Some(Spanned::new(failure, word.span))
}

/// Milliseconds since 1970; what is less than one is left out.
fn timestamp(node: &Node, name: &str) -> Option<Spanned<i64>> {
    let text = text(node, name)?;
    let nanoseconds = Timestamp::parse(&text.value)?.nanos();
    let milliseconds = i64::try_from(nanoseconds.div_euclid(1_000_000)).ok()?;
    Some(Spanned::new(milliseconds, text.span))
}

/// `store`
pub(super) fn store(root: &Node) -> Option<Store> {
    let node = root.get("store")?;
    let kind = if let Some(embedded) = node.get("embedded") {
        StoreKind::Embedded {
            path: templated(embedded.get("path")?)?,
        }
    } else {
        let redis = node.get("redis")?;
        StoreKind::Redis {
            url: templated(redis.get("url")?)?,
            authorities: redis.get("authorities").and_then(templated),
            prefix: text(redis, "prefix"),
        }
    };
    Some(Store {
        kind,
        timeout: duration(node, "timeout"),
        span: node.span,
    })
}
