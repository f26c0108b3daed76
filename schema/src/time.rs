//! Points in time and spans of time, as expressions have them: nanoseconds within the bounds of the
//! Common Expression Language, read and written as RFC 3339 and as `1h30m`.
//!
//! The compiler reads the constants of expressions with it, and the binary what comes with a call.

use std::fmt;

const NANOS: i128 = 1_000_000_000;

/// A point in time, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    nanos: i128,
}

/// A span of time of at most 315,576,000,000 seconds (ten thousand years), of either sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    nanos: i128,
}

/// A point in time taken apart in some time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: i64,
    /// The day of the month, from 1.
    pub day: i64,
    /// The day of the year, from 0.
    pub day_of_year: i64,
    /// The day of the week, from 0 for Sunday.
    pub day_of_week: i64,
    /// The hour.
    pub hour: i64,
    /// The minute.
    pub minute: i64,
    /// The second.
    pub second: i64,
    /// The nanosecond.
    pub nanosecond: i64,
}

impl Timestamp {
    const MIN: i128 = -62_135_596_800 * NANOS;
    const MAX: i128 = 253_402_300_800 * NANOS - 1;

    /// This many nanoseconds after 1970-01-01T00:00:00Z; `None` out of bounds.
    pub const fn from_nanos(nanos: i128) -> Option<Self> {
        if nanos < Self::MIN || nanos > Self::MAX {
            return None;
        }
        Some(Self { nanos })
    }

    /// The nanoseconds since 1970-01-01T00:00:00Z.
    pub const fn nanos(self) -> i128 {
        self.nanos
    }

    /// The whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn seconds(self) -> i64 {
        // The bounds are well within 64 bits.
        i64::try_from(self.nanos.div_euclid(NANOS)).unwrap_or_default()
    }

    /// Reads RFC 3339's `date-time`. A leap second is the second after it.
    pub fn parse(text: &str) -> Option<Self> {
        if !crate::rule::Format::DateTime.admits_text(text) {
            return None;
        }
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        let days = days_before(number(0..4)?, number(5..7)?, number(8..10)?);
        let mut seconds =
            days * 86_400 + number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)?;
        let (fraction, zone) = match text.get(19..)?.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?),
            None => ("", text.get(19..)?),
        };
        if !zone.eq_ignore_ascii_case("z") {
            seconds -= offset(zone)? * 60;
        }
        Self::from_nanos(i128::from(seconds) * NANOS + fraction_nanos(fraction))
    }

    /// The date and the time of day at `offset` minutes east of UTC.
    pub fn civil(self, offset: i64) -> Civil {
        let seconds = self.seconds() + offset * 60;
        let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date_of(days);
        Civil {
            year,
            month,
            day,
            day_of_year: days - days_before(year, 1, 1),
            // 1970-01-01 was a Thursday.
            day_of_week: (days + 4).rem_euclid(7),
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            nanosecond: i64::try_from(self.nanos.rem_euclid(NANOS)).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil(0);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            at.year, at.month, at.day, at.hour, at.minute, at.second
        )?;
        write_fraction(f, at.nanosecond)?;
        f.write_str("Z")
    }
}

impl Duration {
    const MAX: i128 = 315_576_000_000 * NANOS;

    /// This many nanoseconds; `None` out of bounds.
    pub const fn from_nanos(nanos: i128) -> Option<Self> {
        if nanos < -Self::MAX || nanos > Self::MAX {
            return None;
        }
        Some(Self { nanos })
    }

    /// The nanoseconds.
    pub const fn nanos(self) -> i128 {
        self.nanos
    }

    /// Reads numbers with units, one after the other: `1h30m`, `-1.5s`, `250ms`; `0` alone has none.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, mut rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if rest == "0" {
            return Self::from_nanos(0);
        }
        let mut nanos = 0_i128;
        loop {
            let (number, after) =
                rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
            let unit = after
                .find(|c: char| c.is_ascii_digit() || c == '.')
                .unwrap_or(after.len());
            let (unit, after) = after.split_at(unit);
            nanos = nanos.checked_add(scaled(number, unit_nanos(unit)?)?)?;
            if after.is_empty() {
                return Self::from_nanos(if negative { -nanos } else { nanos });
            }
            rest = after;
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos < 0 {
            f.write_str("-")?;
        }
        let size = self.nanos.unsigned_abs();
        write!(f, "{}", size / NANOS.unsigned_abs())?;
        write_fraction(
            f,
            i64::try_from(size % NANOS.unsigned_abs()).unwrap_or_default(),
        )?;
        f.write_str("s")
    }
}

/// The minutes east of UTC of `+05:30`, `-08:00` and `02:00`.
pub fn offset(zone: &str) -> Option<i64> {
    let (sign, zone) = match zone.as_bytes().first()? {
        b'-' => (-1, zone.get(1..)?),
        b'+' => (1, zone.get(1..)?),
        _ => (1, zone),
    };
    let (hours, minutes) = zone.split_once(':')?;
    let number = |digits: &str, limit: i64| {
        let number: i64 = digits.parse().ok()?;
        (digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) && number < limit)
            .then_some(number)
    };
    Some(sign * (number(hours, 24)? * 60 + number(minutes, 60)?))
}

fn unit_nanos(unit: &str) -> Option<i128> {
    Some(match unit {
        "h" => 3600 * NANOS,
        "m" => 60 * NANOS,
        "s" => NANOS,
        "ms" => 1_000_000,
        "us" | "µs" | "μs" => 1_000,
        "ns" => 1,
        _ => return None,
    })
}

/// A decimal number of a unit, in nanoseconds; what is less than one is cut off.
fn scaled(number: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: i128 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    // More digits than these are less than a nanosecond of any unit.
    let (mut part, mut scale) = (0_i128, 1_i128);
    for digit in fraction.bytes().take(18) {
        part = part * 10 + i128::from(digit - b'0');
        scale *= 10;
    }
    whole.checked_mul(unit)?.checked_add(unit * part / scale)
}

fn fraction_nanos(digits: &str) -> i128 {
    digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |nanos, digit| nanos * 10 + i128::from(digit - b'0'))
}

/// `.5`, without zeros at the end; nothing for none.
fn write_fraction(f: &mut fmt::Formatter<'_>, nanos: i64) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0'))
}

/// The days from 1970-01-01 to a date of the Gregorian calendar. Years begin in March here, so that
/// the day that only some years have is their last.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year
        - 719_468
}

/// The date that is `days` after 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests;
