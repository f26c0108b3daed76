use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::shape::{Mapping, Shape};
use super::*;
use crate::diagnostic::{Format, render};
use crate::source::{Files, MemoryLoader};

/// The manifest in `text`, and all that is said about it.
fn read_text(text: &str) -> (Option<Manifest>, String) {
    let loader = MemoryLoader::new([("gateway.yaml", text)]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let file = files.open("gateway.yaml", None).unwrap();
    let mut sink = Sink::default();
    let manifest = files
        .parse(file, &mut sink)
        .and_then(|root| read(&root, &[], &mut sink));
    assert_eq!(manifest.is_some(), sink.errors() == 0);
    (
        manifest,
        render(sink.diagnostics(), &files, Format::Full { colour: false }),
    )
}

const COMPLETE: &str = r#"
gateway: acme
version: 1.2.0
environment:
  PETSTORE_URL: { type: url, default: "http://127.0.0.1:8081", description: Where the store is }
  PETSTORE_KEY: { type: secret }
  TOKEN: { type: secret }
  PASSWORD: { type: secret }
  REGION: { type: string, default: eu }
  PUBLIC_URL: { type: url }
  TENANT: { type: string }
  KEYS: { type: string }
public_url: "${PUBLIC_URL}"
identities:
  staff:
    jwt:
      issuer: "https://login.example.com/"
      audiences: [acme-tools, "${PUBLIC_URL}/pets/mcp"]
      jwks: { url: "https://login.example.com/keys" }
      algorithms: [RS256, EdDSA]
      clock_skew: 30s
      client_applications: [desk]
      required_claims:
        department: { any: [sales, support] }
        /realm/groups: { all: [a, b], separator: " " }
      claims: { department: string, groups: strings, level: integer, admin: boolean }
      scopes_claim: scp
      roles_claim: /realm/roles
      scope_prefix: "api://pets/"
  tenant: { entra: { tenant: "${TENANT}", audiences: ["api://pets"], jwks: { file: "/etc/keys.json" } } }
  partners: { keys: { file: "${KEYS}", header: api-key } }
credentials:
  petstore_key: { api_key: { header: X-Api-Key, value: "${PETSTORE_KEY}" } }
  other: { bearer: { token: "${TOKEN}" } }
  third: { basic: { username: "u", password: "x-${PASSWORD}-$5" } }
apis:
  petstore:
    spec: specs/petstore.yaml
    overlays: [specs/one.yaml, two.json]
    url: "${PETSTORE_URL}"
    credential: petstore_key
    headers: { X-Region: "${REGION}" }
    timeout: 30s
    connect_timeout: 250ms
    max_response_bytes: 4MiB
  second: { spec: second.json, credential: other, url: "https://example.com/${REGION}/v1" }
  third:
    spec: third.json
    server_variables: { region: eu }
    servers: { "https://uploads.example.com/{tenant}": "https://uploads.example.com/${REGION}" }
    credential: none
    credentials: { login: third, partner key: none }
    max_response_bytes: 65536
servers:
  pets:
    title: Pet store
    description: All about pets
    instructions: Ask for pets.
    path: /pets/mcp
    identity: [staff, tenant, partners]
    scopes: [pets.read]
    tools:
      - { api: petstore, operations: [listPets, "get*", "POST /pets"] }
      - { api: second, operations: all, exclude: { tags: [internal], operations: [x], paths: ["/admin/**"] }, deprecated: true }
      - { api: third, tags: [pets], paths: ["GET /pets/**"] }
      - { rust: ["crate::tools::greet"] }
    overrides:
      createPet:
        name: add_pet
        title: Add a pet
        description: Adds a pet.
        annotations: { read_only: false, destructive: false, idempotent: false, open_world: true }
        arguments:
          limit: { name: max, description: How many, default: 20 }
          version: { value: "2024-01-01" }
        scopes: [pets.write]
        output_schema: true
        credential: none
        timeout: 10s
        max_response_bytes: 1MiB
tests:
  - name: one call
    call:
      server: pets
      tool: add_pet
      principal: { identity: staff, issuer: i, subject: ann, client_id: desk, scopes: [pets.read], roles: [r], claims: { level: 3 } }
      headers: { X-One: a }
      ip: 192.0.2.7
      arguments: { name: Rex }
    upstream: { status: 201, headers: { X-Two: b }, body: { id: 1 } }
    expect:
      allowed: true
      upstream_asked: true
      upstream_request: { method: POST, path: /pets, query: "", headers: { X-Region: eu }, without_headers: [cookie], body: { name: Rex } }
      result: { is_error: false, text: "{}", contains: [a], structured: {} }
      status: 200
      headers: { content-type: application/json }
  - name: several
    at: 2026-01-31T09:00:00+01:00
    steps:
      - { call: { server: pets, tool: listPets, principal: { consumer: acme } }, expect: { denied: insufficient_scope } }
      - { after: 30s, times: 2, call: { server: pets, tool: listPets }, upstream: { failure: timeout }, expect: { invalid: true } }
test_files: [tests/more.yaml]
"#;

#[test]
fn a_complete_manifest_is_read_without_a_word() {
    let (manifest, said) = read_text(COMPLETE);
    assert_eq!(said, "");
    insta::assert_snapshot!(without_spans(&manifest.unwrap()));
}

/// The debug text without places, which say nothing to a reader.
fn without_spans(manifest: &Manifest) -> String {
    let text = format!("{manifest:#?}");
    let mut kept = String::new();
    let mut skipped: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match skipped {
            Some(depth) if indent > depth => {}
            Some(_) => skipped = None,
            None if line.trim_start().starts_with("span: Span {") => skipped = Some(indent),
            None => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    kept
}

/// A manifest that is right, with parts replaced.
fn with(environment: &str, credentials: &str, apis: &str, servers: &str) -> String {
    format!(
        "gateway: acme\nenvironment:\n{environment}\ncredentials:\n{credentials}\napis:\n{apis}\nservers:\n{servers}\n"
    )
}

#[track_caller]
fn said(text: &str) -> String {
    let (manifest, said) = read_text(text);
    assert!(manifest.is_none(), "accepted: {text}");
    said
}

#[test]
fn everything_wrong_is_said_at_once() {
    insta::assert_snapshot!(said(
        r"
gatway: acme
version: 1.2
environment:
  lower: { type: strng }
  URL: { type: url, deflt: x }
apis:
  Pet_Store: { spec: 3, timeout: 5, connect_timeout: soon, max_response_bytes: 4MB }
  other: []
servers:
  s:
    path: /a/
    tools: []
  t:
    identity: staff
    titel: T
    tools:
      - { api: other, operations: [], tags: pets, paths: [pets] }
      - { }
      - { api: other, rust: [crate::f], operations: all }
    overrides:
      x: {}
      y: { name: 9lives, require: a, annotations: { readonly: true }, output_schema: yes }
      z: { arguments: { 'a b': { value: 1, default: 2 }, c: {} } }
tests: []
"
    ));
}

#[test]
fn names_are_bound() {
    insta::assert_snapshot!(said(&with(
        "  USED: { type: string }\n  UNUSED: { type: string }\n  HALF: { type: url }",
        "  key: { bearer: { token: \"${TOKN}\" } }\n  unused: { basic: { username: a, password: hunter2 } }",
        "  a: { spec: a.yaml, credential: kee, headers: { X-A: \"${USE}\", X-B: \"${\", X-C: \"${lower}\" } }\n  \
           b: { spec: b.yaml, credential: nobody, url: \"${HALF}/v1\" }\n  \
           never: { spec: c.yaml, credential: key }",
        "  s: { tools: [ { api: aa, operations: all }, { api: b, operations: all }, { api: petstore, operations: all } ] }",
    )));
}

#[test]
fn secrets_stay_where_they_belong() {
    insta::assert_snapshot!(said(&with(
        "  KEY: { type: secret, default: abc }\n  NOT_SECRET: { type: string }",
        "  plain: { api_key: { header: X-Key, value: \"${NOT_SECRET}\" } }\n  \
           forged: { bearer: { token: \"abc\\r\\nX-Admin: yes\" } }",
        "  a: { spec: a.yaml, credential: plain, url: \"https://example.com/${KEY}\" }\n  \
           b: { spec: b.yaml, credential: forged, headers: { Host: x, 'A B': y, X-Ok: \"${KEY}\" } }",
        "  s: { tools: [ { api: a, operations: all }, { api: b, operations: all } ] }",
    )));
}

#[test]
fn urls_and_files_are_checked() {
    insta::assert_snapshot!(said(&with(
        "  A: { type: url, default: \"ftp://x\" }\n  B: { type: url, default: \"http://u:p@x/\" }",
        "",
        "  a: { spec: \"https://example.com/a.yaml\", url: \"${A}\" }\n  \
           b: { spec: a.yaml, url: \"example.com\" }\n  \
           c: { spec: a.yaml, url: \"https://example.com/?q\" }\n  \
           d: { spec: a.yaml, url: \"https://example.com:99999/\" }\n  \
           e: { spec: a.yaml, url: \"https:///x\" }\n  \
           f: { spec: a.yaml, url: \"https://example.com/%2e%2E/x\" }\n  \
           g: { spec: a.yaml, url: \"${B}\" }\n  \
           h: { spec: a.yaml, url: \"http://ex ample.com\" }\n  \
           i: { spec: a.yaml, url: \"http://[::1]:8080/%zz\" }\n  \
           j: { spec: a.yaml, url: \"http://[::g]/\" }",
        "  s: { tools: [ { api: a, operations: all }, { api: b, operations: all }, { api: c, operations: all }, \
           { api: d, operations: all }, { api: e, operations: all }, { api: f, operations: all }, \
           { api: g, operations: all }, { api: h, operations: all }, { api: i, operations: all }, \
           { api: j, operations: all } ] }",
    )));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    insta::assert_snapshot!(said(&with(
        "  K: { type: secret }\n  K_FILE: { type: string }",
        "  key: { api_key: { header: x-a, value: \"${K}\" } }",
        "  a: { spec: a.yaml, credential: key, headers: { X-A: \"1\", X-B: \"1\", x-b: \"2\" } }",
        "  s:\n    tools:\n      - { api: a }\n      - { api: a, operations: all, tags: [x] }\n      \
           - { api: a, operations: [x, y, x], exclude: { operations: [y] } }\n      \
           - { rust: [\"crate::f\", \"crate::f\", \"crate::fn\"] }\n      \
           - { api: a, operations: [\"TRACE /x\"] }\n    \
           overrides:\n      x: { annotations: { read_only: true, destructive: true } }\n      \
           y: { arguments: { a: { name: same }, b: { name: same } } }\n  \
         t: { path: /s/mcp, tools: [ { api: a, operations: all } ] }\n  \
         u: { path: /healthz, tools: [ { api: a, operations: all } ] }",
    )));
}

#[test]
fn a_manifest_must_be_a_mapping() {
    insta::assert_snapshot!(said("- gateway: acme"));
}

#[test]
fn a_gateway_without_servers_is_none() {
    insta::assert_snapshot!(said("gateway: acme\nservers: {}"));
}

#[test]
fn every_example_of_the_reference_is_right() {
    for mapping in keys::ALL {
        let root = parsed(mapping.example);
        let mut sink = Sink::default();
        check::manifest(&root, mapping, &mut sink);
        assert!(
            sink.diagnostics().is_empty(),
            "{}: {:?}",
            mapping.name,
            sink.diagnostics()
        );
    }
    let (_, said) = read_text(keys::GATEWAY.example);
    assert_eq!(said, "");
}

#[test]
fn the_reference_names_every_mapping_once() {
    fn visit(shape: &'static Shape, found: &mut Vec<&'static Mapping>) {
        match shape {
            Shape::Mapping(mapping) | Shape::ChoiceOr { mapping, .. } => gather(mapping, found),
            Shape::List(shape) | Shape::AllOr(shape) | Shape::Map { values: shape, .. } => {
                visit(shape, found);
            }
            _ => {}
        }
    }
    fn gather(mapping: &'static Mapping, found: &mut Vec<&'static Mapping>) {
        if !found.iter().any(|known| known.name == mapping.name) {
            found.push(mapping);
            mapping.keys.iter().for_each(|key| visit(&key.shape, found));
        }
    }
    let mut reached = Vec::new();
    gather(&keys::GATEWAY, &mut reached);
    gather(&keys::teams::TEAM_FILE, &mut reached);
    let names = |mappings: &[&Mapping]| {
        let mut names: Vec<_> = mappings.iter().map(|mapping| mapping.name).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names(&reached), names(keys::ALL));
}

#[test]
fn every_pattern_is_a_regular_expression() {
    for format in formats::ALL {
        assert!(
            regex::Regex::new(format.pattern).is_ok(),
            "{}",
            format.pattern
        );
    }
}

/// The files that are made of the description are the ones in `docs`; `UPDATE_DOCS=1` writes them.
#[test]
fn the_docs_are_current() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, text) in [
        ("manifest.md", reference()),
        ("gateway.schema.json", json_schema()),
    ] {
        let path = docs.join(name);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(&docs).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == text,
            "docs/{name} is out of date: run this test with UPDATE_DOCS=1"
        );
    }
}

fn parsed(text: &str) -> Node {
    let loader = MemoryLoader::new([("part.yaml", text)]);
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let file = files.open("part.yaml", None).unwrap();
    let mut sink = Sink::default();
    let root = files.parse(file, &mut sink).unwrap();
    assert!(sink.diagnostics().is_empty(), "{:?}", sink.diagnostics());
    (*root).clone()
}

/// Whether the form is right, without the reasons that no pattern can say.
fn form_is_right(root: &Node) -> bool {
    let mut sink = Sink::default();
    check::manifest(root, &keys::GATEWAY, &mut sink);
    sink.errors() == 0
}

/// Values that are about as often right as wrong where they end up.
fn some_value(shape: &'static Shape) -> BoxedStrategy<serde_json::Value> {
    use serde_json::json;
    let right = match shape {
        Shape::Text(format) | Shape::Template(format) => text_for(format.name),
        Shape::Boolean => any::<bool>().prop_map(|value| json!(value)).boxed(),
        Shape::Duration => prop_oneof![Just(json!("30s")), Just(json!("250ms"))].boxed(),
        Shape::Size => prop_oneof![Just(json!("4MiB")), Just(json!(512))].boxed(),
        Shape::Count { most } => Just(json!(most)).boxed(),
        Shape::Choice(words) => prop::sample::select(*words)
            .prop_map(|word| json!(word))
            .boxed(),
        Shape::Any => Just(json!([1, null])).boxed(),
        Shape::List(item) => prop::collection::vec(some_value(item), 1..3)
            .prop_map(|items| json!(items))
            .boxed(),
        Shape::OneOrList(item) => prop_oneof![
            some_value(item),
            prop::collection::vec(some_value(item), 1..3).prop_map(|items| json!(items))
        ]
        .boxed(),
        Shape::AllOr(other) => prop_oneof![Just(json!("all")), some_value(other)].boxed(),
        Shape::ChoiceOr { words, mapping } => prop_oneof![
            prop::sample::select(*words).prop_map(|word| json!(word)),
            some_mapping(mapping)
        ]
        .boxed(),
        Shape::Mapping(mapping) => some_mapping(mapping),
        Shape::Map { names, values } => (text_for(names.name), some_value(values))
            .prop_map(|(name, value)| json!({ name.as_str().unwrap_or("x"): value }))
            .boxed(),
    };
    let wrong = prop_oneof![
        Just(json!(null)),
        Just(json!(7)),
        Just(json!("")),
        Just(json!("ä /")),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "bogus": 1 })),
    ];
    prop_oneof![40 => right, 1 => wrong].boxed()
}

fn text_for(format: &str) -> BoxedStrategy<serde_json::Value> {
    let text = match format {
        "a variable name" => "NAME",
        "a path such as `/pets/mcp`" | "a pattern of paths such as `/pets/**` or `GET /pets/*`" => {
            "/a/b"
        }
        "a pointer into answers such as `/pets/*/id`" => "/a/*/b~1c",
        "the path of a function such as `crate::tools::greet`" => "crate::f",
        "a point in time such as `2026-01-31T09:00:00Z`" => "2026-01-31T09:00:00Z",
        "an address" => "192.0.2.7",
        "a path" => "/a",
        _ => "abc",
    };
    Just(serde_json::json!(text)).boxed()
}

/// Mostly what must be there, sometimes the rest, seldom something else.
fn some_mapping(mapping: &'static Mapping) -> BoxedStrategy<serde_json::Value> {
    let keys: Vec<_> = mapping
        .keys
        .iter()
        .map(|key| {
            let chance = match key.presence {
                shape::Presence::Required => 0.97,
                _ if mapping.one_of.contains(&key.name) => 0.5,
                shape::Presence::Optional(_) => 0.4,
                shape::Presence::NotWith(_) => 0.15,
            };
            let name = key.name;
            prop::option::weighted(chance, some_value(&key.shape))
                .prop_map(move |value| Some((name.to_owned(), value?)))
        })
        .collect();
    keys.prop_map(|members| serde_json::Value::Object(members.into_iter().flatten().collect()))
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// An independent implementation of JSON Schema agrees with the reader about the form.
    #[test]
    fn the_json_schema_says_what_the_reader_says(value in some_mapping(&keys::GATEWAY)) {
        let schema: serde_json::Value = serde_json::from_str(&json_schema()).unwrap();
        let valid = jsonschema::is_valid(&schema, &value);
        prop_assert_eq!(form_is_right(&parsed(&value.to_string())), valid, "{}", value);
    }

    /// Whatever the tree, reading it ends, and there is a manifest exactly where nothing is an error.
    #[test]
    fn reading_never_panics(value in some_mapping(&keys::GATEWAY)) {
        let mut sink = Sink::default();
        let manifest = read(&parsed(&value.to_string()), &[], &mut sink);
        prop_assert_eq!(manifest.is_some(), sink.errors() == 0);
    }

    #[test]
    fn durations_count_milliseconds(number in 1_u64..300, unit in 0_usize..5) {
        let (unit, factor) = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)][unit];
        let read = quantity::duration(&format!("{number}{unit}")).unwrap();
        prop_assert_eq!(read.as_millis(), u128::from(number * factor));
    }

    #[test]
    fn templates_keep_their_text(pieces in prop::collection::vec("[a-z$ ]{0,3}|\\$\\{[A-Z][A-Z0-9_]{0,3}\\}", 0..6)) {
        let text = pieces.concat();
        prop_assume!(!text.replace("${", "").contains('{') || text.contains("${"));
        let span = crate::source::Span::new(crate::source::FileId(0), 0, u32::try_from(text.len()).unwrap());
        let template = template::parse(&text, span).unwrap();
        let again: String = template.parts.iter().map(|part| match part {
            TemplatePart::Literal(text) => text.clone(),
            TemplatePart::Variable(name) => {
                let place = name.span.start as usize..name.span.end as usize;
                assert_eq!(&text[place], format!("${{{}}}", name.value));
                format!("${{{}}}", name.value)
            }
        }).collect();
        prop_assert_eq!(again, text);
    }
}
