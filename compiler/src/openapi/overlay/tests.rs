use std::fmt::Write as _;
use std::path::PathBuf;

use proptest::prelude::*;

use super::{apply, parse};
use crate::diagnostic::{Format, Sink, render};
use crate::source::{Files, MemoryLoader, Node};

const DOCUMENT: &str = "openapi: 3.1.0\ninfo: { title: Pets }\ntags: [{ name: a }]\npaths:\n  /pets:\n    \
    get: { tags: [internal, x], parameters: [{ name: limit, in: query, required: true, schema: { maximum: 10 } }, { name: b, in: header }] }\n    \
    post: { tags: [x], parameters: [] }\n  /pets/{id}: { get: { summary: One, x-n: 7 } }\n";

/// The document and the overlay, with a place for each node.
fn parsed(document: &str, overlay: &str) -> (Files, Node, Node) {
    let texts = [("document.yaml", document), ("overlay.yaml", overlay)];
    let mut files = Files::new(PathBuf::new(), Box::new(MemoryLoader::new(texts)));
    let mut sink = Sink::default();
    let [document, overlay] = ["document.yaml", "overlay.yaml"].map(|name| {
        let file = files.open(name, None).unwrap();
        (*files.parse(file, &mut sink).unwrap()).clone()
    });
    assert!(sink.diagnostics().is_empty(), "{:?}", sink.diagnostics());
    (files, document, overlay)
}

/// The document afterwards, or what is said.
fn applied(document: &str, actions: &str) -> Result<String, String> {
    let overlay =
        format!("overlay: 1.0.0\ninfo: {{ title: T, version: '1' }}\nactions:\n{actions}\n");
    let (files, mut document, overlay) = parsed(document, &overlay);
    let mut sink = Sink::default();
    let fine = apply(&mut document, &overlay, &mut sink);
    assert_eq!(fine, sink.errors() == 0);
    if fine {
        return Ok(document.to_json());
    }
    Err(render(
        sink.diagnostics(),
        &files,
        Format::Full { colour: false },
    ))
}

#[test]
fn queries_select_what_the_standard_says() {
    let (_, document, _) = parsed(DOCUMENT, "{}");
    let mut out = String::new();
    for query in [
        "$.info",
        "$['info'][\"title\"]",
        "$.paths.*.get.summary",
        "$.paths['/pets/{id}']",
        "$.paths.*[*].tags[0]",
        "$.paths['/pets'].get.tags[-1]",
        "$.paths['/pets'].get.tags[7, 1, -9]",
        "$..name",
        "$..parameters[?@.in=='query'].name",
        "$..parameters[?(@.in == 'query' && @.required == true)].name",
        "$..parameters[?!@.required].name",
        "$..parameters[?@.schema.maximum >= 10 || @.name == 'b'].name",
        "$.paths[?@.get['x-n'] == 7.0].get.summary",
        "$.paths[?@.get['x-n'] > 7].get.summary",
        "$.paths['/pets'][?@.tags[?@ == 'internal']].tags",
        "$.paths['/pets'][?!(@.tags[?@ == 'internal'])].tags",
        "$.paths['/pets'].get.tags[?@ != 'x']",
        "$..parameters[?@.missing == @.other].name",
        "$..parameters[?@.missing == null].name",
        "$.tags[0]['name', 'name']",
        "$.nothing.here",
        "$.tags[ 0 ] .name",
        r"$['\u0069nfo']",
    ] {
        let found = parse::query(query).unwrap();
        let found: Vec<_> = found
            .select(&document)
            .into_iter()
            .map(Node::to_json)
            .collect();
        writeln!(out, "{query}\n    {}", found.join(" ")).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_is_not_understood_is_named() {
    let deep = format!("$[?{}@{}]", "(".repeat(100), ")".repeat(100));
    let mut out = String::new();
    for query in [
        "",
        "paths",
        "$.paths./pets",
        "$.x-internal",
        "$.paths['/pets",
        "$['a'",
        "$[1:2]",
        "$[]",
        "$.",
        "$..",
        "$.a b",
        "$.a. b",
        "$[?length(@.a) > 2]",
        "$[?@.a == ]",
        "$[?'x']",
        "$[?@..a]",
        "$[?@.* == 1]",
        "$[?@.a &&]",
        "$[?$.a]",
        "$[?@.a =~ 'b']",
        "$[99999999999999999999]",
        r"$['\q']",
        &deep,
    ] {
        let shown: String = query.chars().take(30).collect();
        writeln!(out, "{shown}\n    {}", parse::query(query).unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn actions_merge_append_replace_and_remove() {
    for (document, actions, expected) in [
        (
            "a: { b: { c: 1 }, l: [1], t: x }",
            "  - { target: $.a, update: { b: { d: 2 }, l: [2], t: y, n: 3 } }",
            r#"{"a":{"b":{"c":1,"d":2},"l":[1,2],"t":"y","n":3}}"#,
        ),
        (
            "a: [1]",
            "  - { target: $.a, update: { b: 2 } }",
            r#"{"a":[1,{"b":2}]}"#,
        ),
        (
            "a: [1]",
            "  - { target: $.a, update: [2, 3] }",
            r#"{"a":[1,2,3]}"#,
        ),
        (
            "a: { b: 1 }",
            "  - { target: $.a.b, update: 'x' }",
            r#"{"a":{"b":"x"}}"#,
        ),
        (
            "a: 1",
            "  - { target: $, update: { b: 2 } }",
            r#"{"a":1,"b":2}"#,
        ),
        (
            "a: [1, 2, 3, 2]\nb: 2",
            "  - { target: '$.a[?@ == 2]', remove: true }",
            r#"{"a":[1,3],"b":2}"#,
        ),
        (
            "a: { b: 1, c: { b: 2, d: { b: 3 } } }",
            "  - { target: $..b, remove: true }",
            r#"{"a":{"c":{"d":{}}}}"#,
        ),
        // A target within a target.
        (
            "a: { a: { a: {} } }",
            "  - { target: $..a, update: { x: 1 } }",
            r#"{"a":{"a":{"a":{"x":1},"x":1},"x":1}}"#,
        ),
        // Each action sees what the one before left.
        (
            "a: [1]",
            "  - { target: $.a, remove: true }\n  - { target: $, update: { a: [2] } }\n  - { target: '$.a[0]', remove: true, update: 7 }",
            r#"{"a":[]}"#,
        ),
    ] {
        assert_eq!(
            applied(document, actions).as_deref(),
            Ok(expected),
            "{actions}"
        );
    }
}

/// Many members, so that the index of the object has to follow.
#[test]
fn members_are_found_after_others_were_removed() {
    let members: Vec<_> = (0..40)
        .map(|number| format!("k{number}: {number}"))
        .collect();
    let document = format!("a: {{ {} }}", members.join(", "));
    let (_, mut document, overlay) = parsed(
        &document,
        "overlay: 1.0.0\nactions:\n  - { target: '$.a[?@ < 20]', remove: true }\n  - { target: $.a, update: { k30: x, new: y } }",
    );
    assert!(apply(&mut document, &overlay, &mut Sink::default()));
    let object = document.get("a").unwrap();
    assert_eq!(object.get("k5").map(Node::to_json), None);
    for (key, value) in [
        ("k20", "20"),
        ("k39", "39"),
        ("k30", "\"x\""),
        ("new", "\"y\""),
    ] {
        assert_eq!(object.get(key).map(Node::to_json).as_deref(), Some(value));
    }
}

#[test]
fn actions_that_cannot_be_applied_are_pointed_at() {
    let mut out = String::new();
    for actions in [
        "  - 7\n  - { target: $ }\n  - { updat: 1, target: 3 }\n  - { remove: yes, target: $ }\n  - { update: 1 }\n  - { target: $.a, copy: $.b }\n  - { target: $.x-y, remove: true }",
        "  - { target: $.nothing, remove: true }",
        "  - { target: $, remove: true }",
        "  - { target: $.info, update: 7 }",
        "  - { target: $, update: { paths: { /pets: { get: { tags: none } } } } }",
        "  []",
    ] {
        out += &applied(DOCUMENT, actions).unwrap_err();
        out.push('\n');
    }
    let (files, mut document, overlay) = parsed(DOCUMENT, "overlay: 2.0.0\nactions: [7]");
    let mut sink = Sink::default();
    assert!(!apply(&mut document, &overlay, &mut sink));
    out += &render(sink.diagnostics(), &files, Format::Full { colour: false });
    insta::assert_snapshot!(out);
}

#[test]
fn no_overlay_makes_a_document_that_is_too_deep_or_too_large() {
    let nested = "{ a: ".repeat(200) + "1" + &" }".repeat(200);
    let target = format!("$.b{}", ".a".repeat(199));
    let actions = format!(
        "  - {{ target: $, update: {{ b: {nested} }} }}\n  - {{ target: {target}, remove: true }}\n  - {{ target: $.b{}, update: {{ b: {nested} }} }}",
        ".a".repeat(100)
    );
    let said = applied("{}", &actions).unwrap_err();
    assert!(said.contains("nest deeper than 255 levels"), "{said}");
    let doubling: Vec<_> = (0..40)
        .map(|number| format!("  - {{ target: '$..[?@.c]', update: {{ x{number}: {{ c: 1 }} }} }}"))
        .collect();
    let doubling = doubling.join("\n");
    let said = applied("a: { c: 1 }", &doubling).unwrap_err();
    assert!(said.contains("adds more than"), "{said}");
}

proptest! {
    /// Whatever the text, reading a query ends.
    #[test]
    fn reading_queries_never_panics(text in "\\$?[.a'\"\\[\\]?@!=&|()*0-9:,\\\\u é-]{0,40}") {
        let _ = parse::query(&text);
    }

    /// What can be written as a quoted name is found by it.
    #[test]
    fn quoted_names_are_found(name in "[^\\p{C}]{1,12}") {
        let json = serde_json::to_string(&serde_json::json!({ &name: 1 })).unwrap();
        let (_, document, _) = parsed(&json, "{}");
        let query = format!("$[{}]", serde_json::to_string(&name).unwrap());
        let found = parse::query(&query).unwrap();
        prop_assert_eq!(found.select(&document).len(), 1);
    }
}
