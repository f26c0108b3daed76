//! Tokens to a syntax tree: precedence climbing, with bounds on nesting.

use super::syntax::{Expr, ExprKind, Extent, Literal, Logic, Name};
use super::token::{Fault, Token, tokens};

/// How long an expression may be, in bytes.
const MAX_LENGTH: usize = 16 << 10;

/// How deep parentheses, lists and the like may nest.
const MAX_NESTING: usize = 48;

/// How many levels a tree may have. Chains such as `a + b + c` have one for each operator.
const MAX_HEIGHT: usize = 96;

/// Words that mean something in languages that embed expressions.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// The syntax tree of `text`.
pub(super) fn parse(text: &str) -> Result<Expr, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(Fault::new(
            Extent::new(0, text.len()),
            format!("an expression of more than {} KiB", MAX_LENGTH >> 10),
        ));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        nesting: 0,
    };
    let expr = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end of the expression")),
    }
}

struct Parser<'t> {
    tokens: &'t [(Token, Extent)],
    at: usize,
    nesting: usize,
}

static END: (Token, Extent) = (Token::End, Extent::new(0, 0));

/// How strongly an operator between two operands binds.
fn power(symbol: &str) -> Option<u8> {
    Some(match symbol {
        "?" => 1,
        "||" => 2,
        "&&" => 3,
        "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" => 4,
        "+" | "-" => 5,
        "*" | "/" | "%" => 6,
        _ => return None,
    })
}

impl<'t> Parser<'t> {
    fn current(&self) -> &'t (Token, Extent) {
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .unwrap_or(&END)
    }

    fn peek(&self) -> &'t Token {
        &self.current().0
    }

    /// Takes the symbol if it comes next.
    fn take(&mut self, symbol: &str) -> Option<Extent> {
        match self.current() {
            (Token::Symbol(next), extent) if *next == symbol => {
                self.at += 1;
                Some(*extent)
            }
            _ => None,
        }
    }

    fn expect(&mut self, symbol: &str) -> Result<Extent, Fault> {
        self.take(symbol)
            .ok_or_else(|| self.unexpected(&format!("`{symbol}`")))
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let (token, extent) = self.current();
        Fault::new(
            *extent,
            format!("expected {expected}, found {}", token.describe()),
        )
    }

    /// An expression whose operators all bind more strongly than `floor`.
    fn expression(&mut self, floor: u8) -> Result<Expr, Fault> {
        if self.nesting == MAX_NESTING {
            return Err(too_deep(self.current().1));
        }
        self.nesting += 1;
        let mut left = self.unary()?;
        while let (Token::Symbol(symbol), extent) = self.current()
            && let Some(power) = power(symbol)
            && power > floor
        {
            self.at += 1;
            let operator = Name {
                text: (*symbol).to_owned(),
                extent: *extent,
            };
            left = match *symbol {
                "?" => self.conditional(left)?,
                "&&" => self.logic(Logic::And, left, power)?,
                "||" => self.logic(Logic::Or, left, power)?,
                _ => {
                    let right = self.expression(power)?;
                    let extent = left.extent.to(right.extent);
                    node(
                        ExprKind::Binary(operator, Box::new(left), Box::new(right)),
                        extent,
                    )?
                }
            };
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn conditional(&mut self, condition: Expr) -> Result<Expr, Fault> {
        let then = self.expression(1)?;
        self.expect(":")?;
        let otherwise = self.expression(0)?;
        let extent = condition.extent.to(otherwise.extent);
        node(
            ExprKind::Conditional(Box::new([condition, then, otherwise])),
            extent,
        )
    }

    /// All operands of a chain, so that its length is not depth.
    fn logic(&mut self, operator: Logic, first: Expr, power: u8) -> Result<Expr, Fault> {
        let mut extent = first.extent;
        let mut operands = vec![first];
        loop {
            let operand = self.expression(power)?;
            extent = extent.to(operand.extent);
            operands.push(operand);
            if self.take(operator.symbol()).is_none() {
                return node(ExprKind::Logic { operator, operands }, extent);
            }
        }
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        let (token, start) = self.current();
        let Token::Symbol(symbol @ ("-" | "!")) = token else {
            return self.postfix();
        };
        self.at += 1;
        if *symbol == "-"
            && let (Token::Whole(value), extent) = self.current()
        {
            // The least number has no positive counterpart.
            self.at += 1;
            let value = 0_i64
                .checked_sub_unsigned(*value)
                .ok_or_else(|| out_of_bounds(*extent))?;
            let literal = node(ExprKind::Literal(Literal::Int(value)), start.to(*extent))?;
            return self.selectors(literal);
        }
        if self.nesting == MAX_NESTING {
            return Err(too_deep(*start));
        }
        self.nesting += 1;
        let operand = self.unary()?;
        self.nesting -= 1;
        let operator = Name {
            text: (*symbol).to_owned(),
            extent: *start,
        };
        let extent = start.to(operand.extent);
        node(ExprKind::Unary(operator, Box::new(operand)), extent)
    }

    fn postfix(&mut self) -> Result<Expr, Fault> {
        let primary = self.primary()?;
        self.selectors(primary)
    }

    fn selectors(&mut self, mut operand: Expr) -> Result<Expr, Fault> {
        loop {
            if self.take(".").is_some() {
                operand = self.member(operand)?;
            } else if self.take("[").is_some() {
                let index = Box::new(self.expression(0)?);
                let extent = operand.extent.to(self.expect("]")?);
                let kind = ExprKind::Index {
                    operand: Box::new(operand),
                    index,
                };
                operand = node(kind, extent)?;
            } else {
                return Ok(operand);
            }
        }
    }

    fn member(&mut self, operand: Expr) -> Result<Expr, Fault> {
        let (Token::Name(text), extent) = self.current() else {
            return Err(self.unexpected("a name after `.`"));
        };
        self.at += 1;
        let name = Name {
            text: text.clone(),
            extent: *extent,
        };
        let start = operand.extent;
        if self.take("(").is_some() {
            let mut arguments = vec![operand];
            let end = self.list(")", &mut arguments)?;
            return node(
                ExprKind::Call {
                    function: name,
                    method: true,
                    arguments,
                },
                start.to(end),
            );
        }
        let extent = start.to(name.extent);
        let operand = Box::new(operand);
        node(
            ExprKind::Select {
                operand,
                field: name,
            },
            extent,
        )
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        let start = self.current().1;
        match self.peek() {
            Token::Literal(literal) => {
                self.at += 1;
                node(ExprKind::Literal(literal.clone()), start)
            }
            Token::Whole(value) => {
                self.at += 1;
                let value = i64::try_from(*value).map_err(|_| out_of_bounds(start))?;
                node(ExprKind::Literal(Literal::Int(value)), start)
            }
            Token::Name(name) => {
                self.at += 1;
                self.name(name, start)
            }
            Token::Symbol("(") => {
                self.at += 1;
                let inner = self.expression(0)?;
                let end = self.expect(")")?;
                Ok(Expr {
                    extent: start.to(end),
                    ..inner
                })
            }
            Token::Symbol("[") => {
                self.at += 1;
                let mut items = Vec::new();
                let end = self.list("]", &mut items)?;
                node(ExprKind::List(items), start.to(end))
            }
            Token::Symbol("{") => {
                self.at += 1;
                self.map(start)
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn name(&mut self, name: &str, extent: Extent) -> Result<Expr, Fault> {
        if RESERVED.contains(&name) {
            return Err(Fault::new(extent, format!("`{name}` is a reserved word")));
        }
        if self.take("(").is_some() {
            let mut arguments = Vec::new();
            let end = self.list(")", &mut arguments)?;
            let function = Name {
                text: name.to_owned(),
                extent,
            };
            return node(
                ExprKind::Call {
                    function,
                    method: false,
                    arguments,
                },
                extent.to(end),
            );
        }
        node(ExprKind::Name(name.to_owned()), extent)
    }

    /// Items up to the closing symbol, which may follow a comma.
    fn list(&mut self, closing: &str, items: &mut Vec<Expr>) -> Result<Extent, Fault> {
        loop {
            if let Some(end) = self.take(closing) {
                return Ok(end);
            }
            items.push(self.expression(0)?);
            if self.take(",").is_none() {
                return self
                    .take(closing)
                    .ok_or_else(|| self.unexpected(&format!("`,` or `{closing}`")));
            }
        }
    }

    fn map(&mut self, start: Extent) -> Result<Expr, Fault> {
        let mut entries = Vec::new();
        loop {
            if let Some(end) = self.take("}") {
                return node(ExprKind::Map(entries), start.to(end));
            }
            let key = self.expression(0)?;
            self.expect(":")?;
            entries.push((key, self.expression(0)?));
            if self.take(",").is_none() {
                let end = self.expect("}")?;
                return node(ExprKind::Map(entries), start.to(end));
            }
        }
    }
}

fn node(kind: ExprKind, extent: Extent) -> Result<Expr, Fault> {
    let height = 1 + kind
        .parts()
        .iter()
        .map(|part| part.height)
        .max()
        .unwrap_or(0);
    if height > MAX_HEIGHT {
        return Err(too_deep(extent));
    }
    Ok(Expr {
        kind,
        extent,
        height,
    })
}

fn too_deep(extent: Extent) -> Fault {
    Fault::new(extent, "an expression that nests too deep")
        .help("an expression nests at most 48 parentheses, and chains at most 96 operators")
}

fn out_of_bounds(extent: Extent) -> Fault {
    Fault::new(extent, "a number beyond what `int` can hold")
        .help("`int` goes from -9223372036854775808 to 9223372036854775807; write `18446744073709551615u` for a `uint`")
}
