//! Fuzz targets: plain functions of bytes, which panic where something is wrong.
//!
//! `tests/mutations.rs` runs each over its seeds and some thousand mutations of them; the crate `fuzz`
//! at the root of the repository hands the same functions to libFuzzer.

mod mutate;
mod targets;

pub use mutate::Mutator;
pub use targets::{TARGETS, Target};

/// Runs the target of that name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target").run)(bytes);
}
