//! Authorizers over real sockets: what they are told, what comes of their answers, and what happens without
//! them. They are stubs that decide by what they are asked, as the public documents of each protocol have it.

use gatewright_tests::{Client, Program, Received, Stub, binary};
use serde_json::{Value, json};

/// SHA-256 of `reader-key` and of `writer-key`, by another program.
const KEYS: [&str; 2] = [
    "ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2",
    "3aec1946afb01344ae0065f3b123820a2144e455c13e5816dbd439e6634f7f26",
];

const READER: (&str, &str) = ("ocp-apim-subscription-key", "reader-key");
const WRITER: (&str, &str) = ("ocp-apim-subscription-key", "writer-key");

fn asked(received: &Received) -> Value {
    serde_json::from_str(&received.body).unwrap()
}

/// Lets the writer do anything.
fn opa(received: &Received) -> (&'static str, String) {
    assert_eq!(received.method, "POST");
    let question = asked(received);
    let allowed = question["input"]["subject"]["id"] == "writer";
    let answer = match received.target.as_str() {
        "/v1/data/pets/allow" => json!({ "result": allowed }),
        "/v1/data/pets/decision" => {
            json!({ "result": { "allow": allowed, "reason": "Only writers." } })
        }
        // A rule that there is not has no value.
        _ => json!({}),
    };
    ("200 OK", answer.to_string())
}

/// Nobody calls a pet `Nero`.
fn authzen(received: &Received) -> (&'static str, String) {
    let question = asked(received);
    let evaluates = received.target == "/access/v1/evaluation"
        && question["subject"]["type"].is_string()
        && question["subject"]["id"].is_string()
        && question["action"]["name"].is_string()
        && question["resource"]["type"].is_string()
        && question["resource"]["id"].is_string();
    if !evaluates {
        return ("400 Bad Request", "{}".to_owned());
    }
    let allowed = question["context"]["name"] != "Nero";
    ("200 OK", json!({ "decision": allowed }).to_string())
}

/// The writer keeps the pet 7.
fn openfga(received: &Received) -> (&'static str, String) {
    if received.target != "/stores/store-1/check" {
        return ("404 Not Found", "{}".to_owned());
    }
    let known = json!({ "user": "consumer:writer", "relation": "keeper", "object": "pet:7" });
    let allowed = asked(received)["tuple_key"] == known;
    (
        "200 OK",
        json!({ "allowed": allowed, "resolution": "" }).to_string(),
    )
}

/// Nobody speaks of war, and `odd` is all that is about cards.
fn moderation(received: &Received) -> (&'static str, String) {
    let question = asked(received);
    let Some(text) = question["input"].as_str() else {
        return ("400 Bad Request", "{}".to_owned());
    };
    let (war, odd) = (text.contains("war"), text.contains("card"));
    let categories = json!({ "war": war, "odd": odd });
    let answer = json!({ "id": "m", "results": [{ "flagged": war, "categories": categories }] });
    ("200 OK", answer.to_string())
}

struct Gateway {
    api: Stub,
    guard: Stub,
    opa: Stub,
    pdp: Stub,
    fga: Stub,
    program: Program,
    _keys: tempfile::NamedTempFile,
}

/// A result of a call: its text, and whether it is an error.
type Told = (String, bool);

impl Gateway {
    /// With these in place of the URL of Open Policy Agent.
    fn start(opa_url: Option<&str>) -> Self {
        let keys = tempfile::NamedTempFile::new().unwrap();
        let [reader, writer] = KEYS;
        let consumers = json!({ "consumers": [
            { "name": "reader", "keys": [{ "sha256": reader }] },
            { "name": "writer", "keys": [{ "sha256": writer }] },
        ] });
        std::fs::write(keys.path(), consumers.to_string()).unwrap();
        let api = Stub::answering("200 OK", "application/json", "{\"pets\":[],\"total\":0}");
        let (opa, pdp, fga) = (Stub::by(opa), Stub::by(authzen), Stub::by(openfga));
        let guard = Stub::by(moderation);
        let program = Program::gateway(
            &binary("gatewright-policies", "gatewright-authorize"),
            &["--log-format", "json"],
            &[
                ("API_URL", &api.url),
                ("OPA_URL", opa_url.unwrap_or(&opa.url)),
                ("PDP_URL", &pdp.url),
                ("FGA_URL", &fga.url),
                ("GUARD_URL", &guard.url),
                ("PDP_TOKEN", "pdp-s3cret"),
                ("KEYS", keys.path().to_str().unwrap()),
            ],
        );
        Self {
            api,
            guard,
            opa,
            pdp,
            fga,
            program,
            _keys: keys,
        }
    }

    fn call(&mut self, server: &str, tool: &str, arguments: &Value, key: (&str, &str)) -> Told {
        let client = Client::new(&self.program.url(&format!("/{server}/mcp")));
        let body = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": { "name": tool, "arguments": arguments },
        });
        let headers = [key, ("mcp-protocol-version", "2025-11-25")];
        let answer = client.post(&body.to_string(), &headers);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let result = &answer.body["result"];
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        (text.to_owned(), result["isError"] == json!(true))
    }

    /// How often the API and each authorizer were asked.
    fn counts(&self) -> [usize; 4] {
        [&self.api, &self.opa, &self.pdp, &self.fga].map(|stub| stub.received().len())
    }
}

#[test]
fn what_is_denied_reaches_no_api_and_counts_for_no_limit() {
    let mut gateway = Gateway::start(None);
    for _ in 0..4 {
        let (text, is_error) = gateway.call("closed", "listPets", &json!({}), READER);
        assert_eq!(text, "This call is not allowed: Only writers.");
        assert!(is_error);
    }
    assert_eq!(gateway.counts(), [0, 4, 0, 0]);
    for _ in 0..2 {
        let (text, is_error) = gateway.call("closed", "listPets", &json!({}), WRITER);
        assert!(!is_error, "{text}");
    }
    let (text, _) = gateway.call("closed", "listPets", &json!({}), WRITER);
    assert!(text.starts_with("Too many calls"), "{text}");
    assert_eq!(gateway.counts(), [2, 7, 0, 0]);

    let question = gateway.opa.received().pop().unwrap();
    assert_eq!(
        asked(&question),
        json!({ "input": {
            "subject": { "type": "consumer", "id": "writer", "properties": {
                "identity": "members", "consumer": "writer", "scopes": [], "roles": [],
            } },
            "action": { "name": "tools/call" },
            "resource": { "type": "tool", "id": "closed/listPets", "properties": {
                "server": "closed", "tool": "listPets",
            } },
            "context": { "team": "none" },
        } })
    );
    let header = |name: &str| {
        let mut headers = question.headers.iter();
        headers
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(header("authorization"), Some("Bearer pdp-s3cret"));
    // Nothing of what proves who calls leaves the gateway, and nothing of the authorizer reaches the API.
    assert!(!format!("{question:?}").contains("writer-key"));
    for request in gateway.api.received() {
        assert!(!format!("{request:?}").contains("pdp-s3cret"));
    }
}

#[test]
fn arguments_are_asked_about_once_they_are_read() {
    let mut gateway = Gateway::start(None);
    let pet = |name: &str| json!({ "name": name, "owner": { "name": "Ann" } });
    let (text, is_error) = gateway.call("closed", "createPet", &pet("Nero"), WRITER);
    assert!(is_error && text.contains("not allowed"), "{text}");
    assert_eq!(gateway.counts(), [0, 1, 1, 0]);
    let question = asked(&gateway.pdp.received().pop().unwrap());
    assert_eq!(question["context"], json!({ "name": "Nero" }));
    // Without an owner it is not asked.
    let (text, is_error) = gateway.call("closed", "createPet", &json!({ "name": "Nero" }), WRITER);
    assert!(!is_error, "{text}");
    assert_eq!(gateway.counts(), [1, 2, 1, 0]);
    let (text, is_error) = gateway.call("closed", "createPet", &pet("Rex"), WRITER);
    assert!(!is_error, "{text}");
    assert_eq!(gateway.counts(), [2, 3, 2, 0]);
    // Whoever may not call at all is told nothing about arguments.
    let (text, _) = gateway.call("closed", "createPet", &json!({ "name": 1 }), READER);
    assert_eq!(text, "This call is not allowed: Only writers.");
}

#[test]
fn relationships_are_those_of_the_caller_and_the_argument() {
    let mut gateway = Gateway::start(None);
    let (text, is_error) = gateway.call("closed", "deletePet", &json!({ "petId": 8 }), WRITER);
    assert!(is_error && text.contains("not allowed"), "{text}");
    assert_eq!(gateway.counts(), [0, 1, 0, 1]);
    let (text, is_error) = gateway.call("closed", "deletePet", &json!({ "petId": 7 }), WRITER);
    assert!(!is_error, "{text}");
    assert_eq!(gateway.counts(), [1, 2, 0, 2]);
    // The first that denies ends it.
    gateway.call("closed", "deletePet", &json!({ "petId": 7 }), READER);
    assert_eq!(gateway.counts(), [1, 3, 0, 2]);
}

#[test]
fn decisions_are_remembered_for_the_caller_that_they_are_about() {
    let mut gateway = Gateway::start(None);
    for _ in 0..3 {
        let (text, is_error) = gateway.call("open", "listPets", &json!({}), WRITER);
        assert!(!is_error, "{text}");
        let (text, is_error) = gateway.call("open", "listPets", &json!({}), READER);
        assert!(is_error, "{text}");
    }
    assert_eq!(gateway.counts(), [3, 2, 0, 0]);
}

#[test]
fn without_an_authorizer_it_is_as_declared() {
    // Nobody listens there, and one that never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    for url in ["http://127.0.0.1:1", &silent] {
        let mut gateway = Gateway::start(Some(url));
        let (text, is_error) = gateway.call("closed", "listPets", &json!({}), WRITER);
        assert!(is_error);
        assert_eq!(
            text,
            "It could not be decided whether this call is allowed: the service that decides about such calls \
             gives no answer. Try again in 5 seconds."
        );
        let line = gateway.program.line("an authorizer does not decide");
        assert!(line.contains("/v1/data/pets/decision"), "{line}");
        assert!(
            !line.contains("pdp-s3cret") && !line.contains("writer"),
            "{line}"
        );
        assert_eq!(gateway.counts(), [0, 0, 0, 0]);
        let (text, is_error) = gateway.call("open", "listPets", &json!({}), READER);
        assert!(!is_error, "{text}");
        gateway.program.line("allowed without a decision");
        assert_eq!(gateway.counts(), [1, 0, 0, 0]);
    }
}

#[test]
fn texts_are_classified_as_other_guards_left_them() {
    let mut gateway = Gateway::start(None);
    let card = json!({ "name": "4111 1111 1111 1111" });
    let (text, is_error) = gateway.call("classified", "createPet", &card, WRITER);
    assert!(!is_error, "{text}");
    let asked: Vec<Value> = gateway.guard.received().iter().map(asked).collect();
    // The arguments, the same for the log, and the result.
    let masked = "name\n[card number not shown]";
    assert_eq!(
        asked,
        [
            json!({ "input": masked, "model": "guard-1" }),
            json!({ "input": masked }),
            json!({ "input": "pets\ntotal\n0", "model": "guard-1" }),
        ]
    );
    gateway.program.line("classified");
    let (text, is_error) =
        gateway.call("classified", "createPet", &json!({ "name": "war" }), WRITER);
    assert!(is_error);
    assert_eq!(
        text,
        "The arguments hold what this tool does not take: war. Leave it out, and call again."
    );
    assert_eq!(gateway.counts()[0], 1);
}
