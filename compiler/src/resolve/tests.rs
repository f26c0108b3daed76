use std::fmt::Write as _;
use std::path::PathBuf;

use crate::diagnostic::{Format, Sink, render};
use crate::plan::{Action, Body, OperationTool, Plan};
use crate::source::{Files, MemoryLoader};

/// What is said about a gateway that takes all operations of a document, and its tools.
fn compiled(texts: &[(&str, &str)]) -> (Option<Plan>, String) {
    let manifest = (
        "gateway.yaml",
        "gateway: g\napis: { a: { spec: a.yaml, url: https://example.com } }\n\
         servers: { s: { tools: [{ api: a, operations: all }] } }\n",
    );
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
    insta::assert_snapshot!(said + &shown(&plan.unwrap()));
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
    insta::assert_snapshot!(said + &shown(&plan.unwrap()));
}
