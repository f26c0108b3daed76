//! Answers of which the manifest passes on only a part (`response`), and those that cannot be reduced
//! to it: what was to be left out is not let through in another form.

use std::fmt::Write as _;

use super::{structured, without_output};
use crate::description::Tool;
use crate::rest::shape::{LeftOut, Projection, Refusal, Shape};
use crate::result::{Content, ToolResult};

/// Whether JSON is changed on its way.
pub(super) fn is_asked(tool: &Tool) -> bool {
    tool.response.is_some_and(Shape::changes_json)
}

/// The result of JSON that was read as a whole.
pub(super) fn json(tool: &Tool, body: &[u8]) -> ToolResult {
    let Some(shape) = tool.response else {
        return refused(&Refusal::TooLarge(0));
    };
    let mut projection = Projection::new(shape);
    let reduced = projection.push(body).and_then(|()| projection.finish());
    match reduced {
        Ok((text, left_out)) => structured(tool, text.into(), &left_out),
        Err(refusal) => refused(&refusal),
    }
}

/// The result of text that is not JSON.
pub(super) fn text(tool: &Tool, mut text: String) -> ToolResult {
    if let Some(withheld) = withheld(tool) {
        return withheld;
    }
    let limit = tool.response.and_then(|shape| shape.max_bytes);
    if let Some(limit) = limit.filter(|limit| text.len() > *limit) {
        text.truncate(text.floor_char_boundary(limit));
        let note = format!("The text above is cut off after {limit} bytes.");
        return without_output(tool, vec![Content::Text(text), Content::Text(note)]);
    }
    without_output(tool, vec![Content::Text(text)])
}

/// The result of what is not text.
pub(super) fn blob(tool: &Tool, body: &[u8], content: impl FnOnce() -> Content) -> ToolResult {
    if let Some(withheld) = withheld(tool) {
        return withheld;
    }
    match tool.response.and_then(|shape| shape.max_bytes) {
        Some(limit) if body.len() > limit => refused(&Refusal::TooLarge(limit)),
        _ => without_output(tool, vec![content()]),
    }
}

/// The result of an answer that parts were to be selected from, and that has none, or that was to match a
/// schema.
fn withheld(tool: &Tool) -> Option<ToolResult> {
    let checked = tool.validation.as_ref();
    if let Some(refused) = checked.and_then(|validation| validation.of_other(tool)) {
        return Some(refused);
    }
    let selects = tool.response.is_some_and(|shape| !shape.levels.is_empty());
    selects.then(|| {
        ToolResult::error(
            "The call succeeded, but the API answered something other than JSON, of which this tool \
             passes on selected members only: its answer is not shown. This is for the operator of the \
             gateway to mend: calling again will not help.",
        )
    })
}

/// The result of an answer that could not be reduced.
#[cold]
pub(super) fn refused(refusal: &Refusal) -> ToolResult {
    ToolResult::error(match refusal {
        Refusal::Syntax(error) => format!(
            "The call succeeded, but what the API sent is not valid JSON ({error}), so that the part of \
             it that this tool passes on cannot be told: it is not shown."
        ),
        Refusal::TooLarge(limit) => format!(
            "The call succeeded, but its answer is greater than the {limit} bytes that this tool passes \
             on, and has no list of items to shorten. Do not repeat a call that changes something. Ask \
             for less: fewer fields, a shorter period or another tool."
        ),
    })
}

/// What is said where arrays were shortened.
pub(super) fn note(left_out: &[LeftOut]) -> String {
    let mut text = String::from("Not all items are shown:");
    for array in left_out {
        let LeftOut {
            pointer,
            kept,
            total,
        } = array;
        let place = if pointer.is_empty() {
            "the list"
        } else {
            pointer
        };
        // Infallible: writing to a string.
        let _ = write!(text, "\n- {place}: the first {kept} of {total}");
    }
    text.push_str("\nTo see others, narrow the request or ask for another page.");
    text
}
