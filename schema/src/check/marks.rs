//! The members or items of one value that some rule has evaluated, for the `unevaluated` rules.

/// A set of positions: of the members of an object, or the items of an array, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    all: bool,
    words: Vec<u64>,
}

impl Marks {
    pub(super) fn set(&mut self, index: usize) {
        let word = index / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << (index % 64);
        }
    }

    pub(super) fn set_all(&mut self) {
        self.all = true;
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.all
            || self
                .words
                .get(index / 64)
                .is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.all |= other.all;
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (word, others) in self.words.iter_mut().zip(&other.words) {
            *word |= others;
        }
    }
}
