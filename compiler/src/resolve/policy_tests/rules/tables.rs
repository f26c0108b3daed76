//! Policies that are constant tables of the runtime: content guards, and what is said of the answers of tools.

use super::place;
use crate::plan::{Action, Plan, PolicyRule, RuleSubject, Tool, Ways};
use crate::source::{Files, Span};

/// A policy of this kind, for one tool where it is one of tools.
pub(super) struct Table {
    pub(super) subject: RuleSubject,
    pub(super) span: Span,
    conditional: bool,
}

impl Table {
    fn of(subject: RuleSubject, span: Span) -> Self {
        Self {
            subject,
            span,
            conditional: false,
        }
    }

    pub(super) fn rule(&self, files: &Files) -> PolicyRule {
        let (name, ways) = match self.subject {
            RuleSubject::Guard(_) => ("content_guard", Ways::Search),
            RuleSubject::Validation(..) => ("validate_content", Ways::Validation),
            RuleSubject::Cache(..) => ("cache", Ways::Memory),
            RuleSubject::Invalidation(..) => ("invalidates", Ways::One),
            RuleSubject::Mask(..) => ("mask", Ways::One),
        };
        PolicyRule {
            place: place(self.span, files),
            name,
            ways,
            conditional: self.conditional,
        }
    }
}

/// All of them.
pub(super) fn subjects(plan: &Plan) -> Vec<Table> {
    let mut tables = Vec::new();
    for (position, guard) in plan.guards.iter().enumerate() {
        tables.push(Table {
            conditional: guard.when.is_some(),
            ..Table::of(RuleSubject::Guard(position), guard.span)
        });
    }
    for (server, declared) in plan.servers.iter().enumerate() {
        for (position, tool) in declared.tools.iter().enumerate() {
            of_tool((server, position), tool, &mut tables);
        }
    }
    tables
}

fn of_tool((server, position): (usize, usize), tool: &Tool, tables: &mut Vec<Table>) {
    if let Some(caching) = &tool.cache {
        tables.push(Table::of(
            RuleSubject::Cache(server, position),
            caching.span,
        ));
    }
    if let Some(span) = tool
        .invalidates
        .span
        .filter(|_| !tool.invalidates.tools.is_empty())
    {
        tables.push(Table::of(RuleSubject::Invalidation(server, position), span));
    }
    let Action::Operation(operation) = &tool.action else {
        return;
    };
    if let Some(validation) = &operation.validation {
        tables.push(Table::of(
            RuleSubject::Validation(server, position),
            validation.span,
        ));
    }
    let masks = operation.response.iter().flat_map(|shape| &shape.masks);
    for (mask, text) in masks.enumerate() {
        tables.push(Table::of(
            RuleSubject::Mask(server, position, mask),
            text.span,
        ));
    }
}
