//! Policies: what is generated for them, and what cannot be meant.

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
      parameters: [{ name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }]
      responses: { "204": { description: ok } }
  /pets/{id}:
    get:
      operationId: getPet
      summary: Get a pet
      parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 20 } }]
      responses: { "204": { description: ok } }
"#;

/// What is said of a manifest with these policies of the gateway, of its one server, and of its tools;
/// and the module if it compiles.
fn compiled(gateway: &str, server: &str, tools: &str) -> (String, Option<String>) {
    let manifest = format!(
        "gateway: shop\napis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\n{gateway}servers:\n  shop:\n{server}    \
         tools: [{{ api: shop, operations: all }}, {{ rust: [crate::greet] }}]\n{tools}"
    );
    let (said, plan) = shop::compiled(manifest, SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

#[test]
fn what_is_generated() {
    let (said, module) = compiled(
        "policies:\n  - ip_filter: { action: forbid, addresses: [10.0.0.0/8, \"::1\"] }\n  \
         - rate_limit_by_key: { calls: 9, renewal_period: 1m, counter_key: request.ip }\n",
        "    require: \"'x-team' in request.headers\"\n    policies:\n      \
         - check_header: { name: X-Environment, values: [Test], ignore_case: true }\n      \
         - limit_concurrency: { max_count: 4 }\n",
        "    overrides:\n      getPet:\n        require: \"arguments.id != 'rex'\"\n        policies:\n          \
         - rate_limit_by_key: { calls: 1, renewal_period: 5s, counter_key: arguments.id, algorithm: token_bucket }\n            \
         when: request.headers['x-team'] != 'vets'\n      \
         greet: { require: \"request.headers['x-team'] == 'pets'\" }\n",
    );
    assert_eq!(said, "");
    // The rest is the same for every gateway.
    let module = module.unwrap();
    let part = |from: &str, to: &str| {
        let rest = module
            .split(from)
            .nth(1)
            .unwrap_or_else(|| panic!("{from}:\n{module}"));
        format!("{from}{}", rest.split(to).next().unwrap())
    };
    let parts = [
        part("    fn before<", "    fn find("),
        part("        admit: ", "        access:"),
        part("\nfn limit<", "\n}"),
        part("    limits: &[", "    servers:"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn what_cannot_be_meant() {
    let limit = |key: &str| {
        format!(
            "    policies: [{{ rate_limit_by_key: {{ calls: 1, renewal_period: 5s, counter_key: {key} }} }}]\n"
        )
    };
    let cases = [
        // Asked before anybody knows which tool is called.
        (
            String::new(),
            "    overrides: { getPet: { policies: [{ ip_filter: { action: allow, addresses: [10.0.0.1] } }] } }\n",
        ),
        (
            "    policies: [{ check_header: { name: a }, when: \"tool.name == 'getPet'\" }]\n".to_owned(),
            "",
        ),
        // Addresses that say nothing, or the same twice.
        (
            "    policies: [{ ip_filter: { action: allow, addresses: [10.0.0.1/8, 10.0.0.0/8, 10.1.2.3, 10.0.0.0-9.0.0.0] } }]\n"
                .to_owned(),
            "",
        ),
        // Keys that tell nobody apart, or are no text.
        (limit("\"'all'\""), ""),
        (limit("request.headers"), ""),
        // Another scope's variables.
        (limit("arguments.id"), ""),
        (limit("principal.subject"), ""),
        (
            String::new(),
            "    overrides: { listPets: { require: arguments.id == 'a' }, greet: { require: arguments.name == 'a' } }\n",
        ),
        // Conditions that are decided already.
        (
            "    require: server.name == 'shop'\n".to_owned(),
            "    overrides: { listPets: { require: arguments.limit < 100 } }\n",
        ),
        // What a count in memory cannot promise.
        (
            "    policies: [{ rate_limit_by_key: { calls: 20000, renewal_period: 2d, counter_key: request.ip } }]\n"
                .to_owned(),
            "",
        ),
        (
            "    policies: [{ rate_limit_by_key: { calls: 1, renewal_period: 2d, counter_key: request.ip } }]\n"
                .to_owned(),
            "",
        ),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(server, tools)| {
            let (said, module) = compiled("", server, tools);
            assert!(module.is_none(), "{server}{tools}");
            said
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}
