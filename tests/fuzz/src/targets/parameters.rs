//! Values of parameters in every place and style, written into a request.

use gatewright::__private::{Body, Location, Member, Operation, Parameter, Piece, Style, encode};
use gatewright::rest::{Request, Value};

use super::judge;

const TEMPLATE: &str = "/fixed/{0}/{1}x{2}/end";

const fn parameter(
    argument: usize,
    name: &'static str,
    location: Location,
    style: Style,
    explode: bool,
) -> Parameter {
    Parameter {
        argument,
        name,
        location,
        style,
        explode,
        allow_reserved: argument % 2 == 1,
    }
}

/// Every style where OpenAPI has it, exploded and not.
static OPERATION: Operation = Operation {
    api: 0,
    credentials: &[],
    method: "POST",
    template: TEMPLATE,
    arguments: &["v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"],
    path: &[
        &[Piece::Literal("fixed")],
        &[Piece::Parameter(parameter(
            0,
            "p0",
            Location::Path,
            Style::Simple,
            false,
        ))],
        &[
            Piece::Parameter(parameter(1, "p1", Location::Path, Style::Matrix, true)),
            Piece::Literal("x"),
            Piece::Parameter(parameter(2, "p2", Location::Path, Style::Label, true)),
        ],
        &[Piece::Literal("end")],
    ],
    parameters: &[
        parameter(3, "q3", Location::Query, Style::Form, true),
        parameter(4, "q4", Location::Query, Style::Form, false),
        parameter(5, "q5", Location::Query, Style::SpaceDelimited, false),
        parameter(6, "q6", Location::Query, Style::PipeDelimited, false),
        parameter(7, "q7", Location::Query, Style::DeepObject, true),
        parameter(0, "q0", Location::Query, Style::Json, false),
        parameter(1, "x-h1", Location::Header, Style::Simple, false),
        parameter(2, "x-h2", Location::Header, Style::Simple, true),
        parameter(3, "c3", Location::Cookie, Style::Form, false),
        parameter(4, "c4", Location::Cookie, Style::Form, true),
    ],
    body: Body::JsonObject {
        media_type: "application/json",
        members: &[
            Member {
                key: "\"a\\\"b\":",
                argument: 5,
            },
            Member {
                key: "\"c\":",
                argument: 6,
            },
        ],
        required: true,
    },
    accept: "application/json",
    xml: None,
};

/// Eight values, one a line, each of a kind that its first byte says.
pub(super) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let mut lines = text.split('\u{1}');
    let values: [Value<'_>; 8] = std::array::from_fn(|_| value(lines.next().unwrap_or_default()));
    if let Ok(request) = encode(&OPERATION, &values) {
        examine(&request, TEMPLATE);
    }
}

fn value(line: &str) -> Value<'_> {
    let mut characters = line.chars();
    let kind = characters.next();
    let rest = characters.as_str();
    // Decoded arguments are checked JSON: only that is handed on.
    let json = serde_json::from_str::<serde_json::Value>(rest);
    match (kind, json) {
        (Some('t'), _) => Value::Text(rest),
        (Some('b'), _) => Value::Boolean(!rest.is_empty()),
        (Some('i'), _) => rest.parse().map_or(Value::Absent, Value::Integer),
        (Some('n'), Ok(serde_json::Value::Number(_))) => Value::Number(rest.trim()),
        (Some('j'), Ok(_)) => Value::Json(rest.trim()),
        _ => Value::Absent,
    }
}

/// Nothing leaves its place: the path keeps its segments, nothing in it climbs, headers stay lines.
pub(super) fn examine(request: &Request, template: &str) {
    let target = request.path_and_query();
    let printable = |byte: u8| (0x21..0x7f).contains(&byte);
    assert!(
        target.starts_with('/') && target.bytes().all(printable),
        "{target:?}"
    );
    assert!(!target.contains('#'), "{target:?}");
    let path = target.split('?').next().unwrap_or_default();
    assert_eq!(
        path.matches('/').count(),
        template.matches('/').count(),
        "{target:?} of {template:?}"
    );
    for segment in path.split('/') {
        let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
        assert!(decoded != "." && decoded != "..", "{target:?}");
        assert!(
            !decoded.contains("%2f") || !segment.contains(".."),
            "{target:?}"
        );
    }
    for value in request.headers().values() {
        let line = |byte: &u8| !matches!(byte, b'\r' | b'\n' | 0);
        assert!(value.as_bytes().iter().all(line), "{value:?}");
    }
    let media_type = request
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    if media_type.is_some_and(|media_type| media_type.starts_with("application/json")) {
        let body = request.body();
        assert!(
            judge::read(body).is_ok(),
            "{:?}",
            String::from_utf8_lossy(body)
        );
    }
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    [
        [
            "ta b",
            "j[1,\"a b\",true]",
            "j{\"a\":1,\"b\":\"c&d\"}",
            "j[\"x\",\"y&z\"]",
            "j{\"k\":\"v w\"}",
            "j[1,2]",
            "j[\"a|b\"]",
            "j{\"a\":{\"b\":[1]}}",
        ],
        [
            "i7",
            "tx",
            "n1.5e3",
            "b1",
            "b",
            "tplain",
            "tp|q",
            "j{\"x\":\"y\"}",
        ],
        [
            "t..",
            "t%2e%2e",
            "t/../",
            "t#a?b",
            "t\r\nX: y",
            "jnull",
            "j[]",
            "j{}",
        ],
        [
            "té",
            "t;p1=a",
            "t.",
            "t+&=%",
            "ta,b",
            "j[null,\"\"]",
            "j{\"\":null}",
            "j{\"a[b]\":\"]\"}",
        ],
    ]
    .iter()
    .map(|values| values.join("\u{1}").into_bytes())
    .collect()
}
