//! Texts in which `${NAME}` stands for a variable.

use crate::source::{Span, Spanned};

use super::{Template, TemplatePart};

/// What is wrong with a template, and where in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TemplateError {
    /// One clause, lower case.
    pub(super) reason: String,
    /// The bytes of the text that it is about.
    pub(super) range: std::ops::Range<usize>,
}

/// Reads a template. A `$` that no `{` follows is an ordinary character, and there is no way to write a
/// `${` that is none: no value in a manifest needs one.
pub(super) fn parse(text: &str, span: Span) -> Result<Template, TemplateError> {
    let mut parts = Vec::new();
    let mut position = 0;
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
        let Some(open) = rest.find("${") else {
            parts.push(TemplatePart::Literal(rest.to_owned()));
            break;
        };
        if open > 0 {
            parts.push(TemplatePart::Literal(
                rest.get(..open).unwrap_or_default().to_owned(),
            ));
        }
        let start = position + open;
        let inner = text.get(start + 2..).unwrap_or_default();
        let Some(length) = inner.find('}') else {
            return Err(TemplateError {
                reason: "`${` is not closed by `}`".into(),
                range: start..text.len(),
            });
        };
        let end = start + 2 + length + 1;
        let name = inner.get(..length).unwrap_or_default();
        if let Some(rule) = super::formats::VARIABLE_NAME.problem(name) {
            return Err(TemplateError {
                reason: format!("`{name}` is not a variable name: {rule}"),
                range: start..end,
            });
        }
        parts.push(TemplatePart::Variable(Spanned::new(
            name.to_owned(),
            part_of(span, text, start..end),
        )));
        position = end;
    }
    Ok(Template { parts })
}

/// The place of a part of a scalar, if the scalar is written as its text stands, plain or in quotes; the
/// whole scalar if it holds escapes or line folds.
pub(super) fn part_of(span: Span, text: &str, range: std::ops::Range<usize>) -> Span {
    let written = span.end.saturating_sub(span.start) as usize;
    let quotes = match written.checked_sub(text.len()) {
        Some(0) => 0,
        Some(2) => 1,
        _ => return span,
    };
    let place = |offset: usize| u32::try_from(offset + quotes).map(|offset| span.start + offset);
    match (place(range.start), place(range.end)) {
        (Ok(start), Ok(end)) => Span::new(span.file, start, end),
        _ => span,
    }
}
