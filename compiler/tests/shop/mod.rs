//! A manifest beside one document, compiled: what the tests of single subjects have in common.

use std::path::PathBuf;

use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::Plan;
use gatewright_compiler::source::{Files, MemoryLoader};

/// What is said of a manifest and of the document `shop.yaml` beside it; and the plan if they compile.
pub(crate) fn compiled(manifest: String, document: &str) -> (String, Option<Plan>) {
    let texts = [
        ("gateway.yaml", manifest),
        ("shop.yaml", document.to_owned()),
    ];
    let mut files = Files::new(PathBuf::new(), Box::new(MemoryLoader::new(texts)));
    let mut sink = Sink::default();
    let plan = gatewright_compiler::compile("gateway.yaml", &mut files, &mut sink);
    let said = render(sink.diagnostics(), &files, Format::Full { colour: false });
    (said, plan.ok())
}
