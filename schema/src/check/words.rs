//! Schemas and values in words that a person or a language model can act on.

use crate::json::{Kind, Reader};
use crate::rule::{Format, Rule, Schema, Types};
use crate::{SchemaId, Table};

/// A value is shown by about that many characters.
const MAX_SHOWN: usize = 60;

/// Of a list, that many entries are shown.
const MAX_LISTED: usize = 16;

/// References are followed that far for a description.
const MAX_HOPS: usize = 8;

/// What the schema at a position expects.
pub(super) fn reference(table: &Table, id: SchemaId) -> String {
    table
        .schemas
        .get(id.0 as usize)
        .map_or_else(|| "a value".to_owned(), |found| schema(table, found))
}

/// What a schema expects of the value itself; what it expects of its parts is said about them.
pub(super) fn schema(table: &Table, schema: &Schema) -> String {
    let mut schema = schema;
    for _ in 0..MAX_HOPS {
        match &*schema.rules {
            [Rule::Reference(id)] if schema.types == Types::ANY => {
                match table.schemas.get(id.0 as usize) {
                    Some(next) => schema = next,
                    None => break,
                }
            }
            _ => break,
        }
    }
    for rule in &*schema.rules {
        if let Rule::Enumeration(values) = rule {
            let texts = values.iter().map(|text| shorten(text));
            let joined = join(texts);
            return if values.len() == 1 {
                joined
            } else {
                format!("one of {joined}")
            };
        }
    }
    let mut words = types(schema.types);
    let mut bounded = false;
    for qualifier in schema
        .rules
        .iter()
        .filter_map(|rule| qualifier(rule, schema.types))
    {
        match qualifier.strip_prefix(" of ").filter(|_| bounded) {
            Some(bound) => words.extend([" and ", bound]),
            None => words.push_str(&qualifier),
        }
        bounded |= qualifier.starts_with(" of at ");
    }
    words
}

/// What a rule adds to the name of the type.
fn qualifier(rule: &Rule, types: Types) -> Option<String> {
    let of = |kind: Types| types.intersects(kind);
    Some(match rule {
        Rule::Minimum(bound) if of(Types::NUMBER) => format!(" of at least {bound}"),
        Rule::Maximum(bound) if of(Types::NUMBER) => format!(" of at most {bound}"),
        Rule::ExclusiveMinimum(bound) if of(Types::NUMBER) => format!(" greater than {bound}"),
        Rule::ExclusiveMaximum(bound) if of(Types::NUMBER) => format!(" less than {bound}"),
        Rule::MultipleOf(divisor) if of(Types::NUMBER) => {
            format!(" that is a multiple of {divisor}")
        }
        Rule::MinLength(least) if of(Types::STRING) => {
            format!(" of at least {}", count(*least, "character"))
        }
        Rule::MaxLength(most) if of(Types::STRING) => {
            format!(" of at most {}", count(*most, "character"))
        }
        Rule::Pattern(pattern) if of(Types::STRING) => {
            format!(" that matches the pattern {}", shorten(&pattern.source))
        }
        Rule::Format(Format::Int32) if of(Types::NUMBER) => " of 32 bits".to_owned(),
        Rule::Format(Format::Int64) if of(Types::NUMBER) => " of 64 bits".to_owned(),
        Rule::Format(format) => format!(" that is {}", format.words()),
        _ => return None,
    })
}

fn types(types: Types) -> String {
    const NAMES: [(Types, &str); 7] = [
        (Types::OBJECT, "an object"),
        (Types::ARRAY, "an array"),
        (Types::STRING, "a string"),
        (Types::NUMBER, "a number"),
        (Types::INTEGER, "an integer"),
        (Types::BOOLEAN, "a boolean"),
        (Types::NULL, "null"),
    ];
    if types == Types::ANY {
        return "a value".to_owned();
    }
    let number = types.contains(Types::NUMBER);
    let names: Vec<&str> = NAMES
        .iter()
        .filter(|(kind, _)| types.contains(*kind) && !(number && *kind == Types::INTEGER))
        .map(|(_, name)| *name)
        .collect();
    if names.is_empty() {
        "no value".to_owned()
    } else {
        names.join(" or ")
    }
}

/// The value at a position.
pub(super) fn next(mut start: Reader<'_>) -> String {
    start
        .raw()
        .map_or_else(|error| error.to_string(), |raw| value(raw.as_str()))
}

/// A value, from its text.
pub(super) fn value(text: &str) -> String {
    let kind = match Reader::over(text).peek() {
        Ok(Kind::String) => "the string ",
        Ok(Kind::Number) => "the number ",
        Ok(Kind::Array) => "the array ",
        Ok(Kind::Object) => "the object ",
        Ok(Kind::Null | Kind::Boolean) | Err(_) => "",
    };
    format!("{kind}{}", shorten(text))
}

/// A name as a JSON string.
pub(super) fn quoted(name: &str) -> String {
    let mut text = Vec::new();
    crate::json::string_into(name, &mut text);
    shorten(&String::from_utf8_lossy(&text))
}

/// Names, quoted, as a list.
pub(super) fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    join(names.map(quoted))
}

fn join(mut texts: impl Iterator<Item = String>) -> String {
    let shown: Vec<String> = texts.by_ref().take(MAX_LISTED).collect();
    let mut joined = shown.join(", ");
    let more = texts.count();
    if more > 0 {
        joined.extend([", and ", &more.to_string(), " more"]);
    }
    joined
}

/// A number of things.
pub(super) fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// The beginning of a text that is too long to show.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
