//! A gateway with the file of a team, for the end-to-end tests.

use std::process::ExitCode;

gatewright::include_gateway!();

fn main() -> ExitCode {
    gateway().run()
}
