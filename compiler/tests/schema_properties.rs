//! Random schemas and values: what is lowered, merged and compacted admits what the schema admits, and
//! so does what is rendered. The `jsonschema` crate is the judge.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

use std::path::PathBuf;
use std::sync::Arc;

use gatewright_compiler::diagnostic::Sink;
use gatewright_compiler::schema::{
    Dialect, Direction, Lowering, References, Schemas, Unresolved, compact, render,
};
use gatewright_compiler::source::{FileId, Files, MemoryLoader, Node, Pointer};
use gatewright_schema::json::Raw;
use gatewright_schema::{SchemaId, Table};
use proptest::prelude::*;
use serde_json::{Value, json};

/// One document.
struct Alone<'d>(&'d Node);

impl<'d> References<'d> for Alone<'d> {
    fn resolve(&self, file: FileId, reference: &str) -> Result<(FileId, &'d Node), Unresolved> {
        let fragment = reference.strip_prefix('#').ok_or("another document")?;
        let pointer = Pointer::parse_fragment(fragment).map_err(|error| error.to_string())?;
        let node = pointer.resolve(self.0).ok_or("nothing there")?;
        Ok((file, node))
    }
}

fn parse(text: &str) -> Arc<Node> {
    let loader = MemoryLoader::new([("schema.json", text)]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let id = files.open("schema.json", None).unwrap();
    files.parse(id, &mut Sink::default()).unwrap()
}

/// A schema, lowered.
struct Lowered {
    schemas: Schemas,
    root: SchemaId,
    table: Table,
    position: SchemaId,
}

impl Lowered {
    fn new(schema: &str) -> Self {
        let node = parse(schema);
        let references = Alone(&node);
        let mut lowering = Lowering::new(&references);
        let mut sink = Sink::default();
        let (file, dialect) = (FileId(0), Dialect::Draft202012);
        let root = lowering.lower(&node, file, dialect, Direction::Request, &mut sink);
        assert_eq!(sink.diagnostics(), [], "{schema}");
        let compact = compact(lowering.schemas(), &[root]);
        let position = compact.position(root).unwrap();
        let table = Table {
            schemas: compact.schemas.into(),
        };
        Self {
            schemas: lowering.into_schemas(),
            root,
            table,
            position,
        }
    }

    fn admits(&self, value: &Value) -> bool {
        let text = value.to_string();
        let raw = Raw::parse(text.as_bytes()).unwrap();
        self.table.check(self.position, raw).is_ok()
    }
}

fn judge(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .build(schema)
        .unwrap_or_else(|error| panic!("{error}: {schema}"))
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c", "ab"])
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..6).prop_map(Value::from),
        (-4i32..8).prop_map(|half| json!(f64::from(half) / 2.0)),
        "[ab]{0,3}".prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// One keyword that refers to no other schema, with what it needs.
fn leaf() -> impl Strategy<Value = Value> {
    let types = || {
        prop::sample::select(vec![
            "null", "boolean", "integer", "number", "string", "array", "object",
        ])
    };
    prop_oneof![
        types().prop_map(|name| json!({ "type": name })),
        prop::collection::btree_set(types(), 1..4).prop_map(|names| json!({ "type": names })),
        prop::collection::vec(scalar(), 1..4).prop_map(|values| {
            let mut distinct: Vec<Value> = Vec::new();
            for value in values {
                if !distinct.contains(&value) {
                    distinct.push(value);
                }
            }
            json!({ "enum": distinct })
        }),
        scalar().prop_map(|value| json!({ "const": value })),
        (0u64..3).prop_map(|count| json!({ "type": "string", "minLength": count })),
        (0u64..3).prop_map(|count| json!({ "maxLength": count })),
        prop::sample::select(vec!["^a", "b$", "^[ab]*$", "a.", "^(?!aa)"])
            .prop_map(|pattern| json!({ "pattern": pattern })),
        (-2i64..4).prop_map(|bound| json!({ "minimum": bound })),
        (-2i64..4).prop_map(|bound| json!({ "exclusiveMaximum": bound })),
        (-2i64..4).prop_map(|bound| json!({ "type": "number", "maximum": bound })),
        prop::sample::select(vec![json!(1), json!(2), json!(0.5)])
            .prop_map(|divisor| json!({ "multipleOf": divisor })),
        (0u64..3).prop_map(|count| json!({ "minItems": count })),
        (0u64..3).prop_map(|count| json!({ "maxItems": count })),
        Just(json!({ "uniqueItems": true })),
        (0u64..3).prop_map(|count| json!({ "minProperties": count })),
        (1u64..3).prop_map(|count| json!({ "maxProperties": count })),
        prop::collection::btree_set(name(), 1..3).prop_map(|names| json!({ "required": names })),
        (name(), name()).prop_map(|(one, other)| json!({ "dependentRequired": { one: [other] } })),
        Just(json!({ "additionalProperties": false })),
        Just(json!({ "unevaluatedProperties": false })),
    ]
}

fn merged(parts: Vec<Value>) -> Value {
    let mut object = serde_json::Map::new();
    for part in parts {
        let Value::Object(members) = part else {
            return part;
        };
        for (key, value) in members {
            object.entry(key).or_insert(value);
        }
    }
    Value::Object(object)
}

/// A schema of several keywords. With `references`, it may refer to the definitions `x` and `y`.
fn schema(references: bool) -> BoxedStrategy<Value> {
    let base = if references {
        prop_oneof![
            4 => leaf(),
            1 => any::<bool>().prop_map(Value::from),
            1 => Just(json!({ "$ref": "#/$defs/x" })),
            1 => Just(json!({ "$ref": "#/$defs/y" })),
        ]
        .boxed()
    } else {
        leaf().boxed()
    };
    base.prop_recursive(3, 24, 3, move |inner| {
        let part = move |inner: BoxedStrategy<Value>| {
            let list = || prop::collection::vec(inner.clone(), 1..3);
            let members = prop::collection::btree_map(name(), inner.clone(), 1..3);
            prop_oneof![
                4 => members.prop_map(|members| json!({ "properties": members })),
                1 => inner.clone().prop_map(|schema| json!({ "patternProperties": { "^a": schema } })),
                1 => inner.clone().prop_map(|schema| json!({ "additionalProperties": schema })),
                1 => Just(json!({ "propertyNames": { "maxLength": 1 } })),
                2 => inner.clone().prop_map(|schema| json!({ "items": schema })),
                1 => list().prop_map(|schemas| json!({ "prefixItems": schemas })),
                1 => inner.clone().prop_map(|schema| json!({ "contains": schema })),
                1 => (inner.clone(), 0u64..2, 1u64..3).prop_map(|(schema, min, max)| {
                    json!({ "contains": schema, "minContains": min, "maxContains": max })
                }),
                4 => list().prop_map(|schemas| json!({ "allOf": schemas })),
                2 => list().prop_map(|schemas| json!({ "anyOf": schemas })),
                2 => list().prop_map(|schemas| json!({ "oneOf": schemas })),
                1 => inner.clone().prop_map(|schema| json!({ "not": schema })),
                1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(one, two, three)| {
                    json!({ "if": one, "then": two, "else": three })
                }),
                1 => inner.clone().prop_map(|schema| json!({ "dependentSchemas": { "a": schema } })),
                2 => leaf(),
            ]
        };
        prop::collection::vec(part(inner.boxed()), 1..4).prop_map(merged)
    })
    .boxed()
}

/// A whole document: its definitions refer to each other in parts of the value only.
fn document() -> impl Strategy<Value = Value> {
    let definition = || {
        (schema(false), schema(true), name()).prop_map(|(mut whole, part, name)| {
            if let Value::Object(members) = &mut whole {
                members.insert("properties".into(), json!({ name: part }));
            }
            whole
        })
    };
    (schema(true), definition(), definition()).prop_map(|(root, x, y)| {
        let mut root = match root {
            Value::Object(members) => members,
            other => serde_json::Map::from_iter([("allOf".to_owned(), json!([other]))]),
        };
        root.insert("$defs".into(), json!({ "x": x, "y": y }));
        Value::Object(root)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn lowered_schemas_admit_what_the_schema_admits(
        schema in document(),
        values in prop::collection::vec(value(), 12),
    ) {
        let judge = judge(&schema);
        let lowered = Lowered::new(&schema.to_string());
        for value in &values {
            prop_assert_eq!(lowered.admits(value), judge.is_valid(value), "{} on {}", schema, value);
        }
    }

    #[test]
    fn rendered_schemas_admit_what_the_rules_admit(
        schema in document(),
        values in prop::collection::vec(value(), 12),
    ) {
        let lowered = Lowered::new(&schema.to_string());
        let text = render::output(&lowered.schemas, lowered.root);
        let rendered: Value = serde_json::from_str(&text).unwrap();
        let judge = judge(&rendered);
        let again = Lowered::new(&text);
        for value in &values {
            let admits = lowered.admits(value);
            prop_assert_eq!(judge.is_valid(value), admits, "{} from {} on {}", text, schema, value);
            prop_assert_eq!(again.admits(value), admits, "{} from {} on {}", text, schema, value);
        }
    }
}
