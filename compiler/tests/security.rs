//! What documents ask of callers and where they say that operations are, bound by manifests.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails says so by a panic"
)]

use std::fmt::Write as _;
use std::path::PathBuf;

use gatewright_compiler::compile;
use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::{Action, Credential, Part, Plan};
use gatewright_compiler::source::{Files, MemoryLoader};

/// Every way to ask for credentials, each in an operation of its own.
const SPEC: &str = r#"openapi: 3.1.0
info: { title: Shop, version: "1" }
servers:
  - url: "https://{region}.example.com/{version}"
    variables: { region: { default: eu, enum: [eu, us] }, version: { default: v1 } }
security: [{ key: [] }]
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    query: { type: apiKey, in: query, name: api_key }
    login: { type: http, scheme: basic }
    oauth: { type: oauth2, flows: {} }
    tls: { type: mutualTLS }
    dpop: { type: http, scheme: DPoP }
paths:
  /default: { get: { operationId: default, summary: The documents default } }
  /open: { get: { operationId: open, summary: Open to all, security: [] } }
  /optional: { get: { operationId: optional, summary: Optional, security: [{}, { login: [] }] } }
  /either: { get: { operationId: either, summary: One of two, security: [{ oauth: [read] }, { query: [] }] } }
  /both: { get: { operationId: both, summary: Two at once, security: [{ key: [], query: [] }] } }
  /tls: { get: { operationId: tls, summary: A certificate, security: [{ tls: [] }] } }
  /dpop: { get: { operationId: dpop, summary: Another scheme, security: [{ dpop: [] }] } }
  /declared:
    get:
      operationId: declared
      summary: Declares its key as parameters
      parameters:
        - { name: x-KEY, in: header, required: true, schema: { type: string } }
        - { name: X-Region, in: header, schema: { type: string } }
        - { name: api_key, in: query, schema: { type: string } }
        - { name: page, in: query, schema: { type: integer } }
  /upload:
    servers: [{ url: "https://uploads.example.com" }]
    post: { operationId: upload, summary: Elsewhere }
    put: { operationId: here, summary: Here after all, servers: [{ url: "https://x" }, { url: "https://{region}.example.com/{version}" }] }
"#;

/// What comes of a manifest whose API has these lines, and whose one server has those.
fn compiled(api: &str, server: &str) -> String {
    compiled_with(SPEC, api, server)
}

fn compiled_with(spec: &str, api: &str, server: &str) -> String {
    let manifest = format!(
        r#"gateway: shop
environment:
  KEY: {{ type: secret }}
credentials:
  key: {{ api_key: {{ header: x-key, value: "${{KEY}}" }} }}
  query: {{ api_key: {{ query: api_key, value: "${{KEY}}" }} }}
  login: {{ basic: {{ username: me, password: "${{KEY}}" }} }}
  token: {{ bearer: {{ token: "${{KEY}}" }} }}
  proof: {{ api_key: {{ header: Authorization, value: "DPoP ${{KEY}}" }} }}
apis:
  shop: {{ spec: shop.yaml{api} }}
servers:
  shop:
    tools: [{{ api: shop, {server}
"#
    );
    let loader = MemoryLoader::new([("gateway.yaml", manifest), ("shop.yaml", spec.to_owned())]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let mut text = plan.map_or_else(|_| "does not compile\n".to_owned(), |plan| shown(&plan));
    let said: Vec<_> = sink
        .diagnostics()
        .iter()
        // That no test uses all of the credentials is no news.
        .filter(|said| !said.message.contains("is not used: no API uses it"))
        .cloned()
        .collect();
    text.push_str(&render(&said, &files, Format::Full { colour: false }));
    text
}

/// Each tool with where it goes, what it sends, and what callers say.
fn shown(plan: &Plan) -> String {
    let mut out = String::new();
    for tool in plan.servers.iter().flat_map(|server| &server.tools) {
        let Action::Operation(operation) = &tool.action else {
            continue;
        };
        let api = &plan.apis[operation.request.api];
        let url: String = api
            .url
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.clone(),
                Part::Variable(_) => "$".to_owned(),
            })
            .collect();
        let asked = operation.request.credentials.iter();
        let credentials: Vec<_> = asked
            .map(|position| match &api.credentials[*position].0 {
                Credential::ApiKey(location, name, _) => format!("{location:?} {name}"),
                Credential::Basic(..) => "basic".to_owned(),
                Credential::Bearer(..) => "bearer".to_owned(),
            })
            .collect();
        let fields: Vec<_> = operation.fields.iter().map(|field| &field.name).collect();
        writeln!(
            out,
            "{}: {url} {credentials:?} {fields:?} {:?} {:?}\n  {:?}",
            tool.name, operation.title, operation.description, operation.annotations
        )
        .unwrap();
    }
    out
}

/// One snapshot for each case: the lines of the API, those of the server.
macro_rules! cases {
    ($($name:ident: $api:literal, $server:literal;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(compiled($api, $server));
        })*
    };
}

cases! {
    all_schemes_bound:
        ", headers: { X-Region: eu }, credentials: { key: key, query: query, login: login, oauth: token, tls: none, dpop: proof }",
        "operations: all, exclude: { operations: [upload] } }]";
    one_credential_for_what_it_fits: ", credential: key",
        "operations: [default, open, optional, declared] }]";
    nothing_bound: "", "operations: all, exclude: { operations: [upload] } }]";
    a_part_bound: ", credentials: { key: key }",
        "operations: [both] }]";
    something_else_authenticates: ", credential: none",
        "operations: all, exclude: { operations: [upload] } }]";
    the_first_alternative_that_is_bound: ", credentials: { query: query }",
        "operations: [either] }]";
    bindings_that_cannot_be_right:
        ", credential: key, credentials: { kee: key, key: login, oauth: login, tls: token, query: none }",
        "operations: [default, both] }]";
    bindings_that_count_for_nothing: ", credential: login, credentials: { key: key, query: query }",
        "operations: [default] }]";
    overrides_win: ", credentials: { key: key }",
        "operations: [default, open, tls] }]\n    overrides: { open: { credential: query }, tls: { credential: none } }";
    two_credentials_for_one_place: ", headers: { Authorization: x }, credentials: { key: key }",
        "operations: [default] }]\n    overrides: { default: { credential: token } }";
    a_credential_cannot_be_an_argument: ", credentials: { key: key }",
        "operations: [declared] }]\n    overrides: { declared: { arguments: { x-KEY: { value: mine } } } }";
    variables_of_the_server: ", server_variables: { region: us }, credential: key",
        "operations: [default, here] }]";
    variables_that_cannot_be_right: ", server_variables: { region: eus, vershun: v2 }, credential: key",
        "operations: [default] }]";
    a_server_of_its_own: ", credential: key", "operations: [upload] }]";
    servers_of_their_own_in_a_wide_selection: ", credential: key", "paths: [\"/upload\"] }]";
    a_server_that_is_allowed:
        ", credential: key, servers: { \"https://uploads.example.com\": \"http://127.0.0.1:9\" }",
        "operations: [default, upload] }]";
    servers_that_cannot_be_right:
        ", credential: key, servers: { \"https://upload.example.com\": \"http://127.0.0.1:9\", \"https://uploads.example.com\": \"http://u:p@h/\" }",
        "operations: [default] }]";
    servers_that_are_not_selected:
        ", credential: key, servers: { \"https://upload.example.com\": \"http://127.0.0.1:9\", \"https://uploads.example.com\": \"http://127.0.0.1:9\" }",
        "operations: [default] }]";
}

const HINTS: &str = r#"openapi: 3.1.0
x-mcp: { enabled: false, nam: x }
info: { title: Shop, version: "1" }
servers: [{ url: "https://example.com" }]
paths:
  /a:
    x-mcp: true
    get: { operationId: a, summary: Taken because of its path }
    post:
      operationId: b
      summary: Summary
      x-mcp:
        name: make_b
        title: Make B
        description: Makes one B.
        annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false }
    put: { operationId: c, x-mcp: { enabled: false } }
  /d:
    get: { operationId: d, summary: Left out }
    post: { operationId: e, summary: Named, x-mcp: { titel: x, annotations: { readonlyHint: true, destructiveHint: false } } }
    put: { operationId: f, summary: Wrong, x-mcp: { enabled: "yes", name: "a b", title: 5, annotations: [] } }
    patch: { operationId: g, summary: Wrong too, x-mcp: maybe }
    delete: { operationId: h, summary: Contradicts itself, x-mcp: { annotations: { readOnlyHint: true, destructiveHint: true } } }
"#;

#[test]
fn hints() {
    insta::assert_snapshot!(compiled_with(HINTS, "", "operations: [\"*\", e] }]"));
}

#[test]
fn the_manifest_beats_hints() {
    let overrides = "operations: all }]\n    overrides: { make_b: { name: b, title: T, description: D., annotations: { destructive: true, open_world: true } } }";
    insta::assert_snapshot!(compiled_with(HINTS, "", overrides));
}

#[test]
fn hints_that_are_wrong() {
    insta::assert_snapshot!(compiled_with(HINTS, "", "operations: [f, g, h] }]"));
}

const FLAWED: &str = r##"openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: "https://example.com" }]
components:
  schemas:
    Pet: { type: object, properties: { toy: { $ref: "#/components/schemas/Toi" } } }
    Toy: { type: string, pattern: "[" }
paths:
  /fine: { get: { operationId: fine, summary: Fine } }
  /pets:
    post:
      operationId: one
      summary: Refers to nothing
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
    put:
      operationId: two
      summary: The same again
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
  /pets/{id}: { get: { operationId: three, summary: Does not declare its parameter } }
  /security: { get: { operationId: four, summary: Asks for what there is not, security: [{ key: [] }] } }
"##;

#[test]
fn flaws_in_a_wide_selection() {
    insta::assert_snapshot!(compiled_with(FLAWED, "", "operations: all }]"));
}

#[test]
fn flaws_in_what_is_named() {
    insta::assert_snapshot!(compiled_with(
        FLAWED,
        "",
        "operations: [\"*\", two] }]\n    overrides: { three: { title: x } }"
    ));
}

#[test]
fn security_of_2_0() {
    let spec = r#"swagger: "2.0"
host: example.com
schemes: [https]
securityDefinitions:
  login: { type: basic }
  key: { type: apiKey, in: header, name: X-Key }
  broken: { type: apiKey, in: body, name: x }
  odd: { type: oauth3 }
paths:
  /a: { get: { operationId: a, summary: A, security: [{ login: [] }] } }
  /b: { get: { operationId: b, summary: B, security: [{ key: [] }] } }
  /c: { get: { operationId: c, summary: C, security: [{ broken: [] }, { odd: [] }, { loginn: [] }] } }
  /d: { get: { operationId: d, summary: D, security: { login: [] } } }
"#;
    let api = ", credentials: { login: login, key: key }";
    let fine = compiled_with(spec, api, "operations: [a, b] }]");
    let flawed = compiled_with(spec, api, "operations: [a, b, c, d] }]");
    insta::assert_snapshot!(format!("{fine}\n{flawed}"));
}

#[test]
fn documents_without_security() {
    let spec = r"openapi: 3.0.3
servers: [{ url: /v1 }]
paths: { /a: { get: { operationId: a, summary: A } } }
";
    let api = ", url: \"https://example.com\", credential: token";
    let fine = compiled_with(spec, api, "operations: all }]");
    let api = ", credential: token, credentials: { oauth: token }";
    let relative = compiled_with(spec, api, "operations: all }]");
    insta::assert_snapshot!(format!("{fine}\n{relative}"));
}

#[test]
fn relative_servers_of_a_document_that_says_where_it_is() {
    let spec = r"openapi: 3.2.0
$self: https://example.com/api/openapi.yaml
servers: [{ url: ../v1 }]
paths: { /a: { get: { operationId: a, summary: A } } }
";
    insta::assert_snapshot!(compiled_with(spec, "", "operations: all }]"));
}
