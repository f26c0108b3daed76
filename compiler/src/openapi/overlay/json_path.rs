//! `JSONPath` queries (RFC 9535) as overlays use them: names, positions, wildcards, descendants and
//! filters without functions.

use std::cmp::Ordering;

use crate::source::{Node, Object, Value};

/// A query: its segments in order.
#[derive(Debug, PartialEq)]
pub(super) struct Query {
    pub(super) segments: Vec<Segment>,
}

/// One step of a query.
#[derive(Debug, PartialEq)]
pub(super) struct Segment {
    /// Whether it selects from all descendants, and not from the children alone.
    pub(super) descendants: bool,
    pub(super) selectors: Vec<Selector>,
}

/// What a segment selects of a node's children.
#[derive(Debug, PartialEq)]
pub(super) enum Selector {
    Name(String),
    /// Counted from the end where it is negative.
    Index(i64),
    Wildcard,
    Filter(Test),
}

/// The condition of a filter.
#[derive(Debug, PartialEq)]
pub(super) enum Test {
    Any(Vec<Test>),
    All(Vec<Test>),
    Not(Box<Test>),
    /// That the query, from the child tested, selects something.
    Exists(Query),
    Compare(Operand, Comparison, Operand),
}

/// A side of a comparison.
#[derive(Debug, PartialEq)]
pub(super) enum Operand {
    Text(String),
    Number(f64),
    Boolean(bool),
    Null,
    /// What the query selects from the child tested.
    Child(Query),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Query {
    /// The nodes that it selects, each once.
    pub(super) fn select<'n>(&self, root: &'n Node) -> Vec<&'n Node> {
        let mut selected = vec![root];
        for segment in &self.segments {
            let mut next = Vec::new();
            if segment.descendants {
                let mut seen = std::collections::HashSet::new();
                for node in descendants(selected) {
                    for selector in &segment.selectors {
                        let mut found = Vec::new();
                        selector.select(node, &mut found);
                        found.retain(|node| seen.insert(std::ptr::from_ref(*node)));
                        next.append(&mut found);
                    }
                }
            } else {
                for node in selected {
                    let before = next.len();
                    for selector in &segment.selectors {
                        selector.select(node, &mut next);
                    }
                    if segment.selectors.len() > 1 {
                        unique_from(&mut next, before);
                    }
                }
            }
            selected = next;
        }
        selected
    }
}

/// The nodes and all below them, each once.
fn descendants(nodes: Vec<&Node>) -> Vec<&Node> {
    let mut seen = std::collections::HashSet::new();
    let mut found = Vec::new();
    let mut pending: Vec<&Node> = nodes.into_iter().rev().collect();
    while let Some(node) = pending.pop() {
        if seen.insert(std::ptr::from_ref(node)) {
            found.push(node);
            let mut below: Vec<&Node> = children(node).collect();
            below.reverse();
            pending.append(&mut below);
        }
    }
    found
}

/// Removes what occurs again from a position on: selectors of one segment can meet.
fn unique_from(nodes: &mut Vec<&Node>, start: usize) {
    let mut seen = std::collections::HashSet::new();
    let tail: Vec<_> = nodes
        .drain(start..)
        .filter(|node| seen.insert(std::ptr::from_ref(*node)))
        .collect();
    nodes.extend(tail);
}

/// The values in an object or an array.
pub(super) fn children(node: &Node) -> impl Iterator<Item = &Node> {
    let (members, items) = match &node.value {
        Value::Object(object) => (object.members(), &[][..]),
        Value::Array(items) => (&[][..], items.as_slice()),
        _ => (&[][..], &[][..]),
    };
    members.iter().map(|member| &member.value).chain(items)
}

impl Selector {
    fn select<'n>(&self, node: &'n Node, found: &mut Vec<&'n Node>) {
        match self {
            Self::Name(name) => found.extend(node.get(name)),
            Self::Index(index) => {
                let items = node.as_array().unwrap_or_default();
                let position = usize::try_from(*index).ok().or_else(|| {
                    let back = usize::try_from(index.unsigned_abs()).ok()?;
                    items.len().checked_sub(back)
                });
                found.extend(position.and_then(|position| items.get(position)));
            }
            Self::Wildcard => found.extend(children(node)),
            Self::Filter(test) => found.extend(children(node).filter(|child| test.holds(child))),
        }
    }
}

impl Test {
    fn holds(&self, node: &Node) -> bool {
        match self {
            Self::Any(tests) => tests.iter().any(|test| test.holds(node)),
            Self::All(tests) => tests.iter().all(|test| test.holds(node)),
            Self::Not(test) => !test.holds(node),
            Self::Exists(query) => !query.select(node).is_empty(),
            Self::Compare(left, comparison, right) => {
                compared(&left.value(node), *comparison, &right.value(node))
            }
        }
    }
}

/// A value in a comparison; absent where a query selects nothing.
enum Compared<'n> {
    Absent,
    Text(&'n str),
    Number(f64),
    Boolean(bool),
    Null,
    Structure(&'n Node),
}

impl Operand {
    fn value<'n>(&'n self, node: &'n Node) -> Compared<'n> {
        match self {
            Self::Text(text) => Compared::Text(text),
            Self::Number(number) => Compared::Number(*number),
            Self::Boolean(value) => Compared::Boolean(*value),
            Self::Null => Compared::Null,
            Self::Child(query) => query
                .select(node)
                .first()
                .map_or(Compared::Absent, |node| Compared::of(node)),
        }
    }
}

impl<'n> Compared<'n> {
    fn of(node: &'n Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Boolean(value) => Self::Boolean(*value),
            // Every JSON number is one of these, if need be an infinite one.
            Value::Number(text) => Self::Number(text.parse().unwrap_or(f64::NAN)),
            Value::String(text) => Self::Text(text),
            Value::Array(_) | Value::Object(_) => Self::Structure(node),
        }
    }
}

/// RFC 9535, section 2.3.5.2.2.
fn compared(left: &Compared<'_>, comparison: Comparison, right: &Compared<'_>) -> bool {
    let order = match (left, right) {
        (Compared::Number(left), Compared::Number(right)) => left.partial_cmp(right),
        (Compared::Text(left), Compared::Text(right)) => Some(left.cmp(right)),
        _ => None,
    };
    let equal = || match (left, right) {
        (Compared::Absent, Compared::Absent) | (Compared::Null, Compared::Null) => true,
        (Compared::Boolean(left), Compared::Boolean(right)) => left == right,
        (Compared::Structure(left), Compared::Structure(right)) => same(left, right),
        _ => order == Some(Ordering::Equal),
    };
    match comparison {
        Comparison::Equal => equal(),
        Comparison::NotEqual => !equal(),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::LessOrEqual => order == Some(Ordering::Less) || equal(),
        Comparison::GreaterOrEqual => order == Some(Ordering::Greater) || equal(),
    }
}

/// Whether two values are equal, whatever the order of members.
fn same(left: &Node, right: &Node) -> bool {
    let members = |object: &Object| object.members().len();
    match (&left.value, &right.value) {
        (Value::Object(one), Value::Object(other)) => {
            members(one) == members(other)
                && one.members().iter().all(|member| {
                    other
                        .get(&member.key)
                        .is_some_and(|value| same(&member.value, value))
                })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => false,
        _ => compared(&Compared::of(left), Comparison::Equal, &Compared::of(right)),
    }
}
