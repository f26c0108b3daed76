//! A gateway that asks callers who they are, and a tool that tells them.

use gatewright::{Call, tool};

gatewright::gateway!("gateway.yaml");

/// Tells who you are.
#[tool(title = "Who am I", read_only = true)]
pub(crate) fn whoami(call: &Call) -> String {
    let caller = call.principal();
    let name = caller.subject().or(caller.consumer()).unwrap_or("nobody");
    format!("{name}, by {}", caller.identity())
}

fn main() -> std::process::ExitCode {
    gateway().run()
}
