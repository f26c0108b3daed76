//! Texts searched for many patterns at once.

use std::borrow::Cow;
use std::ops::Range;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::Detect;
use super::patterns::{INJECTIONS, PERSONAL_DATA, Pattern, SECRETS};

/// The most memory that the patterns of one list may take when compiled, in bytes.
const SIZE: usize = 16 << 20;

/// Some patterns, compiled.
#[derive(Debug)]
pub(super) struct Finder {
    /// Tells in one pass which of them a text holds: nearly always none.
    set: RegexSet,
    patterns: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    kind: &'static str,
    regex: Regex,
    locate: fn(&str) -> Option<Range<usize>>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) kind: &'static str,
    pub(super) range: Range<usize>,
}

impl Finder {
    /// The patterns of a kind.
    pub(super) fn of(detect: Detect) -> Result<Self, String> {
        Self::new(match detect {
            Detect::Secrets => SECRETS,
            Detect::PersonalData => PERSONAL_DATA,
            Detect::PromptInjection => INJECTIONS,
        })
    }

    /// Patterns of the manifest.
    pub(super) fn custom(patterns: &[(&'static str, &'static str)]) -> Result<Self, String> {
        let patterns: Vec<Pattern> = patterns
            .iter()
            .map(|(kind, regex)| Pattern {
                kind,
                regex,
                locate: whole,
            })
            .collect();
        Self::new(&patterns)
    }

    fn new(patterns: &[Pattern]) -> Result<Self, String> {
        let problem = |error: regex::Error| format!("a pattern of a content guard: {error}");
        let set = RegexSetBuilder::new(patterns.iter().map(|pattern| pattern.regex))
            .size_limit(SIZE)
            .build()
            .map_err(problem)?;
        let compiled = patterns.iter().map(|pattern| {
            let regex = RegexBuilder::new(pattern.regex).size_limit(SIZE).build();
            Ok(Compiled {
                kind: pattern.kind,
                regex: regex.map_err(problem)?,
                locate: pattern.locate,
            })
        });
        Ok(Self {
            set,
            patterns: compiled.collect::<Result<_, String>>()?,
        })
    }

    /// Adds what a text holds.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Match>) {
        for position in &self.set.matches(text) {
            let Some(pattern) = self.patterns.get(position) else {
                continue;
            };
            let mut from = 0;
            while let Some(candidate) = pattern.regex.find_at(text, from) {
                let next = match (pattern.locate)(candidate.as_str()) {
                    Some(range) => {
                        let range = candidate.start() + range.start..candidate.start() + range.end;
                        let end = range.end;
                        found.push(Match {
                            kind: pattern.kind,
                            range,
                        });
                        end
                    }
                    None => candidate.end(),
                };
                // A pattern of the manifest may match nothing at some place.
                from = next.max(from + 1);
                while from < text.len() && !text.is_char_boundary(from) {
                    from += 1;
                }
                if from > text.len() {
                    break;
                }
            }
        }
    }
}

/// All of a candidate.
#[expect(clippy::unnecessary_wraps, reason = "others find less, or nothing")]
pub(super) fn whole(candidate: &str) -> Option<Range<usize>> {
    Some(0..candidate.len())
}

/// What all finders find in a text, in order, without overlaps: of two that overlap, one with the kind of
/// the first.
pub(super) fn find_all<'f>(
    finders: impl IntoIterator<Item = &'f Finder>,
    text: &str,
) -> Vec<Match> {
    let mut found = Vec::new();
    for finder in finders {
        finder.find(text, &mut found);
    }
    found.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
    let mut apart: Vec<Match> = Vec::with_capacity(found.len());
    for next in found {
        match apart.last_mut() {
            Some(last) if next.range.start < last.range.end => {
                last.range.end = last.range.end.max(next.range.end);
            }
            _ => apart.push(next),
        }
    }
    apart
}

/// The text with something else in place of what was found.
pub(super) fn masked<'t>(text: &'t str, found: &[Match]) -> Cow<'t, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Match { kind, range } in found {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        let bare = kind.strip_prefix("an ").or_else(|| kind.strip_prefix("a "));
        out.push('[');
        out.push_str(bare.unwrap_or(kind));
        out.push_str(" not shown]");
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}
