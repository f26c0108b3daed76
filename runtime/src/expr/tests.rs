//! The operations on values of any type; `tests/expressions` has those that the compiler prints.

use std::cmp::Ordering;

use gatewright_schema::json::Raw;
use proptest::prelude::*;

use super::{
    Error, Value, combine, contains_ip, entry, equal, has_entry, items, order, quantify, size,
};

fn raw(text: &str) -> Value<'_> {
    Value::from(Raw::parse(text.as_bytes()).unwrap())
}

/// The same value, made by an expression instead of read.
fn made(json: &serde_json::Value) -> Value<'static> {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(*value),
        serde_json::Value::Number(number) => number.as_i64().map_or_else(
            || Value::Double(number.as_f64().unwrap()),
            |whole| {
                if whole < 0 {
                    Value::Int(whole)
                } else {
                    Value::Uint(whole.unsigned_abs())
                }
            },
        ),
        serde_json::Value::String(text) => Value::String(text.clone().into()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(made).collect()),
        serde_json::Value::Object(members) => Value::Map(
            members
                .iter()
                .map(|(key, value)| (&*Box::leak(key.clone().into_boxed_str()), made(value)))
                .collect(),
        ),
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        (-3_i64..3).prop_map(Into::into),
        prop::sample::select(vec![0.5, -1.5, 1e300]).prop_map(Into::into),
        "[ab\"\\\\é]{0,2}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Into::into),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    /// `serde_json` is the judge; its numbers here differ wherever their values do.
    #[test]
    fn equality_is_that_of_the_values(left in json(), right in json()) {
        let (left_text, right_text) = (left.to_string(), right.to_string());
        for (one, other) in [(&left, &right), (&left, &left)] {
            let (one_text, other_text) = (one.to_string(), other.to_string());
            let expected = one == other;
            prop_assert_eq!(equal(&raw(&one_text), &raw(&other_text)), expected);
            prop_assert_eq!(equal(&raw(&one_text), &made(other)), expected);
            prop_assert_eq!(equal(&made(one), &raw(&other_text)), expected);
        }
        let count = match &left {
            serde_json::Value::Array(items) => Ok(items.len()),
            serde_json::Value::Object(members) => Ok(members.len()),
            serde_json::Value::String(text) => Ok(text.chars().count()),
            _ => Err(Error::WrongType),
        };
        let count = count.map(|count| i64::try_from(count).unwrap());
        prop_assert_eq!(size(&raw(&left_text)), count);
        prop_assert_eq!(size(&made(&left)), count);
        let contained = match &left {
            serde_json::Value::Array(items) => Ok(items.contains(&right)),
            serde_json::Value::Object(members) => {
                Ok(right.as_str().is_some_and(|key| members.contains_key(key)))
            }
            _ => Err(Error::WrongType),
        };
        prop_assert_eq!(has_entry(&raw(&left_text), &raw(&right_text)), contained);
    }

    /// Doubles that are whole compare as the whole numbers that they are.
    #[test]
    fn numbers_are_ordered_by_value(left in any::<i64>(), right in any::<u64>(), double in any::<i64>()) {
        let by_value = i128::from(left).cmp(&i128::from(right));
        prop_assert_eq!(order(&Value::Int(left), &Value::Uint(right)), Ok(Some(by_value)));
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "rounds to a whole double")]
        let (rounded, exact) = (double as f64, (double as f64) as i128);
        prop_assert_eq!(order(&Value::Double(rounded), &Value::Uint(right)), Ok(Some(exact.cmp(&i128::from(right)))));
        prop_assert_eq!(order(&Value::Int(left), &Value::Double(rounded)), Ok(Some(i128::from(left).cmp(&exact))));
    }
}

#[test]
fn doubles_are_not_rounded_to_compare() {
    let order = |left, right| order(&Value::Double(left), &Value::Int(right)).unwrap();
    assert_eq!(
        order(9_223_372_036_854_775_808.0, i64::MAX),
        Some(Ordering::Greater)
    );
    assert_eq!(order(-0.5, 0), Some(Ordering::Less));
    assert_eq!(order(f64::INFINITY, i64::MAX), Some(Ordering::Greater));
    assert_eq!(order(f64::NAN, 0), None);
    assert!(!equal(&Value::Double(f64::NAN), &Value::Double(f64::NAN)));
}

#[test]
fn an_operand_that_decides_absorbs_errors() {
    let failed = || Err(Error::Overflow);
    for decisive in [false, true] {
        let decided = Ok(decisive);
        assert_eq!(
            combine(decisive, &mut [&mut { failed }, &mut || Ok(decisive)]),
            decided
        );
        assert_eq!(
            combine(decisive, &mut [&mut || Ok(decisive), &mut { failed }]),
            decided
        );
        assert_eq!(
            combine(decisive, &mut [&mut { failed }, &mut || Ok(!decisive)]),
            failed()
        );
        assert_eq!(
            combine(
                decisive,
                &mut [&mut || Ok(!decisive), &mut || Ok(!decisive)]
            ),
            Ok(!decisive)
        );
        let list = raw("[1, 2]");
        let holds = |item| {
            if equal(&item, &Value::Int(1)) {
                failed()
            } else {
                Ok(decisive)
            }
        };
        assert_eq!(quantify(decisive, &list, holds), decided);
    }
}

#[test]
fn entries_are_found_or_absent() {
    let value = raw(r#"{"a": [1, {"b": "\u00e9"}]}"#);
    let list = entry(&value, &Value::from("a")).unwrap();
    let inner = entry(&list, &Value::Double(1.0)).unwrap();
    assert!(equal(
        &entry(&inner, &Value::from("b")).unwrap(),
        &Value::from("é")
    ));
    assert_eq!(entry(&value, &Value::from("z")).unwrap_err(), Error::Absent);
    assert_eq!(
        entry(&list, &Value::Int(2)).unwrap_err(),
        Error::OutOfBounds
    );
    assert_eq!(
        entry(&list, &Value::Int(-1)).unwrap_err(),
        Error::OutOfBounds
    );
    assert_eq!(
        entry(&list, &Value::from("a")).unwrap_err(),
        Error::WrongType
    );
    assert_eq!(items(&Value::Int(1)).unwrap_err(), Error::WrongType);
}

#[test]
fn mapped_addresses_count_as_what_they_are() {
    let network = "10.0.0.0/8".parse().unwrap();
    assert!(contains_ip(network, "::ffff:10.0.0.1".parse().unwrap()));
    assert!(!contains_ip(network, "::10.0.0.1".parse().unwrap()));
}
