//! A gateway that takes tokens of two issuers, for the end-to-end tests.

use std::process::ExitCode;

gatewright::gateway!("tokens.yaml");

fn main() -> ExitCode {
    gateway().run()
}
