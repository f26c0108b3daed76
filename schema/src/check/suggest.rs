//! The name that was probably meant.

use crate::json::{Kind, Raw};
use crate::rule::Text;

/// Longer names are not compared, in bytes.
const MAX_LENGTH: usize = 64;

/// No more names than these are compared.
const MAX_NAMES: usize = 256;

/// A question about the closest of the known names, where one is close.
pub(super) fn name<'n>(unknown: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    closest(unknown, known.take(MAX_NAMES))
        .map(|name| format!("did you mean {}?", super::words::quoted(name)))
}

/// The same about the strings of an `enum`.
pub(super) fn value(unknown: Raw<'_>, known: &[Text]) -> Option<String> {
    let mut reader = unknown.reader();
    if known.len() < 2 || reader.peek() != Ok(Kind::String) {
        return None;
    }
    let unknown = reader.string().ok()?;
    let strings: Vec<_> = known
        .iter()
        .filter_map(|text| Raw::checked(text).reader().string().ok())
        .collect();
    name(&unknown, strings.iter().map(|text| &**text))
}

/// The closest of the `known` names to one that is not among them, where one is close.
pub fn closest<'n>(unknown: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if unknown.len() > MAX_LENGTH {
        return None;
    }
    let allowed = (unknown.chars().count() / 3).max(1);
    let unknown = fold(unknown);
    known
        .filter(|name| name.len() <= MAX_LENGTH)
        .map(|name| (fold(name), name))
        .filter(|(folded, _)| folded.len().abs_diff(unknown.len()) <= allowed)
        .map(|(folded, name)| (distance(&unknown, &folded), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Names differ little that differ in case and in what separates their words.
fn fold(name: &str) -> Vec<char> {
    name.chars()
        .filter(|character| !matches!(character, '_' | '-' | '.' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The least number of insertions, deletions, replacements and swaps of neighbours (the optimal
/// string alignment distance).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut previous_left = None;
    for (row, a) in left.iter().enumerate() {
        let mut line = vec![row + 1];
        let mut previous_right = None;
        for (column, b) in right.iter().enumerate() {
            let at =
                |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&above, column + 1) + 1)
                .min(at(&line, column) + 1)
                .min(at(&above, column) + usize::from(a != b));
            if previous_left == Some(b) && previous_right == Some(a) {
                least = least.min(at(&before, column - 1) + 1);
            }
            line.push(least);
            previous_right = Some(b);
        }
        before = std::mem::replace(&mut above, line);
        previous_left = Some(a);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{closest, distance};

    fn between(left: &str, right: &str) -> usize {
        let (left, right): (Vec<char>, Vec<char>) =
            (left.chars().collect(), right.chars().collect());
        distance(&left, &right)
    }

    #[test]
    fn counts_edits() {
        assert_eq!(between("", ""), 0);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("limti", "limit"), 1);
    }

    #[test]
    fn suggests_only_what_is_close() {
        let known = ["limit", "page_size", "status"];
        let suggest = |unknown| closest(unknown, known.into_iter());
        assert_eq!(suggest("limti"), Some("limit"));
        assert_eq!(suggest("pageSize"), Some("page_size"));
        assert_eq!(suggest("colour"), None);
        assert_eq!(suggest(&"x".repeat(1000)), None);
    }
}
