//! When Cargo builds a gateway anew: after any file that it was compiled from changed, and only then.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use gatewright_tests::{root, sharing_builds};

/// Runs `cargo build -v`; whether the crate `name` was compiled.
fn rebuilt(folder: &Path, name: &str) -> bool {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = sharing_builds(&mut command)
        .current_dir(folder)
        .args(["build", "-v"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text.lines()
        .any(|line| line.trim_start().starts_with(&format!("Compiling {name} ")))
}

fn touch(path: &Path) {
    // Later than the build, also where the file system's clock counts seconds.
    std::thread::sleep(Duration::from_millis(1_100));
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(SystemTime::now()).unwrap();
}

fn project(folder: &Path, name: &str, build_script: bool) {
    let path = |name: &str| root().join(name).display().to_string();
    let (runtime, compiler) = (path("runtime"), path("compiler"));
    let dependencies = if build_script {
        format!(
            "[build-dependencies]\ngatewright-compiler = {{ path = \"{compiler}\", default-features = false }}\n"
        )
    } else {
        String::new()
    };
    std::fs::create_dir_all(folder.join("src")).unwrap();
    // The same versions of everything, so that what is built can be used.
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    std::fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\ngatewright = {{ path = \"{runtime}\" }}\n{dependencies}\
             [profile.dev.build-override]\nopt-level = 1\n"
        ),
    )
    .unwrap();
    let items = if build_script {
        std::fs::write(
            folder.join("build.rs"),
            "fn main() { gatewright_compiler::build(\"gateway.yaml\"); }",
        )
        .unwrap();
        "gatewright::include_gateway!();"
    } else {
        "gatewright::gateway!(\"gateway.yaml\");"
    };
    std::fs::write(
        folder.join("src/main.rs"),
        format!("{items}\nfn main() -> std::process::ExitCode {{ gateway().run() }}"),
    )
    .unwrap();
    std::fs::write(
        folder.join("gateway.yaml"),
        "gateway: x\napis: { a: { spec: api.yaml, url: \"http://127.0.0.1:1\" } }\n\
         servers: { s: { tools: [{ api: a, operations: all }] } }\n",
    )
    .unwrap();
    std::fs::write(
        folder.join("api.yaml"),
        "openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths:\n  /x:\n    get:\n      operationId: x\n      summary: X\n      \
         parameters: [{ $ref: 'shared.yaml#/q' }]\n      responses: { '204': { description: none } }\n",
    )
    .unwrap();
    std::fs::write(
        folder.join("shared.yaml"),
        "q: { name: q, in: query, schema: { type: string } }\n",
    )
    .unwrap();
}

fn every_input_counts(name: &str, build_script: bool) {
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), name, build_script);
    assert!(rebuilt(folder.path(), name));
    assert!(!rebuilt(folder.path(), name), "nothing changed");
    for input in ["gateway.yaml", "api.yaml", "shared.yaml"] {
        touch(&folder.path().join(input));
        assert!(rebuilt(folder.path(), name), "{input} changed");
    }
    std::fs::write(folder.path().join("unrelated.yaml"), "x: 1").unwrap();
    assert!(!rebuilt(folder.path(), name), "an unrelated file appeared");
}

#[test]
fn with_a_build_script() {
    every_input_counts("rebuild-script", true);
}

#[test]
fn with_the_macro() {
    every_input_counts("rebuild-macro", false);
}
