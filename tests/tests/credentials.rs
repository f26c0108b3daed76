//! Which credentials arrive where: per operation, whatever the arguments, and after a secret changed.

use std::path::Path;
use std::time::{Duration, Instant};

use gatewright_tests::{Client, Program, Received, Stub, binary};
use serde_json::{Value, json};

const PASSWORD: &str = "desk-password";

fn start(api: &Stub, labels: &Stub, further: &[(&str, &str)]) -> (Program, Client) {
    let mut environment = vec![
        ("PARCELS_URL", api.url.as_str()),
        ("LABELS_URL", labels.url.as_str()),
        ("APP_KEY", "app key/1"),
        ("DESK_PASSWORD", PASSWORD),
        ("DESK_SESSION", "desk-session-1"),
    ];
    environment.extend(further);
    let binary = binary("credentials", "credentials");
    let mut program = Program::gateway(&binary, &[], &environment);
    let url = program.url("/parcels/mcp");
    (program, Client::new(&url))
}

fn stub() -> Stub {
    Stub::answering("200 OK", "application/json", "{}")
}

/// What of a request could be a credential.
fn credentials(request: &Received) -> Vec<String> {
    let mut found: Vec<_> = request
        .headers
        .iter()
        .filter(|(name, _)| ["authorization", "cookie", "x-account-key"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    found.sort();
    if let Some((_, query)) = request.target.split_once('?') {
        found.push(query.to_owned());
    }
    found
}

#[test]
fn each_operation_bears_what_its_document_asks_for() {
    let (api, labels) = (stub(), stub());
    let (_program, client) = start(&api, &labels, &[("ACCOUNT_KEY", "account-key")]);
    assert_eq!(
        client.tools(),
        ["trackParcel", "sendParcel", "recallParcel", "getLabel"]
    );
    for tool in client.tools() {
        let result = client.call(&tool, &json!({ "number": "7" }));
        assert_ne!(result["isError"], true, "{tool}: {result}");
    }
    let sent: Vec<_> = api.received().iter().map(credentials).collect();
    assert_eq!(
        sent,
        [
            vec![],
            vec![
                "x-account-key: account-key".to_owned(),
                "app_key=app%20key%2F1".to_owned()
            ],
            vec!["authorization: Basic Z2F0ZXdheTpkZXNrLXBhc3N3b3Jk".to_owned()],
        ]
    );
    // The operation that is elsewhere is called there, and nowhere else.
    let sent: Vec<_> = labels.received().iter().map(credentials).collect();
    assert_eq!(sent, [["cookie: desk_session=desk-session-1"]]);
    assert_eq!(labels.received()[0].target, "/parcels/7/label");
}

#[test]
fn no_argument_is_a_credential_or_takes_the_place_of_one() {
    let (api, labels) = (stub(), stub());
    let (_program, client) = start(&api, &labels, &[("ACCOUNT_KEY", "account-key")]);
    let tools = client.legacy("tools/list", &json!({}));
    let arguments = |tool: &str| {
        let tools = tools["tools"].as_array().unwrap();
        let tool = tools.iter().find(|other| other["name"] == tool).unwrap();
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        properties.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(arguments("sendParcel"), ["number", "options"]);
    assert_eq!(arguments("getLabel"), ["number", "preferences"]);
    let attacks: [(&str, Value); 7] = [
        ("sendParcel", json!({ "app_key": "mine" })),
        ("sendParcel", json!({ "x-account-key": "mine" })),
        ("sendParcel", json!({ "options": { "app_key": "mine" } })),
        ("sendParcel", json!({ "options": { "APP_KEY": "mine" } })),
        ("sendParcel", json!({ "options": { "a&app_key": "mine" } })),
        (
            "getLabel",
            json!({ "preferences": { "desk_session": "mine" } }),
        ),
        (
            "getLabel",
            json!({ "preferences": { "Desk_Session": "mine" } }),
        ),
    ];
    for (tool, mut attack) in attacks {
        attack["number"] = json!("7");
        let before = (api.received().len(), labels.received().len());
        let result = client.call(tool, &attack);
        let received = api.received().into_iter().skip(before.0);
        let received: Vec<_> = received
            .chain(labels.received().into_iter().skip(before.1))
            .collect();
        if result["isError"] == true {
            assert!(received.is_empty(), "{attack}: {received:?}");
            continue;
        }
        // It went where it is no credential: what the gateway sends is there once, and unchanged.
        assert_eq!(received.len(), 1, "{attack}");
        let (path, query) = received[0].target.split_once('?').unwrap();
        assert_eq!(path, "/parcels/7");
        let pairs = query.split('&').filter(|pair| pair.starts_with("app_key="));
        assert_eq!(pairs.collect::<Vec<_>>(), ["app_key=app%20key%2F1"]);
        let sent = credentials(&received[0]);
        assert_eq!(sent[0], "x-account-key: account-key", "{attack}");
    }
}

/// A secret as Kubernetes mounts it: the file is a link into a folder that is exchanged as a whole.
fn mount(folder: &Path, generation: &str, value: &str) {
    let data = folder.join(generation);
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("key"), value).unwrap();
    let link = folder.join("next");
    std::os::unix::fs::symlink(&data, &link).unwrap();
    std::fs::rename(link, folder.join("data")).unwrap();
}

/// Calls until the API gets `key`.
fn until(client: &Client, api: &Stub, key: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let wanted = ("x-account-key".to_owned(), key.to_owned());
    loop {
        let result = client.call("sendParcel", &json!({ "number": "7" }));
        assert_ne!(result["isError"], true, "{result}");
        let received = api.received().pop().unwrap();
        if received.headers.contains(&wanted) {
            return;
        }
        assert!(Instant::now() < deadline, "{received:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_secret_that_changes_is_sent_without_a_restart() {
    let (api, labels) = (stub(), stub());
    let folder = tempfile::tempdir().unwrap();
    mount(folder.path(), "one", "first-account-key");
    std::os::unix::fs::symlink("data/key", folder.path().join("key")).unwrap();
    let path = folder.path().join("key");
    let file = [("ACCOUNT_KEY_FILE", path.to_str().unwrap())];
    let (mut program, client) = start(&api, &labels, &file);
    until(&client, &api, "first-account-key");
    mount(folder.path(), "two", "second-account-key\n");
    until(&client, &api, "second-account-key");
    let line = program.line("ACCOUNT_KEY");
    assert!(line.contains("its new value is taken"), "{line}");
    // What cannot be sent is not: the value before stays, and the log says so without values.
    mount(folder.path(), "three", "two\nlines");
    let line = program.line("cannot be sent");
    assert!(
        !line.contains("lines") || line.contains("line ends"),
        "{line}"
    );
    until(&client, &api, "second-account-key");
    mount(folder.path(), "four", "");
    let line = program.line("cannot be used");
    assert!(line.contains("ACCOUNT_KEY"), "{line}");
    until(&client, &api, "second-account-key");
    mount(folder.path(), "five", "fifth-account-key");
    until(&client, &api, "fifth-account-key");
    assert!(program.terminate());
}
