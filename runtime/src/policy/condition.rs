//! What the outcome of an expression means for a call.

use std::borrow::Cow;
use std::net::IpAddr;

use super::{Reason, Refusal};
use crate::expr::Error;

/// Whether a condition holds. One that cannot be decided does not.
///
/// # Errors
/// Where it does not hold.
pub fn require(holds: Result<bool, Error>) -> Result<(), Refusal> {
    match holds {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::new(
            Reason::Condition,
            "This call is not allowed: the caller or the arguments do not meet a condition of the tool.",
        )),
        Err(error) => Err(undecided(error)),
    }
}

/// Whether a caller is one that a condition speaks of. Where it cannot be said, it is not.
pub fn qualifies(holds: Result<bool, Error>) -> bool {
    holds.unwrap_or(false)
}

/// Whether a limit applies. Where it cannot be said, it does.
pub fn applies(holds: Result<bool, Error>) -> bool {
    holds.unwrap_or(true)
}

/// The text that a call is counted under.
///
/// # Errors
/// Where there is none: nobody can then say whose call it is.
pub fn key<'a, K: Key<'a>>(key: Result<K, Error>) -> Result<Cow<'a, str>, Refusal> {
    key.map(K::text).map_err(undecided)
}

#[cold]
pub(super) fn undecided(error: Error) -> Refusal {
    tracing::warn!(target: "gatewright::policy", %error, "a condition could not be decided");
    Refusal::new(
        Reason::Undecided,
        "This call is not allowed: a condition of the tool could not be decided.",
    )
}

/// A value that calls can be told apart by.
pub trait Key<'a> {
    /// The same text for the same value only.
    fn text(self) -> Cow<'a, str>;
}

impl<'a> Key<'a> for Cow<'a, str> {
    fn text(self) -> Cow<'a, str> {
        self
    }
}

macro_rules! key {
    ($($kind:ty)*) => {
        $(impl Key<'_> for $kind {
            fn text(self) -> Cow<'static, str> {
                Cow::Owned(self.to_string())
            }
        })*
    };
}

key! { i64 u64 bool IpAddr }
