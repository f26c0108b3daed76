//! What the log says is counted for the rule that it is said of, and for no other.

use super::super::log::Log;
use super::{Counts, Feature, Rule, Rules, Subject, calls, counted};

const RULE: Rule = Rule {
    place: "gateway.yaml:1",
    name: "content_guard",
    refuses: false,
    conditional: true,
};

const RULES: Rules = Rules {
    all: &[RULE; 6],
    subjects: &[
        (Subject::Guard(1), 0),
        (Subject::Tool(0, 2, Feature::Validation), 1),
        (Subject::Tool(0, 2, Feature::Cache), 2),
        (Subject::Tool(0, 2, Feature::Invalidation), 3),
        (Subject::Tool(0, 2, Feature::Mask(1)), 4),
        // One policy of two tools.
        (Subject::Tool(0, 3, Feature::Validation), 1),
    ],
};

/// A rule's turn, condition and passing.
type Told = (u64, u64, u64);

/// What is counted while the log is told things in a call of a tool; each rule's turn, condition and passing.
fn told(tool: Option<usize>, log: fn()) -> Vec<Told> {
    let ((), counts) = counted(RULES, || {
        calls(0, tool);
        tracing::dispatcher::with_default(&tracing::Dispatch::new(Log::default()), log);
    });
    let told = |counts: Counts| (counts.reached, counts.applied, counts.passed);
    counts.into_iter().map(told).collect()
}

fn only(rule: usize, counts: Told) -> Vec<Told> {
    let mut all = vec![(0, 0, 0); 6];
    all[rule] = counts;
    all
}

macro_rules! log {
    ($($field:tt)*) => {
        || tracing::trace!(target: "gatewright::policy", $($field)*)
    };
}

#[test]
fn guards_are_told_by_their_positions() {
    let asked = told(None, log!(guard = 1_usize, applies = true));
    assert_eq!(asked, only(0, (1, 1, 1)));
    let skipped = told(None, log!(guard = 1_usize, applies = false));
    assert_eq!(skipped, only(0, (1, 0, 1)));
    let found = told(None, || {
        tracing::trace!(target: "gatewright::policy", guard = 1_usize, applies = true);
        tracing::trace!(target: "gatewright::policy", guard = 1_usize, found = true);
    });
    assert_eq!(found, only(0, (1, 1, 0)));
    // Of a guard that no rule is about.
    let other = told(None, log!(guard = 0_usize, applies = true));
    assert_eq!(other, only(0, (0, 0, 0)));
}

#[test]
fn the_rest_is_told_by_the_tool_that_is_called() {
    let cases: [(fn(), usize, Told); 7] = [
        (log!(valid = true), 1, (1, 0, 1)),
        (log!(valid = false), 1, (1, 0, 0)),
        (log!(served = "miss"), 2, (1, 0, 1)),
        (log!(served = "hit"), 2, (1, 0, 0)),
        (log!(served = "stale"), 2, (1, 0, 0)),
        (log!(invalidated = 1_usize), 3, (1, 0, 0)),
        (log!(mask = 1_usize), 4, (1, 0, 0)),
    ];
    for (log, rule, counts) in cases {
        assert_eq!(told(Some(2), log), only(rule, counts));
        assert_eq!(told(Some(1), log), only(rule, (0, 0, 0)));
        assert_eq!(told(None, log), only(rule, (0, 0, 0)));
    }
    assert_eq!(told(Some(3), log!(valid = true)), only(1, (1, 0, 1)));
    assert_eq!(told(Some(2), log!(mask = 0_usize)), only(4, (0, 0, 0)));
}

#[test]
fn other_lines_are_about_no_rule() {
    let reason = told(Some(2), log!(reason = "rate_limit_exceeded", tool = ""));
    assert_eq!(reason, only(0, (0, 0, 0)));
    let elsewhere = told(Some(2), || {
        tracing::trace!(target: "gatewright::access", valid = true);
    });
    assert_eq!(elsewhere, only(0, (0, 0, 0)));
}
