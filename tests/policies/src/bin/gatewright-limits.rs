//! A gateway whose calls are counted, for the end-to-end tests.

use std::process::ExitCode;

gatewright::gateway!("limits.yaml");

fn main() -> ExitCode {
    gateway().run()
}
