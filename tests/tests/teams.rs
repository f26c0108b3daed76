//! A gateway with the file of a team, over real sockets: what the platform asks holds for the team's servers, and
//! lists show callers what they may use and nothing else.

use gatewright_tests::{Answer, Client, Program, Stub, binary};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::Duration;

/// The keys of callers and their SHA-256, by another program.
const KEYS: [(&str, &str); 9] = [
    (
        "plain",
        "a116c9ed46d6207734a43317d30fd88f52ac8634c37d904bbf4e41d865f90475",
    ),
    (
        "buyer",
        "6dbd0f28d0d97656768b7b4ed96255e67fd11740a44b1c4b575191b06e9e3a35",
    ),
    (
        "clerk",
        "c40dc72b0228e5850d8b173ff861a48acfb4a15b37b2849cbb6584bbadbc7907",
    ),
    (
        "keeper",
        "00aa8942525b763cbe72e4a0fbfbb027b909dd8299e9c6c85c28d3d42d2cc28b",
    ),
    (
        "frozen",
        "ffb304816a1090313e833215c08dae3d209cfad1ffd1f674f0909a2ae99e1394",
    ),
    (
        "banned",
        "7b412527489f5ffedebed690b6ec7252d5b2f4cb75b7e71e3d6eab6e9d0fe98a",
    ),
    (
        "visitor",
        "5f14f9e6d80f802a65269804f2552ef9889f2c7ccec5067214e58a1e48e0b3ff",
    ),
    (
        "desk",
        "49be417ad74080a0031b636b44cfc26fdd0065492d6cd3b033960c4414955cf7",
    ),
    (
        "all",
        "5ef5ef0364b6939c4ca61f34b393f7b368d1be8619647aaf83d5b395919ab629",
    ),
];

/// What the file with the keys says of each.
fn consumers() -> Vec<Value> {
    let more = |name: &str| match name {
        "plain" => json!({}),
        "visitor" => json!({ "products": ["visitor"] }),
        "desk" => json!({ "servers": ["desk"] }),
        "all" => json!({ "servers": "all", "roles": ["keeper"] }),
        "clerk" => json!({ "roles": ["buyer"], "scopes": ["orders.delete"] }),
        "keeper" => json!({ "roles": ["keeper"], "scopes": ["orders.delete"] }),
        "frozen" => json!({ "roles": ["buyer", "frozen"] }),
        "banned" => json!({ "roles": ["buyer", "keeper", "banned"], "scopes": ["orders.delete"] }),
        role => json!({ "roles": [role] }),
    };
    let consumer = |(name, sha256): (&str, &str)| {
        let mut consumer = json!({ "name": name, "keys": [{ "sha256": sha256 }] });
        let members = consumer.as_object_mut().unwrap();
        members.extend(more(name).as_object().unwrap().clone());
        consumer
    };
    KEYS.map(consumer).into()
}

struct Gateway {
    program: Program,
    api: Stub,
    orders: Stub,
    keys: tempfile::NamedTempFile,
}

impl Gateway {
    fn start() -> Self {
        let keys = tempfile::NamedTempFile::new().unwrap();
        let stub = || Stub::answering("200 OK", "application/json", "{\"ok\":true}");
        let (api, orders) = (stub(), stub());
        Self {
            program: Program::gateway(
                &binary("gatewright-teams", "gatewright-teams"),
                &["--log-format", "json"],
                &[
                    ("API_URL", api.url.as_str()),
                    ("ORDERS_URL", orders.url.as_str()),
                    ("KEYS", {
                        write(&keys, &consumers());
                        keys.path().to_str().unwrap()
                    }),
                ],
            ),
            api,
            orders,
            keys,
        }
    }

    fn server(&mut self, server: &str) -> Server {
        let line = self.program.line(&format!("/{server}/mcp\""));
        let log: Value = serde_json::from_str(&line).unwrap();
        Server(Client::new(log["url"].as_str().unwrap()))
    }
}

fn write(file: &tempfile::NamedTempFile, consumers: &[Value]) {
    let text = json!({ "consumers": consumers }).to_string();
    std::fs::write(file.path(), text).unwrap();
}

const REVISIONS: [&str; 2] = ["2025-11-25", "2026-07-28"];

struct Server(Client);

impl Server {
    /// Sends a request; nobody sends it where the key is empty.
    fn ask(&self, revision: &str, key: &str, method: &str, mut params: Value) -> Answer {
        let name = params["name"].as_str().map(str::to_owned);
        let mut headers = vec![("mcp-protocol-version", revision)];
        if revision == "2026-07-28" {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": revision,
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            headers.push(("mcp-method", method));
            headers.extend(name.as_deref().map(|name| ("mcp-name", name)));
        }
        // What `getPet` asks of requests: lists do not depend on it.
        if method == "tools/call" {
            headers.push(("x-open", "yes"));
        }
        if !key.is_empty() {
            headers.push(("ocp-apim-subscription-key", key));
        }
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.0.post(&body.to_string(), &headers)
    }

    /// The names that a caller is shown, on all pages together.
    fn listed(&self, revision: &str, key: &str) -> Vec<String> {
        let mut names = Vec::new();
        let mut params = json!({});
        loop {
            let answer = self.ask(revision, key, "tools/list", params);
            assert_eq!(answer.status, 200, "{}", answer.text);
            let result = &answer.body["result"];
            let tools = result["tools"].as_array().unwrap();
            names.extend(
                tools
                    .iter()
                    .map(|tool| tool["name"].as_str().unwrap().to_owned()),
            );
            match result.get("nextCursor") {
                // None but the last is less than full, as one would be that has hidden tools on it.
                Some(cursor) => {
                    assert_eq!(tools.len(), 2, "{}", answer.text);
                    params = json!({ "cursor": cursor });
                }
                None => return names,
            }
        }
    }

    fn call(&self, revision: &str, key: &str, tool: &str) -> Answer {
        let params = json!({ "name": tool, "arguments": arguments(tool) });
        self.ask(revision, key, "tools/call", params)
    }
}

fn arguments(tool: &str) -> Value {
    match tool {
        "getPet" => json!({ "petId": 1 }),
        "createPet" => json!({ "name": "Rex" }),
        _ => json!({}),
    }
}

/// Whether a call was refused by a product or a condition: in a way that no client can mend.
fn is_refused(answer: &Answer) -> bool {
    let result = &answer.body["result"];
    let text = result["content"][0]["text"].as_str().unwrap_or_default();
    let refused = text.contains("This call is not allowed");
    assert_eq!(refused, result["isError"] == json!(true), "{}", answer.text);
    assert!(
        refused || [200, 401, 403].contains(&answer.status),
        "{}",
        answer.text
    );
    refused
}

const TOOLS: [&str; 5] = [
    "listPets",
    "createPet",
    "getPet",
    "listOrders",
    "deleteOrders",
];

/// Who is shown which of the tools. The last asks for a scope, which clients can get.
const SHOWN: [(&str, &[&str]); 10] = [
    // By the open product; what else there is, a key may open.
    ("", &TOOLS),
    ("plain", &["listPets"]),
    ("visitor", &["listPets"]),
    (
        "buyer",
        &["listPets", "getPet", "listOrders", "deleteOrders"],
    ),
    // As a buyer, and with the scope: then the condition counts.
    ("clerk", &["listPets", "getPet", "listOrders"]),
    ("keeper", &TOOLS),
    // The product's condition is not met.
    ("frozen", &["deleteOrders"]),
    // Nor is the server's.
    ("banned", &[]),
    // Without a product.
    (
        "desk",
        &["listPets", "getPet", "listOrders", "deleteOrders"],
    ),
    ("all", &TOOLS),
];

#[test]
fn a_tool_is_shown_to_those_who_may_call_it() {
    let mut gateway = Gateway::start();
    let desk = gateway.server("desk");
    for (key, shown) in SHOWN {
        for revision in REVISIONS {
            assert_eq!(desk.listed(revision, key), shown, "{key} {revision}");
            for tool in TOOLS {
                let answer = desk.call(revision, key, tool);
                assert_eq!(
                    is_refused(&answer),
                    !shown.contains(&tool),
                    "{key} {tool} {revision}: {}",
                    answer.text
                );
            }
        }
    }
    // What one may keep, another must not be told, and nobody for long.
    let list = desk.ask("2026-07-28", "buyer", "tools/list", json!({}));
    assert_eq!(list.body["result"]["cacheScope"], "private");
    assert_eq!(list.body["result"]["ttlMs"], 60_000);

    // A key that gets a role is shown more, without a restart.
    let mut consumers = consumers();
    consumers[0]["roles"] = json!(["keeper"]);
    write(&gateway.keys, &consumers);
    let shown = (0..100).any(|_| {
        sleep(Duration::from_millis(100));
        desk.listed("2025-11-25", "plain") == TOOLS
    });
    assert!(shown);
}

#[test]
fn search_mode_finds_and_describes_what_may_be_called() {
    let mut gateway = Gateway::start();
    let search = gateway.server("search");
    let told = |key: &str, tool: &str, arguments: &Value| {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = search.ask("2025-11-25", key, "tools/call", params);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer
    };
    // To this server, the key for the other is none.
    for (key, shown) in SHOWN.into_iter().filter(|(key, _)| *key != "desk") {
        let described = told(key, "describe_tool", &json!({ "names": TOOLS }));
        let tools = &described.body["result"]["structuredContent"]["tools"];
        let tools = tools.as_array().into_iter().flatten();
        let names: Vec<&str> = tools.map(|tool| tool["name"].as_str().unwrap()).collect();
        assert_eq!(names, shown, "{key}");
        let found = told(key, "search_tools", &json!({ "query": "pets pet orders" }));
        let found = &found.body["result"]["structuredContent"]["tools"];
        assert_eq!(found.as_array().unwrap().len(), shown.len(), "{key}");
        for tool in TOOLS.iter().filter(|tool| !shown.contains(tool)) {
            let arguments = json!({ "name": tool, "arguments": arguments(tool) });
            // The refusal is that of any call.
            let through = told(key, "call_tool", &arguments);
            assert!(is_refused(&through), "{key} {tool}: {}", through.text);
            let direct = search.call("2025-11-25", key, tool);
            assert_eq!(through.text, direct.text, "{key} {tool}");
        }
    }
}

#[test]
fn a_server_may_show_everything_to_everybody() {
    let mut gateway = Gateway::start();
    let open = gateway.server("open");
    for (key, _) in SHOWN.iter().filter(|(key, _)| *key != "desk") {
        for revision in REVISIONS {
            assert_eq!(open.listed(revision, key), TOOLS, "{key}");
        }
    }
    assert!(is_refused(&open.call("2025-11-25", "plain", "createPet")));
}

#[test]
fn what_the_platform_asks_holds_for_a_team() {
    let mut gateway = Gateway::start();
    let desk = gateway.server("desk");
    for tool in ["listPets", "listOrders"] {
        assert_eq!(desk.call("2025-11-25", "keeper", tool).status, 200);
    }
    for stub in [&gateway.api, &gateway.orders] {
        let received = stub.received();
        let headers = &received[0].headers;
        for header in [("x-platform", "teams"), ("x-team", "orders")] {
            let (name, value) = header;
            assert!(
                headers.contains(&(name.into(), value.into())),
                "{headers:?}"
            );
        }
    }
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "listOrders", "arguments": {} },
    });
    let headers = [("x-closed", ""), ("ocp-apim-subscription-key", "keeper")];
    let closed = desk.0.post(&call.to_string(), &headers);
    let text = &closed.body["result"]["content"][0]["text"];
    assert_eq!(text, "The platform is closed.");
    assert_eq!(gateway.orders.received().len(), 1);
}
