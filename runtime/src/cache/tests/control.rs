//! `Cache-Control` as APIs write it.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::super::control::Control;

fn of(lines: &[(&'static str, &'static str)], shared: bool) -> Control {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    Control::of(&headers, shared)
}

#[test]
#[expect(clippy::too_many_lines, reason = "the cases are a list")]
fn directives_are_read_as_they_are_written() {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    let plain = Control::default();
    for (value, own, everybodys) in [
        ("public", plain, plain),
        (
            "No-Store",
            Control {
                no_store: true,
                ..plain
            },
            Control {
                no_store: true,
                ..plain
            },
        ),
        (
            " max-age = 10 ",
            Control {
                fresh_for: seconds(10),
                ..plain
            },
            Control {
                fresh_for: seconds(10),
                ..plain
            },
        ),
        (
            "max-age=\"10\"",
            Control {
                fresh_for: seconds(10),
                ..plain
            },
            Control {
                fresh_for: seconds(10),
                ..plain
            },
        ),
        (
            "max-age=soon",
            Control {
                fresh_for: seconds(0),
                ..plain
            },
            Control {
                fresh_for: seconds(0),
                ..plain
            },
        ),
        (
            "max-age=-1",
            Control {
                fresh_for: seconds(0),
                ..plain
            },
            Control {
                fresh_for: seconds(0),
                ..plain
            },
        ),
        (
            "max-age=99999999999999999999",
            Control {
                fresh_for: seconds(1 << 31),
                ..plain
            },
            Control {
                fresh_for: seconds(1 << 31),
                ..plain
            },
        ),
        (
            "max-age=9, max-age=8",
            Control {
                fresh_for: seconds(8),
                ..plain
            },
            Control {
                fresh_for: seconds(8),
                ..plain
            },
        ),
        (
            "max-age=9,s-maxage=3",
            Control {
                fresh_for: seconds(9),
                ..plain
            },
            Control {
                fresh_for: seconds(3),
                must_revalidate: true,
                ..plain
            },
        ),
        (
            "private=\"a, no-store\"",
            Control {
                private: true,
                ..plain
            },
            Control {
                private: true,
                ..plain
            },
        ),
        (
            "proxy-revalidate",
            plain,
            Control {
                must_revalidate: true,
                ..plain
            },
        ),
    ] {
        assert_eq!(of(&[("cache-control", value)], false), own, "{value}");
        assert_eq!(of(&[("cache-control", value)], true), everybodys, "{value}");
    }
}

#[test]
fn every_line_counts() {
    let control = of(
        &[
            ("cache-control", "max-age=60"),
            ("cache-control", "must-revalidate"),
            ("age", "20"),
            ("vary", "accept"),
        ],
        false,
    );
    let expected = Control {
        must_revalidate: true,
        fresh_for: Some(Duration::from_secs(40)),
        ..Control::default()
    };
    assert_eq!(control, expected);
    assert!(of(&[("vary", "accept"), ("vary", "*")], false).no_store);
}
