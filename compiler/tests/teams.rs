//! Files of teams: what becomes of them, and what they cannot do.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::path::PathBuf;

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::emit;
use gatewright_compiler::plan::Plan;
use gatewright_compiler::source::{Files, MemoryLoader};

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get: { operationId: listPets, summary: List pets, responses: { "204": { description: ok } } }
    post: { operationId: addPet, summary: Add a pet, responses: { "204": { description: ok } } }
"#;

/// The platform's file: one server, with all that could be shared.
const PLATFORM: &str = "gateway: shop
public_url: \"https://shop.example.com\"
environment:
  SHOP_KEY: { type: secret }
  REGION: { type: string }
identities:
  staff: { jwt: { issuer: \"https://login.example.com/\", audiences: [shop] } }
  members: { keys: { file: /keys.json } }
credentials:
  shop_key: { api_key: { header: X-Key, value: \"${SHOP_KEY}\" } }
apis:
  shop:
    spec: specs/shop.yaml
    url: \"http://127.0.0.1\"
    credential: shop_key
    timeout: 5s
    max_response_bytes: 64KiB
    headers: { X-Region: \"${REGION}\" }
token_budget: { tool: 500, list: 1000 }
policies:
  - set_header: { name: X-Gateway, value: shop }
  - set_query_parameter: { name: tenant, value: shop }
servers:
  pets:
    identity: [staff, members]
    tools: [{ api: shop, operations: [listPets, addPet] }]
";

/// What is said of these files, and the plan if they compile.
fn compiled(texts: &[(&str, &str)]) -> (String, Option<Plan>) {
    let documents = ["specs/shop.yaml", "teams/orders/orders.yaml"].map(|path| (path, SPEC));
    let texts = documents.iter().chain(texts).copied();
    let mut files = Files::new(PathBuf::new(), Box::new(MemoryLoader::new(texts)));
    let mut sink = Sink::default();
    let plan = gatewright_compiler::compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    assert_eq!(plan.is_err(), said.contains("error["), "{said}");
    (said, plan.ok())
}

/// The same with an entry of `include` for the team `orders`, which has this file.
fn of_team(terms: &str, team: &str) -> (String, Option<Plan>) {
    let include = format!("{PLATFORM}include: [{{ files: teams/*/gateway.yaml{terms} }}]\n");
    compiled(&[
        ("gateway.yaml", &include),
        ("teams/orders/gateway.yaml", team),
    ])
}

const ORDERS: &str = "environment:
  ORDERS_URL: { type: url }
apis:
  orders: { spec: orders.yaml, url: \"${ORDERS_URL}\" }
policies: [{ limit_concurrency: { max_count: 3 } }]
servers:
  orders:
    identity: staff
    policies: [{ limit_concurrency: { max_count: 2 } }]
    tools:
      - { api: orders, operations: [listPets] }
  more:
    identity: staff
    tools:
      - { api: shop, operations: [addPet] }
products:
  buyers: { servers: [orders], claim: \"'buyer' in principal.roles\" }
tests:
  - name: nobody buys
    call: { server: orders, tool: listPets }
    expect: { denied: identity_required }
";

#[test]
fn what_a_team_declares_is_part_of_the_gateway() {
    let (said, plan) = of_team(", share: { identities: [staff], apis: [shop] }", ORDERS);
    assert_eq!(said, "");
    let plan = plan.unwrap();
    let servers: Vec<_> = plan
        .servers
        .iter()
        .map(|server| server.name.as_str())
        .collect();
    assert_eq!(servers, ["pets", "orders", "more"]);
    let limits = |server: usize| plan.servers[server].steps.limit.len();
    assert_eq!([limits(0), limits(1), limits(2)], [0, 2, 1]);
    assert_eq!(plan.products[0].name, "buyers");
    assert_eq!(plan.tests[0].name, "nobody buys");
    let module = emit::source(&plan);
    // What the platform asks of all is asked of them, too.
    assert_eq!(module.matches("x-gateway").count(), 1, "{module}");
    for path in ["/pets/mcp", "/orders/mcp", "/more/mcp"] {
        assert!(module.contains(path), "{path}");
    }
}

#[test]
fn the_order_of_files_is_that_of_their_names() {
    let include = format!(
        "{PLATFORM}include:
  - {{ files: teams/*/gateway.yaml, share: {{ apis: [shop], identities: [staff] }} }}
  - {{ files: more/last.yaml, team: last, share: {{ apis: [shop], identities: [staff] }} }}
"
    );
    let file = |name: &str| {
        format!(
            "servers:\n  {name}: {{ identity: staff, tools: [{{ api: shop, operations: [listPets] }}] }}\n"
        )
    };
    let (said, plan) = compiled(&[
        ("gateway.yaml", &include),
        ("teams/b/gateway.yaml", &file("b-server")),
        ("more/last.yaml", &file("last-server")),
        ("teams/a/gateway.yaml", &file("a-server")),
        ("teams/.hidden/gateway.yaml", "not: read"),
        ("teams/none/README.md", "nothing"),
        ("teams/gateway.yaml", "not: read"),
    ]);
    assert_eq!(said, "");
    let servers: Vec<_> = plan
        .unwrap()
        .servers
        .into_iter()
        .map(|server| server.name)
        .collect();
    assert_eq!(servers, ["pets", "a-server", "b-server", "last-server"]);
}

#[test]
fn files_that_cannot_be_included() {
    let orders =
        "servers: { orders: { identity: staff, tools: [{ api: shop, operations: all }] } }\n";
    let cases = [
        "[{ files: teams/orders/gateway.yaml }]",
        "[{ files: teams/*/gateway.yaml, team: orders }]",
        "[{ files: teams/*/gateway.yml }]",
        "[{ files: nothing/*/gateway.yaml }]",
        "[{ files: teams/absent.yaml, team: absent }]",
        "[{ files: ../gateway.yaml, team: up }, { files: /etc/passwd, team: root }, { files: \"a/*/*.yaml\" }]",
        "[{ files: teams/orders/gateway.yaml, team: orders }, { files: teams/*/gateway.yaml }]",
        "[{ files: teams/orders/gateway.yaml, team: one }, { files: ./teams//orders/gateway.yaml, team: two }]",
        "[{ files: gateway.yaml, team: platform }]",
        "[{ files: \"wrong/*.yaml\" }]",
        "[{ files: teams/*/gateway.yaml, share: {}, allow: [everything], teams: a }]",
        "[{ files: teams/*/gateway.yaml, share: { apis: [shop, shops], identities: [stuff], environment: [KEY] } }]",
        "[]",
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|include| {
            let platform = format!("{PLATFORM}include: {include}\n");
            let (said, plan) = compiled(&[
                ("gateway.yaml", &platform),
                ("teams/orders/gateway.yaml", orders),
                ("wrong/Two Words.yaml", orders),
            ]);
            assert!(plan.is_none(), "{include}\n{said}");
            format!("{include}\n{said}")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n----\n"));
}

#[test]
fn what_is_not_shared_cannot_be_used() {
    let cases = [
        // Names of the platform, and of nobody.
        (
            "",
            "servers: { orders: { identity: [staff, stuff], tools: [{ api: shop, operations: all }], overrides: { addPet: { credential: shop_key } } } }\n",
        ),
        (
            ", share: { identities: [staff] }",
            "apis: { orders: { spec: orders.yaml, url: \"http://127.0.0.1/${REGION}\", credential: shop_key, headers: { X-A: \"${SHOP_KEY}\" } } }\n\
             servers: { orders: { identity: staff, tools: [{ api: orders, operations: all }] } }\n",
        ),
        // Servers of others, and who comes to them.
        (
            ", share: { identities: [staff] }",
            "products: { mine: { servers: [pets], tools: { pets: [addPet] }, applications: { identity: members, role: a } } }\n",
        ),
        // Names that are there already.
        (
            ", share: { identities: [staff], apis: [shop] }",
            "environment: { REGION: { type: string }, ORDERS_A: { type: string } }\n\
             credentials: { shop_key: { bearer: { token: \"${SHOP_KEY}\" } } }\n\
             apis: { shop: { spec: orders.yaml, url: \"http://127.0.0.1\" } }\n\
             servers: { pets: { identity: staff, path: /pets/mcp, tools: [{ api: shop, operations: [listPets] }] } }\n",
        ),
        // The process environment, and functions of the crate.
        (
            ", share: { identities: [staff], apis: [shop], rust: [crate::shop] }",
            "environment: { PATH: { type: string }, ORDERS_EU_A: { type: string } }\n\
             apis: { orders: { spec: orders.yaml, url: \"http://127.0.0.1/${PATH}/${ORDERS_EU_A}\" } }\n\
             servers: { orders: { identity: staff, policies: [{ rust: crate::shopping::allow }], \
             tools: [{ api: orders, operations: all }, { rust: [crate::shop::one, crate::shop::deep::two, crate::admin::wipe] }] } }\n",
        ),
        // What only the platform says.
        (
            "",
            "gateway: mine\nidentities: { mine: { keys: { file: a } } }\negress: { allow: [\"*.example.com\"] }\ninclude: []\nserver: {}\n",
        ),
        ("", "{}\n"),
        ("", "policies: [{ limit_concurrency: { max_count: 3 } }]\n"),
        // Files of others.
        (
            ", share: { identities: [staff] }",
            "apis: { orders: { spec: ../../specs/shop.yaml, url: \"http://127.0.0.1\" } }\n\
             servers: { orders: { identity: staff, tools: [{ api: orders, operations: all }] } }\n\
             test_files: [../eu/tests.yaml]\n",
        ),
    ];
    let eu = "servers: { orders-eu: { identity: staff, tools: [{ api: shop, operations: [listPets] }] } }\n";
    let said: Vec<String> = cases
        .iter()
        .map(|(terms, team)| {
            let platform = format!(
                "{PLATFORM}include:\n  - {{ files: teams/orders/gateway.yaml, team: orders{terms} }}\n  \
                 - {{ files: teams/eu/gateway.yaml, team: orders-eu, share: {{ identities: [staff], apis: [shop] }} }}\n"
            );
            let (said, plan) = compiled(&[
                ("gateway.yaml", &platform),
                ("teams/orders/gateway.yaml", team),
                ("teams/eu/gateway.yaml", eu),
            ]);
            assert!(plan.is_none(), "{team}\n{said}");
            format!("{team}{said}")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n----\n"));
}

#[test]
fn what_another_team_declares_cannot_be_shared() {
    let platform = format!(
        "{PLATFORM}include:
  - {{ files: teams/*/gateway.yaml, share: {{ identities: [staff], apis: [eu] }} }}
"
    );
    let (said, plan) = compiled(&[
        ("gateway.yaml", &platform),
        (
            "teams/eu/gateway.yaml",
            "apis: { eu: { spec: eu.yaml, url: \"http://127.0.0.1\" } }\n\
             servers: { eu: { identity: staff, tools: [{ api: eu, operations: [listPets] }] } }\n",
        ),
        ("teams/eu/eu.yaml", SPEC),
        (
            "teams/orders/gateway.yaml",
            "servers: { orders: { identity: staff, tools: [{ api: eu, operations: [listPets] }] } }\n\
             products: { mine: { servers: [eu], claim: \"'a' in principal.roles\" } }\n",
        ),
    ]);
    assert!(plan.is_none());
    insta::assert_snapshot!(said);
}

#[test]
fn what_the_platform_asks_cannot_be_loosened() {
    let server = "tools: [{ api: shop, operations: [addPet] }]";
    let cases = [
        // Callers that nobody asks.
        format!("servers: {{ one: {{ identity: anonymous, {server} }}, two: {{ {server} }} }}\n"),
        format!(
            "servers: {{ one: {{ identity: staff, {server} }} }}\nproducts: {{ mine: {{ servers: [one], open: true }} }}\n"
        ),
        // A second way to a server that has one.
        "servers: { sold: { identity: staff, tools: [{ api: shop, operations: [addPet] }] } }\n\
         products: { mine: { servers: [sold], claim: \"'a' in principal.roles\" } }\n"
            .to_owned(),
        // What is set already, at every scope of the file.
        format!(
            "policies: [{{ set_header: {{ name: x-gateway, value: mine }} }}]\n\
             servers: {{ sold: {{ identity: staff, policies: [{{ set_query_parameter: {{ name: tenant, value: mine, exists_action: append }} }}], \
             {server}, overrides: {{ addPet: {{ policies: [{{ set_header: {{ name: X-GATEWAY, exists_action: delete }} }}] }} }} }} }}\n"
        ),
        // Bounds.
        format!(
            "servers: {{ sold: {{ identity: staff, token_budget: {{ tool: 501, list: 1001, exceeded: warn }}, {server}, \
             overrides: {{ addPet: {{ token_budget: 502, timeout: 6s, max_response_bytes: 65KiB }} }} }} }}\n"
        ),
        format!(
            "servers: {{ sold: {{ identity: staff, {server}, overrides: {{ addPet: {{ timeout: 6s, max_response_bytes: 65KiB }} }} }} }}\n"
        ),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|team| {
            let sold = "products: { gold: { servers: [sold], claim: \"'gold' in principal.roles\" } }\n";
            let sold = if team.contains("sold:") { sold } else { "" };
            let platform = format!(
                "{PLATFORM}{sold}include: [{{ files: teams/*/gateway.yaml, share: {{ identities: [staff], apis: [shop] }} }}]\n"
            );
            let (said, plan) = compiled(&[
                ("gateway.yaml", &platform),
                ("teams/orders/gateway.yaml", team),
            ]);
            assert!(plan.is_none(), "{team}\n{said}");
            format!("{team}{said}")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n----\n"));
}

#[test]
fn what_the_platform_allows() {
    let (said, plan) = of_team(
        ", share: { identities: [staff], apis: [shop] }, allow: [anonymous_servers, open_products]",
        "servers:
  free: { identity: anonymous, tools: [{ api: shop, operations: [listPets] }] }
  trial:
    identity: staff
    token_budget: { tool: 500, list: 900 }
    tools: [{ api: shop, operations: [listPets] }]
    overrides: { listPets: { timeout: 5s, max_response_bytes: 64KiB, token_budget: 400 } }
products: { trial: { servers: [trial], open: true } }
",
    );
    assert_eq!(said, "");
    assert_eq!(plan.unwrap().servers.len(), 3);
}

/// Servers of teams are where the platform lets them be.
#[test]
fn listeners_of_the_platform() {
    let platform = format!(
        "{}include: [{{ files: teams/*/gateway.yaml, share: {{ identities: [staff], apis: [shop], listeners: [inside] }} }}]\n",
        PLATFORM.replace(
            "servers:",
            "listeners:\n  inside: { address: \"127.0.0.1:8080\" }\n  outside: { address: \"127.0.0.1:8081\" }\nservers:"
        )
    );
    let said = |listeners: &str| {
        let team = format!(
            "servers: {{ orders: {{ identity: staff{listeners}, tools: [{{ api: shop, operations: [listPets] }}] }} }}\n"
        );
        compiled(&[
            ("gateway.yaml", &platform),
            ("teams/orders/gateway.yaml", &team),
        ])
        .0
    };
    assert_eq!(said(", listeners: [inside]"), "");
    let refused = [said(""), said(", listeners: [inside, outside]")];
    insta::assert_snapshot!(refused.join("\n----\n"));
}

/// A gateway that is nothing but its teams.
#[test]
fn a_platform_without_servers() {
    let platform =
        "gateway: shop\ninclude: [{ files: teams/*/gateway.yaml, allow: [anonymous_servers] }]\n";
    let team = "apis: { orders: { spec: orders.yaml, url: \"http://127.0.0.1\" } }\n\
                servers: { orders: { identity: anonymous, tools: [{ api: orders, operations: [listPets] }] } }\n";
    let (said, plan) = compiled(&[
        ("gateway.yaml", platform),
        ("teams/orders/gateway.yaml", team),
    ]);
    assert_eq!(said, "");
    assert_eq!(plan.unwrap().servers.len(), 1);
}
