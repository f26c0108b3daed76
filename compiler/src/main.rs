//! The `gatewright` command.

fn main() -> std::process::ExitCode {
    gatewright_compiler::cli::run()
}
