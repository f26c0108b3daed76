//! Mutations of bytes, the same in every run.

/// What mutations like to insert: what ends, nests or escapes something somewhere.
const WORDS: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    "\r\n",
    "\0",
    "null",
    "true",
    "-",
    "1e999",
    "0.1",
    "18446744073709551616",
    "\u{feff}",
    "é",
    "\u{202e}",
    "\\ud800",
    "\\u0000",
    "%2e%2e",
    "../",
    "//",
    "?",
    "#",
    "&",
    "=",
    ";",
    "$ref",
    "#/",
    "allOf",
    "oneOf",
    "- ",
    ": ",
    "? ",
    "|\n",
    "&a ",
    "*a",
    "<<",
    "!!binary ",
    "---\n",
    "'",
    "`",
    "*/",
    "{}",
    "${X}",
    "$..*",
    "[?@.a]",
    "deepObject",
    "type",
    "required",
    "true",
    "~1",
    "text/plain",
];

/// A source of mutations.
#[derive(Debug)]
pub struct Mutator(u64);

impl Mutator {
    /// The mutations that belong to a number.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// `seed` with a few changes; now and then with a piece of `other`.
    pub fn mutated(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, other);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let end = (at + self.below(24)).min(bytes.len());
        match self.below(8) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => {
                bytes.drain(at..end);
            }
            2 => {
                let copied = bytes[at..end].to_vec();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, copied);
            }
            3 => {
                let from = self.below(other.len());
                let piece = &other[from..(from + self.below(60)).min(other.len())];
                bytes.splice(at..end, piece.iter().copied());
            }
            4 => bytes.truncate(at),
            5 => {
                // One value in the place of another: the bytes between two quotes.
                let word = WORDS[self.below(WORDS.len())];
                let quote = |byte: &u8| *byte == b'"';
                let start = bytes
                    .iter()
                    .skip(at)
                    .position(quote)
                    .map(|found| at + found + 1);
                let stop = start.and_then(|start| {
                    let found = bytes.iter().skip(start).position(quote)?;
                    Some((start, start + found))
                });
                if let Some((start, stop)) = stop {
                    bytes.splice(start..stop, word.bytes());
                }
            }
            _ => {
                let word = WORDS[self.below(WORDS.len())];
                bytes.splice(at..at, word.bytes());
            }
        }
    }
}
