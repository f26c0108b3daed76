//! Arbitrary schemas and values, judged by this crate and by another implementation.

use gatewright_schema::SchemaId;
use gatewright_schema::json::Raw;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::translate::table;

/// A value of few names and numbers, so that schemas and values often meet.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2..6_i64).prop_map(Value::from),
        (-8..24_i32).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        "[abc]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "ab", "abc"]).prop_map(str::to_owned)
}

fn pattern() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["^a", "b", "c$", "^[ab]+$"]).prop_map(str::to_owned)
}

/// A keyword that contains no schema.
fn assertion() -> impl Strategy<Value = (String, Value)> {
    let types = [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ];
    let some_type = prop::sample::select(types.to_vec());
    let number = (-8..24_i32).prop_map(|quarters| match quarters % 4 {
        0 => json!(quarters / 4),
        _ => json!(f64::from(quarters) / 4.0),
    });
    let bound = prop::sample::select(vec![
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
    ]);
    let size = prop::sample::select(vec![
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ]);
    prop_oneof![
        some_type
            .clone()
            .prop_map(|name| ("type".to_owned(), json!(name))),
        prop::sample::subsequence(types.to_vec(), 1..4)
            .prop_map(|names| ("type".to_owned(), json!(names))),
        prop::collection::vec(value(), 1..4).prop_map(|values| {
            let mut distinct: Vec<Value> = Vec::new();
            for value in values {
                if !distinct.contains(&value) {
                    distinct.push(value);
                }
            }
            ("enum".to_owned(), Value::from(distinct))
        }),
        value().prop_map(|value| ("const".to_owned(), value)),
        (bound, number).prop_map(|(name, number)| (name.to_owned(), number)),
        prop::sample::select(vec![json!(1), json!(2), json!(0.5), json!(0.75)])
            .prop_map(|divisor| ("multipleOf".to_owned(), divisor)),
        (size, 0..4_u64).prop_map(|(name, size)| (name.to_owned(), json!(size))),
        pattern().prop_map(|pattern| ("pattern".to_owned(), json!(pattern))),
        Just(("uniqueItems".to_owned(), json!(true))),
        prop::collection::btree_set(name(), 0..3)
            .prop_map(|names| ("required".to_owned(), json!(names))),
        prop::collection::btree_map(name(), prop::collection::btree_set(name(), 0..3), 0..3)
            .prop_map(|names| ("dependentRequired".to_owned(), json!(names))),
    ]
}

/// A keyword that contains schemas.
fn applicator(inner: &BoxedStrategy<Value>) -> impl Strategy<Value = Vec<(String, Value)>> + use<> {
    let one = prop::sample::select(vec![
        "items",
        "unevaluatedItems",
        "additionalProperties",
        "propertyNames",
        "unevaluatedProperties",
        "not",
        "contains",
        "unevaluatedProperties",
        "unevaluatedItems",
    ]);
    let list = prop::sample::select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]);
    let named = prop::sample::select(vec!["properties", "dependentSchemas"]);
    let schemas =
        |keys: BoxedStrategy<String>| prop::collection::btree_map(keys, inner.clone(), 0..4);
    let single = |(name, schema): (&str, Value)| vec![(name.to_owned(), schema)];
    prop_oneof![
        3 => (one, inner.clone()).prop_map(single),
        3 => (list, prop::collection::vec(inner.clone(), 1..4))
            .prop_map(|(name, schemas)| vec![(name.to_owned(), json!(schemas))]),
        3 => (named, schemas(name().boxed())).prop_map(|(name, schemas)| vec![(name.to_owned(), json!(schemas))]),
        1 => schemas(pattern().boxed()).prop_map(|schemas| vec![("patternProperties".to_owned(), json!(schemas))]),
        1 => (inner.clone(), 0..3_u64, 0..3_u64).prop_map(|(schema, least, most)| vec![
            ("contains".to_owned(), schema),
            ("minContains".to_owned(), json!(least)),
            ("maxContains".to_owned(), json!(most)),
        ]),
        2 => [inner.clone(), inner.clone(), inner.clone()].prop_map(|[condition, then, otherwise]| vec![
            ("if".to_owned(), condition),
            ("then".to_owned(), then),
            ("else".to_owned(), otherwise),
        ]),
    ]
}

fn schema() -> BoxedStrategy<Value> {
    let merge =
        |keywords: Vec<(String, Value)>| Value::Object(keywords.into_iter().collect::<Map<_, _>>());
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!({ "$ref": "#/$defs/one" })),
        6 => prop::collection::vec(assertion(), 0..3).prop_map(merge),
    ];
    leaf.prop_recursive(4, 48, 4, move |inner| {
        let applicators = prop::collection::vec(applicator(&inner), 1..4);
        (prop::collection::vec(assertion(), 0..2), applicators).prop_map(
            move |(mut keywords, applicators)| {
                keywords.extend(applicators.into_iter().flatten());
                // A type on top of much else leaves little to decide.
                keywords.retain(|(name, _)| name != "enum" && name != "const");
                merge(keywords)
            },
        )
    })
    .boxed()
}

fn document() -> impl Strategy<Value = Value> {
    let definition = prop_oneof![
        Just(json!({ "properties": { "a": true }, "items": { "$ref": "#/$defs/one" } })),
        Just(json!({ "properties": { "b": { "type": "integer" } }, "required": ["b"] })),
        Just(json!({ "prefixItems": [{ "type": "integer" }] })),
    ];
    (schema(), definition).prop_map(|(schema, definition)| match schema {
        Value::Object(mut keywords) => {
            keywords.insert("$defs".to_owned(), json!({ "one": definition }));
            Value::Object(keywords)
        }
        other => other,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6 * ProptestConfig::default().cases))]

    #[test]
    fn agrees_with_another_implementation(document in document(), values in prop::collection::vec(value(), 8)) {
        let table = table(&document).expect("the document uses what the translation knows");
        let theirs = jsonschema::draft202012::new(&document).expect("the document is valid");
        for value in values {
            let text = value.to_string();
            let ours = table.check(SchemaId(0), Raw::parse(text.as_bytes()).unwrap());
            prop_assert_eq!(ours.is_ok(), theirs.is_valid(&value), "{} {} {:?}", document, text, ours);
            if let Err(violations) = ours {
                for violation in &violations {
                    prop_assert!(!violation.expected.is_empty() && !violation.actual.is_empty());
                    prop_assert!(violation.actual != "another value", "no reason: {} {}", document, text);
                }
            }
        }
    }
}
