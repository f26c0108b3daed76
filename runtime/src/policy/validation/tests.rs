//! Answers that break their schema: told where, and never what they hold.

use std::borrow::Cow;

use gatewright_schema::rule::{Rule, Schema, Types};
use gatewright_schema::{SchemaId, Table};

use super::Validation;
use crate::description::Tool;
use crate::result::Content;

static TABLE: Table = Table::new(&[
    Schema {
        types: Types::ARRAY,
        rules: Cow::Borrowed(&[Rule::Items(SchemaId(1)), Rule::MaxItems(2)]),
    },
    Schema {
        types: Types::STRING,
        rules: Cow::Borrowed(&[Rule::MaxLength(3)]),
    },
]);

const fn validation(detect: bool) -> Validation {
    Validation {
        schema: (&TABLE, SchemaId(0)),
        detect,
    }
}

#[test]
fn what_breaks_its_schema_is_not_passed_on() {
    let prevent = validation(false);
    assert!(prevent.of_json(&Tool::NATIVE, br#"["a","abc"]"#).is_none());
    let refused = prevent
        .of_json(&Tool::NATIVE, br#"["a","canary",true]"#)
        .unwrap();
    assert!(refused.is_error && refused.structured.is_none());
    let [Content::Text(text)] = refused.content.as_slice() else {
        panic!("{refused:?}")
    };
    assert!(text.contains("\n- /1: expected "), "{text}");
    assert!(text.contains("\n- /2: expected "), "{text}");
    assert!(text.contains("\n- (root): expected "), "{text}");
    assert!(!text.contains("canary"), "{text}");
    let refused = prevent.of_other(&Tool::NATIVE).unwrap();
    assert!(refused.is_error);
}

#[test]
fn what_is_only_detected_is_passed_on() {
    let detect = validation(true);
    assert!(detect.of_json(&Tool::NATIVE, b"[1]").is_none());
    assert!(detect.of_other(&Tool::NATIVE).is_none());
}
