//! By which product callers come to tools: the whole truth table of docs/products.md, and how several
//! products are told apart.

use super::*;
use crate::auth::consumers::parse;
use crate::auth::principal::PrincipalKind;
use crate::auth::products::{KeyScope, Products, Way};
use crate::caller::Caller;
use crate::description::{Applications, Description, Product, Server};

const PLAIN: Product = Product {
    name: "",
    title: "",
    open: false,
    applications: None,
    claim: None,
};

const GOLD: usize = 0;
const OPEN: usize = 1;
const SILVER: usize = 2;

/// Open is written before silver, and yet comes after it.
static PRODUCTS: [Product; 3] = [
    Product {
        name: "gold",
        applications: Some(Applications {
            identity: 0,
            role: "gold.access",
        }),
        ..PLAIN
    },
    Product {
        name: "open",
        open: true,
        ..PLAIN
    },
    Product {
        name: "silver",
        claim: Some(|caller| caller.principal().has_role("silver")),
        ..PLAIN
    },
];

const fn server(name: &'static str, access: &'static Access) -> Server {
    Server {
        name,
        title: "",
        path: "",
        listeners: &[],
        admit: |_| Ok(()),
        intake: crate::policy::Intake::NONE,
        cors: None,
        access,
        tools: &[],
        find: |_| None,
        initialize: "",
        discover: "",
        pages: &[],
        selection: None,
        catalogue: None,
        implementation: "",
    }
}

/// Its tools: one of gold, silver and open; one of gold; one in no product.
const OPEN_TOO: Access = Access {
    identities: &[0, 1],
    scopes: &[],
    tools: &[],
    products: &[&[GOLD, SILVER, OPEN], &[GOLD], &[]],
    offered: &[GOLD, SILVER, OPEN],
};

/// Its tools: one of gold and silver, one of gold, one in no product.
const CLOSED: Access = Access {
    products: &[&[GOLD, SILVER], &[GOLD], &[]],
    offered: &[GOLD, SILVER],
    ..OPEN_TOO
};

static SERVERS: [&Server; 5] = [
    // Every product with its tools asks for something, and the server asks who calls.
    &server("pets", &CLOSED),
    // One product is open.
    &server("open-too", &OPEN_TOO),
    // It asks nobody.
    &server(
        "anonymous",
        &Access {
            identities: &[],
            products: &[&[OPEN], &[], &[]],
            offered: &[OPEN],
            ..OPEN_TOO
        },
    ),
    // No product has any of its tools.
    &server(
        "outside",
        &Access {
            products: &[],
            offered: &[],
            ..OPEN_TOO
        },
    ),
    &server("public", &Access::ANONYMOUS),
];

pub(super) static DESCRIPTION: Description = Description {
    name: "table",
    version: "",
    digest: "",
    variables: &[],
    apis: &[],
    limits: &[],
    public_url: None,
    listeners: &[],
    identities: &[crate::description::Identity {
        name: "staff",
        kind: crate::description::IdentityKind::Keys(crate::description::Keys {
            file: &[],
            header: "",
        }),
    }],
    products: &PRODUCTS,
    store: None,
    egress: None,
    authorizers: &[],
    guards: &[],
    cache_bytes: 0,
    servers: &SERVERS,
};

/// Who has a key that is for this.
fn key(scope: KeyScope) -> Caller {
    let principal = Principal {
        kind: PrincipalKind::Key,
        identity: "partners",
        scope,
        ..Principal::default()
    };
    Caller {
        principal: Some(Arc::new(principal)),
        ..Caller::default()
    }
}

/// Who has a token, or a key that is for nothing in particular, with these roles.
fn by(identity: &'static str, roles: &[&str]) -> Caller {
    let principal = Principal {
        kind: PrincipalKind::Token,
        identity,
        roles: roles.iter().map(|role| Box::from(*role)).collect(),
        ..Principal::default()
    };
    Caller {
        principal: Some(Arc::new(principal)),
        ..Caller::default()
    }
}

const NO: Option<Way> = None;
const DIRECT: Option<Way> = Some(Way::Direct);

/// The ways to the three tools of each of the five servers.
type Ways = [[Option<Way>; 3]; 5];

#[test]
fn the_whole_truth_table() {
    let products = Products::of(&DESCRIPTION);
    // By caller: the three tools of `pets`, `open-too`, `anonymous` and `outside`, the first of `public`.
    let nobody = || Caller::default();
    let of_products = |products: &[usize]| key(KeyScope::Products(products.into()));
    let of_servers = |servers: &[usize]| key(KeyScope::Servers(servers.into()));
    let via = |product: usize| Some(Way::Product(product));
    let none = [NO; 3];
    let direct = [DIRECT; 3];
    #[rustfmt::skip]
    let table: Vec<(&str, Caller, Ways)> = vec![
        ("a key for a product", of_products(&[GOLD]),
            [[via(GOLD), via(GOLD), NO], [via(GOLD), via(GOLD), NO], none, none, none]),
        ("a key for another product", of_products(&[SILVER]),
            [[via(SILVER), NO, NO], [via(SILVER), NO, NO], none, none, none]),
        ("a key for the open product", of_products(&[OPEN]),
            [none, [via(OPEN), NO, NO], [via(OPEN), NO, NO], none, none]),
        ("a key for two products", of_products(&[SILVER, GOLD]),
            [[via(GOLD), via(GOLD), NO], [via(GOLD), via(GOLD), NO], none, none, none]),
        ("a key for a server", of_servers(&[0]),
            [direct, none, none, none, none]),
        ("a key for another server", of_servers(&[3]),
            [none, none, none, direct, none]),
        ("a key for all servers", key(KeyScope::Everything),
            [direct, direct, direct, direct, direct]),
        ("a key for nothing in particular", by("partners", &[]),
            [none, [via(OPEN), NO, NO], [via(OPEN), DIRECT, DIRECT], direct, direct]),
        ("a token with the role", by("staff", &["gold.access"]),
            [[via(GOLD), via(GOLD), NO], [via(GOLD), via(GOLD), NO], [via(OPEN), DIRECT, DIRECT], direct, direct]),
        ("the role of another identity", by("others", &["gold.access"]),
            [none, [via(OPEN), NO, NO], [via(OPEN), DIRECT, DIRECT], direct, direct]),
        ("a token with the claim", by("others", &["silver"]),
            [[via(SILVER), NO, NO], [via(SILVER), NO, NO], [via(OPEN), DIRECT, DIRECT], direct, direct]),
        ("a token with both", by("staff", &["silver", "gold.access"]),
            [[via(GOLD), via(GOLD), NO], [via(GOLD), via(GOLD), NO], [via(OPEN), DIRECT, DIRECT], direct, direct]),
        // Without an identity, `outside` never comes to this question: its gate refuses.
        ("nothing", nobody(),
            [none, [via(OPEN), NO, NO], [via(OPEN), DIRECT, DIRECT], direct, direct]),
    ];
    for (who, caller, expected) in table {
        for (server, ways) in expected.iter().enumerate() {
            let name = SERVERS[server].name;
            for (tool, way) in ways.iter().enumerate() {
                let found = products.way(server, tool, &caller);
                assert_eq!(found, *way, "{who} at tool {tool} of {name}");
            }
            let reached = products.reaches(server, &caller);
            // The third tool of `pets` and `open-too` is in no product.
            assert_eq!(reached, ways.iter().any(Option::is_some), "{who} at {name}");
        }
    }
    assert!(products.opens(&OPEN_TOO) && !products.opens(&CLOSED));
    // A tool that there is not is in no product.
    assert_eq!(products.way(0, 9, &of_products(&[GOLD])), None);
    assert_eq!(products.way(9, 0, &key(KeyScope::Everything)), None);
}

#[test]
fn what_the_file_says_of_keys() {
    let products = Products::of(&DESCRIPTION);
    let hash = |digit: &str| digit.repeat(64);
    let read = |consumer: serde_json::Value| {
        let text = serde_json::json!({ "consumers": [consumer] }).to_string();
        parse("partners", products, text.as_bytes())
    };
    let scopes = |consumer: serde_json::Value| -> Vec<KeyScope> {
        let keys = read(consumer).unwrap();
        keys.values()
            .map(|principal| principal.scope.clone())
            .collect()
    };
    let gold = || KeyScope::Products([GOLD].into());
    assert_eq!(
        scopes(serde_json::json!({
            "name": "a", "products": ["gold"],
            "keys": [{ "sha256": hash("1") }, { "sha256": hash("2"), "servers": ["open-too", "pets"] }]
        })),
        [gold(), KeyScope::Servers([1, 0].into())]
    );
    assert_eq!(
        scopes(serde_json::json!({
            "name": "a", "servers": "all",
            "keys": [{ "sha256": hash("1"), "products": ["gold"] }, { "sha256": hash("2") }]
        })),
        [gold(), KeyScope::Everything]
    );
    assert_eq!(
        scopes(serde_json::json!({ "name": "a", "keys": [{ "sha256": hash("1") }] })),
        [KeyScope::Unsaid]
    );
    for (members, reason) in [
        (
            r#""products":["gild"]"#,
            "the gateway has no product `gild`",
        ),
        (r#""servers":["shut"]"#, "the gateway has no server `shut`"),
        (r#""servers":"pets""#, "`servers` must be a list of texts"),
        (r#""servers":["all"]"#, "no server `all`"),
        (r#""products":"all""#, "must have a list `products`"),
        (r#""products":[]"#, "`products` is empty"),
        (
            r#""products":["gold"],"servers":"all""#,
            "for `products` or for `servers`",
        ),
    ] {
        for text in [
            format!(
                r#"{{"name":"a","keys":[{{"sha256":"{}"}}],{members}}}"#,
                hash("1")
            ),
            format!(
                r#"{{"name":"a","keys":[{{"sha256":"{}",{members}}}]}}"#,
                hash("1")
            ),
        ] {
            let problem = read(serde_json::from_str(&text).unwrap()).unwrap_err();
            assert!(
                problem.contains(reason) || problem.contains("list `servers`"),
                "{problem}"
            );
        }
    }
}

#[test]
fn the_file_of_the_documentation() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/products.md");
    let page = std::fs::read_to_string(page).unwrap();
    let text = page.split("```json\n").nth(1).unwrap();
    let text = text.split("```").next().unwrap().as_bytes();
    let keys = parse("members", Products::of(&DESCRIPTION), text).unwrap();
    let mut scopes: Vec<_> = keys.values().map(|principal| &principal.scope).collect();
    scopes.sort_by_key(|scope| format!("{scope:?}"));
    assert_eq!(
        scopes,
        [
            &KeyScope::Everything,
            &KeyScope::Products([GOLD].into()),
            &KeyScope::Products([SILVER].into()),
        ],
        "the auditor is suspended"
    );
}
