//! The MCP Inspector in its command-line mode, as people use it to look at a server.

use gatewright_tests::{Program, binary, node_tool};

fn inspect(url: &str, arguments: &[&str]) -> (bool, String) {
    let output = node_tool("mcp-inspector")
        .args(["--cli", url, "--transport", "http", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), text)
}

#[test]
fn lists_strictly_and_calls_in_every_era() {
    let mut program = Program::gateway(&binary("quickstart", "quickstart"), &[], &[]);
    let url = program.url("/pets/mcp");
    for era in ["legacy", "modern", "auto"] {
        // `--strict` judges how portable the published schemas are.
        let (success, text) = inspect(
            &url,
            &["--protocol-era", era, "--method", "tools/list", "--strict"],
        );
        assert!(success && text.contains("listPets"), "{era}: {text}");
        let call = [
            "--method",
            "tools/call",
            "--tool-name",
            "listPets",
            "--tool-arg",
            "limit=1",
        ];
        let (success, text) = inspect(&url, &[&["--protocol-era", era], &call[..]].concat());
        assert!(success && text.contains("Rex"), "{era}: {text}");
    }
}
