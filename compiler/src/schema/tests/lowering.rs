//! What documents mean, and what is wrong with them.

use std::fmt::Write as _;

use gatewright_schema::rule::{Rule, Types};

use super::super::{Kind, Rest, compact};
use super::*;

#[test]
fn nullable_admits_null_whatever_else_is_said() {
    for text in [
        "{ type: string, nullable: true }",
        "{ type: string, enum: [a], nullable: true }",
        "{ nullable: true, allOf: [{ type: string }] }",
        "{ nullable: true, oneOf: [{ type: string }, { type: integer }] }",
        "{ type: string, maxLength: 3, x-nullable: true }",
    ] {
        let lowered = request(text);
        assert!(lowered.admits("null"), "{text}");
        assert!(lowered.admits("\"a\""), "{text}");
        assert!(!lowered.admits("[]"), "{text}");
    }
}

#[test]
fn exclusive_bounds_have_two_forms() {
    let old = request("{ type: number, minimum: 1, exclusiveMinimum: true }");
    let new = lower(
        "{ type: number, exclusiveMinimum: 1 }",
        Dialect::OpenApi31,
        Direction::Request,
    );
    for lowered in [old, new] {
        assert!(!lowered.admits("1"));
        assert!(lowered.admits("1.5"));
    }
}

#[test]
fn read_only_members_are_not_sent_and_write_only_members_not_received() {
    let text = "
schema:
  type: object
  required: [id, name, secret]
  additionalProperties: false
  properties:
    id: { $ref: '#/id' }
    name: { type: string }
    secret: { type: string, writeOnly: true }
id: { type: integer, readOnly: true }
";
    let sent = lower(text, Dialect::OpenApi30, Direction::Request);
    assert!(sent.admits(r#"{"name":"a","secret":"b"}"#));
    assert!(!sent.admits(r#"{"id":1,"name":"a","secret":"b"}"#));
    let received = lower(text, Dialect::OpenApi30, Direction::Response);
    assert!(received.admits(r#"{"id":1,"name":"a"}"#));
    assert!(!received.admits(r#"{"name":"a"}"#));
}

#[test]
fn members_hidden_by_a_base_are_not_required_by_an_extension() {
    let lowered = request(
        "
schema:
  allOf:
    - $ref: '#/base'
    - required: [id, name]
base:
  type: object
  properties:
    id: { type: integer, readOnly: true }
    name: { type: string }
",
    );
    assert!(lowered.admits(r#"{"name":"a"}"#));
    assert!(!lowered.admits("{}"));
}

#[test]
fn all_of_objects_is_one_flat_object() {
    let lowered = request(
        "
schema:
  allOf:
    - $ref: '#/base'
    - type: object
      required: [age]
      properties:
        name: { type: string, maxLength: 5 }
        age: { type: integer, format: int32 }
base:
  type: object
  required: [name]
  properties:
    name: { type: string, minLength: 2 }
",
    );
    let shape = lowered.schemas.object_shape(lowered.root).unwrap();
    let members: Vec<(&str, bool, Kind)> = shape
        .members
        .iter()
        .map(|member| {
            let kind = lowered.schemas.scalar_kind(member.schema);
            (member.name.as_str(), member.required, kind)
        })
        .collect();
    assert_eq!(
        members,
        [("name", true, Kind::Text), ("age", true, Kind::Integer)]
    );
    assert_eq!(shape.rest, Rest::Open);
    let name = lowered.schemas.get(shape.members[0].schema);
    assert_eq!(name.rules, [Rule::MinLength(2), Rule::MaxLength(5)]);
}

#[test]
fn conjunctions_of_recursive_schemas_end() {
    let lowered = request(
        "
schema: { allOf: [{ $ref: '#/a' }, { $ref: '#/b' }] }
a: { type: object, properties: { next: { $ref: '#/a' }, x: { type: integer } } }
b: { type: object, properties: { next: { $ref: '#/b' }, x: { maximum: 5 } } }
",
    );
    assert!(lowered.admits(r#"{"x":1,"next":{"x":5,"next":{}}}"#));
    assert!(!lowered.admits(r#"{"x":1,"next":{"x":5,"next":{"x":6}}}"#));
}

#[test]
fn unions_with_null_become_types() {
    let lowered = lower(
        "{ anyOf: [{ type: string, minLength: 1 }, { type: 'null' }] }",
        Dialect::OpenApi31,
        Direction::Request,
    );
    let schema = lowered.schemas.get(lowered.root);
    assert_eq!(schema.types, Types::STRING.union(Types::NULL));
    assert_eq!(schema.rules, [Rule::MinLength(1)]);
}

#[test]
fn kinds_are_the_rust_types_of_fields() {
    for (text, kind) in [
        ("{ type: string }", Kind::Text),
        ("{ type: string, nullable: true }", Kind::Raw),
        ("{ type: integer }", Kind::Number),
        ("{ type: integer, format: int64 }", Kind::Integer),
        ("{ type: integer, minimum: 0, maximum: 10 }", Kind::Integer),
        ("{ type: integer, minimum: 0 }", Kind::Number),
        ("{ type: integer, enum: [1, 2] }", Kind::Integer),
        ("{ type: number }", Kind::Number),
        ("{ type: boolean }", Kind::Boolean),
        ("{ enum: [a, b] }", Kind::Text),
        ("{ type: array, items: {} }", Kind::Raw),
        ("{}", Kind::Raw),
    ] {
        let lowered = request(text);
        assert_eq!(lowered.schemas.scalar_kind(lowered.root), kind, "{text}");
    }
}

#[test]
fn objects_that_cannot_be_taken_apart_say_so() {
    for (text, rest) in [
        ("{ properties: { a: {} } }", Rest::Open),
        (
            "{ properties: { a: {} }, additionalProperties: true }",
            Rest::Open,
        ),
        (
            "{ properties: { a: {} }, additionalProperties: false }",
            Rest::Closed,
        ),
        (
            "{ properties: { a: {} }, additionalProperties: { type: string } }",
            Rest::Rules,
        ),
        ("{ properties: { a: {} }, minProperties: 1 }", Rest::Rules),
        ("{ properties: { a: {} }, required: [b] }", Rest::Rules),
        (
            "{ properties: { a: {} }, not: { required: [a] } }",
            Rest::Rules,
        ),
    ] {
        let lowered = request(text);
        let shape = lowered.schemas.object_shape(lowered.root).unwrap();
        assert_eq!(shape.rest, rest, "{text}");
    }
    let lowered = request("{ type: object, nullable: true }");
    assert_eq!(lowered.schemas.object_shape(lowered.root), None);
}

#[test]
fn equal_schemas_are_one_entry_of_the_table() {
    let lowered = request(
        "
schema: { properties: { one: { $ref: '#/a' }, two: { $ref: '#/b' } } }
a: { type: object, properties: { next: { $ref: '#/a' }, name: { type: string } } }
b: { type: object, properties: { next: { $ref: '#/b' }, name: { type: string } } }
",
    );
    let compact = compact(&lowered.schemas, &[lowered.root]);
    assert_eq!(compact.schemas.len(), 3);
}

#[test]
fn long_counts_are_lengths() {
    let lowered = request("{ type: string, pattern: '^.{0,262144}$', maxLength: 4 }");
    assert!(lowered.admits("\"abcd\""));
    assert!(!lowered.admits("\"abcde\""));
    assert!(!lowered.admits("\"a\\nb\""));
    let classes = request("{ type: string, pattern: '^[\\w.-]{2,1000}$' }");
    assert!(classes.admits("\"a.b\""));
    assert!(!classes.admits("\"a\""));
    assert!(!classes.admits("\"é.b\""));
}

#[test]
fn patterns_follow_ecma_262() {
    for (pattern, admitted, refused) in [
        ("^(?!x)\\\\w+$", "\"abc\"", "\"xbc\""),
        ("^(?=.*\\\\d).+$", "\"a1\"", "\"a٣\""),
        ("^\\\\d{1-20}$", "\"1{1-20}\"", "\"1\""),
        ("b", "\"abc\"", "\"ac\""),
        ("^[a-z]+\\\\/$", "\"a/\"", "\"a\""),
    ] {
        let lowered = request(&format!("{{ type: string, pattern: \"{pattern}\" }}"));
        assert!(lowered.admits(admitted), "{pattern}");
        assert!(!lowered.admits(refused), "{pattern}");
    }
}

#[test]
fn deep_chains_of_references_and_conjunctions_end() {
    let mut text = String::from("schema: { $ref: '#/s0' }\n");
    for number in 0..5_000 {
        let next = number + 1;
        writeln!(text, "s{number}: {{ allOf: [{{ $ref: '#/s{next}' }}, {{ properties: {{ p{number}: {{ $ref: '#/s{next}' }} }} }}] }}").unwrap();
    }
    text.push_str("s5000: { type: object }\n");
    let lowered = request(&text);
    assert!(lowered.schemas.len() > 5_000);
}

#[test]
fn formats_are_enforced_where_the_type_admits_them() {
    assert!(!request("{ type: string, format: date }").admits("\"x\""));
    assert!(request("{ type: integer, format: date }").admits("1"));
    assert!(!request("{ type: integer, format: int32 }").admits("2147483648"));
}

#[test]
fn problems_are_reported_and_tolerated() {
    let lowered = lower(
        "
schema:
  type: object
  minProperties: few
  properties:
    a: { type: strnig }
    b: { type: string, pattern: '(a' }
    c: { $ref: '#/nowhere' }
    d: { $ref: '#/d', nullable: true }
    e: { type: integer, default: many }
    f: { type: string, enum: [1.0, yes] }
    g: string
    h: { $ref: '#/h' }
d: { type: string }
h: { allOf: [{ $ref: '#/h' }] }
",
        Dialect::OpenApi30,
        Direction::Request,
    );
    insta::assert_snapshot!(lowered.problems().join("\n"));
    assert!(lowered.admits(r#"{"a":1,"b":"","c":[],"f":"1.0"}"#));
}
