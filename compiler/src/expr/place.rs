//! Where the parts of an expression stand in the file that holds it.

use crate::source::{Files, Node, Span};

use super::syntax::Extent;

/// The place of an expression: for each byte of its text, the byte of the file that it was read from.
///
/// The text of a scalar differs from what was written where there are escapes, folded lines or the
/// indentation of a block.
#[derive(Clone, Debug)]
pub struct ExprSpan {
    whole: Span,
    /// Where each byte of the text was written, from and to; empty where that could not be found out.
    written: Vec<(u32, u32)>,
}

impl ExprSpan {
    /// The place of the string that `node` is.
    pub fn of(node: &Node, files: &Files) -> Self {
        let (written, text) = (files.text(node.span), node.as_str().unwrap_or_default());
        let style = match written.as_bytes().first() {
            Some(b'"') => Style::Double,
            Some(b'\'') => Style::Single,
            _ => Style::Bare,
        };
        // A block may begin with a quote that is part of the text.
        let offsets = align(written, text, style).or_else(|| align(written, text, Style::Bare));
        let start = node.span.start;
        Self {
            whole: node.span,
            written: offsets
                .unwrap_or_default()
                .into_iter()
                .map(|(from, to)| (start + from, start + to))
                .collect(),
        }
    }

    /// The place of a part.
    pub(super) fn span(&self, extent: Extent) -> Span {
        let (first, last) = (self.written.get(extent.start), self.written.last());
        let end = extent
            .end
            .checked_sub(1)
            .and_then(|end| self.written.get(end));
        let (start, end) = match (first, end, last) {
            (Some((start, _)), Some((_, end)), _) => (*start, *end),
            // The end of the expression is just after its last character.
            (None, _, Some((_, end))) => (*end, *end),
            _ => return self.whole,
        };
        Span::new(self.whole.file, start, end.max(start))
    }
}

/// Where each byte of `text` stands in `written`, the scalar with its quotes and its indentation.
fn align(written: &str, text: &str, style: Style) -> Option<Vec<(u32, u32)>> {
    let mut reader = Written::new(written, style);
    let mut places = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        // The span of a block leaves out the empty lines before its first and after its last character.
        let outside = reader.rest().is_empty() || (reader.at == 0 && !reader.folds());
        let (from, to) = if c == '\n' && outside {
            (reader.at, reader.at)
        } else {
            reader.find(c, after)?
        };
        let place = (u32::try_from(from).ok()?, u32::try_from(to).ok()?);
        places.extend(std::iter::repeat_n(place, c.len_utf8()));
    }
    Some(places)
}

/// A scalar as it was written, and how far it was read.
struct Written<'t> {
    text: &'t str,
    at: usize,
    style: Style,
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// Plain, or a block.
    Bare,
    Single,
    Double,
}

impl<'t> Written<'t> {
    fn new(text: &'t str, style: Style) -> Self {
        // The header of a block, with a comment if there is one, where it is part of the span.
        let at = match (style, text.as_bytes().first()) {
            (Style::Bare, Some(b'|' | b'>')) => text.find('\n').map_or(text.len(), |end| end + 1),
            (Style::Bare, _) => 0,
            _ => 1,
        };
        let mut written = Self { text, at, style };
        if style == Style::Bare && at > 0 {
            written.indentation(0);
        }
        written
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes beyond the next character, which is `c`, and gives back where it stands. `after` is what
    /// the text has after it.
    fn find(&mut self, c: char, after: &str) -> Option<(usize, usize)> {
        if self.style == Style::Double {
            while let Some(line) = self.rest().strip_prefix("\\\n") {
                self.at = self.text.len() - line.trim_start_matches([' ', '\t']).len();
            }
        }
        let start = self.at;
        let rest = self.rest();
        let next = rest.chars().next()?;
        let length = match self.style {
            Style::Double if next == '\\' => escape_length(rest, c),
            Style::Single if rest.starts_with("''") => 2,
            // A block of lines as they are keeps the spaces at their ends.
            _ if c == next && c == ' ' && after.trim_start_matches(' ').starts_with('\n') => 1,
            _ if matches!(c, ' ' | '\n') && self.folds() => {
                self.fold(c, after);
                return Some((start, start + 1));
            }
            _ if c == next => c.len_utf8(),
            _ => return None,
        };
        self.at += length;
        Some((start, start + length))
    }

    /// Whether only white space comes before the next end of a line.
    fn folds(&self) -> bool {
        self.rest()
            .trim_start_matches([' ', '\t', '\r'])
            .starts_with('\n')
    }

    /// Goes beyond the line ends that became one space or line end.
    fn fold(&mut self, c: char, after: &str) {
        let blank = |text: &str| text.trim_start_matches([' ', '\t', '\r']).len();
        self.at = self.text.len() - blank(self.rest());
        self.at += 1;
        // In a folded scalar, a line end is written as an empty line.
        if c == '\n' && !after.starts_with('\n') && self.folds() {
            self.at = self.text.len() - blank(self.rest()) + 1;
        }
        self.indentation(after.len() - after.trim_start_matches(' ').len());
    }

    /// Goes beyond the spaces of a line that are not part of the text, which has `kept` of them.
    fn indentation(&mut self, kept: usize) {
        let rest = self.rest();
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        self.at += spaces.saturating_sub(kept);
    }
}

/// The length of the escape that `rest` begins with, and which stands for `c`.
fn escape_length(rest: &str, c: char) -> usize {
    match rest.as_bytes().get(1) {
        Some(b'x') => 4,
        // JSON writes a character of more than 16 bits as a pair.
        Some(b'u') if c.len_utf16() == 2 => 12,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    }
}
