//! A gateway that web pages use, for the end-to-end tests.

use std::process::ExitCode;

gatewright::gateway!("pages.yaml");

fn main() -> ExitCode {
    gateway().run()
}
