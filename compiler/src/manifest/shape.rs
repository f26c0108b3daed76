//! The language in which the manifest is described: one description serves the reader, the reference
//! and the JSON Schema.

use std::sync::OnceLock;

use regex::Regex;

/// A mapping with known keys.
#[derive(Debug)]
pub(super) struct Mapping {
    /// With its article, for messages: `a server`.
    pub(super) name: &'static str,
    /// What it is for, in Markdown.
    pub(super) about: &'static str,
    /// Its keys, in the order that people write them.
    pub(super) keys: &'static [Key],
    /// Exactly one of these must be there; empty: no such rule.
    pub(super) one_of: &'static [&'static str],
    /// At least one key must be there, because without any it would do nothing.
    pub(super) not_empty: bool,
    /// Keys that the design has and this version does not.
    pub(super) not_yet: &'static [&'static str],
    /// Keys that people look for and that it does not need: what is done in their place.
    pub(super) instead: &'static [(&'static str, &'static str)],
    /// As it stands in a manifest, without its own key.
    pub(super) example: &'static str,
}

impl Mapping {
    /// What a mapping has that says nothing special: for the tables.
    pub(super) const PLAIN: Self = Self {
        name: "",
        about: "",
        keys: &[],
        one_of: &[],
        not_empty: false,
        not_yet: &[],
        instead: &[],
        example: "",
    };

    /// The description of a key.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

/// One key of a mapping.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) presence: Presence,
    /// What it means, in Markdown, one or two sentences.
    pub(super) about: &'static str,
}

/// Whether a key must be there.
#[derive(Debug)]
pub(super) enum Presence {
    Required,
    /// What holds where it is absent, in Markdown; empty: nothing.
    Optional(&'static str),
    /// Optional, and not together with the key named.
    NotWith(&'static str),
}

/// What a value looks like.
#[derive(Debug)]
pub(super) enum Shape {
    /// A text of a certain form.
    Text(&'static Format),
    /// A text in which `${NAME}` stands for a variable.
    Template(&'static Format),
    Boolean,
    /// `30s`
    Duration,
    /// `4MiB`
    Size,
    /// A whole number of at least 1.
    Count {
        /// The greatest.
        most: u32,
    },
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Any value.
    Any,
    /// A list with at least one item.
    List(&'static Shape),
    /// The shape, or a list of it.
    OneOrList(&'static Shape),
    /// The word `all`, or the shape.
    AllOr(&'static Shape),
    /// One of a few words, or a mapping with known keys.
    ChoiceOr {
        /// The words.
        words: &'static [&'static str],
        /// The mapping.
        mapping: &'static Mapping,
    },
    /// A mapping with known keys.
    Mapping(&'static Mapping),
    /// A mapping whose keys are the user's.
    Map {
        /// The form of the keys.
        names: &'static Format,
        /// The values.
        values: &'static Shape,
    },
}

impl Shape {
    /// The type with its article, for messages and the reference.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Text(format) => format.name.into(),
            Self::Template(format) => format!(
                "{}, in which `${{NAME}}` stands for a variable",
                format.name
            ),
            Self::Boolean => "`true` or `false`".into(),
            Self::Duration => "a duration such as `250ms`, `30s`, `5m`, `2h` or `1d`".into(),
            Self::Size => "a size such as `64KiB` or `4MiB`, or a number of bytes".into(),
            Self::Count { most } => format!("a whole number from 1 to {most}"),
            Self::Choice(words) => choice(words),
            Self::ChoiceOr { words, .. } => format!("{}, or a mapping", choice(words)),
            Self::Any => "any value".into(),
            Self::List(item) => format!("a list, each item {}", item.words()),
            Self::OneOrList(item) => format!("{}, or a list of them", item.words()),
            Self::AllOr(shape) => format!("`all`, or {}", shape.words()),
            Self::Mapping(_) => "a mapping".into(),
            Self::Map { names, .. } => format!("a mapping, each key {}", names.name),
        }
    }
}

/// The words in a sentence: `a`, `b` or `c`.
fn choice(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            format!("{} or {last}", rest.join(", "))
        }
        _ => quoted.concat(),
    }
}

/// A form of text.
#[derive(Debug)]
pub(super) struct Format {
    /// With its article: `a header name`.
    pub(super) name: &'static str,
    /// What it consists of, for people: `letters and digits`. Empty where the name says it.
    pub(super) rule: &'static str,
    /// The same as a regular expression, in the syntax that the regex crate and ECMAScript share.
    pub(super) pattern: &'static str,
    /// What the pattern cannot say: the reason to refuse a text.
    pub(super) refuse: fn(&str) -> Option<String>,
    /// The pattern, compiled when first needed.
    pub(super) compiled: OnceLock<Option<Regex>>,
}

impl Format {
    /// Why `text` is not of this form.
    pub(super) fn problem(&self, text: &str) -> Option<String> {
        let compiled = self.compiled.get_or_init(|| Regex::new(self.pattern).ok());
        if !compiled
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(text))
        {
            return Some(self.rule.into());
        }
        (self.refuse)(text)
    }
}
