//! The text of an expression as tokens (CEL language definition, section "Syntax").

use super::literal;
use super::syntax::{Extent, Literal};

/// What is wrong with the text, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) extent: Extent,
    pub(super) message: String,
    pub(super) help: Option<&'static str>,
}

impl Fault {
    pub(super) fn new(extent: Extent, message: impl Into<String>) -> Self {
        Self {
            extent,
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(String),
    /// A whole number before its sign is known.
    Whole(u64),
    Literal(Literal),
    Symbol(&'static str),
    End,
}

impl Token {
    /// What it is, for messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Whole(_) | Self::Literal(Literal::Uint(_) | Literal::Double(_)) => {
                "a number".to_owned()
            }
            Self::Literal(Literal::String(_) | Literal::Bytes(_)) => "text in quotes".to_owned(),
            Self::Literal(Literal::Bool(value)) => format!("`{value}`"),
            Self::Literal(_) => "`null`".to_owned(),
            Self::Symbol(symbol) => format!("`{symbol}`"),
            Self::End => "the end of the expression".to_owned(),
        }
    }
}

/// Longer ones first.
const SYMBOLS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}",
];

/// Every token and where it stands; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Extent)>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at += blank(text.get(at..).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        if rest.is_empty() {
            tokens.push((Token::End, Extent::new(at, at)));
            return Ok(tokens);
        }
        let (token, length) = token(rest, at)?;
        tokens.push((token, Extent::new(at, at + length)));
        at += length;
    }
}

/// The length of the white space and the comments at the start.
fn blank(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        match rest.strip_prefix("//") {
            Some(comment) => rest = comment.trim_start_matches(|c| c != '\n'),
            None => return text.len() - rest.len(),
        }
    }
}

fn token(rest: &str, at: usize) -> Result<(Token, usize), Fault> {
    if let Some(read) = literal::text(rest) {
        let (literal, length) = read.map_err(|fault| fault.shifted(at))?;
        return Ok((Token::Literal(literal), length));
    }
    let name = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let token = match rest.get(..name).unwrap_or_default() {
            "true" => Token::Literal(Literal::Bool(true)),
            "false" => Token::Literal(Literal::Bool(false)),
            "null" => Token::Literal(Literal::Null),
            "in" => Token::Symbol("in"),
            name => Token::Name(name.to_owned()),
        };
        return Ok((token, name));
    }
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if digit(rest) || rest.strip_prefix('.').is_some_and(digit) {
        return number(rest).map_err(|fault| fault.shifted(at));
    }
    SYMBOLS
        .iter()
        .find(|symbol| rest.starts_with(**symbol))
        .map(|symbol| (Token::Symbol(symbol), symbol.len()))
        .ok_or_else(|| unknown(rest, at))
}

impl Fault {
    /// The same, `by` bytes further on.
    fn shifted(mut self, by: usize) -> Self {
        self.extent = Extent::new(self.extent.start + by, self.extent.end + by);
        self
    }
}

fn unknown(rest: &str, at: usize) -> Fault {
    let c = rest.chars().next().unwrap_or_default();
    let fault = Fault::new(
        Extent::new(at, at + c.len_utf8()),
        format!("`{}` means nothing in an expression", c.escape_default()),
    );
    match c {
        '=' => fault.help("two values are compared with `==`"),
        '&' => fault.help("both conditions hold: `&&`"),
        '|' => fault.help("one of the conditions holds: `||`"),
        '“' | '”' | '‘' | '’' => fault.help("text stands in straight quotes: `\"text\"`"),
        _ => fault,
    }
}

fn number(rest: &str) -> Result<(Token, usize), Fault> {
    let digits = |from: usize, radix: u32| {
        let tail = rest.get(from..).unwrap_or_default();
        tail.find(|c: char| !c.is_digit(radix))
            .unwrap_or(tail.len())
    };
    let (radix, start) = match rest.get(..2) {
        Some("0x" | "0X") => (16, 2),
        _ => (10, 0),
    };
    let mut end = start + digits(start, radix);
    let whole_end = end;
    if radix == 10 {
        if rest.get(end..).is_some_and(|tail| tail.starts_with('.')) && digits(end + 1, 10) > 0 {
            end += 1 + digits(end + 1, 10);
        }
        if let Some(tail) = rest
            .get(end..)
            .and_then(|tail| tail.strip_prefix(['e', 'E']))
        {
            let sign = usize::from(tail.starts_with(['+', '-']));
            let exponent = digits(end + 1 + sign, 10);
            end += if exponent > 0 { 1 + sign + exponent } else { 0 };
        }
    }
    let text = rest.get(start..end).unwrap_or_default();
    let digits_end = end;
    let fault = |message: &str| Err(Fault::new(Extent::new(0, digits_end), message));
    let token = if end > whole_end {
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Token::Literal(Literal::Double(value)),
            _ => return fault("a number beyond what `double` can hold"),
        }
    } else {
        let Ok(value) = u64::from_str_radix(text, radix) else {
            return fault("a whole number of more than 64 bits");
        };
        if rest
            .get(end..)
            .is_some_and(|tail| tail.starts_with(['u', 'U']))
        {
            end += 1;
            Token::Literal(Literal::Uint(value))
        } else {
            Token::Whole(value)
        }
    };
    let stray = rest.get(end..).unwrap_or_default();
    if stray.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return fault("a number that runs into a word");
    }
    Ok((token, end))
}
