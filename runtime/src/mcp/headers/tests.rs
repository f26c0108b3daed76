//! Values of mirrored headers.

use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::{Single, single, stands_for};

#[test]
fn the_sentinel_is_read_strictly() {
    assert!(stands_for("get_pet", "get_pet"));
    assert!(stands_for("=?base64??=", ""));
    assert!(stands_for("=?base64?ZWNobw==?=", "echo"));
    for value in [
        "=?base64?ZWNobw==",
        "=?base64?ZWNobw?=",
        "=?base64?ZWNob w==?=",
        "=?base64?ZWNobx==?=",
        "=?Base64?ZWNobw==?=",
    ] {
        assert!(!stands_for(value, "echo"), "{value}");
    }
    // The alphabet is the standard one, not that of URLs.
    assert!(stands_for("=?base64?Pz8/?=", "???"));
    assert!(!stands_for("=?base64?Pz8_?=", "???"));
}

#[test]
fn a_header_is_given_once_or_not_at_all() {
    let mut headers = HeaderMap::new();
    assert_eq!(single(&headers, "mcp-name"), Single::Absent);
    headers.insert("mcp-name", HeaderValue::from_static(" \ta b\t "));
    assert_eq!(single(&headers, "mcp-name"), Single::Value("a b"));
    headers.append("mcp-name", HeaderValue::from_static("a b"));
    assert_eq!(single(&headers, "mcp-name"), Single::Invalid);
    headers.insert("mcp-name", HeaderValue::from_bytes(b"a\xff").unwrap());
    assert_eq!(single(&headers, "mcp-name"), Single::Invalid);
}

proptest! {
    #[test]
    fn every_text_has_a_value_that_stands_for_it_alone(text in any::<String>(), other in any::<String>()) {
        use base64::Engine as _;
        let value = format!("=?base64?{}?=", base64::engine::general_purpose::STANDARD.encode(&text));
        prop_assert!(stands_for(&value, &text));
        prop_assert_eq!(stands_for(&value, &other), text == other);
    }
}
