//! Tokens of two real identity providers, of which one encrypts its own.

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use gatewright_tests::{Answer, Client, Program, Stub, binary, node, root};
use serde_json::{Value, json};

const PUBLIC: &str = "https://tools.example.com";

struct Provider {
    _program: Program,
    issuer: String,
}

impl Provider {
    /// One that encrypts its tokens for the key in a file, where there is one.
    fn start(key: Option<&Path>) -> Self {
        let node = node();
        let folder = node.ancestors().nth(4).unwrap();
        let mut command = Command::new(&node);
        command
            .arg(root().join("tests/tools/oidc.mjs"))
            .arg(folder)
            .arg(format!("{PUBLIC}/shop/mcp"))
            .arg("jwt")
            .args(key);
        let mut program = Program::start(&mut command);
        let line = program.line("provider at ");
        let issuer = line.trim_start_matches("provider at ").to_owned();
        Self {
            _program: program,
            issuer,
        }
    }

    /// A new token by the client credentials grant (RFC 6749, section 4.4).
    fn token(&self) -> String {
        let mut response = ureq::post(format!("{}/token", self.issuer))
            .header("authorization", "Basic ZGVzazpkZXNrLXNlY3JldA==")
            .send_form([("grant_type", "client_credentials"), ("scope", "pets.read")])
            .unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

/// A private key of the tests.
fn private_key(name: &str) -> String {
    let vectors = root().join("runtime/src/auth/tests/jwe/vectors.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(vectors).unwrap()).unwrap();
    vectors["keys"][name].as_str().unwrap().to_owned()
}

fn call(client: &Client, token: &str) -> Answer {
    let params = json!({ "name": "listPets", "arguments": {} });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let authorization = format!("Bearer {token}");
    client.post(&body.to_string(), &[("authorization", &authorization)])
}

#[test]
fn two_issuers_of_which_one_encrypts() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    let theirs = folder.path().join("theirs.pem");
    std::fs::write(&key, private_key("rsa")).unwrap();
    std::fs::write(&theirs, private_key("rsa")).unwrap();
    let (first, second) = (Provider::start(None), Provider::start(Some(&theirs)));
    let stub = Stub::answering("200 OK", "application/json", "[]");
    let environment = |second: &'_ str| {
        [
            ("API_URL", stub.url.clone()),
            ("PUBLIC_URL", PUBLIC.to_owned()),
            ("FIRST", first.issuer.clone()),
            ("SECOND", second.to_owned()),
            ("TOKEN_KEY_FILE", key.to_str().unwrap().to_owned()),
        ]
    };
    let program = binary("gatewright-policies", "gatewright-tokens");
    let check = |second: &str| {
        Command::new(&program)
            .arg("--check")
            .envs(environment(second))
            .output()
            .unwrap()
    };
    let checked = check(&second.issuer);
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(said.contains("Identity staff: 2 keys\n"), "{said}");
    // One issuer twice, which the compiler could not see.
    let refused = check(&first.issuer);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("two issuers of the identity `staff`"),
        "{said}"
    );

    let owned = environment(&second.issuer);
    let environment: Vec<(&str, &str)> = owned
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let mut gateway = Program::gateway(&program, &[], &environment);
    let url = gateway.url("/shop/mcp");
    let client = Client::new(&url);
    let metadata = url.replace(
        "/shop/mcp",
        "/.well-known/oauth-protected-resource/shop/mcp",
    );
    let mut metadata = ureq::get(metadata).call().unwrap();
    let metadata = metadata.body_mut().read_to_string().unwrap();
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!(
        metadata["authorization_servers"],
        json!([first.issuer, second.issuer])
    );

    let (signed, encrypted) = (first.token(), second.token());
    assert_eq!(signed.split('.').count(), 3);
    assert_eq!(encrypted.split('.').count(), 5);
    for token in [&signed, &encrypted] {
        let answer = call(&client, token);
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let mut changed = encrypted.clone().into_bytes();
    // The last letter but one is all of the tag.
    let last = changed.len() - 2;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let answer = call(&client, &String::from_utf8(changed).unwrap());
    assert_eq!(answer.status, 401);
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.contains("cannot be decrypted"), "{challenge}");

    // The key is exchanged, without a restart: what is encrypted for the old one is of no use from then on.
    std::fs::write(&key, private_key("p256")).unwrap();
    let refused = (0..200).any(|_| {
        sleep(Duration::from_millis(50));
        call(&client, &second.token()).status == 401
    });
    assert!(refused);
    assert_eq!(call(&client, &first.token()).status, 200);
    // What is no key changes nothing.
    std::fs::write(&key, "no key").unwrap();
    gateway.line("what is no decryption key");
    assert_eq!(call(&client, &first.token()).status, 200);
    drop(gateway);
    let refused = Command::new(&program).envs(owned).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("a decryption key of the identity `staff`"),
        "{said}"
    );
}
