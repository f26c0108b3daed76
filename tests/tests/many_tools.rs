//! Servers with many tools: pages and search mode, through real gateways and the official SDK.

use gatewright_tests::{Client, Program, Stub, binary};
use rmcp::model::{CallToolRequestParams, CallToolResult, PaginatedRequestParams, ProtocolVersion};
use rmcp::service::RunningService;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde_json::{Value, json};

const TOOLS: usize = 9;

fn start(stub: &Stub) -> Program {
    let environment = [("API_URL", stub.url.as_str()), ("API_KEY", "hush")];
    Program::gateway(
        &binary("gatewright-strict", "gatewright-strict"),
        &[],
        &environment,
    )
}

async fn connect(url: &str) -> [RunningService<RoleClient, ()>; 2] {
    let serve = async |mode| {
        let transport = StreamableHttpClientTransport::from_uri(url.to_owned());
        ().serve_with_lifecycle(transport, mode).await.unwrap()
    };
    [
        serve(ClientLifecycleMode::Initialize).await,
        serve(ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        })
        .await,
    ]
}

async fn call(
    client: &RunningService<RoleClient, ()>,
    name: &'static str,
    arguments: Value,
) -> CallToolResult {
    let arguments = arguments.as_object().unwrap().clone();
    client
        .call_tool(CallToolRequestParams::new(name).with_arguments(arguments))
        .await
        .unwrap()
}

fn said(result: &CallToolResult) -> String {
    serde_json::to_value(&result.content).unwrap().to_string()
}

#[tokio::test]
async fn the_sdk_lists_all_pages() {
    let stub = Stub::answering("204 No Content", "text/plain", "");
    let mut program = start(&stub);
    for client in connect(&program.url("/pages/mcp")).await {
        let first = client.list_tools(None).await.unwrap();
        assert_eq!(first.tools.len(), 3);
        let cursor = first.next_cursor.clone();
        assert!(cursor.is_some());
        let second = client
            .list_tools(Some(PaginatedRequestParams::default().with_cursor(cursor)))
            .await
            .unwrap();
        assert_eq!(second.tools.len(), 3);
        let all = client.list_all_tools().await.unwrap();
        let mut names: Vec<_> = all.iter().map(|tool| tool.name.as_ref()).collect();
        assert_eq!(names.len(), TOOLS, "{names:?}");
        assert_eq!(names.last(), Some(&"opening_hours"));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TOOLS);
        client.cancel().await.unwrap();
    }
}

#[tokio::test]
async fn the_sdk_finds_reads_and_calls() {
    let stub = Stub::answering("200 OK", "application/json", r#"{"id":7,"name":"Rex"}"#);
    let mut program = start(&stub);
    for client in connect(&program.url("/catalogue/mcp")).await {
        let listed = client.list_all_tools().await.unwrap();
        let names: Vec<_> = listed.iter().map(|tool| tool.name.as_ref()).collect();
        assert_eq!(names, ["search_tools", "describe_tool", "call_tool"]);
        let hints = listed[2].annotations.as_ref().unwrap();
        assert_eq!(hints.destructive_hint, Some(true));

        let found = call(
            &client,
            "search_tools",
            json!({ "query": "add a new pet to the shop" }),
        )
        .await;
        let found = found.structured_content.unwrap();
        let first: Vec<_> = found["tools"].as_array().unwrap().iter().take(3).collect();
        assert!(
            first.iter().any(|tool| tool["name"] == "createPet"),
            "{found}"
        );
        // The words of a function in Rust are ranked with the others.
        let found = call(
            &client,
            "search_tools",
            json!({ "query": "when is it open on weekdays?" }),
        )
        .await;
        let found = found.structured_content.unwrap();
        assert_eq!(found["tools"][0]["name"], "opening_hours", "{found}");
        assert_eq!(found["tools"][0]["title"], "Opening hours");

        let described = call(
            &client,
            "describe_tool",
            json!({ "names": ["getPet", "opening_hours"] }),
        )
        .await;
        let described = described.structured_content.unwrap();
        let schema = &described["tools"][0]["inputSchema"];
        assert_eq!(schema["required"], json!(["petId"]), "{described}");
        assert_eq!(
            described["tools"][1]["inputSchema"]["required"],
            json!(["day"])
        );

        let before = stub.received().len();
        let wrong = call(
            &client,
            "call_tool",
            json!({ "name": "getPet", "arguments": { "petId": "x" } }),
        )
        .await;
        assert_eq!(wrong.is_error, Some(true));
        assert!(said(&wrong).contains("/arguments/petId"), "{wrong:?}");
        let unknown = call(&client, "call_tool", json!({ "name": "getPett" })).await;
        assert_eq!(unknown.is_error, Some(true));
        assert!(
            said(&unknown).contains("did you mean `getPet`?"),
            "{unknown:?}"
        );
        assert_eq!(stub.received().len(), before, "nothing was sent");

        for (name, arguments) in [
            (
                "call_tool",
                json!({ "name": "getPet", "arguments": { "petId": 7 } }),
            ),
            ("getPet", json!({ "petId": 7 })),
        ] {
            let result = call(&client, name, arguments).await;
            assert_ne!(result.is_error, Some(true), "{result:?}");
            assert_eq!(result.structured_content.unwrap()["name"], "Rex");
        }
        let sent: Vec<_> = stub.received().split_off(before);
        assert_eq!(sent.len(), 2);
        assert!(
            sent.iter().all(|request| request.target == "/pets/7"),
            "{sent:?}"
        );
        let hours = call(
            &client,
            "call_tool",
            json!({ "name": "opening_hours", "arguments": { "day": "Sunday" } }),
        )
        .await;
        assert!(said(&hours).contains("closed"));
        client.cancel().await.unwrap();
    }
}

#[test]
fn models_are_told_how_to_find_tools() {
    let stub = Stub::answering("204 No Content", "text/plain", "");
    let mut program = start(&stub);
    let client = Client::new(&program.url("/catalogue/mcp"));
    let discovered = client.modern("server/discover", json!({}));
    let instructions = discovered["instructions"].as_str().unwrap();
    for name in ["9 tools", "search_tools", "describe_tool", "call_tool"] {
        assert!(instructions.contains(name), "{instructions}");
    }
}
