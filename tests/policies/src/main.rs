//! A gateway with every kind of policy, for the end-to-end tests.

use std::process::ExitCode;

mod custom;

gatewright::gateway!("gateway.yaml");

fn main() -> ExitCode {
    gateway().run()
}
