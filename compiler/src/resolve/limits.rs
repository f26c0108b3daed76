//! Limits: what each counts, what its counts are called, and where they are kept.

use std::time::Duration;

use super::api::template;
use super::policies::{Policies, Scope};
use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::manifest::{self, Manifest, OnStoreFailure, Policy, PolicyKind, Quota, RateLimit, Unit};
use crate::plan::{Limit, LimitKind, Part, Store, StoreKind};
use crate::source::{Node, Span, Spanned};

/// Longer periods are quotas, which have to outlive the process.
const LONGEST_PERIOD: Duration = Duration::from_hours(24);

/// Where the manifest does not say how long a call waits for its counts, and the most that it may say.
const TIMEOUT: Duration = Duration::from_secs(1);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(10);

/// 0001-01-01T00:00:00Z, in milliseconds since 1970.
const FIRST_PERIOD: i64 = -62_135_596_800_000;

impl Policies<'_> {
    /// The limit that a policy declares, and whether it is counted in the store; `None` where it is none.
    pub(super) fn limit_of(&mut self, scope: Scope<'_>, policy: &Policy) -> Option<(Limit, bool)> {
        let (unit, kind, cost, without_store, key) = match &policy.kind {
            PolicyKind::RateLimit(limit) => {
                let without_store = self.rate(limit);
                let kind = LimitKind::Rate {
                    calls: limit.most.value,
                    period: limit.renewal_period.value,
                    token_bucket: limit.token_bucket,
                };
                let most = Some((limit.unit, limit.most.value));
                (
                    limit.unit,
                    kind,
                    self.cost(limit.increment_count.as_ref(), most),
                    without_store,
                    limit.counter_key.as_ref(),
                )
            }
            PolicyKind::Quota(quota) => {
                self.quota(quota, policy.span);
                let most = quota.amounts.first();
                let most = most.map(|(unit, most)| (*unit, most.value));
                let kind = LimitKind::Quota {
                    calls: most.map(|(_, most)| most),
                    result_bytes: quota.result_bytes.as_ref().map(|bytes| bytes.value),
                    result_tokens: quota.result_tokens.as_ref().map(|tokens| tokens.value),
                    period: quota.renewal_period,
                    first: quota
                        .first_period_start
                        .as_ref()
                        .map_or(FIRST_PERIOD, |first| first.value),
                };
                (
                    most.map_or(Unit::Calls, |(unit, _)| unit),
                    kind,
                    self.cost(quota.increment_count.as_ref(), most),
                    quota
                        .on_store_failure
                        .as_ref()
                        .map_or(OnStoreFailure::Refuse, |failure| failure.value),
                    quota.counter_key.as_ref(),
                )
            }
            PolicyKind::LimitConcurrency(limit) => (
                Unit::Calls,
                LimitKind::Concurrency(limit.max_count.value),
                1,
                OnStoreFailure::Local,
                limit.key.as_ref(),
            ),
            _ => return None,
        };
        let stored = match kind {
            LimitKind::Rate { .. } => self.shared_store,
            LimitKind::Quota { .. } => true,
            LimitKind::Concurrency(_) => false,
        };
        let (name, id) = self.names(scope, unit, &kind, key);
        let limit = Limit {
            name,
            id,
            unit,
            cost,
            kind,
            without_store,
        };
        Some((limit, stored))
    }

    fn rate(&mut self, limit: &RateLimit) -> OnStoreFailure {
        if limit.renewal_period.value > LONGEST_PERIOD {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    limit.renewal_period.span,
                    "the period of a rate limit is at most `1d`",
                )
                .help("declare a quota: its counts outlive the process"),
            );
        }
        let Some(failure) = &limit.on_store_failure else {
            return OnStoreFailure::Local;
        };
        if !self.shared_store {
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    failure.span,
                    "rate limits are counted in the process here: there is no store that could fail",
                )
                .help("remove it, or share counts between replicas with `store: { redis: .. }`"),
            );
        }
        failure.value
    }

    fn quota(&mut self, quota: &Quota, span: Span) {
        let results = quota.result_bytes.as_ref().map(|bytes| bytes.span);
        let results = results.or(quota.result_tokens.as_ref().map(|tokens| tokens.span));
        if quota.amounts.is_empty() && results.is_none() {
            self.sink.report(
                Diagnostic::new(&codes::MISSING_KEY, span, "this quota limits nothing").help(
                    "say how much may be used: `calls`, `result_bytes` or `result_tokens`, or else \
                     `requests` or `messages`",
                ),
            );
        }
        let mut amounts = quota.amounts.iter().rev();
        if let Some((unit, most)) = amounts.next()
            && *unit != Unit::Calls
            && let Some(other) = amounts.next().map(|(_, most)| most.span).or(results)
        {
            let word = unit.word();
            self.sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    most.span,
                    format!("a quota of {word} counts nothing else"),
                )
                .also(other, "something else is here")
                .help("make two quotas of it"),
            );
        }
        if let (None, Some(first)) = (&quota.renewal_period, &quota.first_period_start) {
            self.sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    first.span,
                    "a quota that is never renewed has no periods that could begin",
                )
                .help("remove it, or say how long a period is"),
            );
        }
        if let (None, Some(count)) = (quota.amounts.first(), &quota.increment_count) {
            self.sink.report(
                Diagnostic::new(
                    &codes::CONFLICTING_KEYS,
                    count.span,
                    "this quota does not count calls",
                )
                .help("remove it, or say how many `calls` there may be"),
            );
        }
    }

    fn cost(&mut self, count: Option<&Spanned<u32>>, most: Option<(Unit, u32)>) -> u32 {
        let Some(count) = count else {
            return 1;
        };
        if let Some((unit, most)) = most
            && count.value > most
        {
            let (one, word) = match unit {
                Unit::Calls => ("call", unit.word()),
                Unit::Requests => ("request", unit.word()),
                Unit::Messages => ("message", unit.word()),
            };
            self.sink.report(
                Diagnostic::new(
                    &codes::INVALID_VALUE,
                    count.span,
                    format!(
                        "one {one} would count as more than are admitted: all would be refused"
                    ),
                )
                .help(format!("let it be at most `{word}`")),
            );
        }
        count.value
    }

    /// What a limit is called, and what its counts are kept under: that does not change with how much is
    /// admitted, so that who raises a quota does not give away what is used.
    fn names(
        &self,
        scope: Scope<'_>,
        unit: Unit,
        kind: &LimitKind,
        key: Option<&Node>,
    ) -> (String, String) {
        let (word, what) = match (kind, key) {
            (
                LimitKind::Rate {
                    token_bucket,
                    period,
                    ..
                },
                key,
            ) => {
                let word = if key.is_some() {
                    "rate_limit_by_key"
                } else {
                    "rate_limit"
                };
                let algorithm = if *token_bucket { "bucket" } else { "window" };
                (word, format!("{} {algorithm}", period.as_millis()))
            }
            (LimitKind::Quota { period, first, .. }, key) => {
                let word = if key.is_some() {
                    "quota_by_key"
                } else {
                    "quota"
                };
                (
                    word,
                    match period {
                        Some(period) => format!("{} {first}", period.as_millis()),
                        None => "never".to_owned(),
                    },
                )
            }
            (LimitKind::Concurrency(_), _) => ("limit_concurrency", String::new()),
        };
        let scope = match scope {
            Scope::Gateway { .. } => String::new(),
            // No server has a name like this.
            Scope::Product { name, .. } => format!("products/{name}."),
            Scope::Server { name, .. } => format!("{name}."),
            Scope::Tool { server, tool } => format!("{server}.{}.", tool.name),
        };
        let key = key.and_then(Node::as_str).unwrap_or_default();
        let key: Vec<&str> = key.split_whitespace().collect();
        let name = match unit {
            Unit::Calls => format!("{scope}{word}"),
            Unit::Requests | Unit::Messages => format!("{scope}{word}.{}", unit.word()),
        };
        let id = format!("{name} {what} {}", key.join(" "));
        let name = unique(name, |name| {
            self.limits.iter().any(|limit| limit.name == name)
        });
        let id = unique(id, |id| self.limits.iter().any(|limit| limit.id == id));
        (name, id)
    }
}

/// The text, or the first of it with a number that is not taken.
fn unique(text: String, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(&text) {
        return text;
    }
    let mut number = 2_usize;
    loop {
        let candidate = format!("{text}-{number}");
        if !is_taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

/// Whether several processes count in the store that the manifest declares.
pub(super) fn is_shared(manifest: &Manifest) -> bool {
    manifest
        .store
        .as_ref()
        .is_some_and(|store| matches!(store.kind, manifest::StoreKind::Redis { .. }))
}

/// The store that `limits` need.
pub(super) fn store(manifest: &Manifest, limits: &[Limit], sink: &mut Sink) -> Option<Store> {
    let quotas = limits
        .iter()
        .any(|limit| matches!(limit.kind, LimitKind::Quota { .. }));
    let rates = limits
        .iter()
        .any(|limit| matches!(limit.kind, LimitKind::Rate { .. }));
    let Some(declared) = &manifest.store else {
        return quotas.then(|| Store {
            kind: StoreKind::Embedded {
                path: vec![Part::Literal(format!("{}.redb", manifest.name.value))],
            },
            timeout: TIMEOUT,
        });
    };
    if !(quotas || rates && is_shared(manifest)) {
        let reason = if is_shared(manifest) {
            "the store is not used: there is no rate limit and no quota"
        } else {
            "the store is not used: there is no quota, and rate limits are counted in the process"
        };
        sink.report(
            Diagnostic::new(&codes::UNUSED_DECLARATION, declared.span, reason).help("remove it"),
        );
        return None;
    }
    if let Some(timeout) = &declared.timeout
        && timeout.value > LONGEST_TIMEOUT
    {
        sink.report(
            Diagnostic::new(
                &codes::INVALID_VALUE,
                timeout.span,
                "a call waits at most `10s` for its counts",
            )
            .help("a store that takes longer is one that cannot be asked"),
        );
    }
    Some(Store {
        kind: match &declared.kind {
            manifest::StoreKind::Embedded { path } => StoreKind::Embedded {
                path: template(&path.value, manifest),
            },
            manifest::StoreKind::Redis {
                url,
                authorities,
                prefix,
            } => StoreKind::Redis {
                url: template(&url.value, manifest),
                authorities: authorities
                    .as_ref()
                    .map(|path| template(&path.value, manifest)),
                prefix: prefix.as_ref().map_or_else(
                    || manifest.name.value.clone(),
                    |prefix| prefix.value.clone(),
                ),
            },
        },
        timeout: declared
            .timeout
            .as_ref()
            .map_or(TIMEOUT, |timeout| timeout.value),
    })
}
