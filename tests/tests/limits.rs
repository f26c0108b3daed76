//! Limits over real sockets: quotas that outlive the process, limits that replicas share, and what callers
//! are told of both.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::{scope, sleep};
use std::time::Duration;

use gatewright_tests::{Answer, Client, Program, Redis, Stub, binary};
use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};

/// SHA-256 of `reader-key` and of `writer-key`, by another program.
const KEYS: [&str; 2] = [
    "ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2",
    "3aec1946afb01344ae0065f3b123820a2144e455c13e5816dbd439e6634f7f26",
];

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
        let mut program = Program::gateway(program, &[], &self.environment(more));
        let url = program.url("/shop/mcp");
        Gateway {
            _program: program,
            url,
        }
    }
}

struct Gateway {
    /// Killed, without warning, when dropped.
    _program: Program,
    url: String,
}

/// Calls a tool of the server at `url`.
fn call(url: &str, key: &str, tool: &str, arguments: &Value, more: &[(&str, &str)]) -> Answer {
    let body = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": { "name": tool, "arguments": arguments },
    });
    let headers = [
        &[
            ("mcp-protocol-version", "2025-11-25"),
            ("ocp-apim-subscription-key", key),
        ],
        more,
    ]
    .concat();
    let answer = Client::new(url).post(&body.to_string(), &headers);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

impl Gateway {
    fn call_with(&self, key: &str, tool: &str, arguments: &Value, more: &[(&str, &str)]) -> Answer {
        call(&self.url, key, tool, arguments, more)
    }

    fn call(&self, tool: &str, arguments: &Value) -> Answer {
        self.call_with("reader-key", tool, arguments, &[])
    }
}

fn is_admitted(answer: &Answer) -> bool {
    answer.body["result"]["isError"] != json!(true)
}

/// What a refused call is told.
fn refusal(answer: &Answer) -> &str {
    assert!(!is_admitted(answer), "{}", answer.text);
    answer.body["result"]["content"][0]["text"]
        .as_str()
        .unwrap()
}

fn counts() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("counts.redb");
    (folder, path)
}

fn limits() -> PathBuf {
    binary("gatewright-policies", "gatewright-limits")
}

fn limits_redis() -> PathBuf {
    binary("gatewright-policies", "gatewright-limits-redis")
}

#[test]
fn quotas_outlive_a_process_that_is_killed() {
    let around = Surroundings::new();
    let (_folder, path) = counts();
    let counts = ("COUNTS", path.to_str().unwrap());
    let program = limits();
    let pet = json!({ "petId": 1 });
    let gateway = around.start(&program, counts);
    let first = gateway.call("getPet", &pet);
    assert!(is_admitted(&first), "{}", first.text);
    let policy = first.header("ratelimit-policy");
    assert_eq!(policy, Some("\"shop.getPet.quota\";q=3;w=86400"));
    let left = first.header("ratelimit").unwrap();
    let left = left.strip_prefix("\"shop.getPet.quota\";r=2;t=").unwrap();
    assert!((1..=86_400).contains(&left.parse::<u32>().unwrap()));
    assert_eq!(first.header("retry-after"), None);
    // A call whose arguments are wrong is a call.
    let wrong = gateway.call("getPet", &json!({ "petId": "x" }));
    assert!(refusal(&wrong).contains("/petId"), "{}", wrong.text);
    // SIGKILL, at one less than the quota.
    drop(gateway);
    let gateway = around.start(&program, counts);
    let last = gateway.call("getPet", &pet);
    assert!(is_admitted(&last), "{}", last.text);
    for _ in 0..2 {
        let refused = gateway.call("getPet", &pet);
        let text = refusal(&refused);
        assert!(
            text.starts_with("The quota is used up: 3 calls in 1day. Try again in "),
            "{text}"
        );
        let wait = refused.header("retry-after").unwrap();
        assert!(
            text.contains(&format!(" {wait} seconds")) || wait == "1",
            "{text}"
        );
        let limit = refused.header("ratelimit").unwrap();
        assert_eq!(limit, format!("\"shop.getPet.quota\";r=0;t={wait}"));
    }
    drop(gateway);
    let gateway = around.start(&program, counts);
    assert!(!is_admitted(&gateway.call("getPet", &pet)));
    // Another caller has a quota of its own.
    let other = gateway.call_with("writer-key", "getPet", &pet, &[]);
    assert!(is_admitted(&other), "{}", other.text);
    // What was refused reached nobody.
    assert_eq!(around.stub.received().len(), 3);
}

#[test]
fn a_call_counts_for_all_its_limits_or_for_none() {
    let around = Surroundings::new();
    let (_folder, path) = counts();
    let gateway = around.start(&limits(), ("COUNTS", path.to_str().unwrap()));
    let metered = [("x-metered", "1")];
    let call =
        |tool: &str, arguments: &Value| gateway.call_with("reader-key", tool, arguments, &metered);
    let pet = json!({ "petId": 1 });
    for _ in 0..3 {
        assert!(is_admitted(&gateway.call("getPet", &pet)));
    }
    // The rate limit before the quota admits these, and does not count them.
    for _ in 0..10 {
        assert!(refusal(&call("getPet", &pet)).starts_with("The quota is used up"));
    }
    for left in (0..4).rev() {
        let answer = call("listPets", &json!({}));
        assert!(is_admitted(&answer), "{}", answer.text);
        let expected = format!("\"shop.rate_limit\";r={left}");
        assert_eq!(answer.header("ratelimit"), Some(expected.as_str()));
    }
    let refused = call("listPets", &json!({}));
    assert!(refusal(&refused).starts_with("Too many calls: 4 are allowed in 3600 s."));
    assert!(refused.header("retry-after").is_some());
}

#[test]
fn quotas_for_good_and_quotas_of_results() {
    let around = Surroundings::new();
    let (_folder, path) = counts();
    let gateway = around.start(&limits(), ("COUNTS", path.to_str().unwrap()));
    let tom = json!({ "name": "Tom" });
    // Each call is two of five.
    for _ in 0..2 {
        assert!(is_admitted(&gateway.call("createPet", &tom)));
    }
    let refused = gateway.call("createPet", &tom);
    assert_eq!(
        refusal(&refused),
        "The quota is used up for good: 5 calls. Calling again will not help."
    );
    assert_eq!(refused.header("retry-after"), None);
    assert!(is_admitted(
        &gateway.call("createPet", &json!({ "name": "Rex" }))
    ));
    // The result of the first overshoots; the next call finds the quota used up.
    let pet = json!({ "petId": 1 });
    let mut admitted = 0;
    let text = loop {
        let answer = gateway.call("deletePet", &pet);
        if !is_admitted(&answer) {
            break refusal(&answer).to_owned();
        }
        admitted += 1;
        assert!(admitted < 20);
    };
    assert!((1..6).contains(&admitted), "{admitted}");
    assert!(text.contains("5 tokens of results in 30days"), "{text}");
}

#[test]
fn a_store_is_one_processs() {
    let around = Surroundings::new();
    let (folder, path) = counts();
    let counts = ("COUNTS", path.to_str().unwrap());
    let program = limits();
    let _gateway = around.start(&program, counts);
    let run = |arguments: &[&str], counts| {
        let environment = around.environment(counts);
        let mut command = Command::new(&program);
        let output = command.args(arguments).envs(environment).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    };
    let (code, said) = run(&["--listen", "127.0.0.1:0"], counts);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("is in use by another process"), "{said}");
    // A check beside the gateway that runs.
    let (_, said) = run(&["--check"], counts);
    assert!(said.contains("Store: in use by another process"), "{said}");
    let absent = folder.path().join("absent/counts.redb");
    let (code, said) = run(&["--check"], ("COUNTS", absent.to_str().unwrap()));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cannot be opened"), "{said}");
    let (_, said) = run(&["--describe"], counts);
    assert!(said.contains("\"path\": \"${COUNTS}\""), "{said}");
}

/// How many of `calls` calls by each of several threads are admitted, over all gateways.
fn admitted(gateways: &[Gateway], calls: usize, tool: &str, arguments: &Value) -> usize {
    scope(|scope| {
        let threads: Vec<_> = gateways
            .iter()
            .chain(gateways)
            .map(|gateway| {
                let url = gateway.url.as_str();
                scope.spawn(move || {
                    (0..calls)
                        .filter(|_| is_admitted(&call(url, "reader-key", tool, arguments, &[])))
                        .count()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    })
}

#[test]
fn replicas_together_admit_no_more_than_the_limit() {
    let around = Surroundings::new();
    let mut redis = Redis::start();
    let url = redis.url();
    let program = limits_redis();
    let start = || around.start(&program, ("REDIS_URL", &url));
    let mut gateways = vec![start(), start()];
    let pet = json!({ "petId": 1 });
    assert_eq!(admitted(&gateways, 20, "listPets", &json!({})), 40);
    assert_eq!(admitted(&gateways, 15, "getPet", &pet), 30);
    // Who is stopped and started again has forgotten nothing.
    gateways.remove(0);
    gateways.push(start());
    for gateway in &gateways {
        let refused = gateway.call("getPet", &pet);
        let text = refusal(&refused);
        assert!(text.starts_with("The quota is used up: 30 calls"), "{text}");
        assert!(refused.header("retry-after").is_some());
        let refused = gateway.call("listPets", &json!({}));
        assert!(refusal(&refused).starts_with("Too many calls: 40 are allowed"));
        let left = refused.header("ratelimit").unwrap();
        assert!(
            left.starts_with("\"shop.listPets.rate_limit\";r=0;t="),
            "{left}"
        );
    }

    // Without Redis, each limit does what it says.
    redis.stop();
    let name = json!({ "name": "Tom" });
    for gateway in &gateways {
        for (tool, arguments) in [("getPet", &pet), ("createPet", &name)] {
            let refused = gateway.call(tool, arguments);
            assert_eq!(
                refusal(&refused),
                "This call cannot be counted at present, and is not admitted without. Try again in 5 seconds."
            );
            assert_eq!(refused.header("retry-after"), Some("5"));
        }
        assert!(is_admitted(&gateway.call("deletePet", &pet)));
    }
    // Rate limits go on in each process.
    assert_eq!(admitted(&gateways, 30, "listPets", &json!({})), 80);

    redis.start_again();
    for gateway in &gateways {
        let mut refused = gateway.call("getPet", &pet);
        for _ in 0..400 {
            if !refusal(&refused).starts_with("This call cannot be counted") {
                break;
            }
            sleep(Duration::from_millis(25));
            refused = gateway.call("getPet", &pet);
        }
        assert!(
            refusal(&refused).starts_with("The quota is used up"),
            "{}",
            refused.text
        );
        assert!(is_admitted(&gateway.call("createPet", &name)));
    }
}

#[test]
fn a_redis_that_is_not_there_is_told() {
    let around = Surroundings::new();
    let mut redis = Redis::start();
    let url = redis.url();
    let program = limits_redis();
    let check = || {
        let output = Command::new(&program)
            .arg("--check")
            .envs(around.environment(("REDIS_URL", &url)))
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(check().contains("Store: can be used"), "{}", check());
    redis.stop();
    let said = check();
    assert!(
        said.contains("Store: ") && !said.contains("Store: can be used"),
        "{said}"
    );
}
