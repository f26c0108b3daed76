//! Changes against independent readers: `form_urlencoded` for queries, `serde_json` for bodies.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Change, Exists, Unchangeable, body, query};
use crate::rest::{Body, Operation, Request, percent_encode};

const fn operation(body: Body) -> Operation {
    Operation {
        api: 0,
        credentials: &[],
        method: "POST",
        template: "/pets",
        arguments: &[],
        path: &[],
        parameters: &[],
        body,
        accept: "*/*",
        xml: None,
    }
}

static JSON: Operation = operation(Body::Json {
    media_type: "application/merge-patch+json",
    argument: 0,
});
static PLAIN: Operation = operation(Body::None);

fn request(operation: &'static Operation, target: &str, body: Option<&str>) -> Request {
    Request {
        operation,
        path_and_query: target.to_owned(),
        headers: HeaderMap::new(),
        body: body.map(|body| Bytes::copy_from_slice(body.as_bytes())),
    }
}

fn header(name: &'static str, exists: Exists, value: &'static str) -> Change {
    let value = HeaderValue::from_static(value);
    Change::Header {
        name,
        exists,
        value,
    }
}

fn member(path: &'static [&'static str], value: &str) -> Change {
    Change::Member {
        path,
        value: value.as_bytes().to_vec(),
    }
}

/// The lines of a header after the changes, of a request that has two of them.
fn lines(name: &'static str, changes: &[Change]) -> Vec<String> {
    let mut request = request(&PLAIN, "/", None);
    for value in ["one", "two"] {
        request
            .headers
            .append(name, HeaderValue::from_static(value));
    }
    request.change(changes).unwrap();
    let lines = request.headers.get_all(name).iter();
    lines
        .map(|line| line.to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn headers_that_are_there() {
    let set = |exists| lines("x-a", &[header("x-a", exists, "new")]);
    assert_eq!(set(Exists::Override), ["new"]);
    assert_eq!(set(Exists::Skip), ["one", "two"]);
    assert_eq!(set(Exists::Append), ["one, two, new"]);
    assert_eq!(lines("x-a", &[Change::NoHeader { name: "x-a" }]), [""; 0]);
    // A date has a comma of its own: what is added is a line of its own.
    let date = header(
        "if-modified-since",
        Exists::Append,
        "Sat, 31 Jan 2026 12:00:00 GMT",
    );
    assert_eq!(
        lines("if-modified-since", &[date]),
        ["one", "two", "Sat, 31 Jan 2026 12:00:00 GMT"]
    );
}

#[test]
fn headers_that_are_not() {
    for exists in [Exists::Override, Exists::Skip, Exists::Append] {
        let mut request = request(&PLAIN, "/", None);
        let changes = [
            Change::NoHeader { name: "x-b" },
            header("x-a", exists, "new"),
        ];
        request.change(&changes).unwrap();
        assert_eq!(request.headers.get("x-a").unwrap(), "new");
        assert_eq!(request.headers.len(), 1);
    }
}

#[test]
fn parameters_are_found_however_they_are_written() {
    let set = |target: &str, exists| {
        let mut target = target.to_owned();
        query::set(&mut target, "a%5Bb%5D", exists, "x%26y");
        target
    };
    let target = "/pets?a[b]=1&c=2&a%5bb%5d=3&A[b]=4&a%5Bb";
    let left = "/pets?c=2&A[b]=4&a%5Bb";
    assert_eq!(
        set(target, Exists::Override),
        format!("{left}&a%5Bb%5D=x%26y")
    );
    assert_eq!(set(target, Exists::Skip), target);
    assert_eq!(
        set(target, Exists::Append),
        format!("{target}&a%5Bb%5D=x%26y")
    );
    assert_eq!(set("/pets", Exists::Skip), "/pets?a%5Bb%5D=x%26y");
    let mut only = "/pets?a%5Bb%5D".to_owned();
    query::remove(&mut only, "a%5Bb%5D");
    assert_eq!(only, "/pets");
}

proptest! {
    /// Whatever the value is, it is one parameter, and the others stay what they were.
    #[test]
    fn a_value_stays_within_its_parameter(
        pairs in prop::collection::vec(("[ab&=%+ ]{1,3}", ".{0,8}"), 0..5),
        name in "[ab&=%+ ]{1,3}",
        value in ".{0,20}",
        append in any::<bool>(),
    ) {
        let written: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
            .collect();
        let mut target = "/pets".to_owned();
        if !written.is_empty() {
            target = format!("/pets?{}", written.join("&"));
        }
        let exists = if append { Exists::Append } else { Exists::Override };
        query::set(&mut target, &percent_encode(&name), exists, &percent_encode(&value));
        let (path, query) = target.split_once('?').unwrap();
        let read: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut expected = pairs;
        if !append {
            expected.retain(|(other, _)| *other != name);
        }
        expected.push((name, value));
        prop_assert_eq!(path, "/pets");
        prop_assert_eq!(read, expected);
    }

    /// The same as setting the member in a tree.
    #[test]
    fn a_member_is_set_and_nothing_else(
        whole in tree(),
        path in prop::collection::vec(prop::sample::select(vec!["a", "b", "c/~\"", "ü"]), 1..4),
        value in tree(),
    ) {
        let spelled = serde_json::to_string_pretty(&whole).unwrap();
        let written = body::set_member(spelled.as_bytes(), &path, value.to_string().as_bytes());
        let mut expected = whole;
        if set(&mut expected, &path, value) {
            let read: Value = serde_json::from_slice(&written.unwrap()).unwrap();
            prop_assert_eq!(read, expected);
        } else {
            prop_assert!(written.is_err());
        }
    }
}

/// Trees with few names, so that paths meet them.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let names = prop::sample::select(vec!["a", "b", "c/~\"", "ü", "d"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(names, inner, 0..4).prop_map(|members| {
                members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}

fn set(whole: &mut Value, path: &[&str], value: Value) -> bool {
    let mut place = whole;
    for name in path {
        let Value::Object(members) = place else {
            return false;
        };
        place = members
            .entry((*name).to_owned())
            .or_insert_with(|| json!({}));
    }
    *place = value;
    true
}

#[test]
fn bodies_that_are_not_there_begin_empty() {
    let mut request = request(&JSON, "/", None);
    request.change(&[member(&["a", "b"], "[1]")]).unwrap();
    assert_eq!(request.body(), br#"{"a":{"b":[1]}}"#);
    assert_eq!(
        request.headers.get(CONTENT_TYPE).unwrap(),
        "application/merge-patch+json"
    );
}

#[test]
fn a_member_that_is_there_twice_is_there_once() {
    let twice = r#"{"a":1,"b":2,"\u0061":3}"#;
    let written = body::set_member(twice.as_bytes(), &["a"], b"true").unwrap();
    assert_eq!(written, br#"{"a":true,"b":2}"#);
}

#[test]
fn what_cannot_be_changed() {
    let change = |operation, target: &str, body, change: Change| {
        request(operation, target, body).change(&[change])
    };
    for body in ["[1]", "\"text\"", r#"{"a":[{}]}"#, r#"{"a":null}"#] {
        assert_eq!(
            change(&JSON, "/", Some(body), member(&["a", "b"], "1")),
            Err(Unchangeable),
            "{body}"
        );
    }
    assert_eq!(
        change(&PLAIN, "/", None, member(&["a"], "1")),
        Err(Unchangeable)
    );
    let long = Change::Query {
        name: "a",
        exists: Exists::Override,
        value: "x".repeat(8 * 1024),
    };
    assert_eq!(change(&PLAIN, "/", None, long), Err(Unchangeable));
}
