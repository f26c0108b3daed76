use proptest::prelude::*;
use serde_json::Value as Oracle;

use super::*;

fn parse(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let node = read(FileId(0), text, &mut sink);
    (node, sink.into_diagnostics())
}

/// The first complaint about `text`, and the text that it points at.
fn complaint(text: &str) -> (String, &str) {
    let (node, diagnostics) = parse(text);
    assert!(node.is_none(), "{text}");
    let [diagnostic] = diagnostics.as_slice() else {
        panic!("{diagnostics:?}")
    };
    assert_eq!(diagnostic.code.name, "syntax");
    let span = diagnostic.primary.as_ref().unwrap().span;
    (
        diagnostic.message.clone(),
        &text[span.start as usize..span.end as usize],
    )
}

#[test]
fn every_node_knows_where_it_stands() {
    let text = "\t{ \"ключ\" : [ 1.50e+2 , \"\\u00e9\" ],\r\n \"b\": {} }\n";
    let node = parse(text).0.unwrap();
    let slice = |span: Span| &text[span.start as usize..span.end as usize];
    assert_eq!(slice(node.span), text.trim());
    let member = node.as_object().unwrap().member("ключ").unwrap();
    assert_eq!(slice(member.key_span), "\"ключ\"");
    let items = member.value.as_array().unwrap();
    assert_eq!(slice(items[0].span), "1.50e+2");
    assert_eq!(slice(items[1].span), "\"\\u00e9\"");
    assert_eq!(items[1].as_str(), Some("é"));
    assert_eq!(slice(node.get("b").unwrap().span), "{}");
}

#[test]
fn mistakes_are_named_and_pointed_at() {
    for (text, message, at) in [
        ("", "expected a value, found the end of the file", ""),
        (
            "{\"a\": 1,}",
            "expected a key in double quotes, found `}`",
            "}",
        ),
        ("[1 2]", "expected `,` or `]`, found `2`", "2"),
        (
            "{'a': 1}",
            "expected a key in double quotes, found `'`",
            "'",
        ),
        ("{\"a\" 1}", "expected `:` after the key, found `1`", "1"),
        ("[1,]", "expected a value, found `]`", "]"),
        ("[01]", "expected `,` or `]`, found `1`", "1"),
        ("[-]", "expected a digit, found `]`", "]"),
        ("[1.]", "expected a digit, found `]`", "]"),
        ("[é]", "expected a value, found `é`", "é"),
        ("nul", "expected a value, found `n`", "n"),
        (
            "1 // one",
            "expected the end of the document, found `/`",
            "/",
        ),
        ("[\"a", "a string that does not end", "\""),
        ("\"\\x\"", "an escape that JSON does not have", "\\"),
        ("\"\\ud800x\"", "half of a surrogate pair", "\\"),
        ("\"\\udc00\"", "half of a surrogate pair", "\\"),
        (
            "\"\\u12é\"",
            "`\\u` is followed by four hexadecimal digits",
            "\\",
        ),
    ] {
        assert_eq!(complaint(text), (message.to_owned(), at), "{text}");
    }
    assert!(complaint("\"a\nb\"").0.starts_with("a control character"));
}

#[test]
fn a_key_that_is_there_twice_is_reported_with_both_places() {
    let text = r#"{"a": 1, "b": {"c": 2, "\u0063": 3}, "a": 4}"#;
    let (node, diagnostics) = parse(text);
    assert_eq!(node.unwrap().to_json(), r#"{"a":1,"b":{"c":2}}"#);
    let places: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            assert_eq!(diagnostic.code.name, "duplicate-key");
            let first = diagnostic.secondary[0].span;
            (diagnostic.primary.as_ref().unwrap().span.start, first.start)
        })
        .collect();
    assert_eq!(places, [(23, 15), (37, 1)]);
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&nested(MAX_DEPTH)).0.is_some());
    assert_eq!(
        complaint(&nested(MAX_DEPTH + 1)).0,
        "nested deeper than 255 levels"
    );
    assert_eq!(
        complaint(&"{\"a\":".repeat(1_000_000)).0,
        "nested deeper than 255 levels"
    );
}

/// A tree with every number as the double it is nearest to, since that is what the oracle keeps.
fn to_oracle(node: &Node) -> Oracle {
    match &node.value {
        Value::Null => Oracle::Null,
        Value::Boolean(value) => (*value).into(),
        Value::Number(text) => serde_json::from_str::<f64>(text).unwrap().into(),
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(to_oracle).collect(),
        Value::Object(object) => object
            .members()
            .iter()
            .map(|member| (member.key.clone(), to_oracle(&member.value)))
            .collect(),
    }
}

fn value() -> impl Strategy<Value = Oracle> {
    let leaf = prop_oneof![
        Just(Oracle::Null),
        any::<bool>().prop_map(Oracle::from),
        any::<f64>()
            .prop_filter("JSON has finite numbers only", |number| number.is_finite())
            .prop_map(Oracle::from),
        any::<String>().prop_map(Oracle::from),
    ];
    leaf.prop_recursive(5, 60, 24, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..24).prop_map(Oracle::from),
            prop::collection::hash_map(any::<String>(), inner, 0..24)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Text that is nearly JSON.
fn near_json() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"\\u00",
        "41\"",
        "\"\\ud83d\\ude00\"",
        "\\",
        "null",
        "true",
        "false",
        "nan",
        "-",
        "0",
        "1",
        ".",
        "5",
        "e",
        "E+",
        " ",
        "\n",
        "\u{FEFF}",
        "é",
        "\u{1}",
        "/**/",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn documents_are_read_as_serde_json_reads_them(value in value(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let (node, diagnostics) = parse(&text);
        let node = node.unwrap();
        prop_assert!(diagnostics.is_empty());
        prop_assert_eq!(to_oracle(&node), value.clone());
        prop_assert_eq!(serde_json::from_str::<Oracle>(&node.to_json()).unwrap(), value);
    }

    #[test]
    fn what_is_refused_is_what_serde_json_refuses(text in near_json()) {
        let oracle = serde_json::from_str::<Oracle>(&text);
        // The oracle keeps doubles.
        prop_assume!(!oracle.as_ref().is_err_and(|error| error.to_string().contains("out of range")));
        let accepted = oracle.is_ok();
        let (node, diagnostics) = parse(&text);
        prop_assert_eq!(node.is_some(), accepted, "{:?}: {:?}", text, diagnostics);
    }

    #[test]
    fn no_text_is_too_strange(text: String) {
        let (node, diagnostics) = parse(&text);
        prop_assert_eq!(node.is_none(), diagnostics.iter().any(|diagnostic| diagnostic.code.name == "syntax"));
    }
}
