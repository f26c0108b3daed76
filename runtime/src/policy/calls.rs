//! What generated code asks of a call before it runs.

use std::future::ready;

use super::address::Addresses;
use super::pending::Count;
use super::{AtOnce, Headers, Reason, Refusal, counted};
use crate::call::{Answer, Call};
use crate::caller::Caller;
use crate::result::ToolResult;

impl Call {
    /// Counts the call under `key` against the limit at a position of the gateway's limits: at once, or
    /// in [`settle`](Self::settle) where that takes time or something comes before that does.
    ///
    /// # Errors
    /// Where the limit is reached.
    pub fn limit(&self, position: usize, key: &str) -> Result<(), Refusal> {
        let at_once = self.pending().counts_at_once();
        match self.limits().admit(position, key, at_once)? {
            AtOnce::Place(permit) => self.held().permits.push(permit),
            AtOnce::Counted(counted) => self.held().counted.push(counted),
            AtOnce::Later => self.pending().counts.push(Count {
                limit: position,
                key: key.into(),
            }),
        }
        Ok(())
    }

    /// Makes the counts that were left for later.
    pub(crate) async fn count(&self, counts: Vec<Count>) -> Result<(), Refusal> {
        let mut counted = Vec::new();
        let result = self.limits().count(counts, &mut counted).await;
        self.held().counted.append(&mut counted);
        result
    }

    /// The answer to a call that a policy refuses: a result that the model can read, since what it asked
    /// for was understood. A call that a limit refuses counts for nothing; one that is refused for another
    /// reason after its limits counts like any other.
    #[cold]
    pub fn refuse<'a>(&'a self, refusal: &Refusal) -> Answer<'a> {
        let pending = std::mem::take(&mut *self.pending());
        if refusal.reason.is_of_limit() || pending.counts.is_empty() {
            return Box::pin(ready(self.refused(refusal)));
        }
        let refusal = refusal.clone();
        Box::pin(async move {
            let earlier = pending.settle(self).await.err();
            self.refused(earlier.as_ref().unwrap_or(&refusal))
        })
    }

    fn refused(&self, refusal: &Refusal) -> ToolResult {
        refusal.reason.log(self.name());
        self.turn_away();
        if refusal.reason.is_of_limit() {
            let mut held = self.held();
            self.limits().refund(&std::mem::take(&mut held.counted));
            held.refused = counted::refused(self.limits(), refusal);
        }
        ToolResult::error(refusal.to_string())
    }

    /// Ends the call: adds what its result came to, `bytes` as it was encoded, to the quotas that count
    /// results. What it returns goes into the headers of the response.
    pub(crate) async fn finish(&self, result: &ToolResult, bytes: usize) -> Headers {
        let (counted, refused) = {
            let mut held = self.held();
            (
                std::mem::take(&mut held.counted),
                std::mem::take(&mut held.refused),
            )
        };
        if counted.is_empty() {
            return refused;
        }
        let entries = self.limits().of_results(&counted);
        if !entries.is_empty()
            && let Some(store) = self.limits().store()
        {
            let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
            // Whoever cannot be asked said so in the log. The answer is there all the same.
            let _ = store
                .charge(entries, bytes, result.estimated_tokens())
                .await;
        }
        counted::headers(self.limits(), &counted)
    }
}

/// Whether the client's address is one of those that are let in. Where it is not known, it is not.
///
/// # Errors
/// Where it is not.
pub fn admit_address(caller: &Caller, allowed: &Addresses, inside: bool) -> Result<(), Refusal> {
    match caller.address() {
        Some(address) if allowed.contains(address) == inside => Ok(()),
        _ => Err(Refusal::new(
            Reason::Address,
            "Requests from this address are not admitted.",
        )),
    }
}

/// Whether a header has one of the values asked for; any, where there are none.
///
/// # Errors
/// Where it has not, or is there more than once.
pub fn admit_header(
    caller: &Caller,
    name: &'static str,
    values: &[&str],
    ignore_case: bool,
) -> Result<(), Refusal> {
    let found = caller.header(name).is_some_and(|value| {
        values.is_empty()
            || values.iter().any(|wanted| {
                if ignore_case {
                    wanted.eq_ignore_ascii_case(value)
                } else {
                    *wanted == value
                }
            })
    });
    if found {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::Header,
        format!("The header `{name}` is missing or does not have a value that is admitted."),
    ))
}
