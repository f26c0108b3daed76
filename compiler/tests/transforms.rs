//! Policies that change requests, answer in the API's place, look at answers and let web pages in: what is
//! generated for them, and what cannot be meant.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod shop;

use gatewright_compiler::emit;
use gatewright_compiler::plan::{Action, MockSource, Plan};

const SPEC: &str = r##"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      parameters: [{ name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 50 } }]
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: { type: array, items: { $ref: "#/components/schemas/Pet" } }
              examples:
                wrong: { value: [{ id: one }] }
                none: { value: [] }
                rex: { $ref: "#/components/examples/rex" }
    post:
      operationId: createPet
      summary: Add a pet
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [name]
              properties:
                name: { type: string, maxLength: 20 }
                tags: { type: array, items: { type: string } }
                audit: { type: object, properties: { by: { type: string }, at: { type: integer } } }
      responses:
        "201":
          description: ok
          content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } }
  /pets/{id}:
    get:
      operationId: getPet
      summary: Get a pet
      parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 20 } }]
      responses:
        "200": { description: ok, content: { application/pdf: {} } }
components:
  schemas:
    Pet:
      type: object
      required: [id, kind]
      properties:
        id: { type: integer, minimum: 1 }
        kind: { enum: [cat, dog] }
        born: { type: string, format: date }
        parent: { $ref: "#/components/schemas/Pet" }
  examples:
    rex: { value: [{ id: 7, kind: dog }] }
"##;

/// What is said of a manifest with these policies of the gateway, of its one server, and of its tools;
/// and the plan if it compiles.
fn compiled(gateway: &str, server: &str, tools: &str) -> (String, Option<Plan>) {
    let manifest = format!(
        "gateway: shop\nenvironment: {{ KEY: {{ type: secret }} }}\ncredentials:\n  key: {{ api_key: {{ header: X-Key, value: \"${{KEY}}\" }} }}\n  \
         apis_key: {{ api_key: {{ query: key, value: \"${{KEY}}\" }} }}\napis:\n  shop: {{ spec: shop.yaml, url: \"http://127.0.0.1\", \
         credential: key, headers: {{ X-Fixed: a }} }}\n  other: {{ spec: shop.yaml, url: \"http://127.0.0.1\", credential: apis_key }}\n{gateway}servers:\n  \
         other: {{ identity: anonymous, tools: [{{ api: other, operations: [getPet] }}] }}\n  shop:\n    identity: anonymous\n{server}    \
         tools: [{{ api: shop, operations: all }}, {{ rust: [crate::greet] }}]\n{tools}"
    );
    shop::compiled(manifest, SPEC)
}

#[test]
fn what_is_generated() {
    let (said, plan) = compiled(
        "policies:\n  - set_header: { name: X-Gateway, value: shop, exists_action: skip }\n  \
         - cors: { allowed_origins: [\"https://app.example.com\"], allow_credentials: true, expose_headers: [X-Total] }\n",
        "    policies:\n      - set_query_parameter: { name: \"a[b]\", expression: request.ip, exists_action: append }\n        \
         when: \"'x-a' in request.headers\"\n      - return_response: { text: Closed., error: true }\n        \
         when: \"'x-closed' in request.headers\"\n      - validate_content: { result: detect }\n",
        "    overrides:\n      listPets:\n        policies:\n          - mock_response: {}\n            when: has(arguments.limit)\n          \
         - mock_response: { example: rex }\n            when: \"'x-rex' in request.headers\"\n          - validate_content: { result: prevent }\n      \
         createPet:\n        policies:\n          - set_body: { at: /audit/by, expression: arguments.name }\n          \
         - set_body: { at: /tags, value: [new] }\n          - set_header: { name: If-Match, exists_action: delete }\n      \
         getPet:\n        policies:\n          - return_response: { structured: { closed: true } }\n",
    );
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    let warnings: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("not checked"))
        .collect();
    assert_eq!(warnings.len(), 1, "{said}");
    let module = emit::source(&plan);
    let part = |from: &str, to: &str| {
        let rest = module
            .split(from)
            .nth(1)
            .unwrap_or_else(|| panic!("{from}:\n{module}"));
        format!("{from}{}", rest.split(to).next().unwrap())
    };
    let parts = [
        part("    fn respond<", "    fn find("),
        part("        cors: ", "        access:"),
        part("\nfn prepare<", "\n}"),
    ];
    insta::assert_snapshot!(parts.join("\n...\n"));
}

/// The mock of a tool of the server `shop`, with every tool mocked but one.
fn mock(tool: &str, policy: &str) -> (String, MockSource) {
    let tools =
        format!("    overrides: {{ {tool}: {{ policies: [{{ mock_response: {policy} }}] }} }}\n");
    let (said, plan) = compiled("", "", &tools);
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    let tools = plan.servers.iter().flat_map(|server| &server.tools);
    let found = tools
        .filter(|known| known.name == tool)
        .find_map(|tool| match &tool.action {
            Action::Operation(operation) => operation.mock.clone(),
            Action::Rust(_) => None,
        });
    let mock = found.unwrap();
    (mock.body, mock.source)
}

#[test]
fn mocks_are_examples_that_match_or_made_from_the_schema() {
    assert_eq!(
        mock("listPets", "{}"),
        ("[]".to_owned(), MockSource::Example("none".to_owned()))
    );
    assert_eq!(
        mock("createPet", "{}"),
        (
            r#"{"id":1,"kind":"cat","born":"2026-01-31"}"#.to_owned(),
            MockSource::Schema
        )
    );
}

/// Policies of the server, or of one tool.
fn of_server(policies: &str) -> (String, String) {
    (format!("    policies: [{policies}]\n"), String::new())
}

fn of_tool(tool: &str, policies: &str) -> (String, String) {
    (
        String::new(),
        format!("    overrides: {{ {tool}: {{ policies: [{policies}] }} }}\n"),
    )
}

/// What is said of each.
fn refusals(cases: &[(String, String)]) -> String {
    let said: Vec<String> = cases
        .iter()
        .map(|(server, tools)| {
            let (said, plan) = compiled("", server, tools);
            assert!(plan.is_none(), "{server}{tools}{said}");
            said
        })
        .collect();
    said.join("\n")
}

#[test]
fn headers_and_parameters_that_cannot_be_set() {
    insta::assert_snapshot!(refusals(&[
        of_server("{ set_header: { name: Authorization, value: a } }"),
        of_server(
            "{ set_header: { name: Host, value: a } }, { set_header: { name: transfer-encoding, value: a } }"
        ),
        of_server(
            "{ set_header: { name: Cookie, value: a } }, { set_header: { name: User-Agent, value: a } }"
        ),
        of_server("{ set_header: { name: X-Key, value: a } }"),
        of_server("{ set_header: { name: x-fixed, exists_action: delete } }"),
        of_server("{ set_header: { name: \"a b\", value: a } }"),
        of_server("{ set_header: { name: X-A, value: \"a\\nb\" } }"),
        of_server("{ set_header: { name: X-A, value: \"${KEY}\" } }"),
        of_server("{ set_header: { name: X-A } }"),
        of_server("{ set_header: { name: X-A, value: a, exists_action: delete } }"),
        of_server("{ set_header: { name: X-A, value: a, expression: request.ip } }"),
        of_server("{ set_header: { name: X-A, expression: request.headers } }"),
        of_server("{ set_header: { name: X-A, expression: arguments.limit } }"),
        of_tool("greet", "{ set_header: { name: X-A, value: a } }"),
        of_server("{ choose: [] }"),
    ]));
    // A credential of another API's tools, whatever the case and the encoding.
    let (said, plan) = compiled(
        "policies: [{ set_query_parameter: { name: KEY, expression: request.ip } }]\n",
        "",
        "",
    );
    assert!(plan.is_none());
    assert!(said.contains("protected-name"), "{said}");
}

#[test]
fn bodies_that_cannot_be_set() {
    insta::assert_snapshot!(refusals(&[
        of_server("{ set_body: { at: /name, value: a } }"),
        of_tool("listPets", "{ set_body: { at: /name, value: a } }"),
        of_tool("createPet", "{ set_body: { at: /nme, value: a } }"),
        of_tool("createPet", "{ set_body: { at: /name/first, value: a } }"),
        of_tool("createPet", "{ set_body: { at: /tags/0, value: a } }"),
        of_tool("createPet", "{ set_body: { at: /name, value: 1 } }"),
        of_tool(
            "createPet",
            "{ set_body: { at: /name, value: \"more than twenty characters\" } }"
        ),
        of_tool(
            "createPet",
            "{ set_body: { at: /audit/at, expression: arguments.name } }"
        ),
        of_tool(
            "createPet",
            "{ set_body: { at: /audit/by, expression: \"duration('1s')\" } }"
        ),
        of_tool("createPet", "{ set_body: { at: /name } }"),
        of_tool("createPet", "{ set_body: { at: name, value: a } }"),
    ]));
}

#[test]
fn answers_that_cannot_be_given() {
    insta::assert_snapshot!(refusals(&[
        of_server("{ return_response: { text: a } }, { return_response: { text: b } }"),
        of_server("{ return_response: { text: a, structured: {} } }"),
        of_server("{ return_response: {} }"),
        of_server("{ mock_response: {} }"),
        of_server("{ mock_response: { example: rex } }"),
        of_tool("listPets", "{ mock_response: { example: wrong } }"),
        of_tool("listPets", "{ mock_response: { example: max } }"),
        of_tool("createPet", "{ mock_response: { example: rex } }"),
        of_tool("getPet", "{ validate_content: { result: prevent } }"),
        of_tool("listPets", "{ validate_content: { arguments: detect, result: prevent } }"),
        of_tool("listPets", "{ validate_content: { result: prevent, max_bytes: 1KiB } }"),
        // Not one answer with that member would match.
        (
            String::new(),
            "    overrides: { listPets: { response: { mask: [{ at: /*/born }] }, policies: [{ validate_content: { result: prevent } }] } }\n".to_owned(),
        ),
        (
            String::new(),
            "    overrides: { listPets: { output_schema: true, policies: [{ return_response: { text: a } }] } }\n".to_owned(),
        ),
        (
            String::new(),
            "    overrides: { listPets: { output_schema: true, policies: [{ return_response: { structured: {} } }] } }\n".to_owned(),
        ),
    ]));
}

#[test]
fn masks_that_do_not_fit_what_is_only_watched() {
    let (said, plan) = compiled(
        "",
        "    overrides: { listPets: { response: { mask: [{ at: /*/born }] }, policies: [{ validate_content: { result: detect } }] } }\n",
        "",
    );
    assert!(plan.is_some(), "{said}");
}

#[test]
fn pages_that_cannot_be_let_in() {
    insta::assert_snapshot!(refusals(&[
        of_server("{ cors: { allowed_origins: [\"*\"], allow_credentials: true } }"),
        of_server("{ cors: { allowed_origins: [\"*\", \"https://a.example\"] } }"),
        of_server("{ cors: { allowed_origins: [\"https://a.example/\"] } }"),
        of_server(
            "{ cors: { allowed_origins: [\"https://a.example:443\", \"null\", \"https://A.example\"] } }"
        ),
        of_server(
            "{ cors: { allowed_origins: [\"https://a.example\"] } }, { cors: { allowed_origins: [\"https://b.example\"] } }"
        ),
        of_server(
            "{ cors: { allowed_origins: [\"https://a.example\"] }, when: \"'x-a' in request.headers\" }"
        ),
        of_server("{ cors: { allowed_origins: [\"https://a.example\"], max_age: 2d } }"),
        of_tool(
            "getPet",
            "{ cors: { allowed_origins: [\"https://a.example\"] } }"
        ),
    ]));
    let cors = "[{ cors: { allowed_origins: [\"https://a.example\"] } }]";
    let (said, plan) = compiled(
        &format!("policies: {cors}\n"),
        &format!("    policies: {cors}\n"),
        "",
    );
    assert!(plan.is_none());
    assert!(said.contains("conflicting-keys"), "{said}");
}

#[test]
fn hosts_that_are_not_connected_to() {
    let egress = |allow: &str| compiled(&format!("egress: {{ allow: [{allow}] }}\n"), "", "");
    for allow in [
        "127.0.0.1",
        "127.0.0.0/8",
        "api.example.com, \"*.example\", 127.0.0.1",
    ] {
        let (said, plan) = egress(allow);
        assert!(plan.is_some(), "{said}");
    }
    let plan = egress("api.example.com, \"*.example\", 127.0.0.1, 10.0.0.0/8, \"::1\"")
        .1
        .unwrap();
    let module = emit::source(&plan);
    let rest = module.split("    egress: ").nth(1).unwrap();
    let emitted = rest.split("    public_url:").next().unwrap();
    let refusals: Vec<String> = [
        "api.example.com",
        "10.0.0.0/8",
        "10.0.0.1/8, \"2001:db8::/129\"",
        "\"https://127.0.0.1\", \"127.0.0.1:80\", \"*\", API.example.com",
        "127.0.0.1, 127.0.0.0/8",
    ]
    .iter()
    .map(|allow| {
        let (said, plan) = egress(allow);
        assert!(plan.is_none(), "{allow}");
        said
    })
    .collect();
    insta::assert_snapshot!(format!("{emitted}\n{}", refusals.join("\n")));
}
