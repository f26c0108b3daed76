//! The inventory and the lints as the command prints them.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn gatewright(arguments: &[&str], manifest: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .args(arguments)
        .arg(manifest)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn inventory(manifest: &Path) -> Value {
    let output = gatewright(&["inventory", "--format", "json"], manifest);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let again = gatewright(&["inventory", "--format", "json"], manifest);
    assert_eq!(output.stdout, again.stdout);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A manifest of its own for a test, beside the pet store's document.
fn manifest(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("inventory")
        .join(name);
    std::fs::create_dir_all(folder.join("specs")).unwrap();
    let store = folder.join("specs/petstore.yaml");
    std::fs::copy(root().join("specs/petstore.yaml"), store).unwrap();
    let manifest = folder.join("gateway.yaml");
    std::fs::write(&manifest, text).unwrap();
    manifest
}

const SHOP: &str = "\
gateway: shop
environment:
  STORE_URL: { type: url }
  STORE_KEY: { type: secret }
  KEYS: { type: string }
identities: { partners: { keys: { file: \"${KEYS}\" } } }
credentials: { store: { api_key: { header: X-Api-Key, value: \"${STORE_KEY}\" } } }
apis:
  petstore: { spec: specs/petstore.yaml, url: \"${STORE_URL}\", credential: store }
policies:
  - limit_concurrency: { max_count: 9 }
  - rate_limit_by_key: { requests: 100, renewal_period: 1m, counter_key: request.ip }
  - quota: { messages: 5000, renewal_period: 1d }
servers:
  pets:
    identity: partners
    scopes: [pets]
    require: has(principal.consumer)
    tools:
      - { api: petstore, operations: [listPets, createPet] }
    overrides:
      createPet:
        scopes: [pets.write]
        policies:
          - { rust: \"crate::no_weekends\", when: \"arguments.name != 'Rex'\" }
";

#[test]
fn every_manifest_has_an_inventory_of_the_documented_form() {
    let schema = std::fs::read_to_string(root().join("docs/inventory.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let manifests = [
        root().join("tests/policies/gateway.yaml"),
        root().join("tests/policies/authorize.yaml"),
        root().join("examples/credentials/gateway.yaml"),
        root().join("examples/handlers/gateway.yaml"),
        root().join("examples/protected/gateway.yaml"),
        manifest("form", SHOP),
    ];
    for manifest in &manifests {
        let inventory = inventory(manifest);
        if let Err(error) = schema.validate(&inventory) {
            panic!(
                "{}: {error} at {}",
                manifest.display(),
                error.instance_path()
            );
        }
        let tools = |server: &Value| server["tools"].as_array().unwrap().len();
        let servers = inventory["servers"].as_array().unwrap();
        assert!(servers.iter().map(tools).sum::<usize>() > 0);
    }
    // The example of the page is one of a tool.
    let page = std::fs::read_to_string(root().join("docs/inventory.md")).unwrap();
    let example = page.split("```json\n").nth(1).unwrap();
    let example: Value = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
    let whole = serde_json::json!({
        "format": "1", "gateway": "a", "version": "1",
        "servers": [{ "name": "a", "path": "/a", "mode": "list", "allowed": [], "tools": [example] }],
    });
    assert!(schema.is_valid(&whole));
}

#[test]
fn what_a_tool_goes_through_and_needs() {
    let output = gatewright(&["inventory", "--format", "json"], &manifest("whole", SHOP));
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
    let output = gatewright(&["inventory"], &manifest("whole", SHOP));
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.matches("  needs         secrets: STORE_KEY\n").count(),
        2
    );
    assert!(text.starts_with("pets / listPets\n"), "{text}");
}

#[test]
fn a_change_shows_where_it_is_one() {
    let before = inventory(&manifest("before", SHOP));
    let changed = SHOP.replace("scopes: [pets.write]", "credential: none");
    let after = inventory(&manifest("after", &changed));
    let tool =
        |inventory: &Value, position: usize| inventory["servers"][0]["tools"][position].clone();
    assert_eq!(tool(&before, 0), tool(&after, 0));
    let (before, after) = (tool(&before, 1), tool(&after, 1));
    assert_eq!(
        before["needs"]["scopes"],
        serde_json::json!(["pets", "pets.write"])
    );
    assert_eq!(after["needs"]["scopes"], serde_json::json!(["pets"]));
    assert_eq!(after["needs"]["secrets"], serde_json::json!([]));
    assert_eq!(after["credentials"], serde_json::json!([]));
}

#[test]
fn lints_are_denied_where_they_are_asked_to_be() {
    let open = SHOP
        .replace(
            "    identity: partners\n    scopes: [pets]\n    require: has(principal.consumer)\n",
            "    identity: anonymous\n",
        )
        .replace("        scopes: [pets.write]\n", "")
        .replace("  - quota: { messages: 5000, renewal_period: 1d }\n", "")
        .replace(
            "identities: { partners: { keys: { file: \"${KEYS}\" } } }\n",
            "",
        )
        .replace("  KEYS: { type: string }\n", "");
    let manifest = manifest("lints", &open);
    let status = |arguments: &[&str]| gatewright(arguments, &manifest).status.code();
    assert_eq!(status(&["check"]), Some(0));
    assert_eq!(status(&["check", "--deny", "warnings"]), Some(0));
    assert_eq!(status(&["check", "--deny", "lints"]), Some(1));
    assert_eq!(status(&["lint"]), Some(0));
    let found = gatewright(&["lint", "--format", "json"], &manifest);
    let found = String::from_utf8(found.stdout).unwrap();
    let codes: Vec<String> = found
        .lines()
        .map(|line| {
            let problem: Value = serde_json::from_str(line).unwrap();
            problem["code"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        codes,
        [
            "shared-limit",
            "anonymous-credential",
            "anonymous-write-tools"
        ]
    );
    // Nothing is found where callers are known.
    let known = self::manifest("known", SHOP);
    let denied = gatewright(&["check", "--deny", "lints", "--deny", "warnings"], &known);
    assert_eq!(denied.status.code(), Some(0));
}
