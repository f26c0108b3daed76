//! Products, over real sockets: who comes to which tool, which limits count, and what changes without a
//! restart. Robots have opaque tokens of a real identity provider, which the gateway asks about them.

use gatewright_tests::{Answer, Client, Program, Stub, binary, node, root};
use serde_json::{Value, json};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// The keys of members and their SHA-256, by another program.
const KEYS: [(&str, &str); 8] = [
    (
        "silver",
        "78cde64c3e47f2cbfd9da721f54aacde33779916683c79de86962898feefac21",
    ),
    (
        "gold",
        "24d7f03d8dc3c3666969e6fa5bb1fac4736d3f1353c28307ed51b320f9dc42d3",
    ),
    (
        "shop",
        "8d9001d32c6a703d95921a77115050f33dd823d3f1730bd35215dcbecad6dc20",
    ),
    (
        "back",
        "3c482346f375027677fa8a0d6830a32714d4f13f9e94c2d9e215e0ac205ad4e5",
    ),
    (
        "all",
        "5ef5ef0364b6939c4ca61f34b393f7b368d1be8619647aaf83d5b395919ab629",
    ),
    (
        "plain",
        "a116c9ed46d6207734a43317d30fd88f52ac8634c37d904bbf4e41d865f90475",
    ),
    (
        "keeper",
        "00aa8942525b763cbe72e4a0fbfbb027b909dd8299e9c6c85c28d3d42d2cc28b",
    ),
    (
        "suspended",
        "de2d423ac0393a3265f41f3dbb2ef0b7d8de3c9bcf90e777e6f9e768d351f01f",
    ),
];

fn keys() -> Vec<Value> {
    let consumer = |position: usize, more: Value| {
        let (name, sha256) = KEYS[position];
        let mut consumer = json!({ "name": name, "keys": [{ "sha256": sha256 }] });
        let members = consumer.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        consumer
    };
    vec![
        consumer(0, json!({ "products": ["silver"] })),
        consumer(1, json!({ "products": ["gold", "silver"] })),
        consumer(2, json!({ "servers": ["shop"] })),
        consumer(3, json!({ "servers": ["back"] })),
        consumer(4, json!({ "servers": "all" })),
        consumer(5, json!({})),
        consumer(6, json!({ "roles": ["keeper"] })),
        consumer(7, json!({ "servers": "all", "state": "suspended" })),
    ]
}

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
            .arg("https://tools.example.com/shop/mcp")
            .arg("opaque");
        let mut program = Program::start(&mut command);
        let line = program.line("provider at ");
        let issuer = line.trim_start_matches("provider at ").to_owned();
        Self { program, issuer }
    }

    fn post(&self, path: &str, client: &str, form: &[(&str, &str)]) -> String {
        let mut body: Vec<_> = form.to_vec();
        let secret = format!("{client}-secret");
        body.extend([("client_id", client), ("client_secret", secret.as_str())]);
        let url = format!("{}{path}", self.issuer);
        let mut response = ureq::post(url).send_form(body).unwrap();
        response.body_mut().read_to_string().unwrap()
    }

    /// A token by the client credentials grant (RFC 6749, section 4.4).
    fn token(&self, client: &str) -> String {
        let form = [("grant_type", "client_credentials"), ("scope", "pets.read")];
        let answer: Value = serde_json::from_str(&self.post("/token", client, &form)).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

struct Gateway {
    program: Program,
    stub: Stub,
    keys: tempfile::NamedTempFile,
}

/// A gateway that asks the provider at `issuer`.
fn start(issuer: &str) -> Gateway {
    let keys = tempfile::NamedTempFile::new().unwrap();
    let stub = Stub::answering("200 OK", "application/json", "{\"ok\":true}");
    Gateway {
        program: Program::gateway(
            &binary("gatewright-products", "gatewright-products"),
            &["--log-format", "json"],
            &[
                ("API_URL", stub.url.as_str()),
                ("ISSUER", issuer),
                ("CLIENT_SECRET", "desk-secret"),
                ("KEYS", {
                    write(&keys, &self::keys());
                    keys.path().to_str().unwrap()
                }),
            ],
        ),
        stub,
        keys,
    }
}

fn write(file: &tempfile::NamedTempFile, consumers: &[Value]) {
    let text = json!({ "consumers": consumers }).to_string();
    std::fs::write(file.path(), text).unwrap();
}

fn call(tool: &str) -> Value {
    let arguments = match tool {
        "getPet" => json!({ "petId": 1 }),
        "createPet" => json!({ "name": "Rex" }),
        _ => json!({}),
    };
    let params = json!({ "name": tool, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
}

impl Gateway {
    fn url(&mut self, server: &str) -> String {
        let line = self.program.line(&format!("/{server}/mcp\""));
        let log: Value = serde_json::from_str(&line).unwrap();
        log["url"].as_str().unwrap().to_owned()
    }
}

/// What a caller gets: the status, and for 200 what the tool answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    Answer,
    /// A result that says the caller has no product with the tool.
    NoProduct,
    /// A result that says the limit is reached.
    TooMany,
    /// A result that says a condition is not met.
    Condition,
    Status(u16),
}
use Gets::{Condition, NoProduct, Status, TooMany};

fn outcome(answer: &Answer) -> Gets {
    if answer.status != 200 {
        return Status(answer.status);
    }
    let result = &answer.body["result"];
    if result["structuredContent"] == json!({ "ok": true }) {
        return Gets::Answer;
    }
    assert_eq!(result["isError"], json!(true), "{}", answer.text);
    let text = result["content"][0]["text"].as_str().unwrap();
    if text.contains("no product with this tool") {
        NoProduct
    } else if text.contains("Too many calls") {
        TooMany
    } else {
        assert!(text.contains("do not meet a condition"), "{text}");
        Condition
    }
}

const TOOLS: [&str; 3] = ["listPets", "getPet", "createPet"];

#[test]
fn keys_open_what_they_are_for() {
    let mut gateway = start("http://127.0.0.1:1");
    let (shop, back) = (gateway.url("shop"), gateway.url("back"));
    let by = |url: &str, key: &str, tool: &str| {
        let headers = [
            ("mcp-protocol-version", "2025-11-25"),
            ("ocp-apim-subscription-key", key),
        ];
        let headers = if key.is_empty() {
            &headers[..1]
        } else {
            &headers
        };
        outcome(&Client::new(url).post(&call(tool).to_string(), headers))
    };
    let ok = Gets::Answer;
    // By key: the three tools of `shop`, and the one of `back`, which no product has.
    for (key, at_shop, at_back) in [
        ("silver", [ok, ok, NoProduct], Status(401)),
        ("gold", [ok, ok, ok], Status(401)),
        ("shop", [ok, ok, ok], Status(401)),
        ("back", [Status(401); 3], ok),
        ("all", [ok, ok, ok], ok),
        // The open product, and what is in none.
        ("plain", [ok, NoProduct, NoProduct], ok),
        // By its role.
        ("keeper", [ok, ok, ok], ok),
        ("suspended", [Status(401); 3], Status(401)),
        ("unknown", [Status(401); 3], Status(401)),
        ("", [ok, Status(401), Status(401)], Status(401)),
    ] {
        let found = TOOLS.map(|tool| by(&shop, key, tool));
        assert_eq!(found, at_shop, "{key} at shop");
        assert_eq!(by(&back, key, "listPets"), at_back, "{key} at back");
    }
    // The limit of the open product was `plain`'s and nobody's: both are this address. Who comes by
    // another way is not counted, and has limits of its own.
    assert_eq!(by(&shop, "", "listPets"), TooMany);
    assert_eq!(by(&shop, "plain", "listPets"), TooMany);
    assert_eq!(by(&shop, "silver", "listPets"), ok);
    // The one of silver was used up above, by silver alone: policies of a product are skipped by keys for
    // servers, and gold comes by gold.
    assert_eq!(by(&shop, "silver", "getPet"), TooMany);
    for key in ["gold", "shop", "all", "keeper"] {
        assert_eq!(by(&shop, key, "getPet"), ok, "{key}");
    }
    // So is the condition of gold.
    let paused = |key: &str| {
        let headers = [("x-paused", ""), ("ocp-apim-subscription-key", key)];
        outcome(&Client::new(&shop).post(&call("listPets").to_string(), &headers))
    };
    assert_eq!(paused("gold"), Condition);
    assert_eq!(paused("keeper"), Condition);
    assert_eq!(paused("shop"), ok);

    // The log says by what.
    gateway.program.line("\"product\":\"gold\"");

    // Who brings nothing is told how to get in, where that helps.
    let refused = ureq::post(&shop)
        .config()
        .http_status_as_error(false)
        .build()
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .send(call("getPet").to_string())
        .unwrap();
    assert_eq!(refused.status(), 401);
    let challenges = refused.headers().get_all("www-authenticate").iter();
    let challenges: Vec<&str> = challenges.map(|value| value.to_str().unwrap()).collect();
    assert!(challenges[0].starts_with("Bearer ") && challenges[0].contains("resource_metadata="));
    assert!(challenges[1].starts_with("ApiKey "), "{challenges:?}");
    // Lists are open, as some tool is.
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    assert_eq!(Client::new(&shop).post(&list, &[]).status, 200);
    assert_eq!(Client::new(&back).post(&list, &[]).status, 401);

    // In a batch each call is judged alone.
    let mut batch = [call("listPets"), call("getPet"), call("createPet")];
    for (call, id) in batch.iter_mut().zip(1..) {
        call["id"] = json!(id);
    }
    let batch = json!(batch).to_string();
    let answers = |headers: &[(&str, &str)]| {
        let answer = Client::new(&shop).post(&batch, headers);
        let mut answers: Vec<Value> = serde_json::from_value(answer.body).unwrap();
        answers.sort_by_key(|answer| answer["id"].as_u64());
        answers
    };
    let plain = answers(&[("ocp-apim-subscription-key", "silver")]);
    assert_eq!(
        plain[0]["result"]["structuredContent"],
        json!({ "ok": true })
    );
    let text = plain[2]["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("no product with this tool"), "{text}");
    let nobody = answers(&[]);
    assert_eq!(nobody[1]["error"]["code"], 401);
    assert_eq!(nobody[2]["error"]["code"], 401);

    // Keys are given another product, and taken away, without a restart.
    let mut consumers = keys();
    consumers[0]["products"] = json!(["gold"]);
    consumers[2]["state"] = json!("suspended");
    write(&gateway.keys, &consumers);
    let within_moments = |hoped: &dyn Fn() -> bool| {
        (0..100).any(|_| {
            sleep(Duration::from_millis(100));
            hoped()
        })
    };
    assert!(within_moments(&|| by(&shop, "silver", "createPet") == ok));
    assert_eq!(by(&shop, "shop", "listPets"), Status(401));
    // A product that there is not changes nothing.
    consumers[0]["products"] = json!(["gild"]);
    write(&gateway.keys, &consumers);
    gateway.program.line("the gateway has no product `gild`");
    assert_eq!(by(&shop, "silver", "createPet"), ok);
}

#[test]
fn robots_have_what_their_tokens_open() {
    let mut provider = Provider::start();
    let mut gateway = start(&provider.issuer);
    let shop = gateway.url("shop");
    let by = |token: &str, tool: &str| {
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        outcome(&Client::new(&shop).post(&call(tool).to_string(), &headers))
    };
    let (robot, desk) = (provider.token("robot"), provider.token("desk"));
    assert!(!robot.contains('.'), "an opaque one: {robot}");
    let ok = Gets::Answer;
    assert_eq!(TOOLS.map(|tool| by(&robot, tool)), [ok; 3]);
    assert_eq!(
        TOOLS.map(|tool| by(&desk, tool)),
        [ok, NoProduct, NoProduct]
    );
    assert_eq!(by("made-up", "listPets"), Status(401));
    // Neither the API nor the log sees them.
    for request in gateway.stub.received() {
        let text = format!("{request:?}");
        assert!(!text.contains(&robot) && !text.contains(&desk), "{text}");
    }
    let line = gateway.program.line("\"client\":\"robot\"");
    assert!(
        line.contains("\"product\":\"gold\"") && !line.contains(&robot),
        "{line}"
    );

    // A token that is revoked works no longer than an answer counts.
    provider.post("/token/revocation", "robot", &[("token", &robot)]);
    let locked_out = (0..100).any(|_| {
        sleep(Duration::from_millis(100));
        by(&robot, "getPet") == Status(401)
    });
    assert!(locked_out);

    // Without the provider nobody can say whose token it is, which is no reason to log in again.
    let unseen = provider.token("robot");
    provider.program.terminate();
    assert_eq!(by(&unseen, "getPet"), Status(503));
}

#[test]
fn the_file_with_the_keys_is_right_from_the_start() {
    let stub = Stub::answering("200 OK", "application/json", "{}");
    let keys = tempfile::NamedTempFile::new().unwrap();
    let mut consumers = self::keys();
    consumers[0]["products"] = json!(["gild"]);
    write(&keys, &consumers);
    let output = Command::new(binary("gatewright-products", "gatewright-products"))
        .args(["--listen", "127.0.0.1:0"])
        .envs([
            ("API_URL", stub.url.as_str()),
            ("ISSUER", "http://127.0.0.1:1"),
            ("CLIENT_SECRET", "desk-secret"),
            ("KEYS", keys.path().to_str().unwrap()),
        ])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("no product `gild`"),
        "{said}"
    );
}
