//! The syntax checked: names bound, operations chosen by type, and what is decided already refused.
//!
//! Every function reports what it finds and goes on where it can, so that one compilation shows all
//! that is wrong with an expression.

mod call;
mod known;
mod loops;
mod names;
mod operator;

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Sink, codes};

use super::domain::Domain;
use super::environment::Environment;
use super::place::ExprSpan;
use super::syntax::{Expr, ExprKind, Extent, Literal, Logic};
use super::typed::{Bound, Node, Typed};
use super::types::{Form, Type};
use known::Known;
use names::Resolved;

pub(super) struct Checker<'e, 's> {
    text: &'e str,
    place: &'e ExprSpan,
    environment: &'e Environment<'s>,
    sink: &'e mut Sink,
    locals: Vec<Local>,
    known: Vec<(String, Known)>,
    /// The variables used so far.
    pub(super) used: BTreeSet<String>,
}

/// The item that a macro is at.
struct Local {
    name: String,
    kind: Type,
    bound: Bound,
}

impl<'e, 's> Checker<'e, 's> {
    pub(super) fn new(
        text: &'e str,
        place: &'e ExprSpan,
        environment: &'e Environment<'s>,
        sink: &'e mut Sink,
    ) -> Self {
        Self {
            text,
            place,
            environment,
            sink,
            locals: Vec::new(),
            known: Vec::new(),
            used: BTreeSet::new(),
        }
    }

    /// An expression of any type.
    pub(super) fn value(&mut self, expr: &Expr) -> Option<Typed> {
        let extent = expr.extent;
        match &expr.kind {
            ExprKind::Literal(literal) => Some(Typed::literal(literal.clone(), extent)),
            ExprKind::Name(_) | ExprKind::Select { .. } | ExprKind::Index { .. } => {
                match self.resolve(expr)? {
                    Resolved::Value(typed) => Some(*typed),
                    Resolved::Names(names, path) => {
                        let choice = list(names.keys().map(String::as_str));
                        self.report(
                            &codes::EXPRESSION_NAME,
                            extent,
                            format!("`{path}` is no value of its own"),
                        )
                        .help(format!("name one of its members: {choice}"))
                        .send(self);
                        None
                    }
                }
            }
            ExprKind::Call {
                function,
                method,
                arguments,
            } => self.call(function, *method, arguments, extent),
            ExprKind::List(items) => self.list(items, extent),
            ExprKind::Map(entries) => self.map(entries, extent),
            ExprKind::Unary(operator, operand) => self.unary(operator, operand, extent),
            ExprKind::Binary(operator, left, right) => self.binary(operator, left, right, extent),
            ExprKind::Logic { operator, operands } => self.logic(*operator, operands, extent),
            ExprKind::Conditional(parts) => self.conditional(parts, extent),
        }
    }

    /// An expression of type `bool` that is not decided.
    pub(super) fn condition(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.value(expr)?;
        let typed = self.expect(typed, &Type::Bool, "a condition")?;
        if let Some(always) = typed.domain.decided() {
            self.decided(expr.extent, always, None);
        }
        Some(typed)
    }

    /// The value as one of a type, where it is that or may be.
    fn expect(&mut self, typed: Typed, kind: &Type, what: &str) -> Option<Typed> {
        if typed.kind == *kind {
            return Some(typed);
        }
        if typed.kind == Type::Dyn {
            return Some(typed.convert(kind));
        }
        let message = format!(
            "{what} of type `{kind}` is needed, and this is of type `{}`",
            typed.kind
        );
        self.report(&codes::EXPRESSION_TYPE, typed.extent, message)
            .send(self);
        None
    }

    fn logic(&mut self, operator: Logic, operands: &[Expr], extent: Extent) -> Option<Typed> {
        let mark = self.known.len();
        let mut checked = Vec::with_capacity(operands.len());
        for operand in operands {
            checked.push(self.condition(operand));
            // What comes after is only asked where this one did not decide.
            self.learn(operand, !operator.decisive());
        }
        self.known.truncate(mark);
        let operands = checked.into_iter().collect::<Option<Vec<_>>>()?;
        let fallible = operands.iter().any(|operand| operand.fallible);
        Some(Typed::new(Node::Logic(operator, operands), Type::Bool, extent).fails(fallible))
    }

    fn conditional(&mut self, parts: &[Expr; 3], extent: Extent) -> Option<Typed> {
        let [condition, then, otherwise] = parts;
        let mark = self.known.len();
        let checked = self.condition(condition);
        self.learn(condition, true);
        let then = self.value(then);
        self.known.truncate(mark);
        self.learn(condition, false);
        let otherwise = self.value(otherwise);
        self.known.truncate(mark);
        let (condition, then, otherwise) = (checked?, then?, otherwise?);
        let kind = then.kind.clone().join(&otherwise.kind);
        let bytes = then.bound.bytes.max(otherwise.bound.bytes);
        let fallible = condition.fallible || then.fallible || otherwise.fallible;
        let node = Node::Conditional(Box::new([condition, then, otherwise]));
        Some(Typed::new(node, kind, extent).fails(fallible).bytes(bytes))
    }

    fn list(&mut self, items: &[Expr], extent: Extent) -> Option<Typed> {
        let items = items
            .iter()
            .map(|item| self.value(item))
            .collect::<Vec<_>>();
        let items = items.into_iter().collect::<Option<Vec<_>>>()?;
        let kind = items
            .iter()
            .map(|item| item.kind.clone())
            .reduce(|kind, next| kind.join(&next))
            .unwrap_or(Type::Dyn);
        let fallible = items.iter().any(|item| item.fallible);
        let bytes = items.iter().map(|item| item.bound.bytes.saturating_add(1));
        let bound = Bound {
            bytes: bytes.clone().fold(2, u64::saturating_add),
            items: Some(items.len() as u64),
            item_bytes: bytes.max(),
            schema: None,
        };
        let typed =
            Typed::new(Node::List(items), Type::List(Box::new(kind)), extent).fails(fallible);
        Some(Typed { bound, ..typed })
    }

    fn map(&mut self, entries: &[(Expr, Expr)], extent: Extent) -> Option<Typed> {
        let mut checked: Vec<(String, Typed)> = Vec::new();
        let mut complete = true;
        for (key, value) in entries {
            let value = self.value(value);
            let ExprKind::Literal(Literal::String(text)) = &key.kind else {
                self.report(
                    &codes::EXPRESSION_TYPE,
                    key.extent,
                    "a key that is no text in quotes",
                )
                .help("the keys of a map are written as text: `{\"a\": 1}`")
                .send(self);
                complete = false;
                continue;
            };
            if checked.iter().any(|(other, _)| other == text) {
                self.report(
                    &codes::EXPRESSION_TYPE,
                    key.extent,
                    format!("the key `{text}` is there twice"),
                )
                .send(self);
                complete = false;
            }
            match value {
                Some(value) => checked.push((text.clone(), value)),
                None => complete = false,
            }
        }
        let kind = checked
            .iter()
            .map(|(_, value)| value.kind.clone())
            .reduce(|kind, next| kind.join(&next))
            .unwrap_or(Type::Dyn);
        let fallible = checked.iter().any(|(_, value)| value.fallible);
        let bytes = checked.iter().fold(2, |sum: u64, (key, value)| {
            sum.saturating_add(value.bound.bytes + key.len() as u64)
        });
        let node = Node::Map(checked);
        complete.then(|| {
            Typed::new(node, Type::Map(Box::new(kind)), extent)
                .fails(fallible)
                .bytes(bytes)
        })
    }

    /// Reports that a condition has the same outcome always.
    fn decided(&mut self, extent: Extent, always: bool, reason: Option<String>) {
        let text = self.text.get(extent.start..extent.end).unwrap_or_default();
        let how = if always { "always" } else { "never" };
        let message = format!("`{text}` is {how} true");
        let report = self.report(&codes::EXPRESSION_DECIDED, extent, message);
        match reason {
            Some(reason) => report.help(reason).send(self),
            None => report.send(self),
        }
    }

    fn report(&self, code: &'static Code, extent: Extent, message: impl Into<String>) -> Report {
        Report(Diagnostic::new(code, self.place.span(extent), message))
    }
}

/// A diagnostic on its way to the sink.
struct Report(Diagnostic);

impl Report {
    fn help(self, help: impl Into<String>) -> Self {
        Self(self.0.help(help))
    }

    fn hint(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    fn send(self, checker: &mut Checker<'_, '_>) {
        checker.sink.report(self.0);
    }
}

/// Names for a message, in back-ticks.
fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Typed {
    fn new(node: Node, kind: Type, extent: Extent) -> Self {
        Self {
            node,
            domain: Domain::of_type(&kind),
            kind,
            fallible: false,
            extent,
            bound: Bound::bytes(32),
        }
    }

    fn literal(literal: Literal, extent: Extent) -> Self {
        let (kind, bytes) = match &literal {
            Literal::Null => (Type::Null, 4),
            Literal::Bool(_) => (Type::Bool, 5),
            Literal::Int(_) => (Type::Int, 20),
            Literal::Uint(_) => (Type::Uint, 20),
            Literal::Double(_) => (Type::Double, 32),
            Literal::String(text) => (Type::String, text.len() as u64),
            Literal::Bytes(bytes) => (Type::Bytes, bytes.len() as u64),
        };
        let domain = Domain::of(&literal);
        let typed = Self::new(Node::Literal(literal), kind, extent).bytes(bytes);
        Self { domain, ..typed }
    }

    fn fails(self, fallible: bool) -> Self {
        Self { fallible, ..self }
    }

    fn bytes(self, bytes: u64) -> Self {
        Self {
            bound: Bound::bytes(bytes),
            ..self
        }
    }

    /// The same with its type forgotten: `dyn(x)`.
    fn forget(self) -> Self {
        let (extent, bound, fallible) = (self.extent, self.bound, self.fallible);
        if self.kind.form() == Form::Value {
            return Self {
                kind: Type::Dyn,
                ..self
            };
        }
        let typed = Self::new(Node::Forget(Box::new(self)), Type::Dyn, extent).fails(fallible);
        Self { bound, ..typed }
    }

    /// The same as what a schema says that it is.
    fn known_as(self, kind: &Type) -> Self {
        if self.kind == *kind {
            self
        } else {
            self.convert(kind)
        }
    }

    /// A value of no known type as one of a type, which fails where it is of another.
    fn convert(self, kind: &Type) -> Self {
        let (extent, bound) = (self.extent, self.bound);
        if kind.form() == Form::Value {
            return Self {
                kind: kind.clone(),
                ..self
            };
        }
        let typed = Self::new(Node::As(Box::new(self)), kind.clone(), extent).fails(true);
        Self { bound, ..typed }
    }
}
