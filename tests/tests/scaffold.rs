//! The `gatewright` command, as people without the workspace use it.

use std::path::Path;
use std::process::{Command, Output};

use gatewright_tests::{Client, Program, Stub, binary, root, sharing_builds};
use serde_json::json;

fn gatewright(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(binary("gatewright-compiler", "gatewright"));
    sharing_builds(&mut command)
        .current_dir(folder)
        .args(arguments)
        .env("GATEWRIGHT_CACHE", folder.join("cache"))
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Cargo in a project that is not the workspace's.
fn cargo(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    sharing_builds(&mut command)
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_new_project_builds_tests_and_serves() {
    let folder = tempfile::tempdir().unwrap();
    let made = gatewright(folder.path(), &["new", "shop"]);
    assert!(made.status.success(), "{}", told(&made));
    let project = folder.path().join("shop");
    let checked = gatewright(&project, &["check"]);
    assert!(checked.status.success(), "{}", told(&checked));
    let tested = cargo(&project, &["test"]);
    assert!(tested.status.success(), "{}", told(&tested));
    assert!(told(&tested).contains("1 passed"), "{}", told(&tested));
    assert!(!told(&tested).contains("warning"), "{}", told(&tested));
    let again = gatewright(folder.path(), &["new", "shop"]);
    assert!(!again.status.success());
}

#[test]
fn a_project_is_made_from_a_document_of_ones_own_and_built_without_cargo() {
    let folder = tempfile::tempdir().unwrap();
    let document = root().join("specs/naming.yaml");
    let made = gatewright(
        folder.path(),
        &["new", "own", "--spec", document.to_str().unwrap()],
    );
    assert!(made.status.success(), "{}", told(&made));
    let project = folder.path().join("own");
    let built = gatewright(
        &project,
        &["build", "gateway.yaml", "-o", "gateway", "--debug"],
    );
    assert!(built.status.success(), "{}", told(&built));
    let described = Command::new(project.join("gateway"))
        .arg("--describe")
        .output()
        .unwrap();
    let described: serde_json::Value = serde_json::from_slice(&described.stdout).unwrap();
    let path = described["servers"][0]["path"].as_str().unwrap().to_owned();
    let variable = described["variables"][0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let stub = Stub::answering("200 OK", "application/json", "{\"ok\":true}");
    let mut program = Program::gateway(&project.join("gateway"), &[], &[(&variable, &stub.url)]);
    let client = Client::new(&program.url(&path));
    let result = client.call("Option", &json!({ "choice": "*/" }));
    assert_eq!(
        result["structuredContent"],
        json!({ "ok": true }),
        "{result}"
    );
    assert_eq!(stub.received().len(), 1);
}

#[test]
fn problems_are_told_in_every_format_with_their_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("gateway.yaml"),
        "gateway: x\nservers:\n  a:\n    tools: [{ api: nothing, operations: all }]\n    tittle: A\n",
    )
    .unwrap();
    let full = gatewright(folder.path(), &["check"]);
    assert_eq!(full.status.code(), Some(1));
    let text = told(&full);
    for part in [
        "unknown-key",
        "gateway.yaml:5:5",
        "did you mean `title`?",
        "undeclared-name",
        "2 errors",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colour goes to terminals only");
    let json = gatewright(folder.path(), &["check", "--format", "json"]);
    assert!(
        told(&json)
            .lines()
            .filter(|line| line.starts_with('{'))
            .all(|line| {
                let diagnostic: serde_json::Value = serde_json::from_str(line).unwrap();
                diagnostic["code"].is_string() && diagnostic["line"].is_u64()
            })
    );
    let github = gatewright(folder.path(), &["check", "--format", "github"]);
    assert!(
        told(&github).contains("::error file=gateway.yaml,line=5,endLine=5,col=5"),
        "{}",
        told(&github)
    );
    let sarif = gatewright(folder.path(), &["check", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_slice(&sarif.stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert_eq!(
        gatewright(folder.path(), &["check", "--no-such-option"])
            .status
            .code(),
        Some(2)
    );
    let explained = gatewright(folder.path(), &["explain", "unknown-key"]);
    assert!(told(&explained).contains("timeuot"), "{}", told(&explained));
}

#[test]
fn the_pipeline_of_a_tool_is_explained() {
    let folder = root().join("examples/quickstart");
    let explained = gatewright(&folder, &["explain", "pets", "listPets"]);
    let text = told(&explained);
    assert!(explained.status.success(), "{text}");
    for part in [
        "GET /pets",
        "petstore.yaml:",
        "gateway.yaml:",
        "limit",
        "10s",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}
