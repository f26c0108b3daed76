//! Each rule against values that keep and break it, and the words of the violations.

use crate::json::Raw;
use crate::rule::{Property, Rule, Schema, Types};
use crate::{SchemaId, Table};

fn table(schemas: Vec<Schema>) -> Table {
    Table {
        schemas: schemas.into(),
    }
}

fn schema(types: Types, rules: Vec<Rule>) -> Schema {
    Schema {
        types,
        rules: rules.into(),
    }
}

fn property(name: &'static str, id: u32) -> Property {
    Property {
        name: name.into(),
        schema: SchemaId(id),
    }
}

fn violations(table: &Table, text: &str) -> Vec<String> {
    match table.check(SchemaId(0), Raw::parse(text.as_bytes()).unwrap()) {
        Ok(()) => Vec::new(),
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

/// An object with a name, a limit, and nothing else.
fn pets() -> Table {
    table(vec![
        schema(
            Types::OBJECT,
            vec![
                Rule::Properties(vec![property("limit", 1), property("name", 2)].into()),
                Rule::Required(vec!["name".into()].into()),
                Rule::AdditionalProperties(SchemaId(3)),
            ],
        ),
        schema(
            Types::INTEGER,
            vec![Rule::Minimum("1".into()), Rule::Maximum("100".into())],
        ),
        schema(Types::STRING, vec![Rule::MinLength(1)]),
        Schema::NONE,
    ])
}

#[test]
fn reports_every_violation_of_an_object() {
    assert_eq!(
        violations(&pets(), r#"{"limit": 1e2, "name": "Rex"}"#),
        [""; 0]
    );
    assert_eq!(
        violations(&pets(), r#"{"limit": 500, "nam": "Rex"}"#),
        [
            "/limit: expected an integer of at least 1 and at most 100, got the number 500 [maximum]",
            r#"/nam: expected one of the members "limit", "name", got the member "nam" [additionalProperties]; did you mean "name"?"#,
            "/name: expected a string of at least 1 character, got nothing [required]",
        ]
    );
}
