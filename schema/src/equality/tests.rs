//! Equality by value, and its use to find repeated items.

use proptest::prelude::*;

use super::{equal, find_equal};
use crate::json::Raw;

fn raw(text: &str) -> Raw<'_> {
    Raw::parse(text.as_bytes()).unwrap()
}

#[test]
fn compares_by_value() {
    for (left, right) in [
        ("1", "1.0"),
        (r#""a""#, r#""\u0061""#),
        (r#"{"a":1,"b":[2]}"#, r#"{ "b": [2.0], "a": 1 }"#),
        ("[]", "[ ]"),
    ] {
        assert!(equal(raw(left), raw(right)), "{left} {right}");
    }
    for (left, right) in [
        ("1", "true"),
        ("0", "false"),
        ("0", "null"),
        (r#""1""#, "1"),
        ("[1,2]", "[2,1]"),
        ("[1]", "[1,1]"),
        ("[]", "{}"),
        (r#"{"a":1}"#, r#"{"a":1,"b":1}"#),
        (r#"{"a":1}"#, r#"{"b":1}"#),
    ] {
        assert!(!equal(raw(left), raw(right)), "{left} {right}");
    }
}

#[test]
fn finds_equal_items() {
    let find = |texts: &[&str]| find_equal(&texts.iter().map(|text| raw(text)).collect::<Vec<_>>());
    assert_eq!(find(&["1", "2", "true", "\"1\"", "[1]"]), None);
    assert_eq!(find(&["1", "2", "1.0"]), Some((0, 2)));
    assert_eq!(
        find(&[r#"{"a":1,"b":2}"#, "{}", r#"{"b":2,"a":1}"#]),
        Some((0, 2))
    );
}

#[test]
fn many_items_do_not_take_long() {
    let texts: Vec<String> = (0..50_000).map(|n| format!("[{n}]")).collect();
    let values: Vec<Raw<'_>> = texts.iter().map(|text| raw(text)).collect();
    assert_eq!(find_equal(&values), None);
}

proptest! {
    #[test]
    fn agrees_with_trees(left in crate::arbitrary::json(), right in crate::arbitrary::json()) {
        // The trees tell 1 from 1.0, so that they only decide where both are the same or differ otherwise.
        let (one, other) = (left.to_string(), right.to_string());
        prop_assert!(equal(raw(&one), raw(&serde_json::to_string_pretty(&left).unwrap())));
        if left == right {
            prop_assert!(equal(raw(&one), raw(&other)));
        } else if !one.contains(".0") && !other.contains(".0") && !one.contains('e') && !other.contains('e') {
            prop_assert!(!equal(raw(&one), raw(&other)), "{} {}", one, other);
        }
        let same = find_equal(&[raw(&one), raw(&other)]).is_some();
        prop_assert_eq!(same, equal(raw(&one), raw(&other)));
    }
}
