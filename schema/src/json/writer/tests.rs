//! The writers against another writer.

use proptest::prelude::*;

use super::{escape_into, push_compact, string_into};
use crate::json::Kind;

fn compact(text: &str) -> String {
    let mut out = Vec::new();
    push_compact(text.as_bytes(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn keeps_what_stands_in_strings() {
    assert_eq!(
        compact(" [ \" a \\\" b \" , { } , [ ] ] "),
        r#"[" a \" b ",{},[]]"#
    );
    assert_eq!(compact("\t1.0e+5\r\n"), "1.0e+5");
}

#[test]
fn tells_the_kind() {
    let kind = |text: &str| push_compact(text.as_bytes(), &mut Vec::new());
    assert_eq!(kind(" [1]"), Ok(Kind::Array));
    assert_eq!(kind("\"x\""), Ok(Kind::String));
    assert!(kind("").is_err());
}

#[test]
fn leaves_the_output_alone_after_an_error() {
    for text in ["{\"a\": 1", "{\"a\": 1} x", "[1, 2, 03]"] {
        let mut out = b"kept".to_vec();
        assert!(push_compact(text.as_bytes(), &mut out).is_err());
        assert_eq!(out, b"kept");
    }
}

#[test]
fn escapes_every_control_character() {
    let text: String = (0..0x20_u8).map(char::from).collect();
    let mut out = Vec::new();
    string_into(&text, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        serde_json::to_string(&text).unwrap()
    );
}

proptest! {
    #[test]
    fn escapes_as_another_writer(text in r#"([ -~]|[\x00-\x1f]|["\\]|.){0,60}"#) {
        let mut out = Vec::new();
        escape_into(&text, &mut out);
        let theirs = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(String::from_utf8(out).unwrap(), &theirs[1..theirs.len() - 1]);
    }

    #[test]
    fn escapes_many_blocks_as_another_writer(
        text in r#"([a-z]{0,70}|["\\]{0,70}|[\x00-\x20]{0,70}|[\x{80}-\x{10ffff}]{0,30}){0,12}"#,
    ) {
        let mut out = b"kept".to_vec();
        string_into(&text, &mut out);
        let theirs = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(String::from_utf8(out).unwrap(), format!("kept{theirs}"));
    }

    #[test]
    fn compacts_what_another_writer_spread(value in crate::arbitrary::json()) {
        let spread = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(compact(&spread), serde_json::to_string(&value).unwrap());
    }
}
