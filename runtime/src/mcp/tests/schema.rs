//! Messages against the protocol's own schemas, where the folder with them is at hand.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};

type Validators = Mutex<HashMap<(String, String), Option<&'static jsonschema::Validator>>>;

/// Panics where `message` breaks the definition of that revision.
pub(crate) fn check(revision: &str, definition: &str, message: &Value) {
    static VALIDATORS: OnceLock<Validators> = OnceLock::new();
    let validator = *VALIDATORS
        .get_or_init(Mutex::default)
        .lock()
        .unwrap()
        .entry((revision.to_owned(), definition.to_owned()))
        .or_insert_with(|| load(revision, definition));
    if let Some(validator) = validator {
        let errors: Vec<String> = validator
            .iter_errors(message)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            errors.is_empty(),
            "{revision} {definition}: {errors:?}\n{message}"
        );
    }
}

fn load(revision: &str, definition: &str) -> Option<&'static jsonschema::Validator> {
    let folder = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let path = folder.join("mcp-schema").join(format!("{revision}.json"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            path.display()
        );
        println!("not checked: {} is missing", path.display());
        return None;
    };
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    let keyword = if schema.get("$defs").is_some() {
        "$defs"
    } else {
        "definitions"
    };
    assert!(
        schema[keyword].get(definition).is_some(),
        "{revision} has no {definition}"
    );
    schema["$ref"] = json!(format!("#/{keyword}/{definition}"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    Some(Box::leak(Box::new(validator)))
}
