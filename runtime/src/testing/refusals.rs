//! Why requests and calls are refused, and what else policies did, taken from the log: tests and operators are
//! told by the same line.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::coverage::{self, Said};
use crate::cache::Served;

/// The target of the lines that tell of policies.
const TARGET: &str = "gatewright::policy";

/// A log that keeps the reasons of refusals, counts what policies did, and keeps nothing else.
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
        let mut fields = Fields::default();
        event.record(&mut fields);
        if let Some(said) = fields.said() {
            coverage::said(said);
        }
        if let Some(reason) = fields.reason {
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

/// The fields of a line that tests look at.
#[derive(Default)]
struct Fields {
    reason: Option<String>,
    guard: Option<usize>,
    applies: Option<bool>,
    found: bool,
    valid: Option<bool>,
    served: Option<String>,
    invalidated: bool,
    mask: Option<usize>,
}

impl Fields {
    /// What a policy did.
    fn said(&self) -> Option<Said> {
        match *self {
            Self {
                guard: Some(guard),
                applies: Some(applies),
                ..
            } => Some(Said::Asked(guard, applies)),
            Self {
                guard: Some(guard),
                found: true,
                ..
            } => Some(Said::Found(guard)),
            Self {
                valid: Some(valid), ..
            } => Some(Said::Validated(valid)),
            Self {
                served: Some(ref from),
                ..
            } => Some(Said::Served(from == Served::Miss.name())),
            Self {
                mask: Some(mask), ..
            } => Some(Said::Masked(mask)),
            Self {
                invalidated: true, ..
            } => Some(Said::Invalidated),
            _ => None,
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "reason" => self.reason = Some(value.to_owned()),
            "served" => self.served = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        match field.name() {
            "applies" => self.applies = Some(value),
            "found" => self.found = value,
            "valid" => self.valid = Some(value),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        let position = usize::try_from(value).ok();
        match field.name() {
            "guard" => self.guard = position,
            "mask" => self.mask = position,
            "invalidated" => self.invalidated = true,
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
