//! What clients are shown.

use std::fmt::Write as _;

use super::super::render;
use super::*;

/// Each schema of a document and its rendering as input.
fn inputs(schemas: &[&str]) -> String {
    let mut out = String::new();
    for text in schemas {
        let lowered = lower(text, Dialect::OpenApi31, Direction::Request);
        assert_eq!(lowered.sink.diagnostics(), [], "{text}");
        let rendered = render::input(&lowered.schemas, lowered.root);
        writeln!(out, "{}\n=> {rendered}\n", text.trim()).unwrap();
    }
    out
}

#[test]
fn members_are_rendered_in_portable_forms() {
    let members = [
        "{ type: string, description: A  name., minLength: 1, default: x }",
        "{ type: [string, 'null'], format: date }",
        "{ type: [string, integer], maximum: 3 }",
        "{ enum: [a, 1, null] }",
        "{ const: fixed }",
        "{}",
        "true",
        "false",
        "{ type: array }",
        "{ type: array, items: { type: string }, uniqueItems: true }",
        "{ type: object, additionalProperties: { type: integer } }",
        "{ anyOf: [{ type: object, properties: { a: {} } }, { type: 'null' }] }",
        "{ oneOf: [{ type: string, pattern: '^a' }, { type: array, items: {} }] }",
        "{ type: string, contentEncoding: base64, example: YQ== }",
        "{ type: number, exclusiveMinimum: 0, multipleOf: 0.5, deprecated: true }",
        "{ title: Only a title, type: boolean }",
        "{ type: string, allOf: [{ pattern: a }, { pattern: b }] }",
    ];
    let documents: Vec<String> = members
        .iter()
        .map(|member| format!("{{ type: object, properties: {{ m: {member} }} }}"))
        .collect();
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    insta::assert_snapshot!(inputs(&documents));
}

#[test]
fn roots_are_plain_objects() {
    insta::assert_snapshot!(inputs(&[
        "{ type: object }",
        "{ type: object, additionalProperties: false, required: [a], properties: { a: {} } }",
        "{ type: object, properties: { a: {}, b: {} }, anyOf: [{ required: [a] }, { required: [b] }] }",
    ]));
}

#[test]
fn recursive_schemas_are_definitions() {
    insta::assert_snapshot!(inputs(&["
schema:
  type: object
  properties:
    tree: { $ref: '#/components/schemas/Tree node' }
    leaf: { $ref: '#/components/schemas/Leaf' }
components:
  schemas:
    Tree node:
      type: object
      properties:
        children: { type: array, items: { $ref: '#/components/schemas/Tree node' } }
        parent: { description: Above., $ref: '#/components/schemas/Tree node' }
        leaf: { $ref: '#/components/schemas/Leaf' }
    Leaf: { type: string }
"]));
}

#[test]
fn large_schemas_that_are_used_twice_are_definitions() {
    let mut text = String::from(
        "schema: { properties: { a: { $ref: '#/Large' }, b: { $ref: '#/Large' }, c: { $ref: '#/Small' } } }\nSmall: { type: string }\nLarge:\n  properties:\n",
    );
    for number in 0..400 {
        writeln!(
            text,
            "    member_{number}: {{ type: integer, maximum: {number} }}"
        )
        .unwrap();
    }
    let lowered = request(&text);
    let rendered = render::input(&lowered.schemas, lowered.root);
    let start = "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/Large\"},\"b\":\
                 {\"$ref\":\"#/$defs/Large\"},\"c\":{\"type\":\"string\"}},\"$defs\":{\"Large\":{";
    assert!(rendered.starts_with(start), "{rendered}");
    assert_eq!(rendered.matches("member_399").count(), 1);
}

#[test]
fn answers_are_relaxed() {
    let mut out = String::new();
    for (text, admitted) in [
        (
            "{ type: object, required: [a], additionalProperties: false, properties: { a: { type: string, enum: [x] } } }",
            r#"{"b":1,"a":null}"#,
        ),
        (
            "{ type: array, items: { type: object, required: [a], properties: { a: { type: integer, minimum: 1 } } } }",
            r#"[null,{},{"a":0}]"#,
        ),
        (
            "{ oneOf: [{ type: object, properties: { a: {} } }, { type: object, properties: { b: {} } }] }",
            r#"{"a":1}"#,
        ),
        ("{ type: string, format: date }", "\"x\""),
    ] {
        let mut lowered = lower(text, Dialect::OpenApi31, Direction::Response);
        assert!(!lowered.admits(admitted), "{text}");
        let relaxed = lowered.schemas.relaxed(lowered.root);
        let modern = render::output(&lowered.schemas, relaxed);
        let legacy = render::output_object(&lowered.schemas, relaxed);
        writeln!(out, "{text}\n=> {modern}\n=> {legacy}\n").unwrap();
        lowered.root = relaxed;
        assert!(lowered.admits(admitted), "{text}");
        assert!(!lowered.admits("null"), "{text}");
    }
    insta::assert_snapshot!(out);
}
