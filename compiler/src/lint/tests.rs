//! What each lint finds, and what it takes to allow it.

use std::path::PathBuf;

use super::{LINTS, lint};
use crate::diagnostic::{Format, Sink, render};
use crate::source::{Files, MemoryLoader};

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      responses: { "204": { description: ok } }
    post:
      operationId: addPet
      summary: Add a pet
      security: [{ key: [] }]
      responses: { "204": { description: ok } }
"#;

/// What lints say of a server with these lines, beside policies of the gateway.
fn said(gateway: &str, server: &str) -> String {
    let manifest = format!(
        "gateway: shop\n{gateway}environment:\n  KEY: {{ type: secret }}\n  KEYS: {{ type: string }}\n\
         identities: {{ partners: {{ keys: {{ file: \"${{KEYS}}\" }} }} }}\n\
         credentials: {{ key: {{ api_key: {{ header: X-Key, value: \"${{KEY}}\" }} }} }}\n\
         apis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\", credentials: {{ key: key }} }}\n\
         servers:\n  known:\n    identity: partners\n    tools: [{{ api: shop, operations: all }}]\n  shop:\n{server}"
    );
    let loader = MemoryLoader::new([("gateway.yaml", manifest), ("shop.yaml", SPEC.to_owned())]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = crate::compile("gateway.yaml", &mut files, &mut sink);
    let full = Format::Full { colour: false };
    let plan = plan.unwrap_or_else(|_| panic!("{}", render(sink.diagnostics(), &files, full)));
    render(&lint(&plan), &files, full)
}

const ALL: &str = "    tools: [{ api: shop, operations: all }]\n";
const LIST: &str = "    tools: [{ api: shop, operations: [listPets] }]\n";

#[test]
fn what_everybody_can_do() {
    let said = said("", &format!("    identity: anonymous\n{ALL}"));
    insta::assert_snapshot!(said);
}

#[test]
fn what_everybody_can_do_by_an_open_product() {
    let server = |open: &str| {
        format!(
            "    identity: partners\n{ALL}products:\n  trial: {{ open: true, tools: {{ shop: [{open}] }} }}\n  \
             gold: {{ servers: [shop], claim: \"'gold' in principal.roles\" }}\n"
        )
    };
    let said = [said("", &server("addPet")), said("", &server("listPets"))];
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn limits_that_limit_nobody() {
    let said = said(
        "policies: [{ limit_concurrency: { max_count: 9 } }]\n",
        &format!(
            "    policies: [{{ rate_limit_by_key: {{ calls: 1, renewal_period: 1m, counter_key: \"request.headers['x-tenant']\" }} }}]\n{LIST}"
        ),
    );
    insta::assert_snapshot!(said);
}

#[test]
fn requests_are_counted_by_what_callers_choose() {
    let said = said(
        "",
        &format!(
            "    policies: [{{ rate_limit_by_key: {{ requests: 1, renewal_period: 1m, counter_key: \"request.headers['x-tenant']\" }} }}]\n{LIST}"
        ),
    );
    assert!(said.contains("warning[chosen-limit-key]"), "{said}");
    assert!(!said.contains("unlimited-server"), "{said}");
}

#[test]
fn nothing_is_found_where_callers_are_known_or_counted() {
    let by_address = "    policies: [{ rate_limit_by_key: { calls: 1, renewal_period: 1m, counter_key: request.ip } }]\n";
    assert_eq!(said("", &format!("{by_address}{LIST}")), "");
    assert_eq!(said("", &format!("    identity: partners\n{ALL}")), "");
    // A call comes in a message, and that in a request.
    for unit in ["requests", "messages"] {
        let limit = by_address.replace("calls", unit);
        assert_eq!(said("", &format!("{limit}{LIST}")), "", "{unit}");
        assert_eq!(said(limit.trim_start(), LIST), "", "{unit}");
    }
    // A limit of some calls is none of the others.
    let some = by_address.replace(" }]", ", when: \"'x-a' in request.headers\" }]");
    assert!(said("", &format!("{some}{LIST}")).contains("unlimited-server"));
}

#[test]
fn what_is_meant_is_allowed_where_it_is_declared() {
    let all: Vec<_> = LINTS
        .iter()
        .map(|lint| format!("      {}: It is meant.\n", lint.name))
        .collect();
    let all = all.concat();
    let policies = "    policies: [{ limit_concurrency: { max_count: 9 }, when: \"'x-a' in request.headers\" }, \
                    { rate_limit_by_key: { calls: 1, renewal_period: 1m, counter_key: \"request.headers['x-a']\" }, when: \"'x-a' in request.headers\" }, \
                    { authorize: { opa: { url: \"http://127.0.0.1:8181/v1/data/a\" }, on_failure: allow } }]\n";
    let server = format!("    identity: anonymous\n    allow:\n{all}{policies}{ALL}");
    assert_eq!(said("", &server), "");
    // Without the entries, each of them is found.
    let server = format!("    identity: anonymous\n{policies}{ALL}");
    let found = said("", &server);
    for lint in LINTS {
        assert!(
            found.contains(&format!("warning[{}]", lint.name)),
            "{} {found}",
            lint.name
        );
    }
    // Of one tool, it holds for that only; and what finds nothing, is not allowed either.
    let server = format!(
        "    identity: anonymous\n    allow: {{ chosen-limit-key: Nobody does. }}\n{ALL}    overrides:\n      addPet:\n        allow: {{ unlimited-server: Nobody does., anonymous-write-tools: Everybody may. }}\n"
    );
    insta::assert_snapshot!(said("", &server));
}

#[test]
fn authorizers_that_fail_open_before_what_changes_something() {
    let ask = |failure: &str| {
        format!(
            "policies: [{{ authorize: {{ opa: {{ url: \"http://127.0.0.1:8181/v1/data/a\" }}, on_failure: {failure} }} }}]\n"
        )
    };
    let server = |rest: &str| format!("    identity: partners\n{ALL}{rest}");
    let said = [
        said("", &server(&format!("    {}", ask("allow")))),
        said(
            "",
            &server(&format!(
                "    overrides: {{ listPets: {{ {} }} }}\n",
                ask("allow").trim_end()
            )),
        ),
        said(&ask("deny"), &server("")),
        said(
            "",
            &server(&format!(
                "    allow: {{ fail-open-authorizer: It is a sandbox. }}\n    {}",
                ask("allow")
            )),
        ),
    ];
    let [found, of_a_reader, closed, meant] = said;
    insta::assert_snapshot!(found);
    assert_eq!([of_a_reader, closed, meant].concat(), "");
}

#[test]
fn the_manifest_knows_every_lint() {
    let schema = crate::manifest::json_schema();
    for lint in LINTS {
        assert!(schema.contains(lint.name), "{}", lint.name);
    }
}
