//! What is known of a value beyond its type: which values it can be at all. Enough to see that a
//! condition always holds, or never does.

use std::cmp::Ordering;

use gatewright_schema::rule::Rule;

use super::syntax::Literal;
use super::types::Type;

/// The values that an expression can have.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Domain {
    /// Any of its type.
    Any,
    /// Whole numbers between two bounds, both included.
    Whole { low: i128, high: i128 },
    /// One of these: text, or booleans.
    OneOf(Vec<Literal>),
}

impl Domain {
    /// Exactly this value.
    pub(super) fn of(literal: &Literal) -> Self {
        match literal {
            Literal::Int(value) => Self::whole((*value).into()),
            Literal::Uint(value) => Self::whole((*value).into()),
            Literal::Bool(_) | Literal::String(_) => Self::OneOf(vec![literal.clone()]),
            _ => Self::Any,
        }
    }

    pub(super) const fn whole(value: i128) -> Self {
        Self::Whole {
            low: value,
            high: value,
        }
    }

    /// All values of a type.
    pub(super) fn of_type(kind: &Type) -> Self {
        match kind {
            Type::Int => Self::Whole {
                low: i64::MIN.into(),
                high: i64::MAX.into(),
            },
            Type::Uint => Self::Whole {
                low: 0,
                high: u64::MAX.into(),
            },
            _ => Self::Any,
        }
    }

    /// The values of a type that a schema's rules admit.
    pub(super) fn of_rules(kind: &Type, rules: &[Rule]) -> Self {
        let mut domain = Self::of_type(kind);
        let whole = |text: &str| text.parse::<i128>().ok();
        for rule in rules {
            let next = match (rule, kind) {
                (Rule::Minimum(bound), Type::Int) => above(whole(bound)),
                (Rule::ExclusiveMinimum(bound), Type::Int) => {
                    above(whole(bound).map(|bound| bound + 1))
                }
                (Rule::Maximum(bound), Type::Int) => below(whole(bound)),
                (Rule::ExclusiveMaximum(bound), Type::Int) => {
                    below(whole(bound).map(|bound| bound - 1))
                }
                (Rule::Enumeration(values), Type::String | Type::Bool) => values
                    .iter()
                    .map(|value| constant(value))
                    .collect::<Option<Vec<_>>>()
                    .map_or(Self::Any, Self::OneOf),
                (Rule::Enumeration(values), Type::Int) => {
                    hull(values.iter().map(|value| whole(value)))
                }
                _ => Self::Any,
            };
            domain = domain.intersect(&next);
        }
        domain
    }

    /// The values in both.
    pub(super) fn intersect(&self, other: &Self) -> Self {
        match (self, other) {
            (
                Self::Whole { low, high },
                Self::Whole {
                    low: other_low,
                    high: other_high,
                },
            ) => Self::Whole {
                low: *low.max(other_low),
                high: *high.min(other_high),
            },
            (Self::OneOf(values), Self::OneOf(others)) => Self::OneOf(
                values
                    .iter()
                    .filter(|value| others.contains(value))
                    .cloned()
                    .collect(),
            ),
            (Self::Any, domain) | (domain, _) => domain.clone(),
        }
    }

    /// The values without one.
    pub(super) fn without(&self, other: &Self) -> Self {
        match (self, other.single()) {
            (Self::OneOf(values), Some(Single::Literal(excluded))) => Self::OneOf(
                values
                    .iter()
                    .filter(|value| *value != excluded)
                    .cloned()
                    .collect(),
            ),
            (Self::Whole { low, high }, Some(Single::Whole(excluded))) => Self::Whole {
                low: low + i128::from(*low == excluded),
                high: high - i128::from(*high == excluded),
            },
            _ => self.clone(),
        }
    }

    /// The booleans that it can be: whether `true`, whether `false`.
    pub(super) fn decided(&self) -> Option<bool> {
        match self {
            Self::OneOf(values) => match values.as_slice() {
                [Literal::Bool(value)] => Some(*value),
                _ => None,
            },
            _ => None,
        }
    }

    /// A boolean, where it is known.
    pub(super) fn boolean(known: Option<bool>) -> Self {
        known.map_or(Self::Any, |value| Self::OneOf(vec![Literal::Bool(value)]))
    }

    fn single(&self) -> Option<Single<'_>> {
        match self {
            Self::Whole { low, high } if low == high => Some(Single::Whole(*low)),
            Self::OneOf(values) => match values.as_slice() {
                [value] => Some(Single::Literal(value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether two values are equal, where that is so for all of them.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        if self.intersect(other).is_empty() {
            return Some(false);
        }
        (self.single().is_some() && self.single() == other.single()).then_some(true)
    }

    /// Whether two values are in an order, where that is so for all of them.
    pub(super) fn ordered(&self, other: &Self, accepts: fn(Ordering) -> bool) -> Option<bool> {
        let (
            Self::Whole { low, high },
            Self::Whole {
                low: other_low,
                high: other_high,
            },
        ) = (self, other)
        else {
            return None;
        };
        let (least, greatest) = (accepts(low.cmp(other_high)), accepts(high.cmp(other_low)));
        (least == greatest).then_some(least)
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Any => false,
            Self::Whole { low, high } => low > high,
            Self::OneOf(values) => values.is_empty(),
        }
    }
}

#[derive(PartialEq)]
enum Single<'d> {
    Whole(i128),
    Literal(&'d Literal),
}

fn above(bound: Option<i128>) -> Domain {
    bound.map_or(Domain::Any, |low| Domain::Whole {
        low,
        high: i128::MAX,
    })
}

fn below(bound: Option<i128>) -> Domain {
    bound.map_or(Domain::Any, |high| Domain::Whole {
        low: i128::MIN,
        high,
    })
}

fn hull(values: impl Iterator<Item = Option<i128>>) -> Domain {
    let Some(values) = values.collect::<Option<Vec<_>>>() else {
        return Domain::Any;
    };
    match (values.iter().min(), values.iter().max()) {
        (Some(low), Some(high)) => Domain::Whole {
            low: *low,
            high: *high,
        },
        _ => Domain::Any,
    }
}

/// The text or the boolean that a JSON text is.
fn constant(json: &str) -> Option<Literal> {
    match json {
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        text => {
            let text = gatewright_schema::json::Reader::over(text).string().ok()?;
            Some(Literal::String(text.into_owned()))
        }
    }
}
