//! Limits: what is generated for them, what is explained, and what cannot be meant.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::path::PathBuf;

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::source::{Files, MemoryLoader};
use gatewright_compiler::{compile, emit};

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
      parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 20 } }]
      responses: { "204": { description: ok } }
"#;

/// What is said of a manifest with these parts of the gateway, of its one server and of its tools; and
/// the module if it compiles.
fn compiled(gateway: &str, server: &str, tools: &str) -> (String, Option<String>) {
    let manifest = format!(
        "gateway: shop\nenvironment:\n  KEYS: {{ type: string }}\n  REDIS: {{ type: secret }}\n  \
         URL: {{ type: url }}\n  WHERE: {{ type: string }}\nidentities:\n  \
         partners: {{ keys: {{ file: \"${{KEYS}}\" }} }}\napis:\n  \
         shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\n{gateway}servers:\n  shop:\n{server}    \
         tools: [{{ api: shop, operations: all }}, {{ rust: [crate::greet] }}]\n{tools}"
    );
    let loader = MemoryLoader::new([("gateway.yaml", manifest), ("shop.yaml", SPEC.to_owned())]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    // What a case does not use is not what it is about.
    let diagnostics: Vec<_> = sink
        .into_diagnostics()
        .into_iter()
        .filter(|said| said.code.name != "unused-declaration" || said.message.contains("store"))
        .collect();
    let said = render(&diagnostics, &files, Format::Full { colour: false });
    (said, plan.ok().map(|plan| emit::source(&plan)))
}

fn part(module: &str, from: &str, to: &str) -> String {
    let (_, rest) = module.split_once(from).unwrap();
    format!("{from}{}", rest.split(to).next().unwrap())
}

#[test]
fn what_is_generated() {
    let (said, module) = compiled(
        "store: { redis: { url: \"rediss://:${REDIS}@localhost\", authorities: /etc/ca.pem }, timeout: 250ms }\n",
        "    identity: partners\n    policies:\n      - rate_limit: { calls: 9, renewal_period: 1m }\n",
        "    overrides:\n      getPet:\n        policies:\n          \
         - quota_by_key: { calls: 10, increment_count: 3, renewal_period: 1d, counter_key: arguments.id }\n          \
         - quota: { result_bytes: 1MiB, result_tokens: 500, renewal_period: never, on_store_failure: allow }\n",
    );
    assert_eq!(said, "");
    let module = module.unwrap();
    let parts = [
        part(&module, "    fn before<", "    fn find("),
        part(&module, "\nconst _: () = ::core::assert!", ");"),
        part(&module, "    limits: &[", "    egress:"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn requests_and_messages_are_counted_before_calls() {
    let (said, module) = compiled(
        "policies:\n  - rate_limit_by_key: { requests: 100, renewal_period: 1m, counter_key: request.ip }\n",
        "    identity: partners\n    policies:\n      \
         - rate_limit: { requests: 60, renewal_period: 1m }\n      \
         - quota_by_key: { requests: 9, renewal_period: 1d, counter_key: request.ip }\n        \
           when: \"!has(principal.consumer)\"\n      \
         - quota: { messages: 500, increment_count: 2, renewal_period: 1d }\n        \
           when: message.method == 'tools/list'\n",
        "",
    );
    assert_eq!(said, "");
    let module = module.unwrap();
    let functions = module.split("fn count_").skip(1);
    let functions = functions.map(|rest| format!("fn count_{}", part(rest, "", "\n    }\n")));
    let mut parts: Vec<String> = functions
        .map(|function| function.split("\n}\n").next().unwrap().to_owned())
        .collect();
    parts.push(part(&module, "        intake: ", "        cors:"));
    parts.push(part(&module, "    limits: &[", "    store:"));
    insta::assert_snapshot!(parts.join("\n...\n"));
    // What a tool goes through is the same as without them.
    assert!(!module.contains("fn before"), "{module}");
}

#[test]
fn limits_in_the_process_make_no_call_wait() {
    let limit = "    policies: [{ rate_limit_by_key: { calls: 1, renewal_period: 5s, counter_key: request.ip } }]\n";
    let (_, module) = compiled("", limit, "");
    let module = module.unwrap();
    assert!(!module.contains("settle"), "{module}");
    assert!(module.contains("store: None"), "{module}");
    // With a store that is shared, the same limit is counted there.
    let (_, module) = compiled("store: { redis: { url: \"${REDIS}\" } }\n", limit, "");
    assert!(module.unwrap().contains("settle"));
}

#[test]
fn a_quota_has_a_store_where_none_is_declared() {
    let quota = "    policies: [{ quota_by_key: { calls: 1, renewal_period: 5s, counter_key: request.ip } }]\n";
    let (_, module) = compiled("", quota, "");
    let module = module.unwrap();
    assert!(
        module.contains("rt::Part::Literal(\"shop.redb\")"),
        "{module}"
    );
}

#[test]
fn counts_stay_what_they_are_when_more_is_admitted() {
    let id = |policy: &str| {
        let policies = format!("    policies: [{{ {policy} }}]\n");
        let (said, module) = compiled("", &policies, "");
        assert_eq!(said, "");
        let module = module.unwrap();
        let limits = part(&module, "rt::Limit {", "}");
        part(&limits, "id: ", ",\n")
    };
    let first = id("quota_by_key: { calls: 1, renewal_period: 1d, counter_key: request.ip }");
    let raised = id("quota_by_key: { calls: 2, renewal_period: 24h, counter_key: ' request.ip' }");
    assert_eq!(first, raised);
    let others = [
        "quota_by_key: { calls: 1, renewal_period: 2d, counter_key: request.ip }",
        "quota_by_key: { calls: 1, renewal_period: 1d, counter_key: tool.name }",
        "quota_by_key: { calls: 1, renewal_period: 1d, counter_key: request.ip, first_period_start: \"2026-01-01T01:00:00Z\" }",
        "rate_limit_by_key: { calls: 1, renewal_period: 1d, counter_key: request.ip }",
    ];
    for other in others {
        assert_ne!(first, id(other), "{other}");
    }
}

#[test]
fn what_cannot_be_meant() {
    let of_server = |policy: &str| (String::new(), format!("    policies: [{{ {policy} }}]\n"));
    let with_store = |store: &str, policy: &str| {
        let (_, server) = of_server(policy);
        (format!("store: {store}\n"), server)
    };
    let quota = "quota_by_key: { calls: 1, renewal_period: 1d, counter_key: request.ip }";
    let cases = [
        // Of each caller, where nobody is asked.
        of_server("rate_limit: { calls: 1, renewal_period: 1m }"),
        of_server("quota: { calls: 1, renewal_period: 1d }"),
        (
            "policies: [{ rate_limit: { calls: 1, renewal_period: 1m } }]\n".to_owned(),
            String::new(),
        ),
        // Limits of nothing, and of what cannot be.
        of_server("quota_by_key: { renewal_period: 1d, counter_key: request.ip }"),
        of_server(
            "quota_by_key: { result_bytes: 1MiB, increment_count: 2, renewal_period: 1d, counter_key: request.ip }",
        ),
        of_server(
            "quota_by_key: { calls: 1, increment_count: 2, renewal_period: never, counter_key: request.ip, \
             first_period_start: \"2026-01-01T00:00:00Z\" }",
        ),
        of_server("quota_by_key: { calls: 1, renewal_period: 500ms, counter_key: request.ip }"),
        of_server(
            "quota_by_key: { calls: 1, renewal_period: 1d, counter_key: request.ip, first_period_start: \"2026-02-30T00:00:00Z\" }",
        ),
        of_server(
            "quota_by_key: { calls: 1, renewal_period: 1d, counter_key: request.ip, on_store_failure: local }",
        ),
        of_server("quota: { calls: 1, renewal_period: 1d, counter_key: request.ip }"),
        // Neither one thing nor another, and what nothing can come to.
        of_server(
            "rate_limit_by_key: { calls: 1, requests: 1, renewal_period: 1m, counter_key: request.ip }",
        ),
        of_server("rate_limit_by_key: { renewal_period: 1m, counter_key: request.ip }"),
        of_server(
            "quota_by_key: { messages: 1, result_bytes: 1MiB, renewal_period: 1d, counter_key: request.ip }",
        ),
        of_server(
            "quota_by_key: { messages: 1, calls: 1, renewal_period: 1d, counter_key: request.ip }",
        ),
        of_server(
            "rate_limit_by_key: { requests: 1, increment_count: 2, renewal_period: 1m, counter_key: request.ip }",
        ),
        of_server("rate_limit: { requests: 1, renewal_period: 1m }"),
        // What is not known yet.
        of_server("rate_limit_by_key: { requests: 1, renewal_period: 1m, counter_key: tool.name }"),
        of_server(
            "rate_limit_by_key: { requests: 1, renewal_period: 1m, counter_key: message.method }",
        ),
        of_server(
            "rate_limit_by_key: { calls: 1, renewal_period: 1m, counter_key: message.method }",
        ),
        of_server(
            "rate_limit_by_key: { messages: 1, renewal_period: 1m, counter_key: request.ip }, \
             when: message.method == 'tools/lists'",
        ),
        // A store that nothing fails with, or that is none.
        of_server(
            "rate_limit_by_key: { calls: 1, renewal_period: 1m, counter_key: request.ip, on_store_failure: refuse }",
        ),
        with_store("{ redis: { url: \"${URL}\" } }", quota),
        with_store("{ redis: { url: \"http://${WHERE}\" } }", quota),
        with_store(
            "{ embedded: { path: \"/var/${REDIS}\" }, timeout: 1m }",
            quota,
        ),
        with_store(
            "{ redis: { url: \"redis://localhost\", authorities: \"/etc/${REDIS}\" } }",
            quota,
        ),
        with_store(
            "{ embedded: { path: a }, redis: { url: \"${REDIS}\" } }",
            quota,
        ),
    ];
    let said = cases.map(|(gateway, server)| {
        let (said, module) = compiled(&gateway, &server, "");
        assert!(module.is_none(), "{gateway}{server}");
        said
    });
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn requests_and_messages_are_no_tools_and_no_products() {
    let policies = |unit: &str| {
        format!(
            "policies: [{{ rate_limit_by_key: {{ {unit}: 1, renewal_period: 1m, counter_key: request.ip }} }}]"
        )
    };
    let tool = format!(
        "    overrides:\n      getPet: {{ {} }}\n",
        policies("requests")
    );
    let product = format!(
        "products:\n  all: {{ servers: [shop], {} }}\n",
        policies("messages")
    );
    let (of_tool, module) = compiled("", "", &tool);
    assert!(module.is_none());
    let (of_product, module) = compiled(&product, "    identity: partners\n", "");
    assert!(module.is_none());
    insta::assert_snapshot!([of_tool, of_product].join("\n"));
}

#[test]
fn a_store_that_nothing_is_kept_in() {
    let limit = "    policies: [{ rate_limit_by_key: { calls: 1, renewal_period: 5s, counter_key: request.ip } }]\n";
    let (first, _) = compiled("store: { embedded: { path: a } }\n", limit, "");
    let (second, _) = compiled("store: { redis: { url: \"${REDIS}\" } }\n", "", "");
    insta::assert_snapshot!([first, second].join("\n"));
}
