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
    /// Where each byte of the text stands, and the end; empty where they could not be brought together.
    offsets: Vec<u32>,
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
        let absolute = |offset: u32| node.span.start + offset;
        Self {
            whole: node.span,
            offsets: offsets
                .map(|offsets| offsets.into_iter().map(absolute).collect())
                .unwrap_or_default(),
        }
    }

    /// The place of a part.
    pub(super) fn span(&self, extent: Extent) -> Span {
        match (self.offsets.get(extent.start), self.offsets.get(extent.end)) {
            (Some(start), Some(end)) => {
                // What follows the last byte may be the next line: the part ends where its last byte does.
                let last = extent
                    .end
                    .checked_sub(1)
                    .and_then(|last| self.offsets.get(last));
                let end = match last {
                    Some(last) if extent.end > extent.start && *end > last + 8 => last + 1,
                    _ => *end,
                };
                Span::new(self.whole.file, *start, end.max(*start))
            }
            _ => self.whole,
        }
    }
}

/// Where each byte of `text` stands in `written`, the scalar with its quotes and its indentation.
fn align(written: &str, text: &str, style: Style) -> Option<Vec<u32>> {
    let mut reader = Written::new(written, style);
    let mut offsets = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        // The span of a block leaves out the line end that its text ends with.
        let found = if reader.rest().is_empty() && c == '\n' && after.is_empty() {
            reader.at
        } else {
            reader.find(c, after)?
        };
        let offset = u32::try_from(found).ok()?;
        offsets.extend(std::iter::repeat_n(offset, c.len_utf8()));
    }
    offsets.push(u32::try_from(reader.at).ok()?);
    Some(offsets)
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

    /// Goes beyond the next character, which is `c`, and gives back where it began. `after` is what
    /// the text has after it.
    fn find(&mut self, c: char, after: &str) -> Option<usize> {
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
            _ if next == c && !(c == ' ' && self.folds()) => c.len_utf8(),
            _ if (c == ' ' || c == '\n') && self.folds() => {
                self.fold(c, after);
                return Some(start);
            }
            _ => return None,
        };
        self.at += length;
        if c == '\n' && next == '\n' {
            self.indentation(after.len() - after.trim_start_matches(' ').len());
        }
        Some(start)
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
