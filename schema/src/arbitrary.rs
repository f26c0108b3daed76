//! Arbitrary JSON values for property tests.

use proptest::prelude::*;
use serde_json::Value;

/// Any value, a few levels deep, with names and numbers that often coincide.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let name = prop_oneof!["[abc]{0,2}", "[ -~é😀\n\"\\\\]{0,6}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..4_i64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-40..40_i32).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        any::<f64>().prop_map(Value::from),
        name.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
