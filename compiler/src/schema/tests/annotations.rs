//! What schemas say, and the cleaning of it.

use super::super::text::{clean, shortened};
use super::*;

#[test]
fn text_loses_what_is_not_seen_and_markup() {
    assert_eq!(clean("a\u{200b}b \u{202e}c\n\n  d\u{0}"), "ab c d");
    assert_eq!(
        clean("<p>One<br/>two</p> &amp; <b>three</b>"),
        "One two & three"
    );
    assert_eq!(
        clean("GET /pets/<id> where 1 < 2 > 0"),
        "GET /pets/<id> where 1 < 2 > 0"
    );
    assert_eq!(clean("<!-- hidden --> seen"), "seen");
    assert_eq!(clean("\u{e0041}\u{e0042}"), "");
}

#[test]
fn text_is_cut_between_words() {
    assert_eq!(shortened("one two three", 20), "one two three");
    assert_eq!(shortened("one two three", 13), "one two three");
    assert_eq!(shortened("one two, three", 10), "one two…");
    assert_eq!(shortened("abcdefghij", 5), "abcd…");
}

#[test]
fn what_stands_at_a_reference_counts_before_its_target() {
    let lowered = request(
        "
schema: { properties: { a: { description: here, allOf: [{ $ref: '#/a' }] } } }
a: { type: string, description: there, title: There }
",
    );
    let text = super::super::render::input(&lowered.schemas, lowered.root);
    assert_eq!(
        text,
        r#"{"type":"object","properties":{"a":{"description":"here","type":"string"}}}"#
    );
}

#[test]
fn defaults_that_are_not_valid_are_dropped() {
    let lowered = lower(
        "{ type: integer, default: ten, examples: [1, two, 3] }",
        Dialect::OpenApi31,
        Direction::Request,
    );
    let says = &lowered.schemas.get(lowered.root).annotations;
    assert_eq!(says.default, None);
    assert_eq!(says.examples, ["1", "3"]);
    assert_eq!(
        lowered.problems(),
        ["schema-default: the default `\"ten\"` is not valid here"]
    );
}
