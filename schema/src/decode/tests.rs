//! Slots after a check, and the texts that do not pass it.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{Slot, object};
use crate::json::Raw;
use crate::rule::{Property, Rule, Schema, Types};
use crate::{SchemaId, Table};

fn table() -> Table {
    let names = [
        ("name", 1),
        ("limit", 2),
        ("ratio", 3),
        ("all", 4),
        ("tags", 5),
    ];
    let properties = names.map(|(name, id)| Property {
        name: name.into(),
        schema: SchemaId(id),
    });
    let of = |types| Schema {
        types,
        ..Schema::ANY
    };
    let root = Schema {
        types: Types::OBJECT,
        rules: vec![
            Rule::Properties(Vec::from(properties).into()),
            Rule::Required(vec!["name".into()].into()),
            Rule::AdditionalProperties(SchemaId(6)),
        ]
        .into(),
    };
    let schemas = vec![
        root,
        of(Types::STRING),
        of(Types::INTEGER.union(Types::NULL)),
        of(Types::NUMBER),
        of(Types::BOOLEAN),
        of(Types::ARRAY),
        Schema::NONE,
    ];
    Table {
        schemas: schemas.into(),
    }
}

fn decode(text: &str) -> Result<[Slot<'_>; 5], Vec<String>> {
    let mut slots = [Slot::ABSENT; 5];
    match object(&table(), SchemaId(0), text.as_bytes(), &mut slots) {
        Ok(()) => Ok(slots),
        Err(violations) => Err(violations.iter().map(ToString::to_string).collect()),
    }
}

#[test]
fn fills_the_slots_by_position() {
    let text = r#" { "tags" : [1, "a"] , "name":"Rex","limit":1e1, "ratio": 1.50, "all": true } "#;
    let [name, limit, ratio, all, tags] = decode(text).unwrap();
    assert!(matches!(name.text(), Cow::Borrowed("Rex")));
    assert_eq!(limit.integer(), 10);
    assert_eq!(ratio.number().as_str(), "1.50");
    assert!(all.boolean());
    assert_eq!(tags.raw().as_str(), r#"[1, "a"]"#);
}

#[test]
fn absent_members_leave_their_slots_empty() {
    let [name, limit, ratio, all, tags] =
        decode(r#"{"n\u0061me": "a\nb", "limit": null}"#).unwrap();
    assert_eq!(name.optional_text().as_deref(), Some("a\nb"));
    assert_eq!(limit.optional_integer(), None);
    assert_eq!(limit.optional_raw(), Some(Raw::checked("null")));
    assert!(ratio.optional_number().is_none());
    assert_eq!(all.optional_boolean(), None);
    assert!(tags.optional_raw().is_none());
}

#[test]
fn getters_of_the_wrong_type_give_nothing() {
    let [name, ..] = decode(r#"{"name": "Rex"}"#).unwrap();
    assert_eq!(name.integer(), 0);
    assert_eq!(name.number().as_str(), "0");
    assert!(!name.boolean());
    assert_eq!(Slot::ABSENT.text(), "");
    assert_eq!(Slot::ABSENT.raw().as_str(), "null");
}

#[test]
fn no_text_is_an_object_without_members() {
    assert_eq!(
        decode("").unwrap_err(),
        ["/name: expected a string, got nothing [required]"]
    );
}

#[test]
fn reports_what_is_wrong() {
    assert_eq!(
        decode(r#"{"name": "a", "name": "b"}"#).unwrap_err(),
        [
            r#"/name: expected an object whose members have different names, got a second member "name" [json]"#
        ]
    );
    assert_eq!(
        decode(r#"{"name": "a"} {}"#).unwrap_err(),
        ["(root): expected JSON, got text after the value at byte 14 [json]"]
    );
    assert_eq!(
        decode(r#"{"Name": 1, "limit": 0.5}"#).unwrap_err(),
        [
            r#"/Name: expected one of the members "name", "limit", "ratio", "all", "tags", got the member "Name" [additionalProperties]; did you mean "name"?"#,
            "/limit: expected an integer or null, got the number 0.5 [type]",
            "/name: expected a string, got nothing [required]",
        ]
    );
}

proptest! {
    #[test]
    fn slots_hold_what_another_reader_finds(value in crate::arbitrary::json(), pretty in any::<bool>()) {
        let names = ["a", "b", "c", "", "ab"];
        let properties = names.map(|name| Property { name: name.into(), schema: SchemaId(1) });
        let root = Schema {
            types: Types::OBJECT,
            rules: vec![Rule::Properties(Vec::from(properties).into())].into(),
        };
        let table = Table { schemas: vec![root, Schema::ANY].into() };
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let mut slots = [Slot::ABSENT; 5];
        let result = object(&table, SchemaId(0), text.as_bytes(), &mut slots);
        prop_assert_eq!(result.is_ok(), value.is_object());
        if value.is_object() {
            for (slot, name) in slots.into_iter().zip(names) {
                let found = slot.optional_raw().map(|raw| serde_json::from_str(raw.as_str()).unwrap());
                prop_assert_eq!(found.as_ref(), value.get(name));
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..40), index in any::<prop::sample::Index>()) {
        let mut slots = [Slot::ABSENT; 5];
        prop_assert!(object(&table(), SchemaId(0), &text, &mut slots).is_err() || text.is_empty());
        let mut cut = br#"{"name":"\ud83d\ude00","limit":-1.5e3,"tags":[{"a":null}]}"#.to_vec();
        cut.truncate(index.index(cut.len()));
        prop_assert!(object(&table(), SchemaId(0), &cut, &mut slots).is_err());
    }
}
