//! What generated code asks of a call before it runs.

use std::future::ready;

use super::address::Addresses;
use super::pending::Count;
use super::{Reason, Refusal};
use crate::call::{Answer, Call};
use crate::caller::Caller;
use crate::result::ToolResult;

impl Call {
    /// Counts the call under `key` against the limit at a position of the gateway's limits: at once, or
    /// once everything is settled that comes before.
    ///
    /// # Errors
    /// Where the limit is reached.
    pub fn limit(&self, position: usize, key: &str) -> Result<(), Refusal> {
        let mut pending = self.pending();
        if pending.is_empty() {
            drop(pending);
            return self.count_at_once(position, key);
        }
        pending.counts.push(Count {
            limit: position,
            key: key.into(),
        });
        Ok(())
    }

    /// Makes the counts that were left for later.
    pub(crate) fn count(&self, counts: Vec<Count>) -> Result<(), Refusal> {
        counts
            .into_iter()
            .try_for_each(|count| self.count_at_once(count.limit, &count.key))
    }

    fn count_at_once(&self, position: usize, key: &str) -> Result<(), Refusal> {
        if let Some(permit) = self.limits().admit(position, key)? {
            self.hold(permit);
        }
        Ok(())
    }

    /// The answer to a call that a policy refuses: a result that the model can read, since what it asked
    /// for was understood.
    #[cold]
    pub fn refuse<'a>(&self, refusal: &Refusal) -> Answer<'a> {
        tracing::info!(
            target: "gatewright::policy",
            tool = self.name(),
            reason = refusal.reason.name(),
            "refused"
        );
        Box::pin(ready(ToolResult::error(refusal.to_string())))
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
