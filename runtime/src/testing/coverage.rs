//! Which rules of the manifest the tests met, and what came of it.
//!
//! Tests run side by side, each on a thread of its own from its first call to its last, so what is counted
//! is kept by thread.

use std::cell::RefCell;

/// A rule: something that requests or calls must pass, or that applies to some of them.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Where it stands: `gateway.yaml:12`.
    pub place: &'static str,
    /// What it is called in the manifest: `require`.
    pub name: &'static str,
    /// Whether it can refuse.
    pub refuses: bool,
    /// Whether it applies only where a condition holds.
    pub conditional: bool,
}

/// How often a rule was met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// It was its turn.
    pub(super) reached: u64,
    /// Its condition held.
    pub(super) applied: u64,
    /// It let the call through, or did not apply.
    pub(super) passed: u64,
}

thread_local! {
    static COUNTS: RefCell<Vec<Counts>> = const { RefCell::new(Vec::new()) };
}

/// Notes that it is the turn of a rule.
pub fn reached(rule: usize) {
    count(rule, |counts| counts.reached += 1);
}

/// Notes that the condition of a rule held.
pub fn applied(rule: usize) {
    count(rule, |counts| counts.applied += 1);
}

/// Notes that a rule let a call through.
pub fn passed(rule: usize) {
    count(rule, |counts| counts.passed += 1);
}

fn count(rule: usize, change: impl FnOnce(&mut Counts)) {
    COUNTS.with_borrow_mut(|all| {
        if let Some(counts) = all.get_mut(rule) {
            change(counts);
        }
    });
}

/// What `run` comes to, and how often it met each of so many rules.
pub(super) fn counted<T>(rules: usize, run: impl FnOnce() -> T) -> (T, Vec<Counts>) {
    COUNTS.set(vec![Counts::default(); rules]);
    let outcome = run();
    (outcome, COUNTS.take())
}
