//! Lists of what a caller may use: where they are generated, and what of.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
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
  /orders:
    get:
      operationId: listOrders
      summary: List orders
      parameters: [{ name: limit, in: query, schema: { type: integer } }]
      responses: { "204": { description: ok } }
"#;

/// The module of a gateway with one server, `shop`, that has this beside its tools, and this after it.
fn generated(server: &str, rest: &str) -> String {
    let manifest = format!(
        "gateway: shop
public_url: \"https://shop.example.com\"
identities:
  staff: {{ jwt: {{ issuer: \"https://login.example.com/\", audiences: [shop], claims: {{ tier: string }} }} }}
  members: {{ keys: {{ file: /keys.json }} }}
apis:
  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}
servers:
  shop:
    identity: [staff, members]
    tools: [{{ api: shop, operations: all }}]
{server}{rest}"
    );
    let (said, plan) = shop::compiled(manifest, SPEC);
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    emit::source(&plan)
}

fn between<'m>(module: &'m str, from: &str, to: &str) -> &'m str {
    let start = module
        .find(from)
        .unwrap_or_else(|| panic!("{from}:\n{module}"));
    let rest = &module[start..];
    &rest[..rest.find(to).unwrap()]
}

const CONDITIONS: &str =
    "    require: \"principal.identity == 'members' || tool.name != 'listPets'\"
    page_size: 2
    overrides:
      addPet: { require: \"'keeper' in principal.roles\" }
      listOrders: { require: \"principal.claims.tier == 'gold'\" }
";

const PRODUCTS: &str = "products:
  gold: { servers: [shop], claim: principal.claims.tier == 'gold', require: \"'gold' in principal.roles\" }
  silver: { tools: { shop: [listPets] }, require: \"'x-open' in request.headers\" }
";

#[test]
fn what_is_generated() {
    let module = generated(CONDITIONS, PRODUCTS);
    let functions = [
        between(
            &module,
            "    fn meets<",
            "    pub(super) static DESCRIPTION",
        ),
        between(&module, "        pages: ", "        catalogue: "),
        between(&module, "fn product_meets<", "/// The handlers"),
    ];
    insta::assert_snapshot!(functions.join("\n...\n"));
}

#[test]
fn search_mode_does_not_say_how_many_tools_there_are() {
    let search = "    mode: search\n    overrides: { addPet: { require: \"'keeper' in principal.roles\" } }\n";
    let module = generated(search, "");
    assert!(
        module.contains("This server has tools, which are not listed."),
        "{module}"
    );
    assert!(!module.contains("has 3 tools"), "{module}");
    // The list of the three is a constant as ever.
    assert!(module.contains("cursor: \"\","), "{module}");
    insta::assert_snapshot!(between(
        &module,
        "    fn meets<",
        "    pub(super) static DESCRIPTION"
    ));
    assert!(generated("    mode: search\n", "").contains("has 3 tools"));
}

/// Whether the list of the server depends on who asks.
fn depends(server: &str, rest: &str) -> bool {
    let module = generated(server, rest);
    let selected = module.contains("selection: Some(&SELECTION)");
    // It is one or the other.
    assert_eq!(selected, module.contains("pages: &[],"), "{module}");
    assert_eq!(selected, module.contains("\\\"ttlMs\\\":60000"), "{module}");
    selected
}

#[test]
fn lists_are_constants_where_they_are_the_same_for_all() {
    for (server, rest) in [
        ("", ""),
        ("    list: usable\n", ""),
        // What differs from request to request, and what a challenge mends.
        ("    require: \"'x-open' in request.headers\"\n", ""),
        (
            "    require: \"'x-open' in request.headers && has(principal.subject)\"\n",
            "",
        ),
        (
            "    scopes: [shop.read]\n    overrides: { addPet: { scopes: [shop.write] } }\n",
            "",
        ),
        (
            "    overrides: { listOrders: { require: \"arguments.limit < 10 && has(principal.subject)\" } }\n",
            "",
        ),
        (
            "    policies: [{ rate_limit: { calls: 5, renewal_period: 1m } }]\n",
            "",
        ),
        // Who comes to one tool comes to all.
        (
            "",
            "products:\n  gold: { servers: [shop], claim: principal.claims.tier == 'gold' }\n",
        ),
        (
            "",
            "products:\n  gold: { servers: [shop], require: \"'x-open' in request.headers\" }\n",
        ),
        // Everybody is shown everything, and that is meant.
        ("    list: all\n", PRODUCTS),
    ] {
        assert!(!depends(server, rest), "{server}{rest}");
    }
    for (server, rest) in [
        ("    require: has(principal.subject)\n", ""),
        (
            "    overrides: { addPet: { require: \"'keeper' in principal.roles\" } }\n",
            "",
        ),
        // With another tool in another product, and with one in none.
        (
            "",
            "products:\n  a: { servers: [shop] }\n  b: { tools: { shop: [addPet] } }\n",
        ),
        (
            "",
            "products:\n  b: { tools: { shop: [addPet, listPets] } }\n",
        ),
        (
            "",
            "products:\n  gold: { servers: [shop], require: \"'gold' in principal.roles\" }\n",
        ),
    ] {
        assert!(depends(server, rest), "{server}{rest}");
    }
}

/// A server that asks nobody shows everybody the same, whatever products there are.
#[test]
fn nobody_asked_means_nothing_hidden() {
    let public = "  public:
    identity: anonymous
    tools: [{ api: shop, operations: [listPets, addPet] }]
products:
  trial: { open: true, tools: { public: [listPets] } }
";
    let module = |public: &str| {
        let head = "gateway: shop\napis: { shop: { spec: shop.yaml, url: \"http://127.0.0.1\" } }\nservers:\n";
        let (said, plan) = shop::compiled(format!("{head}{public}"), SPEC);
        emit::source(&plan.unwrap_or_else(|| panic!("{said}")))
    };
    let all = module(public);
    assert!(!all.contains("SELECTION"), "{all}");
    // Unless it refuses everybody, which is the same for all, too.
    let module = module(&public.replace(
        "    tools:",
        "    require: tool.name != 'addPet'\n    tools:",
    ));
    assert!(module.contains("static SELECTION"), "{module}");
    assert!(
        module.contains("\\\"cacheScope\\\":\\\"public\\\""),
        "{module}"
    );
}

/// `gatewright explain` says whom a tool is not shown.
#[cfg(feature = "cli")]
#[test]
fn what_explain_says() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("selection");
    std::fs::create_dir_all(folder.join("teams/shop")).unwrap();
    std::fs::write(folder.join("teams/shop/shop.yaml"), SPEC).unwrap();
    let platform = "gateway: shop
public_url: \"https://shop.example.com\"
identities:
  staff: { jwt: { issuer: \"https://login.example.com/\", audiences: [shop], claims: { tier: string } } }
include: [{ files: teams/*/gateway.yaml, share: { identities: [staff] } }]
";
    let team = format!(
        "apis: {{ shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }} }}
servers:
  shop:
    identity: staff
    tools: [{{ api: shop, operations: all }}]
{CONDITIONS}{PRODUCTS}"
    )
    .replace("silver: {", "silver: { claim: \"'a' in principal.roles\",");
    std::fs::write(folder.join("gateway.yaml"), platform).unwrap();
    let team = team.replace(
        "principal.identity == 'members' || ",
        "has(principal.subject) || ",
    );
    std::fs::write(folder.join("teams/shop/gateway.yaml"), team).unwrap();
    let explained = std::process::Command::new(env!("CARGO_BIN_EXE_gatewright"))
        .args(["explain", "shop", "listOrders"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let said = String::from_utf8(explained.stderr).unwrap();
    assert!(explained.status.success(), "{said}");
    let text = String::from_utf8(explained.stdout).unwrap();
    insta::assert_snapshot!(text);
}
