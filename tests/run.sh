#!/usr/bin/env bash
# All tests, in one command. Installs what they need; needs nothing but Rust and the package registries.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}

step "formatting"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings
# What build scripts and plain sidecars compile: each without the other features.
cargo clippy -p gatewright-compiler --no-default-features --locked -- -D warnings
cargo clippy -p gatewright --no-default-features --locked -- -D warnings

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

step "tools from npm"
bash tests/tools/install.sh "${CARGO_TARGET_DIR:-target}/test-tools"

step "tests"
cargo test --workspace --locked --no-fail-fast

step "packages"
# In a folder of its own: the programs in the tests' folder stay those of the checkout. It is made anew, and
# so is what Cargo unpacked: for Cargo, packages of one version never change.
packages=${CARGO_TARGET_DIR:-target}/packages
rm -rf "$packages" "${CARGO_HOME:-$HOME/.cargo}"/registry/{src,cache}/-*/gatewright*
cargo package -p gatewright-schema -p gatewright-compiler -p gatewright-macros -p gatewright \
  --allow-dirty --locked --quiet --target-dir "$packages"

step "all passed"
