//! The official Rust SDK as a client: over HTTP and stdio, in both eras.

use gatewright_tests::{Program, binary};
use rmcp::model::{CallToolRequestParams, ProtocolVersion};
use rmcp::service::RunningService;
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientLifecycleMode, ClientServiceExt, RoleClient};
use serde_json::json;

fn modes() -> [ClientLifecycleMode; 2] {
    [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
    ]
}

/// What every client does, whatever it is connected through.
async fn exercise(client: RunningService<RoleClient, ()>) {
    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert!(
        names.contains(&"listPets") && names.contains(&"opening_hours"),
        "{names:?}"
    );
    let list = tools.iter().find(|tool| tool.name == "listPets").unwrap();
    assert!(list.output_schema.is_some());
    assert_eq!(
        list.annotations.as_ref().unwrap().read_only_hint,
        Some(true)
    );

    let arguments = json!({ "status": "available", "limit": 2 })
        .as_object()
        .unwrap()
        .clone();
    let result = client
        .call_tool(CallToolRequestParams::new("listPets").with_arguments(arguments))
        .await
        .unwrap();
    assert_ne!(result.is_error, Some(true));
    let structured = result.structured_content.unwrap();
    assert_eq!(structured["pets"].as_array().unwrap().len(), 2);

    let wrong = json!({ "limit": "many" }).as_object().unwrap().clone();
    let result = client
        .call_tool(CallToolRequestParams::new("listPets").with_arguments(wrong))
        .await
        .unwrap();
    assert_eq!(result.is_error, Some(true));

    let unknown = client
        .call_tool(CallToolRequestParams::new("nothing"))
        .await;
    assert!(unknown.is_err());
    client.cancel().await.unwrap();
}

#[tokio::test]
async fn over_http() {
    let mut program = Program::gateway(&binary("quickstart", "quickstart"), &[], &[]);
    let url = program.url("/pets/mcp");
    for mode in modes() {
        let transport = StreamableHttpClientTransport::from_uri(url.clone());
        exercise(().serve_with_lifecycle(transport, mode).await.unwrap()).await;
    }
}

#[tokio::test]
async fn over_stdio() {
    for mode in modes() {
        let mut command = tokio::process::Command::new(binary("quickstart", "quickstart"));
        command.arg("--stdio");
        let transport = TokioChildProcess::new(command).unwrap();
        exercise(().serve_with_lifecycle(transport, mode).await.unwrap()).await;
    }
}
