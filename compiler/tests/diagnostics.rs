//! What the compiler says of manifests and documents that do not go together.

#![allow(clippy::panic, reason = "a test that fails says so by a panic")]

use std::path::PathBuf;

use gatewright_compiler::compile;
use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::source::{Files, MemoryLoader};

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      summary: List pets
      parameters:
        - { name: limit, in: query, schema: { type: integer, maximum: 100 } }
      responses: { "200": { description: ok, content: { text/csv: {} } } }
    post:
      operationId: upload
      summary: Upload pets
      requestBody:
        required: true
        content: { multipart/form-data: { schema: { type: object } } }
      responses: { "204": { description: ok } }
  /pets/{id}:
    get:
      operationId: twice
      deprecated: true
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      responses: { "200": { description: ok } }
  /cats:
    get:
      operationId: twice
      summary: One more
      responses: { "200": { description: ok } }
    put:
      operationId: "list pets"
      summary: Collides
      responses: { "204": { description: ok } }
    delete:
      operationId: list-pets/
      summary: Has another name
      responses: { "204": { description: ok } }
"#;

/// Everything that is said of a manifest whose one server has these lines.
fn said(url: &str, server: &str) -> String {
    let manifest = format!(
        "gateway: shop\napis:\n  shop: {{ spec: shop.yaml{url} }}\nservers:\n  shop:\n{server}"
    );
    let loader = MemoryLoader::new([("gateway.yaml", manifest), ("shop.yaml", SPEC.to_owned())]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let compiled = compile("gateway.yaml", &mut files, &mut sink);
    let text = render(sink.diagnostics(), &files, Format::Full { colour: false });
    format!(
        "{}\n{text}",
        if compiled.is_ok() {
            "compiles"
        } else {
            "does not compile"
        }
    )
}

/// One snapshot for each case: the lines of a server.
macro_rules! cases {
    ($($name:ident: $url:literal, $server:literal;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(said($url, $server));
        })*
    };
}

cases! {
    selections_that_match_nothing: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, operations: [listPet, \"del*\", \"GET /dogs\"], tags: [pet], paths: [/dog/**] }\n";
    an_id_that_two_operations_have: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, operations: [twice] }\n";
    a_named_operation_that_cannot_be_served: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, operations: [listPets, upload] }\n";
    what_a_wide_selection_leaves_out: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, paths: [\"/pets/**\"] }\n";
    tools_of_one_name: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, operations: [\"PUT /cats\", \"DELETE /cats\", listPets] }\n    overrides:\n      list_pets: { name: LISTPETS }\n";
    overrides_of_nothing: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, operations: [listPets] }\n    overrides:\n      listPet: { title: x }\n      listPets:\n        output_schema: true\n        arguments:\n          limt: { name: max }\n          limit: { default: 500 }\n";
    an_api_without_a_url: "",
        "    tools:\n      - { api: shop, operations: [listPets] }\n";
    names_made: ", url: \"http://127.0.0.1\"",
        "    tools:\n      - { api: shop, operations: [\"GET /pets/{id}\", \"DELETE /cats\"] }\n";
}
