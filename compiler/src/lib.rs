//! The Gatewright compiler: `gateway.yaml` and OpenAPI documents in, an MCP gateway in Rust out.
//!
//! The folders are the stages, and data flows one way through them:
//!
//! ```text
//! source     files, spans; YAML and JSON read into a spanned tree
//! manifest   the tree read as the manifest's types, as written
//! openapi    the tree read as operations, references resolved
//! schema     JSON Schema normalised into one representation
//! expr       expressions checked against what is known where they stand, and printed as Rust
//! resolve    manifest + operations -> the plan: every name bound
//! check      what only the whole plan shows
//! emit       plan -> Rust tokens
//! ```
//!
//! Each stage reports every problem it finds as a [`diagnostic`], and the next begins only where there
//! was no error. Nothing here reads the clock, the network or the environment; files come through
//! [`source::Loader`], so the same inputs give the same bytes on every machine.

mod cargo;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
mod disk;
pub mod emit;
pub mod expr;
pub mod lint;
pub mod manifest;
pub mod native;
pub mod openapi;
pub mod plan;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod suggestion;
pub mod tokens;

pub use cargo::{Expansion, build, expand};

use diagnostic::{Diagnostic, Failed, Sink, codes};
use plan::Plan;
use source::Files;

/// Compiles the manifest at `path` to a plan. What was read is in `files` afterwards, and every
/// problem in `sink`, whether or not there is a plan.
///
/// # Errors
/// Where anything was an error.
pub fn compile(path: &str, files: &mut Files, sink: &mut Sink) -> Result<Plan, Failed> {
    let file = files.open(path, None).map_err(|error| {
        sink.report(
            Diagnostic::nowhere(
                &codes::FILE_UNREADABLE,
                format!("cannot read `{path}`: {error}"),
            )
            .help("`gatewright new DIR` makes a project with a manifest"),
        );
        Failed
    })?;
    let root = files.parse(file, sink).ok_or(Failed)?;
    let included = manifest::include(&root, files, sink);
    let manifest = manifest::read(&root, &included, sink);
    sink.finish_phase()?;
    let manifest = manifest.ok_or(Failed)?;

    let mut documents = openapi::Documents::new();
    let roots: Vec<_> = manifest
        .apis
        .iter()
        .map(|api| documents.load_overlaid(&api.spec, &api.overlays, files, sink))
        .collect();
    let apis: Vec<_> = roots
        .into_iter()
        .flatten()
        .filter_map(|file| openapi::Document::open(file, &documents, sink))
        .collect();
    sink.finish_phase()?;

    let mut plan = resolve::resolve(&manifest, &apis, &&documents, files, sink);
    sink.finish_phase()?;
    check::check(&plan, sink);
    // After the digest was taken: what the tests say does not change the binary.
    let tests = tests(&manifest, files, sink);
    resolve::add_tests(&mut plan, &tests, files, sink);
    sink.finish_phase()?;
    Ok(plan)
}

/// The tests of the manifest and of teams' files, and of the files that these name.
fn tests(manifest: &manifest::Manifest, files: &mut Files, sink: &mut Sink) -> Vec<manifest::Test> {
    let mut tests = manifest.tests.clone();
    for path in &manifest.test_files {
        match files.open(&path.value, Some(path.span.file)) {
            Ok(file) => {
                if let Some(root) = files.parse(file, sink) {
                    tests.extend(manifest::read_tests(&root, sink));
                }
            }
            Err(error) => sink.report(error.into_diagnostic(Some(path.span))),
        }
    }
    tests
}
