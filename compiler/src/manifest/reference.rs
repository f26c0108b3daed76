//! The reference of the manifest, as Markdown.

use std::fmt::Write as _;

use super::formats;
use super::keys;
use super::shape::{Format, Key, Mapping, Presence, Shape};

const INTRODUCTION: &str = "\
# The manifest

<!-- Generated from compiler/src/manifest/keys: change it there. -->

A gateway is described by `gateway.yaml`. Every key either changes what the gateway does or is an error:
keys that are not listed here are refused, and so are values that could mean nothing. All problems are
told at once, each with its place and a code that `gatewright explain CODE` explains.

`${NAME}` in a value stands for a variable of `environment`, where the key says so, and for nothing else.
Editors can complete and check manifests with the JSON Schema in [gateway.schema.json](gateway.schema.json).
";

/// Everything there is to know about the keys of a manifest. The same bytes at every call.
pub fn reference() -> String {
    let mut out = INTRODUCTION.to_owned();
    for mapping in keys::ALL {
        // Writing to a string cannot fail.
        let _ = section(mapping, &mut out);
    }
    let _ = forms(&mut out);
    out
}

fn section(mapping: &Mapping, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n## {}\n\n{}\n", title(mapping.name), mapping.about)?;
    if !mapping.one_of.is_empty() {
        let names: Vec<_> = mapping
            .one_of
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        writeln!(out, "Exactly one of {} must be there.\n", names.join(", "))?;
    }
    if mapping.not_empty {
        writeln!(out, "At least one key must be there.\n")?;
    }
    writeln!(
        out,
        "| key | value | where absent | meaning |\n|---|---|---|---|"
    )?;
    for key in mapping.keys {
        let cells = [
            format!("`{}`", key.name),
            value(&key.shape),
            absent(mapping, key),
            key.about.to_owned(),
        ];
        writeln!(
            out,
            "| {} |",
            cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
        )?;
    }
    writeln!(out, "\n```yaml\n{}\n```", mapping.example.trim_end())
}

fn value(shape: &Shape) -> String {
    match shape {
        Shape::Text(format) => linked(format),
        Shape::Template(format) => format!("{} with `${{NAME}}`", linked(format)),
        Shape::Mapping(mapping) => format!("[{}](#{})", mapping.name, anchor(mapping.name)),
        Shape::ChoiceOr { words, mapping } => format!(
            "{}, or {}",
            Shape::Choice(words).words(),
            value(&Shape::Mapping(mapping))
        ),
        Shape::List(item) => format!("a list of: {}", value(item)),
        Shape::OneOrList(item) => format!("{}, or a list of them", value(item)),
        Shape::AllOr(shape) => format!("`all`, or {}", value(shape)),
        Shape::Map { names, values } => format!("by {}: {}", linked(names), value(values)),
        Shape::Boolean
        | Shape::Duration
        | Shape::Size
        | Shape::Count { .. }
        | Shape::Choice(_)
        | Shape::Any => shape.words(),
    }
}

fn absent(mapping: &Mapping, key: &Key) -> String {
    match key.presence {
        Presence::Required => "an error".into(),
        Presence::Optional("") if mapping.one_of.contains(&key.name) => "another is there".into(),
        Presence::Optional("") => String::new(),
        Presence::Optional(default) => default.into(),
        Presence::NotWith(other) => format!("not together with `{other}`"),
    }
}

fn forms(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n## Forms of text\n\n| form | rule | pattern |\n|---|---|---|"
    )?;
    let mut forms: Vec<&Format> = formats::ALL.to_vec();
    forms.sort_by_key(|format| format.name);
    for format in forms {
        // A table cell cannot hold a bare `|`, not even in code.
        let pattern = format.pattern.replace('|', "\\|");
        let rule = format.rule.replace('|', "\\|");
        writeln!(out, "| {} | {rule} | ``{pattern}`` |", format.name)?;
    }
    Ok(())
}

fn linked(format: &Format) -> String {
    format!("[{}](#forms-of-text)", format.name)
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The anchor that GitHub and most renderers give a heading.
fn anchor(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}
