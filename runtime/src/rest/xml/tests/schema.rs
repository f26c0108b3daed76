//! What the tables make of values, one construct at a time.

use serde_json::json;

use super::*;

const TEXT: u32 = 1;
const NUMBER: u32 = 2;

/// A document of one object, beside a text and a number to refer to.
fn of(members: Vec<Member>) -> Document {
    let scalars = [scalar(Types::STRING), scalar(Types::NUMBER)];
    document(
        "root",
        [object(members)].into_iter().chain(scalars).collect(),
    )
}

fn both(document: &Document, value: &Json, xml: &str) {
    assert_eq!(written(document, value).as_deref(), Ok(xml));
    assert_eq!(&parsed(Some(document), xml), value, "{xml}");
}

#[test]
fn members_stand_in_the_order_of_the_schema() {
    let document = of(vec![
        member("count", element("number", NUMBER)),
        member("name", element("name", TEXT)),
        member("id", attribute("id", NUMBER)),
    ]);
    let xml = r#"<root id="7"><number>1.50</number><name>a &amp; b</name></root>"#;
    assert_eq!(
        written(
            &document,
            &json!({ "name": "a & b", "id": 7, "count": 1.5 })
        )
        .as_deref(),
        Ok(&*xml.replace("1.50", "1.5"))
    );
    let text = String::from_utf8(read(Some(&document), xml.as_bytes(), None).unwrap()).unwrap();
    assert_eq!(text, r#"{"count":1.50,"name":"a & b","id":7}"#);
}

#[test]
fn text_beside_attributes() {
    let place = |place| Node { place, shape: TEXT };
    let with_text = of(vec![
        member("unit", attribute("unit", TEXT)),
        member("value", place(Place::Text)),
    ]);
    both(
        &with_text,
        &json!({ "unit": "m\"", "value": "<3>" }),
        r#"<root unit="m&quot;">&lt;3&gt;</root>"#,
    );
    let with_cdata = of(vec![member("html", place(Place::CData))]);
    both(
        &with_cdata,
        &json!({ "html": "<b>]]></b>\r\n" }),
        "<root><![CDATA[<b>]]]]><![CDATA[></b>]]>&#13;<![CDATA[\n]]></root>",
    );
    assert_eq!(
        parsed(Some(&with_cdata), "<root>\n  <![CDATA[ <b> ]]>\n</root>"),
        json!({ "html": " <b> " })
    );
}

#[test]
fn lists() {
    let inline = Node {
        place: Place::Inline("animals"),
        shape: 3,
    };
    let shapes = |members: Vec<Member>, item| {
        let scalars = [scalar(Types::STRING), scalar(Types::NUMBER), list(item)];
        document(
            "root",
            [object(members)].into_iter().chain(scalars).collect(),
        )
    };
    let unwrapped = shapes(vec![member("animals", inline)], element("animal", TEXT));
    let value = json!({ "animals": ["dog", "cat"] });
    both(
        &unwrapped,
        &value,
        "<root><animal>dog</animal><animal>cat</animal></root>",
    );
    both(
        &unwrapped,
        &json!({ "animals": ["dog"] }),
        "<root><animal>dog</animal></root>",
    );
    // As an API might that has the element nevertheless.
    let wrapped_all_the_same = "<root><animals><animal>dog</animal></animals></root>";
    assert_eq!(
        parsed(Some(&unwrapped), wrapped_all_the_same),
        json!({ "animals": ["dog"] })
    );

    let unnamed = shapes(vec![member("animals", inline)], element("", TEXT));
    both(
        &unnamed,
        &value,
        "<root><animals>dog</animals><animals>cat</animals></root>",
    );

    let wrapped = shapes(
        vec![member("animals", element("aliens", 3))],
        element("animal", TEXT),
    );
    let xml = "<root><aliens><animal>dog</animal><animal>cat</animal></aliens></root>";
    both(&wrapped, &value, xml);
    both(
        &wrapped,
        &json!({ "animals": [] }),
        "<root><aliens/></root>",
    );
    both(&wrapped, &json!({}), "<root/>");

    let same = shapes(
        vec![member("animals", element("aliens", 3))],
        element("", TEXT),
    );
    let xml = "<root><aliens><aliens>dog</aliens></aliens></root>";
    both(&same, &json!({ "animals": ["dog"] }), xml);

    let required = Member {
        required: true,
        ..member("animals", inline)
    };
    let required = shapes(vec![required], element("animal", TEXT));
    both(&required, &json!({ "animals": [] }), "<root/>");
}

#[test]
fn one_item_may_stand_for_a_list() {
    let either = Shape {
        types: Types::STRING.union(Types::ARRAY),
        ..list(element("", 2))
    };
    let members = vec![member(
        "tag",
        Node {
            place: Place::Inline("tag"),
            shape: 1,
        },
    )];
    let document = document("root", vec![object(members), either, scalar(Types::STRING)]);
    let xml = "<root><tag>a</tag></root>";
    assert_eq!(
        written(&document, &json!({ "tag": "a" })).as_deref(),
        Ok(xml)
    );
    assert_eq!(
        written(&document, &json!({ "tag": ["a"] })).as_deref(),
        Ok(xml)
    );
    assert_eq!(parsed(Some(&document), xml), json!({ "tag": ["a"] }));
}

#[test]
fn namespaces() {
    let prefixed = Name {
        prefix: "s",
        local: "name",
        namespace: "urn:s",
    };
    let inner = Name {
        namespace: "urn:inner",
        ..name("inner")
    };
    let members = vec![
        member(
            "name",
            Node {
                place: Place::Element(prefixed),
                shape: 1,
            },
        ),
        member(
            "inner",
            Node {
                place: Place::Element(inner),
                shape: 1,
            },
        ),
    ];
    let root = Name {
        namespace: "urn:a&b",
        ..name("root")
    };
    let document = Document {
        root: Node {
            place: Place::Element(root),
            shape: 0,
        },
        namespaces: &[("s", "urn:s")],
        ..document("", vec![object(members), scalar(Types::STRING)])
    };
    let xml = r#"<root xmlns:s="urn:s" xmlns="urn:a&amp;b"><s:name>x</s:name><inner xmlns="urn:inner">y</inner></root>"#;
    both(&document, &json!({ "name": "x", "inner": "y" }), xml);
    let oracle = roxmltree::Document::parse(xml).unwrap();
    let names: Vec<_> = oracle
        .descendants()
        .filter(roxmltree::Node::is_element)
        .map(|node| (node.tag_name().namespace().unwrap(), node.tag_name().name()))
        .collect();
    assert_eq!(
        names,
        [
            ("urn:a&b", "root"),
            ("urn:s", "name"),
            ("urn:inner", "inner")
        ]
    );
    // Whatever prefix the API chose.
    let other = r#"<o:root xmlns:o="urn:a&amp;b"><o:name>x</o:name></o:root>"#;
    assert_eq!(parsed(Some(&document), other), json!({ "name": "x" }));
}

#[test]
fn nulls() {
    let nullable = Types::NUMBER.union(Types::NULL);
    let members = vec![
        member("a", attribute("a", 1)),
        member("b", element("b", 1)),
        member("c", element("c", 1)),
    ];
    let document = document("root", vec![object(members), scalar(nullable)]);
    let value = json!({ "a": null, "b": null, "c": 1 });
    let xml = written(&document, &value).unwrap();
    let oracle = roxmltree::Document::parse(&xml).unwrap();
    let b = oracle.root_element().first_element_child().unwrap();
    let nil = ("http://www.w3.org/2001/XMLSchema-instance", "nil");
    assert_eq!(b.attribute(nil), Some("true"));
    assert!(!oracle.root_element().has_attribute("a"));
    assert_eq!(parsed(Some(&document), &xml), value);
    assert_eq!(
        parsed(Some(&document), "<root><c/></root>"),
        json!({ "a": null, "c": null })
    );
}

#[test]
fn objects_without_an_element() {
    let inlined = Node {
        place: Place::Inline("inner"),
        shape: 2,
    };
    let members = vec![member("inner", inlined), member("last", element("last", 1))];
    let inner = vec![
        member("id", attribute("id", 1)),
        member("name", element("name", 1)),
    ];
    let shapes = vec![object(members), scalar(Types::STRING), object(inner)];
    both(
        &document("root", shapes),
        &json!({ "inner": { "id": "i", "name": "n" }, "last": "l" }),
        r#"<root id="i"><name>n</name><last>l</last></root>"#,
    );
}

#[test]
fn members_that_only_their_keys_name() {
    let map = |rest| {
        let shape = Shape {
            types: Types::OBJECT,
            object: Some(Object {
                members: &[],
                rest: Some(rest),
            }),
            item: None,
        };
        document(
            "root",
            vec![shape, scalar(Types::NUMBER), list(element("", 1))],
        )
    };
    let numbers = map(element("", 1));
    both(
        &numbers,
        &json!({ "a": 1, "b": 2 }),
        "<root><a>1</a><b>2</b></root>",
    );
    let lists = map(Node {
        place: Place::Inline(""),
        shape: 2,
    });
    both(
        &lists,
        &json!({ "a": [1], "b": [2, 3] }),
        "<root><a>1</a><b>2</b><b>3</b></root>",
    );
    for key in ["a b", "@a", "#text", "a:b", "1", ""] {
        let violations = written(&numbers, &json!({ key: 1 })).unwrap_err();
        let violation = violations.iter().next().unwrap();
        assert_eq!(violation.pointer, format!("/body/{key}"));
    }
}

#[test]
fn arguments_are_named_as_callers_know_them() {
    let document = of(vec![
        member("name", element("name", TEXT)),
        member("more", element("more", u32::MAX)),
    ]);
    let mut violations = Violations::default();
    let more = r#"[{"a":["ok","no\u0001"]}]"#;
    let members = vec![
        ("name", "body_name", Value::Text("\0")),
        ("more", "more", Value::Json(more)),
    ];
    write(&document, Content::Members(members), &mut violations);
    let pointers: Vec<_> = violations
        .iter()
        .map(|violation| &*violation.pointer)
        .collect();
    assert_eq!(pointers, ["/body_name", "/more/0/a/1"]);
    assert_eq!(
        violations.iter().next().unwrap().to_string(),
        "/body_name: expected text that XML can hold: no control characters but tabs and line breaks, \
         got text with the character U+0000 [request]"
    );
}
