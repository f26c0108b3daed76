//! Decimal arithmetic on the texts of JSON numbers: order, equality, wholeness, multiples.
//!
//! Nothing is converted to binary, so nothing is rounded: `0.1` is a tenth and 2^64 + 1 differs from
//! 2^64. Nothing is expanded either: `1e400000000` costs as much as `1e4`. Exponents saturate at
//! ±2^62, far beyond what could be written out; two numbers that are both beyond compare by their
//! digits.

use std::borrow::Cow;
use std::cmp::Ordering;

/// Where exponents saturate.
const EXPONENT_LIMIT: i64 = 1 << 62;

/// A number as `0.d₁d₂…dₙ × 10^exponent`, with d₁ and dₙ not zero; zero has no digits.
#[derive(Clone, Copy)]
struct Decimal<'a> {
    negative: bool,
    /// The digits between the first and the last that are not zero, perhaps with a point among them.
    digits: &'a [u8],
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Takes the text of a JSON number apart.
    fn new(text: &'a str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, power(exponent)),
            None => (text, 0),
        };
        let bytes = mantissa.as_bytes();
        let point = bytes
            .iter()
            .position(|byte| *byte == b'.')
            .unwrap_or(bytes.len());
        let significant = |byte: &u8| *byte != b'0' && *byte != b'.';
        let (Some(first), Some(last)) = (
            bytes.iter().position(significant),
            bytes.iter().rposition(significant),
        ) else {
            return Self {
                negative: false,
                digits: &[],
                exponent: 0,
            };
        };
        // The point stands `before` places to the right of the first digit that counts.
        let before = if first < point {
            length(point - first)
        } else {
            1 - length(first - point)
        };
        Self {
            negative,
            digits: bytes.get(first..=last).unwrap_or_default(),
            exponent: power
                .saturating_add(before)
                .clamp(-EXPONENT_LIMIT, EXPONENT_LIMIT),
        }
    }

    fn digits(self) -> impl Iterator<Item = u8> + 'a {
        self.digits
            .iter()
            .filter(|byte| **byte != b'.')
            .map(|byte| byte - b'0')
    }

    /// How many digits count.
    fn precision(self) -> i64 {
        length(self.digits.len() - usize::from(self.digits.contains(&b'.')))
    }

    fn is_zero(self) -> bool {
        self.digits.is_empty()
    }

    fn is_integer(self) -> bool {
        self.is_zero() || self.exponent >= self.precision()
    }

    fn compare_magnitude(self, other: Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self
                .exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits().cmp(other.digits())),
        }
    }

    /// The digits as one integer, where they fit in 124 bits: ten times that still fits in 128.
    fn coefficient(self) -> Option<u128> {
        self.digits().try_fold(0_u128, |value, digit| {
            let value = value.checked_mul(10)?.checked_add(u128::from(digit))?;
            (value >> 124 == 0).then_some(value)
        })
    }
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The value of the text after `e`, saturated.
fn power(text: &str) -> i64 {
    let digits = text.trim_start_matches(['+', '-']);
    let size = digits
        .bytes()
        .fold(0_i64, |value, digit| {
            value
                .saturating_mul(10)
                .saturating_add(i64::from(digit.wrapping_sub(b'0')))
        })
        .min(EXPONENT_LIMIT);
    if text.starts_with('-') { -size } else { size }
}

/// How two numbers compare by value.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (Decimal::new(left), Decimal::new(right));
    match (left.negative, right.negative) {
        (false, false) => left.compare_magnitude(right),
        (true, true) => right.compare_magnitude(left),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

/// One text for each value: equal numbers have the same, different ones do not.
pub fn normal(text: &str) -> Cow<'_, str> {
    // The usual case has one spelling.
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.starts_with('0')
        && digits.len() < 16
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.ends_with('0')
    {
        return Cow::Borrowed(text);
    }
    let number = Decimal::new(text);
    if number.is_zero() {
        return Cow::Borrowed("0");
    }
    if number.exponent.abs() >= EXPONENT_LIMIT {
        // Beyond what can be told apart: the text stands for itself.
        return Cow::Borrowed(text);
    }
    let sign = if number.negative { "-" } else { "" };
    let digits: String = number
        .digits()
        .map(|digit| char::from(b'0' + digit))
        .collect();
    let power = number.exponent - number.precision();
    Cow::Owned(if power == 0 {
        format!("{sign}{digits}")
    } else {
        format!("{sign}{digits}e{power}")
    })
}

/// Whether the value is whole: `1`, `1.0` and `10e-1` are.
pub(crate) fn is_integer(text: &str) -> bool {
    // The usual case needs no arithmetic.
    !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) || Decimal::new(text).is_integer()
}

/// The value, where it is whole and in range.
pub(crate) fn to_i64(text: &str) -> Option<i64> {
    // The usual case: nothing but digits.
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let number = Decimal::new(text);
    if number.is_zero() {
        return Some(0);
    }
    if !number.is_integer() || number.exponent > 19 {
        return None;
    }
    let zeros = u32::try_from(number.exponent - number.precision()).ok()?;
    let size = i128::try_from(number.coefficient()?)
        .ok()?
        .checked_mul(10_i128.checked_pow(zeros)?)?;
    i64::try_from(if number.negative { -size } else { size }).ok()
}

/// Whether `text` is a whole number of times `divisor`, which is greater than zero.
///
/// Exact for divisors of up to 37 significant digits, whatever their exponent and whatever the
/// length of `text`; zero is the only multiple of a longer divisor.
pub(crate) fn is_multiple(text: &str, divisor: &str) -> bool {
    let (number, divisor) = (Decimal::new(text), Decimal::new(divisor));
    if number.is_zero() {
        return true;
    }
    // number / divisor = (N / D) × 10^power with whole N and D, neither divisible by ten.
    let power = (number.exponent - number.precision()) - (divisor.exponent - divisor.precision());
    if power < 0 {
        // N would have to be divisible by D × 10^-power, hence by ten.
        return false;
    }
    let Some(mut remaining) = divisor.coefficient().filter(|coefficient| *coefficient > 0) else {
        return false;
    };
    // Take out of D what divides 10^power; the rest is prime to it and must divide N.
    for prime in [2, 5] {
        let mut left = power;
        while left > 0 && remaining % prime == 0 {
            remaining /= prime;
            left -= 1;
        }
    }
    number
        .digits()
        .fold(0, |rest, digit| (rest * 10 + u128::from(digit)) % remaining)
        == 0
}

/// Feeds a hash with the value: equal numbers feed equally.
pub(crate) fn hash(text: &str, state: &mut impl std::hash::Hasher) {
    let number = Decimal::new(text);
    state.write_u8(u8::from(number.negative));
    state.write_i64(number.exponent);
    for digit in number.digits() {
        state.write_u8(digit);
    }
}

#[cfg(test)]
mod tests;
