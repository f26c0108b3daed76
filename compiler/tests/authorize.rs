//! Authorizers: what is generated for them, and what cannot be meant.

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
      summary: Add a pet
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [name], properties: { name: { type: string, maxLength: 50 }, price: { type: number } } }
      responses: { "204": { description: ok } }
"#;

/// What is said of a manifest with these policies of the gateway, of its one server, and of its tools, and
/// with what follows them; and the module if it compiles. What they refer to is declared.
fn compiled(policies: [&str; 3], rest: &str) -> (String, Option<String>) {
    let list = |indent: &str, policies: &str| match policies {
        "" => String::new(),
        policies => format!("{indent}policies: [{policies}]\n"),
    };
    let used = |name: &str, declaration: &'static str| {
        let all = policies.concat() + rest;
        if all.contains(name) { declaration } else { "" }
    };
    let [gateway, server, overrides] = policies;
    let overrides = match overrides {
        "" => String::new(),
        overrides => format!("    overrides: {{ {overrides} }}\n"),
    };
    let manifest = [
        "gateway: shop\npublic_url: https://shop.example.com\n",
        if policies.concat().contains("${") || policies.concat().contains("credential: ") {
            "environment:\n"
        } else {
            ""
        },
        used("${OPA_URL}", "  OPA_URL: { type: url }\n"),
        used("${FGA_STORE}", "  FGA_STORE: { type: string }\n"),
        used(
            "credential: pdp",
            "  PDP_KEY: { type: secret }\ncredentials: { pdp: { bearer: { token: \"${PDP_KEY}\" } } }\n",
        ),
        used(
            "credential: cookie",
            "  PDP_KEY: { type: secret }\ncredentials: { cookie: { api_key: { cookie: key, value: \"${PDP_KEY}\" } } }\n",
        ),
        "identities:\n  staff: { jwt: { issuer: https://login.example.com, audiences: [shop], claims: { tenant: string } } }\n",
        "apis:\n  shop: { spec: shop.yaml, url: \"https://api.example.com\" }\n",
        &list("", gateway),
        "servers:\n  shop:\n    identity: staff\n",
        &list("    ", server),
        "    tools: [{ api: shop, operations: all }, { rust: [crate::greet] }]\n",
        &overrides,
        rest,
    ];
    let (said, plan) = shop::compiled(manifest.concat(), SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

fn part(module: &str, from: &str, to: &str) -> String {
    let rest = module.split(from).nth(1).unwrap();
    format!("{from}{}", rest.split(to).next().unwrap())
}

const TENANT: &str = "{ authorize: { opa: { url: \"${OPA_URL}/v1/data/shop/allow\" }, on_failure: deny, cache: 10s, \
                      context: { tenant: principal.claims.tenant } }, when: \"tool.name != 'greet'\" }";

const RELATION: &str = "{ authorize: { openfga: { url: \"https://fga.example.com\", store: \"${FGA_STORE}\", model: m1, \
                        user: \"'user:' + principal.subject\", relation: can_call, object: \"'tool:' + tool.name\" }, \
                        credential: pdp, timeout: 250ms, on_failure: allow } }";

const PRICE: &str = "createPet: { policies: [{ authorize: { opa: { url: \"http://127.0.0.1:8181/v1/data/shop/price\", \
                     decision: permit, forward_reason: true }, on_failure: deny, \
                     context: { price: \"has(arguments.price) ? arguments.price : 0.0\", name: arguments.name } } }] }";

const LIMIT: &str =
    "{ rate_limit_by_key: { calls: 9, renewal_period: 1m, counter_key: principal.subject } }";

#[test]
fn what_is_generated() {
    let (said, module) = compiled([&format!("{TENANT}, {LIMIT}"), RELATION, PRICE], "");
    assert_eq!(said, "");
    let module = module.unwrap();
    let parts = [
        part(&module, "    fn before<", "    fn find("),
        part(&module, "\n    fn authorize<", "\n    }"),
        part(&module, "\nfn authorize<", "\n}"),
        part(&module, "    authorizers: &[", "    guards:"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn what_is_generated_for_tests() {
    let steps = "tests:\n  - name: shoppers buy\n    call: { server: shop, tool: createPet, principal: { subject: ann, \
                 claims: { tenant: a } }, arguments: { name: Rex } }\n    authorizer: [allow, fail, deny]\n    \
                 expect: { denied: authorizer_denied }\n";
    let (said, module) = compiled([TENANT, RELATION, PRICE], steps);
    assert_eq!(said, "");
    let module = module.unwrap();
    let parts = [
        part(&module, "\n    fn authorize<", "\n    }"),
        part(&module, "\nfn authorize<", "\n}"),
        part(&module, "authorizer: t::", "upstream:"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn what_cannot_be_meant() {
    let authorize = |inner: &str| format!("{{ authorize: {{ {inner} }} }}");
    let opa = |rest: &str| {
        authorize(&format!(
            "opa: {{ url: \"https://opa.example.com/v1/data/a\" }}{rest}"
        ))
    };
    let fga = |user: &str, rest: &str| {
        authorize(&format!(
            "openfga: {{ url: \"https://fga.example.com\", store: s, user: \"{user}\", relation: reader, object: \"'a:b'\" }}, on_failure: deny{rest}"
        ))
    };
    let cases = [
        // What happens without an answer is never left open.
        opa(""),
        authorize("on_failure: deny"),
        authorize(
            "opa: { url: \"https://a.example.com\" }, authzen: { url: \"https://a.example.com\" }, on_failure: deny",
        ),
        authorize("opa: { url: \"http://opa.example.com/v1/data/a\" }, on_failure: deny"),
        opa(", on_failure: open"),
        opa(", on_failure: deny, timeout: 11s, cache: 6m"),
        opa(", on_failure: deny, credential: nobody"),
        opa(", on_failure: deny, credential: cookie"),
        opa(", on_failure: deny, context: { amount: arguments.price }"),
        opa(", on_failure: deny, context: { since: \"timestamp('2026-01-01T00:00:00Z')\" }"),
        opa(", on_failure: deny, context: { 1: server.name }"),
        opa(", on_failure: deny, context: { claim: principal.claims.level }"),
        fga("principal.roles", ""),
        fga("'user:' + principal.subject", ", cache: forever"),
        authorize(
            "openfga: { url: \"https://fga.example.com\", store: s, user: \"'user:a'\", relation: \"a b\" }, on_failure: deny",
        ),
    ];
    let mut said: Vec<String> = cases
        .iter()
        .map(|server| {
            let (said, module) = compiled(["", server, ""], "");
            assert!(module.is_none(), "{server}");
            said
        })
        .collect();
    let egress = compiled(
        ["", &opa(", on_failure: deny"), ""],
        "egress: { allow: [api.example.com] }\n",
    );
    assert!(egress.1.is_none());
    said.push(egress.0);
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn tests_say_what_is_answered_where_something_is_asked() {
    let list = "call: { server: shop, tool: listPets, principal: { subject: ann, claims: { tenant: a } } }";
    let test = |rest: &str| format!("tests: [{{ name: one, {list}, {rest} }}]\n");
    let always = TENANT.split(", when").next().unwrap().to_owned() + " }";
    let mut said = Vec::new();
    for (server, rest) in [
        (always.as_str(), test("expect: { allowed: true }")),
        (TENANT, test("expect: { denied: authorizer_denied }")),
        (LIMIT, test("authorizer: deny, expect: { allowed: true }")),
        (TENANT, test("authorizer: maybe, expect: { allowed: true }")),
        (TENANT, test("authorizer: [], expect: { allowed: true }")),
    ] {
        let (problems, module) = compiled(["", server, ""], &rest);
        assert!(module.is_none(), "{rest}");
        said.push(problems);
    }
    insta::assert_snapshot!(said.join("\n"));
    // Whether it is asked depends on its condition: the run of the test says so.
    let (said, _) = compiled(["", TENANT, ""], &test("expect: { allowed: true }"));
    assert_eq!(said, "");
    let (said, _) = compiled(
        ["", TENANT, ""],
        &test("expect: { denied: identity_required }"),
    );
    assert_eq!(said, "");
}
