//! What a call waits for before it runs.
//!
//! Generated code asks policies one after the other and never waits. What takes time is left here instead,
//! and [`Call::settle`] waits for all of it in one place, before the tool runs: first for what others decide, then
//! for the counts, so that a call that is not allowed counts for nothing.

use bytes::Bytes;

use super::Refusal;
use crate::call::{Answer, Call};
use crate::guard::Classification;

/// What is left to be settled for a call: a list for each phase, in the order of the phases.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// Phase `authorize`: what others are yet to be asked.
    pub(crate) decisions: Vec<Decision>,
    /// Whether others will be asked once the arguments are read, so that nothing may be counted before.
    pub(crate) deferred: bool,
    /// Phase `limit`: the limits that the call is yet to be counted against.
    pub(crate) counts: Vec<Count>,
    /// Phase `validate`: the texts that are yet to be classified.
    pub(crate) classifications: Vec<Classification>,
}

/// A decision of an authorizer that is yet to be had.
#[derive(Debug)]
pub(crate) struct Decision {
    /// The position of the authorizer.
    pub(crate) authorizer: usize,
    /// The body of the request to it.
    pub(crate) question: Bytes,
    /// Called once it allows the call, or does not answer and need not.
    pub(crate) passed: fn(),
}

/// A count that is yet to be made.
#[derive(Debug)]
pub(crate) struct Count {
    /// The position of the limit.
    pub(crate) limit: usize,
    /// What the call is counted under.
    pub(crate) key: Box<str>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.decisions.is_empty() && self.counts.is_empty() && self.classifications.is_empty()
    }

    /// Whether a count can be made at once.
    pub(crate) fn counts_at_once(&self) -> bool {
        self.is_empty() && !self.deferred
    }

    /// Settles everything, phase by phase and in the order of the manifest; the first refusal ends it.
    pub(crate) async fn settle(self, call: &Call) -> Result<(), Refusal> {
        for decision in self.decisions {
            call.decide(decision).await?;
        }
        call.count(self.counts).await?;
        for classification in self.classifications {
            call.classify(classification).await?;
        }
        Ok(())
    }
}

impl Call {
    /// Runs the tool (`then`) once everything that the call waits for is settled; at once where that is
    /// nothing. Generated code wraps what ends a call in this, for tools that have a step that takes time.
    pub fn settle<'a>(&'a self, then: Box<dyn FnOnce() -> Answer<'a> + Send + 'a>) -> Answer<'a> {
        let pending = std::mem::take(&mut *self.pending());
        if pending.is_empty() {
            return then();
        }
        Box::pin(async move {
            match pending.settle(self).await {
                Ok(()) => then().await,
                Err(refusal) => self.refuse(&refusal).await,
            }
        })
    }
}
