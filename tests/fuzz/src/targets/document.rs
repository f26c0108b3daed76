//! Documents, manifests and overlays, through the whole compiler.

use std::path::PathBuf;

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::source::{Files, MemoryLoader};
use gatewright_compiler::{compile, emit};

const PETSTORE: &str = include_str!("../../../../specs/petstore.yaml");
const NAMING: &str = include_str!("../../../../specs/naming.yaml");
const BODIES: &str = include_str!("../../../../specs/bodies.yaml");
const OPENAPI: &str = include_str!("../../../../compiler/tests/hostile/openapi.json");
const SWAGGER: &str = include_str!("../../../../compiler/tests/hostile/swagger.json");
const MANIFEST: &str = include_str!("../../../../compiler/tests/hostile/manifest.json");
const QUICKSTART: &str = include_str!("../../../../examples/quickstart/gateway.yaml");
const OVERLAY: &str = "overlay: 1.1.0\ninfo: { title: x, version: '1' }\nextends: api.yaml\nactions:\n\
    - { target: \"$.paths['/pets'].get\", update: { summary: Pets, tags: [a] } }\n\
    - { target: \"$..parameters[?@.name == 'limit' && @.in != 'path']\", remove: true }\n\
    - { target: \"$.components.schemas.*.properties[0:2]\", description: x, update: { deprecated: true } }\n\
    - { target: $.info, copy: $.tags, update: { description: more } }\n";

/// Takes all of one document, which is JSON or YAML by its first byte.
pub(super) fn document(bytes: &[u8]) {
    let name = if bytes.first() == Some(&b'{') {
        "api.json"
    } else {
        "api.yaml"
    };
    let manifest = format!(
        "gateway: x\napis: {{ a: {{ spec: {name}, url: \"http://127.0.0.1\", credential: none }} }}\n\
         servers: {{ s: {{ tools: [{{ api: a, operations: all, deprecated: true }}] }} }}\n"
    );
    compiled(&[("gateway.yaml", manifest.as_bytes()), (name, bytes)]);
}

/// A manifest beside documents that there are.
pub(super) fn manifest(bytes: &[u8]) {
    compiled(&[
        ("gateway.yaml", bytes),
        ("api.json", OPENAPI.as_bytes()),
        ("old.json", SWAGGER.as_bytes()),
        ("older.json", SWAGGER.as_bytes()),
        ("overlay.yaml", OVERLAY.as_bytes()),
        ("../../specs/petstore.yaml", PETSTORE.as_bytes()),
    ]);
}

/// An overlay of the pet store.
pub(super) fn overlay(bytes: &[u8]) {
    let manifest = "gateway: x\napis: { a: { spec: api.yaml, url: \"http://127.0.0.1\", credential: none, overlays: [overlay.yaml] } }\n\
                    servers: { s: { tools: [{ api: a, operations: all }] } }\n";
    compiled(&[
        ("gateway.yaml", manifest.as_bytes()),
        ("api.yaml", PETSTORE.as_bytes()),
        ("overlay.yaml", bytes),
    ]);
}

/// A plan whose code parses, or errors that can be shown.
fn compiled(texts: &[(&str, &[u8])]) {
    let loader = MemoryLoader::new(texts.iter().map(|(name, text)| (*name, *text)));
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    match plan {
        Ok(plan) => {
            let tokens = emit::tokens(&plan);
            assert!(syn::parse2::<syn::File>(tokens.clone()).is_ok(), "{tokens}");
        }
        Err(_) => assert!(
            sink.errors() > 0 && !said.is_empty(),
            "refused without a word"
        ),
    }
    let json = render(sink.diagnostics(), &files, Format::Json);
    for line in json.lines() {
        assert!(
            serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line}"
        );
    }
}

fn bytes(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

pub(super) fn documents() -> Vec<Vec<u8>> {
    bytes(&[PETSTORE, NAMING, BODIES, OPENAPI, SWAGGER])
}

pub(super) fn manifests() -> Vec<Vec<u8>> {
    bytes(&[MANIFEST, QUICKSTART])
}

pub(super) fn overlays() -> Vec<Vec<u8>> {
    bytes(&[OVERLAY])
}
