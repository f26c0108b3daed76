//! Every string of a JSON document, keys too.

use serde_json::{Map, Value};

/// Every place, as a pointer; a key's ends with `~`.
pub(crate) fn places(root: &Value) -> Vec<String> {
    let mut places = Vec::new();
    walk(root, "", &mut places);
    places
}

fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
    match value {
        Value::String(_) => places.push(at.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{at}/{index}"), places);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                let at = format!("{at}/{key}");
                places.push(format!("{at}~"));
                walk(value, &at, places);
            }
        }
        _ => {}
    }
}

/// `root` with `text` in or behind one of its places.
pub(crate) fn changed(root: &Value, place: usize, text: &str, appended: bool) -> Value {
    let mut left = Some(place);
    copy(root, &mut left, &|before: &str| {
        if appended {
            format!("{before}{text}")
        } else {
            text.to_owned()
        }
    })
}

/// Copies in the order of [`walk`]; `left` counts the places down to the one that is changed.
fn copy(value: &Value, left: &mut Option<usize>, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(visit(text, left, change)),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| copy(item, left, change)).collect())
        }
        Value::Object(members) => {
            let copied: Map<_, _> = members
                .iter()
                .map(|(key, value)| (visit(key, left, change), copy(value, left, change)))
                .collect();
            Value::Object(copied)
        }
        other => other.clone(),
    }
}

fn visit(text: &str, left: &mut Option<usize>, change: &dyn Fn(&str) -> String) -> String {
    match *left {
        Some(0) => {
            *left = None;
            change(text)
        }
        Some(more) => {
            *left = Some(more - 1);
            text.to_owned()
        }
        None => text.to_owned(),
    }
}
