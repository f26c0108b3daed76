//! Which rules of the manifest the tests met, and what came of it.
//!
//! Generated code that is there for tests alone tells it of what it does itself. What constant tables have the
//! runtime do, such as searching content, is told by the log: the code that ships knows of no tests.
//!
//! Tests run side by side, each on a thread of its own from its first call to its last, so what is counted
//! is kept by thread.

use std::cell::{Cell, RefCell};

/// All rules of a gateway.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// By position.
    pub all: &'static [Rule],
    /// Which of them the log speaks of.
    pub subjects: &'static [(Subject, usize)],
}

/// A rule: something that requests or calls must pass, or that is done with some of them.
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

/// What the log speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A content guard, by its position in the gateway.
    Guard(usize),
    /// Something of a tool: the positions of its server and of it.
    Tool(usize, usize, Feature),
}

/// What a tool has that the log speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Its answers must match a schema.
    Validation,
    /// Its answers are remembered.
    Cache,
    /// Calls of it make the answers of others untrue.
    Invalidation,
    /// Values of its answers are masked, by this position.
    Mask(usize),
}

/// What the log says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It was a guard's turn; whether it is about the call.
    Asked(usize, bool),
    /// A guard found something.
    Found(usize),
    /// Whether an answer matches its schema.
    Validated(bool),
    /// Whether an answer was remembered.
    Served(bool),
    /// Answers were forgotten.
    Invalidated,
    /// A value was masked.
    Masked(usize),
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
    static SUBJECTS: Cell<&'static [(Subject, usize)]> = const { Cell::new(&[]) };
    /// The server and the tool that are called.
    static TOOL: Cell<(usize, usize)> = const { Cell::new((usize::MAX, usize::MAX)) };
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

/// What the log says from now on is said of a call of this tool of this server; `None` where no tool is called.
pub(super) fn calls(server: usize, tool: Option<usize>) {
    TOOL.set((server, tool.unwrap_or(usize::MAX)));
}

/// Notes what the log says.
pub(super) fn said(said: Said) {
    let (server, tool) = TOOL.get();
    let of_tool = |feature| Subject::Tool(server, tool, feature);
    let subject = match said {
        Said::Asked(guard, _) | Said::Found(guard) => Subject::Guard(guard),
        Said::Validated(_) => of_tool(Feature::Validation),
        Said::Served(_) => of_tool(Feature::Cache),
        Said::Invalidated => of_tool(Feature::Invalidation),
        Said::Masked(position) => of_tool(Feature::Mask(position)),
    };
    let mut subjects = SUBJECTS.get().iter();
    let Some((_, rule)) = subjects.find(|(known, _)| *known == subject) else {
        return;
    };
    match said {
        // Until it says otherwise, it has found nothing.
        Said::Asked(_, applies) => {
            reached(*rule);
            passed(*rule);
            if applies {
                applied(*rule);
            }
        }
        Said::Found(_) => count(*rule, |counts| {
            counts.passed = counts.passed.saturating_sub(1);
        }),
        Said::Validated(usual) | Said::Served(usual) => {
            reached(*rule);
            if usual {
                passed(*rule);
            }
        }
        Said::Invalidated | Said::Masked(_) => reached(*rule),
    }
}

fn count(rule: usize, change: impl FnOnce(&mut Counts)) {
    COUNTS.with_borrow_mut(|all| {
        if let Some(counts) = all.get_mut(rule) {
            change(counts);
        }
    });
}

/// What `run` comes to, and how often it met each of the rules.
pub(super) fn counted<T>(rules: Rules, run: impl FnOnce() -> T) -> (T, Vec<Counts>) {
    COUNTS.set(vec![Counts::default(); rules.all.len()]);
    SUBJECTS.set(rules.subjects);
    let outcome = run();
    SUBJECTS.set(&[]);
    (outcome, COUNTS.take())
}

#[cfg(test)]
mod tests;
