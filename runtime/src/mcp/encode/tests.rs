//! Writing of messages, read back by another reader.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{error, progress, tool_response};
use crate::mcp::fault::Fault;
use crate::mcp::revision::Revision;
use crate::mcp::tests::schema;
use crate::result::{Content, ToolResult};

const IMPLEMENTATION: &str = r#"{"name":"n","version":"1"}"#;

fn parse(message: &[u8]) -> Value {
    serde_json::from_slice(message).unwrap()
}

#[test]
fn errors_leave_out_what_they_lack() {
    let fault = Fault::parse("no \"JSON\"");
    assert_eq!(
        error(None, &fault),
        br#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"no \"JSON\""}}"#
    );
    let fault = Fault::unsupported_version("\"\n");
    assert_eq!(
        parse(&error(Some("1"), &fault))["error"]["data"]["requested"],
        "\"\n"
    );
}

#[test]
fn progress_leaves_out_what_it_lacks() {
    assert_eq!(
        progress("\"t\"", 0.5, None, None),
        br#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":0.5}}"#
    );
    let full = parse(&progress("7", 50.0, Some(100.0), Some("a \"b\"")));
    assert_eq!(
        full["params"],
        json!({"progressToken": 7, "progress": 50, "total": 100, "message": "a \"b\""})
    );
}

#[test]
fn structured_content_that_is_not_json_forges_no_frame() {
    let result = ToolResult {
        content: vec![Content::Structured],
        structured: Some(b"{}\n{\"jsonrpc\":\"2.0\"}".as_slice().into()),
        is_error: false,
    };
    let response = tool_response("1", &result, IMPLEMENTATION, Revision::November2025);
    assert_eq!(
        parse(&response)["result"],
        json!({"content": [{"type": "text", "text": "null"}], "structuredContent": {"result": null}})
    );
}

proptest! {
    #[test]
    fn text_survives_and_stays_on_one_line(text in any::<String>(), key in any::<String>()) {
        let structured = json!({key: [text.clone()]});
        let result = ToolResult {
            content: vec![Content::Text(text.clone()), Content::Structured],
            structured: Some(serde_json::to_vec_pretty(&structured).unwrap().into()),
            is_error: true,
        };
        for (revision, name) in [
            (Revision::July2026, "2026-07-28"),
            (Revision::November2025, "2025-11-25"),
        ] {
            let response = tool_response("\"x\"", &result, IMPLEMENTATION, revision);
            prop_assert!(!response.contains(&b'\n'));
            let response = parse(&response);
            schema::check(name, "CallToolResult", &response["result"]);
            prop_assert_eq!(&response["id"], "x");
            let result = &response["result"];
            prop_assert_eq!(&result["structuredContent"], &structured);
            prop_assert_eq!(&result["content"][0]["text"], &Value::from(text.clone()));
            let block = result["content"][1]["text"].as_str().unwrap();
            prop_assert_eq!(parse(block.as_bytes()), structured.clone());
            prop_assert_eq!(result.get("resultType").is_some(), revision.is_modern());
        }
    }
}
