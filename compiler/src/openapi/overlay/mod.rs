//! Overlays (OpenAPI Overlay Specification 1.x): changes to a document's tree before it is read.
//!
//! What an overlay adds keeps its places in the overlay, so that messages about it point there;
//! references in it resolve as if they stood in the document.

mod json_path;
mod parse;

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{MAX_DEPTH, Node, Object, Span, Value};
use crate::suggestion::did_you_mean;

use json_path::children;

/// The most values that all actions of an overlay may add, counting each time an action adds one.
const MAX_ADDED: usize = 2_000_000;

/// The keys of an action.
const ACTION_KEYS: [&str; 5] = ["target", "description", "update", "remove", "copy"];

/// Applies the actions of `overlay` to `document`, in order, each to what the one before left. The first
/// action that fails ends it; `false` where there was an error.
pub(super) fn apply(document: &mut Node, overlay: &Node, sink: &mut Sink) -> bool {
    let errors = sink.errors();
    let mut added = 0;
    for action in actions(overlay, sink) {
        if let Some(diagnostic) = action.apply(document, &mut added) {
            sink.report(diagnostic);
            break;
        }
    }
    sink.errors() == errors
}

/// A change to make.
struct Action<'o> {
    query: json_path::Query,
    /// Where the target stands.
    target: Span,
    /// What to merge; absent: the target is removed.
    update: Option<&'o Node>,
}

/// The actions; none where any of them, or the overlay, is malformed.
fn actions<'o>(overlay: &'o Node, sink: &mut Sink) -> Vec<Action<'o>> {
    let errors = sink.errors();
    let version = overlay.get("overlay").map(|version| match &version.value {
        Value::String(text) | Value::Number(text) => text.as_str(),
        _ => "",
    });
    if !version.is_some_and(|version| version.starts_with("1.")) {
        let place = overlay.get("overlay").unwrap_or(overlay).span;
        let what = match version {
            None => "this is not an overlay: it has no `overlay`".to_owned(),
            Some(version) => format!(
                "there is no overlay of version `{}`",
                version.escape_debug()
            ),
        };
        sink.report(
            invalid(place, what).help("it begins with its version, such as `overlay: 1.0.0`"),
        );
        return Vec::new();
    }
    let list = overlay.get("actions").and_then(Node::as_array);
    if list.is_none_or(<[Node]>::is_empty) {
        let place = overlay.get("actions").unwrap_or(overlay).span;
        sink.report(invalid(
            place,
            "an overlay has a list of `actions`, at least one",
        ));
    }
    let read: Vec<_> = list
        .unwrap_or_default()
        .iter()
        .filter_map(|node| action(node, sink))
        .collect();
    if sink.errors() == errors {
        return read;
    }
    Vec::new()
}

fn action<'o>(node: &'o Node, sink: &mut Sink) -> Option<Action<'o>> {
    let Some(object) = node.as_object() else {
        let message = format!("an action must be a mapping, but is {}", node.kind());
        sink.report(invalid(node.span, message));
        return None;
    };
    let errors = sink.errors();
    for member in object.members() {
        if !ACTION_KEYS.contains(&member.key.as_str()) && !member.key.starts_with("x-") {
            let message = format!("an action has no key `{}`", member.key.escape_debug());
            let help = did_you_mean(&member.key, ACTION_KEYS);
            let help = help.unwrap_or_else(|| "it has `target`, and `update` or `remove`".into());
            sink.report(invalid(member.key_span, message).help(help));
        }
    }
    if let Some(copy) = object.member("copy") {
        sink.report(
            invalid(copy.key_span, "`copy` is not supported")
                .help("write what is to be there under `update`"),
        );
    }
    let remove = match object
        .get("remove")
        .map(|remove| (remove, remove.as_bool()))
    {
        Some((remove, None)) => {
            sink.report(invalid(remove.span, "`remove` must be `true` or `false`"));
            return None;
        }
        Some((_, Some(remove))) => remove,
        None => false,
    };
    let update = object.get("update").filter(|_| !remove);
    // A misspelt key is one mistake, not two.
    if update.is_none() && !remove && sink.errors() == errors {
        sink.report(
            invalid(node.span, "this action does nothing")
                .help("give it an `update`, or `remove: true`"),
        );
    }
    let Some(target) = object.get("target") else {
        sink.report(invalid(node.span, "an action has no `target`"));
        return None;
    };
    let Some(text) = target.as_str() else {
        let message = format!("`target` must be text, but is {}", target.kind());
        sink.report(invalid(target.span, message));
        return None;
    };
    match parse::query(text) {
        Ok(query) => Some(Action {
            query,
            target: target.span,
            update,
        }),
        Err(reason) => {
            let message = format!("this target cannot be read: {reason}");
            sink.report(Diagnostic::new(
                &codes::OVERLAY_TARGET,
                target.span,
                message,
            ));
            None
        }
    }
}

fn invalid(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&codes::INVALID_OVERLAY, span, message)
}

impl Action<'_> {
    /// Makes the change; what keeps it from being made, if anything does. `added` is how many values
    /// were added so far.
    fn apply(&self, document: &mut Node, added: &mut usize) -> Option<Diagnostic> {
        let found = self.query.select(document);
        let targets: HashSet<*const Node> = found.into_iter().map(std::ptr::from_ref).collect();
        if targets.is_empty() {
            return Some(
                Diagnostic::new(
                    &codes::OVERLAY_MATCHES_NOTHING,
                    self.target,
                    "this target selects nothing",
                )
                .help("the document does not have it, or an action before removed it"),
            );
        }
        let Some(update) = self.update else {
            if targets.contains(&std::ptr::from_ref(document)) {
                return Some(invalid(self.target, "the whole document cannot be removed"));
            }
            remove(document, &targets);
            return None;
        };
        *added = added.saturating_add(size(update).saturating_mul(targets.len()));
        if *added > MAX_ADDED {
            return Some(invalid(
                self.target,
                format!("this overlay adds more than {MAX_ADDED} values"),
            ));
        }
        if let Err(mismatch) = update_all(document, &targets, update) {
            return Some(mismatch.diagnostic());
        }
        (depth(document) > MAX_DEPTH).then(|| {
            invalid(
                update.span,
                format!("with this, values nest deeper than {MAX_DEPTH} levels"),
            )
        })
    }
}

/// Removes the targets below a node.
fn remove(node: &mut Node, targets: &HashSet<*const Node>) {
    let kept = |node: &Node| !targets.contains(&std::ptr::from_ref(node));
    match &mut node.value {
        Value::Array(items) => {
            let mut keep = items.iter().map(kept).collect::<Vec<_>>().into_iter();
            for item in items.iter_mut() {
                remove(item, targets);
            }
            items.retain(|_| keep.next().unwrap_or(true));
        }
        Value::Object(object) => {
            let members = object.members().iter();
            let keep: Vec<_> = members.map(|member| kept(&member.value)).collect();
            let mut keep = keep.into_iter();
            for value in object.values_mut() {
                remove(value, targets);
            }
            object.retain(|_| keep.next().unwrap_or(true));
        }
        _ => {}
    }
}

/// Merges `update` into the targets, inner ones first: those are where they were found as long as
/// nothing around them changed.
fn update_all(
    node: &mut Node,
    targets: &HashSet<*const Node>,
    update: &Node,
) -> Result<(), Mismatch> {
    match &mut node.value {
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|item| update_all(item, targets, update))?,
        Value::Object(object) => object
            .values_mut()
            .try_for_each(|value| update_all(value, targets, update))?,
        _ => {}
    }
    if !targets.contains(&std::ptr::from_ref(node)) {
        return Ok(());
    }
    match &mut node.value {
        // To an array that is a target itself, anything can be appended.
        Value::Array(items) if update.as_array().is_none() => {
            items.push(update.clone());
            Ok(())
        }
        _ => merge(node, update),
    }
}

/// Two values that cannot be merged, and their kinds.
struct Mismatch {
    update: (Span, &'static str),
    target: (Span, &'static str),
}

impl Mismatch {
    fn diagnostic(&self) -> Diagnostic {
        let message = format!("{} cannot be merged into {}", self.update.1, self.target.1);
        invalid(self.update.0, message)
            .also(self.target.0, "into this")
            .help("remove what is there by an action before this one")
    }
}

/// Objects are merged member by member, arrays are appended, other values replaced.
fn merge(target: &mut Node, update: &Node) -> Result<(), Mismatch> {
    match (&mut target.value, &update.value) {
        (Value::Object(into), Value::Object(from)) => merge_members(into, from),
        (Value::Array(into), Value::Array(from)) => {
            into.extend_from_slice(from);
            Ok(())
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
            Err(Mismatch {
                update: (update.span, update.kind()),
                target: (target.span, target.kind()),
            })
        }
        _ => {
            *target = update.clone();
            Ok(())
        }
    }
}

fn merge_members(into: &mut Object, from: &Object) -> Result<(), Mismatch> {
    for member in from.members() {
        match into.get_mut(&member.key) {
            Some(value) => merge(value, &member.value)?,
            None => {
                // It was not there a moment ago.
                let _ = into.insert(member.clone());
            }
        }
    }
    Ok(())
}

/// How many values there are in a tree.
fn size(root: &Node) -> usize {
    let mut count = 0;
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        count += 1;
        pending.extend(children(node));
    }
    count
}

/// How deep the objects and arrays of a tree nest.
fn depth(root: &Node) -> usize {
    let mut deepest = 0;
    let mut pending = vec![(root, 1)];
    while let Some((node, depth)) = pending.pop() {
        if matches!(node.value, Value::Object(_) | Value::Array(_)) {
            deepest = deepest.max(depth);
        }
        pending.extend(children(node).map(|child| (child, depth + 1)));
    }
    deepest
}
