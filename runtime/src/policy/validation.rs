//! The check of answers against the schema that the document declares.

use std::fmt::Write as _;

use gatewright_schema::{SchemaId, Table, Violations};

use crate::description::Tool;
use crate::result::{Content, ToolResult};

/// What answers of a tool must match.
#[derive(Clone, Copy, Debug)]
pub struct Validation {
    /// The schema, every rule of it.
    pub schema: (&'static Table, SchemaId),
    /// Whether what breaks it is logged only.
    pub detect: bool,
}

impl Validation {
    /// What is answered in place of JSON that breaks the schema, where that is not to be passed on.
    pub(crate) fn of_json(&self, tool: &Tool, json: &[u8]) -> Option<ToolResult> {
        let (table, schema) = self.schema;
        let violations = table.check_text(schema, json).err();
        let valid = violations.is_none();
        tracing::trace!(target: "gatewright::policy", valid, "an answer was checked");
        let violations = violations?;
        self.report(tool, Some(&violations));
        (!self.detect).then(|| refused(Some(&violations)))
    }

    /// The same of content that is not JSON.
    #[cold]
    pub(crate) fn of_other(&self, tool: &Tool) -> Option<ToolResult> {
        tracing::trace!(target: "gatewright::policy", valid = false, "an answer was checked");
        self.report(tool, None);
        (!self.detect).then(|| refused(None))
    }

    /// Tells the log where and which rules, and no values: those are the API's.
    #[cold]
    fn report(&self, tool: &Tool, violations: Option<&Violations>) {
        let mut places = String::new();
        for violation in violations.into_iter().flatten() {
            // Infallible: writing to a string.
            let _ = write!(places, "{} [{}] ", violation.pointer, violation.rule);
        }
        tracing::warn!(
            target: "gatewright::policy",
            tool = tool.name,
            violations = violations.map_or(0, Violations::len),
            places = places.trim_end(),
            passed_on = self.detect,
            "an answer breaks its schema"
        );
    }
}

/// What the model is told: where the answer breaks which rule, and not what it holds there.
#[cold]
fn refused(violations: Option<&Violations>) -> ToolResult {
    let mut text = String::from(
        "The call succeeded, but what the API answered is not what its description promises, so it is not passed \
         on. This is for the operator of the gateway to mend: calling again will most likely not help.",
    );
    match violations {
        None => text.push_str("\n- the answer is not JSON"),
        Some(violations) => {
            for violation in violations {
                let place = match violation.pointer.as_str() {
                    "" => "(root)",
                    place => place,
                };
                // Infallible: writing to a string.
                let _ = write!(text, "\n- {place}: expected {}", violation.expected);
            }
            if violations.unreported() > 0 {
                let _ = write!(text, "\n- and {} more", violations.unreported());
            }
        }
    }
    ToolResult {
        content: vec![Content::Text(text)],
        structured: None,
        is_error: true,
    }
}

#[cfg(test)]
mod tests;
