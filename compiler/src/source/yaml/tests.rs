use super::*;

fn parse(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut sink = Sink::default();
    let node = read(FileId(0), text, &mut sink);
    (node, sink.into_diagnostics())
}

fn json(text: &str) -> String {
    let (node, diagnostics) = parse(text);
    assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    node.unwrap().to_json()
}

/// What is said about `text`, with the text that it points at.
fn complaints(text: &str) -> Vec<(String, String)> {
    parse(text)
        .1
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.primary.as_ref().unwrap().span;
            (
                diagnostic.message.clone(),
                text[span.start as usize..span.end as usize].to_owned(),
            )
        })
        .collect()
}

#[test]
fn the_core_schema_decides_what_plain_scalars_are() {
    for (yaml, expected) in [
        ("null", "null"),
        ("~", "null"),
        ("Null", "null"),
        ("", "null"),
        ("nUll", "\"nUll\""),
        ("true", "true"),
        ("False", "false"),
        ("TRUE", "true"),
        ("tRue", "\"tRue\""),
        ("yes", "\"yes\""),
        ("no", "\"no\""),
        ("on", "\"on\""),
        ("Off", "\"Off\""),
        ("y", "\"y\""),
        ("2001-12-14", "\"2001-12-14\""),
        ("12:30:45", "\"12:30:45\""),
        ("1_000", "\"1_000\""),
        ("0", "0"),
        ("-0", "-0"),
        ("+12", "12"),
        ("007", "7"),
        ("-012", "-12"),
        ("0x1F", "31"),
        ("0o17", "15"),
        ("0xg", "\"0xg\""),
        ("-0x1F", "\"-0x1F\""),
        ("0x", "\"0x\""),
        ("0b11", "\"0b11\""),
        (
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        ),
        ("1.0", "1.0"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1.", "1.0"),
        ("1e3", "1e3"),
        ("1.5E-03", "1.5E-03"),
        ("00.50", "0.50"),
        ("1.2.3", "\"1.2.3\""),
        ("1e", "\"1e\""),
        (".", "\".\""),
        ("-", "[null]"),
        ("+", "\"+\""),
        ("1ee3", "\"1ee3\""),
        ("e3", "\"e3\""),
        ("-.", "\"-.\""),
        ("v1", "\"v1\""),
        ("'1'", "\"1\""),
        ("\"true\"", "\"true\""),
        ("|\n 1\n", "\"1\\n\""),
        ("!!str 1", "\"1\""),
        ("!!int '12'", "12"),
        ("!!float 1", "1"),
        ("!!null ''", "null"),
        ("!!bool 'true'", "true"),
        ("! 12", "\"12\""),
        ("!!seq [1]", "[1]"),
        ("!!map {a: 1}", "{\"a\":1}"),
    ] {
        assert_eq!(json(yaml), expected, "{yaml}");
    }
}

#[test]
fn keys_are_text() {
    assert_eq!(
        json("200: a\n2XX: b\ntrue: c\n~: d\n1.0: e\n'x': f\n"),
        r#"{"200":"a","2XX":"b","true":"c","~":"d","1.0":"e","x":"f"}"#
    );
    let long = "k".repeat(MAX_KEY_CHARACTERS - 2);
    assert_eq!(json(&format!("{long}: 1")), format!("{{\"{long}\":1}}"));
}

#[test]
fn every_node_knows_where_it_stands() {
    let text = "# é\nservers: # pets\n  pets:\n    title: |\n      Pet\n      store\n\n    tools: [ a, {b: c} ]\n  # more\n\nlast: 'it''s'\n";
    let node = parse(text).0.unwrap();
    let slice = |span: Span| &text[span.start as usize..span.end as usize];
    let servers = node.as_object().unwrap().member("servers").unwrap();
    assert_eq!(slice(servers.key_span), "servers");
    let pets = servers.value.get("pets").unwrap();
    assert_eq!(
        slice(pets.span),
        "title: |\n      Pet\n      store\n\n    tools: [ a, {b: c} ]"
    );
    assert!(slice(pets.get("title").unwrap().span).ends_with("store"));
    let tools = pets.get("tools").unwrap();
    assert_eq!(slice(tools.span), "[ a, {b: c} ]");
    assert_eq!(slice(tools.as_array().unwrap()[1].span), "{b: c}");
    assert_eq!(slice(node.get("last").unwrap().span), "'it''s'");
    assert!(slice(node.span).starts_with("servers:") && slice(node.span).ends_with("'it''s'"));
}

#[test]
fn json_is_yaml() {
    assert_eq!(
        json("{\"a\": [1, \"b\\u00e9\", null],\n\"c\":{}}"),
        r#"{"a":[1,"bé",null],"c":{}}"#
    );
}

#[test]
fn a_key_that_is_there_twice_is_reported_with_both_places() {
    let text = "a: 1\nb:\n  c: 2\n  'c': 3\na: 4\n";
    let (node, diagnostics) = parse(text);
    assert_eq!(node.unwrap().to_json(), r#"{"a":1,"b":{"c":2}}"#);
    let places: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            assert_eq!(diagnostic.code.name, "duplicate-key");
            (
                diagnostic.primary.as_ref().unwrap().span.start,
                diagnostic.secondary[0].span.start,
            )
        })
        .collect();
    assert_eq!(places, [(17, 10), (24, 0)]);
}

#[test]
fn aliases_stand_for_what_was_anchored_and_keep_its_place() {
    let text = "base: &base {x: 1, y: [2]}\nuse: *base\nname: &name pets\n*name : list\n&k key: v\nlast: *k\n";
    assert_eq!(
        json(text),
        r#"{"base":{"x":1,"y":[2]},"use":{"x":1,"y":[2]},"name":"pets","pets":"list","key":"v","last":"key"}"#
    );
    let node = parse(text).0.unwrap();
    assert_eq!(
        node.get("use").unwrap().span,
        node.get("base").unwrap().span
    );
}

#[test]
fn merge_keys_add_what_is_not_there() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\none: {<<: *a, x: 3}\ntwo: {x: 3, <<: [*a, *b]}\ntext: {'<<': *a}\n";
    let node = parse(text).0.unwrap();
    assert_eq!(node.get("one").unwrap().to_json(), r#"{"x":3,"y":1}"#);
    assert_eq!(node.get("two").unwrap().to_json(), r#"{"x":3,"y":1,"z":2}"#);
    assert_eq!(
        node.get("text").unwrap().to_json(),
        r#"{"<<":{"x":1,"y":1}}"#
    );
    assert_eq!(
        complaints("<<: 1\n")[0].0,
        "`<<` takes a mapping or a list of mappings"
    );
    assert_eq!(complaints("<<: [{a: 1}, x]\n")[0].1, "x");
}

#[test]
fn what_json_does_not_have_is_refused() {
    for (text, message, at) in [
        ("a: .inf", "a number that JSON cannot hold", ".inf"),
        ("a: -.Inf", "a number that JSON cannot hold", "-.Inf"),
        ("a: [.nan]", "a number that JSON cannot hold", ".nan"),
        (
            "a: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
            "a hexadecimal or octal number of more than 128 bits",
            "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        ),
        (
            "a: !include x.yaml",
            "a tag that is not one of YAML's core schema",
            "x.yaml",
        ),
        (
            "a: !!binary aGk=",
            "a tag that is not one of YAML's core schema",
            "aGk=",
        ),
        ("a: !!int x", "a tag that does not fit the value", "x"),
        ("a: !!int 1.5", "a tag that does not fit the value", "1.5"),
        ("--- 1\n--- 2\n", "a second document in one file", "---"),
        (
            "a: &x [*x]",
            "an alias within the value that it stands for",
            "*x",
        ),
        ("[a]: b", "a key is a scalar", "["),
        ("x: &x [a]\n*x : b", "a key is a scalar", "[a]"),
    ] {
        assert_eq!(
            complaints(text),
            [(message.to_owned(), at.to_owned())],
            "{text}"
        );
    }
    assert_eq!(
        complaints("a: !!seq {}")[0].0,
        "a tag that does not fit the value"
    );
    assert_eq!(complaints("a: *nobody").len(), 1);
    assert_eq!(complaints("a: b: c").len(), 1);
    assert_eq!(complaints("a: [1\n").len(), 1);
    assert_eq!(complaints("a:\n\tb: 1\n").len(), 1);
}

#[test]
fn several_faults_are_reported_at_once() {
    assert_eq!(complaints("a: .inf\nb: !x y\nb: 1\nc: !!int z\n").len(), 4);
}

#[test]
fn nesting_is_bounded() {
    let flow = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&flow(MAX_DEPTH)).0.is_some());
    assert!(parse(&flow(MAX_DEPTH + 1)).0.is_none());
    assert!(parse(&"[".repeat(100_000)).0.is_none());
    assert!(parse(&"- ".repeat(100_000)).0.is_none());
    let mixed = "- ".repeat(200) + &flow(200);
    assert_eq!(complaints(&mixed)[0].0, "nested deeper than 255 levels");
    // Every alias stands for one level more.
    let levels = (1..300).map(|level| format!("- &a{level} [*a{}]\n", level - 1));
    let text: String = std::iter::once("- &a0 [x]\n".to_owned())
        .chain(levels)
        .collect();
    assert_eq!(complaints(&text)[0].0, "nested deeper than 255 levels");
}

#[test]
fn aliases_have_a_budget() {
    let ten = |level: i32| vec![format!("*a{level}"); 10].join(",");
    let levels = (1..20).map(|level| format!("a{level}: &a{level} [{}]\n", ten(level - 1)));
    let laughs: String = std::iter::once("a0: &a0 [lol]\n".to_owned())
        .chain(levels)
        .collect();
    assert!(
        complaints(&laughs)[0]
            .0
            .starts_with("aliases add more than")
    );
    let mut long = format!("a: &a {}\nb:\n", "x".repeat(1 << 20));
    long += &"- *a\n".repeat(1000);
    assert!(complaints(&long)[0].0.starts_with("aliases add more than"));
}

#[test]
fn an_empty_file_is_null() {
    assert_eq!(json(""), "null");
    assert_eq!(json("# nothing\n"), "null");
    assert_eq!(json("---\n"), "null");
}

proptest::proptest! {
    /// JSON is YAML, so that both readers have to agree on it.
    #[test]
    fn both_readers_agree_on_json(text in r#"(\{("[a-z\\n]{0,3}": ?(-?[1-9][0-9]{0,3}(\.[0-9]+)?|"[^"\\\x00-\x1f\x7f-\x9f\ufeff]{0,8}"|null|true|\[[1-9, ]?\]),? ?){0,4}\})"#) {
        let mut sink = Sink::default();
        if let Some(expected) = crate::source::json::read(FileId(0), &text, &mut sink) {
            let (node, diagnostics) = parse(&text);
            proptest::prop_assert_eq!(node.map(|node| node.to_json()), Some(expected.to_json()), "{:?}", diagnostics);
        }
    }

    #[test]
    fn no_text_is_too_strange(text in "[-a-c:,\\[\\]{}&*!|>'\"#%@ \n\t.0-9<~é]{0,60}") {
        let (node, diagnostics) = parse(&text);
        proptest::prop_assert!(node.is_some() || !diagnostics.is_empty());
    }
}
