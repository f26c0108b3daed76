//! The nearest of the names that would have been right.

#[cfg(test)]
mod tests;

/// Nobody misspells longer words, and comparing takes time in proportion to their length squared.
const LONGEST: usize = 128;

/// The candidate that `word` is probably a misspelling of; of several equally near, the first in the
/// order of their letters.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    // A third of the letters may be wrong: more, and the suggestion is a guess.
    let length = word.chars().count();
    let limit = (length / 3).max(1);
    let folded = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 4 * limit)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&folded, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= limit && *distance < length)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The same as a sentence for the help of a diagnostic.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}
