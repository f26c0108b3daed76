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
# In a folder of its own: the programs in the tests' folder stay those of the checkout.
cargo package --workspace --allow-dirty --locked --quiet --target-dir "${CARGO_TARGET_DIR:-target}/packages"

step "all passed"
