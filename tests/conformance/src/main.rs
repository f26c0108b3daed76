//! The server that the official conformance suite is run against, compiled with `gateway!`.

use std::process::ExitCode;
use std::time::Duration;

use gatewright::{Call, Content, Raw, ResourceBody, ToolResult, tool};

gatewright::gateway!("gateway.yaml");

/// One red pixel.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/// A sound of no length.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";

fn image() -> Content {
    Content::Image {
        data: PNG.to_owned(),
        mime_type: "image/png".to_owned(),
    }
}

fn resource(uri: &str, mime_type: &str, text: &str) -> Content {
    Content::Resource {
        uri: uri.to_owned(),
        mime_type: Some(mime_type.to_owned()),
        body: ResourceBody::Text(text.to_owned()),
    }
}

/// Answers with one text.
#[tool(read_only = true)]
pub fn test_simple_text() -> &'static str {
    "This is a simple text response for testing."
}

/// Answers with an image.
#[tool(read_only = true)]
pub fn test_image_content() -> ToolResult {
    ToolResult::content(vec![image()])
}

/// Answers with a sound.
#[tool(read_only = true)]
pub fn test_audio_content() -> ToolResult {
    ToolResult::content(vec![Content::Audio {
        data: WAV.to_owned(),
        mime_type: "audio/wav".to_owned(),
    }])
}

/// Answers with the content of a resource.
#[tool(read_only = true)]
pub fn test_embedded_resource() -> ToolResult {
    ToolResult::content(vec![resource(
        "test://embedded-resource",
        "text/plain",
        "This is an embedded resource content.",
    )])
}

/// Answers with several kinds of content.
#[tool(read_only = true)]
pub fn test_multiple_content_types() -> ToolResult {
    ToolResult::content(vec![
        Content::Text("Multiple content types test:".to_owned()),
        image(),
        resource(
            "test://mixed-content-resource",
            "application/json",
            "{\"test\":\"data\",\"value\":123}",
        ),
    ])
}

/// Always fails.
#[tool(read_only = true)]
pub(crate) fn test_error_handling() -> Result<String, &'static str> {
    Err("This tool intentionally returns an error for testing")
}

/// Reports its progress before it answers.
#[tool(read_only = true)]
pub async fn test_tool_with_progress(call: &Call) -> &'static str {
    for done in [0.0, 50.0, 100.0] {
        call.progress(done, Some(100.0), Some("working"));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    "done"
}

/// Takes what a schema with conditions, references and unions admits.
#[tool(
    read_only = true,
    input_schema = r##"{
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
            }
        },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": {
            "properties": { "contactMethod": { "const": "phone" } },
            "required": ["contactMethod"]
        },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false
    }"##
)]
pub fn json_schema_2020_12_tool(arguments: Raw<'_>) -> String {
    format!("accepted {} bytes", arguments.as_str().len())
}

fn main() -> ExitCode {
    gateway().run()
}
