//! A checked expression: every name bound, every operation chosen, every type known.

use proc_macro2::TokenStream;

use super::domain::Domain;
use super::functions::Overload;
use super::syntax::{Extent, Literal, Logic};
use super::types::Type;

/// A checked expression.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) node: Node,
    pub(super) kind: Type,
    pub(super) domain: Domain,
    /// Whether its evaluation can fail.
    pub(super) fallible: bool,
    pub(super) extent: Extent,
    /// How great it can be.
    pub(super) bound: Bound,
}

/// How great a value can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// The bytes of its text, or of its JSON text.
    pub(super) bytes: u64,
    /// Its items, where something says how many.
    pub(super) items: Option<u64>,
    /// The bytes of an item, where something says how many.
    pub(super) item_bytes: Option<u64>,
    /// The schema of a value that has one.
    pub(super) schema: Option<gatewright_schema::SchemaId>,
}

impl Bound {
    /// At most this many bytes.
    pub(super) const fn bytes(bytes: u64) -> Self {
        Self {
            bytes,
            items: None,
            item_bytes: None,
            schema: None,
        }
    }

    /// The most items: the shortest one in JSON is a digit and a comma.
    pub(super) fn count(&self) -> u64 {
        let most = self.bytes / 2 + 1;
        self.items.map_or(most, |items| items.min(most))
    }

    /// The bytes of the greatest item.
    pub(super) fn item(&self) -> u64 {
        self.item_bytes
            .map_or(self.bytes, |bytes| bytes.min(self.bytes))
    }
}

/// What a checked expression does.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Literal(Literal),
    /// A literal text that the compiler read as what its function makes of it.
    Constant(Constant),
    /// A variable of the environment. One that is optional fails where it is absent.
    Variable {
        access: TokenStream,
        optional: bool,
    },
    /// Whether an optional variable is there.
    Present(TokenStream),
    /// The item that a macro is at, by the macro's depth.
    Local(usize),
    /// A member by its name.
    Member(Box<Typed>, String),
    /// Whether there is such a member.
    HasMember(Box<Typed>, String),
    /// An item or an entry.
    Entry(Box<Typed>, Box<Typed>),
    /// Whether there is such an item or key: the container, and what is looked for.
    HasEntry(Box<Typed>, Box<Typed>),
    /// Whether text is one of these.
    IsOneOf(Box<Typed>, Vec<Literal>),
    List(Vec<Typed>),
    Map(Vec<(String, Typed)>),
    Call(&'static Overload, Vec<Typed>),
    Matches(Box<Typed>, String),
    /// A value of no known type as one of `kind`.
    As(Box<Typed>),
    /// A value of a known type as one of none.
    Forget(Box<Typed>),
    Compare(Comparison, Box<Typed>, Box<Typed>),
    Not(Box<Typed>),
    Logic(Logic, Vec<Typed>),
    Conditional(Box<[Typed; 3]>),
    Macro(Macro, Box<Loop>),
}

/// A value that is a constant of the binary.
#[derive(Clone, Debug)]
pub(super) enum Constant {
    Timestamp(i128),
    Duration(i128),
    Ip(std::net::IpAddr),
    Cidr(ipnet::IpNet),
}

/// An operator that compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A macro over the items of a list or the keys of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

/// What a macro goes through and what it does with each.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    pub(super) items: Typed,
    /// The position of its item among the locals.
    pub(super) local: usize,
    pub(super) local_kind: Type,
    /// What keeps an item, of `map` with three arguments.
    pub(super) condition: Option<Typed>,
    /// The predicate, or what `map` makes of an item.
    pub(super) body: Typed,
}

impl Comparison {
    pub(super) fn named(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            _ => return None,
        })
    }

    pub(super) const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }

    /// The same with its sides exchanged.
    pub(super) const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }

    /// What holds where this does not.
    pub(super) const fn negated(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }
}

impl Macro {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "exists" => Self::Exists,
            "exists_one" | "existsOne" => Self::ExistsOne,
            "filter" => Self::Filter,
            "map" => Self::Map,
            _ => return None,
        })
    }
}
