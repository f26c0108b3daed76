//! The violations of a walk that reports, and the place it has come to.

use super::{Evaluation, Stop, words};
use crate::json::Reader;
use crate::rule::Schema;
use crate::violation::push_segment;
use crate::{Violation, Violations};

/// What a reporting walk knows.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// RFC 6901, to the value that is looked at.
    pub(super) pointer: String,
    pub(super) violations: Violations,
}

/// A violation, but for its place and its rule.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) help: Option<String>,
}

impl Account {
    pub(super) const fn new(expected: String, actual: String) -> Self {
        Self {
            expected,
            actual,
            help: None,
        }
    }
}

impl Evaluation<'_> {
    /// Records a violation and goes on, or ends the walk where nothing is to be reported.
    pub(super) fn fail(
        &mut self,
        rule: &'static str,
        account: impl FnOnce() -> Account,
    ) -> Result<(), Stop> {
        let Some(report) = &mut self.report else {
            return Err(Stop::Invalid);
        };
        let Account {
            expected,
            actual,
            help,
        } = account();
        let pointer = report.pointer.clone();
        report.violations.push(Violation {
            pointer,
            rule,
            expected,
            actual,
            help,
        });
        Ok(())
    }

    /// Reports that the next value has the wrong type, and reads over it.
    pub(super) fn wrong_type(
        &mut self,
        schema: &Schema,
        reader: &mut Reader<'_>,
    ) -> Result<(), Stop> {
        let table = self.table;
        let start = *reader;
        self.fail("type", || {
            Account::new(words::schema(table, schema), words::next(start))
        })?;
        self.skip(reader)
    }

    /// Goes into a member or an item; what is returned leads out again.
    pub(super) fn enter(&mut self, segment: &str) -> usize {
        self.report.as_mut().map_or(0, |report| {
            let outside = report.pointer.len();
            push_segment(&mut report.pointer, segment);
            outside
        })
    }

    pub(super) fn leave(&mut self, outside: usize) {
        if let Some(report) = &mut self.report {
            report.pointer.truncate(outside);
        }
    }
}

/// The violation that stands for a value about which nothing was decided.
#[cold]
pub(super) fn undecided(stop: Stop) -> Violation {
    let (rule, expected, actual) = match stop {
        Stop::Syntax(error) => ("json", "JSON", error.to_string()),
        Stop::Steps => (
            "json",
            "a value that can be checked in bounded time",
            BEYOND.to_owned(),
        ),
        Stop::Nesting => (
            "$ref",
            "a value that can be checked at bounded depth",
            "schemas without end".to_owned(),
        ),
        Stop::Pattern => (
            "pattern",
            "a string that can be matched in bounded time",
            BEYOND.to_owned(),
        ),
        Stop::Schema => (
            "$ref",
            "a schema that exists",
            "a position outside the table".to_owned(),
        ),
        Stop::Invalid => (
            "json",
            "a value that keeps its schema",
            "another value".to_owned(),
        ),
    };
    Violation {
        pointer: String::new(),
        rule,
        expected: expected.to_owned(),
        actual,
        help: None,
    }
}

const BEYOND: &str = "one that takes too many steps";
