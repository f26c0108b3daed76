//! What goes into requests, and what cannot.

use std::borrow::Cow;

use gatewright_schema::json::Raw;

use super::{header_value, holds, json, query_value, text};
use crate::expr::{Error, Value};
use crate::policy::Reason;

#[test]
fn nothing_breaks_out_of_a_header() {
    for good in ["", "a", "a b", "~!,;=\"", "100%"] {
        assert_eq!(header_value(good).unwrap(), good);
    }
    for bad in [
        "a\r\nX-Admin: 1",
        "a\nb",
        "a\rb",
        "a\0b",
        "a\tb",
        " a",
        "a ",
        "ü",
        "\u{7f}",
    ] {
        let refusal = header_value(bad).unwrap_err();
        assert_eq!(refusal.reason, Reason::Transform, "{bad:?}");
        // What the value is, the caller knows or must not know.
        assert!(!refusal.message.contains("Admin"), "{refusal}");
    }
}

#[test]
fn nothing_breaks_out_of_a_query() {
    assert_eq!(query_value("a&b=c#d+e ü"), "a%26b%3Dc%23d%2Be%20%C3%BC");
}

#[test]
fn what_has_no_value_refuses() {
    let absent = || Err::<Cow<'_, str>, _>(Error::Absent);
    assert_eq!(text(absent()).unwrap_err().reason, Reason::Transform);
    assert_eq!(json(absent()).unwrap_err().reason, Reason::Transform);
    assert_eq!(
        holds(Err(Error::Absent)).unwrap_err().reason,
        Reason::Transform
    );
    assert_eq!(holds(Ok(true)), Ok(true));
    assert_eq!(text(Ok(-7_i64)).unwrap(), "-7");
}

#[test]
fn values_as_json() {
    let nested = Raw::parse(
        br#"{ "a": [1,
        2.50] }"#,
    )
    .unwrap();
    let written = |value: Value<'_>| json(Ok(value)).map(|json| String::from_utf8(json).unwrap());
    let map = Value::Map(vec![
        ("b", Value::Json(nested)),
        ("a\"", Value::List(vec![Value::Null, Value::Double(0.5)])),
    ]);
    assert_eq!(
        written(map).unwrap(),
        r#"{"a\"":[null,0.5],"b":{"a":[1,2.50]}}"#
    );
    assert_eq!(written(Value::from("a\n\"")).unwrap(), r#""a\n\"""#);
    assert_eq!(json(Ok(u64::MAX)).unwrap(), b"18446744073709551615");
    assert_eq!(json(Ok(true)).unwrap(), b"true");
    for bad in [f64::NAN, f64::INFINITY] {
        assert!(json(Ok(bad)).is_err());
        assert!(written(Value::List(vec![Value::Double(bad)])).is_err());
    }
    assert!(written(Value::from(b"ab".as_slice())).is_err());
}
