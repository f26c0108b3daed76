//! The quickstart, built, run and called as its README tells.

use gatewright_tests::{Client, Program, binary};
use serde_json::json;

fn start() -> (Program, Client) {
    let mut program = Program::gateway(&binary("quickstart", "quickstart"), &[], &[]);
    let url = program.url("/pets/mcp");
    (program, Client::new(&url))
}

#[test]
fn says_how_to_use_it() {
    let (mut program, _) = start();
    program.line("claude mcp add");
    program.line("\"mcpServers\"");
    program.line("curl");
    program.line("listPets");
}

#[test]
fn lists_the_selected_tools_in_order() {
    let (_program, client) = start();
    assert_eq!(
        client.tools(),
        [
            "listPets",
            "createPet",
            "getPet",
            "updatePet",
            "orderPet",
            "exportOrders",
            "opening_hours"
        ]
    );
}

#[test]
fn calls_in_both_eras() {
    let (_program, client) = start();
    for result in [
        client.call("listPets", &json!({ "status": "available" })),
        client.call_modern("listPets", &json!({ "status": "available" })),
    ] {
        assert_ne!(result["isError"], true, "{result}");
        assert_eq!(result["structuredContent"]["total"], 3);
        let text = result["content"][0]["text"].as_str().unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(text).unwrap(),
            result["structuredContent"]
        );
    }
}

#[test]
fn a_model_can_mend_its_arguments() {
    let (_program, client) = start();
    let result = client.call(
        "listPets",
        &json!({ "limit": 500, "staus": "available", "tag": "dog" }),
    );
    assert_eq!(result["isError"], true);
    let text = result["content"][0]["text"].as_str().unwrap();
    for part in [
        "/limit",
        "at most 100",
        "500",
        "/staus",
        "status",
        "/tag",
        "an array",
    ] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn bodies_defaults_and_paths_arrive() {
    let (_program, client) = start();
    let made = client.call(
        "createPet",
        &json!({ "name": "Bo \"the\" dog", "price": 10.5, "tags": ["dog"] }),
    );
    let id = made["structuredContent"]["id"].clone();
    assert!(id.is_u64(), "{made}");
    let got = client.call("getPet", &json!({ "petId": id }));
    assert_eq!(got["structuredContent"]["name"], "Bo \"the\" dog");
    let changed = client.call(
        "updatePet",
        &json!({ "petId": id, "body": { "status": "sold" } }),
    );
    assert_eq!(changed["structuredContent"]["status"], "sold");
    // The manifest's default of 5 is in force: there are more pets than that by now or not.
    let listed = client.call("listPets", &json!({}));
    assert_eq!(
        listed["structuredContent"]["pets"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    let tagged = client.call("listPets", &json!({ "tag": ["dog", "cat"] }));
    assert_eq!(tagged["structuredContent"]["total"], 3);
}

#[test]
fn errors_of_the_api_are_told_to_the_model() {
    let (_program, client) = start();
    let result = client.call("getPet", &json!({ "petId": 4711 }));
    assert_eq!(result["isError"], true);
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(
        text.contains("404") && text.contains("List the pets"),
        "{text}"
    );
}

#[test]
fn other_answers_than_json_and_rust_tools_work() {
    let (_program, client) = start();
    let export = client.call("exportOrders", &json!({}));
    assert_eq!(export["content"][0]["text"], "id,petId,customer\n");
    let hours = client.call("opening_hours", &json!({ "day": "Monday" }));
    assert_eq!(
        hours["content"][0]["text"],
        "The shop is open from 9:00 to 18:00."
    );
    let wrong = client.call("opening_hours", &json!({ "day": "Someday" }));
    assert_eq!(wrong["isError"], true);
}

#[test]
fn drains_and_ends_well() {
    let (mut program, client) = start();
    client.tools();
    assert!(program.terminate());
}
