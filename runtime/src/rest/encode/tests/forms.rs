//! URL-encoded forms, text and bytes, read back by an independent decoder.

use proptest::prelude::*;

use super::{operation, parameter, said};
use crate::rest::{Body, Location, Operation, Parameter, Style, Value, encode};

fn field(argument: usize, name: &'static str, style: Style, explode: bool) -> Parameter {
    Parameter {
        argument,
        ..parameter(Location::Query, style, explode, name)
    }
}

fn form(whole: Option<usize>, fields: Vec<Parameter>, required: bool) -> &'static Operation {
    let body = Body::UrlEncoded {
        media_type: "application/x-www-form-urlencoded",
        whole,
        fields: Vec::leak(fields),
        required,
    };
    operation(vec![], vec![], body, &["a", "b", "c", "d"])
}

/// The pairs that a server sees.
fn pairs(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[test]
fn fields_as_openapi_writes_them() {
    let operation = form(
        None,
        vec![
            field(0, "text", Style::Member, true),
            field(1, "items", Style::Member, true),
            field(2, "object", Style::Member, true),
            field(3, "list", Style::Form, false),
        ],
        true,
    );
    let request = encode(
        operation,
        &[
            Value::Text("a&b=c d+\r\né"),
            Value::Json(r#"["x", null, 2, true, {"k": [1]}, ["y"]]"#),
            Value::Json(r#"{ "k": "v w" }"#),
            Value::Json(r#"["1,2", "3"]"#),
        ],
    )
    .unwrap();
    assert_eq!(
        request.headers()["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        std::str::from_utf8(request.body()).unwrap(),
        "text=a%26b%3Dc%20d%2B%0D%0A%C3%A9&items=x&items=2&items=true&items=%7B%22k%22%3A%5B1%5D%7D\
         &items=%5B%22y%22%5D&object=%7B%22k%22%3A%22v%20w%22%7D&list=1%2C2,3"
    );
    assert_eq!(
        pairs(request.body()),
        owned(&[
            ("text", "a&b=c d+\r\né"),
            ("items", "x"),
            ("items", "2"),
            ("items", "true"),
            ("items", r#"{"k":[1]}"#),
            ("items", r#"["y"]"#),
            ("object", r#"{"k":"v w"}"#),
            ("list", "1,2,3"),
        ])
    );
}

#[test]
fn absent_fields_are_left_out() {
    let fields = || {
        vec![
            field(0, "a", Style::Member, true),
            field(1, "b", Style::Member, true),
        ]
    };
    let absent = [Value::Absent, Value::Json("[]")];
    let optional = encode(form(None, fields(), false), &absent).unwrap();
    assert!(optional.body.is_none());
    assert!(!optional.headers().contains_key("content-type"));
    let required = encode(form(None, fields(), true), &absent).unwrap();
    assert_eq!(required.body.as_deref(), Some(&b""[..]));
    let one = encode(
        form(None, fields(), true),
        &[Value::Absent, Value::Integer(1)],
    )
    .unwrap();
    assert_eq!(one.body(), b"b=1");
}

#[test]
fn a_whole_form_has_the_members_that_the_document_does_not_name_too() {
    let operation = form(
        Some(0),
        vec![
            field(0, "a%5B%5D", Style::Form, true),
            field(0, "j", Style::Json, true),
        ],
        true,
    );
    let body = r#"{ "a[]": [1, 2], "j": "text", "x&y": "p=q", "n": null, "e": [], "o": {"z": 1} }"#;
    let request = encode(operation, &[Value::Json(body)]).unwrap();
    assert_eq!(
        pairs(request.body()),
        owned(&[
            ("a[]", "1"),
            ("a[]", "2"),
            ("j", "\"text\""),
            ("x&y", "p=q"),
            ("n", ""),
            ("o", r#"{"z":1}"#),
        ])
    );
    assert!(encode(operation, &[Value::Absent]).unwrap().body.is_none());
}

#[test]
fn members_do_not_take_the_names_of_other_fields() {
    let operation = form(
        None,
        vec![
            field(0, "filter", Style::Form, true),
            field(1, "role", Style::Member, true),
        ],
        true,
    );
    let refused = encode(
        operation,
        &[Value::Json(r#"{"role":"admin"}"#), Value::Text("guest")],
    );
    assert_eq!(refused.unwrap_err().iter().next().unwrap().pointer, "/a");
}

#[test]
fn lists_that_name_themselves_too_often_are_refused() {
    let name = "a_rather_long_name_of_a_field_that_is_repeated_with_each_of_the_items";
    let operation = form(None, vec![field(0, name, Style::Member, true)], true);
    let items = format!("[{}1]", "1,".repeat(400_000));
    let violations = encode(operation, &[Value::Json(&items)]).unwrap_err();
    assert!(said(&violations).contains("fewer items"), "{violations:?}");
    let few = format!("[{}1]", "1,".repeat(1_000));
    assert!(encode(operation, &[Value::Json(&few)]).is_ok());
}

#[test]
fn text_is_sent_as_it_is() {
    let text = |value| {
        let body = Body::Text {
            media_type: "text/plain; charset=utf-8",
            argument: 0,
        };
        encode(operation(vec![], vec![], body, &["body"]), &[value]).unwrap()
    };
    let request = text(Value::Text("a\r\n\"b\" é"));
    assert_eq!(request.body(), "a\r\n\"b\" é".as_bytes());
    assert_eq!(
        request.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(text(Value::Integer(7)).body(), b"7");
    assert_eq!(text(Value::Json(r#""x\u00e9""#)).body(), "xé".as_bytes());
    assert_eq!(text(Value::Text("")).body.as_deref(), Some(&b""[..]));
    assert!(text(Value::Absent).body.is_none());
}

#[test]
fn bytes_are_decoded() {
    let body = Body::Binary {
        media_type: "application/pdf",
        argument: 0,
    };
    let operation = operation(vec![], vec![], body, &["body"]);
    let request = encode(operation, &[Value::Text("AP8QDQo=")]).unwrap();
    assert_eq!(request.body(), [0, 255, 16, 13, 10]);
    assert_eq!(request.headers()["content-type"], "application/pdf");
    let violations = encode(operation, &[Value::Text("AP8Q DQo=")]).unwrap_err();
    assert!(
        said(&violations).starts_with("/body: expected base64 with padding"),
        "{violations:?}"
    );
}

#[test]
fn bytes_have_the_media_type_that_the_caller_names() {
    let operation = operation(vec![], vec![], Body::File { argument: 0 }, &["body"]);
    let request = encode(
        operation,
        &[Value::Json(
            r#"{"media_type": "image/png", "data": "AP8="}"#,
        )],
    )
    .unwrap();
    assert_eq!(request.body(), [0, 255]);
    assert_eq!(request.headers()["content-type"], "image/png");
    for refused in [
        r#"{"media_type": "image/png\r\nx-a: b", "data": "AP8="}"#,
        r#"{"media_type": "image/png"}"#,
        r#"{"data": "?"}"#,
    ] {
        assert!(
            encode(operation, &[Value::Json(refused)]).is_err(),
            "{refused}"
        );
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", ".{0,8}", "[%&=+#?;\r\n\\[\\]\"]{0,8}"]
}

proptest! {
    #[test]
    fn no_text_leaves_its_field(first in text(), second in text()) {
        let operation = form(
            None,
            vec![field(0, "first", Style::Member, true), field(1, "second", Style::Member, true)],
            true,
        );
        let request = encode(operation, &[Value::Text(&first), Value::Text(&second)]).unwrap();
        prop_assert_eq!(pairs(request.body()), owned(&[("first", &first), ("second", &second)]));
    }

    #[test]
    fn no_member_leaves_a_whole_form(members in prop::collection::btree_map(text(), prop::collection::vec(text(), 1..4), 0..5)) {
        let json = serde_json::to_string(&members).unwrap();
        let request = encode(form(Some(0), vec![], true), &[Value::Json(&json)]).unwrap();
        let expected: Vec<(String, String)> = members
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.clone(), value.clone())))
            .collect();
        // The one pair of an empty name and an empty value is `=`, which decoders pass over or not.
        prop_assert_eq!(pairs(request.body()), expected);
    }
}
