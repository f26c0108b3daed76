//! The cases of `parameter-cases.json`: the tables of OpenAPI 3.2.0, the tests of RFC 6570, and those
//! of another implementation.

use std::path::PathBuf;

use gatewright_schema::json::Reader;
use serde_json::Value as Json;

use super::super::style::expand;
use crate::rest::{Location, Parameter, Style, Value};

/// The cases, each with the text of its value, whose members are in an order that matters; `None`
/// where the folder with the shared material is not there.
fn cases() -> Option<Vec<(Json, String)>> {
    let folder = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read(folder.join("parameter-cases.json")) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "no parameter-cases.json in {}; set GATEWRIGHT_SHARED",
            folder.display()
        );
        println!("skipped: no parameter-cases.json in {}", folder.display());
        return None;
    };
    let cases: Vec<Json> = serde_json::from_slice(&text).expect("a list of cases");
    Some(cases.into_iter().zip(values(&text)).collect())
}

fn values(text: &[u8]) -> Vec<String> {
    let mut values = Vec::new();
    let mut reader = Reader::new(text);
    let (mut first, mut first_member) = (true, true);
    reader.begin_array().unwrap();
    while reader.next_item(&mut first).unwrap() {
        reader.begin_object().unwrap();
        while let Some(key) = reader.next_key(&mut first_member).unwrap() {
            let value = reader.raw().unwrap();
            if key == "value" {
                values.push(value.as_str().to_owned());
            }
        }
        first_member = true;
    }
    values
}

#[derive(Debug, PartialEq)]
enum Expected {
    /// One of these.
    Text(Vec<String>),
    Refused,
}

/// What is expected here: what the case says, in the notation of the current text.
fn expected(case: &Json) -> Expected {
    let text = |name: &str| case[name].as_str().unwrap_or_default();
    let style = text("style");
    let explode = case["explode"].as_bool() == Some(true);
    let go = text("source").starts_with("oapi-codegen");
    if go {
        match (style, text("kind"), explode) {
            // Defined since OpenAPI 3.1.1, though not in that implementation.
            ("spaceDelimited", "object" | "dict", false) => {
                return Expected::Text(vec!["id=firstName%20Alex%20role%20admin".into()]);
            }
            ("pipeDelimited", "object" | "dict", false) => {
                return Expected::Text(vec!["id=firstName%7CAlex%7Crole%7Cadmin".into()]);
            }
            // `explode` means nothing to this style (OpenAPI 3.2.0), so it is not asked for.
            ("deepObject", "object", false) => {
                return Expected::Text(vec!["id%5BfirstName%5D=Alex&id%5Brole%5D=admin".into()]);
            }
            ("deepObject", "array", false) => {
                return Expected::Text(vec!["id%5B0%5D=3&id%5B1%5D=4&id%5B2%5D=5".into()]);
            }
            _ => {}
        }
    }
    if case["error"].as_bool() == Some(true) {
        return Expected::Refused;
    }
    // A `/` in a path, also one that is encoded twice or kept encoded, is never sent.
    if text("in") == "path" && style == "simple+allowReserved" && has_slash(&case["value"]) {
        return Expected::Refused;
    }
    let alternatives: Vec<&str> = match &case["expected"] {
        Json::String(one) => vec![one],
        Json::Array(many) => many.iter().filter_map(Json::as_str).collect(),
        other => panic!("unexpected {other}"),
    };
    let current = |text: &str| {
        let text = text.strip_prefix('?').unwrap_or(text);
        // The delimiters and brackets are percent-encoded since OpenAPI 3.0.4.
        if go {
            let text = text.replace(' ', "%20").replace('|', "%7C");
            text.replace('[', "%5B").replace(']', "%5D")
        } else {
            text.to_owned()
        }
    };
    Expected::Text(alternatives.into_iter().map(current).collect())
}

fn has_slash(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains("%2F"),
        Json::Array(items) => items.iter().any(has_slash),
        Json::Object(members) => members.values().any(has_slash),
        _ => false,
    }
}

fn parameter(case: &Json) -> Parameter {
    let (style, allow_reserved) = match case["style"].as_str().unwrap_or_default() {
        "matrix" => (Style::Matrix, false),
        "label" => (Style::Label, false),
        "simple" => (Style::Simple, false),
        "simple+allowReserved" => (Style::Simple, true),
        "form" | "cookie" => (Style::Form, false),
        "spaceDelimited" => (Style::SpaceDelimited, false),
        "pipeDelimited" => (Style::PipeDelimited, false),
        "deepObject" => (Style::DeepObject, false),
        other => panic!("unknown style {other}"),
    };
    let location = match case["in"].as_str().unwrap_or_default() {
        "path" => Location::Path,
        "query" => Location::Query,
        "header" => Location::Header,
        "cookie" => Location::Cookie,
        other => panic!("unknown location {other}"),
    };
    let name = case["name"].as_str().unwrap_or_default().to_owned();
    Parameter {
        argument: 0,
        name: name.leak(),
        location,
        style,
        explode: case["explode"].as_bool().unwrap_or(false),
        allow_reserved,
    }
}

#[test]
fn published_tables() {
    let Some(cases) = cases() else { return };
    assert_eq!(cases.len(), 185);
    let mut wrong = Vec::new();
    for (case, text) in &cases {
        let mut out = String::new();
        let got = match expand(&parameter(case), Value::Json(text), &mut out) {
            Ok(()) => Expected::Text(vec![out]),
            Err(_) => Expected::Refused,
        };
        let expected = expected(case);
        let right = match (&got, &expected) {
            (Expected::Text(got), Expected::Text(expected)) => {
                got.iter().all(|got| expected.contains(got))
            }
            (got, expected) => got == expected,
        };
        if !right {
            wrong.push(format!("{case}\n  got {got:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
