//! The index of a catalogue: for every word the tools that have it, packed into a few tables.

use crate::rule::{List, Text};

/// Which words the tools of a catalogue have. Tools go by their position in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// Every word, sorted, one straight after the other.
    pub words: Text,
    /// For each word where it ends in [`Index::words`], and its tools in [`Index::postings`].
    pub ends: List<(u32, u32)>,
    /// For each word its tools in ascending order: the distance from the tool before (from -1 for the
    /// first) and how much the word counts there, each as a LEB128 number.
    pub postings: List<u8>,
    /// How much the words of each tool count together; 0 for a tool that is not in the index.
    pub lengths: List<u32>,
}

impl Index {
    /// The tools that have `word`, and how much it counts in each.
    pub fn tools(&self, word: &str) -> impl Iterator<Item = (usize, u32)> + '_ {
        let mut rest = self.find(word).unwrap_or_default();
        let mut next = 0_usize;
        std::iter::from_fn(move || {
            let distance = number(&mut rest)?;
            let count = number(&mut rest)?;
            let tool = next.checked_add(distance as usize)?.checked_sub(1)?;
            next = tool + 1;
            Some((tool, count))
        })
    }

    /// The postings of a word.
    fn find(&self, word: &str) -> Option<&[u8]> {
        let start = |position: usize| match position.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => (0, 0),
        };
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low.midpoint(high);
            let (from, end) = (start(middle), self.ends.get(middle)?);
            match self.words.get(from.0 as usize..end.0 as usize)?.cmp(word) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    return self.postings.get(from.1 as usize..end.1 as usize);
                }
            }
        }
        None
    }
}

/// Reads a LEB128 number.
fn number(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0_u32;
    for shift in (0..32).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Writes a LEB128 number.
pub(super) fn push_number(mut value: u32, out: &mut Vec<u8>) {
    loop {
        // Masked to seven bits.
        let byte = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}
