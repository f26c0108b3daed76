//! The tree against the description: unknown, missing and conflicting keys, wrong types, malformed texts.

use crate::diagnostic::{Diagnostic, Sink, codes};
use crate::source::{Member, Node, Object, Span, Value};
use crate::suggestion::{did_you_mean, nearest};

use super::shape::{Format, Mapping, Presence, Shape};
use super::{quantity, template};

/// From how many keys on a message does not list them all.
const LISTED_AT_MOST: usize = 8;

/// Reports all that is wrong with the form of the manifest.
pub(super) fn manifest(root: &Node, description: &'static Mapping, sink: &mut Sink) {
    mapping(root, description, description.name, sink);
}

/// Checks one value; `place` names it in messages.
fn value(node: &Node, shape: &'static Shape, place: &str, sink: &mut Sink) {
    match (shape, &node.value) {
        (Shape::Any, _) | (Shape::Boolean, Value::Boolean(_)) => {}
        (Shape::Text(format), Value::String(text)) => formatted(node, text, format, sink),
        (Shape::Template(format), Value::String(text)) => {
            templated(node, text, format, place, sink);
        }
        (Shape::Duration, Value::String(text)) => {
            if let Err(reason) = quantity::duration(text) {
                invalid(node.span, text, "a duration such as `30s`", reason, sink);
            }
        }
        (Shape::Size, Value::String(text) | Value::Number(text)) => {
            if let Err(reason) = quantity::size(text) {
                invalid(node.span, text, "a size such as `4MiB`", reason, sink);
            }
        }
        (Shape::Count { most }, Value::Number(text)) => {
            if quantity::count(text, *most).is_none() {
                let reason = "it is out of range, or not whole";
                invalid(node.span, text, &shape.words(), reason, sink);
            }
        }
        (Shape::Choice(words) | Shape::ChoiceOr { words, .. }, Value::String(text))
            if words.contains(&text.as_str()) => {}
        (Shape::Choice(words) | Shape::ChoiceOr { words, .. }, Value::String(text)) => {
            let help = did_you_mean(text, words.iter().copied());
            let message = format!("{place} must be {}, not `{text}`", shape.words());
            report(
                Diagnostic::new(&codes::INVALID_VALUE, node.span, message),
                help,
                sink,
            );
        }
        (Shape::OneOrList(item), Value::String(_)) => value(node, item, place, sink),
        (Shape::List(item) | Shape::OneOrList(item), Value::Array(items)) => {
            list(node, items, item, place, sink);
        }
        (Shape::AllOr(_), Value::String(text)) if text == "all" => {}
        (Shape::AllOr(shape), Value::Array(_)) => value(node, shape, place, sink),
        (
            Shape::Mapping(description)
            | Shape::ChoiceOr {
                mapping: description,
                ..
            },
            Value::Object(_),
        ) => mapping(node, description, place, sink),
        (Shape::Map { names, values }, Value::Object(object)) => {
            for member in object.members() {
                if let Some(reason) = names.problem(&member.key) {
                    invalid(member.key_span, &member.key, names.name, &reason, sink);
                }
                value(&member.value, values, &format!("`{}`", member.key), sink);
            }
        }
        _ => wrong_type(
            node,
            &shape.words(),
            matches!(shape, Shape::Text(_) | Shape::Template(_)),
            place,
            sink,
        ),
    }
}

fn list(node: &Node, items: &[Node], item: &'static Shape, place: &str, sink: &mut Sink) {
    if items.is_empty() {
        sink.report(
            Diagnostic::new(
                &codes::INVALID_VALUE,
                node.span,
                format!("{place} is empty"),
            )
            .help("give at least one item"),
        );
    }
    for node in items {
        value(node, item, &format!("an item of {place}"), sink);
    }
}

fn mapping(node: &Node, description: &'static Mapping, place: &str, sink: &mut Sink) {
    let Value::Object(object) = &node.value else {
        no_mapping(node, description, place, sink);
        return;
    };
    // A key that is probably misspelt is not missing as well: one mistake, one message.
    let mut meant = Vec::new();
    for member in object.members() {
        match description.key(&member.key) {
            Some(key) => value(&member.value, &key.shape, &format!("`{}`", key.name), sink),
            None => meant.extend(unknown(member, description, sink)),
        }
    }
    for key in description.keys {
        match key.presence {
            Presence::Required if object.get(key.name).is_none() && !meant.contains(&key.name) => {
                let message = format!("{} has no `{}`", description.name, key.name);
                sink.report(
                    Diagnostic::new(&codes::MISSING_KEY, start_of(node), message).help(format!(
                        "add `{}`: {}",
                        key.name,
                        key.shape.words()
                    )),
                );
            }
            Presence::NotWith(other) => not_together(object, key.name, other, sink),
            Presence::Required | Presence::Optional(_) => {}
        }
    }
    exactly_one(node, object, description, sink);
    if description.not_empty && object.members().is_empty() {
        let message = format!("{place} says nothing: {} needs a key", description.name);
        report(
            Diagnostic::new(&codes::INVALID_VALUE, node.span, message),
            Some(format!(
                "give it {}, or leave it out",
                key_list(description)
            )),
            sink,
        );
    }
}

/// Reports an unknown key, and gives back the one that was probably meant.
fn unknown(
    member: &Member,
    description: &'static Mapping,
    sink: &mut Sink,
) -> Option<&'static str> {
    let name = &member.key;
    let diagnostic = |message| Diagnostic::new(&codes::UNKNOWN_KEY, member.key_span, message);
    if description.not_yet.contains(&name.as_str()) {
        sink.report(diagnostic(format!("`{name}` is not supported")).help(
            "this version of Gatewright does not have it yet; what it cannot enforce it does not accept",
        ));
        return None;
    }
    let instead = description.instead.iter().find(|(other, _)| other == name);
    if let Some((_, help)) = instead {
        let message = format!("{} has no key `{name}`", description.name);
        sink.report(diagnostic(message).help(*help));
        return None;
    }
    let meant = nearest(name, description.keys.iter().map(|key| key.name));
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if description.keys.len() <= LISTED_AT_MOST => {
            format!("its keys are {}", key_list(description))
        }
        None => "the reference of the manifest lists its keys".into(),
    };
    let message = format!("{} has no key `{}`", description.name, shown(name));
    sink.report(diagnostic(message).help(help));
    meant
}

fn not_together(object: &Object, name: &str, other: &str, sink: &mut Sink) {
    if let (Some(here), Some(there)) = (object.member(name), object.member(other)) {
        sink.report(
            Diagnostic::new(
                &codes::CONFLICTING_KEYS,
                here.key_span,
                format!("`{name}` means nothing together with `{other}`"),
            )
            .also(there.key_span, format!("`{other}` is here"))
            .help("remove one of the two"),
        );
    }
}

fn exactly_one(node: &Node, object: &Object, description: &'static Mapping, sink: &mut Sink) {
    if description.one_of.is_empty() {
        return;
    }
    let mut present = description
        .one_of
        .iter()
        .filter_map(|name| object.member(name));
    let choice = choice(description.one_of);
    let Some(first) = present.next() else {
        let message = format!("{} needs one of {choice}", description.name);
        report(
            Diagnostic::new(&codes::MISSING_KEY, start_of(node), message),
            example(description),
            sink,
        );
        return;
    };
    for other in present {
        let message = format!("{} has only one of {choice}", description.name);
        sink.report(
            Diagnostic::new(&codes::CONFLICTING_KEYS, other.key_span, message)
                .also(first.key_span, format!("`{}` is here already", first.key))
                .help("remove one, or make two entries of it"),
        );
    }
}

fn formatted(node: &Node, text: &str, format: &'static Format, sink: &mut Sink) {
    if let Some(reason) = format.problem(text) {
        invalid(node.span, text, format.name, &reason, sink);
    }
}

fn templated(node: &Node, text: &str, format: &'static Format, place: &str, sink: &mut Sink) {
    if let Err(error) = template::parse(text, node.span) {
        let place = template::part_of(node.span, text, error.range);
        sink.report(
            Diagnostic::new(&codes::INVALID_VALUE, place, error.reason)
                .help("`${NAME}` stands for a variable of `environment`"),
        );
    } else if let Some(reason) = format.problem(text) {
        // The text may be a secret that should not be there: it is not repeated.
        sink.report(Diagnostic::new(
            &codes::INVALID_VALUE,
            node.span,
            format!("{place} is not {}: {reason}", format.name),
        ));
    }
}

fn invalid(span: Span, text: &str, what: &str, reason: &str, sink: &mut Sink) {
    sink.report(
        Diagnostic::new(
            &codes::INVALID_VALUE,
            span,
            format!("`{}` is not {what}", shown(text)),
        )
        .help(reason),
    );
}

fn wrong_type(node: &Node, wanted: &str, text: bool, place: &str, sink: &mut Sink) {
    let message = format!("{place} must be {wanted}, but is {}", node.kind());
    let help = match &node.value {
        Value::Null => Some("give it a value, or leave the key out".into()),
        Value::Number(literal) if text => Some(format!("put it in quotes: `\"{literal}\"`")),
        Value::Boolean(literal) if text => Some(format!("put it in quotes: `\"{literal}\"`")),
        _ => None,
    };
    report(
        Diagnostic::new(&codes::WRONG_TYPE, node.span, message),
        help,
        sink,
    );
}

fn no_mapping(node: &Node, description: &'static Mapping, place: &str, sink: &mut Sink) {
    let message = format!("{place} must be a mapping, but is {}", node.kind());
    let help = match &node.value {
        Value::Null => Some("give it a value, or leave the key out".into()),
        _ => example(description),
    };
    report(
        Diagnostic::new(&codes::WRONG_TYPE, node.span, message),
        help,
        sink,
    );
}

/// An example of a mapping, where it fits into a line.
fn example(description: &'static Mapping) -> Option<String> {
    let line = description.example.trim_end();
    let fits = !line.is_empty() && !line.contains('\n');
    fits.then(|| format!("for example: `{line}`"))
}

fn report(diagnostic: Diagnostic, help: Option<String>, sink: &mut Sink) {
    sink.report(match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    });
}

/// A place for what is missing in a mapping: its beginning, rather than all of its lines.
fn start_of(node: &Node) -> Span {
    match node.as_object().and_then(|object| object.members().first()) {
        Some(member) => member.key_span,
        None => node.span,
    }
}

/// The text as a message shows it: one line, not too long.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(60)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

fn key_list(description: &Mapping) -> String {
    let names: Vec<_> = description.keys.iter().map(|key| key.name).collect();
    choice(&names)
}

/// `a`, `b` and `c`.
fn choice(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
