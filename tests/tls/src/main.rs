//! A gateway with listeners, for the end-to-end tests.

use std::process::ExitCode;

gatewright::gateway!("gateway.yaml");

fn main() -> ExitCode {
    gateway().run()
}
