//! The gateway that `load --guarded-path` measures: one tool with nothing before it, and the same with a
//! token, scopes, a condition, and limits.

use std::process::ExitCode;

gatewright::gateway!("gateway.yaml");

fn main() -> ExitCode {
    gateway().run()
}
