//! Compiles the random policies, and a manifest with tests in many wrong versions.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test that fails says so by a panic, and its parts are put together as they are read"
)]

#[path = "build/manifest.rs"]
mod manifest;
#[path = "build/mutants.rs"]
mod mutants;
#[path = "src/random.rs"]
#[allow(dead_code, unreachable_pub, reason = "the tests use all of it")]
mod random;
#[path = "src/tree.rs"]
#[allow(dead_code, unreachable_pub, reason = "the tests use all of it")]
mod tree;

use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::Plan;
use gatewright_compiler::source::{Files, MemoryLoader};
use gatewright_compiler::{compile, emit};

/// The seed of the policies; the tests have the same.
const SEED: u64 = include!("src/seed.in");

fn main() {
    let gateway = tree::gateway(SEED);
    let text = manifest::manifest(&gateway);
    let plan = compiled(&[
        ("gateway.yaml", text.clone()),
        ("api.yaml", manifest::document()),
    ])
    .unwrap_or_else(|said| panic!("{said}\n{text}"));
    write("tree.rs", &emit::source(&plan));
    mutants::write();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src");
}

/// The plan, or what is wrong.
fn compiled(texts: &[(&str, String)]) -> Result<Plan, String> {
    let loader = MemoryLoader::new(texts.iter().cloned());
    let mut files = Files::new(PathBuf::new(), Box::new(loader));
    let mut sink = Sink::default();
    compile("gateway.yaml", &mut files, &mut sink)
        .map_err(|_| render(sink.diagnostics(), &files, Format::Full { colour: false }))
}

fn write(name: &str, text: &str) {
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(Path::new(&out).join(name), text).unwrap();
}
