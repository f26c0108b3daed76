//! Where a gateway listens: what is refused, and what is generated.

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

/// What is said of a manifest with these sections and these lines of its server, and the plan if it
/// compiles.
fn compiled(sections: &str, server: &str) -> (String, Option<Plan>) {
    let manifest = format!(
        "gateway: shop\n{sections}apis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\nservers:\n  shop:\n\
         {server}    tools: [{{ api: shop, operations: all }}]\n"
    );
    shop::compiled(manifest, SPEC)
}

#[test]
fn what_cannot_be_meant() {
    let cases = [
        // Names that mean nothing, twice, or where nobody is served.
        ("", "    listeners: [public]\n"),
        (
            "listeners:\n  public: { address: \"0.0.0.0:443\" }\n  internal: { address: \"0.0.0.0:444\" }\n",
            "    listeners: [pubic, public, public]\n",
        ),
        // Addresses that are none, or the same.
        (
            "listeners:\n  a: { address: \"443\" }\n  b: { address: \"::1:443\" }\n  c: { address: \"localhost:99999\" }\n",
            "",
        ),
        (
            "environment: { A: { type: string } }\nlisteners:\n  a: { address: \"${A}:443\" }\n  b: { address: \"${A}:443\" }\n  c: { address: \"127.0.0.1:0\" }\n  d: { address: \"127.0.0.1:0\" }\n",
            "",
        ),
        // Secrets in what is shown; half of what TLS needs; words for versions that are none.
        (
            "environment: { S: { type: secret } }\nlisteners:\n  a: { address: \"${S}:1\", tls: { certificate: \"${S}\", key: \"${S}\", client_certificates: { authorities: \"${S}\", revocation_lists: \"${S}\" } } }\n",
            "",
        ),
        (
            "listeners:\n  a: { address: \"[::]:1\", tls: { certificate: /c, min_version: TLSv1.1, client_certificates: { required: sometimes } } }\n",
            "",
        ),
        // What is said elsewhere.
        (
            "listeners:\n  a: { address: \"[::]:1\", trusted_proxies: [10.0.0.0/8], proxy_protocol: true, port: 3 }\n",
            "",
        ),
    ];
    let mut all = String::new();
    for (sections, server) in cases {
        let (said, plan) = compiled(sections, server);
        assert!(plan.is_none(), "{sections}{server}");
        all.push_str(&said);
        all.push_str("\n----\n");
    }
    insta::assert_snapshot!(all);
}

const LISTENERS: &str = "\
environment:
  PUBLIC_ADDRESS: { type: string, default: \"0.0.0.0:8443\" }
  TLS_CERTIFICATE: { type: string }
  TLS_KEY: { type: string }
  AUTHORITIES: { type: string }
listeners:
  public:
    address: \"${PUBLIC_ADDRESS}\"
    tls: { certificate: \"${TLS_CERTIFICATE}\", key: \"${TLS_KEY}\" }
  internal:
    address: \"127.0.0.1:8444\"
    tls:
      certificate: \"${TLS_CERTIFICATE}\"
      key: \"${TLS_KEY}\"
      min_version: TLSv1.3
      client_certificates: { authorities: \"${AUTHORITIES}\", revocation_lists: /lists.pem, required: false }
  plain: { address: \"127.0.0.1:8080\" }
";

#[test]
fn what_is_generated() {
    let (said, _) = compiled(LISTENERS, "    listeners: [internal, plain]\n");
    assert!(said.contains("the listener `public` is not used"), "{said}");

    let everywhere = "    path: /mcp\n  other:\n    listeners: [plain, internal]\n    ";
    let everywhere = format!("{everywhere}tools: [{{ api: shop, operations: all }}]\n  third:\n");
    let tools = "    tools: [{ api: shop, operations: all }]\n";
    let (said, plan) = compiled(
        LISTENERS,
        &everywhere.replacen("  other:", &format!("{tools}  other:"), 1),
    );
    assert_eq!(said, "");
    let module = emit::source(&plan.unwrap());
    assert!(module.contains("rt::HAS_TLS"));
    let served: Vec<&str> = module
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("listeners: &["))
        .collect();
    assert_eq!(
        served,
        [
            "listeners: &[],",
            "listeners: &[2, 1],",
            "listeners: &[],",
            "listeners: &["
        ]
    );
    let table = module.split("public_url: None,").nth(1).unwrap();
    insta::assert_snapshot!(table.split("identities:").next().unwrap());

    let (_, plan) = compiled("listeners: { plain: { address: \"[::1]:80\" } }\n", "");
    assert!(!emit::source(&plan.unwrap()).contains("HAS_TLS"));
}

/// What is said of a condition of the server's tools.
fn condition(expression: &str, server: &str) -> String {
    let (said, _) = compiled(
        LISTENERS,
        &format!("{server}    require: \"{expression}\"\n"),
    );
    said
}

#[test]
fn conditions_about_listeners() {
    for fine in [
        "listener.name == 'internal'",
        "listener.name in ['internal', 'plain'] || listener.tls",
        "listener.name != 'public'",
        "listener.tls && listener.name.startsWith('p')",
    ] {
        assert_eq!(condition(fine, ""), "", "{fine}");
    }
    let mut all = String::new();
    for (wrong, server) in [
        ("listener.name == 'intern'", ""),
        (
            "listener.name == 'public'",
            "    listeners: [internal, plain]\n",
        ),
        ("listener.address == '127.0.0.1'", ""),
        ("listener.tls == 'yes'", ""),
    ] {
        let said = condition(wrong, server);
        assert!(said.contains("error["), "{wrong}: {said}");
        all.push_str(&said);
        all.push_str("\n----\n");
    }
    let (said, plan) = compiled("", "    require: listener.name == 'public'\n");
    assert!(plan.is_none());
    all.push_str(&said);
    insta::assert_snapshot!(all);
}

#[test]
fn listeners_of_tests() {
    let tests = |listener: &str, server: &str| {
        let sections = format!(
            "{LISTENERS}tests:\n  - name: a\n    call: {{ server: shop, tool: listPets, listener: {listener} }}\n    \
             expect: {{ allowed: true }}\n"
        );
        compiled(&sections, server)
    };
    let (said, plan) = tests("plain", "");
    assert_eq!(said, "");
    let plan = plan.unwrap();
    assert_eq!(plan.tests[0].steps[0].listener, Some(2));
    assert!(emit::source(&plan).contains("listener: Some(2)"));
    let (said, _) = tests("plein", "");
    assert!(
        said.contains("there is no listener `plein`") && said.contains("did you mean `plain`?"),
        "{said}"
    );
    let (said, _) = tests("public", "    listeners: [internal, plain]\n");
    assert!(
        said.contains("the server `shop` is not served at the listener `public`")
            && said.contains("it is served at `internal`, `plain`"),
        "{said}"
    );
}
