//! The syntax tree of an expression, as written: names are not bound, macros are calls.

/// A range of bytes of an expression's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Extent {
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// From the start of this one to the end of another.
    pub(super) const fn to(self, last: Self) -> Self {
        Self::new(self.start, last.end)
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
}

/// An expression.
#[derive(Debug)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) extent: Extent,
    /// How many levels it has, so that what walks it may recurse.
    pub(super) height: usize,
}

#[derive(Debug)]
pub(super) enum ExprKind {
    Literal(Literal),
    Name(String),
    /// `operand.field`
    Select {
        operand: Box<Expr>,
        field: Name,
    },
    /// `operand[index]`
    Index {
        operand: Box<Expr>,
        index: Box<Expr>,
    },
    /// `function(arguments)`, or `receiver.function(arguments)` with the receiver as the first.
    Call {
        function: Name,
        method: bool,
        arguments: Vec<Expr>,
    },
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// `-` and `!`
    Unary(Name, Box<Expr>),
    /// Every operator between two operands but `&&` and `||`.
    Binary(Name, Box<Expr>, Box<Expr>),
    /// `&&` and `||` over two operands or more.
    Logic {
        operator: Logic,
        operands: Vec<Expr>,
    },
    /// `condition ? then : otherwise`
    Conditional(Box<[Expr; 3]>),
}

/// A name or an operator and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) extent: Extent,
}

/// The operators that absorb errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logic {
    And,
    Or,
}

impl Logic {
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
        }
    }

    /// The value of an operand that decides.
    pub(super) const fn decisive(self) -> bool {
        matches!(self, Self::Or)
    }
}

impl ExprKind {
    /// The expressions that it is made of.
    pub(super) fn parts(&self) -> Vec<&Expr> {
        match self {
            Self::Literal(_) | Self::Name(_) => Vec::new(),
            Self::Select { operand, .. } | Self::Unary(_, operand) => vec![operand],
            Self::Index { operand, index } => vec![operand, index],
            Self::Binary(_, left, right) => vec![left, right],
            Self::Call {
                arguments: parts, ..
            }
            | Self::List(parts)
            | Self::Logic {
                operands: parts, ..
            } => parts.iter().collect(),
            Self::Map(entries) => entries
                .iter()
                .flat_map(|(key, value)| [key, value])
                .collect(),
            Self::Conditional(parts) => parts.iter().collect(),
        }
    }
}
