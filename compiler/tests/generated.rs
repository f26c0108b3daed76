//! What is generated: a whole module as a snapshot, and the same bytes for the same inputs.

#![allow(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::source::{Files, MemoryLoader};
use gatewright_compiler::{compile, emit};

const MANIFEST: &str = r#"
gateway: sample
version: 1.2.3
environment:
  API_URL: { type: url, default: "http://127.0.0.1:8081", description: Where the store is. }
  API_KEY: { type: secret }
credentials:
  key: { api_key: { header: X-Api-Key, value: "${API_KEY}" } }
apis:
  petstore:
    spec: petstore.yaml
    url: "${API_URL}"
    credential: key
    headers: { X-Client: gatewright }
    timeout: 10s
servers:
  pets:
    title: Pet store
    description: Pets and orders.
    instructions: Be kind.
    tools:
      - { api: petstore, operations: [listPets, createPet, deletePet, "GET /orders/export"] }
      - { rust: [crate::tools::greet] }
    overrides:
      listPets:
        output_schema: true
        response: { select: [/pets/*/id, /pets/*/name, /total], max_items: 20, max_bytes: 16KiB }
        arguments:
          limit: { default: 5 }
          offset: { value: 0 }
      deletePet:
        name: remove_pet
        annotations: { idempotent: true }
        timeout: 1500ms
"#;

fn generated(root: &str, petstore: &str) -> String {
    let loader = MemoryLoader::new([
        (Path::new(root).join("gateway.yaml"), MANIFEST),
        (Path::new(root).join("petstore.yaml"), petstore),
    ]);
    let mut files = Files::new(PathBuf::from(root), Box::new(loader));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    assert!(plan.is_ok(), "{said}");
    emit::source(&plan.unwrap())
}

fn petstore() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/petstore.yaml");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_module_reads_well() {
    let source = generated("/a", &petstore());
    // The digest changes with every word of the inputs, the rest only with the generator.
    let lines: Vec<_> = source
        .lines()
        .filter(|line| !line.contains("sha256") && !line.contains("digest: "))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let first = generated("/a", &petstore());
    for root in ["/a", "/somewhere/else", "relative"] {
        assert!(generated(root, &petstore()) == first, "{root}");
    }
    // Threads have hash seeds of their own: the order of no hash table shows.
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| generated("/a", &petstore())))
            .collect();
        for other in others {
            assert!(other.join().unwrap() == first);
        }
    });
    let changed = generated("/a", &petstore().replace("A shop for pets", "A shop"));
    assert!(
        changed != first,
        "the digest tells inputs apart that differ in nothing else"
    );
}
