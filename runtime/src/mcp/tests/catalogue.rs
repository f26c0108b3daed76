//! Search mode: the three tools, in every revision.

use serde_json::{Value, json};

use super::client::{Answer, Fixture};
use super::{legacy, modern, schema};

const REVISIONS: [&str; 4] = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

async fn ask(fixture: &Fixture, revision: &str, params: &Value) -> Answer {
    let name = params["name"].as_str().unwrap();
    let answer = if revision == "2026-07-28" {
        let message = modern::request("tools/call", params);
        fixture
            .post_to_search(&modern::headers("tools/call", name), &message)
            .await
    } else {
        let message = legacy::request(&json!(1), "tools/call", params);
        fixture
            .post_to_search(&[("MCP-Protocol-Version", revision)], &message)
            .await
    };
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The result of a call.
async fn call(fixture: &Fixture, revision: &str, name: &str, arguments: &Value) -> Value {
    let params = json!({"name": name, "arguments": arguments});
    let mut message = ask(fixture, revision, &params).await.message(revision);
    schema::check(revision, "CallToolResult", &message["result"]);
    message["result"].take()
}

fn text(result: &Value) -> String {
    let blocks = result["content"].as_array().unwrap();
    let texts: Vec<_> = blocks
        .iter()
        .filter_map(|block| block["text"].as_str())
        .collect();
    texts.join("\n")
}

#[tokio::test]
async fn tools_are_found_described_and_called() {
    let fixture = Fixture::start().await;
    for revision in REVISIONS {
        let found = call(
            &fixture,
            revision,
            "search_tools",
            &json!({"query": "echo"}),
        )
        .await;
        let line = json!({"name": "echo", "title": "A title", "description": "A tool."});
        assert_eq!(
            found["structuredContent"],
            json!({"tools": [line]}),
            "{revision}"
        );
        let described = call(
            &fixture,
            revision,
            "describe_tool",
            &json!({"names": ["echo", "list", "echo"]}),
        )
        .await;
        let tools = described["structuredContent"]["tools"].as_array().unwrap();
        for tool in tools {
            schema::check(revision, "Tool", tool);
        }
        let output = if revision == "2026-07-28" {
            json!({})
        } else {
            json!({"type": "object"})
        };
        assert_eq!(tools.len(), 2);
        assert_eq!(tools[0]["name"], "echo");
        assert_eq!(tools[0]["description"], "A tool. Of the fixture.");
        assert_eq!(tools[0]["inputSchema"]["properties"], json!({"a": {}}));
        assert_eq!(tools[0]["outputSchema"], output);
        assert_eq!(tools[1].get("outputSchema"), None);
        let inner = json!({"a": ["\"", 1.50]});
        let called = json!({"name": "echo", "arguments": inner});
        let result = call(&fixture, revision, "call_tool", &called).await;
        assert_eq!(result["structuredContent"], inner);
        assert_eq!(result["isError"], Value::Null);
        let result = call(&fixture, revision, "call_tool", &json!({"name": "echo"})).await;
        assert_eq!(result["structuredContent"], json!({}));
    }
}

#[tokio::test]
async fn tools_of_the_catalogue_can_be_called_by_name_as_well() {
    let fixture = Fixture::start().await;
    for revision in REVISIONS {
        let result = call(&fixture, revision, "echo", &json!({"a": 1})).await;
        assert_eq!(result["structuredContent"], json!({"a": 1}));
        let answer = ask(&fixture, revision, &json!({"name": "nothing"})).await;
        assert_eq!(answer.message(revision)["error"]["code"], -32602);
    }
}

#[tokio::test]
async fn the_limit_is_kept_and_what_is_left_is_counted() {
    let fixture = Fixture::start().await;
    let arguments = json!({"query": "tool", "limit": 2});
    let result = call(&fixture, "2026-07-28", "search_tools", &arguments).await;
    assert_eq!(
        result["structuredContent"]["tools"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(result["structuredContent"]["more"], 7);
    let nothing = json!({"query": "zebra"});
    let result = call(&fixture, "2026-07-28", "search_tools", &nothing).await;
    assert_eq!(result["structuredContent"], json!({"tools": []}));
    assert!(
        text(&result).contains("Search again in other words"),
        "{result}"
    );
}

#[tokio::test]
async fn mistakes_are_results_that_say_how_to_mend_them() {
    let fixture = Fixture::start().await;
    for revision in REVISIONS {
        for (name, arguments, said) in [
            (
                "call_tool",
                json!({"name": "ehco", "arguments": {}}),
                "did you mean `echo`?",
            ),
            (
                "call_tool",
                json!({"name": "something else"}),
                "with `search_tools`",
            ),
            ("call_tool", json!({"name": "call_tool"}), "call it itself"),
            ("call_tool", json!({"arguments": {}}), "name"),
            (
                "call_tool",
                json!({"name": "echo", "arguments": "{}"}),
                "/arguments: expected an object",
            ),
            ("call_tool", json!({"name": "echo", "a": 1}), "/a"),
            (
                "describe_tool",
                json!({"names": ["ehco"]}),
                "did you mean `echo`?",
            ),
            ("describe_tool", json!({"names": "echo"}), "/names"),
            ("search_tools", json!({}), "query"),
            ("search_tools", json!({"query": "a", "limit": 51}), "/limit"),
        ] {
            let result = call(&fixture, revision, name, &arguments).await;
            assert_eq!(result["isError"], true, "{name} {arguments}");
            assert!(text(&result).contains(said), "{said} in {result}");
        }
        // What is known is described all the same.
        let result = call(
            &fixture,
            revision,
            "describe_tool",
            &json!({"names": ["lits", "echo"]}),
        )
        .await;
        assert_eq!(result["structuredContent"]["tools"][0]["name"], "echo");
        assert!(text(&result).contains("did you mean `list`?"), "{result}");
    }
}

#[tokio::test]
async fn servers_that_list_their_tools_have_none_of_the_three() {
    let fixture = Fixture::start().await;
    for name in ["search_tools", "describe_tool", "call_tool"] {
        let answer = modern::call(&fixture, name, &json!({"name": "echo"})).await;
        assert_eq!(
            (answer.status, answer.code()),
            (200, Some(-32602)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn headers_mirror_the_tool_that_the_request_names() {
    let fixture = Fixture::start().await;
    let params = json!({"name": "call_tool", "arguments": {"name": "echo"}});
    let message = modern::request("tools/call", &params);
    for (name, status) in [("call_tool", 200), ("echo", 400)] {
        let answer = fixture
            .post_to_search(&modern::headers("tools/call", name), &message)
            .await;
        assert_eq!(answer.status, status, "{name}");
    }
}

#[tokio::test]
async fn progress_and_cancellation_reach_the_tool() {
    let fixture = Fixture::start().await;
    let params = json!({"name": "call_tool", "arguments": {"name": "test_tool_with_progress"},
        "_meta": {"progressToken": "t"}});
    let messages = ask(&fixture, "2026-07-28", &params)
        .await
        .messages("2026-07-28");
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert_eq!(messages[0]["params"]["progressToken"], "t");

    let held = json!({"name": "call_tool", "arguments": {"name": "hold"}});
    let request = super::client::post(
        &modern::headers("tools/call", "call_tool"),
        &modern::request("tools/call", &held),
    );
    let stream = fixture
        .send(
            request
                .replacen("POST /mcp ", "POST /search ", 1)
                .as_bytes(),
        )
        .await;
    fixture.probe.has_begun().await;
    drop(stream);
    fixture.probe.is_over().await;
    assert_eq!(fixture.probe.ended(), 0);
}

#[tokio::test]
async fn batches_may_hold_them() {
    let fixture = Fixture::start().await;
    let one = |id: i64, name: &str, arguments: Value| {
        legacy::request(
            &json!(id),
            "tools/call",
            &json!({"name": name, "arguments": arguments}),
        )
    };
    let batch = format!(
        "[{},{}]",
        one(1, "search_tools", json!({"query": "echo"})),
        one(
            2,
            "call_tool",
            json!({"name": "echo", "arguments": {"a": 1}})
        )
    );
    let answer = fixture
        .post_to_search(&[("MCP-Protocol-Version", "2025-03-26")], &batch)
        .await;
    let messages: Vec<Value> = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(
        messages[0]["result"]["structuredContent"]["tools"][0]["name"],
        "echo"
    );
    assert_eq!(messages[1]["result"]["structuredContent"], json!({"a": 1}));
}
