//! An API whose operations ask for different credentials: docs/credentials.md explains its manifest.

gatewright::gateway!("gateway.yaml");

fn main() -> std::process::ExitCode {
    gateway().run()
}
