//! A gateway that asks others who may call, for the end-to-end tests.

use std::process::ExitCode;

gatewright::gateway!("authorize.yaml");

fn main() -> ExitCode {
    gateway().run()
}
