//! Products: what is generated for them, and what cannot be meant.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod shop;

use std::path::PathBuf;

use gatewright_compiler::emit;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get: { operationId: listPets, summary: List pets, responses: { "204": { description: ok } } }
    post: { operationId: addPet, summary: Add a pet, responses: { "204": { description: ok } } }
  /orders:
    get: { operationId: listOrders, summary: List orders, responses: { "204": { description: ok } } }
"#;

const HEAD: &str = "gateway: shop
public_url: \"https://shop.example.com\"
identities:
  staff: { jwt: { issuer: \"https://login.example.com/\", audiences: [shop], claims: { tier: string } } }
  members: { keys: { file: /keys.json } }
apis:
  shop: { spec: shop.yaml, url: \"http://127.0.0.1\" }
servers:
  pets:
    identity: [staff, members]
    tools: [{ api: shop, operations: [listPets, addPet] }]
  orders:
    identity: staff
    tools: [{ api: shop, operations: [listOrders] }]
";

const PUBLIC: &str = "  public:
    identity: anonymous
    tools: [{ api: shop, operations: [listPets] }]
";

/// What is said of a manifest with this after its servers, and the module if it compiles.
fn compiled(rest: &str) -> (String, Option<String>) {
    let (said, plan) = shop::compiled(format!("{HEAD}{rest}"), SPEC);
    (said, plan.map(|plan| emit::source(&plan)))
}

#[test]
fn what_is_generated() {
    let (said, module) = compiled(&format!(
        "{PUBLIC}policies:
  - rate_limit_by_key: {{ calls: 9, renewal_period: 1m, counter_key: request.ip }}
    when: has(product.name) && product.name == 'trial'
products:
  trial: {{ open: true, tools: {{ pets: [listPets], public: [listPets] }} }}
  gold:
    title: Gold
    servers: [pets, orders]
    applications: {{ identity: staff, role: gold.access }}
    claim: principal.claims.tier == 'gold'
    require: \"'x-team' in request.headers || tool.name == 'listOrders'\"
    policies:
      - rate_limit_by_key: {{ calls: 5, renewal_period: 1m, counter_key: principal.identity }}
  silver:
    tools: {{ pets: [listPets] }}
    policies: [{{ limit_concurrency: {{ max_count: 2, key: server.name + tool.name }} }}]
"
    ));
    assert_eq!(said, "");
    let module = module.unwrap();
    let part = |from: &str, to: &str| {
        let rest = module.split(from).nth(1);
        let rest = rest.unwrap_or_else(|| panic!("{from}:\n{module}"));
        format!("{from}{}", rest.split(to).next().unwrap())
    };
    let servers: Vec<&str> = module.split("    fn before<").skip(1).collect();
    let mut parts: Vec<String> = servers
        .iter()
        .map(|server| {
            format!(
                "    fn before<{}",
                server.split("    pub(super)").next().unwrap()
            )
        })
        .collect();
    parts.extend(
        module
            .split("access: ")
            .skip(1)
            .map(|access| format!("access: {}", access.split("rt::Tool {").next().unwrap())),
    );
    parts.push(part("fn product_1_claim<", "/// The handlers"));
    parts.push(part("    products: &[\n        rt::", "    servers:"));
    insta::assert_snapshot!(parts.join("\n...\n"));
}

#[test]
fn calls_wait_for_what_their_product_counts_in_the_store() {
    let (said, module) = compiled(
        "products:\n  gold:\n    servers: [pets]\n    claim: principal.claims.tier == 'gold'\n    \
         policies: [{ quota_by_key: { calls: 5, renewal_period: 1h, counter_key: principal.identity } }]\n",
    );
    assert_eq!(said, "");
    let module = module.unwrap();
    let (pets, orders) = module.split_once("pub mod orders {").unwrap();
    // Both ends of both tools; those of the other server have nothing to wait for.
    assert_eq!(pets.matches("call.settle(").count(), 4, "{pets}");
    assert_eq!(orders.matches("call.settle(").count(), 0, "{orders}");
}

#[test]
fn what_cannot_be_meant() {
    let cases = [
        // Names of nothing, and names twice.
        "products:\n  a: { servers: [pets, pet, pets], tools: { pets: [listPets], orders: [listOrder, listOrders, listOrders] }, applications: { identity: stuff, role: a } }\n",
        "products:\n  a: { title: Nothing }\n  B: { servers: [orders], policy: [] }\n",
        "products:\n  a: { servers: [pets], tools: { orders: [listOrder] }, applications: { identity: staff, role: a } }\n",
        // Keys and tokens.
        "products:\n  a: { servers: [pets], applications: { identity: members, role: a } }\n",
        // Nobody has them.
        "products:\n  a: { servers: [pets, orders] }\n",
        &format!("{PUBLIC}products:\n  a: {{ servers: [public] }}\n"),
        &format!(
            "{PUBLIC}products:\n  a: {{ servers: [public], applications: {{ identity: staff, role: a }} }}\n"
        ),
        // Tools that nobody has: with keys for the server, and without.
        "products:\n  a: { tools: { pets: [listPets] } }\n",
        "    overrides: { listOrders: { scopes: [a] } }\n  more:\n    identity: staff\n    tools: [{ api: shop, operations: all }]\nproducts:\n  a: { tools: { more: [addPet] }, claim: \"'a' in principal.roles\" }\n",
        // Open in two ways, or to callers who have none of what is asked of all.
        "products:\n  a: { servers: [pets], open: true }\n  b: { tools: { pets: [listPets] }, open: true }\n",
        "    scopes: [orders]\nproducts:\n  a: { servers: [orders], open: true }\n",
        "products:\n  a: { servers: [orders], open: true, claim: \"'a' in principal.roles\" }\n",
        // Conditions about what is not known, or always so.
        "products:\n  a: { servers: [pets], claim: request.ip == ip('10.0.0.1') }\n",
        "products:\n  a: { servers: [pets], claim: principal.claims.tear == 'gold' }\n",
        "products:\n  a: { servers: [pets], require: product.name == 'a' }\n",
        "products:\n  a: { servers: [pets], require: tool.name == 'listOrders' }\n",
        "products:\n  a: { servers: [pets], require: arguments.limit == 1 }\n",
        // Asked of requests, when no product is known.
        "products:\n  a: { servers: [pets], policies: [{ ip_filter: { action: allow, addresses: [10.0.0.1] } }] }\n",
        // Limits of each caller, where everybody may call without saying who.
        "products:\n  a: { servers: [pets], open: true, policies: [{ rate_limit: { calls: 1, renewal_period: 1m } }] }\n",
        "    policies: [{ rate_limit: { calls: 1, renewal_period: 1m } }]\nproducts:\n  a: { servers: [orders], open: true }\n",
        "policies: [{ limit_concurrency: { max_count: 1, key: product.name } }]\n",
        "    require: product.name == 'a'\nproducts:\n  a: { servers: [pets] }\n",
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|rest| {
            let (said, _) = compiled(rest);
            assert!(
                said.contains("error[") || said.contains("not-in-product"),
                "{rest}\n{said}"
            );
            format!("{rest}{said}")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n----\n"));
}

/// `gatewright explain` tells who comes to a tool by which product, and what that asks.
#[cfg(feature = "cli")]
#[test]
fn what_explain_says() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("products");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("shop.yaml"), SPEC).unwrap();
    let manifest = format!(
        "{HEAD}products:
  trial:
    open: true
    tools: {{ pets: [listPets] }}
    policies: [{{ rate_limit_by_key: {{ calls: 5, renewal_period: 1m, counter_key: request.ip }} }}]
  gold:
    servers: [pets]
    applications: {{ identity: staff, role: gold.access }}
    claim: principal.claims.tier == 'gold'
    require: \"'x-team' in request.headers\"
"
    );
    std::fs::write(folder.join("gateway.yaml"), manifest).unwrap();
    let explained = std::process::Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .args(["explain", "pets", "listPets"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = String::from_utf8(explained.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let asked = lines.iter().filter(|line| {
        ["authenticate", "authorize", "limit"]
            .iter()
            .any(|phase| line.trim_start().starts_with(phase))
    });
    let asked: Vec<&str> = asked.copied().collect();
    insta::assert_snapshot!(asked.join("\n"));
}
