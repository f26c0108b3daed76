//! `tools/list`: a constant, or the tools that the caller may use.

use std::borrow::Cow;

use super::encode;
use super::fault::Fault;
use super::message::{self, Id, Message};
use super::revision::Revision;
use super::viewer::Viewer;
use crate::description::{Listed, Page, Selection, Server};

/// The response to `tools/list`.
///
/// # Errors
/// -32602 for a cursor that this list did not give out.
pub(super) fn list(
    viewer: &Viewer<'_>,
    message: &Message<'_>,
    id: Id<'_>,
    revision: Revision,
) -> Result<Vec<u8>, Fault> {
    let cursor = match message.params.cursor {
        None => Some(Cow::Borrowed("")),
        Some(cursor) => message::text(cursor),
    };
    let unknown = || Fault::invalid_params("The cursor is unknown: begin the list anew");
    let cursor = cursor.ok_or_else(unknown)?;
    let modern = revision.is_modern();
    match viewer.server.selection {
        // In search mode the list itself is the same for everybody.
        Some(selection) if viewer.server.catalogue.is_none() => {
            let first = first(selection, &cursor).ok_or_else(unknown)?;
            Ok(selected(viewer, selection, first, id, modern))
        }
        _ => {
            let page = page(viewer.server, &cursor).ok_or_else(unknown)?;
            let list = if modern { page.modern } else { page.legacy };
            Ok(encode::response(id.as_str(), &[list]))
        }
    }
}

/// The page that a cursor means. Cursors are constants of the binary: one that another build gave out is only
/// known here where the list is still the same.
fn page(server: &'static Server, cursor: &str) -> Option<&'static Page> {
    server.pages.iter().find(|page| page.cursor == cursor)
}

/// The position of the tool that a page begins with.
fn first(selection: &'static Selection, cursor: &str) -> Option<usize> {
    if cursor.is_empty() {
        return Some(0);
    }
    let mut tools = selection.tools.iter();
    tools.position(|tool| tool.cursor == cursor)
}

/// A page of what the caller may use. It begins with the first such tool from `first` on, and the next one begins
/// with the first that has no place on it: how many tools there are that the caller may not use, neither the
/// length of a page nor the number of pages tells.
fn selected(
    viewer: &Viewer<'_>,
    selection: &'static Selection,
    first: usize,
    id: Id<'_>,
    modern: bool,
) -> Vec<u8> {
    let (head, tail) = if modern {
        selection.modern
    } else {
        selection.legacy
    };
    let written = |tool: &Listed| if modern { tool.modern } else { tool.legacy };
    let tools = selection.tools.iter().enumerate().skip(first);
    let mut seen = tools.filter(|(position, _)| viewer.sees(*position));
    let mut parts = vec![head];
    for (_, tool) in seen.by_ref().take(selection.page_size) {
        if parts.len() > 1 {
            parts.push(",");
        }
        parts.push(written(tool));
    }
    parts.push("]");
    if let Some((_, next)) = seen.next() {
        // Hexadecimal digits need no escapes.
        parts.extend([",\"nextCursor\":\"", next.cursor, "\""]);
    }
    parts.push(tail);
    encode::response(id.as_str(), &parts)
}
