//! Compiles the vectors and random expressions to Rust.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::format_push_string,
    clippy::match_same_arms,
    reason = "a test that fails says so by a panic, and its parts are listed as they are thought of"
)]

#[path = "build/environment.rs"]
mod environment;
#[path = "build/random.rs"]
mod random;

use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::expr::{Compiled, ExprSpan, compile};
use gatewright_compiler::schema::Schemas;
use gatewright_compiler::source::{FileId, Files, MemoryLoader, Node, Span, Value};

/// How many random expressions there are.
const RANDOM: usize = 400;

fn main() {
    let (mut vectors, mut refused) = (Vec::new(), String::new());
    for line in include_str!("vectors.txt").lines() {
        if let Some((text, outcome)) = line.rsplit_once(" => ") {
            match compiled(text) {
                Ok(compiled) => vectors.push((text, outcome.to_owned(), compiled)),
                Err(said) => refused += &said,
            }
        }
    }
    assert!(refused.is_empty(), "{refused}");
    write("vectors", vectors.into_iter());
    let mut random = random::Random::new(0x5EED);
    let expressions = std::iter::repeat_with(|| random.expression())
        .filter_map(|text| {
            compiled(&text)
                .ok()
                .map(|compiled| (text, String::new(), compiled))
        })
        .take(RANDOM);
    write("random", expressions);
    for file in [
        "build.rs",
        "build/environment.rs",
        "build/random.rs",
        "vectors.txt",
    ] {
        println!("cargo::rerun-if-changed={file}");
    }
}

/// The expression, or what is wrong with it.
fn compiled(text: &str) -> Result<Compiled, String> {
    let mut files = Files::new(
        PathBuf::new(),
        Box::new(MemoryLoader::new([("expression", text)])),
    );
    let _ = files.open("expression", None);
    let node = Node {
        span: Span::new(FileId(0), 0, u32::try_from(text.len()).unwrap()),
        value: Value::String(text.to_owned()),
    };
    let schemas = Schemas::default();
    let environment = environment::environment(&schemas);
    let mut sink = Sink::default();
    compile(text, &ExprSpan::of(&node, &files), &environment, &mut sink)
        .ok_or_else(|| render(sink.diagnostics(), &files, Format::Full { colour: false }))
}

/// A module of one function for each expression, and the table of them.
fn write(name: &str, expressions: impl Iterator<Item = (impl AsRef<str>, String, Compiled)>) {
    let mut source = String::from("use gatewright::__private as rt;\nuse crate::Context;\n");
    let mut table = String::new();
    for (position, (text, outcome, compiled)) in expressions.enumerate() {
        let (body, kind) = (compiled.emit(), compiled.rust_type());
        source += &format!(
            "fn eval_{position}<'a>(context: &'a Context<'a>) -> Result<{kind}, rt::expr::Error> {{ {body} }}\n"
        );
        table += &format!(
            "Case {{ text: {:?}, outcome: {outcome:?}, evaluate: |context| eval_{position}(context).map(rt::expr::Value::from) }},\n",
            text.as_ref()
        );
    }
    source +=
        &format!("pub(crate) static CASES: &[crate::Case] = {{ use crate::Case; &[{table}] }};\n");
    let out = std::env::var("OUT_DIR").unwrap();
    std::fs::write(Path::new(&out).join(name).with_extension("rs"), source).unwrap();
}
