//! Callers that are asked who they are: a real identity provider, keys in a file, and what the API gets
//! to see of it.

use gatewright_tests::{Client, Program, Stub, binary, node, root};
use serde_json::{Value, json};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

const PUBLIC: &str = "https://tools.example.com";
/// SHA-256 of `partner-key`, by another program.
const PARTNER: &str = "346e50af211b5135824bb2bb58fe0f9e6df228adcf10c58a37fbc46b57baee74";

struct Provider {
    program: Program,
    issuer: String,
}

impl Provider {
    fn start() -> Self {
        let node = node();
        let folder = node.ancestors().nth(4).unwrap();
        let mut command = Command::new(&node);
        command
            .arg(root().join("tests/tools/oidc.mjs"))
            .arg(folder)
            .arg(format!("{PUBLIC}/pets/mcp"));
        let mut program = Program::start(&mut command);
        let line = program.line("provider at ");
        let issuer = line.trim_start_matches("provider at ").to_owned();
        Self { program, issuer }
    }

    /// A token by the client credentials grant (RFC 6749, section 4.4).
    fn token(&self, scope: &str) -> String {
        let mut response = ureq::post(format!("{}/token", self.issuer))
            .header("authorization", "Basic ZGVzazpkZXNrLXNlY3JldA==")
            .send_form([("grant_type", "client_credentials"), ("scope", scope)])
            .unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

fn call(tool: &str, arguments: &Value) -> String {
    let params = json!({ "name": tool, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}

#[test]
fn tokens_of_a_provider_and_keys_of_partners() {
    let mut provider = Provider::start();
    let stub = Stub::answering("200 OK", "application/json", "[]");
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.json");
    let consumers = |state: &str| {
        json!({ "consumers": [{ "name": "acme", "keys": [{ "sha256": PARTNER }],
                                "scopes": ["pets.read"], "state": state }] })
        .to_string()
    };
    std::fs::write(&keys, consumers("active")).unwrap();
    let environment = [
        ("PETSTORE_URL", stub.url.as_str()),
        ("PUBLIC_URL", PUBLIC),
        ("ISSUER", &provider.issuer),
        ("PARTNER_KEYS", keys.to_str().unwrap()),
    ];
    let protected = binary("protected", "protected");

    let checked = Command::new(&protected)
        .arg("--check")
        .envs(environment)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(
        said.contains("Identity staff: 1 key\nIdentity partners: 1 key\n"),
        "{said}"
    );
    let over_stdio = Command::new(&protected)
        .arg("--stdio")
        .envs(environment)
        .output()
        .unwrap();
    assert_eq!(
        over_stdio.status.code(),
        Some(2),
        "nobody can say who calls"
    );

    let mut gateway = Program::gateway(&protected, &["--log-format", "json"], &environment);
    let line = gateway.line("/pets/mcp");
    let log: Value = serde_json::from_str(&line).unwrap();
    let url = log["url"].as_str().unwrap().to_owned();
    let client = Client::new(&url);

    // A client that knows only the URL finds the provider, as the protocol says it should.
    let refused = client.post(&call("whoami", &json!({})), &[]);
    assert_eq!(refused.status, 401);
    let metadata = url.replace(
        "/pets/mcp",
        "/.well-known/oauth-protected-resource/pets/mcp",
    );
    let mut metadata = ureq::get(metadata).call().unwrap();
    let metadata = metadata.body_mut().read_to_string().unwrap();
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!(metadata["resource"], format!("{PUBLIC}/pets/mcp"));
    assert_eq!(metadata["authorization_servers"], json!([provider.issuer]));
    assert_eq!(
        metadata["scopes_supported"],
        json!(["pets.read", "pets.write"])
    );

    let preflight = ureq::options(&url)
        .header("origin", "http://localhost:6274")
        .call()
        .unwrap();
    let headers = preflight.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(headers.contains("Authorization") && headers.ends_with("ocp-apim-subscription-key"));

    let reader = provider.token("pets.read");
    let with = |token: &str| format!("Bearer {token}");
    let post = |token: &str, body: &str| client.post(body, &[("authorization", &with(token))]);
    let whoami = post(&reader, &call("whoami", &json!({})));
    assert_eq!(
        whoami.body["result"]["content"][0]["text"],
        "desk, by staff"
    );
    let order = call(
        "orderPet",
        &json!({ "petId": 1, "customer": "a@example.org" }),
    );
    assert_eq!(post(&reader, &order).status, 403);
    // All that came was the question of `--check`.
    assert_eq!(stub.received().len(), 1);
    let writer = provider.token("pets.read pets.write");
    assert_eq!(post(&writer, &order).status, 200);

    // The API sees nothing of the caller's token or key.
    let by_key = client.post(
        &call("listPets", &json!({})),
        &[("ocp-apim-subscription-key", "partner-key")],
    );
    assert_eq!(by_key.status, 200, "{}", by_key.text);
    let received = stub.received();
    assert_eq!(received.len(), 3);
    for request in received {
        let text = format!("{request:?}").to_lowercase();
        for secret in [&reader, &writer, "partner-key"] {
            assert!(!text.contains(&secret.to_lowercase()), "{text}");
        }
        assert!(
            !text.contains("authorization") && !text.contains("ocp-apim"),
            "{text}"
        );
    }

    // Everybody is in the log by name, and nothing that could be used again.
    let line = gateway.line("\"subject\":\"acme\"");
    assert!(line.contains("\"identity\":\"partners\""), "{line}");
    let line = gateway.line("\"subject\":\"desk\"");
    assert!(
        !line.contains(&reader) && !line.contains("partner-key"),
        "{line}"
    );

    // A partner is locked out within moments, without a restart.
    std::fs::write(&keys, consumers("suspended")).unwrap();
    let key = [("ocp-apim-subscription-key", "partner-key")];
    let locked_out = (0..100).any(|_| {
        sleep(Duration::from_millis(100));
        client.post(&call("whoami", &json!({})), &key).status == 401
    });
    assert!(locked_out);

    // Signed by a key that came after the gateway's first look, and so soon that it does not look again.
    ureq::post(format!("{}/rotate", provider.issuer))
        .send_empty()
        .unwrap();
    let rotated = post(&provider.token("pets.read"), &call("whoami", &json!({})));
    assert_eq!(rotated.status, 401, "{}", rotated.text);
    assert_eq!(post(&reader, &call("whoami", &json!({}))).status, 200);
    drop(gateway);

    // Without the provider, its tokens cannot be checked: that is no reason to log in again.
    provider.program.terminate();
    let mut gateway = Program::gateway(&protected, &["--log-format", "json"], &environment);
    let line = gateway.line("/pets/mcp");
    let log: Value = serde_json::from_str(&line).unwrap();
    let client = Client::new(log["url"].as_str().unwrap());
    let token = with(&reader);
    let unchecked = client.post(&call("whoami", &json!({})), &[("authorization", &token)]);
    assert_eq!(unchecked.status, 503, "{}", unchecked.text);
    assert_eq!(client.post(&call("whoami", &json!({})), &[]).status, 401);
}
