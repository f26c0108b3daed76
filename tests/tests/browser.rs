//! Web pages in a real browser, which enforces what the gateway says of them (Fetch standard, "CORS protocol").

use gatewright_tests::{Program, Stub, binary, report};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

const PAGE: &str = include_str!("browser/page.html");

/// SHA-256 of `reader-key`, by another program.
const READER: &str = "ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2";

struct Shop {
    api: Stub,
    _gateway: Program,
    _keys: NamedTempFile,
    url: String,
    site: Stub,
}

impl Shop {
    fn open() -> Self {
        let api = Stub::answering("200 OK", "application/json", "[]");
        let keys = NamedTempFile::new().unwrap();
        let consumers =
            json!({ "consumers": [{ "name": "reader", "keys": [{ "sha256": READER }] }] });
        std::fs::write(keys.path(), consumers.to_string()).unwrap();
        let environment = [
            ("API_URL", api.url.as_str()),
            ("KEYS", keys.path().to_str().unwrap()),
        ];
        let program = binary("gatewright-policies", "gatewright-pages");
        let mut gateway = Program::gateway(&program, &[], &environment);
        let url = gateway.url("/shop/mcp");
        Self {
            api,
            _gateway: gateway,
            _keys: keys,
            url,
            site: Stub::answering("200 OK", "text/html; charset=utf-8", PAGE),
        }
    }

    /// What a page of `http://host` comes to.
    fn visit(&self, host: &str) -> Value {
        let text = report(&self.site, host, &format!("gateway={}", self.url));
        serde_json::from_str(&text).unwrap()
    }
}

fn could_not_be_sent(exchange: &Value) {
    let failed = exchange["failed"].as_str();
    assert!(
        failed.is_some_and(|error| error.contains("Failed to fetch")),
        "{exchange}"
    );
}

#[test]
fn a_page_that_may_use_the_server_speaks_mcp() {
    let shop = Shop::open();
    let said = shop.visit("app.example.com");
    let initialized = &said["initialize"];
    assert_eq!(initialized["status"], 200, "{said:#}");
    assert_eq!(initialized["type"], "cors");
    assert!(
        initialized["headers"]["mcp-session-id"].is_string(),
        "{said:#}"
    );
    for name in ["call", "modern"] {
        let call = &said[name];
        assert_eq!(call["status"], 200, "{call:#}");
        assert!(
            call["text"].as_str().unwrap().contains("content"),
            "{call:#}"
        );
        assert!(call["headers"]["ratelimit"].is_string(), "{call:#}");
        // The gateway sends it, and does not say that pages may read it.
        assert!(call["headers"].get("date").is_none(), "{call:#}");
    }
    // The page can read why it is refused, and where to go from there.
    assert_eq!(said["unknown"]["status"], 401);
    let challenge = said["unknown"]["headers"]["www-authenticate"].as_str();
    assert!(
        challenge.is_some_and(|challenge| challenge.contains("ocp-apim-subscription-key")),
        "{said:#}"
    );
    could_not_be_sent(&said["header"]);
    could_not_be_sent(&said["method"]);
    // Sent without asking, and so without a key.
    assert_eq!(said["form"]["type"], "opaque");
    assert_eq!(shop.api.received().len(), 2);
}

#[test]
fn a_page_that_may_not_gets_nothing_done() {
    let shop = Shop::open();
    // A part of the name, or one that begins alike, is another origin.
    for host in ["evil.example.com", "app.example.com.evil.example"] {
        let said = shop.visit(host);
        for name in [
            "initialize",
            "call",
            "modern",
            "unknown",
            "header",
            "method",
        ] {
            could_not_be_sent(&said[name]);
        }
        assert_eq!(said["form"]["type"], "opaque", "{said:#}");
        assert_eq!(said["form"]["text"], "");
    }
    assert!(shop.api.received().is_empty());
}
