//! Values that try to reach another host, another path, another header.

use proptest::prelude::*;

use super::{operation, parameter};
use crate::rest::{Body, Location, Operation, Parameter, Piece, Style, Value, encode};

fn in_path(allow_reserved: bool, style: Style) -> &'static Operation {
    let id = Parameter {
        allow_reserved,
        ..parameter(Location::Path, style, false, "id")
    };
    operation(
        vec![
            vec![Piece::Literal("pets")],
            vec![Piece::Parameter(id)],
            vec![Piece::Literal("owner")],
        ],
        vec![],
        Body::None,
        &["id"],
    )
}

fn in_query(style: Style, explode: bool, allow_reserved: bool) -> &'static Operation {
    let first = Parameter {
        allow_reserved,
        ..parameter(Location::Query, style, explode, "q")
    };
    let second = Parameter {
        argument: 1,
        ..parameter(Location::Query, Style::Form, true, "page")
    };
    operation(
        vec![vec![Piece::Literal("pets")]],
        vec![first, second],
        Body::None,
        &["q", "page"],
    )
}

#[test]
fn path_values_that_are_refused() {
    for style in [Style::Simple, Style::Label, Style::Matrix] {
        for reserved in [false, true] {
            for value in [
                "../", "a/b", "//host", "a\\b", "/", "a\0", "a\r\nb", "\u{7f}",
            ] {
                let result = encode(in_path(reserved, style), &[Value::Text(value)]);
                assert!(result.is_err(), "{style:?} {reserved} {value:?}");
            }
        }
    }
    for value in ["", ".", ".."] {
        for reserved in [false, true] {
            let result = encode(in_path(reserved, Style::Simple), &[Value::Text(value)]);
            assert!(result.is_err(), "{reserved} {value:?}");
        }
    }
    for value in ["%2e%2e", "%2E", ".%2e", "%2f", "a%5Cb", "%00", "%0d%0a"] {
        let result = encode(in_path(true, Style::Simple), &[Value::Text(value)]);
        assert!(result.is_err(), "{value:?}");
    }
    assert!(encode(in_path(false, Style::Simple), &[Value::Absent]).is_err());
    assert!(encode(in_path(false, Style::Label), &[Value::Text("")]).is_err());
    assert!(encode(in_path(false, Style::Label), &[Value::Text(".")]).is_err());
    assert!(encode(in_path(false, Style::Simple), &[Value::Json("[]")]).is_err());
    assert!(encode(in_path(false, Style::Simple), &[Value::Json("null")]).is_err());
}

#[test]
fn path_values_that_stay_in_their_segment() {
    for (value, segment) in [
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("a b", "a%20b"),
        ("a@b:c", "a%40b%3Ac"),
        ("é", "%C3%A9"),
    ] {
        let request = encode(in_path(false, Style::Simple), &[Value::Text(value)]).unwrap();
        assert_eq!(request.path_and_query(), format!("/pets/{segment}/owner"));
    }
}

#[test]
fn pieces_that_make_a_dot_segment_together() {
    let id = parameter(Location::Path, Style::Simple, false, "id");
    let operation = operation(
        vec![vec![Piece::Literal("%2E"), Piece::Parameter(id)]],
        vec![],
        Body::None,
        &["id"],
    );
    assert!(encode(operation, &[Value::Text(".")]).is_err());
    assert!(encode(operation, &[Value::Text("x")]).is_ok());
}

#[test]
fn headers_are_not_split() {
    let operation = operation(
        vec![],
        vec![parameter(Location::Header, Style::Simple, false, "x-a")],
        Body::None,
        &["a"],
    );
    for value in [
        "a\r\nx-b: c",
        "a\nb",
        "a\0",
        "\t",
        "a\u{7f}",
        "é",
        " a",
        "a ",
    ] {
        assert!(
            encode(operation, &[Value::Text(value)]).is_err(),
            "{value:?}"
        );
    }
    assert!(encode(operation, &[Value::Json(r#"["a,b"]"#)]).is_err());
    assert!(encode(operation, &[Value::Json(r#"["a\r\nb"]"#)]).is_err());
    let request = encode(operation, &[Value::Json(r#"["a","b"]"#)]).unwrap();
    assert_eq!(request.headers()["x-a"], "a,b");
}

#[test]
fn members_do_not_take_the_names_of_other_parameters() {
    let operation = in_query(Style::Form, true, false);
    let refused = encode(
        operation,
        &[Value::Json(r#"{"page":"9"}"#), Value::Integer(1)],
    );
    assert!(refused.is_err());
    let fine = encode(
        operation,
        &[Value::Json(r#"{"size":"9"}"#), Value::Integer(1)],
    )
    .unwrap();
    assert_eq!(fine.path_and_query(), "/pets?size=9&page=1");
}

#[test]
fn items_are_not_split() {
    for (style, value) in [
        (Style::SpaceDelimited, r#"["a b"]"#),
        (Style::SpaceDelimited, r#"{"a b":1}"#),
        (Style::PipeDelimited, r#"["a|b"]"#),
        (Style::PipeDelimited, r#"{"a":"|"}"#),
    ] {
        let result = encode(in_query(style, false, false), &[Value::Json(value)]);
        assert!(result.is_err(), "{style:?} {value}");
    }
    let request = encode(
        in_query(Style::PipeDelimited, true, false),
        &[Value::Json(r#"["a|b","c"]"#)],
    );
    assert_eq!(request.unwrap().path_and_query(), "/pets?q=a%7Cb&q=c");
}

#[test]
fn long_urls_are_refused() {
    let long = "x".repeat(9_000);
    let result = encode(in_query(Style::Form, true, false), &[Value::Text(&long)]);
    assert_eq!(result.unwrap_err().iter().next().unwrap().pointer, "");
}

#[test]
fn deep_values_are_refused_where_no_style_is_defined() {
    for style in [Style::Form, Style::DeepObject, Style::PipeDelimited] {
        for value in [r#"{"a":{"b":1}}"#, "[[1]]"] {
            let result = encode(in_query(style, false, false), &[Value::Json(value)]);
            assert!(result.is_err(), "{style:?} {value}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_leaves_its_place(value in any::<String>(), reserved: bool) {
        for style in [Style::Simple, Style::Label, Style::Matrix] {
            if let Ok(request) = encode(in_path(reserved, style), &[Value::Text(&value)]) {
                let uri: http::Uri = request.path_and_query().parse().unwrap();
                prop_assert!(uri.host().is_none() && uri.query().is_none());
                let segments: Vec<&str> = uri.path().split('/').collect();
                prop_assert_eq!(segments.len(), 4);
                prop_assert_eq!((segments[1], segments[3]), ("pets", "owner"));
            }
        }
        if let Ok(request) = encode(in_query(Style::Form, true, reserved), &[Value::Text(&value), Value::Integer(1)]) {
            let uri: http::Uri = request.path_and_query().parse().unwrap();
            prop_assert_eq!(uri.path(), "/pets");
            let pairs: Vec<&str> = uri.query().unwrap().split('&').collect();
            prop_assert_eq!(pairs.len(), 2);
            prop_assert_eq!(pairs[1], "page=1");
        }
    }

    #[test]
    fn no_text_breaks_a_cookie(value in any::<String>(), reserved: bool) {
        let cookie = Parameter {
            allow_reserved: reserved,
            ..parameter(Location::Cookie, Style::Form, true, "a")
        };
        let operation = operation(vec![], vec![cookie], Body::None, &["a"]);
        let request = encode(operation, &[Value::Text(&value)]).unwrap();
        let text = request.headers()["cookie"].to_str().unwrap();
        prop_assert!(text.starts_with("a=") && !text.contains([';', ' ', '"', ',']), "{}", text);
    }
}
