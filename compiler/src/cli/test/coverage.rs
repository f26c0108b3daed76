//! Which policies the tests met, and whether both ways.

use std::fmt::Write as _;

use super::results::TestResult;
use crate::emit::listing::JsonObject;
use crate::plan::{Plan, PolicyRule};

/// A policy, and how often all tests together met it.
#[derive(Debug)]
pub(super) struct Covered<'p> {
    rule: &'p PolicyRule,
    /// Its condition held, or it has none.
    applied: u64,
    /// Its condition did not hold.
    skipped: u64,
    /// It applied and let the call through.
    admitted: u64,
    /// It applied and refused the call.
    refused: u64,
}

/// What the results say of each policy.
pub(super) fn of<'p>(plan: &'p Plan, results: &[TestResult]) -> Vec<Covered<'p>> {
    let rules = plan.rules.iter().enumerate();
    rules
        .map(|(position, rule)| {
            let mut covered = Covered {
                rule,
                applied: 0,
                skipped: 0,
                admitted: 0,
                refused: 0,
            };
            for counts in results
                .iter()
                .filter_map(|result| result.rules.get(position))
            {
                let applied = if rule.conditional {
                    counts.applied
                } else {
                    counts.reached
                };
                let refused = counts.reached.saturating_sub(counts.passed);
                covered.applied += applied;
                covered.skipped += counts.reached.saturating_sub(applied);
                covered.refused += refused;
                covered.admitted += applied.saturating_sub(refused);
            }
            covered
        })
        .collect()
}

impl Covered<'_> {
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
        if self.rule.refuses && self.applied > 0 {
            if self.admitted == 0 {
                gaps.push("never let through");
            }
            if self.refused == 0 {
                gaps.push("never refused");
            }
        }
        gaps
    }
}

/// A table for people.
pub(super) fn table(covered: &[Covered<'_>]) -> String {
    let width = |text: fn(&PolicyRule) -> &str, least: usize| {
        let lengths = covered.iter().map(|covered| text(covered.rule).len());
        lengths.max().unwrap_or(0).max(least)
    };
    let names = width(|rule| rule.name, 6);
    let places = width(|rule| &rule.place, 5);
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "\n{:names$}  {:places$}  let through  refused  not applied",
        "policy", "place"
    );
    for covered in covered {
        let rule = covered.rule;
        let skipped = if rule.conditional {
            covered.skipped.to_string()
        } else {
            String::new()
        };
        let line = format!(
            "{:names$}  {:places$}  {:11}  {:7}  {skipped:11}  {}",
            rule.name,
            rule.place,
            covered.admitted,
            covered.refused,
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
            let mut out = JsonObject::default();
            out.string("policy", covered.rule.name);
            out.string("place", &covered.rule.place);
            out.raw("admitted", &covered.admitted.to_string());
            out.raw("refused", &covered.refused.to_string());
            if covered.rule.conditional {
                out.raw("applied", &covered.applied.to_string());
                out.raw("notApplied", &covered.skipped.to_string());
            }
            let complete = covered.gaps().is_empty();
            out.raw("bothWays", if complete { "true" } else { "false" });
            out.finish()
        })
        .collect();
    format!("[{}]", items.join(","))
}
