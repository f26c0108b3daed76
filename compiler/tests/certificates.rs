//! Callers that are known by certificates: what is refused, and what is generated.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod shop;

use gatewright_compiler::emit;
use gatewright_compiler::plan::Plan;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get: { operationId: listPets, summary: List pets, responses: { "204": { description: ok } } }
"#;

const LISTENERS: &str = "\
listeners:
  public:
    address: \"0.0.0.0:8443\"
    tls: { certificate: /tls.crt, key: /tls.key }
  internal:
    address: \"0.0.0.0:8444\"
    tls: { certificate: /tls.crt, key: /tls.key, client_certificates: { authorities: /ca.pem } }
";

/// What is said of a manifest with these listeners, other sections, lines of its server and tests.
fn compiled(listeners: &str, sections: &str, server: &str) -> (String, Option<Plan>) {
    let manifest = format!(
        "gateway: shop\n{listeners}{sections}apis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\nservers:\n  shop:\n\
         {server}    tools: [{{ api: shop, operations: all }}]\n"
    );
    shop::compiled(manifest, SPEC)
}

fn identity(certificates: &str) -> String {
    format!("identities:\n  workloads: {{ client_certificate: {certificates} }}\n")
}

const SERVER: &str = "    identity: workloads\n";

#[test]
fn what_cannot_be_meant() {
    let cases = [
        // Nobody asks for a certificate: nowhere, or not where the server is.
        ("", identity("{ subject_from: uri }"), SERVER.to_owned()),
        (
            LISTENERS,
            identity("{ subject_from: uri }"),
            format!("    listeners: [public]\n{SERVER}"),
        ),
        // Nothing to know anybody by; nobody by the same.
        (LISTENERS, identity("{}"), SERVER.to_owned()),
        (
            LISTENERS,
            identity("{ callers: [{ name: a, roles: [b] }] }"),
            SERVER.to_owned(),
        ),
        (
            LISTENERS,
            identity(
                "{ callers: [{ dns_name: a.b }, { dns_name: a.b, common_name: c }, { dns_name: a.c }] }",
            ),
            SERVER.to_owned(),
        ),
        // What no certificate has.
        (
            LISTENERS,
            identity(
                "{ subject_from: serial_number, callers: [{ thumbprint: abcd }, { thumbprint: \"ab:cx\" }, { serial_number: \"00\" }, { uri: orders }, { dns_name: \"https://a.b\" }, { subject: orders }, { issuer_subject: /C=DE }, { ip: 127.0.0.1 }] }",
            ),
            SERVER.to_owned(),
        ),
        // Secrets in what is shown.
        (
            LISTENERS,
            format!(
                "environment: {{ S: {{ type: secret }} }}\n{}",
                identity("{ callers: [{ uri: \"${S}\" }] }")
            ),
            SERVER.to_owned(),
        ),
        // A URL for clients that need a token, of whom there are none.
        (
            LISTENERS,
            format!(
                "public_url: https://shop.example.com\n{}",
                identity("{ callers: [{ uri: 7 }] }")
            ),
            SERVER.to_owned(),
        ),
    ];
    let mut all = String::new();
    for (listeners, sections, server) in cases {
        let (said, plan) = compiled(listeners, &sections, &server);
        assert!(plan.is_none(), "{sections}{server}{said}");
        all.push_str(&said);
        all.push_str("\n----\n");
    }
    insta::assert_snapshot!(all);
}

const CALLERS: &str = "{ subject_from: uri, callers: [{ uri: \"spiffe://${DOMAIN}/ns/orders\", name: orders, scopes: [pets.read], roles: [writer, reader] }, { issuer_subject: \"CN=ca,O=Acme\", serial_number: \"0A:FF\" }] }";

#[test]
fn what_is_generated() {
    let sections = format!(
        "environment: {{ DOMAIN: {{ type: string }} }}\n{}",
        identity(CALLERS)
    );
    let server = "    identity: workloads\n    scopes: [pets.read]\n    \
                  require: \"'writer' in principal.roles && principal.subject.startsWith('spiffe://') && has(principal.consumer)\"\n";
    let (said, plan) = compiled(LISTENERS, &sections, server);
    assert_eq!(said, "");
    let module = emit::source(&plan.unwrap());
    let identities = module.split("identities: &[\n").nth(1).unwrap();
    insta::assert_snapshot!(identities.split("products:").next().unwrap());
}

#[test]
fn callers_of_tests() {
    let tests = |call: &str| {
        let sections = format!(
            "{}tests:\n  - name: a\n    call: {{ server: shop, tool: listPets, {call} }}\n    expect: {{ allowed: true }}\n",
            identity("{ subject_from: uri }")
        );
        compiled(LISTENERS, &sections, SERVER)
    };
    let (said, plan) = tests(
        "principal: { subject: \"spiffe://a/b\", issuer: CN=ca, consumer: a, roles: [b], scopes: [c] }",
    );
    assert_eq!(said, "");
    let plan = plan.unwrap();
    // It comes in where it can show its certificate, unless the test says where.
    assert_eq!(plan.tests[0].steps[0].listener, Some(1));
    let mut all = String::new();
    for call in [
        "listener: public, principal: { subject: a }",
        "principal: { subject: a, client_id: b, claims: { c: d }, products: [e] }",
    ] {
        let (said, _) = tests(call);
        assert!(said.contains("error[impossible-test]"), "{said}");
        all.push_str(&said);
        all.push_str("\n----\n");
    }
    insta::assert_snapshot!(all);
    let (_, plan) = tests("listener: public");
    assert_eq!(plan.unwrap().tests[0].steps[0].listener, Some(0));
}
