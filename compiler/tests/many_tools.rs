//! Servers with many tools: what is generated for pages and for search mode, and what is said of
//! budgets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::{Action, Plan};
use gatewright_compiler::source::{Files, MemoryLoader};
use gatewright_compiler::{compile, emit, tokens};

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      parameters:
        - { name: limit, in: query, description: How many at most, schema: { type: integer, maximum: 100 } }
      responses:
        "200":
          description: ok
          content: { application/json: { schema: { type: array, items: { type: string } } } }
    post:
      operationId: createPet
      summary: Add a pet
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [name], properties: { name: { type: string } } }
      responses: { "204": { description: ok } }
  /orders:
    get:
      operationId: listOrders
      summary: List orders
      responses: { "200": { description: ok } }
"#;

fn compiled(top: &str, server: &str) -> (Option<Plan>, String) {
    let manifest = format!(
        "gateway: shop\n{top}apis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\" }}\nservers:\n  shop:\n    \
         tools:\n      - {{ api: shop, operations: all }}\n{server}"
    );
    let loader = MemoryLoader::new([("gateway.yaml", manifest), ("shop.yaml", SPEC.to_owned())]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    (plan.ok(), said)
}

/// What is generated between two marks.
fn generated(server: &str, from: &str, to: &str) -> String {
    let (plan, said) = compiled("", server);
    let source = emit::source(&plan.unwrap_or_else(|| panic!("{said}")));
    let start = source.find(from).unwrap_or_else(|| panic!("{source}"));
    let rest = source.get(start..).unwrap();
    rest.get(..rest.find(to).unwrap()).unwrap().to_owned()
}

#[test]
fn pages_are_constants() {
    insta::assert_snapshot!(generated("    page_size: 2\n", "pages: &[", "catalogue: "));
}

#[test]
fn a_catalogue_is_constants() {
    insta::assert_snapshot!(generated(
        "      - { rust: [crate::greet] }\n    mode: search\n    overrides: { listPets: { output_schema: true } }\n    \
         instructions: Be kind.\n    token_budget: { tool: 500, list: 500 }\n",
        "const _: () = ",
        "implementation: "
    ));
}

#[test]
fn lists_of_what_only_rustc_knows_are_asserted() {
    insta::assert_snapshot!(generated(
        "      - { rust: [crate::greet, crate::part] }\n    token_budget: { tool: 500, list: 900 }\n    \
         overrides: { greet: { token_budget: 20 } }\n",
        "const _: () = ",
        "pub(super) static DESCRIPTION"
    ));
}

#[test]
fn cursors_change_with_the_list() {
    let cursor = |server: &str| {
        let pages = generated(server, "pages: &[", "catalogue: ");
        let cursors: Vec<_> = pages
            .split("cursor: \"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert_eq!((cursors.len(), cursors[0].as_str()), (2, ""));
        assert!(pages.contains(&format!("\\\"nextCursor\\\":\\\"{}\\\"", cursors[1])));
        cursors[1].clone()
    };
    let first = cursor("    page_size: 2\n");
    assert_eq!(cursor("    page_size: 2\n    title: Another\n"), first);
    assert_ne!(
        cursor("    page_size: 2\n    overrides: { listPets: { title: Pets } }\n"),
        first
    );
}

/// One snapshot for each case: lines of the manifest, and lines of its server.
macro_rules! cases {
    ($($name:ident: $top:literal, $server:literal;)*) => {
        $(#[test]
        fn $name() {
            let (plan, said) = compiled($top, $server);
            let verdict = if plan.is_some() { "compiles" } else { "does not compile" };
            insta::assert_snapshot!(format!("{verdict}\n{said}"));
        })*
    };
}

cases! {
    budgets_that_are_exceeded:
        "token_budget: { tool: 30 }\n",
        "    token_budget: { list: 60 }\n    overrides:\n      createPet: { token_budget: 10, output_schema: false }\n      listPets: { output_schema: true }\n";
    budgets_that_only_warn:
        "token_budget: { tool: 10, exceeded: warn }\n",
        "    token_budget: { tool: 40 }\n";
    budgets_of_the_server_go_before_the_gateways:
        "token_budget: { tool: 1, list: 1 }\n",
        "    token_budget: { tool: 400, list: 4000 }\n";
    a_warning_that_nobody_could_give:
        "token_budget: { exceeded: warn, list: 1000 }\n",
        "      - { rust: [crate::greet] }\n    overrides: { greet: { token_budget: 100 } }\n";
    pages_of_three_tools:
        "",
        "    mode: search\n    page_size: 2\n";
    a_tool_with_a_name_of_search_mode:
        "",
        "    mode: search\n    overrides: { listPets: { name: Search_Tools } }\n";
    the_names_of_search_mode_are_free_otherwise:
        "",
        "    overrides: { listPets: { name: search_tools } }\n";
    numbers_that_are_none:
        "token_budget: { tool: 0, list: 1.5, exceeded: maybe }\n",
        "    mode: serach\n    page_size: \"7\"\n    token_budget: {}\n";
}

#[test]
fn what_search_mode_lists_costs_little_however_many_tools_there_are() {
    let (plan, _) = compiled("", "    mode: search\n");
    let plan = plan.unwrap();
    let list = tokens::list(&plan.servers[0]);
    assert!((200..500).contains(&list.total()), "{list:?}");
    assert_eq!(list.legacy, list.modern);
}

#[test]
fn the_manifest_of_the_documentation_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/many-tools.md")).unwrap();
    let spec = std::fs::read_to_string(root.join("specs/petstore.yaml")).unwrap();
    let blocks: Vec<_> = page
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect();
    assert_eq!(blocks.len(), 1);
    for manifest in blocks {
        let loader = MemoryLoader::new([
            ("gateway.yaml", manifest),
            ("specs/petstore.yaml", spec.clone()),
        ]);
        let mut files = Files::new(PathBuf::new(), Box::new(loader));
        let mut sink = Sink::default();
        let plan = compile("gateway.yaml", &mut files, &mut sink);
        let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
        assert!(plan.is_ok(), "{said}");
    }
    for key in [
        "token_budget",
        "page_size",
        "mode: search",
        "exceeded: warn",
    ] {
        assert!(page.contains(&format!("`{key}")), "{key}");
    }
}

#[test]
fn long_enumerations_are_described_and_enforced() {
    let with = |count: usize| {
        let values: Vec<String> = (0..count).map(|number| format!("v{number}")).collect();
        let spec = SPEC.replace(
            "{ type: integer, maximum: 100 }",
            &format!("{{ type: string, enum: [{}] }}", values.join(", ")),
        );
        let manifest = "gateway: shop\napis: { shop: { spec: shop.yaml, url: \"http://127.0.0.1\" } }\n\
                        servers: { shop: { tools: [{ api: shop, operations: [listPets] }] } }\n";
        let loader =
            MemoryLoader::new([("gateway.yaml", manifest.to_owned()), ("shop.yaml", spec)]);
        let mut files = Files::new(PathBuf::new(), Box::new(loader));
        let plan = compile("gateway.yaml", &mut files, &mut Sink::default()).unwrap();
        let enforced = plan.table.iter().flat_map(|schema| schema.rules.iter());
        let enforced = enforced.filter(|rule| {
            matches!(rule, gatewright_schema::rule::Rule::Enumeration(values) if values.len() == count)
        });
        assert_eq!(enforced.count(), 1);
        match &plan.servers[0].tools[0].action {
            Action::Operation(tool) => tool.input_schema.clone(),
            Action::Rust(_) => panic!("an operation was selected"),
        }
    };
    let short = with(50);
    assert!(
        short.contains("\"enum\":[\"v0\"") && short.contains("\"v49\"]"),
        "{short}"
    );
    let long = with(51);
    assert!(!long.contains("\"enum\""), "{long}");
    assert!(
        long.contains(r#"How many at most. One of 51 values, such as \"v0\", \"v1\","#),
        "{long}"
    );
}
