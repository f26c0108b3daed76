//! Why requests and calls are refused, what else policies did, and the access record, taken from the log: tests
//! and operators are told by the same lines.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::coverage::{self, Said};
use crate::cache::Served;

/// The target of the lines that tell of policies.
const POLICY: &str = "gatewright::policy";

/// The target of access records.
const ACCESS: &str = "gatewright::access";

/// A log that keeps the reasons of refusals and the texts of the access record, counts what policies did, and
/// keeps nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Log(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    reasons: Vec<String>,
    record: Texts,
}

impl Log {
    /// The reasons since this was asked last.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.kept().reasons)
    }

    /// The access record of the last request, unless this was asked since.
    pub(super) fn take_record(&self) -> Vec<(&'static str, String)> {
        std::mem::take(&mut self.kept().record.0)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        [POLICY, ACCESS].contains(&metadata.target()) && metadata.is_event()
    }

    fn event(&self, event: &Event<'_>) {
        if event.metadata().target() == ACCESS {
            let mut record = Texts::default();
            event.record(&mut record);
            self.kept().record = record;
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        if let Some(said) = fields.said() {
            coverage::said(said);
        }
        if let Some(reason) = fields.reason {
            self.kept().reasons.push(reason);
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

/// The fields of an access record that are text.
#[derive(Debug, Default)]
struct Texts(Vec<(&'static str, String)>);

impl Visit for Texts {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

/// The fields of a line about policies that tests look at.
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
