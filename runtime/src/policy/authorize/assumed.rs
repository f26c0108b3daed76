//! Authorizers and classifiers of tests of policies: the test says what they answer.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::Protocol;
use crate::callout::Failure;

/// What an authorizer or a classifier does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It allows the call, or finds nothing.
    Allow,
    /// It does not, or finds something.
    Deny,
    /// It does not answer.
    Fail,
}

/// What the authorizers of a call do.
#[derive(Clone, Copy, Debug)]
pub enum Verdicts<'a> {
    /// All of them the same.
    All(Verdict),
    /// Each one of these, in the order of asking.
    Each(&'a [Verdict]),
}

impl Verdicts<'_> {
    /// Of a test that says nothing of it.
    pub const UNSAID: Self = Self::Each(&[]);
}

/// All authorizers of a test, or all classifiers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assumed(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    all: Option<Verdict>,
    each: Vec<Verdict>,
    /// How many questions there were since.
    asked: usize,
    /// Whether one was asked of which the test says nothing.
    unsaid: bool,
}

impl Assumed {
    /// Says what is answered from now on.
    pub(crate) fn set(&self, verdicts: Verdicts<'_>) {
        let mut state = State::default();
        match verdicts {
            Verdicts::All(verdict) => state.all = Some(verdict),
            Verdicts::Each(each) => state.each = each.to_vec(),
        }
        *self.state() = state;
    }

    /// Whether one was asked of which the test says nothing, since the last call of [`Self::set`].
    pub(crate) fn is_unsaid(&self) -> bool {
        self.state().unsaid
    }

    /// What the one does that is asked now.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let mut state = self.state();
        let verdict = state.all.or_else(|| state.each.get(state.asked).copied());
        state.asked += 1;
        state.unsaid |= verdict.is_none();
        verdict
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer of an authorizer, as its protocol writes it.
pub(super) fn answer(assumed: &Assumed, protocol: Protocol) -> Result<Bytes, Failure> {
    let allowed = match assumed.verdict() {
        Some(Verdict::Allow) => true,
        Some(Verdict::Deny) => false,
        Some(Verdict::Fail) | None => {
            return Err(Failure::NoAnswer("the test says so".to_owned()));
        }
    };
    Ok(match protocol {
        Protocol::Opa { .. } => format!("{{\"result\":{allowed}}}"),
        Protocol::AuthZen => format!("{{\"decision\":{allowed}}}"),
        Protocol::OpenFga { .. } => format!("{{\"allowed\":{allowed}}}"),
    }
    .into())
}
