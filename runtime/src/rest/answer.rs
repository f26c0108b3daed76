//! From an API's answer to the result of a tool.

use gatewright_schema::Violations;

use super::Operation;
use crate::description::Tool;
use crate::result::ToolResult;
use crate::upstream::{Error, Response};

/// The result of an answer.
pub(crate) fn result(_tool: &Tool, _operation: &Operation, response: Response) -> ToolResult {
    ToolResult::text(response.status.to_string())
}

/// The result where no answer came.
pub(crate) fn failure(_operation: &Operation, error: &Error) -> ToolResult {
    ToolResult::error(error.to_string())
}

/// The result of arguments that break the tool's schema.
pub(crate) fn invalid(_tool: &str, violations: &Violations) -> ToolResult {
    ToolResult::error(format!("{} violations", violations.len()))
}
