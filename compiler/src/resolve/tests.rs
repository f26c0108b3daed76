use std::fmt::Write as _;
use std::path::PathBuf;

use crate::diagnostic::{Format, Sink, render};
use crate::plan::{Action, Body, OperationTool, Plan};
use crate::source::{Files, MemoryLoader};

mod bodies;

/// A gateway that takes all operations of a document, and what is said about it.
fn compiled(texts: &[(&str, &str)]) -> (Option<Plan>, String) {
    let manifest = "gateway: g\napis: { a: { spec: a.yaml, url: https://example.com } }\n\
                    servers: { s: { tools: [{ api: a, operations: all }] } }\n";
    compiled_with(manifest, texts)
}

fn compiled_with(manifest: &str, texts: &[(&str, &str)]) -> (Option<Plan>, String) {
    let manifest = ("gateway.yaml", manifest);
    let all = [manifest].into_iter().chain(texts.iter().copied());
    let mut files = Files::new(PathBuf::new(), Box::new(MemoryLoader::new(all)));
    let mut sink = Sink::default();
    let plan = crate::compile("gateway.yaml", &mut files, &mut sink).ok();
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    (plan, said)
}

fn operation_tools(plan: &Plan) -> impl Iterator<Item = (&str, &OperationTool)> {
    let tools = plan.servers.iter().flat_map(|server| &server.tools);
    tools.filter_map(|tool| match &tool.action {
        Action::Operation(operation) => Some((tool.name.as_str(), operation.as_ref())),
        Action::Rust(_) => None,
    })
}

/// One paragraph for each tool.
fn shown(plan: &Plan) -> String {
    let mut out = String::new();
    for (name, tool) in operation_tools(plan) {
        let request = &tool.request;
        writeln!(out, "{name}: {} {}", request.method, request.template).unwrap();
        writeln!(out, "  {:?}", tool.annotations).unwrap();
        for parameter in &request.parameters {
            writeln!(
                out,
                "  {} {:?} {:?} explode: {}",
                parameter.name, parameter.location, parameter.style, parameter.explode
            )
            .unwrap();
        }
        if !matches!(request.body, Body::None) {
            writeln!(out, "  {:?}", request.body).unwrap();
        }
        writeln!(out, "  {}\n  {}", request.accept, tool.input_schema).unwrap();
    }
    out
}

#[test]
fn queries_are_tools_and_unknown_methods_are_not() {
    let (plan, said) = compiled(&[(
        "a.yaml",
        "openapi: 3.2.0\npaths:\n  /pets:\n    query:\n      operationId: searchPets\n      summary: Search pets\n      requestBody:\n        \
         required: true\n        content: { application/json: { schema: { type: object, properties: { name: { type: string } }, required: [name] } } }\n    \
         additionalOperations:\n      COPY: { operationId: copyPet, summary: Copy }\n    \
         get: { operationId: findPets, summary: Find, parameters: [{ name: q, in: querystring, content: { text/plain: {} } }] }\n",
    )]);
    let tools = plan.as_ref().map(shown).unwrap_or_default();
    insta::assert_snapshot!(said + &tools);
}

#[test]
fn documents_of_2_0_make_the_same_tools() {
    let (plan, said) = compiled(&[(
        "a.yaml",
        "swagger: '2.0'\npaths:\n  /pets/{id}:\n    parameters: [{ name: id, in: path, required: true, type: string, maxLength: 8 }]\n    \
         put:\n      operationId: putPet\n      summary: Put\n      parameters:\n        \
         - { name: pet, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }\n        \
         - { name: tags, in: query, type: array, items: { type: string, enum: [a, b] }, collectionFormat: pipes, description: Tags }\n      \
         responses: { 200: { description: OK, schema: { $ref: '#/definitions/Pet' } } }\n    \
         post:\n      operationId: uploadPet\n      summary: Upload\n      parameters: [{ name: photo, in: formData, type: file }]\n\
         definitions:\n  Pet:\n    type: object\n    discriminator: kind\n    required: [kind]\n    properties:\n      \
         kind: { type: string }\n      id: { type: integer, readOnly: true }\n      note: { type: string, x-nullable: true }\n",
    )]);
    let tools = plan.as_ref().map(shown).unwrap_or_default();
    insta::assert_snapshot!(said + &tools);
}

const OVERLAID: &str = "openapi: 3.0.3\npaths:\n  /pets:\n    get: { operationId: listPets }\n    post: { operationId: addPet }\n  \
                        /toys: { get: { operationId: listToys, summary: Toys } }\n\
                        components: { parameters: { Limit: { name: limit, in: query, schema: { type: integer } } } }\n";

#[test]
fn overlays_change_the_document_before_it_is_read() {
    let manifest = "gateway: g\napis: { a: { spec: api/a.yaml, overlays: [one.yaml, two.yaml], url: https://example.com } }\n\
                    servers: { s: { tools: [{ api: a, operations: all }] } }\n";
    let (plan, said) = compiled_with(
        manifest,
        &[
            ("api/a.yaml", OVERLAID),
            (
                "one.yaml",
                "overlay: 1.0.0\nactions:\n  - { target: $.paths.*.post, remove: true }\n  \
                 - { target: $.paths.*.get, update: { summary: List, parameters: [{ $ref: '#/components/parameters/Limit' }] } }\n",
            ),
            (
                "two.yaml",
                "overlay: 1.1.0\nactions:\n  - target: $.paths\n    update:\n      /a: { get: &op { operationId: a, summary: Same } }\n      \
                 /b: { get: *op }\n  - { target: \"$.paths['/b'].get.operationId\", update: b }\n",
            ),
        ],
    );
    let tools = plan.as_ref().map(shown).unwrap_or_default();
    insta::assert_snapshot!(said + &tools);
}

#[test]
fn problems_of_overlays_are_shown_where_they_are() {
    let manifest = "gateway: g\napis:\n  a: { spec: a.yaml, overlays: [one.yaml], url: https://example.com }\n  \
                    b: { spec: a.yaml, url: https://example.com }\n  c: { spec: a.yaml, overlays: [gone.yaml], url: https://example.com }\n\
                    servers: { s: { tools: [{ api: a, operations: all }, { api: b, operations: [x] }, { api: c, operations: [x] }] } }\n";
    let overlay = "overlay: 1.0.0\nactions:\n  - target: $.paths.*.get\n    update: { parameters: [{ name: a, in: quary }, { $ref: '#/nowhere' }] }\n";
    let (plan, said) = compiled_with(manifest, &[("a.yaml", OVERLAID), ("one.yaml", overlay)]);
    assert!(plan.is_none());
    let alone = "gateway: g\napis: { a: { spec: a.yaml, overlays: [one.yaml], url: https://example.com } }\n\
                 servers: { s: { tools: [{ api: a, operations: all }] } }\n";
    let (plan, details) = compiled_with(alone, &[("a.yaml", OVERLAID), ("one.yaml", overlay)]);
    assert!(plan.is_none());
    insta::assert_snapshot!(said + &details);
}

mod response;
