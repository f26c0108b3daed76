//! Why a policy refuses.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// A policy's no: what the caller is told, and what it may do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which kind of policy refused; for logs and metrics.
    pub reason: Reason,
    /// What the caller is told, as a sentence.
    pub message: String,
    /// When the same call may be admitted, where time is what is wanted.
    pub retry_after: Option<Duration>,
    /// The position of the limit that is reached, where one is.
    pub(crate) limit: Option<usize>,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The client's address is not one that is let in.
    Address,
    /// A header is missing, or has a value that is not one of those asked for.
    Header,
    /// The caller has no product with the tool.
    Product,
    /// A condition does not hold.
    Condition,
    /// A condition could not be decided.
    Undecided,
    /// An authorizer that the gateway asks does not allow the call.
    Denied,
    /// An authorizer that the gateway asks gives no answer.
    NoDecision,
    /// Too many calls in a period.
    Rate,
    /// Something in the content.
    Content,
    /// A service that says what texts are gives no answer.
    Unclassified,
    /// Too many calls at once.
    Concurrency,
    /// A quota is used up.
    Quota,
    /// What would have to be counted cannot be.
    Store,
    /// What a policy adds to a request cannot be worked out, or cannot stand where it goes.
    Transform,
    /// The caller did not prove who it is.
    Identity,
    /// The caller lacks a scope.
    Scope,
    /// A function of the gateway's own crate refuses; for those functions to use.
    Custom,
}

/// What the log says of arguments that break the tool's schema, beside the names of [`Reason`].
pub(crate) const INVALID_ARGUMENTS: &str = "invalid_arguments";

impl Reason {
    /// Every one.
    pub const ALL: &[Self] = &[
        Self::Address,
        Self::Header,
        Self::Product,
        Self::Condition,
        Self::Undecided,
        Self::Denied,
        Self::NoDecision,
        Self::Rate,
        Self::Concurrency,
        Self::Quota,
        Self::Store,
        Self::Transform,
        Self::Content,
        Self::Unclassified,
        Self::Identity,
        Self::Scope,
        Self::Custom,
    ];

    /// Tells the log that a request or call was refused; `tool` is empty where none is known. Tests of
    /// policies take from here why.
    #[cold]
    pub(crate) fn log(self, tool: &str) {
        tracing::info!(target: "gatewright::policy", tool, reason = self.name(), "refused");
    }

    /// The name in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address_refused",
            Self::Header => "header_refused",
            Self::Product => "not_in_product",
            Self::Condition => "condition_not_met",
            Self::Undecided => "condition_failed",
            Self::Denied => "authorizer_denied",
            Self::NoDecision => "authorizer_unavailable",
            Self::Content => "content_refused",
            Self::Unclassified => "classifier_unavailable",
            Self::Rate => "rate_limit_exceeded",
            Self::Concurrency => "concurrency_limit_exceeded",
            Self::Quota => "quota_exceeded",
            Self::Store => "store_unavailable",
            Self::Transform => "transform_failed",
            Self::Identity => "identity_required",
            Self::Scope => "insufficient_scope",
            Self::Custom => "custom_policy",
        }
    }

    /// Whether it is a limit that refuses: the call then counts for nothing.
    pub(crate) const fn is_of_limit(self) -> bool {
        matches!(
            self,
            Self::Rate | Self::Concurrency | Self::Quota | Self::Store
        )
    }
}

impl Refusal {
    /// A refusal that waiting does not mend.
    #[cold]
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            retry_after: None,
            limit: None,
        }
    }

    /// A refusal that ends by itself.
    #[cold]
    pub fn until(reason: Reason, message: impl Into<String>, retry_after: Duration) -> Self {
        Self {
            reason,
            message: message.into(),
            retry_after: Some(retry_after),
            limit: None,
        }
    }

    /// The status of an HTTP response to a request, or to the one message in it, that is refused.
    pub(crate) fn status(&self) -> StatusCode {
        match self.reason {
            Reason::Rate | Reason::Quota | Reason::Concurrency => StatusCode::TOO_MANY_REQUESTS,
            Reason::Store => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// Whole seconds to wait, at least 1.
    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after
            .map(|wait| wait.as_micros().div_ceil(1_000_000).max(1))
            .and_then(|seconds| u64::try_from(seconds).ok())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match self.retry_after_seconds() {
            Some(1) => f.write_str(" Try again in 1 second."),
            Some(seconds) => write!(f, " Try again in {seconds} seconds."),
            None => Ok(()),
        }
    }
}
