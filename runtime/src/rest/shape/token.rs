//! Strings, numbers and words of JSON, byte by byte.

/// Where in a number (RFC 8259, section 6) the last byte stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Minus,
    Zero,
    Whole,
    Point,
    Fraction,
    E,
    Sign,
    Exponent,
}

impl Number {
    /// The state after the first byte of a number.
    pub(super) fn begin(byte: u8) -> Self {
        match byte {
            b'-' => Self::Minus,
            b'0' => Self::Zero,
            _ => Self::Whole,
        }
    }

    /// The state after another byte; `None` where the byte is not of the number.
    pub(super) fn next(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Minus, b'0') => Self::Zero,
            (Self::Minus, b'1'..=b'9') | (Self::Whole, b'0'..=b'9') => Self::Whole,
            (Self::Zero | Self::Whole, b'.') => Self::Point,
            (Self::Point | Self::Fraction, b'0'..=b'9') => Self::Fraction,
            (Self::Zero | Self::Whole | Self::Fraction, b'e' | b'E') => Self::E,
            (Self::E, b'+' | b'-') => Self::Sign,
            (Self::E | Self::Sign | Self::Exponent, b'0'..=b'9') => Self::Exponent,
            _ => return None,
        })
    }

    /// Whether a number can end here.
    pub(super) fn is_whole(self) -> bool {
        matches!(
            self,
            Self::Zero | Self::Whole | Self::Fraction | Self::Exponent
        )
    }
}

/// Where in a string the last byte stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// Outside of an escape.
    Plain,
    /// After a backslash.
    Backslash,
    /// Within the digits of `\u`: how many there were, what they say, and whether they must be the
    /// second half of a surrogate pair.
    Digits(u8, u16, bool),
    /// After the first half of a surrogate pair.
    Pair,
    /// After the backslash of the second half.
    PairBackslash,
}

impl Text {
    /// The state after a byte within an escape.
    ///
    /// # Errors
    /// What is wrong, as a noun phrase.
    pub(super) fn next(self, byte: u8) -> Result<Self, &'static str> {
        const HALF: &str = "half of a surrogate pair";
        match (self, byte) {
            (Self::Backslash, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                Ok(Self::Plain)
            }
            (Self::Backslash, b'u') => Ok(Self::Digits(0, 0, false)),
            (Self::Pair, b'\\') => Ok(Self::PairBackslash),
            (Self::PairBackslash, b'u') => Ok(Self::Digits(0, 0, true)),
            (Self::Pair | Self::PairBackslash, _) => Err(HALF),
            (Self::Digits(count, code, second), _) => {
                let digit = char::from(byte)
                    .to_digit(16)
                    .and_then(|digit| u16::try_from(digit).ok())
                    .ok_or("an unknown escape")?;
                let code = code << 4 | digit;
                if count < 3 {
                    return Ok(Self::Digits(count + 1, code, second));
                }
                match (code, second) {
                    (0xdc00..=0xdfff, true) => Ok(Self::Plain),
                    (_, true) | (0xdc00..=0xdfff, false) => Err(HALF),
                    (0xd800..=0xdbff, false) => Ok(Self::Pair),
                    _ => Ok(Self::Plain),
                }
            }
            _ => Err("an unknown escape"),
        }
    }
}

/// How many of the bytes come before the first quote, backslash or control character.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let run = memchr::memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    let before = bytes.get(..run).unwrap_or_default();
    // Most runs have none, and the least of all bytes is found without a branch.
    if before.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < 0x20 {
        return before.iter().position(|byte| *byte < 0x20).unwrap_or(run);
    }
    run
}
