//! Parameters of the query. Names are compared as servers read them, however they are written; those in
//! another case are others.

use crate::upstream::decoded;

use super::Exists;

pub(super) fn set(target: &mut String, name: &str, exists: Exists, value: &str) {
    match exists {
        Exists::Override => remove(target, name),
        Exists::Skip if has(target, name) => return,
        Exists::Skip | Exists::Append => {}
    }
    target.push(if target.contains('?') { '&' } else { '?' });
    target.push_str(name);
    target.push('=');
    target.push_str(value);
}

pub(super) fn remove(target: &mut String, name: &str) {
    if !has(target, name) {
        return;
    }
    let Some((path, query)) = target.split_once('?') else {
        return;
    };
    let others = query.split('&').filter(|pair| !is_named(pair, name));
    let mut left = path.to_owned();
    for (position, pair) in others.enumerate() {
        left.push(if position == 0 { '?' } else { '&' });
        left.push_str(pair);
    }
    *target = left;
}

fn has(target: &str, name: &str) -> bool {
    let query = target.split_once('?').map(|(_, query)| query);
    query.is_some_and(|query| query.split('&').any(|pair| is_named(pair, name)))
}

fn is_named(pair: &str, name: &str) -> bool {
    let own = pair.split('=').next().unwrap_or_default();
    decoded(own).eq(decoded(name))
}
