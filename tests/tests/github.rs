//! GitHub's REST description, all of it: over a thousand tools compiled, built and served.

use gatewright_tests::{Client, Program, Stub, binary, root, sharing_builds};
use serde_json::json;

#[test]
fn a_thousand_operations_are_served() {
    let shared =
        std::env::var_os("GATEWRIGHT_SHARED").map_or_else(|| root().join("../shared"), Into::into);
    let document = shared.join("corpus/github__octokit-api.github.com.json");
    if !document.exists() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            document.display()
        );
        println!("skipped: {} is missing", document.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&document, folder.path().join("github.json")).unwrap();
    std::fs::write(
        folder.path().join("gateway.yaml"),
        "gateway: github\nenvironment: { GITHUB_URL: { type: url } }\n\
         apis: { github: { spec: github.json, url: \"${GITHUB_URL}\" } }\n\
         servers: { github: { tools: [{ api: github, operations: all, deprecated: true }] } }\n",
    )
    .unwrap();
    let mut command = std::process::Command::new(binary("gatewright-compiler", "gatewright"));
    let built = sharing_builds(&mut command)
        .current_dir(folder.path())
        .args(["build", "gateway.yaml", "-o", "gateway", "--debug"])
        .env("GATEWRIGHT_CACHE", folder.path().join("cache"))
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );

    let stub = Stub::answering("200 OK", "application/json", "{\"login\": \"octocat\"}");
    let environment = [("GITHUB_URL", stub.url.as_str())];
    let mut program = Program::gateway(&folder.path().join("gateway"), &[], &environment);
    let client = Client::new(&program.url("/github/mcp"));
    assert!(client.tools().len() > 1_000);
    let result = client.call("users_get-by-username", &json!({ "username": "octo cat" }));
    assert_eq!(
        result["structuredContent"],
        json!({ "login": "octocat" }),
        "{result}"
    );
    assert_eq!(stub.received()[0].target, "/users/octo%20cat");
}
