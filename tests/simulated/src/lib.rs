//! Policies compiled by the build script, and run in the process by the harness of generated tests: random
//! ones, which the tests compare with a reference interpreter, and a manifest with tests in many wrong
//! versions, each of which its tests must notice.

pub mod random;
pub mod tree;

/// The seed of the policies; the build script has the same.
pub const SEED: u64 = include!("seed.in");

/// The gateway with random policies.
#[allow(
    warnings,
    clippy::all,
    clippy::pedantic,
    reason = "generated: the tests use a few items of it"
)]
pub mod compiled {
    include!(concat!(env!("OUT_DIR"), "/tree.rs"));
}

/// A version of the manifest with tests.
#[derive(Debug)]
pub struct Version {
    /// What is wrong with it.
    pub mistake: &'static str,
    /// Its tests.
    pub tests: &'static [fn() -> Result<(), gatewright::testing::Failure>],
}

#[allow(
    warnings,
    clippy::all,
    clippy::pedantic,
    reason = "generated: the tests use a few items of it"
)]
mod mutants {
    use super::Version;

    include!(concat!(env!("OUT_DIR"), "/mutants.rs"));

    pub(super) static VERSIONS: &[Version] = include!(concat!(env!("OUT_DIR"), "/versions.rs"));
}

/// The right version, and then the wrong ones.
pub fn versions() -> &'static [Version] {
    mutants::VERSIONS
}
