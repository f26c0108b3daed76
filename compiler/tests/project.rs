//! What `gatewright new` and `gatewright build` make, built with Cargo and run.
#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a command to its end; its standard output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}\n{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// A command that builds into the workspace's own target folder, and in the same way, so that most
/// of the dependencies are there already.
fn building(program: &str, folder: &Path) -> Command {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    command
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("project");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_new_project_passes_its_own_test_and_is_built_without_it_too() {
    let gatewright = env!("CARGO_BIN_EXE_gatewright");
    let folder = folder();
    run(Command::new(gatewright)
        .args(["new", "project-under-test"])
        .current_dir(&folder));
    let project = folder.join("project-under-test");

    let tested = run(building(env!("CARGO"), &project).args(["test", "--quiet"]));
    assert!(tested.contains("test result: ok. 1 passed"), "{tested}");

    let build = ["build", "--debug", "--output", "../binary/gateway"];
    run(building(gatewright, &project)
        .args(build)
        .env("GATEWRIGHT_CACHE", folder.join("cache")));
    let version = run(Command::new(folder.join("binary/gateway")).arg("--version"));
    assert!(version.starts_with("project-under-test 0.1.0"), "{version}");
}
