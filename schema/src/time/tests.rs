use proptest::prelude::*;

use super::{Duration, Timestamp, offset};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn timestamps_are_read_and_written() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00Z", 0),
        ("2024-02-29T12:30:45Z", 1_709_209_845),
        ("1969-12-31T23:59:59Z", -1),
        ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] {
        assert_eq!(at(text).seconds(), seconds, "{text}");
        assert_eq!(at(text).to_string(), text);
    }
    assert_eq!(
        at("2024-01-01t01:00:00.120+01:30").to_string(),
        "2023-12-31T23:30:00.12Z"
    );
    for text in [
        "",
        "2024-01-01",
        "2023-02-29T00:00:00Z",
        "0000-12-31T23:59:59Z",
        "0001-01-01T00:00:00+01:00",
        "2024-01-01 00:00:00Z",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}

#[test]
fn civil_time_is_that_of_the_zone() {
    let civil = at("2009-02-13T23:31:30.123456789Z").civil(60);
    assert_eq!((civil.year, civil.month, civil.day), (2009, 2, 14));
    assert_eq!((civil.hour, civil.minute, civil.second), (0, 31, 30));
    assert_eq!(
        (civil.day_of_year, civil.day_of_week, civil.nanosecond),
        (44, 6, 123_456_789)
    );
}

#[test]
fn durations_are_read_and_written() {
    for (text, written) in [
        ("1h30m", "5400s"),
        ("-1.5s", "-1.5s"),
        ("250ms", "0.25s"),
        ("0", "0s"),
        ("1.0000000001s", "1s"),
        (".5h", "1800s"),
        ("1us1ns", "0.000001001s"),
        ("315576000000s", "315576000000s"),
    ] {
        assert_eq!(
            Duration::parse(text).unwrap().to_string(),
            written,
            "{text}"
        );
    }
    for text in [
        "",
        "-",
        "1",
        "1d",
        "s",
        ".s",
        "1.2.3s",
        "1 s",
        "315576000001s",
        "99999999999999999999999999999999999999999h",
    ] {
        assert_eq!(Duration::parse(text), None, "{text}");
    }
}

#[test]
fn offsets_are_minutes() {
    assert_eq!(offset("+05:30"), Some(330));
    assert_eq!(offset("-08:00"), Some(-480));
    assert_eq!(offset("02:00"), Some(120));
    for text in [
        "",
        "+",
        "5:30",
        "+05:60",
        "+24:00",
        "Europe/Berlin",
        "+0530",
        "++1:00",
    ] {
        assert_eq!(offset(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(seconds in -62_135_596_800_i64..253_402_300_800, nanos in 0..1_000_000_000_i128) {
        let timestamp = Timestamp::from_nanos(i128::from(seconds) * 1_000_000_000 + nanos).unwrap();
        prop_assert_eq!(Timestamp::parse(&timestamp.to_string()), Some(timestamp));
        let civil = timestamp.civil(0);
        let day = Timestamp::from_nanos(timestamp.nanos() + 86_400_000_000_000).map(|next| next.civil(0));
        if let Some(next) = day {
            prop_assert_eq!(next.day_of_week, (civil.day_of_week + 1) % 7);
            prop_assert!(next.day_of_year == civil.day_of_year + 1 || (next.day_of_year == 0 && next.year == civil.year + 1));
        }
    }

    #[test]
    fn nothing_panics(text in "[-+0-9.hmsnuµ:TZ]{0,24}") {
        let _ = (Duration::parse(&text), Timestamp::parse(&text), offset(&text));
    }
}
