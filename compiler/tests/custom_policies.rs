//! Policies written in Rust: what is generated for them, and what cannot be meant.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod shop;

use gatewright_compiler::emit;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets/{id}:
    get:
      operationId: getPet
      summary: Get a pet
      parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 20 } }]
      responses: { "204": { description: ok } }
"#;

/// What is said of a manifest whose server has these policies, and whose tools these overrides; and the module
/// if it compiles.
fn compiled(gateway: &str, server: &str, overrides: &str) -> (String, Option<String>) {
    let manifest = format!(
        "gateway: shop\napis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\n\
         policies: [{gateway}]\nservers:\n  shop:\n    policies: [{server}]\n    \
         tools: [{{ api: shop, operations: all }}, {{ rust: [crate::greet] }}]\n    overrides: {overrides}\n"
    );
    let (said, plan) = shop::compiled(manifest, SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

#[test]
fn functions_are_called_where_they_are_asked() {
    let (said, module) = compiled(
        "{ rust: \"crate::of_all\" }",
        "{ rust: \"crate::policies::of_one\", when: \"tool.name == 'greet'\" }",
        "{ getPet: { policies: [{ rust: \"crate::typed\", arguments: true }, \
         { rust: \"crate::late\", when: \"arguments.id == 'rex'\", arguments: false }] } }",
    );
    assert_eq!(said, "");
    let module = module.unwrap();
    let part = |from: &str, to: &str| {
        let rest = module.split(from).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("{from}:\n{module}"));
        format!("{from}{}", rest.split(to).next().unwrap())
    };
    let parts = [
        part("    fn before<", "    pub(super) fn call<"),
        part("    fn authorize<", "    fn before"),
        part("\nfn authorize<", "\n}"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn what_cannot_be_meant() {
    let typed = "{ rust: \"crate::typed\", arguments: true }";
    let cases = [
        // Of more than one tool, and of a tool that reads its arguments itself.
        (
            typed,
            typed,
            "{ greet: { policies: [{ rust: \"crate::typed\", arguments: true }] } }",
        ),
        // What is no path, and no path of a function that could be called.
        (
            "{ rust: no_weekends }",
            "{ rust: \"crate::fn::x\" }",
            "{ getPet: { policies: [{ rust: \"crate::f; drop\" }] } }",
        ),
        // Two kinds in one, and arguments for what is no function.
        (
            "{ rust: \"crate::f\", limit_concurrency: { max_count: 1 } }",
            "{ limit_concurrency: { max_count: 1 } }",
            "{ greet: { name: hello } }",
        ),
        (
            "{ limit_concurrency: { max_count: 1 }, arguments: true }",
            "{ check_header: { name: x-team }, arguments: false }",
            "{ greet: { name: hello } }",
        ),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(gateway, server, overrides)| {
            let (said, module) = compiled(gateway, server, overrides);
            assert!(module.is_none(), "{gateway} {server} {overrides}\n{said}");
            said
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}
