//! The macros `all`, `exists`, `exists_one`, `filter` and `map`.

use crate::diagnostic::codes;

use super::super::syntax::{Expr, ExprKind, Extent, Name};
use super::super::typed::{Bound, Loop, Macro, Node, Typed};
use super::super::types::Type;
use super::names::element;
use super::{Checker, Local};

impl Checker<'_, '_> {
    /// `list.name(item, ..)`; the list is the first of the arguments.
    pub(super) fn repeat(
        &mut self,
        kind: Macro,
        name: &Name,
        arguments: &[Expr],
        extent: Extent,
    ) -> Option<Typed> {
        let (list, variable, condition, body) = match arguments {
            [list, variable, body] => (list, variable, None, body),
            [list, variable, condition, body] if kind == Macro::Map => {
                (list, variable, Some(condition), body)
            }
            _ => {
                let message = format!("`{}` takes a name and an expression", name.text);
                self.report(&codes::EXPRESSION_TYPE, name.extent, message)
                    .help(format!("write `list.{}(item, ..)`", name.text))
                    .send(self);
                return None;
            }
        };
        let items = self.value(list)?;
        let local = self.local_of(&items, variable, name)?;
        let position = self.locals.len();
        let local_kind = local.kind.clone();
        self.locals.push(local);
        let mark = self.known.len();
        let checked = condition.map(|condition| {
            let checked = self.condition(condition);
            self.learn(condition, true);
            checked
        });
        let body = if kind == Macro::Map {
            self.value(body)
        } else {
            self.condition(body)
        };
        self.known.truncate(mark);
        self.locals.truncate(position);
        let body = body?;
        let condition = match checked {
            Some(condition) => Some(condition?),
            None => None,
        };
        let (kind_of, bound) = match kind {
            Macro::Filter => (
                Type::List(Box::new(local_kind.clone())),
                Bound {
                    schema: None,
                    ..items.bound
                },
            ),
            Macro::Map => {
                let (count, each) = (items.bound.count(), body.bound.bytes.saturating_add(1));
                let bound = Bound {
                    bytes: count.saturating_mul(each),
                    items: Some(count),
                    item_bytes: Some(each),
                    schema: None,
                };
                (Type::List(Box::new(body.kind.clone())), bound)
            }
            _ => (Type::Bool, Bound::bytes(5)),
        };
        let inner = Loop {
            items,
            local: position,
            local_kind,
            condition,
            body,
        };
        let typed = Typed::new(Node::Macro(kind, Box::new(inner)), kind_of, extent).fails(true);
        Some(Typed { bound, ..typed })
    }

    fn local_of(&mut self, items: &Typed, variable: &Expr, name: &Name) -> Option<Local> {
        let kind = match &items.kind {
            Type::List(_) | Type::Dyn => element(&items.kind),
            Type::Map(_) | Type::Object(_) => Type::String,
            kind => {
                let message = format!(
                    "`{}` goes through a list or a map, and this is of type `{kind}`",
                    name.text
                );
                self.report(&codes::EXPRESSION_TYPE, items.extent, message)
                    .send(self);
                return None;
            }
        };
        let ExprKind::Name(local) = &variable.kind else {
            self.report(
                &codes::EXPRESSION_TYPE,
                variable.extent,
                "the name that each item gets is needed here",
            )
            .help(format!("write `list.{}(item, ..)`", name.text))
            .send(self);
            return None;
        };
        if self.environment.names.contains_key(local)
            || self.locals.iter().any(|other| other.name == *local)
        {
            self.report(
                &codes::EXPRESSION_NAME,
                variable.extent,
                format!("`{local}` is the name of something else here"),
            )
            .help("choose another name for the items")
            .send(self);
            return None;
        }
        let schema = items
            .bound
            .schema
            .filter(|_| matches!(items.kind, Type::List(_)))
            .and_then(|schema| self.environment.schema_of_items(schema));
        Some(Local {
            name: local.clone(),
            bound: self.bound(schema, &kind, items.bound.item()),
            kind,
        })
    }
}
