//! Documents of every version to tables, and what is refused.

use std::path::PathBuf;

use crate::diagnostic::{Format, Sink, render};
use crate::plan::xml::{ANY, Node, Place, Shape};
use crate::plan::{Action, Body, OperationTool, Plan};
use crate::source::{Files, MemoryLoader};

fn compiled(document: &str, more: &str) -> (Option<Plan>, String) {
    let manifest = format!(
        "gateway: g\napis: {{ a: {{ spec: a.yaml, url: https://example.com }} }}\n\
         servers: {{ s: {{ tools: [{{ api: a, operations: all }}]{more} }} }}\n"
    );
    let texts = [("gateway.yaml", manifest.as_str()), ("a.yaml", document)];
    let mut files = Files::new(PathBuf::new(), Box::new(MemoryLoader::new(texts)));
    let mut sink = Sink::default();
    let plan = crate::compile("gateway.yaml", &mut files, &mut sink).ok();
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    (plan, said)
}

/// A document in which the schemas `Body` and others are components, and `Body` is sent.
fn of(version: &str, schemas: &str) -> String {
    format!(
        "openapi: {version}\npaths:\n  /a:\n    post:\n      operationId: send\n      summary: Send\n      \
         requestBody: {{ required: true, content: {{ application/xml: {{ schema: {{ $ref: '#/components/schemas/Body' }} }} }} }}\n\
         components:\n  schemas:\n{schemas}"
    )
}

fn tool(plan: &Plan) -> &OperationTool {
    match &plan.servers[0].tools[0].action {
        Action::Operation(tool) => tool,
        Action::Rust(path) => panic!("{path}"),
    }
}

/// A sketch of what is sent: elements as tags, attributes in them, `…` where a shape was shown before.
fn sent(version: &str, schemas: &str) -> String {
    let (plan, said) = compiled(&of(version, schemas), "");
    let Some(plan) = plan.filter(|plan| !plan.servers[0].tools.is_empty()) else {
        return said;
    };
    match &tool(&plan).request.body {
        Body::Xml { document, .. } | Body::XmlObject { document, .. } => {
            let namespaces = document.namespaces.iter();
            let namespaces: Vec<_> = namespaces
                .map(|(prefix, uri)| format!("{prefix}={uri} "))
                .collect();
            namespaces.concat() + &sketch(&document.root, "", &plan.xml, &mut Vec::new())
        }
        other => panic!("{other:?}"),
    }
}

fn sketch(node: &Node, inherited: &str, shapes: &[Shape], open: &mut Vec<u32>) -> String {
    let shown = |name: &crate::plan::xml::Name| {
        let local = if name.local.is_empty() {
            inherited
        } else {
            &name.local
        };
        let colon = if name.prefix.is_empty() { "" } else { ":" };
        (format!("{}{colon}{local}", name.prefix), local.to_owned())
    };
    let mut content = |inherited: &str| {
        if node.shape == ANY {
            return "any".to_owned();
        }
        if open.contains(&node.shape) {
            return "…".to_owned();
        }
        open.push(node.shape);
        let shape = &shapes[node.shape as usize];
        let mut parts = Vec::new();
        if let Some(object) = &shape.object {
            for member in &object.members {
                parts.push(format!(
                    "{} {}",
                    member.key,
                    sketch(&member.node, "", shapes, open)
                ));
            }
            if let Some(rest) = &object.rest {
                parts.push(format!("* {}", sketch(rest, "*", shapes, open)));
            }
        }
        if let Some(item) = &shape.item {
            parts.push(format!("[{}]", sketch(item, inherited, shapes, open)));
        }
        if parts.is_empty() {
            parts.push(format!("{:?}", shape.types.0));
        }
        open.pop();
        parts.join(", ")
    };
    match &node.place {
        Place::Element(name) => {
            let (shown, local) = shown(name);
            format!("<{shown}>({})", content(&local))
        }
        Place::Attribute(name) => format!("@{}", shown(name).0),
        Place::Text => "text".to_owned(),
        Place::CData => "cdata".to_owned(),
        Place::Inline(name) => {
            let name = if name.is_empty() { inherited } else { name };
            format!("inline({})", content(name))
        }
    }
}

/// Strings, in a sketch.
const TEXT: &str = "16";

#[track_caller]
fn lies(version: &str, schemas: &str, expected: &str) {
    assert_eq!(
        sent(version, schemas),
        expected.replace("TEXT", TEXT),
        "{version}: {schemas}"
    );
}

#[test]
fn arrays_as_the_specification_has_them() {
    let cases = [
        ("items: { type: string }", "inline([<animals>(TEXT)])"),
        (
            "items: { type: string, xml: { name: animal } }",
            "inline([<animal>(TEXT)])",
        ),
        (
            "items: { type: string, xml: { name: animal } }, xml: { name: aliens }",
            "inline([<animal>(TEXT)])",
        ),
        (
            "items: { type: string }, xml: { name: aliens }",
            "inline([<animals>(TEXT)])",
        ),
        (
            "items: { type: string }, xml: { wrapped: true }",
            "<animals>([<animals>(TEXT)])",
        ),
        (
            "items: { type: string, xml: { name: animal } }, xml: { wrapped: true }",
            "<animals>([<animal>(TEXT)])",
        ),
        (
            "items: { type: string, xml: { name: animal } }, xml: { name: aliens, wrapped: true }",
            "<aliens>([<animal>(TEXT)])",
        ),
        (
            "items: { type: string }, xml: { name: aliens, wrapped: true }",
            "<aliens>([<aliens>(TEXT)])",
        ),
    ];
    for (animals, expected) in cases {
        let schemas = format!(
            "    Body: {{ type: object, properties: {{ animals: {{ type: array, {animals} }} }} }}\n"
        );
        let expected = format!("<Body>(animals {expected})");
        for version in ["3.0.3", "3.1.0"] {
            lies(version, &schemas, &expected);
        }
        lies(
            "3.2.0",
            &schemas.replace("wrapped: true", "nodeType: element"),
            &expected,
        );
        lies("3.2.0", &schemas, &expected);
    }
}

#[test]
fn attributes_prefixes_and_namespaces() {
    let person = "    Body:\n      type: object\n      xml: { namespace: 'urn:p' }\n      properties:\n        \
                  id: { type: string, xml: { attribute: true } }\n        \
                  name: { type: string, xml: { namespace: 'urn:s', prefix: s } }\n        \
                  alias: { type: string, xml: { name: 's:also' } }\n        \
                  lang: { type: string, xml: { name: lang, prefix: xml, attribute: true } }\n";
    let expected =
        "s=urn:s <Body>(id @id, name <s:name>(TEXT), alias <s:also>(TEXT), lang @xml:lang)";
    for version in ["3.0.3", "3.1.0", "3.2.0"] {
        lies(version, person, expected);
        lies(
            version,
            &person.replace("attribute: true", "nodeType: attribute"),
            expected,
        );
    }
}

#[test]
fn references_are_called_as_their_version_has_it() {
    let named = "    Body: { type: object, properties: { one: { $ref: '#/components/schemas/Part' }, many: { type: array, items: { $ref: '#/components/schemas/Part' } } } }\n    \
                 Part: { type: object, properties: { a: { type: string } }, xml: { name: part } }\n";
    let unnamed = named.replace(", xml: { name: part }", "");
    let expected = "<Body>(one <part>(a <a>(TEXT)), many inline([<part>(a <a>(TEXT))]))";
    for version in ["3.0.3", "3.1.0", "3.2.0"] {
        lies(version, named, expected);
    }
    for version in ["3.0.3", "3.1.0"] {
        lies(
            version,
            &unnamed,
            "<Body>(one <one>(a <a>(TEXT)), many inline([<many>(a <a>(TEXT))]))",
        );
    }
    lies("3.2.0", &unnamed, &expected.replace("part", "Part"));
    // What stands beside a reference, or around it, comes first.
    let beside = unnamed.replace(
        "one: { $ref: '#/components/schemas/Part' }",
        "one: { $ref: '#/components/schemas/Part', xml: { name: uno } }",
    );
    lies(
        "3.1.0",
        &beside,
        "<Body>(one <uno>(a <a>(TEXT)), many inline([<many>(a <a>(TEXT))]))",
    );
    lies("3.2.0", &beside, &expected.replace("part", "Part"));
    let around = unnamed.replace(
        "one: { $ref: '#/components/schemas/Part' }",
        "one: { allOf: [{ $ref: '#/components/schemas/Part' }], xml: { name: uno } }",
    );
    lies(
        "3.0.3",
        &around,
        "<Body>(one <uno>(a <a>(TEXT)), many inline([<many>(a <a>(TEXT))]))",
    );
    let nullable = named.replace(
        "one: { $ref: '#/components/schemas/Part' }",
        "one: { allOf: [{ $ref: '#/components/schemas/Part' }], nullable: true }",
    );
    lies("3.0.3", &nullable, expected);
    let element = unnamed.replace(
        "one: { $ref: '#/components/schemas/Part' }",
        "one: { $ref: '#/components/schemas/Part', xml: { nodeType: element, name: uno } }",
    );
    assert!(sent("3.2.0", &element).contains("would each have an element"));
    // Nor has the schema an element then where it is an item.
    let none = element.replace(
        "a: { type: string } } }",
        "a: { type: string } }, xml: { nodeType: none } }",
    );
    assert!(sent("3.2.0", &none).contains("items of an array have no element"));
    let alone = none.replace(
        ", many: { type: array, items: { $ref: '#/components/schemas/Part' } }",
        "",
    );
    lies("3.2.0", &alone, "<Body>(one <uno>(a <a>(TEXT)))");
}

#[test]
fn text_and_sections() {
    let schemas = "    Body: { type: object, properties: { lang: { type: string, xml: { nodeType: attribute } }, html: { type: string, xml: { nodeType: cdata } }, more: { $ref: '#/components/schemas/More' } } }\n    \
                   More: { type: object, xml: { nodeType: none }, properties: { note: { type: string, xml: { nodeType: text } } } }\n";
    lies(
        "3.2.0",
        schemas,
        "<Body>(lang @lang, html cdata, more inline(note text))",
    );
}

#[test]
fn composition() {
    // What a schema extends gives it members and no name.
    let schemas = "    Body: { allOf: [{ $ref: '#/components/schemas/Base' }, { type: object, properties: { b: { type: string } } }] }\n    \
                   Base: { type: object, properties: { a: { type: string, xml: { attribute: true } } }, xml: { name: base } }\n";
    for version in ["3.0.3", "3.1.0"] {
        lies(version, schemas, "<Body>(a @a, b <b>(TEXT))");
    }
    let schemas = "    Body: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }\n    \
                   Cat: { type: object, properties: { name: { type: string }, lives: { type: string } } }\n    \
                   Dog: { type: object, properties: { name: { type: string }, tags: { oneOf: [{ type: string }, { type: array, items: { type: string } }] } } }\n";
    lies(
        "3.1.0",
        schemas,
        "<Body>(name <name>(TEXT), lives <lives>(TEXT), tags inline([<tags>(TEXT)]))",
    );
    let schemas = "    Body: { type: object, properties: { child: { $ref: '#/components/schemas/Body' }, map: { type: object, additionalProperties: { type: string } }, free: { type: object }, all: {} } }\n";
    lies(
        "3.0.3",
        schemas,
        "<Body>(child <child>(…), map <map>(* <*>(TEXT)), free <free>(64), all <all>(any))",
    );
}

#[test]
fn documents_of_2_0() {
    let document = "swagger: '2.0'\nconsumes: [application/xml]\nproduces: [application/xml]\npaths:\n  /a:\n    post:\n      \
                    operationId: send\n      summary: Send\n      parameters: [{ name: body, in: body, required: true, schema: { $ref: '#/definitions/Pet' } }]\n      \
                    responses: { 200: { description: OK, schema: { type: array, items: { $ref: '#/definitions/Pet' } } } }\n\
                    definitions:\n  Pet:\n    type: object\n    required: [id]\n    properties: { id: { type: string, xml: { attribute: true } }, \
                    tags: { type: array, xml: { wrapped: true }, items: { type: string, xml: { name: tag } } } }\n";
    let (plan, said) = compiled(document, ", overrides: { send: { output_schema: true } }");
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    let tool = tool(&plan);
    let Body::XmlObject {
        document,
        members,
        media_type,
        required,
    } = &tool.request.body
    else {
        panic!("{:?}", tool.request.body)
    };
    assert_eq!(
        (media_type.as_str(), members.len(), *required),
        ("application/xml", 2, true)
    );
    let pet = format!("<Pet>(id @id, tags <tags>([<tag>({TEXT})]))");
    assert_eq!(sketch(&document.root, "", &plan.xml, &mut Vec::new()), pet);
    let answer = tool.request.xml.as_ref().unwrap();
    assert_eq!(
        sketch(&answer.root, "", &plan.xml, &mut Vec::new()),
        format!("<>([{pet}])")
    );
    assert!(tool.output.is_some());
    assert_eq!(tool.request.accept, "application/xml, */*;q=0.1");
}

#[test]
fn json_is_preferred() {
    let document = of(
        "3.1.0",
        "    Body: { type: object, properties: { a: { type: string } } }\n",
    )
    .replace(
        "content: { application/xml: {",
        "content: { text/xml: {}, application/json: {",
    );
    let (plan, said) = compiled(&document, "");
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    assert!(matches!(tool(&plan).request.body, Body::JsonObject { .. }));
    assert!(plan.xml.is_empty());
}

#[test]
fn what_cannot_be_written_is_refused_with_its_reason() {
    let member =
        |schema: &str| format!("    Body: {{ type: object, properties: {{ m: {schema} }} }}\n");
    let cases = [
        ("3.1.0", member("{ type: object, patternProperties: { '^a': {} } }"), "`patternProperties`"),
        ("3.1.0", member("{ type: array, prefixItems: [{ type: string }] }"), "`prefixItems`"),
        ("3.0.3", member("{ type: string, xml: { name: 'a b' } }"), "`a b` cannot be a name"),
        ("3.0.3", member("{ type: string, xml: { prefix: x } }"), "the prefix `x` has no namespace"),
        ("3.0.3", member("{ type: string, xml: { prefix: xmlns, namespace: 'urn:a' } }"), "the prefix `xmlns`"),
        ("3.0.3", member("{ type: string, xml: { name: xmlns, attribute: true } }"), "`xmlns`"),
        ("3.0.3", member("{ type: string, xml: { namespace: 'urn:a', attribute: true } }"), "has a namespace and no prefix"),
        ("3.0.3", member("{ type: array, items: { type: string }, xml: { attribute: true } }"), "cannot be an attribute"),
        ("3.0.3", member("{ type: array, items: { type: array, items: { type: string } } }"), "directly within another"),
        ("3.0.3", member("{ type: array, items: { type: string, xml: { attribute: true } } }"), "no elements"),
        ("3.2.0", member("{ type: string, xml: { nodeType: none } }"), "needs an element"),
        ("3.2.0", member("{ type: object, xml: { nodeType: none }, properties: { n: { type: string, xml: { nodeType: attribute, name: o } } } }, o: { type: string, xml: { nodeType: attribute } }"), "two attributes are called `o`"),
        ("3.2.0", "    Body: { type: object, properties: { m: { $ref: '#/components/schemas/M' } } }\n    M: { type: object, xml: { nodeType: none }, properties: { m: { $ref: '#/components/schemas/M' } } }\n".to_owned(), "too many objects"),
        ("3.0.3", "    Body: { type: string, xml: { attribute: true } }\n".to_owned(), "its root is not an element"),
        ("3.0.3", "    Body: { oneOf: [{ type: object, properties: { m: { type: string } } }, { type: object, properties: { m: { type: string, xml: { attribute: true } } } }] }\n".to_owned(), "different places"),
    ];
    for (version, schemas, reason) in cases {
        let said = sent(version, &schemas);
        assert!(
            said.contains("its body cannot be written as XML") && said.contains(reason),
            "{schemas}: {said}"
        );
    }
    let inline = of("3.0.3", "    Body: {}\n")
        .replace("{ $ref: '#/components/schemas/Body' }", "{ type: object }");
    assert!(
        compiled(&inline, "")
            .1
            .contains("nothing says what its root element is called")
    );
}

#[test]
fn refusals_leave_nothing_behind() {
    let schemas = "    Body: { type: object, properties: { m: { $ref: '#/components/schemas/Good' }, n: { type: string, xml: { name: '<' } } } }\n    \
                   Good: { type: object, properties: { a: { type: string } } }\n";
    let document = of("3.0.3", schemas) + "\n" + "x-unused: true\n";
    let document = document.replace(
        "components:",
        "  /b:\n    post: { operationId: other, summary: Other, requestBody: { content: { text/xml: { schema: { $ref: '#/components/schemas/Good' } } } } }\ncomponents:",
    );
    let (plan, said) = compiled(&document, "");
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    assert_eq!(plan.servers[0].tools.len(), 1);
    let Body::XmlObject { document, .. } = &tool(&plan).request.body else {
        panic!("{said}")
    };
    assert_eq!(
        sketch(&document.root, "", &plan.xml, &mut Vec::new()),
        format!("<Good>(a <a>({TEXT}))")
    );
    assert_eq!(plan.xml.len(), 2);
}

#[test]
fn answers_whose_schema_does_not_say_are_mapped_generically() {
    let document = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: get\n      summary: Get\n      responses:\n        \
                    200: { description: OK, content: { application/xml: { schema: { type: array, prefixItems: [{ type: string }] } } } }\n";
    let (plan, said) = compiled(document, "");
    assert!(tool(&plan.unwrap()).request.xml.is_none());
    let (published, refused) = compiled(document, ", overrides: { get: { output_schema: true } }");
    assert!(published.is_none());
    insta::assert_snapshot!(said + &refused);
}

#[test]
fn tables_are_printed() {
    let document = of(
        "3.2.0",
        "    Body:\n      type: object\n      required: [lines]\n      xml: { namespace: 'urn:o', prefix: o }\n      properties:\n        \
         id: { type: integer, xml: { nodeType: attribute } }\n        \
         note: { type: string, xml: { nodeType: cdata } }\n        \
         lines: { type: array, items: { $ref: '#/components/schemas/Line' } }\n        \
         parent: { $ref: '#/components/schemas/Body' }\n        \
         labels: { type: object, additionalProperties: { type: string } }\n    \
         Line: { type: object, properties: { '\"}': { type: string, xml: { name: text } } } }\n",
    );
    let (plan, said) = compiled(&document, "");
    let source = crate::emit::source(&plan.unwrap_or_else(|| panic!("{said}")));
    let table = source
        .split("static XML")
        .nth(1)
        .unwrap()
        .split("/// The MCP server")
        .next()
        .unwrap();
    let operation = source
        .split("static SEND_OPERATION")
        .nth(1)
        .unwrap()
        .split("/// What calls")
        .next()
        .unwrap();
    insta::assert_snapshot!(format!("static XML{table}static SEND_OPERATION{operation}"));
}
