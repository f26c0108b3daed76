//! Who may call: what is refused, and what is generated.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails says so by a panic"
)]

mod shop;

use gatewright_compiler::emit;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get: { operationId: listPets, summary: List pets, responses: { "204": { description: ok } } }
    post: { operationId: addPet, summary: Add a pet, responses: { "204": { description: ok } } }
"#;

/// What is said of a manifest with these sections and these lines of its server, and the module if it
/// compiles.
fn compiled(sections: &str, server: &str) -> (String, Option<String>) {
    let manifest = format!(
        "gateway: shop\n{sections}apis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\nservers:\n  shop:\n\
         {server}    tools: [{{ api: shop, operations: all }}]\n"
    );
    let (said, plan) = shop::compiled(manifest, SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

const STAFF: &str =
    "  staff: { jwt: { issuer: \"https://login.example.com/\", audiences: [shop] } }\n";
const URL: &str = "public_url: \"https://shop.example.com\"\n";

#[test]
fn tools_that_everybody_may_use() {
    let (said, module) = compiled("", "");
    assert!(said.contains("warning[anonymous-write-tools]"), "{said}");
    assert!(said.contains("`addPet` is not read-only"), "{said}");
    assert!(module.unwrap().contains("access: &rt::Access::ANONYMOUS"));
    for meant in [
        "    identity: anonymous\n",
        "    overrides: { addPet: { annotations: { read_only: true } } }\n",
    ] {
        assert_eq!(compiled("", meant).0, "", "{meant}");
    }
}

#[test]
fn what_cannot_be_meant() {
    let cases = [
        // Scopes, and nobody who could have them.
        (
            "",
            "    scopes: [a]\n    overrides: { addPet: { scopes: [b] } }\n",
        ),
        (
            "",
            "    identity: anonymous\n    overrides: { addPet: { scopes: [b] } }\n",
        ),
        // Names that mean nothing, or two things.
        ("", "    identity: stuff\n"),
        (
            &format!("{URL}identities:\n{STAFF}  anonymous: {{ keys: {{ file: /keys }} }}\n"),
            "    identity: [staff, anonymous, staff, stuff]\n",
        ),
        // Tokens for a resource that has no URL; a URL that nobody is told; an identity of nobody.
        (&format!("identities:\n{STAFF}"), "    identity: staff\n"),
        (URL, "    identity: anonymous\n"),
        (
            "identities:\n  keys: { keys: { file: /keys } }\n",
            "    identity: anonymous\n",
        ),
        // What would be trusted without reason.
        (
            &format!(
                "{URL}environment:\n  S: {{ type: secret }}\nidentities:\n  a:\n    jwt:\n      issuer: \"http://login.example.com/\"\n      audiences: [\"${{S}}\"]\n      algorithms: [HS256, none]\n      clock_skew: 6m\n      jwks: {{ url: \"http://127.0.0.1.example.com/\" }}\n  b: {{ entra: {{ tenant: contoso.com, audiences: [x] }} }}\n  c: {{ jwt: {{ issuer: \"https://a\" }} }}\n  d: {{ keys: {{ file: /keys, header: Authorization }} }}\n"
            ),
            "    identity: [a, b, c, d]\n",
        ),
        // Issuers: none, two ways of saying which, one twice, keys for all of them; tenants likewise.
        (
            &format!(
                "{URL}identities:\n  a: {{ jwt: {{ audiences: [a] }} }}\n  b: {{ jwt: {{ issuer: \"https://a/\", issuers: [{{ issuer: \"https://b/\" }}], audiences: [a] }} }}\n  c: {{ jwt: {{ issuers: [{{ issuer: \"https://a/\" }}, {{ issuer: \"https://a/\" }}, \"https://c/\"], jwks: {{ file: /keys }}, audiences: [a] }} }}\n"
            ),
            "    identity: [a, b, c]\n",
        ),
        (
            &format!(
                "{URL}identities:\n  a: {{ jwt: {{ issuers: [{{ issuer: \"http://a/\" }}, {{ issuer: \"https://b/\", jwks: {{ url: \"http://b/\" }} }}], audiences: [a], max_age: 500ms }} }}\n  b: {{ jwt: {{ issuers: [{{ issuer: \"https://a/\" }}, {{ issuer: \"https://a/\" }}], audiences: [a] }} }}\n"
            ),
            "    identity: [a, b]\n",
        ),
        // Private keys that are no secrets, or that nobody could tell apart.
        (
            &format!(
                "{URL}environment:\n  S: {{ type: secret }}\n  P: {{ type: string }}\nidentities:\n  a: {{ jwt: {{ issuer: \"https://a/\", audiences: [a], decryption_keys: [\"${{P}}\", \"a${{S}}\", key, \"${{S}}\", \"${{N}}\"] }} }}\n  b: {{ introspection: {{ url: \"https://a/\", decryption_keys: [\"${{S}}\"] }} }}\n"
            ),
            "    identity: [a, b]\n",
        ),
        (
            &format!(
                "{URL}identities:\n  a: {{ entra: {{ tenants: [72f988bf-86f1-41af-91ab-2d7cd011db47, 72f988bf-86f1-41af-91ab-2d7cd011db47, organizations, contoso.com], audiences: [a] }} }}\n"
            ),
            "    identity: a\n",
        ),
        (
            &format!(
                "{URL}identities:\n  a: {{ entra: {{ tenants: [72f988bf-86f1-41af-91ab-2d7cd011db47], jwks: {{ file: /keys }}, audiences: [a] }} }}\n  b: {{ entra: {{ audiences: [a] }} }}\n"
            ),
            "    identity: [a, b]\n",
        ),
        // Providers that are asked: over the network, with what is none of a client, for too long.
        (
            &format!(
                "{URL}environment:\n  S: {{ type: secret }}\ncredentials:\n  key: {{ api_key: {{ header: a, value: \"${{S}}\" }} }}\nidentities:\n  a:\n    introspection: {{ url: \"http://login.example.com/ask\", credential: key, issuer: \"https://login.example.com/\", audiences: [a], cache: 6m, timeout: 31s }}\n  b: {{ introspection: {{ url: \"https://a/\", credential: client, issuer: \"https://a\", audiences: [] }} }}\n  c: {{ introspection: {{ url: \"https://a/\" }} }}\n"
            ),
            "    identity: [a, b, c]\n",
        ),
        // One name of a claim for two types; names that no expression could use; types that there are not.
        (
            &format!(
                "{URL}identities:\n  a: {{ jwt: {{ issuer: \"https://a\", audiences: [a], claims: {{ level: integer }} }} }}\n  b: {{ jwt: {{ issuer: \"https://b\", audiences: [a], claims: {{ level: {{ from: /x/level, type: string }} }} }} }}\n"
            ),
            "    identity: [a, b]\n",
        ),
        (
            &format!(
                "{URL}identities:\n  a: {{ jwt: {{ issuer: \"https://a\", audiences: [a], claims: {{ /x/level: integer, tier: text, b: {{ from: c }}, d: {{ pointer: /c, type: string }} }} }} }}\n"
            ),
            "    identity: a\n",
        ),
    ];
    insta::assert_snapshot!(said_of(&cases));
}

/// What is said of each case, of which something must be.
fn said_of(cases: &[(&str, &str)]) -> String {
    let mut all = String::new();
    for (sections, server) in cases {
        let (said, _) = compiled(sections, server);
        assert!(
            said.contains("error[") || said.contains("unused-declaration"),
            "{said}"
        );
        all.push_str(&said);
        all.push_str("\n----\n");
    }
    all
}

#[test]
fn what_is_generated() {
    let identities = format!(
        "{URL}environment:\n  TENANT: {{ type: string }}\n  S: {{ type: secret }}\ncredentials:\n  client: {{ basic: {{ username: gw, password: \"${{S}}\" }} }}\nidentities:\n{STAFF}  \
         tenant:\n    entra:\n      tenant: \"${{TENANT}}\"\n      audiences: [\"api://shop\"]\n      \
         required_claims: {{ roles: {{ any: [Shop.Use] }} }}\n      claims: {{ oid: string, tier: {{ from: /ext/tier, type: string }} }}\n      \
         scope_prefix: \"api://shop/\"\n  \
         opaque:\n    introspection:\n      url: \"https://login.example.com/ask\"\n      credential: client\n      \
         issuer: \"https://login.example.com/\"\n      audiences: [shop]\n      audience_optional: true\n      \
         cache: 10s\n      roles_claim: groups\n  \
         several:\n    jwt:\n      issuers: [{{ issuer: \"https://a/\" }}, {{ issuer: \"https://b/\", jwks: {{ file: /b.json }} }}]\n      \
         audiences: [shop]\n      max_age: 1h\n      decryption_keys: [\"${{S}}\"]\n  \
         tenants:\n    entra:\n      tenants: [\"${{TENANT}}\", 72f988bf-86f1-41af-91ab-2d7cd011db47]\n      audiences: [shop]\n  \
         partners: {{ keys: {{ file: /keys.json }} }}\n"
    );
    let server = "    identity: [staff, tenant, opaque, several, tenants, partners]\n    scopes: [shop]\n    \
                  overrides: { addPet: { scopes: [shop.write] } }\n";
    let (said, module) = compiled(&identities, server);
    assert_eq!(said, "");
    let module = module.unwrap();
    assert!(module.contains(r#"\"cacheScope\":\"private\""#));
    let access = module.split("access: ").nth(1).unwrap();
    let access = access.split("tools: &[rt::Tool").next().unwrap();
    let access = access.split("rt::Tool {").next().unwrap();
    let identities = module.split("public_url: ").nth(1).unwrap();
    insta::assert_snapshot!(format!("{access}\n----\n{identities}"));
}
