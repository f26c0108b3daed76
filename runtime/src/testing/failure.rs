//! Why a test failed, for people.

use std::fmt::{self, Write as _};

use super::{Observed, Step, Test};

/// Why a test failed.
#[derive(Clone, PartialEq, Eq)]
pub struct Failure {
    message: String,
}

impl Failure {
    /// Something kept the test from being run.
    pub(super) fn new(place: &str, problem: impl fmt::Display) -> Self {
        Self {
            message: format!("{place}: {problem}"),
        }
    }

    /// Something came otherwise than expected.
    pub(super) fn of(
        test: &Test<'_>,
        (step, nth): (&Step<'_>, u32),
        differences: &[String],
        observed: &Observed,
    ) -> Self {
        let mut message = format!("{}: {}", step.place, test.name);
        if test.steps.len() > 1
            && let Some(position) = test
                .steps
                .iter()
                .position(|other| std::ptr::eq(other, step))
        {
            let _ = write!(message, ", step {} of {}", position + 1, test.steps.len());
        }
        if step.times > 1 {
            let _ = write!(message, ", call {nth} of {}", step.times);
        }
        for difference in differences {
            message += "\n  ";
            message += difference;
        }
        message += "\n  what came: ";
        message += &observed.to_string();
        Self { message }
    }

    /// The whole text, of several lines.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// As [`Display`](fmt::Display): this is what a test that fails shows.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}
