//! Whole requests.

use super::{operation, parameter};
use crate::rest::{Body, Location, Member, Piece, Style, Value, encode};

fn literal(text: &'static str) -> Vec<Piece> {
    vec![Piece::Literal(text)]
}

#[test]
fn everything_at_its_place() {
    let mut id = parameter(Location::Path, Style::Simple, false, "id");
    id.argument = 1;
    let mut tags = parameter(Location::Query, Style::Form, true, "tag");
    tags.argument = 2;
    let mut trace = parameter(Location::Header, Style::Simple, false, "x-trace");
    trace.argument = 3;
    let mut session = parameter(Location::Cookie, Style::Form, true, "session");
    session.argument = 4;
    let mut theme = parameter(Location::Cookie, Style::Form, true, "theme");
    theme.argument = 5;
    let mut all = parameter(Location::Query, Style::Form, true, "all");
    all.argument = 0;
    let members = Vec::leak(vec![
        Member {
            key: "\"name\":",
            argument: 6,
        },
        Member {
            key: "\"age\":",
            argument: 7,
        },
        Member {
            key: "\"extra\":",
            argument: 8,
        },
    ]);
    let operation = operation(
        vec![literal("pets"), vec![Piece::Parameter(id)], literal("toys")],
        vec![tags, trace, session, theme, all],
        Body::JsonObject {
            media_type: "application/merge-patch+json",
            members,
            required: false,
        },
        &[
            "all", "id", "tags", "trace", "session", "theme", "name", "age", "extra",
        ],
    );
    let request = encode(
        operation,
        &[
            Value::Boolean(true),
            Value::Integer(-7),
            Value::Json(r#"[ "a b", "c&d" ]"#),
            Value::Text("one two"),
            Value::Text("a;b"),
            Value::Absent,
            Value::Text("Rex \"the\" dog\n"),
            Value::Absent,
            Value::Json("{\"x\":[1,2]}"),
        ],
    )
    .unwrap();
    assert_eq!(
        request.path_and_query(),
        "/pets/-7/toys?tag=a%20b&tag=c%26d&all=true"
    );
    assert_eq!(request.headers()["x-trace"], "one two");
    assert_eq!(request.headers()["cookie"], "session=a%3Bb");
    assert_eq!(request.headers()["accept"], "application/json");
    assert_eq!(
        request.headers()["content-type"],
        "application/merge-patch+json"
    );
    assert_eq!(
        std::str::from_utf8(request.body()).unwrap(),
        r#"{"name":"Rex \"the\" dog\n","extra":{"x":[1,2]}}"#
    );
}

#[test]
fn bodies_that_are_absent() {
    let object = |required| {
        operation(
            vec![],
            vec![],
            Body::JsonObject {
                media_type: "application/json",
                members: Vec::leak(vec![Member {
                    key: "\"a\":",
                    argument: 0,
                }]),
                required,
            },
            &["a"],
        )
    };
    let optional = encode(object(false), &[Value::Absent]).unwrap();
    assert!(optional.body.is_none());
    assert!(!optional.headers().contains_key("content-type"));
    assert_eq!(optional.path_and_query(), "/");
    let required = encode(object(true), &[Value::Absent]).unwrap();
    assert_eq!(required.body(), b"{}");
    let whole = operation(
        vec![],
        vec![],
        Body::Json {
            media_type: "application/json",
            argument: 0,
        },
        &["body"],
    );
    assert!(encode(whole, &[Value::Absent]).unwrap().body.is_none());
    assert_eq!(
        encode(whole, &[Value::Json("null")]).unwrap().body(),
        b"null"
    );
    assert_eq!(
        encode(whole, &[Value::Text("a\"b")]).unwrap().body(),
        br#""a\"b""#
    );
}

#[test]
fn json_parameters() {
    let filter = |value| {
        let parameter = parameter(Location::Query, Style::Json, false, "filter");
        let operation = operation(vec![literal("x")], vec![parameter], Body::None, &["filter"]);
        encode(operation, &[value]).map(|request| request.path_and_query().to_owned())
    };
    assert_eq!(
        filter(Value::Json("{ \"a\": [1, \"b c\"] }")).unwrap(),
        "/x?filter=%7B%22a%22%3A%5B1%2C%22b%20c%22%5D%7D"
    );
    assert_eq!(filter(Value::Text("a")).unwrap(), "/x?filter=%22a%22");
    assert_eq!(filter(Value::Integer(5)).unwrap(), "/x?filter=5");
    assert_eq!(filter(Value::Absent).unwrap(), "/x");
}

#[test]
fn a_trailing_slash_stays() {
    let operation = operation(vec![literal("pets"), vec![]], vec![], Body::None, &[]);
    assert_eq!(encode(operation, &[]).unwrap().path_and_query(), "/pets/");
}

#[test]
fn every_refusal_is_reported_and_names_its_argument() {
    let mut owner = parameter(Location::Path, Style::Simple, false, "owner");
    owner.argument = 1;
    let header = parameter(Location::Header, Style::Simple, false, "x-a");
    let operation = operation(
        vec![vec![Piece::Parameter(owner)]],
        vec![header],
        Body::None,
        &["a/b~c", "owner"],
    );
    let violations =
        encode(operation, &[Value::Text("a\r\nb: c"), Value::Text("../x")]).unwrap_err();
    let shown: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "/owner: expected a text without `/` and `\\`, for it is one segment of a path, got the \
             string \"../x\" [request]; pass the bare identifier, not a path",
            "/a~1b~0c: expected visible ASCII characters, with spaces between them only, for the \
             value goes into a header, got the string \"a\\r\\nb: c\" [request]"
        ]
    );
}
