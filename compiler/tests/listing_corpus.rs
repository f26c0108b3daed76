//! What is listed of every tool of the collection: in the form that clients and providers are known to
//! take, and at the cost that a real vocabulary counts.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a test that fails says so by a panic, and its figures are for people"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gatewright_compiler::compile;
use gatewright_compiler::diagnostic::Sink;
use gatewright_compiler::plan::{Action, OperationTool, Plan};
use gatewright_compiler::source::{Files, Loader};
use serde_json::Value;

/// The manifest, and the one document as it is on disk.
struct One {
    document: PathBuf,
}

impl Loader for One {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let name = self.document.file_name().unwrap().to_string_lossy();
        if path.ends_with("gateway.yaml") {
            return Ok(format!(
                "gateway: x\napis: {{ a: {{ spec: {name:?}, url: \"http://127.0.0.1\" }} }}\n\
                 servers: {{ s: {{ tools: [{{ api: a, operations: all, deprecated: true }}] }} }}\n"
            )
            .into_bytes());
        }
        let folder = self.document.parent().unwrap();
        std::fs::read(folder.join(path.file_name().unwrap()))
    }
}

/// The plan of each document that compiles as it is.
fn plans() -> Vec<(String, Plan)> {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus");
    if !folder.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        println!("skipped: {} is missing", folder.display());
        return Vec::new();
    }
    let mut documents: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && !path.ends_with("INDEX.tsv"))
        .collect();
    documents.sort();
    let compiled = |document: PathBuf| {
        let name = document.file_name().unwrap().to_string_lossy().into_owned();
        let mut files = Files::new(PathBuf::new(), Box::new(One { document }));
        let plan = compile("gateway.yaml", &mut files, &mut Sink::default()).ok()?;
        Some((name, plan))
    };
    documents.into_iter().filter_map(compiled).collect()
}

#[test]
fn listings_keep_to_the_profile_and_cost_what_is_estimated() {
    let plans = plans();
    let vocabulary = tiktoken_rs::o200k_base().unwrap();
    let mut errors = Vec::new();
    let (mut tools, mut estimated, mut counted) = (0, 0, 0);
    for (document, plan) in &plans {
        let mut names = BTreeSet::new();
        for (position, tool) in plan.servers[0].tools.iter().enumerate() {
            let Action::Operation(operation) = &tool.action else {
                continue;
            };
            tools += 1;
            let place = format!("{document}: {}", tool.name);
            assert!(names.insert(tool.name.to_lowercase()), "{place}");
            profile(&place, &tool.name, operation);
            // A few of every document: counting takes far longer than estimating.
            if position % 20 == 0 {
                for text in [&operation.description, &operation.input_schema] {
                    let real = vocabulary.encode_ordinary(text).len();
                    let guess = gatewright_schema::tokens::estimate(text);
                    counted += real;
                    estimated += guess;
                    if real >= 100 {
                        errors.push((guess as f64 - real as f64) / real as f64);
                    }
                }
            }
        }
    }
    if tools == 0 {
        return;
    }
    errors.sort_by(f64::total_cmp);
    let at = |share: usize| errors[(errors.len() - 1) * share / 100];
    let total = estimated as f64 / counted as f64 - 1.0;
    println!(
        "{tools} tools; of {} texts of 100 tokens or more: {:+.3} at worst, 98 of 100 within {:+.3} and {:+.3}, {:+.3} \
         at worst; all texts together: {total:+.4}",
        errors.len(),
        at(0),
        at(1),
        at(99),
        at(100)
    );
    assert!(total.abs() < 0.03, "{total}");
    assert!(at(1) > -0.20 && at(99) < 0.15, "{} {}", at(1), at(99));
    assert!(at(0) > -0.40 && at(100) < 0.60, "{} {}", at(0), at(100));
}

fn profile(place: &str, name: &str, tool: &OperationTool) {
    let plain = |name: &str, more: &str| {
        (1..=64).contains(&name.len())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    assert!(
        plain(name, "_-") && name.starts_with(|c: char| c.is_ascii_alphabetic()),
        "{place}"
    );
    let length = tool.description.chars().count();
    assert!((1..=1000).contains(&length), "{place}: {length}");
    let input: Value = serde_json::from_str(&tool.input_schema).unwrap();
    root(place, &input);
    for union in ["anyOf", "oneOf", "allOf", "not", "if", "enum", "const"] {
        assert!(input.get(union).is_none(), "{place}: {union} at the root");
    }
    for argument in input["properties"].as_object().unwrap().keys() {
        assert!(plain(argument, "_.-"), "{place}: {argument}");
    }
    schema(place, &input, &input);
    if let Some(output) = &tool.output {
        let legacy: Value = serde_json::from_str(&output.legacy).unwrap();
        root(place, &legacy);
        schema(place, &legacy, &legacy);
        let modern: Value = serde_json::from_str(&output.modern).unwrap();
        schema(place, &modern, &modern);
    }
}

fn root(place: &str, schema: &Value) {
    assert_eq!(schema["type"], "object", "{place}");
    assert!(schema.get("$schema").is_none(), "{place}");
    assert!(schema.get("$ref").is_none(), "{place}");
}

/// The keywords whose value is a schema, a list of schemas, or schemas by name.
const ONE: [&str; 10] = [
    "items",
    "additionalProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];
const LIST: [&str; 4] = ["anyOf", "oneOf", "allOf", "prefixItems"];
const NAMED: [&str; 4] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
];

fn schema(place: &str, root: &Value, value: &Value) {
    let Some(members) = value.as_object() else {
        panic!("{place}: {value} is no portable schema");
    };
    assert!(!members.is_empty(), "{place}: an empty schema");
    if let Some(types) = members.get("type") {
        assert!(types.is_string(), "{place}: {types}");
        if types == "array" {
            assert!(members.contains_key("items"), "{place}: {value}");
        }
    }
    for (keyword, inner) in members {
        if !matches!(keyword.as_str(), "default" | "examples" | "enum" | "const") {
            assert!(!inner.is_null(), "{place}: {keyword} is null");
        }
        match keyword.as_str() {
            "$ref" => {
                let pointer = inner.as_str().unwrap().strip_prefix('#').unwrap();
                assert!(root.pointer(pointer).is_some(), "{place}: {inner}");
            }
            "enum" => assert!(
                (1..=MAX_ENUM).contains(&inner.as_array().unwrap().len()),
                "{place}: {inner}"
            ),
            "additionalProperties" if inner == false => {}
            one if ONE.contains(&one) => schema(place, root, inner),
            list if LIST.contains(&list) => {
                for item in inner.as_array().unwrap() {
                    schema(place, root, item);
                }
            }
            named if NAMED.contains(&named) => {
                for item in inner.as_object().unwrap().values() {
                    schema(place, root, item);
                }
            }
            _ => {}
        }
    }
}

/// Longer enumerations are described and not listed.
const MAX_ENUM: usize = 50;
