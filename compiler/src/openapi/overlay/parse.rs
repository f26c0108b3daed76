//! The text of `JSONPath` queries (RFC 9535, section 2).

use super::json_path::{Comparison, Operand, Query, Segment, Selector, Test};

/// How deep filters and parentheses may nest.
const MAX_DEPTH: usize = 32;

/// Reads a query: `$.paths['/pets'].get`.
///
/// # Errors
/// What is not understood, and where: a phrase for the user.
pub(super) fn query(text: &str) -> Result<Query, String> {
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    if !parser.take("$") {
        return Err("a target begins with `$`, the whole document".into());
    }
    let query = parser.segments(false)?;
    if parser.rest().is_empty() {
        return Ok(query);
    }
    Err(parser.not_understood())
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn blanks(&mut self) {
        self.at += self.rest().len()
            - self
                .rest()
                .trim_start_matches([' ', '\t', '\n', '\r'])
                .len();
    }

    /// The same after blanks.
    fn token(&mut self, token: &str) -> bool {
        self.blanks();
        self.take(token)
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.token(token) {
            return Ok(());
        }
        let found = match self.rest().chars().next() {
            Some(_) => self.not_understood(),
            None => "it ends too early".into(),
        };
        Err(format!("{found}: `{token}` is missing"))
    }

    fn not_understood(&self) -> String {
        let shown = self.rest().chars().take(40);
        let shown: String = shown
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        if shown.is_empty() {
            return "it ends too early".into();
        }
        format!("`{shown}` is not understood")
    }

    /// Segments up to what is none; `within` a filter there are no descendants, whose search would
    /// begin anew for every child.
    fn segments(&mut self, within: bool) -> Result<Query, String> {
        let mut segments = Vec::new();
        loop {
            let start = self.at;
            self.blanks();
            let descendants = self.take("..");
            if descendants && within {
                self.at = start;
                return Err(format!("{} in a filter", self.not_understood()));
            }
            let selectors = if self.take("[") {
                self.bracketed()?
            } else if descendants || self.take(".") {
                vec![self.shorthand()?]
            } else {
                self.at = start;
                return Ok(Query { segments });
            };
            segments.push(Segment {
                descendants,
                selectors,
            });
        }
    }

    /// `name` or `*` after a dot.
    fn shorthand(&mut self) -> Result<Selector, String> {
        if self.take("*") {
            return Ok(Selector::Wildcard);
        }
        let rest = self.rest();
        let member = |character: char| {
            character.is_ascii_alphanumeric() || character == '_' || !character.is_ascii()
        };
        let end = rest.find(|character| !member(character));
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(self.not_understood());
        }
        // A hyphen or a slash ends the name by the standard, and nobody means that.
        if let Some(end) = end
            && rest
                .get(end..)
                .is_some_and(|after| after.starts_with(['-', '/', '{', '$']))
        {
            let what = self.not_understood();
            return Err(format!(
                "{what}: a name with other characters than letters, digits and `_` is written `['name']`"
            ));
        }
        self.at += name.len();
        Ok(Selector::Name(name.to_owned()))
    }

    /// Selectors between brackets, the first of which is behind.
    fn bracketed(&mut self) -> Result<Vec<Selector>, String> {
        let mut selectors = Vec::new();
        loop {
            selectors.push(self.selector()?);
            if !self.token(",") {
                self.expect("]")?;
                return Ok(selectors);
            }
        }
    }

    fn selector(&mut self) -> Result<Selector, String> {
        self.blanks();
        if self.take("*") {
            return Ok(Selector::Wildcard);
        }
        if self.take("?") {
            return Ok(Selector::Filter(self.nested(Self::any)?));
        }
        if self.rest().starts_with(['\'', '"']) {
            return Ok(Selector::Name(self.quoted()?));
        }
        let rest = self.rest();
        let end = rest
            .find(|character: char| !character.is_ascii_digit() && character != '-')
            .unwrap_or(rest.len());
        let index = rest.get(..end).and_then(|digits| digits.parse().ok());
        let Some(index) = index else {
            return Err(self.not_understood());
        };
        self.at += end;
        self.blanks();
        if self.rest().starts_with(':') {
            return Err(format!(
                "{}: slices are not supported",
                self.not_understood()
            ));
        }
        Ok(Selector::Index(index))
    }

    fn quoted(&mut self) -> Result<String, String> {
        let start = self.at;
        let mut characters = self.rest().char_indices();
        let quote = characters.next().map(|(_, quote)| quote);
        let mut text = String::new();
        while let Some((at, character)) = characters.next() {
            match character {
                _ if Some(character) == quote => {
                    self.at += at + character.len_utf8();
                    return Ok(text);
                }
                '\\' => {
                    let escaped = match characters.next().map(|(_, escaped)| escaped) {
                        Some('u') => {
                            let digits: String = characters
                                .by_ref()
                                .take(4)
                                .map(|(_, digit)| digit)
                                .collect();
                            u32::from_str_radix(&digits, 16)
                                .ok()
                                .and_then(char::from_u32)
                        }
                        Some('n') => Some('\n'),
                        Some('t') => Some('\t'),
                        Some('r') => Some('\r'),
                        Some('b') => Some('\u{8}'),
                        Some('f') => Some('\u{c}'),
                        Some(escaped @ ('\\' | '/' | '\'' | '"')) => Some(escaped),
                        _ => None,
                    };
                    let Some(escaped) = escaped else {
                        self.at = start + at;
                        return Err(self.not_understood());
                    };
                    text.push(escaped);
                }
                _ => text.push(character),
            }
        }
        Err("a quote is not closed".into())
    }

    /// Reads one level deeper.
    fn nested(&mut self, read: fn(&mut Self) -> Result<Test, String>) -> Result<Test, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("its filters are nested too deep".into());
        }
        let test = read(self)?;
        self.depth -= 1;
        Ok(test)
    }

    /// Tests joined by `||`.
    fn any(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.all()?];
        while self.token("||") {
            tests.push(self.all()?);
        }
        Ok(one_or(tests, Test::Any))
    }

    /// Tests joined by `&&`.
    fn all(&mut self) -> Result<Test, String> {
        let mut tests = vec![self.nested(Self::test)?];
        while self.token("&&") {
            tests.push(self.nested(Self::test)?);
        }
        Ok(one_or(tests, Test::All))
    }

    fn test(&mut self) -> Result<Test, String> {
        self.blanks();
        if self.take("!") {
            return Ok(Test::Not(Box::new(self.nested(Self::test)?)));
        }
        if self.take("(") {
            let test = self.nested(Self::any)?;
            self.expect(")")?;
            return Ok(test);
        }
        let start = self.at;
        let left = self.operand()?;
        let Some(comparison) = self.comparison() else {
            return if let Operand::Child(query) = left {
                Ok(Test::Exists(query))
            } else {
                self.at = start;
                Err(format!(
                    "{}: it is compared to nothing",
                    self.not_understood()
                ))
            };
        };
        let right = self.operand()?;
        for operand in [&left, &right] {
            if let Operand::Child(query) = operand
                && !query.is_singular()
            {
                self.at = start;
                return Err(format!(
                    "{}: what is compared must be one value",
                    self.not_understood()
                ));
            }
        }
        Ok(Test::Compare(left, comparison, right))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        self.blanks();
        [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ]
        .into_iter()
        .find(|(token, _)| self.take(token))
        .map(|(_, comparison)| comparison)
    }

    fn operand(&mut self) -> Result<Operand, String> {
        self.blanks();
        if self.take("@") {
            return Ok(Operand::Child(self.segments(true)?));
        }
        if self.rest().starts_with(['\'', '"']) {
            return Ok(Operand::Text(self.quoted()?));
        }
        let rest = self.rest();
        let end = rest
            .find(|character: char| {
                !character.is_ascii_alphanumeric() && !"+-._".contains(character)
            })
            .unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        let operand = match word {
            "true" => Operand::Boolean(true),
            "false" => Operand::Boolean(false),
            "null" => Operand::Null,
            _ => match word.parse() {
                Ok(number) if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                    Operand::Number(number)
                }
                _ if rest.get(end..).is_some_and(|after| after.starts_with('(')) => {
                    return Err(format!(
                        "{}: functions are not supported",
                        self.not_understood()
                    ));
                }
                _ => return Err(self.not_understood()),
            },
        };
        self.at += end;
        Ok(operand)
    }
}

impl Query {
    /// Whether it selects one node at most.
    fn is_singular(&self) -> bool {
        self.segments.iter().all(|segment| {
            let one = matches!(
                segment.selectors.as_slice(),
                [Selector::Name(_) | Selector::Index(_)]
            );
            one && !segment.descendants
        })
    }
}

fn one_or(mut tests: Vec<Test>, many: fn(Vec<Test>) -> Test) -> Test {
    match tests.pop() {
        Some(only) if tests.is_empty() => only,
        last => {
            tests.extend(last);
            many(tests)
        }
    }
}
