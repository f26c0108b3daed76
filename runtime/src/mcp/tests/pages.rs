//! `tools/list` in pages.

use serde_json::{Value, json};

use super::client::Fixture;
use super::{legacy, modern, schema};

const REVISIONS: [&str; 4] = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/// Asks for a page in a revision.
async fn ask(fixture: &Fixture, revision: &str, params: &Value) -> Value {
    let answer = if revision == "2026-07-28" {
        let message = modern::request("tools/list", params);
        fixture
            .post_to_search(&modern::headers("tools/list", ""), &message)
            .await
    } else {
        let message = legacy::request(&json!(1), "tools/list", params);
        fixture
            .post_to_search(&[("MCP-Protocol-Version", revision)], &message)
            .await
    };
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.message(revision)
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end_in_every_revision() {
    let fixture = Fixture::start().await;
    for revision in REVISIONS {
        let mut names: Vec<String> = Vec::new();
        let mut params = json!({});
        let mut pages = 0;
        loop {
            let message = ask(&fixture, revision, &params).await;
            let result = &message["result"];
            schema::check(revision, "ListToolsResult", result);
            for tool in result["tools"].as_array().unwrap() {
                names.push(tool["name"].as_str().unwrap().to_owned());
            }
            pages += 1;
            match result.get("nextCursor") {
                Some(cursor) => params = json!({"cursor": cursor}),
                None => break,
            }
        }
        assert_eq!((pages, names.len()), (2, 9), "{revision}");
        assert_eq!(
            (names[0].as_str(), names[8].as_str()),
            ("echo", "test_multiple_content_types")
        );
    }
}

#[tokio::test]
async fn cursors_that_were_never_given_out_are_refused() {
    let fixture = Fixture::start().await;
    for revision in REVISIONS {
        for cursor in [
            json!("1"),
            json!("second "),
            json!("SECOND"),
            json!(2),
            json!(null),
            json!({}),
        ] {
            let message = ask(&fixture, revision, &json!({"cursor": cursor})).await;
            assert_eq!(message["error"]["code"], -32602, "{revision} {cursor}");
        }
        // The empty string is a cursor like any other: that of the first page.
        let message = ask(&fixture, revision, &json!({"cursor": ""})).await;
        assert_eq!(message["result"]["tools"][0]["name"], "echo");
    }
}
