//! Compiles the gateway whose tools the target `arguments` calls, and lists them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::Action;
use gatewright_compiler::source::{Files, Loader};
use gatewright_compiler::{compile, emit};

struct Disk;

impl Loader for Disk {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        println!("cargo::rerun-if-changed={}", path.display());
        std::fs::read(path)
    }
}

fn main() {
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
    let mut files = Files::new(folder, Box::new(Disk));
    let mut sink = Sink::default();
    let plan = compile("gateway.yaml", &mut files, &mut sink).unwrap_or_else(|_| {
        let full = Format::Full { colour: false };
        panic!("{}", render(sink.diagnostics(), &files, full))
    });
    let mut calls = String::new();
    for server in &plan.servers {
        for tool in &server.tools {
            if let Action::Operation(operation) = &tool.action {
                let _ = writeln!(
                    calls,
                    "    ({:?}, |text| {}::{}::decode(text).ok()?.request().ok()),",
                    operation.request.template, server.module, operation.type_name
                );
            }
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap());
    std::fs::write(
        out.join("gateway.rs"),
        format!(
            "{}\n/// Each tool: its path template, and its arguments made a request.\n\
             pub static CALLS: &[(&str, Call)] = &[\n{calls}];\n",
            emit::source(&plan)
        ),
    )
    .unwrap();
}
