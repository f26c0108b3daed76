//! Durations and sizes as a manifest writes them.

use std::time::Duration;

/// Longer than any wait that makes sense; also keeps deadlines from overflowing.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// The units of durations, in milliseconds.
const DURATION_UNITS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// The units of sizes, in bytes.
const SIZE_UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// A duration such as `30s`.
///
/// # Errors
/// Why the text is none.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    let milliseconds = amount(text, DURATION_UNITS)
        .ok_or("write a whole number and one of the units `ms`, `s`, `m`, `h` and `d`")?;
    let duration = Duration::from_millis(milliseconds);
    if duration.is_zero() {
        return Err("it must be longer than nothing");
    }
    if duration > LONGEST {
        return Err("it must be at most `365d`");
    }
    Ok(duration)
}

/// A size in bytes such as `4MiB` or `65536`.
///
/// # Errors
/// Why the text is none.
pub(super) fn size(text: &str) -> Result<u64, &'static str> {
    match amount(text, SIZE_UNITS) {
        Some(0) => Err("it must be larger than nothing"),
        Some(bytes) if bytes > 1 << 40 => Err("it must be at most `1024GiB`"),
        Some(bytes) => Ok(bytes),
        None => {
            Err("write a whole number, and `KiB`, `MiB` or `GiB` unless it is a number of bytes")
        }
    }
}

/// A number of things, such as `20`.
///
/// # Errors
/// Why the text is none.
pub(super) fn count(text: &str) -> Result<u64, &'static str> {
    match text.parse() {
        Ok(0) => Err("it must be greater than nothing"),
        Ok(count @ 1..=1_000_000_000) => Ok(count),
        Ok(_) => Err("it must be at most 1000000000"),
        Err(_) => Err("write a whole number without sign, fraction and exponent"),
    }
}

/// The number times its unit; saturating, as all that large is refused alike.
fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.len()
        - text
            .trim_start_matches(|digit: char| digit.is_ascii_digit())
            .len();
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    if number.is_empty() {
        return None;
    }
    Some(
        number
            .parse::<u64>()
            .unwrap_or(u64::MAX)
            .saturating_mul(*factor),
    )
}
