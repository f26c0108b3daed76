//! Compiles the gateway.

fn main() {
    gatewright_compiler::build("gateway.yaml");
}
