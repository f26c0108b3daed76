//! Dates, times and durations (RFC 3339).

/// The minutes of a day.
const DAY: i32 = 24 * 60;

/// RFC 3339, section 5.6, `date-time`.
pub(super) fn is_date_time(text: &str) -> bool {
    match (text.get(..10), text.get(10..11), text.get(11..)) {
        (Some(date), Some("T" | "t"), Some(time)) => is_date(date) && is_time(time),
        _ => false,
    }
}

/// RFC 3339, section 5.6, `full-date`, with the days the month has in that year.
pub(super) fn is_date(text: &str) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return false;
    };
    let (Some(century), Some(year), Some(month), Some(day)) =
        (pair(y1, y2), pair(y3, y4), pair(m1, m2), pair(d1, d2))
    else {
        return false;
    };
    let leap = if year == 0 {
        century % 4 == 0
    } else {
        year % 4 == 0
    };
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339, section 5.6, `full-time`. A leap second is admitted where it is 23:59:60 in UTC
/// (appendix D); whether that day had one is not known here.
pub(super) fn is_time(text: &str) -> bool {
    let Some((&[h1, h2, b':', m1, m2, b':', s1, s2], mut rest)) =
        text.as_bytes().split_first_chunk::<8>()
    else {
        return false;
    };
    let (Some(hour @ 0..=23), Some(minute @ 0..=59), Some(second @ 0..=60)) =
        (pair(h1, h2), pair(m1, m2), pair(s1, s2))
    else {
        return false;
    };
    if let [b'.', fraction @ ..] = rest {
        let digits = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 {
            return false;
        }
        rest = fraction.get(digits..).unwrap_or_default();
    }
    let offset = match *rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => match (pair(h1, h2), pair(m1, m2)) {
            (Some(hours @ 0..=23), Some(minutes @ 0..=59)) => {
                let size = hours * 60 + minutes;
                if sign == b'-' { -size } else { size }
            }
            _ => return false,
        },
        _ => return false,
    };
    second < 60 || (hour * 60 + minute - offset).rem_euclid(DAY) == DAY - 1
}

/// RFC 3339, appendix A, `duration`: only neighbouring units, in order; weeks alone.
pub(super) fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('P') else {
        return false;
    };
    if let Some(weeks) = text.strip_suffix('W') {
        return is_digits(weeks);
    }
    match text.split_once('T') {
        None => is_run_of_units(text, "YMD"),
        Some((date, time)) => {
            (date.is_empty() || is_run_of_units(date, "YMD")) && is_run_of_units(time, "HMS")
        }
    }
}

/// Whether the text is numbers, each with its unit, whose units are a stretch of `units`.
fn is_run_of_units(text: &str, units: &str) -> bool {
    let is_unit = |character: char| character.is_ascii_uppercase();
    let found: String = text
        .chars()
        .filter(|character| is_unit(*character))
        .collect();
    !found.is_empty()
        && units.contains(&found)
        && text
            .split_inclusive(is_unit)
            .all(|part| part.strip_suffix(is_unit).is_some_and(is_digits))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of two decimal digits.
fn pair(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}
