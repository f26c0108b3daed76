//! Values at the edges of each format.

use crate::rule::Format;

#[track_caller]
fn admits(format: Format, texts: &[&str]) {
    for text in texts {
        assert!(
            format.admits_text(text),
            "{} should admit {text:?}",
            format.name()
        );
    }
}

#[track_caller]
fn refuses(format: Format, texts: &[&str]) {
    for text in texts {
        assert!(
            !format.admits_text(text),
            "{} should refuse {text:?}",
            format.name()
        );
    }
}

#[test]
fn dates_and_times() {
    admits(
        Format::Date,
        &["2024-02-29", "0000-01-01", "2000-02-29", "9999-12-31"],
    );
    refuses(
        Format::Date,
        &[
            "2023-02-29",
            "1900-02-29",
            "2023-13-01",
            "2023-1-01",
            "2023-01-00",
            "",
            "２023-01-01",
        ],
    );
    admits(
        Format::Time,
        &[
            "00:00:00Z",
            "23:59:59.000001-23:59",
            "23:59:60z",
            "01:29:60+01:30",
            "15:59:60-08:00",
        ],
    );
    refuses(
        Format::Time,
        &[
            "24:00:00Z",
            "12:00:00",
            "12:00:00.Z",
            "22:59:60Z",
            "12:00:00+0100",
            "12:00:00+24:00",
            "12:00Z",
            "é2:00:00Z",
        ],
    );
    admits(
        Format::DateTime,
        &["2026-11-21T10:33:02Z", "1998-12-31t23:59:60.5z"],
    );
    refuses(
        Format::DateTime,
        &[
            "2026-11-21 10:33:02Z",
            "2026-11-21",
            "2026-11-21T",
            "2026-11-2é10:33:02Z",
        ],
    );
}

#[test]
fn durations() {
    admits(
        Format::Duration,
        &["P1Y2M3DT4H5M6S", "P2W", "PT1M", "P0D", "PT36H"],
    );
    refuses(
        Format::Duration,
        &[
            "P", "PT", "P1Y2D", "P1W2D", "P1DT", "1D", "P1", "P1D2H", "PT1.5S", "PD", "P-1D",
            "P1é", "PW",
        ],
    );
}

#[test]
fn addresses() {
    admits(Format::Ipv4, &["0.0.0.0", "255.255.255.255"]);
    refuses(
        Format::Ipv4,
        &["1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "0x1.2.3.4"],
    );
    admits(
        Format::Ipv6,
        &["::", "::1", "2001:db8::7", "::ffff:192.0.2.1"],
    );
    refuses(
        Format::Ipv6,
        &[
            "1::2::3",
            "fe80::1%eth0",
            "[::1]",
            "12345::",
            "1:2:3:4:5:6:7",
        ],
    );
    admits(
        Format::Hostname,
        &["localhost", "1host", "a.b-c.example", "xn--nxasmq6b"],
    );
    refuses(
        Format::Hostname,
        &["", "-a", "a-", "a..b", "a.", "a_b", "é.example"],
    );
    let label = "a".repeat(63);
    admits(Format::Hostname, &[&label]);
    refuses(
        Format::Hostname,
        &[&format!("{label}a"), &[&*label; 4].join(".")],
    );
}

#[test]
fn mailboxes() {
    admits(
        Format::Email,
        &[
            "a@b.example",
            r#""a b"@c.example"#,
            r#""a@b"@c.example"#,
            r#""\""@c.example"#,
            "o'neil+x@[127.0.0.1]",
            "a@[IPv6:::1]",
        ],
    );
    refuses(
        Format::Email,
        &[
            "a",
            "@b",
            "a@",
            ".a@b",
            "a.@b",
            "a..b@c",
            "a b@c",
            r#""a@c"#,
            r#""a"b"@c"#,
            "a@[1.2.3]",
            "a@b, c@d",
            r#""@c"#,
        ],
    );
    refuses(Format::Email, &[&format!("{}@b.example", "a".repeat(65))]);
}

#[test]
fn uris() {
    admits(
        Format::Uri,
        &[
            "https://u:p@example.com:8080/a;b?c=d#e",
            "urn:isbn:1",
            "ldap://[2001:db8::7]/c",
            "a:",
            "http://[v1.x:y]/",
        ],
    );
    refuses(
        Format::Uri,
        &[
            "/a",
            "//a/b",
            "1a:b",
            "http://a b",
            "http://a/%4",
            "http://[::1",
            "http://a:b/",
            "http://a/[",
            "http://é/",
            "http://a@b@c/",
        ],
    );
    admits(
        Format::UriReference,
        &["", "a", "/a", "//a/b", "?q", "#f", "./a:b", "http://a"],
    );
    refuses(Format::UriReference, &["1:b", "\\a", "#a#b", "/a b", "%zz"]);
}

#[test]
fn identifiers_and_bytes() {
    admits(Format::Uuid, &["2eb8aa08-AA98-11ea-b4aa-73b441d16380"]);
    refuses(
        Format::Uuid,
        &[
            "2eb8aa08aa9811eab4aa73b441d16380",
            "2eb8aa08-AA98-11ea-b4aa-73b441d1638g",
        ],
    );
    admits(Format::Byte, &["", "Zg==", "Zm8=", "Zm9v", "+/+/"]);
    refuses(
        Format::Byte,
        &["Zg=", "Zg", "Z===", "Zm9_", "Zm 9v", "====", "Zg==Zg=="],
    );
}

#[test]
fn ranges_of_integers() {
    for (text, int32, int64) in [
        ("2147483647", true, true),
        ("-2147483649", false, true),
        ("1e3", true, true),
        ("1.5", false, false),
        ("9223372036854775807", false, true),
        ("9223372036854775808", false, false),
        ("1e400", false, false),
    ] {
        assert_eq!(Format::Int32.admits_number(text), int32, "{text}");
        assert_eq!(Format::Int64.admits_number(text), int64, "{text}");
    }
}
