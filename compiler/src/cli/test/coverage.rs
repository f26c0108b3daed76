//! Which policies the tests met, and whether both ways.

use std::fmt::Write as _;

use super::results::{Counts, TestResult};
use crate::emit::listing::JsonObject;
use crate::plan::{Plan, PolicyRule, Ways};

/// A policy, and how often all tests together met it.
#[derive(Debug)]
pub(super) struct Covered<'p> {
    rule: &'p PolicyRule,
    /// Its condition held, or it has none.
    applied: u64,
    /// Its condition did not hold.
    skipped: u64,
    /// It applied and came to what is usual: it let the call through.
    usual: u64,
    /// It applied and came to the other thing: it refused the call.
    other: u64,
}

/// One of the things that can come of a policy.
struct Way {
    /// Beside its number, for people.
    words: &'static str,
    /// Its number's name, for programs.
    member: &'static str,
    /// That it never came.
    gap: &'static str,
}

/// The usual and the other thing that can come of a policy; `None` where it does what it says.
fn ways(rule: &PolicyRule) -> Option<[Way; 2]> {
    let way = |words, member, gap| Way { words, member, gap };
    Some(match rule.ways {
        Ways::Refusal => [
            way("let through", "admitted", "never let through"),
            way("refused", "refused", "never refused"),
        ],
        Ways::Search => [
            way("found nothing", "foundNothing", "always found something"),
            way("found something", "found", "never found anything"),
        ],
        Ways::Validation => [
            way("valid", "valid", "no answer was valid"),
            way("broken", "broken", "no answer was broken"),
        ],
        Ways::Memory => [
            way("by the API", "asked", "the API was never asked"),
            way("from memory", "remembered", "nothing was remembered"),
        ],
        Ways::One => return None,
    })
}

/// What the results say of each policy.
pub(super) fn of<'p>(plan: &'p Plan, results: &[TestResult]) -> Vec<Covered<'p>> {
    let rules = plan.rules.iter().enumerate();
    rules
        .map(|(position, rule)| {
            let mut covered = Covered::new(rule);
            for counts in results
                .iter()
                .filter_map(|result| result.rules.get(position))
            {
                covered.add(*counts);
            }
            covered
        })
        .collect()
}

impl<'p> Covered<'p> {
    fn new(rule: &'p PolicyRule) -> Self {
        Self {
            rule,
            applied: 0,
            skipped: 0,
            usual: 0,
            other: 0,
        }
    }

    /// Adds what one test saw of it.
    fn add(&mut self, counts: Counts) {
        let applied = if self.rule.conditional {
            counts.applied
        } else {
            counts.reached
        };
        let other = counts.reached.saturating_sub(counts.passed);
        self.applied += applied;
        self.skipped += counts.reached.saturating_sub(applied);
        self.other += other;
        self.usual += applied.saturating_sub(other);
    }

    /// What no test has seen of it.
    pub(super) fn gaps(&self) -> Vec<&'static str> {
        let mut gaps = Vec::new();
        if self.applied + self.skipped == 0 {
            return vec!["never met"];
        }
        if self.rule.conditional {
            if self.applied == 0 {
                gaps.push("never applied");
            }
            if self.skipped == 0 {
                gaps.push("always applied");
            }
        }
        if let Some([usual, other]) = ways(self.rule).filter(|_| self.applied > 0) {
            if self.usual == 0 {
                gaps.push(usual.gap);
            }
            if self.other == 0 {
                gaps.push(other.gap);
            }
        }
        gaps
    }

    /// How often what came of it.
    fn counts(&self) -> String {
        let mut counts = match ways(self.rule) {
            Some([usual, other]) => format!(
                "{} {}, {} {}",
                self.usual, usual.words, self.other, other.words
            ),
            None => format!("{} applied", self.applied),
        };
        if self.rule.conditional {
            // Writing to a string does not fail.
            let _ = write!(counts, ", {} not applied", self.skipped);
        }
        counts
    }
}

/// A table for people.
pub(super) fn table(covered: &[Covered<'_>]) -> String {
    let counts: Vec<String> = covered.iter().map(Covered::counts).collect();
    let width = |lengths: &mut dyn Iterator<Item = usize>, least: usize| {
        lengths.max().unwrap_or(0).max(least)
    };
    let names = width(&mut covered.iter().map(|it| it.rule.name.len()), 6);
    let places = width(&mut covered.iter().map(|it| it.rule.place.len()), 5);
    let numbers = width(&mut counts.iter().map(String::len), 12);
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "\n{:names$}  {:places$}  {:numbers$}  not tested",
        "policy", "place", "what came"
    );
    for (covered, counts) in covered.iter().zip(&counts) {
        let rule = covered.rule;
        let line = format!(
            "{:names$}  {:places$}  {counts:numbers$}  {}",
            rule.name,
            rule.place,
            covered.gaps().join(", ")
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let whole = covered.iter().filter(|covered| covered.gaps().is_empty());
    let _ = writeln!(
        out,
        "{} of {} policies were tested both ways",
        whole.count(),
        covered.len()
    );
    out
}

/// A list for programs.
pub(super) fn json(covered: &[Covered<'_>]) -> String {
    let items: Vec<String> = covered
        .iter()
        .map(|covered| {
            let ways = ways(covered.rule);
            let mut out = JsonObject::default();
            out.string("policy", covered.rule.name);
            out.string("place", &covered.rule.place);
            if let Some([usual, other]) = &ways {
                out.raw(usual.member, &covered.usual.to_string());
                out.raw(other.member, &covered.other.to_string());
            }
            if covered.rule.conditional || ways.is_none() {
                out.raw("applied", &covered.applied.to_string());
            }
            if covered.rule.conditional {
                out.raw("notApplied", &covered.skipped.to_string());
            }
            let complete = covered.gaps().is_empty();
            out.raw("bothWays", if complete { "true" } else { "false" });
            out.finish()
        })
        .collect();
    format!("[{}]", items.join(","))
}

#[cfg(test)]
mod tests;
