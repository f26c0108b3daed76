//! Defaults and examples, checked with the evaluator that the binary uses.

use gatewright_schema::json::Raw;
use gatewright_schema::{SchemaId, Table};

use crate::diagnostic::{Diagnostic, Sink, codes};

use super::Schemas;
use super::table::compact;

/// How many schemas the checks after one lowering may compact. What is left then cannot be vouched for.
const BUDGET: usize = 1_000_000;

/// Drops the defaults and examples of the schemas from `start` on that their own schema refuses. A
/// default is reported; it would otherwise be sent. `null` as a default means that there is none.
pub(super) fn check(schemas: &mut Schemas, start: usize, sink: &mut Sink) {
    let mut budget = BUDGET;
    for id in schemas.since(start) {
        let says = &schemas.get(id).annotations;
        if says.default.is_none() && says.examples.is_empty() {
            continue;
        }
        let mut says = says.clone();
        if budget == 0 {
            says.default = None;
            says.examples.clear();
            schemas.get_mut(id).annotations = says;
            continue;
        }
        let compact = compact(schemas, &[id]);
        budget = budget.saturating_sub(compact.schemas.len());
        let root = compact.position(id).unwrap_or(SchemaId(0));
        let table = Table {
            schemas: compact.schemas.into(),
        };
        if let Some(default) = says
            .default
            .take_if(|default| !is_valid(&table, root, default))
            && default != "null"
        {
            let message = format!("the default `{}` is not valid here", shortened(&default));
            let help = "the default is left out; correct it to have it published";
            let span = schemas.get(id).span;
            sink.report(Diagnostic::new(&codes::SCHEMA_DEFAULT, span, message).help(help));
        }
        says.examples
            .retain(|example| is_valid(&table, root, example));
        schemas.get_mut(id).annotations = says;
    }
}

fn is_valid(table: &Table, root: SchemaId, text: &str) -> bool {
    Raw::parse(text.as_bytes()).is_ok_and(|value| table.check(root, value).is_ok())
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}
