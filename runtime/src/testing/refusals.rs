//! Why requests and calls are refused, taken from the log: tests and operators are told by the same line.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The target of the lines that tell of refusals.
const TARGET: &str = "gatewright::policy";

/// A log that keeps the reasons of refusals and nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Refusals(Arc<Mutex<Vec<String>>>);

impl Refusals {
    /// The reasons since this was asked last.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Subscriber for Refusals {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == TARGET && metadata.is_event()
    }

    fn event(&self, event: &Event<'_>) {
        let mut reason = Reason::default();
        event.record(&mut reason);
        if let Some(reason) = reason.0 {
            let mut reasons = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            reasons.push(reason);
        }
    }

    // Spans are not enabled.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The field `reason`.
#[derive(Default)]
struct Reason(Option<String>);

impl Visit for Reason {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "reason" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
