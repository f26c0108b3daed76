//! Requests and messages, counted before it is known which tool they call.
//!
//! A request is counted where its headers are known: before it is asked who sends it, so that the asking is
//! protected too, or after that where the count is the caller's. A message is counted once it was read.

use std::cell::RefCell;
use std::fmt;

use super::counted::Counted;
use super::pending::Count;
use super::{AtOnce, Limits, Reason, Refusal};
use crate::auth::Principal;
use crate::caller::Caller;

/// What counts an arrival: generated code.
pub type Counting = for<'a> fn(&'a Arrival<'a>) -> Result<(), Refusal>;

/// What a server counts beside calls.
#[derive(Clone, Copy, Debug)]
pub struct Intake {
    /// Requests, before it is known who sends them.
    pub requests: Option<Counting>,
    /// Requests, once that is known.
    pub identified: Option<Counting>,
    /// Messages, which come with requests or as lines.
    pub messages: Option<Counting>,
}

impl Intake {
    /// Nothing.
    pub const NONE: Self = Self {
        requests: None,
        identified: None,
        messages: None,
    };
}

/// A request or a message that is yet to be counted.
pub struct Arrival<'r> {
    arriving: Arriving<'r>,
    counted: RefCell<Vec<Counted>>,
    pending: RefCell<Vec<Count>>,
}

/// What is known of an arrival.
#[derive(Clone, Copy)]
pub(crate) struct Arriving<'r> {
    /// What it is counted by.
    pub(crate) limits: &'r Limits,
    /// Who sends it.
    pub(crate) caller: &'r Caller,
    /// The server that it is for.
    pub(crate) server: &'static str,
    /// The method of a message; empty for a request.
    pub(crate) method: &'static str,
}

impl Arrival<'_> {
    /// Who sends it.
    pub fn caller(&self) -> &Caller {
        self.arriving.caller
    }

    /// Who sends it, where that was asked.
    pub fn principal(&self) -> &Principal {
        self.arriving.caller.principal()
    }

    /// The name of the server.
    pub fn server_name(&self) -> &'static str {
        self.arriving.server
    }

    /// The method of a message: one of those that are told apart, or `other`.
    pub fn method(&self) -> &'static str {
        self.arriving.method
    }

    /// Counts it under `key` against the limit at a position of the gateway's limits: at once, or with
    /// those that take time.
    ///
    /// # Errors
    /// Where the limit is reached.
    pub fn limit(&self, position: usize, key: &str) -> Result<(), Refusal> {
        let mut pending = self.pending.borrow_mut();
        let at_once = pending.is_empty();
        match self.arriving.limits.admit(position, key, at_once)? {
            AtOnce::Counted(counted) => self.counted.borrow_mut().push(counted),
            AtOnce::Later => pending.push(Count {
                limit: position,
                key: key.into(),
            }),
            // The compiler lets nothing but calls run at once.
            AtOnce::Place(_) => {}
        }
        Ok(())
    }
}

impl fmt::Debug for Arrival<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival")
            .field("server", &self.arriving.server)
            .field("method", &self.arriving.method)
            .finish_non_exhaustive()
    }
}

/// Counts an arrival against all limits of `counting`, or against none; what it was counted as.
///
/// # Errors
/// Where it is refused, which the log is told.
pub(crate) async fn arrive(
    arriving: Arriving<'_>,
    counting: Option<Counting>,
) -> Result<Vec<Counted>, Refusal> {
    let Some(counting) = counting else {
        return Ok(Vec::new());
    };
    let (outcome, mut counted, pending) = {
        let arrival = Arrival {
            arriving,
            counted: RefCell::default(),
            pending: RefCell::default(),
        };
        let outcome = counting(&arrival);
        (
            outcome,
            arrival.counted.into_inner(),
            arrival.pending.into_inner(),
        )
    };
    let outcome = match outcome {
        Ok(()) if pending.is_empty() => Ok(()),
        // Rare: the future of the usual way stays small.
        Ok(()) => Box::pin(arriving.limits.count(pending, &mut counted)).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => Ok(counted),
        Err(refusal) => {
            arriving.limits.refund(&counted);
            refusal.reason.log("");
            Err(of_arrival(refusal))
        }
    }
}

/// The refusal in words about what arrived: what a key or a condition says of calls is about none here.
#[cold]
fn of_arrival(refusal: Refusal) -> Refusal {
    if refusal.reason == Reason::Undecided {
        return Refusal::new(
            Reason::Undecided,
            "This is not admitted: what it would be counted by is not known.",
        );
    }
    refusal
}

#[cfg(test)]
mod tests;
