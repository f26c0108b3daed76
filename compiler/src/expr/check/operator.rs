//! Operators.

use std::cmp::Ordering;

use crate::diagnostic::codes;

use super::super::domain::Domain;
use super::super::syntax::{Expr, Extent, Literal, Name};
use super::super::typed::{Comparison, Node, Typed};
use super::super::types::Type;
use super::known::literals;
use super::names::element;
use super::{Checker, list};

impl Checker<'_, '_> {
    pub(super) fn unary(
        &mut self,
        operator: &Name,
        operand: &Expr,
        extent: Extent,
    ) -> Option<Typed> {
        if operator.text == "!" {
            let operand = self.condition(operand)?;
            let fallible = operand.fallible;
            return Some(
                Typed::new(Node::Not(Box::new(operand)), Type::Bool, extent).fails(fallible),
            );
        }
        let operand = self.value(operand)?;
        self.apply(operator, false, vec![operand], extent)
    }

    pub(super) fn binary(
        &mut self,
        operator: &Name,
        left: &Expr,
        right: &Expr,
        extent: Extent,
    ) -> Option<Typed> {
        if operator.text == "in" {
            return self.contained(left, right, extent);
        }
        let (left, right) = (self.value(left), self.value(right));
        let (left, right) = (left?, right?);
        match Comparison::named(&operator.text) {
            Some(comparison) => self.compare(comparison, operator, left, right, extent),
            None => self.arithmetic(operator, left, right, extent),
        }
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        operator: &Name,
        left: Typed,
        right: Typed,
        extent: Extent,
    ) -> Option<Typed> {
        if !left.kind.comparable(&right.kind) || (!comparison.is_equality() && !ordered(&left.kind))
        {
            let message = if comparison.is_equality() {
                format!(
                    "a value of type `{}` is never equal to one of type `{}`",
                    left.kind, right.kind
                )
            } else {
                format!(
                    "`{}` does not compare `{}` with `{}`",
                    operator.text, left.kind, right.kind
                )
            };
            self.report(&codes::EXPRESSION_TYPE, extent, message)
                .hint(conversion(&left.kind, &right.kind))
                .send(self);
            return None;
        }
        let outcome = match comparison {
            Comparison::Equal => left.domain.equals(&right.domain),
            Comparison::NotEqual => left.domain.equals(&right.domain).map(|equal| !equal),
            Comparison::Less => left.domain.ordered(&right.domain, Ordering::is_lt),
            Comparison::LessOrEqual => left.domain.ordered(&right.domain, Ordering::is_le),
            Comparison::Greater => left.domain.ordered(&right.domain, Ordering::is_gt),
            Comparison::GreaterOrEqual => left.domain.ordered(&right.domain, Ordering::is_ge),
        };
        if let Some(always) = outcome {
            let reason = self.reason(&left).or_else(|| self.reason(&right));
            self.decided(extent, always, reason);
        }
        let untyped = left.kind == Type::Dyn || right.kind == Type::Dyn;
        let fallible = left.fallible || right.fallible || (untyped && !comparison.is_equality());
        let node = Node::Compare(comparison, Box::new(left), Box::new(right));
        Some(Typed::new(node, Type::Bool, extent).fails(fallible))
    }

    /// Which values an operand has, in words.
    fn reason(&self, typed: &Typed) -> Option<String> {
        if matches!(typed.node, Node::Literal(_)) {
            return None;
        }
        let text = self.text.get(typed.extent.start..typed.extent.end)?;
        match &typed.domain {
            Domain::OneOf(values) if values.is_empty() => None,
            Domain::OneOf(values) => {
                let values = values.iter().filter_map(|value| match value {
                    Literal::String(text) => Some(text.as_str()),
                    Literal::Bool(true) => Some("true"),
                    Literal::Bool(false) => Some("false"),
                    _ => None,
                });
                Some(format!("`{text}` can be {} here", list(values)))
            }
            Domain::Whole { low, high } if low <= high => {
                Some(format!("`{text}` is from {low} to {high} here"))
            }
            _ => None,
        }
    }

    fn arithmetic(
        &mut self,
        operator: &Name,
        left: Typed,
        right: Typed,
        extent: Extent,
    ) -> Option<Typed> {
        let domain = whole(&operator.text, &left.domain, &right.domain);
        let by_zero = matches!(operator.text.as_str(), "/" | "%")
            && right.domain == Domain::whole(0)
            && matches!(left.kind, Type::Int | Type::Uint | Type::Dyn);
        let typed = self.apply(operator, false, vec![left, right], extent)?;
        if by_zero {
            self.report(&codes::EXPRESSION_CONSTANT, extent, "a division by zero")
                .send(self);
        }
        let limits = Domain::of_type(&typed.kind);
        let (Domain::Whole { .. }, Some(domain)) = (&limits, domain) else {
            return Some(typed);
        };
        let within = domain.intersect(&limits);
        if within.is_empty() {
            let message = format!("a number beyond what `{}` can hold", typed.kind);
            self.report(&codes::EXPRESSION_CONSTANT, extent, message)
                .send(self);
            return None;
        }
        Some(Typed {
            domain: within,
            ..typed
        })
    }

    /// `item in container`
    fn contained(&mut self, item: &Expr, container: &Expr, extent: Extent) -> Option<Typed> {
        let texts = literals(container);
        let (item, container) = (self.value(item), self.value(container));
        let (item, container) = (item?, container?);
        let fits = match &container.kind {
            Type::List(items) => items.comparable(&item.kind),
            Type::Map(_) | Type::Object(_) => matches!(item.kind, Type::String | Type::Dyn),
            Type::Dyn => true,
            kind => {
                let message =
                    format!("`in` looks into a list or a map, and this is of type `{kind}`");
                let text = (*kind == Type::String)
                    .then(|| "text is looked for with `text.contains(part)`".to_owned());
                self.report(&codes::EXPRESSION_TYPE, container.extent, message)
                    .hint(text)
                    .send(self);
                return None;
            }
        };
        if !fits {
            let message = match &container.kind {
                Type::List(_) => format!(
                    "a value of type `{}` is never in a list of type `{}`",
                    item.kind,
                    element(&container.kind)
                ),
                _ => format!(
                    "the keys of a map are text, and this is of type `{}`",
                    item.kind
                ),
            };
            self.report(&codes::EXPRESSION_TYPE, extent, message)
                .hint(conversion(&item.kind, &element(&container.kind)))
                .send(self);
            return None;
        }
        let fallible = item.fallible || container.fallible;
        if let (Some(values), Type::String) = (&texts, &item.kind) {
            let among = item.domain.intersect(&Domain::OneOf(values.clone()));
            if among.is_empty() || (among == item.domain && !values.is_empty()) {
                let reason = self.reason(&item);
                self.decided(extent, !among.is_empty(), reason);
            }
            if !values.is_empty() {
                let node = Node::IsOneOf(Box::new(item), values.clone());
                return Some(Typed::new(node, Type::Bool, extent).fails(fallible));
            }
        }
        let node = Node::HasEntry(Box::new(container), Box::new(item));
        Some(Typed::new(node, Type::Bool, extent).fails(true))
    }
}

fn ordered(kind: &Type) -> bool {
    !matches!(
        kind,
        Type::Null | Type::Ip | Type::Cidr | Type::List(_) | Type::Map(_) | Type::Object(_)
    )
}

/// The bounds of a sum, a difference or a product.
fn whole(operator: &str, left: &Domain, right: &Domain) -> Option<Domain> {
    let (
        Domain::Whole { low, high },
        Domain::Whole {
            low: other_low,
            high: other_high,
        },
    ) = (left, right)
    else {
        return None;
    };
    let ends = |of: fn(i128, i128) -> i128| {
        let ends = [
            of(*low, *other_low),
            of(*low, *other_high),
            of(*high, *other_low),
            of(*high, *other_high),
        ];
        Some(Domain::Whole {
            low: ends.into_iter().min()?,
            high: ends.into_iter().max()?,
        })
    };
    // The operands are of 64 bits, so that nothing overflows 128; where they are not, it saturates.
    match operator {
        "+" => ends(i128::saturating_add),
        "-" => ends(i128::saturating_sub),
        "*" => ends(i128::saturating_mul),
        _ => None,
    }
}

/// How to make values of two types comparable.
fn conversion(left: &Type, right: &Type) -> Option<String> {
    let hint = match (left, right) {
        (Type::String, Type::Timestamp) | (Type::Timestamp, Type::String) => {
            "read the text with `timestamp(..)`"
        }
        (Type::String, Type::Duration) | (Type::Duration, Type::String) => {
            "read the text with `duration(..)`"
        }
        (Type::String, Type::Ip) | (Type::Ip, Type::String) => "read the text with `ip(..)`",
        (Type::String, kind) | (kind, Type::String) if kind.is_number() => {
            "numbers stand without quotes; text is read with `int(..)` or `double(..)`"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}
