//! JSON Pointers (RFC 6901): paths into a document, as text and as the fragment of a URI.

use std::fmt;

use super::{Node, Value};

/// A path into a document: the keys and positions to go through from its root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// Why a text is not a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerError {
    /// Neither empty nor starting with `/`.
    Start,
    /// A `~` that is not `~0` or `~1`.
    Tilde,
    /// A `%` without two hexadecimal digits.
    Percent,
    /// Percent-encoded bytes that are not UTF-8.
    Encoding,
}

impl fmt::Display for PointerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "a JSON Pointer is empty or starts with `/`",
            Self::Tilde => "`~` is written `~0` in a JSON Pointer, and `/` in a key `~1`",
            Self::Percent => "`%` is followed by two hexadecimal digits in a URI, or written `%25`",
            Self::Encoding => "the percent-encoded bytes are not UTF-8",
        })
    }
}

impl std::error::Error for PointerError {}

impl Pointer {
    /// Reads a pointer: `/paths/~1pets/get`.
    ///
    /// # Errors
    /// Where the text does not start with `/`, and where a `~` is not part of an escape.
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let tokens = text
            .strip_prefix('/')
            .ok_or(PointerError::Start)?
            .split('/')
            .map(unescape)
            .collect::<Result<_, _>>()?;
        Ok(Self { tokens })
    }

    /// Reads a pointer from the fragment of a URI, without its `#`: `/paths/~1pets~1%7Bid%7D`.
    ///
    /// # Errors
    /// Where it is not a pointer, such as the plain name of an anchor, or not percent-encoded UTF-8.
    pub fn parse_fragment(fragment: &str) -> Result<Self, PointerError> {
        Self::parse(&percent_decode(fragment)?)
    }

    /// The node it leads to.
    pub fn resolve<'n>(&self, root: &'n Node) -> Option<&'n Node> {
        self.tokens
            .iter()
            .try_fold(root, |node, token| step(node, token))
    }

    /// How far it leads: the last node on its way, and how many of its tokens led there. For
    /// messages about pointers that lead nowhere.
    pub fn resolve_prefix<'n>(&self, root: &'n Node) -> (&'n Node, usize) {
        let mut node = root;
        for (position, token) in self.tokens.iter().enumerate() {
            match step(node, token) {
                Some(next) => node = next,
                None => return (node, position),
            }
        }
        (node, self.tokens.len())
    }

    /// Its tokens, without escapes.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The pointer that goes one step further.
    #[must_use]
    pub fn join(&self, token: impl fmt::Display) -> Self {
        let mut tokens = self.tokens.clone();
        tokens.push(token.to_string());
        Self { tokens }
    }
}

impl<T: Into<String>> FromIterator<T> for Pointer {
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        Self {
            tokens: tokens.into_iter().map(Into::into).collect(),
        }
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens
            .iter()
            .try_for_each(|token| write!(f, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

fn step<'n>(node: &'n Node, token: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Object(object) => object.get(token),
        // RFC 6901, section 4: digits without a leading zero.
        Value::Array(items)
            if token.bytes().all(|byte| byte.is_ascii_digit())
                && (token == "0" || !token.starts_with('0')) =>
        {
            items.get(token.parse::<usize>().ok()?)
        }
        _ => None,
    }
}

fn unescape(token: &str) -> Result<String, PointerError> {
    let mut out = String::with_capacity(token.len());
    let mut rest = token.chars();
    while let Some(letter) = rest.next() {
        out.push(match letter {
            '~' => match rest.next() {
                Some('0') => '~',
                Some('1') => '/',
                _ => return Err(PointerError::Tilde),
            },
            other => other,
        });
    }
    Ok(out)
}

fn percent_decode(text: &str) -> Result<String, PointerError> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(PointerError::Percent);
        };
        out.push(u8::try_from(high * 16 + low).unwrap_or_default());
    }
    String::from_utf8(out).map_err(|_| PointerError::Encoding)
}

#[cfg(test)]
mod tests;
