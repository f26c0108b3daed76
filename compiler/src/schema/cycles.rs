//! Schemas that judge a value by judging the same value again, without end.

use gatewright_schema::SchemaId;

use crate::diagnostic::{Diagnostic, Sink, codes};

use super::Schemas;
use super::links::{Link, for_each};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
}

/// Reports the schemas from `start` on that lead back to themselves without entering a part of the
/// value, and removes the rules that do so: every later walk over the same value ends.
pub(super) fn refuse(schemas: &mut Schemas, start: usize, sink: &mut Sink) {
    let mut states: Vec<Option<State>> = vec![None; schemas.len()];
    for root in schemas.since(start) {
        visit(schemas, root, &mut states, sink);
    }
}

fn visit(schemas: &mut Schemas, root: SchemaId, states: &mut [Option<State>], sink: &mut Sink) {
    let mut path: Vec<(SchemaId, Vec<SchemaId>)> = Vec::new();
    let mut next = Some(root);
    loop {
        if let Some(id) = next.take() {
            match states.get(id.0 as usize).copied().flatten() {
                Some(State::Closed) => {}
                Some(State::Open) => {
                    if let Some((from, _)) = path.last() {
                        cut(schemas, *from, id, sink);
                    }
                }
                None => {
                    set(states, id, State::Open);
                    path.push((id, same_value(schemas, id)));
                }
            }
        }
        let Some((id, waiting)) = path.last_mut() else {
            return;
        };
        next = waiting.pop();
        if next.is_none() {
            set(states, *id, State::Closed);
            path.pop();
        }
    }
}

fn set(states: &mut [Option<State>], id: SchemaId, state: State) {
    if let Some(slot) = states.get_mut(id.0 as usize) {
        *slot = Some(state);
    }
}

/// The schemas that judge the same value, last first.
fn same_value(schemas: &Schemas, id: SchemaId) -> Vec<SchemaId> {
    let mut found = Vec::new();
    for rule in &schemas.get(id).rules {
        for_each(rule, &mut |link, target| {
            if link == Link::SameValue {
                found.push(target);
            }
        });
    }
    found.reverse();
    found
}

fn cut(schemas: &mut Schemas, from: SchemaId, to: SchemaId, sink: &mut Sink) {
    let (schema, origin) = (schemas.get(from), schemas.get(to).span);
    let message = "the schema refers to itself without end";
    let help = "a schema may contain itself in its properties or items only";
    sink.report(
        Diagnostic::new(&codes::SCHEMA_ENDLESS, schema.span, message)
            .also(origin, "it leads back to here")
            .help(help),
    );
    schemas.get_mut(from).rules.retain(|rule| {
        let mut leads_back = false;
        for_each(rule, &mut |link, target| {
            leads_back |= link == Link::SameValue && target == to;
        });
        !leads_back
    });
}
