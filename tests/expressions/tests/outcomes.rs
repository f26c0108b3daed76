//! What the expressions evaluate to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

use std::collections::HashMap;

use cel::objects::Key;
use gatewright::Raw;
use gatewright::expr::{Timestamp, Value, items};
use gatewright::http::{HeaderMap, HeaderValue};
use gatewright_expressions::{Context, random, vectors};

/// A value as the vectors write it.
fn describe(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Uint(value) => format!("{value}u"),
        Value::Double(value) => format!("{value:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::Bytes(bytes) => format!("b{bytes:?}"),
        Value::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", describe(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::List(_) | Value::Json(_) => {
            let items: Vec<_> = items(value).unwrap().map(|item| describe(&item)).collect();
            format!("[{}]", items.join(", "))
        }
        other => format!("{other:?}"),
    }
}

/// The same of the interpreter's.
fn described(value: &cel::Value) -> String {
    match value {
        cel::Value::Null => "null".to_owned(),
        cel::Value::Bool(value) => value.to_string(),
        cel::Value::Int(value) => value.to_string(),
        cel::Value::UInt(value) => format!("{value}u"),
        cel::Value::Float(value) => format!("{value:?}"),
        cel::Value::String(text) => format!("{text:?}"),
        cel::Value::List(list) => {
            let items: Vec<_> = list.iter().map(described).collect();
            format!("[{}]", items.join(", "))
        }
        other => format!("{other:?}"),
    }
}

/// The values of one context.
struct Values {
    whole: [i64; 2],
    unsigned: u64,
    numbers: [f64; 2],
    booleans: [bool; 2],
    texts: [&'static str; 2],
    list: &'static [i64],
    words: &'static [&'static str],
    maybe: Option<i64>,
}

impl Values {
    fn evaluate(&self, case: &gatewright_expressions::Case) -> String {
        let list = format!("{:?}", self.list);
        let words = format!("{:?}", self.words);
        let mut headers = HeaderMap::new();
        headers.append("x-one", HeaderValue::from_static("1"));
        headers.append("x-one", HeaderValue::from_static("2"));
        let raw = |text| Raw::parse(str::as_bytes(text)).unwrap();
        let context = Context {
            i: self.whole[0],
            j: self.whole[1],
            u: self.unsigned,
            d: self.numbers[0],
            e: self.numbers[1],
            b: self.booleans[0],
            c: self.booleans[1],
            s: self.texts[0],
            t: self.texts[1],
            numbers: raw(&list),
            words: raw(&words),
            ages: raw(r#"{"ann": 31, "bob": 27}"#),
            any: raw(r#"{"name": "Rex", "age": 3, "tags": ["x", 1, 2.5]}"#),
            at: Timestamp::parse("2024-02-29T23:45:30.250Z").unwrap(),
            address: "10.20.30.40".parse().unwrap(),
            headers,
            maybe: self.maybe,
        };
        match (case.evaluate)(&context) {
            Ok(value) => describe(&value),
            Err(_) => "error".to_owned(),
        }
    }

    fn interpret(&self, program: &cel::Program) -> String {
        let mut context = cel::Context::default();
        let given: HashMap<Key, cel::Value> = self
            .maybe
            .iter()
            .map(|value| (Key::from("maybe"), cel::Value::Int(*value)))
            .collect();
        let ages: HashMap<Key, cel::Value> = [("ann", 31), ("bob", 27)]
            .map(|(name, age)| (Key::from(name), cel::Value::Int(age)))
            .into();
        let values: [(&str, cel::Value); 13] = [
            ("i", self.whole[0].into()),
            ("j", self.whole[1].into()),
            ("u", self.unsigned.into()),
            ("d", self.numbers[0].into()),
            ("e", self.numbers[1].into()),
            ("b", self.booleans[0].into()),
            ("c", self.booleans[1].into()),
            ("s", self.texts[0].into()),
            ("t", self.texts[1].into()),
            ("numbers", self.list.to_vec().into()),
            ("words", self.words.to_vec().into()),
            ("ages", ages.into()),
            ("given", given.into()),
        ];
        for (name, value) in values {
            context.add_variable_from_value(name, value);
        }
        match program.execute(&context) {
            Ok(value) => described(&value),
            Err(_) => "error".to_owned(),
        }
    }
}

const VECTORS: Values = Values {
    whole: [42, i64::MAX],
    unsigned: 7,
    numbers: [2.5, -1.0],
    booleans: [true, false],
    texts: ["Hello", "é"],
    list: &[1, 2, 3],
    words: &["alpha", "banana"],
    maybe: None,
};

#[test]
fn the_vectors_come_out_as_they_say() {
    let wrong: Vec<_> = vectors()
        .iter()
        .map(|case| (case, VECTORS.evaluate(case)))
        .filter(|(case, outcome)| outcome != case.outcome)
        .map(|(case, outcome)| format!("{} => {outcome}, not {}", case.text, case.outcome))
        .collect();
    assert!(vectors().len() > 150);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn random_expressions_come_out_as_interpreted() {
    let contexts = [
        VECTORS,
        Values {
            whole: [0, 1],
            unsigned: 0,
            numbers: [0.0, 1e300],
            booleans: [false, true],
            texts: ["", "a"],
            list: &[],
            words: &[],
            maybe: Some(5),
        },
        Values {
            whole: [-7, i64::MIN],
            unsigned: u64::MAX,
            numbers: [-0.0, 0.5],
            booleans: [true, true],
            texts: ["aab", "a"],
            list: &[0],
            words: &["a", "", "b"],
            maybe: Some(i64::MIN),
        },
        Values {
            whole: [3, -1],
            unsigned: 3,
            numbers: [f64::INFINITY, f64::NAN],
            booleans: [false, false],
            texts: ["\u{1F600}é", "é"],
            list: &[5, -5, i64::MAX, 0],
            words: &["é"],
            maybe: None,
        },
    ];
    let (mut wrong, mut values, mut errors) = (Vec::new(), 0, 0);
    for case in random() {
        let program = cel::Program::compile(case.text).unwrap();
        for context in &contexts {
            let (own, interpreted) = (context.evaluate(case), context.interpret(&program));
            if own == "error" {
                errors += 1;
            } else {
                values += 1;
            }
            if own != interpreted {
                wrong.push(format!(
                    "{} => {own}, interpreted: {interpreted}",
                    case.text
                ));
            }
        }
    }
    assert!(
        values > 500 && errors > 100,
        "{values} values, {errors} errors"
    );
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
