//! Building an index: at build time, by the compiler.

use std::collections::BTreeMap;

use super::index::push_number;
use super::{Document, Index};

/// An index in the making.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    /// For each word its tools, ascending, and how much it counts there.
    words: BTreeMap<String, Vec<(u32, u32)>>,
    lengths: Vec<u32>,
}

impl Builder {
    /// Adds the next tool.
    pub fn add(&mut self, document: Document) {
        let tool = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        self.lengths.push(document.length);
        for (word, count) in document.words {
            self.words.entry(word).or_default().push((tool, count));
        }
    }

    /// Adds a place for the next tool without its words: it is ranked by [`Document`] when searched.
    pub fn add_outside(&mut self) {
        self.lengths.push(0);
    }

    /// The index.
    pub fn build(self) -> Index {
        let mut words = String::new();
        let mut ends = Vec::with_capacity(self.words.len());
        let mut postings = Vec::new();
        for (word, tools) in self.words {
            words.push_str(&word);
            let mut next = 0;
            for (tool, count) in tools {
                push_number(tool + 1 - next, &mut postings);
                push_number(count, &mut postings);
                next = tool + 1;
            }
            let end = |length| u32::try_from(length).unwrap_or(u32::MAX);
            ends.push((end(words.len()), end(postings.len())));
        }
        Index {
            words: words.into(),
            ends: ends.into(),
            postings: postings.into(),
            lengths: self.lengths.into(),
        }
    }
}
