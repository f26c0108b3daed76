//! The JSON reader and writer, beside `serde_json`.

use gatewright_schema::json::{MAX_DEPTH, Raw, compact, string_into};
use serde_json::Value;

use super::judge;

/// What both read is the same; what only `serde_json` reads is something that the reader says it refuses.
pub(super) fn run(bytes: &[u8]) {
    let ours = Raw::parse(bytes);
    let theirs = serde_json::from_slice::<Value>(bytes);
    match (&ours, &theirs) {
        (Ok(raw), Ok(value)) => {
            let again: Value = serde_json::from_str(raw.as_str()).unwrap();
            assert_eq!(&again, value);
            let compacted = compact(bytes).unwrap();
            let again: Value = serde_json::from_slice(&compacted).unwrap();
            assert_eq!(&again, value);
            assert!(compacted.len() <= bytes.len() && !compacted.contains(&b'\n'));
            if let Value::String(text) = value {
                assert_eq!(raw.reader().string().unwrap(), text.as_str());
                let mut written = Vec::new();
                string_into(text, &mut written);
                assert_eq!(&serde_json::from_slice::<Value>(&written).unwrap(), value);
            }
        }
        (Ok(raw), Err(error)) => {
            assert!(
                judge::read(bytes).is_ok(),
                "only ours reads {:?}: {error}",
                raw.as_str()
            );
        }
        (Err(error), Ok(value)) => {
            assert!(
                depth(value) > MAX_DEPTH,
                "only serde_json reads {value}: {error}"
            );
        }
        (Err(_), Err(_)) => {}
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    [
        r#"{"a":[1,-2.50e+10,true,false,null],"b":{"c":"\u00e9\ud83d\ude00\n\"\\\/"}}"#,
        " [ \"x\" , { } , [ ] ] ",
        "\"\u{e9}\u{1f600}\"",
        "-0.0",
        "123456789012345678901234567890",
        "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .to_vec()
}
