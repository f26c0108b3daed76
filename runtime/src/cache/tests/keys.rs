//! Keys: the same for the same question however it is spelt, another for any other.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::super::canonical::canonical;
use super::super::key::{Partition, key};
use super::{SEARCH, encode, nobody};
use crate::rest;

/// Any JSON, with numbers that have several spellings.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1000_i64..1000).prop_map(Value::from),
        "[a-cé\"\\\\/\u{1}]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-cé\"]{0,3}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The text of a value with the choices that JSON leaves open made by chance.
fn spelt(value: &Value, chance: &mut impl FnMut() -> u8, out: &mut String) {
    let space = |chance: &mut dyn FnMut() -> u8, out: &mut String| {
        out.push_str([" ", "", "\n\t", ""][usize::from(chance() % 4)]);
    };
    space(chance, out);
    match value {
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            match chance() % 4 {
                0 => write!(out, "{number}.0").unwrap(),
                1 => write!(out, "{}e-1", number * 10).unwrap(),
                2 => write!(out, "{number}.00E+0").unwrap(),
                _ => *out += &number.to_string(),
            }
        }
        Value::String(text) => string(text, chance, out),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                spelt(item, chance, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if !members.is_empty() {
                let by = usize::from(chance()) % members.len();
                members.rotate_left(by);
            }
            out.push('{');
            for (position, (name, value)) in members.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                space(chance, out);
                string(name, chance, out);
                space(chance, out);
                out.push(':');
                spelt(value, chance, out);
            }
            out.push('}');
        }
        other => *out += &other.to_string(),
    }
    space(chance, out);
}

fn string(text: &str, chance: &mut impl FnMut() -> u8, out: &mut String) {
    out.push('"');
    for unit in text.chars() {
        let plain = !matches!(unit, '"' | '\\') && unit >= ' ';
        match chance() % 3 {
            0 => write!(out, "\\u{:04x}", u32::from(unit)).unwrap(),
            1 if unit == '/' => *out += "\\/",
            _ if plain => out.push(unit),
            _ => write!(out, "\\u{:04X}", u32::from(unit)).unwrap(),
        }
    }
    out.push('"');
}

fn request(text: &str) -> rest::Request {
    encode(&SEARCH, &[rest::Value::Json(text)]).unwrap()
}

proptest! {
    #[test]
    fn one_value_has_one_key_and_others_have_others(left in json(), right in json(), seed: u64) {
        let mut state = seed | 1;
        let mut chance = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[3]
        };
        let mut texts = [&left, &left, &right].map(|value| {
            let mut text = String::new();
            spelt(value, &mut chance, &mut text);
            // Another reader finds the same value in it.
            let read: Value = serde_json::from_str(&text).unwrap();
            let same = |value: &Value| canonical(value.to_string().as_bytes()).unwrap();
            assert_eq!(same(&read), same(value), "{text}");
            text
        });
        let keys = texts.each_mut().map(|text| key((0, 0, 0), Partition::All, &request(text)));
        prop_assert_eq!(keys[0], keys[1]);
        prop_assert_eq!(keys[0] == keys[2], left == right, "{:?}", texts);
    }
}

#[test]
fn what_is_no_json_stands_for_itself() {
    for text in ["", "{", "[1] 2", "{\"a\":1,}", "nul"] {
        assert_eq!(canonical(text.as_bytes()), None, "{text}");
    }
    // Numbers that no reader tells apart as doubles are told apart here.
    assert_ne!(
        canonical(b"9007199254740993"),
        canonical(b"9007199254740992")
    );
    assert_ne!(
        canonical(b"1e4611686018427387905"),
        canonical(b"1e4611686018427387906")
    );
}

#[tokio::test]
async fn parts_cannot_be_moved_from_one_to_the_next() {
    let request = request("1");
    let all = [
        Partition::All,
        Partition::Consumer {
            identity: "a",
            consumer: "b",
        },
        Partition::Consumer {
            identity: "ab",
            consumer: "",
        },
        Partition::Consumer {
            identity: "",
            consumer: "ab",
        },
        Partition::Token {
            identity: "a",
            issuer: "b",
            subject: "c",
            client_id: None,
        },
        Partition::Token {
            identity: "a",
            issuer: "b",
            subject: "c",
            client_id: Some(""),
        },
        Partition::Token {
            identity: "a",
            issuer: "bc",
            subject: "",
            client_id: None,
        },
        Partition::Token {
            identity: "a",
            issuer: "",
            subject: "bc",
            client_id: None,
        },
    ];
    let mut keys: Vec<_> = all
        .iter()
        .map(|part| key((0, 0, 0), *part, &request))
        .collect();
    for tool in [(1, 0, 0), (0, 1, 0), (0, 0, 1)] {
        keys.push(key(tool, Partition::All, &request));
    }
    let mut other = request.clone();
    other.set_header(
        http::HeaderName::from_static("x-a"),
        http::HeaderValue::from_static("1"),
    );
    keys.push(key((0, 0, 0), Partition::All, &other));
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
    // And nothing of the caller but that.
    assert!(nobody().headers().is_empty());
}
