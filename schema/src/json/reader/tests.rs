//! The reader against RFC 8259, and against another reader.

use std::borrow::Cow;

use proptest::prelude::*;

use super::super::{Error, Kind, MAX_DEPTH, Raw, Reader};

fn read_string(text: &str) -> Result<String, Error> {
    let mut reader = Reader::new(text.as_bytes());
    let string = reader.string()?.into_owned();
    reader.end()?;
    Ok(string)
}

fn error(text: &[u8]) -> Error {
    Raw::parse(text).expect_err("this is no JSON")
}

#[test]
fn pulls_values_one_by_one() -> Result<(), Error> {
    let mut reader = Reader::new(b" { \"a\" : [ 1.50 , true , null ] , \"b\\n\" : \"x\" } ");
    reader.begin_object()?;
    let mut first = true;
    assert_eq!(reader.next_key(&mut first)?.as_deref(), Some("a"));
    reader.begin_array()?;
    let mut first_item = true;
    assert!(reader.next_item(&mut first_item)?);
    assert_eq!(reader.number()?.as_str(), "1.50");
    assert!(reader.next_item(&mut first_item)?);
    assert!(reader.boolean()?);
    assert!(reader.next_item(&mut first_item)?);
    reader.null()?;
    assert!(!reader.next_item(&mut first_item)?);
    assert_eq!(reader.next_key(&mut first)?.as_deref(), Some("b\n"));
    assert_eq!(reader.peek()?, Kind::String);
    assert_eq!(reader.raw()?.as_str(), "\"x\"");
    assert_eq!(reader.next_key(&mut first)?, None);
    reader.end()
}

#[test]
fn a_copy_reads_a_value_again() -> Result<(), Error> {
    let mut reader = Reader::new(b"[1, 2]");
    let mut copy = reader;
    assert_eq!(reader.raw()?.as_str(), copy.raw()?.as_str());
    Ok(())
}

#[test]
fn borrows_strings_without_escapes() {
    assert!(matches!(
        Reader::new(b"\"plain\"").string(),
        Ok(Cow::Borrowed("plain"))
    ));
    assert!(matches!(Reader::new(br#""\u0061""#).string(), Ok(Cow::Owned(text)) if text == "a"));
}

#[test]
fn resolves_escapes() {
    assert_eq!(
        read_string(r#""\"\\\/\b\f\n\r\t""#).as_deref(),
        Ok("\"\\/\u{8}\u{c}\n\r\t")
    );
    assert_eq!(read_string(r#""\uD83D\ude00 €""#).as_deref(), Ok("😀 €"));
}

#[test]
fn refuses_half_surrogates_and_unknown_escapes() {
    for text in [
        r#""\ud83d""#,
        r#""\ude00""#,
        r#""\ud83d\u0061""#,
        r#""\ud83dx""#,
    ] {
        assert_eq!(
            error(text.as_bytes()).what,
            "half of a surrogate pair",
            "{text}"
        );
        assert!(read_string(text).is_err(), "{text}");
    }
    for text in [
        r#""\x41""#,
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\"#,
        r#""\u+123""#,
    ] {
        assert!(Raw::parse(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn refuses_text_that_is_not_utf_8() {
    assert_eq!(error(b"\"\xff\"").what, "text that is not UTF-8");
    assert_eq!(error(b"{\"a\":\"\xc3\x28\"}").offset, 6);
    assert!(
        Reader::new(b"\"\xed\xa0\x80\"").string().is_err(),
        "a surrogate in UTF-8"
    );
}

#[test]
fn says_where_and_what() {
    assert_eq!(
        error(b"{\"a\" 1}").to_string(),
        "a member without `:` at byte 5"
    );
    assert_eq!(
        error(b"[1 2]").to_string(),
        "an item followed by neither `,` nor `]` at byte 3"
    );
    assert_eq!(
        error(b"[1,]").to_string(),
        "punctuation in place of a value at byte 3"
    );
    assert_eq!(
        error(b"\"a\nb\"").to_string(),
        "a control character in a string at byte 2"
    );
    assert_eq!(error(b"1 2").to_string(), "text after the value at byte 2");
    assert_eq!(
        error(b"  ").to_string(),
        "the end of the text in place of a value at byte 2"
    );
}

#[test]
fn bounds_the_depth() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Raw::parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        error(nested(MAX_DEPTH + 1).as_bytes()).what,
        "a value nested too deeply"
    );

    let text = nested(MAX_DEPTH + 1);
    let mut reader = Reader::new(text.as_bytes());
    for _ in 0..MAX_DEPTH {
        reader.begin_array().unwrap();
        reader.next_item(&mut true).unwrap();
    }
    assert!(reader.begin_array().is_err());
    assert!(reader.raw().is_err(), "what was entered counts");
}

#[test]
fn a_long_run_of_brackets_does_no_harm() {
    assert!(Raw::parse("[".repeat(1 << 20).as_bytes()).is_err());
}

/// Texts near the border of JSON: values as serde writes them, with a few bytes changed.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<prop::sample::Index>(),
        0..3_u8,
        prop::sample::select(b"{}[]:,\"\\ \n0-+.eEu\xff\xc3\x01atn".to_vec()),
    );
    (
        crate::arbitrary::json(),
        any::<bool>(),
        prop::collection::vec(edit, 0..3),
    )
        .prop_map(|(value, pretty, edits)| {
            let mut text = if pretty {
                serde_json::to_vec_pretty(&value)
            } else {
                serde_json::to_vec(&value)
            }
            .unwrap();
            for (index, kind, byte) in edits {
                if text.is_empty() {
                    break;
                }
                let at = index.index(text.len());
                match kind {
                    0 => text[at] = byte,
                    1 => text.insert(at, byte),
                    _ => drop(text.remove(at)),
                }
            }
            text
        })
}

proptest! {
    #[test]
    fn accepts_what_another_reader_accepts(text in nearly_json()) {
        let theirs = serde_json::from_slice::<serde_json::Value>(&text);
        // That reader has floats, and so refuses numbers beyond them.
        let theirs = match theirs {
            Err(error) if error.to_string().contains("number out of range") => return Ok(()),
            other => other,
        };
        let ours = Raw::parse(&text);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}: {:?} {:?}", String::from_utf8_lossy(&text), ours, theirs);
        let mut out = b"before".to_vec();
        prop_assert_eq!(super::super::push_compact(&text, &mut out).is_ok(), theirs.is_ok());
        if theirs.is_err() {
            prop_assert_eq!(out, b"before");
        }
    }

    #[test]
    fn reads_strings_as_another_reader(text in r#""([a-zé😀/]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}|\\uD8[0-9]{2}\\uDC[0-9a-f]{2}){0,12}""#) {
        let theirs: Option<String> = serde_json::from_str(&text).ok();
        prop_assert_eq!(read_string(&text).ok(), theirs);
    }
}
