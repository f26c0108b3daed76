//! Content guards: what is generated for them, and what cannot be meant.

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
  /pets/{id}:
    get:
      operationId: getPet
      summary: Get a pet
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "204": { description: ok } }
"#;

/// What is said of a manifest with these policies of the gateway, of its one server, and of its tools;
/// and the module if it compiles.
fn compiled(gateway: &str, server: &str, overrides: &str) -> (String, Option<String>) {
    let list = |indent: &str, policies: &str| match policies {
        "" => String::new(),
        policies => format!("{indent}policies: [{policies}]\n"),
    };
    let overrides = match overrides {
        "" => String::new(),
        overrides => format!("    overrides: {{ {overrides} }}\n"),
    };
    let manifest = format!(
        "gateway: shop\napis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\n{}servers:\n  shop:\n    \
         identity: anonymous\n{}    tools: [{{ api: shop, operations: all }}, {{ rust: [crate::greet] }}]\n{overrides}",
        list("", gateway),
        list("    ", server)
    );
    let (said, plan) = shop::compiled(manifest, SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

#[test]
fn what_is_generated() {
    let (said, module) = compiled(
        "{ content_guard: { scan: [result], detect: [secrets, personal_data], action: mask } }",
        "{ content_guard: { scan: [result], detect: [prompt_injection], action: log }, when: \"!('x-quiet' in request.headers)\" }",
        "listPets: { policies: [{ content_guard: { scan: [arguments, result], classifier: { url: \"https://guard.example.com/v1/moderations\", model: m1, on_failure: refuse, categories: [hate] }, action: refuse } }] }, \
         getPet: { policies: [{ content_guard: { scan: [arguments], patterns: [{ name: a case number, regex: \"\\\\bCASE-[0-9]+\" }], action: refuse } }] }",
    );
    assert_eq!(said, "");
    let module = module.unwrap();
    let part = |from: &str, to: &str| {
        let rest = module
            .split(from)
            .nth(1)
            .unwrap_or_else(|| panic!("{from}:\n{module}"));
        format!("{from}{}", rest.split(to).next().unwrap())
    };
    let tools = part("        tools: &[", "        find,");
    let of_tools: Vec<_> = tools
        .lines()
        .filter(|line| line.contains("name:") || line.contains("guards:"))
        .collect();
    let parts = [
        part("            0 => {", "            2 => "),
        of_tools.join("\n"),
        part("    guards: &[\n        rt::Guard", "    cache_bytes:"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn what_cannot_be_meant() {
    let guard =
        |rest: &str| format!("{{ content_guard: {{ scan: [arguments], action: refuse{rest} }} }}");
    let cases = [
        (guard(""), String::new()),
        (
            "{ content_guard: { scan: [result, result], detect: [secrets, secrets], action: refuse } }".to_owned(),
            String::new(),
        ),
        (
            guard(", patterns: [{ name: a, regex: \"(\" }, { name: b, regex: \"a*\" }, { name: c, regex: \"(?=a)b\" }, { name: d, regex: \"(a{1000}){1000}\" }]"),
            String::new(),
        ),
        (guard(", detect: [everything]"), String::new()),
        (guard(", classifier: { url: \"https://a.example.com\" }"), String::new()),
        (guard(", classifier: { url: \"http://a.example.com\", on_failure: refuse, timeout: 1m }"), String::new()),
        (guard(", classifier: { url: \"https://a.example.com\", on_failure: refuse, credential: none, categories: [a, a] }"), String::new()),
        (
            "{ content_guard: { scan: [result], classifier: { url: \"https://a.example.com\", on_failure: refuse }, action: mask } }".to_owned(),
            String::new(),
        ),
        (
            "{ content_guard: { scan: [result], classifier: { url: \"https://a.example.com\", on_failure: refuse }, action: log } }".to_owned(),
            String::new(),
        ),
        (
            String::new(),
            "getPet: { policies: [{ content_guard: { scan: [arguments], detect: [secrets], action: mask }, when: arguments.id == 'a' }] }"
                .to_owned(),
        ),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(server, overrides)| {
            let (said, module) = compiled("", server, overrides);
            assert!(module.is_none(), "{server}{overrides}");
            said
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}
