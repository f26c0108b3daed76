//! A bound on the work of an evaluation, from the bounds of what goes into it.
//!
//! The unit is a step: an operation, or sixteen bytes looked at. The bound is worked out while the
//! expression is still small, at build time, so that no caller can make a gateway busy with a value
//! that is within its schema.

use super::functions::{Growth, Overload};
use super::typed::{Bound, Loop, Node, Typed};

/// The most steps that an expression may take: some tens of milliseconds.
pub(super) const MAX_STEPS: u64 = 10_000_000;

/// The steps of looking at this many bytes.
fn reading(bytes: u64) -> u64 {
    1 + bytes / 16
}

/// The most steps that an evaluation takes. The locals are as great as `locals` says, by position.
pub(super) fn steps(typed: &Typed, locals: &mut Vec<u64>) -> u64 {
    let own = match &typed.node {
        Node::Literal(_)
        | Node::Constant(_)
        | Node::Variable { .. }
        | Node::Present(_)
        | Node::Local(_)
        | Node::Forget(_) => 0,
        Node::List(_) | Node::Map(_) | Node::Not(_) | Node::Logic(..) | Node::Conditional(_) => 1,
        Node::Member(operand, _) | Node::HasMember(operand, _) | Node::As(operand) => {
            reading(size(operand, locals))
        }
        Node::Entry(operand, key) | Node::HasEntry(operand, key) => {
            reading(size(operand, locals).saturating_add(size(key, locals)))
        }
        Node::IsOneOf(text, _) => reading(size(text, locals)),
        // Each part of a text is a value of its own.
        Node::Call(overload, _) if overload.growth == Growth::Parts => 1 + size(typed, locals) / 2,
        Node::Call(_, arguments) => {
            let arguments = arguments.iter().map(|argument| size(argument, locals));
            reading(arguments.fold(size(typed, locals), u64::saturating_add))
        }
        // Each byte of the text may be looked at once for each state of the pattern.
        Node::Matches(text, pattern) => {
            reading(size(text, locals)).saturating_mul(1 + pattern.len() as u64 / 8)
        }
        // Containers are read whole, and objects sorted.
        Node::Compare(_, left, right) => {
            1 + size(left, locals).saturating_add(size(right, locals)) / 4
        }
        Node::Macro(_, inner) => return repeated(inner, locals),
    };
    parts(typed)
        .into_iter()
        .fold(own, |sum, part| sum.saturating_add(steps(part, locals)))
}

/// The steps of a macro. The items of a list share its bytes: many small ones, or a great one, and
/// nothing in between costs more, since no operation takes less than proportionally to what it is given.
fn repeated(inner: &Loop, locals: &mut Vec<u64>) -> u64 {
    let items = size(&inner.items, locals);
    let bound = Bound {
        bytes: items,
        ..inner.items.bound
    };
    let mut body = |bytes: u64| {
        locals.truncate(inner.local);
        locals.push(bytes);
        let condition = inner
            .condition
            .as_ref()
            .map_or(0, |condition| steps(condition, locals));
        let steps = condition
            .saturating_add(steps(&inner.body, locals))
            .saturating_add(1);
        locals.truncate(inner.local);
        steps
    };
    let greatest = body(bound.item());
    let each = bound.count().saturating_mul(greatest);
    let shared = bound
        .count()
        .saturating_mul(body(2))
        .saturating_add(greatest);
    steps(&inner.items, locals)
        .saturating_add(reading(items))
        .saturating_add(each.min(shared))
}

/// How many bytes a value has at most.
fn size(typed: &Typed, locals: &[u64]) -> u64 {
    match &typed.node {
        Node::Local(local) => locals.get(*local).copied().unwrap_or(typed.bound.bytes),
        Node::Member(operand, _)
        | Node::Entry(operand, _)
        | Node::As(operand)
        | Node::Forget(operand) => typed.bound.bytes.min(size(operand, locals)),
        Node::Call(overload, arguments) => {
            call_bytes(overload, arguments.iter().map(|part| size(part, locals)))
        }
        _ => typed.bound.bytes,
    }
}

/// How many bytes a function gives, of arguments of these sizes.
pub(super) fn call_bytes(overload: &Overload, mut arguments: impl Iterator<Item = u64>) -> u64 {
    match overload.growth {
        Growth::Fixed => 0,
        // Numbers become longer as text.
        Growth::Sum => arguments.fold(64, u64::saturating_add),
        // A part of one byte counts as two, as it does in JSON.
        Growth::Parts => arguments.fold(2, u64::saturating_add).saturating_mul(2),
        Growth::Product => {
            let first = arguments.next().unwrap_or_default().saturating_add(1);
            first.saturating_mul(arguments.last().unwrap_or_default().saturating_add(1))
        }
    }
}

/// What an expression is made of, but for the loop of a macro.
fn parts(typed: &Typed) -> Vec<&Typed> {
    match &typed.node {
        Node::Member(operand, _)
        | Node::HasMember(operand, _)
        | Node::As(operand)
        | Node::Forget(operand)
        | Node::Not(operand)
        | Node::IsOneOf(operand, _)
        | Node::Matches(operand, _) => vec![operand],
        Node::Entry(left, right) | Node::HasEntry(left, right) | Node::Compare(_, left, right) => {
            vec![left, right]
        }
        Node::List(parts) | Node::Call(_, parts) | Node::Logic(_, parts) => parts.iter().collect(),
        Node::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
        Node::Conditional(parts) => parts.iter().collect(),
        _ => Vec::new(),
    }
}
