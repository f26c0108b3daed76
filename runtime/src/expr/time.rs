//! The parts of timestamps and durations. `offset` is the time zone, in minutes east of UTC.

use gatewright_schema::time::{Duration, Timestamp};

/// The parts of a timestamp.
macro_rules! part {
    ($($name:ident $cel:literal $at:ident => $part:expr;)*) => {
        $(
            #[doc = concat!("`", $cel, "` of a timestamp.")]
            pub fn $name(timestamp: Timestamp, offset: i64) -> i64 {
                let $at = timestamp.civil(offset);
                $part
            }
        )*
    };
}

part! {
    full_year "getFullYear" at => at.year;
    month "getMonth" at => at.month - 1;
    date "getDate" at => at.day;
    day_of_month "getDayOfMonth" at => at.day - 1;
    day_of_week "getDayOfWeek" at => at.day_of_week;
    day_of_year "getDayOfYear" at => at.day_of_year;
    hours "getHours" at => at.hour;
    minutes "getMinutes" at => at.minute;
    seconds "getSeconds" at => at.second;
    milliseconds "getMilliseconds" at => at.nanosecond / 1_000_000;
}

/// A duration in whole units, rounded towards zero.
macro_rules! whole {
    ($($name:ident $cel:literal $nanos:literal;)*) => {
        $(
            #[doc = concat!("`", $cel, "` of a duration: all of it.")]
            pub fn $name(duration: Duration) -> i64 {
                i64::try_from(duration.nanos() / $nanos).unwrap_or_default()
            }
        )*
    };
}

whole! {
    whole_hours "getHours" 3_600_000_000_000;
    whole_minutes "getMinutes" 60_000_000_000;
    whole_seconds "getSeconds" 1_000_000_000;
}

/// `getMilliseconds` of a duration: those beyond its whole seconds.
pub fn rest_milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.nanos() % 1_000_000_000 / 1_000_000).unwrap_or_default()
}
