//! The source with the places marked, as rustc does it.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::visible;
use super::{Diagnostic, Severity};
use crate::diagnostic::Label;
use crate::source::{FileId, Files};

/// Lines longer than this, in bytes, are shown only around the marked place.
const LONG_LINE: usize = 400;

/// How many bytes of a long line are shown on either side of the marked place.
const MARGIN: usize = 60;

/// Labels at most this many lines apart share a picture.
const NEAR: usize = 12;

/// Ends the path of a picture whose columns are not those of the file; see [`Picture::correct`].
const CUT: char = '\u{F8FF}';

pub(super) fn render(diagnostics: &[&Diagnostic], files: &Files, colour: bool) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    for diagnostic in diagnostics {
        out += &one(diagnostic, files, &renderer);
        out += "\n\n";
    }
    out += &summary(diagnostics);
    // The renderer replaces what steers a terminal in lines of source, but not C1 controls. Here, since
    // before, places in the line would move.
    out.replace(
        |character| matches!(character, '\u{80}'..='\u{9F}'),
        "\u{FFFD}",
    )
}

fn one(diagnostic: &Diagnostic, files: &Files, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(visible(&diagnostic.message))
        .id(diagnostic.code.name);
    let pictures = pictures(diagnostic, files);
    let mut group = Group::with_title(title);
    for picture in &pictures {
        group = group.element(picture.snippet());
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let text = renderer.render(&[group]);
    pictures
        .iter()
        .fold(text, |text, picture| picture.correct(text))
}

/// Some lines of one file with the places marked in them.
struct Picture {
    path: String,
    source: String,
    first_line: usize,
    marks: Vec<Mark>,
    /// Where the lines were cut: the column of the first mark in `source`, and in the file.
    columns: Option<(usize, usize)>,
}

struct Mark {
    kind: AnnotationKind,
    span: Range<usize>,
    text: String,
}

impl Picture {
    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        Snippet::source(self.source.as_str())
            .path(self.path.as_str())
            .line_start(self.first_line)
            .annotations(self.marks.iter().map(|mark| {
                let annotation = mark.kind.span(mark.span.clone());
                if mark.text.is_empty() {
                    annotation
                } else {
                    annotation.label(mark.text.as_str())
                }
            }))
    }

    /// The renderer counts columns in the text it is given; puts the file's own in their place.
    fn correct(&self, rendered: String) -> String {
        match self.columns {
            Some((shown, real)) => rendered.replacen(
                &format!("{CUT}:{}:{shown}", self.first_line),
                &format!(":{}:{real}", self.first_line),
                1,
            ),
            None => rendered,
        }
    }
}

/// A label on the one line that it begins on.
struct Place<'d> {
    label: &'d Label,
    kind: AnnotationKind,
    line: usize,
    /// In bytes of the line.
    within: Range<usize>,
    text: &'d str,
}

fn pictures(diagnostic: &Diagnostic, files: &Files) -> Vec<Picture> {
    let primary = diagnostic
        .primary
        .iter()
        .map(|label| (label, AnnotationKind::Primary));
    let secondary = diagnostic
        .secondary
        .iter()
        .map(|label| (label, AnnotationKind::Context));
    let places: Vec<Place<'_>> = primary
        .chain(secondary)
        .map(|(label, kind)| place(label, kind, files))
        .collect();

    let mut pictures = Vec::new();
    let mut groups: Vec<Vec<Place<'_>>> = Vec::new();
    for place in places {
        let near = groups.iter_mut().find(|group| {
            group.iter().all(|other| other.text.len() <= LONG_LINE)
                && place.text.len() <= LONG_LINE
                && group.iter().any(|other| {
                    other.label.span.file == place.label.span.file
                        && other.line.abs_diff(place.line) <= NEAR
                })
        });
        match near {
            Some(group) => group.push(place),
            None => groups.push(vec![place]),
        }
    }
    for group in groups {
        pictures.extend(picture(group, files));
    }
    pictures
}

fn place<'d>(label: &'d Label, kind: AnnotationKind, files: &'d Files) -> Place<'d> {
    let span = label.span;
    let (line, _) = files.position(span);
    let (start_of_line, text) = files.line(span.file, line).unwrap_or_default();
    let in_line = |offset: u32| (offset.saturating_sub(start_of_line) as usize).min(text.len());
    let start = text.floor_char_boundary(in_line(span.start));
    // A value of many lines is marked on its first one only: what is wrong is seldom in the rest.
    let end = text.ceil_char_boundary(in_line(span.end)).max(start);
    Place {
        label,
        kind,
        line,
        within: start..end,
        text,
    }
}

fn picture(mut group: Vec<Place<'_>>, files: &Files) -> Option<Picture> {
    let file = group.first()?.label.span.file;
    if let [place] = group.as_slice()
        && place.text.len() > LONG_LINE
    {
        return Some(cut(place, file, files));
    }
    group.sort_by_key(|place| place.line);
    let (first_line, last_line) = (group.first()?.line, group.last()?.line);
    let mut source = String::new();
    let mut starts = Vec::new();
    for line in first_line..=last_line {
        starts.push(source.len());
        let text = files.line(file, line).map_or("", |(_, text)| text);
        // A long line between the marked ones is folded away or of no interest.
        source += if text.len() <= LONG_LINE { text } else { "…" };
        source.push('\n');
    }
    let marks = group
        .iter()
        .map(|place| {
            let start = starts.get(place.line - first_line).copied().unwrap_or(0);
            Mark {
                kind: place.kind,
                span: start + place.within.start..start + place.within.end,
                text: visible(&place.label.text).into_owned(),
            }
        })
        .collect();
    Some(Picture {
        path: visible(&files.file(file).name).into_owned(),
        source,
        first_line,
        marks,
        columns: None,
    })
}

/// The picture of a place in a long line, such as that of a minified document.
fn cut(place: &Place<'_>, file: FileId, files: &Files) -> Picture {
    let text = place.text;
    let from = text.floor_char_boundary(place.within.start.saturating_sub(MARGIN));
    let marked_to = text.floor_char_boundary(place.within.end.min(place.within.start + MARGIN));
    let to = text.ceil_char_boundary((marked_to + MARGIN).min(text.len()));
    let mut source = String::new();
    if from > 0 {
        source.push('…');
    }
    let start = source.len() + place.within.start - from;
    source += text.get(from..to).unwrap_or_default();
    if to < text.len() {
        source.push('…');
    }
    let end = start + marked_to.saturating_sub(place.within.start);
    let shown = source.get(..start).unwrap_or_default().chars().count() + 1;
    Picture {
        path: format!("{}{CUT}", visible(&files.file(file).name)),
        source,
        first_line: place.line,
        marks: vec![Mark {
            kind: place.kind,
            span: start..end,
            text: visible(&place.label.text).into_owned(),
        }],
        columns: Some((shown, files.position(place.label.span).1)),
    }
}

/// `2 errors, 1 warning`
fn summary(diagnostics: &[&Diagnostic]) -> String {
    let parts: Vec<String> = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Note, "note"),
    ]
    .into_iter()
    .filter_map(|(severity, name)| {
        let count = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count();
        match count {
            0 => None,
            1 => Some(format!("1 {name}")),
            _ => Some(format!("{count} {name}s")),
        }
    })
    .collect();
    if parts.is_empty() {
        String::new()
    } else {
        parts.join(", ") + "\n"
    }
}
