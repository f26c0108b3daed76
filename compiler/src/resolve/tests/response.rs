//! What of an answer is passed on: what is taken, what is said against it, what is published.

use std::fmt::Write as _;

use gatewright_schema::Table;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{compiled_with, operation_tools};
use crate::plan::{Fate, Level};

const SPEC: &str = r##"openapi: 3.1.0
info: { title: Shop, version: "1" }
paths:
  /pets:
    get:
      operationId: listPets
      summary: List pets
      responses:
        "200":
          description: ok
          headers: { X-Total-Count: { schema: { type: integer } } }
          content: { application/json: { schema: { $ref: "#/components/schemas/Page" } } }
  /free:
    get:
      operationId: free
      summary: Anything
      responses: { "200": { description: ok, content: { application/json: { schema: { type: object } } } } }
  /one:
    get:
      operationId: onePet
      summary: One
      responses: { "2XX": { description: ok, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } } }
  /csv:
    get:
      operationId: csv
      summary: Not JSON
      responses: { "200": { description: ok, content: { text/csv: {} } } }
  /lines:
    get:
      operationId: lines
      summary: Lines
      responses: { "200": { description: ok, content: { application/x-ndjson: {} } } }
  /xml:
    get:
      operationId: xmlPage
      summary: A page as XML
      responses: { "200": { description: ok, content: { application/xml: { schema: { $ref: "#/components/schemas/Page" } } } } }
components:
  schemas:
    Page:
      type: object
      required: [pets, total]
      properties:
        pets: { type: array, items: { $ref: "#/components/schemas/Pet" } }
        total: { type: integer }
        next: { type: string }
    Pet:
      type: object
      required: [id]
      properties:
        id: { type: integer, format: int64, examples: [7] }
        name: { type: string, description: What it is called }
        owner:
          type: [object, "null"]
          properties: { email: { type: string }, city: { type: string }, phone: { type: string } }
          additionalProperties: false
        parent: { $ref: "#/components/schemas/Pet" }
        toys: { type: object, additionalProperties: { type: object, properties: { price: { type: number }, secret: { type: string } } } }
        kind:
          oneOf:
            - { type: object, properties: { cat: { type: boolean } } }
            - { type: string }
"##;

/// What is said of a tool whose answer is reduced like this, and what it publishes.
fn reduced(tool: &str, response: &str) -> String {
    let manifest = format!(
        "gateway: g\napis: {{ a: {{ spec: a.yaml, url: https://example.com }} }}\n\
         servers:\n  s:\n    tools: [{{ api: a, operations: [{tool}] }}]\n    overrides:\n      {tool}: {response}\n"
    );
    let (plan, said) = compiled_with(&manifest, &[("a.yaml", SPEC)]);
    let mut out = said;
    for (_, tool) in plan.iter().flat_map(operation_tools) {
        if let Some(shape) = &tool.response {
            writeln!(out, "{:#?}", shape.levels).unwrap();
        }
        if let Some(output) = &tool.output {
            writeln!(out, "{}\n{}", output.modern, output.legacy).unwrap();
        }
    }
    out
}

#[test]
fn the_published_schema_is_that_of_what_is_left() {
    insta::assert_snapshot!(reduced(
        "listPets",
        "{ output_schema: true, response: { select: [/pets/*/id, /pets/*/owner, /pets/*/parent/name, \
         /pets/*/toys/*/price, /next], omit: [/pets/*/owner/email], max_items: 3, headers: [x-total-count] } }"
    ));
}

#[test]
fn what_is_left_out_is_not_published() {
    insta::assert_snapshot!(reduced(
        "onePet",
        "{ output_schema: true, response: { omit: [/owner/email, /parent, /toys/*/secret, /kind/cat] } }"
    ));
}

#[test]
fn pointers_that_lead_nowhere() {
    insta::assert_snapshot!(reduced(
        "listPets",
        "{ response: { select: [/pets/id, /pets/*/nme, /total/x, /pats, /pets/*/owner/zip, /pets/*/kind/dog, \
         /pets/*/toys/ball/prize, /next/*] } }"
    ));
}

#[test]
fn pointers_that_change_nothing() {
    insta::assert_snapshot!(reduced(
        "listPets",
        "{ response: { select: [/pets/*, /pets/*/id, /pets/*, /next], omit: [/total, /next, /pets/*/owner, \
         /pets/*/owner/email] } }"
    ));
}

#[test]
fn bounds_that_do_nothing() {
    let bounds = "{ max_response_bytes: 1KiB, response: { max_items: 3, max_bytes: 2KiB, headers: [X-Totl, ETag, etag] } }";
    insta::assert_snapshot!(
        reduced("onePet", bounds) + &reduced("csv", "{ response: { select: [/a] } }")
    );
}

#[test]
fn xml_is_read_as_json_and_reduced_like_it() {
    let said = reduced(
        "xmlPage",
        "{ output_schema: true, response: { select: [/pets/*/id, /total], mask: [{ at: /pets/*/id, with: 0 }] } }",
    );
    assert!(!said.contains("error"), "{said}");
    assert!(
        said.contains("Mask(") && !said.contains("\"next\""),
        "{said}"
    );
    insta::assert_snapshot!(reduced(
        "xmlPage",
        "{ response: { select: [/pets/*/nme], max_items: 2 } }"
    ));
}

#[test]
fn masks_that_cannot_be_meant() {
    insta::assert_snapshot!(reduced(
        "listPets",
        "{ output_schema: true, response: { select: [/pets/*, /pets/*/owner/city], omit: [/pets/*/toys], mask: [{ at: /pets/*/owner }, \
         { at: /pets/*/owner/email }, { at: /total, with: 0 }, { at: /pets/*/toys/*/secret }, { at: /pets/*/nme }] } }"
    ));
    insta::assert_snapshot!(reduced(
        "listPets",
        "{ output_schema: true, response: { mask: [{ at: /pets/*/id }, { at: /pets/*/name }, { at: /next, with: [1] }, \
         { at: /pets/*/kind }, { at: /pets/*/owner/email, with: null }] } }"
    ));
    // Without a published schema they may be anything.
    let said = reduced(
        "listPets",
        "{ response: { mask: [{ at: /pets/*/id }, { at: /next, with: { a: [1] } }] } }",
    );
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn what_the_schema_leaves_open_is_taken() {
    for (tool, response) in [
        ("free", "{ response: { select: [/a/*/b], max_items: 2 } }"),
        ("lines", "{ response: { select: [/*/b], max_items: 2 } }"),
        ("csv", "{ response: { max_bytes: 10KiB } }"),
        (
            "listPets",
            "{ response: { select: [/pets/*/toys/ball/price, /pets/*/kind/cat] } }",
        ),
    ] {
        let said = reduced(tool, response);
        assert!(!said.contains("error"), "{said}");
    }
}

#[test]
fn pointers_that_are_none() {
    insta::assert_snapshot!(reduced(
        "free",
        "{ response: { select: [a, \"\", /a~b], max_items: 0, headers: [Set-Cookie, link] } }"
    ));
}

/// What is left of a value by the levels.
fn left(levels: &[Level], fate: Fate, value: &Value) -> Option<Value> {
    let level = match fate {
        Fate::Keep => return Some(value.clone()),
        Fate::Drop | Fate::Mask(_) => return None,
        Fate::Into(level) => &levels[level],
    };
    let fate = |name: &str| {
        let named = level.members.iter().find(|(known, _)| known == name);
        named.map_or(level.others, |(_, fate)| *fate)
    };
    Some(match value {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| left(levels, level.others, item))
            .collect(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), left(levels, fate(name), value)?)))
            .collect::<Map<_, _>>()
            .into(),
        scalar if level.scalars => scalar.clone(),
        _ => Value::Null,
    })
}

fn any_pet() -> impl Strategy<Value = Value> {
    let text = || "[a-z]{0,3}".prop_map(Value::from);
    let owner = prop_oneof![
        Just(Value::Null),
        (text(), text()).prop_map(|(email, city)| json!({ "email": email, "city": city })),
    ];
    let toys = prop::collection::btree_map(
        "[a-c]",
        (0..9, text()).prop_map(|(price, secret)| json!({ "price": price, "secret": secret })),
        0..3,
    );
    let kind = prop_oneof![
        text(),
        any::<bool>().prop_map(|cat| json!({ "cat": cat, "x": [] }))
    ];
    let leaf = (0..9, text(), owner, toys, kind).prop_map(|(id, name, owner, toys, kind)| {
        json!({ "id": id, "name": name, "owner": owner, "toys": toys, "kind": kind, "more": [1] })
    });
    leaf.prop_recursive(3, 4, 1, |inner| {
        (inner.clone(), inner).prop_map(|(mut pet, parent)| {
            pet["parent"] = parent;
            pet
        })
    })
}

/// Pointers of which none covers another.
const POINTERS: [&str; 9] = [
    "/pets/*/id",
    "/pets/*/owner/city",
    "/pets/*/toys/*/price",
    "/pets/*/toys/*/secret",
    "/pets/*/kind/cat",
    "/pets/*/parent/parent/name",
    "/pets/*/parent/owner",
    "/total",
    "/next",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An answer that keeps to the document's schema keeps to the published one when it is reduced.
    #[test]
    fn what_is_left_matches_what_is_published(
        pets in prop::collection::vec(any_pet(), 0..3),
        pointers in prop::sample::subsequence(POINTERS.to_vec(), 1..9),
        key in prop::sample::select(vec!["select", "omit"]),
    ) {
        let manifest = format!(
            "gateway: g\napis: {{ a: {{ spec: a.yaml, url: https://example.com }} }}\n\
             servers:\n  s:\n    tools: [{{ api: a, operations: [listPets] }}]\n    overrides:\n      \
             listPets: {{ output_schema: true, response: {{ {key}: [{}] }} }}\n",
            pointers.join(", ")
        );
        let (plan, said) = compiled_with(&manifest, &[("a.yaml", SPEC)]);
        let plan = plan.expect(&said);
        let (_, tool) = operation_tools(&plan).next().unwrap();
        let levels = &tool.response.as_ref().unwrap().levels;
        let page = json!({ "pets": pets, "total": 3, "next": "b" });
        let left = left(levels, Fate::Into(0), &page).unwrap();
        let table = Table { schemas: plan.table.clone().into() };
        let schema = tool.output.as_ref().unwrap().schema;
        let judged = table.check_text(schema, left.to_string().as_bytes());
        prop_assert!(judged.is_ok(), "{} {:?}", left, judged);
        let modern: Value = serde_json::from_str(&tool.output.as_ref().unwrap().modern).unwrap();
        prop_assert!(jsonschema::is_valid(&modern, &left), "{} {}", modern, left);
        // What was left out is not described either.
        if key == "omit" && pointers.contains(&"/total") {
            prop_assert!(modern["properties"].get("total").is_none());
        }
    }
}

#[test]
fn the_example_of_the_documentation_compiles() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/answers.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    let (manifest, _) = rest.split_once("```").unwrap();
    let (plan, said) = compiled_with(manifest, &[("petstore.yaml", SPEC)]);
    assert!(plan.is_some() && said.trim().is_empty(), "{said}");
}
