//! Remembered answers: what is generated for them, and what cannot be meant.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod shop;

use gatewright_compiler::emit;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      responses: { "204": { description: ok } }
    post:
      operationId: createPet
      summary: Create a pet
      responses: { "204": { description: ok } }
  /pets/search:
    post:
      operationId: searchPets
      summary: Search pets
      responses: { "204": { description: ok } }
  /pets/like:
    post:
      operationId: similarPets
      summary: Pets that look like one
      requestBody:
        content:
          multipart/form-data: { schema: { type: object, properties: { photo: { type: string, format: binary } } } }
      responses: { "204": { description: ok } }
"#;

/// What is said of a manifest with these lines of the gateway and overrides of its one server, and the
/// module if it compiles.
fn compiled(gateway: &str, overrides: &str) -> (String, Option<String>) {
    let manifest = format!(
        "gateway: shop\napis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\n{gateway}servers:\n  shop:\n    \
         identity: anonymous\n    tools: [{{ api: shop, operations: all }}, {{ rust: [crate::greet] }}]\n    \
         overrides:\n{overrides}"
    );
    let (said, plan) = shop::compiled(manifest, SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

#[test]
fn what_is_generated() {
    let (said, module) = compiled(
        "cache: { max_bytes: 1MiB }\n",
        "      listPets: { name: pets, cache: { ttl: 5m, stale_if_error: 1h, shared: true } }\n      \
         searchPets: { annotations: { read_only: true }, cache: { ttl: 250ms, max_entry_bytes: 64KiB } }\n      \
         createPet: { invalidates: [searchPets, listPets] }\n      greet: { invalidates: [pets] }\n",
    );
    assert_eq!(said, "");
    let module = module.unwrap();
    let tools = module.split("        tools: &[").nth(1).unwrap();
    let tools = tools.split("        find,").next().unwrap();
    let bytes = module.lines().find(|line| line.contains("cache_bytes"));
    insta::assert_snapshot!(format!("{tools}\n...\n{}", bytes.unwrap()));
}

#[test]
fn what_cannot_be_meant() {
    let cases = [
        // Tools whose answers are good for nobody else.
        (
            "",
            "createPet: { cache: { ttl: 5m } }\n      \
             greet: { cache: { ttl: 5m } }\n      \
             similarPets: { annotations: { read_only: true }, cache: { ttl: 5m } }",
        ),
        // A method that is safe, of an operation that is not.
        (
            "",
            "listPets: { annotations: { read_only: false }, cache: { ttl: 5m } }",
        ),
        // Tools that there are not, that remember nothing, twice, and that change nothing.
        (
            "",
            "searchPets: { annotations: { read_only: true }, cache: { ttl: 1s }, invalidates: [searchPets] }\n      \
             createPet: { invalidates: [listPet, listPets, searchPets, searchPets] }",
        ),
        // Sizes that do not go together, and room for nothing.
        (
            "cache: { max_bytes: 1MiB }\n",
            "listPets: { cache: { ttl: 5m, max_entry_bytes: 1MiB } }",
        ),
        (
            "",
            "listPets: { cache: { ttl: 5m, max_entry_bytes: 33MiB } }",
        ),
        ("", "listPets: { cache: { stale_if_error: 5m } }"),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(gateway, overrides)| {
            let (said, module) = compiled(gateway, &format!("      {overrides}\n"));
            assert!(module.is_none(), "{gateway}{overrides}");
            said
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn room_that_nobody_uses() {
    let (said, module) = compiled(
        "cache: { max_bytes: 1MiB }\n",
        "      listPets: { name: pets }\n",
    );
    assert!(module.is_some());
    assert!(said.contains("warning[unused-declaration]"), "{said}");
}
