//! The ranking: BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), with the
//! inverse document frequency that is never negative.

use super::{Document, Index, words};

/// How many different words of a query count; the others are ignored.
pub const MAX_QUERY_WORDS: usize = 32;

/// How soon a word's repetition stops to count.
const K1: f64 = 1.2;
/// How much long descriptions are held against a tool.
const B: f64 = 0.75;

/// The positions of the tools that have a word of `query`, best first; of those that rank alike, the
/// one that is listed first. `outside` are tools that the index has a place for and no words of.
pub fn rank(index: &Index, outside: &[(usize, Document)], query: &str) -> Vec<usize> {
    let mut terms: Vec<String> = Vec::new();
    words(query, &mut |word| {
        if terms.len() < MAX_QUERY_WORDS && !terms.iter().any(|known| known == word) {
            terms.push(word.to_owned());
        }
    });
    let mut lengths = index.lengths.to_vec();
    for (tool, document) in outside {
        if let Some(length) = lengths.get_mut(*tool) {
            *length = document.length;
        }
    }
    let total: u64 = lengths.iter().copied().map(u64::from).sum();
    let count = float(lengths.len() as u64);
    let average = float(total.max(1)) / count.max(1.0);
    let mut scores = vec![0.0; lengths.len()];
    for term in &terms {
        let indexed = index.tools(term);
        let others = outside
            .iter()
            .filter_map(|(tool, document)| Some((*tool, *document.words.get(term)?)));
        let tools: Vec<(usize, u32)> = indexed.chain(others).collect();
        let having = float(tools.len() as u64);
        let rarity = (1.0 + (count - having + 0.5) / (having + 0.5)).ln();
        for (tool, times) in tools {
            let (Some(score), Some(length)) = (scores.get_mut(tool), lengths.get(tool)) else {
                continue;
            };
            let times = f64::from(times);
            let norm = K1 * (1.0 - B + B * f64::from(*length) / average);
            *score += rarity * times * (K1 + 1.0) / (times + norm);
        }
    }
    let mut found: Vec<(usize, f64)> = scores
        .into_iter()
        .enumerate()
        .filter(|(_, score)| *score > 0.0)
        .collect();
    // Stable: what ranks alike stays in the order of the list.
    found.sort_by(|(_, left), (_, right)| right.total_cmp(left));
    found.into_iter().map(|(tool, _)| tool).collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of tools and words are far below 2^53"
)]
fn float(count: u64) -> f64 {
    count as f64
}
