//! What is known of a value because of the conditions around it: after `has(a.b) &&`, `a.b` is there;
//! after `a > 5 &&`, `a < 3` is never true.

use crate::diagnostic::codes;

use super::super::domain::Domain;
use super::super::syntax::{Expr, ExprKind, Literal, Logic};
use super::super::typed::{Comparison, Typed};
use super::Checker;

/// A fact about the value of a path.
#[derive(Clone, Debug)]
pub(super) enum Known {
    Present,
    Absent,
    /// It was used already: where it is absent, that has failed.
    Used,
    Within(Domain),
    Not(Domain),
}

/// The path of a variable or a member, as text that is the same for the same value.
pub(super) fn path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Select { operand, field } => Some(format!("{}.{}", path(operand)?, field.text)),
        ExprKind::Index { operand, index } => match &index.kind {
            ExprKind::Literal(Literal::String(name)) => Some(format!("{}.{name}", path(operand)?)),
            _ => None,
        },
        _ => None,
    }
}

impl Checker<'_, '_> {
    /// Remembers what follows from a condition that turned out as `truth`.
    pub(super) fn learn(&mut self, condition: &Expr, truth: bool) {
        match &condition.kind {
            ExprKind::Logic { operator, operands } if (*operator == Logic::And) == truth => {
                for operand in operands {
                    self.learn(operand, truth);
                }
            }
            ExprKind::Unary(operator, operand) if operator.text == "!" => {
                self.learn(operand, !truth);
            }
            ExprKind::Call {
                function,
                method: false,
                arguments,
            } if function.text == "has" => {
                if let [argument] = arguments.as_slice()
                    && let Some(path) = path(argument)
                {
                    self.known
                        .push((path, if truth { Known::Present } else { Known::Absent }));
                }
            }
            ExprKind::Binary(operator, left, right) => {
                if let Some(comparison) = Comparison::named(&operator.text) {
                    let comparison = if truth {
                        comparison
                    } else {
                        comparison.negated()
                    };
                    self.compared(left, comparison, right);
                    self.compared(right, comparison.mirrored(), left);
                } else if operator.text == "in"
                    && truth
                    && let Some(path) = path(left)
                    && let Some(values) = literals(right)
                {
                    self.known.push((path.clone(), Known::Used));
                    self.known
                        .push((path, Known::Within(Domain::OneOf(values))));
                }
            }
            _ => {
                if let Some(path) = path(condition) {
                    self.known.push((path.clone(), Known::Used));
                    self.known
                        .push((path, Known::Within(Domain::boolean(Some(truth)))));
                }
            }
        }
    }

    fn compared(&mut self, left: &Expr, comparison: Comparison, right: &Expr) {
        let (Some(path), ExprKind::Literal(literal)) = (path(left), &right.kind) else {
            return;
        };
        let domain = Domain::of(literal);
        let known = match (comparison, &domain) {
            (_, Domain::Any) => Known::Used,
            (Comparison::Equal, _) => Known::Within(domain),
            (Comparison::NotEqual, _) => Known::Not(domain),
            (comparison, Domain::Whole { low: value, .. }) => Known::Within(match comparison {
                Comparison::Less => Domain::Whole {
                    low: i128::MIN,
                    high: value - 1,
                },
                Comparison::LessOrEqual => Domain::Whole {
                    low: i128::MIN,
                    high: *value,
                },
                Comparison::Greater => Domain::Whole {
                    low: value + 1,
                    high: i128::MAX,
                },
                _ => Domain::Whole {
                    low: *value,
                    high: i128::MAX,
                },
            }),
            _ => Known::Used,
        };
        self.known.push((path.clone(), Known::Used));
        self.known.push((path, known));
    }

    /// The value with what is known of it.
    pub(super) fn narrowed(&self, typed: Typed, expr: &Expr) -> Typed {
        let Some(path) = path(expr) else {
            return typed;
        };
        let mut domain = typed.domain;
        for (_, known) in self.known.iter().filter(|(known, _)| *known == path) {
            domain = match known {
                Known::Within(values) => domain.intersect(values),
                Known::Not(value) => domain.without(value),
                Known::Present | Known::Absent | Known::Used => domain,
            };
        }
        Typed { domain, ..typed }
    }

    /// Whether something is there, where that is known already.
    pub(super) fn presence(&mut self, typed: Typed, member: &Expr) -> Typed {
        let path = path(member);
        let known = self
            .known
            .iter()
            .rev()
            .find_map(|(known, fact)| match fact {
                Known::Present if Some(known) == path.as_ref() => Some(true),
                Known::Absent if Some(known) == path.as_ref() => Some(false),
                _ => None,
            });
        if let Some(present) = known {
            self.decided(
                typed.extent,
                present,
                Some("what stands before it has asked already".to_owned()),
            );
        }
        typed
    }

    /// Warns of a value that may be absent where nothing asked.
    pub(super) fn warn_absent(&mut self, path: &str, expr: &Expr) {
        let asked = self
            .known
            .iter()
            .any(|(known, fact)| known == path && matches!(fact, Known::Present | Known::Used));
        if !asked {
            self.report(
                &codes::EXPRESSION_ABSENT,
                expr.extent,
                format!("`{path}` may be absent, and the expression fails then"),
            )
            .help(format!(
                "ask before: `has({path}) && ..`, or `has({path}) ? .. : ..`"
            ))
            .send(self);
        }
    }
}

/// The texts of a list of texts.
pub(super) fn literals(list: &Expr) -> Option<Vec<Literal>> {
    let ExprKind::List(items) = &list.kind else {
        return None;
    };
    items
        .iter()
        .map(|item| match &item.kind {
            ExprKind::Literal(literal @ Literal::String(_)) => Some(literal.clone()),
            _ => None,
        })
        .collect()
}
