//! Tests of policies: what is generated for them, and what no call could come to.

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
      parameters: [{ name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }]
      responses: { "204": { description: ok } }
"#;

const MANIFEST: &str = "\
gateway: shop
environment:
  KEYS: { type: string }
public_url: https://shop.example.com
identities:
  staff: { jwt: { issuer: https://login.example.com, audiences: [shop], claims: { level: integer, groups: strings } } }
  partners: { keys: { file: \"${KEYS}\" } }
apis:
  shop: { spec: shop.yaml, url: \"http://127.0.0.1\" }
policies:
  - ip_filter: { action: forbid, addresses: [10.0.0.0/8] }
servers:
  shop:
    identity: [staff, partners]
    tools: [{ api: shop, operations: all }, { rust: [crate::greet] }]
    policies:
      - rate_limit_by_key: { calls: 1, renewal_period: 5s, counter_key: principal.subject }
        when: principal.identity == 'staff'
    overrides:
      listPets: { require: \"'keeper' in principal.roles\" }
  partners:
    identity: partners
    tools: [{ api: shop, operations: all }]
  open:
    identity: anonymous
    tools: [{ api: shop, operations: all }]
";

/// What is said of the manifest with these tests, and the module if it compiles.
fn compiled(tests: &str) -> (String, Option<String>) {
    let loader = MemoryLoader::new([
        ("gateway.yaml", format!("{MANIFEST}{tests}")),
        ("shop.yaml", SPEC.to_owned()),
        (
            "tests/more.yaml",
            "tests:\n  - name: from a file\n    call: { server: open, tool: listPet }\n    expect: { allowed: true }\n"
                .to_owned(),
        ),
        (
            "tests/good.yaml",
            "tests:\n  - name: from a file\n    call: { server: open, tool: listPets }\n    expect: { allowed: true }\n"
                .to_owned(),
        ),
    ]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    (said, plan.ok().map(|plan| emit::source(&plan)))
}

#[test]
fn what_is_generated() {
    let (said, module) = compiled(
        r#"tests:
  - name: staff lists two pets
    at: 2026-01-31T09:00:00+01:00
    call:
      server: shop
      tool: listPets
      principal: { identity: staff, subject: ann, roles: [keeper], claims: { level: 3, groups: [a] } }
      headers: { X-Team: pets }
      arguments: { limit: 2 }
    upstream: { status: 200, body: [1, 2] }
    expect: { allowed: true, upstream_request: { query: limit=2 }, result: { structured: { result: [1, 2] } } }
  - name: "type"
    steps:
      - { call: { server: open, method: tools/list }, expect: { allowed: true, status: 200 } }
      - { times: 2, call: { server: open, tool: listPets, arguments: { limit: 0 } }, expect: { invalid: true } }
      - { after: 30s, call: { server: open, tool: listPets, ip: 10.0.0.1 }, expect: { denied: address_refused } }
test_files: [tests/good.yaml]
"#,
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
    let parts = [
        part("        admit: ", "        access:"),
        part("    fn limit<", "    fn before"),
        part("mod gateway_tests", "\u{0}"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn without_tests_nothing_is_there_for_them() {
    let (said, module) = compiled("");
    assert_eq!(said, "");
    let module = module.unwrap();
    assert!(!module.contains("testing") && !module.contains("cfg(test)"));
}

/// What tests say has no part in the digest of the gateway, unless it is written in the manifest itself.
#[test]
fn files_of_tests_do_not_change_the_binary() {
    let digest = |module: &str| {
        let rest = module.split("digest: \"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let loader = |test: &str| {
        let loader = MemoryLoader::new([
            (
                "gateway.yaml",
                format!("{MANIFEST}test_files: [tests.yaml]\n"),
            ),
            ("shop.yaml", SPEC.to_owned()),
            (
                "tests.yaml",
                format!(
                    "tests:\n  - name: {test}\n    call: {{ server: open, tool: listPets }}\n    expect: {{ allowed: true }}\n"
                ),
            ),
        ]);
        let mut files = Files::new(PathBuf::new(), Box::new(loader));
        let plan = compile("gateway.yaml", &mut files, &mut Sink::default()).unwrap();
        emit::source(&plan)
    };
    let (one, other) = (loader("one"), loader("other"));
    assert_ne!(one, other);
    assert_eq!(digest(&one), digest(&other));
}

#[test]
#[expect(clippy::too_many_lines, reason = "the cases are a list")]
fn what_no_call_could_come_to() {
    let test = |rest: &str| format!("tests:\n  - name: t\n{rest}");
    let call = |call: &str, expect: &str| {
        test(&format!(
            "    call: {{ {call} }}\n    expect: {{ {expect} }}\n"
        ))
    };
    let open = "server: open, tool: listPets";
    let shop = "server: shop, tool: listPets";
    let cases = [
        // Names that there are not.
        call("server: opne, tool: listPets", "allowed: true"),
        call("server: open, tool: listPet", "allowed: true"),
        call(
            &format!("{open}, arguments: {{ limt: 1 }}"),
            "allowed: true",
        ),
        call(open, "denied: rate_limit"),
        "test_files: [tests/more.yaml, tests/none.yaml]\n".to_owned(),
        // Callers that the server cannot have.
        call(
            &format!("{open}, principal: {{ subject: ann }}"),
            "allowed: true",
        ),
        call(
            &format!("{shop}, principal: {{ subject: ann }}"),
            "allowed: true",
        ),
        call(
            &format!("{shop}, principal: {{ identity: stuff }}"),
            "allowed: true",
        ),
        call(
            "server: partners, tool: listPets, principal: { identity: staff }",
            "allowed: true",
        ),
        call(
            "server: partners, tool: listPets, principal: { subject: ann, claims: { level: 1 } }",
            "allowed: true",
        ),
        call(
            &format!(
                "{shop}, principal: {{ identity: staff, consumer: acme, claims: {{ level: high, grups: [a] }} }}"
            ),
            "allowed: true",
        ),
        // What calls no tool.
        call("server: open", "allowed: true"),
        call("server: open, method: ping", "allowed: true"),
        call(
            "server: open, method: tools/list, tool: listPets",
            "allowed: true",
        ),
        call(
            "server: open, method: tools/list, arguments: { limit: 1 }",
            "allowed: true",
        ),
        call("server: open, method: tools/list", "invalid: true"),
        call(
            "server: open, method: tools/list",
            "allowed: true, upstream_asked: true",
        ),
        // Arguments that do not fit what is expected.
        call(
            &format!("{open}, arguments: {{ limit: 0 }}"),
            "allowed: true",
        ),
        call(
            &format!("{open}, arguments: {{ limit: 1 }}"),
            "invalid: true",
        ),
        call(&format!("{open}, arguments: [1]"), "allowed: true"),
        // What is expected of calls that are not let through, of functions, and of nothing.
        call(
            open,
            "denied: address_refused, upstream_request: { method: GET }, result: { structured: 1 }",
        ),
        call(open, "allowed: false"),
        call(
            open,
            "allowed: true, upstream_asked: false, upstream_request: { method: GET }",
        ),
        call(
            "server: shop, tool: greet, principal: { identity: partners }",
            "allowed: true, upstream_asked: true",
        ),
        test(&format!(
            "    call: {{ {open} }}\n    upstream: {{ status: 101 }}\n    expect: {{ denied: condition_not_met }}\n"
        )),
        // What a test lacks, or has twice.
        test(&format!("    call: {{ {open} }}\n")),
        test(&format!(
            "    call: {{ {open} }}\n    steps: [{{ call: {{ {open} }}, expect: {{ allowed: true }} }}]\n"
        )),
        format!(
            "tests:\n  - {{ name: a, call: {{ {open} }}, expect: {{ allowed: true }} }}\n  \
             - {{ name: a, at: yesterday, call: {{ {open}, ip: 1.2.3, headers: {{ Mcp-Name: a }} }}, expect: {{ allowed: true }} }}\n"
        ),
        format!(
            "tests:\n  - {{ name: a, call: {{ {open} }}, expect: {{ allowed: true }} }}\ntest_files: [tests/good.yaml, tests/good.yaml]\n"
        ),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|tests| {
            let (said, module) = compiled(tests);
            assert!(module.is_none(), "{tests}");
            said
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}
