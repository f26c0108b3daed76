//! Limits of requests and of messages, and quotas of products, over real sockets and over stdio: what each
//! counts, what is told to whom, and what outlives the process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use gatewright_tests::{Answer, Client, Program, Redis, Stub, binary};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

/// SHA-256 of `reader-key` and of `writer-key`, by another program.
const KEYS: [&str; 2] = [
    "ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2",
    "3aec1946afb01344ae0065f3b123820a2144e455c13e5816dbd439e6634f7f26",
];

const LEGACY: (&str, &str) = ("mcp-protocol-version", "2025-11-25");

struct Gateway {
    program: Program,
}

/// What a gateway needs around it.
struct Surroundings {
    stub: Stub,
    keys: NamedTempFile,
}

impl Surroundings {
    fn new() -> Self {
        let keys = NamedTempFile::new().unwrap();
        let [reader, writer] = KEYS;
        let consumers = json!({ "consumers": [
            { "name": "reader", "keys": [{ "sha256": reader }] },
            { "name": "writer", "keys": [{ "sha256": writer }] },
        ] });
        std::fs::write(keys.path(), consumers.to_string()).unwrap();
        Self {
            stub: Stub::answering("200 OK", "application/json", "{\"ok\":true}"),
            keys,
        }
    }

    fn environment<'e>(&'e self, more: (&'e str, &'e str)) -> [(&'e str, &'e str); 3] {
        [
            ("API_URL", &self.stub.url),
            ("KEYS", self.keys.path().to_str().unwrap()),
            more,
        ]
    }

    fn start(&self, program: &Path, more: (&str, &str)) -> Gateway {
        Gateway {
            program: Program::gateway(program, &[], &self.environment(more)),
        }
    }
}

impl Gateway {
    /// Posts a body to a server.
    fn post(&mut self, server: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let url = self.program.url(&format!("/{server}/mcp"));
        Client::new(&url).post(body, headers)
    }

    /// Sends a message of 2025-11-25 as somebody with a key.
    fn send(&mut self, server: &str, key: &str, message: &Value) -> Answer {
        let headers = [LEGACY, ("ocp-apim-subscription-key", key)];
        self.post(server, &message.to_string(), &headers)
    }

    fn call(&mut self, server: &str, key: &str, tool: &str) -> Answer {
        let arguments = match tool {
            "getPet" => json!({ "petId": 1 }),
            _ => json!({}),
        };
        let params = json!({ "name": tool, "arguments": arguments });
        let mut message = request(1, "tools/call");
        message["params"] = params;
        self.send(server, key, &message)
    }
}

fn request(id: u32, method: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method })
}

/// The seconds that a refused request is to wait.
fn wait(answer: &Answer) -> u32 {
    answer.header("retry-after").unwrap().parse().unwrap()
}

fn limits() -> std::path::PathBuf {
    binary("gatewright-policies", "gatewright-limits")
}

fn limits_redis() -> std::path::PathBuf {
    binary("gatewright-policies", "gatewright-limits-redis")
}

#[test]
fn requests_are_counted_before_they_are_read() {
    let around = Surroundings::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.redb");
    let counts = ("COUNTS", path.to_str().unwrap());
    let program = limits();
    let mut gateway = around.start(&program, counts);

    // Guessing keys is limited before a key is looked at, and a body that is none costs nothing.
    let site = ("x-site", "north");
    let guess = [LEGACY, site, ("ocp-apim-subscription-key", "guess")];
    for left in (0..3).rev() {
        let answer = gateway.post("door", "no JSON", &guess);
        assert_eq!(answer.status, 401, "{}", answer.text);
        let expected = format!("\"door.rate_limit_by_key.requests\";r={left}");
        assert_eq!(answer.header("ratelimit"), Some(expected.as_str()));
    }
    for key in ["guess", "reader-key"] {
        let headers = [LEGACY, site, ("ocp-apim-subscription-key", key)];
        let refused = gateway.post("door", "no JSON", &headers);
        assert_eq!(refused.status, 429, "{}", refused.text);
        let wait = wait(&refused);
        assert!((1..=3600).contains(&wait), "{wait}");
        let text =
            format!("Too many requests: 3 are allowed in 3600 s. Try again in {wait} seconds.\n");
        assert_eq!(refused.text, text);
        let policy = refused.header("ratelimit-policy");
        assert_eq!(
            policy,
            Some("\"door.rate_limit_by_key.requests\";q=3;w=3600")
        );
        let expected = format!("\"door.rate_limit_by_key.requests\";r=0;t={wait}");
        assert_eq!(refused.header("ratelimit"), Some(expected.as_str()));
    }

    // What each caller may send counts once it is known who calls: nothing above did. It is on the disk.
    let first = gateway.send("door", "reader-key", &request(1, "ping"));
    assert_eq!(first.status, 200, "{}", first.text);
    let left = first.header("ratelimit").unwrap();
    assert!(left.starts_with("\"door.quota.requests\";r=1;t="), "{left}");
    // SIGKILL.
    drop(gateway);
    let mut gateway = around.start(&program, counts);
    // Whatever is wrong with it.
    let second = gateway.post(
        "door",
        "no JSON",
        &[LEGACY, ("ocp-apim-subscription-key", "reader-key")],
    );
    assert_eq!(second.status, 400, "{}", second.text);
    assert!(second.header("ratelimit").unwrap().contains(";r=0;"));
    // Both limits are told, in one line.
    let both = [
        LEGACY,
        ("x-site", "south"),
        ("ocp-apim-subscription-key", "reader-key"),
    ];
    let refused = gateway.post("door", &request(1, "ping").to_string(), &both);
    assert_eq!(refused.status, 429, "{}", refused.text);
    assert!(
        refused
            .text
            .starts_with("The quota is used up: 2 requests in 30days. Try again in "),
        "{}",
        refused.text
    );
    let wait = wait(&refused);
    let expected =
        format!("\"door.rate_limit_by_key.requests\";r=2, \"door.quota.requests\";r=0;t={wait}");
    assert_eq!(refused.header("ratelimit"), Some(expected.as_str()));
    let other = gateway.send("door", "writer-key", &request(1, "ping"));
    assert_eq!(other.status, 200, "{}", other.text);
    assert_eq!(around.stub.received().len(), 0);
}

#[test]
fn messages_are_counted_whatever_they_ask() {
    let around = Surroundings::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.redb");
    let mut gateway = around.start(&limits(), ("COUNTS", path.to_str().unwrap()));
    let mut send = |message: &Value| gateway.send("line", "", message);

    for left in ["r=1", "r=0"] {
        let answer = send(&request(7, "tools/list"));
        assert!(answer.body["result"]["tools"].is_array(), "{}", answer.text);
        let expected = format!("\"line.rate_limit_by_key.messages\";{left}");
        let told = answer.header("ratelimit").unwrap();
        assert!(told.ends_with(&expected), "{told}");
    }
    let refused = send(&request(7, "tools/list"));
    assert_eq!(refused.status, 429, "{}", refused.text);
    let seconds = wait(&refused);
    let expected = json!({
        "jsonrpc": "2.0",
        "id": 7,
        "error": {
            "code": 429,
            "message": format!(
                "Too many messages: 2 are allowed in 3600 s. Try again in {seconds} seconds."
            ),
            "data": { "retryAfterSeconds": seconds },
        },
    });
    assert_eq!(refused.body, expected);
    // Another method has messages of its own.
    assert_eq!(send(&request(8, "ping")).status, 200);
    // A batch comes in one request; what expects no response is told nothing.
    let mut batch = |messages: &Value| {
        gateway.post(
            "line",
            &messages.to_string(),
            &[("mcp-protocol-version", "2025-03-26")],
        )
    };
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/progress" });
    let answer = batch(&json!([
        request(1, "ping"),
        notification,
        request(2, "ping"),
        notification,
        request(3, "unknown"),
    ]));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let responses = answer.body.as_array().unwrap();
    let of = |id: u32| responses.iter().find(|response| response["id"] == id);
    assert_eq!(responses.len(), 3, "{}", answer.text);
    assert_eq!(of(1).unwrap()["result"], json!({}));
    assert_eq!(of(2).unwrap()["error"]["code"], 429);
    assert_eq!(of(3).unwrap()["error"]["code"], -32601);
    // As a message of its own, a notification is refused by the status.
    let refused = gateway.send("line", "", &notification);
    assert_eq!(refused.status, 429, "{}", refused.text);
    // Methods that there are not, and messages that are none, are counted together.
    let broken = gateway.send("line", "", &json!({ "id": 4 }));
    assert_eq!(broken.status, 400, "{}", broken.text);
    assert_eq!(
        gateway.send("line", "", &request(5, "surprise")).status,
        429
    );
    // All limits that a call counts for are told.
    let call = gateway.call("line", "", "listPets");
    let expected = "\"line.rate_limit_by_key.requests\";r=991, \
                    \"line.rate_limit_by_key.messages\";r=1, \"line.rate_limit_by_key\";r=8";
    assert_eq!(call.header("ratelimit"), Some(expected));
    assert_eq!(gateway.call("line", "", "getPet").status, 200);
    assert_eq!(gateway.call("line", "", "getPet").status, 429);
    assert_eq!(around.stub.received().len(), 2);
}

#[test]
fn messages_over_stdio_are_counted_and_requests_are_not() {
    let around = Surroundings::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.redb");
    let mut child = Command::new(limits())
        .args(["--stdio", "--server", "line"])
        .envs(around.environment(("COUNTS", path.to_str().unwrap())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut initialize = request(0, "initialize");
    initialize["params"] = json!({
        "protocolVersion": "2025-03-26",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/progress" });
    let lines = [
        initialize,
        request(1, "ping"),
        json!([
            request(2, "ping"),
            notification,
            request(3, "ping"),
            request(4, "tools/list")
        ]),
        notification.clone(),
        // One too many: nothing is said of it.
        notification,
        request(5, "ping"),
        request(6, "tools/list"),
    ];
    let mut input = child.stdin.take().unwrap();
    for line in &lines {
        writeln!(input, "{line}").unwrap();
    }
    drop(input);
    let output = BufReader::new(child.stdout.take().unwrap());
    let said: Vec<Value> = output
        .lines()
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    assert!(child.wait().unwrap().success());
    let responses: Vec<&Value> = said
        .iter()
        .flat_map(|message| match message {
            Value::Array(batch) => batch.iter().collect(),
            message => vec![message],
        })
        .collect();
    assert_eq!(responses.len(), 7, "{said:?}");
    let code = |id: u32| {
        let response = responses.iter().find(|response| response["id"] == id);
        response.unwrap()["error"]["code"].clone()
    };
    for admitted in [0, 1, 2, 4, 6] {
        assert_eq!(code(admitted), Value::Null, "{admitted}");
    }
    for refused in [3, 5] {
        assert_eq!(code(refused), 429, "{refused}");
    }
}

#[test]
fn replicas_count_requests_and_messages_together() {
    let around = Surroundings::new();
    let mut redis = Redis::start();
    let url = redis.url();
    let program = limits_redis();
    let mut gateways = [0, 1].map(|_| around.start(&program, ("REDIS_URL", &url)));
    let mut statuses = |key: &str| {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            for gateway in &mut gateways {
                let answer = gateway.send("door", key, &request(1, "ping"));
                statuses.push((answer.status, answer.body["error"]["code"].clone()));
            }
        }
        statuses
    };
    // Eight messages; two requests more, whose messages are refused; then requests are.
    let expected = [
        vec![(200, Value::Null); 8],
        vec![(429, json!(429)); 2],
        vec![(429, Value::Null); 2],
    ];
    assert_eq!(statuses("reader-key"), expected.concat());
    redis.stop();
    assert_eq!(statuses("writer-key"), vec![(503, Value::Null); 12]);
    let [gateway, _] = &mut gateways;
    let refused = gateway.send("door", "writer-key", &request(1, "ping"));
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert_eq!(
        refused.text,
        "This request cannot be counted at present, and is not admitted without. Try again in 5 seconds.\n"
    );
}

/// Calls tools of a product until its quota is used up, and once more after the gateway was killed.
fn product_quota(around: &Surroundings, program: &Path, store: (&str, &str)) {
    let mut gateway = around.start(program, store);
    for (tool, left) in [("listPets", 2), ("getPet", 1), ("listPets", 0)] {
        let answer = gateway.call("club", "reader-key", tool);
        assert!(
            answer.body["result"]["structuredContent"].is_object(),
            "{}",
            answer.text
        );
        let told = answer.header("ratelimit").unwrap();
        let expected = format!("\"products/monthly.quota\";r={left};t=");
        assert!(told.starts_with(&expected), "{told}");
    }
    let refused = |gateway: &mut Gateway, tool: &str| {
        let answer = gateway.call("club", "reader-key", tool);
        let text = answer.body["result"]["content"][0]["text"]
            .as_str()
            .unwrap();
        assert!(
            text.starts_with("The quota is used up: 3 calls in 30days. Try again in "),
            "{text}"
        );
    };
    refused(&mut gateway, "listPets");
    refused(&mut gateway, "getPet");
    // SIGKILL.
    drop(gateway);
    let mut gateway = around.start(program, store);
    refused(&mut gateway, "getPet");
    let other = gateway.call("club", "writer-key", "getPet");
    assert!(
        other.body["result"]["structuredContent"].is_object(),
        "{}",
        other.text
    );
    assert_eq!(around.stub.received().len(), 4);
}

#[test]
fn quotas_of_products_outlive_a_process_that_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.redb");
    product_quota(
        &Surroundings::new(),
        &limits(),
        ("COUNTS", path.to_str().unwrap()),
    );
}

#[test]
fn quotas_of_products_are_kept_in_redis() {
    let redis = Redis::start();
    product_quota(
        &Surroundings::new(),
        &limits_redis(),
        ("REDIS_URL", &redis.url()),
    );
}
