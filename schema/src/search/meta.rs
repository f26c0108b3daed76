//! The three tools that a server in search mode lists in place of its catalogue.

use std::borrow::Cow::Borrowed;

use crate::rule::{Property, Rule, Schema, Types};
use crate::{SchemaId, Table};

/// How many tools a search gives where the caller does not say.
pub const DEFAULT_LIMIT: usize = 10;

/// A tool about the catalogue.
#[derive(Debug)]
pub struct MetaTool {
    /// Its name; no tool of the catalogue has it.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// For models.
    pub description: &'static str,
    /// The published schema of its arguments.
    pub input_schema: &'static str,
    /// The same as rules; the arguments are the first schema, and its properties the slots.
    pub rules: Table,
}

/// Finds tools by words.
pub static SEARCH: MetaTool = MetaTool {
    name: "search_tools",
    title: "Search tools",
    description: "Finds tools of this server by what they do. Gives the names and one line about each, best \
                  first. Search again in other words if nothing fits.",
    input_schema: r#"{"type":"object","properties":{"query":{"type":"string","description":"What the tool is to do, in a few words, such as: create an invoice.","minLength":1,"maxLength":400},"limit":{"type":"integer","description":"How many tools at most.","minimum":1,"maximum":50,"default":10}},"required":["query"],"additionalProperties":false}"#,
    rules: Table::new(&[
        Schema {
            types: Types::OBJECT,
            rules: Borrowed(&[
                Rule::Properties(Borrowed(&[
                    Property {
                        name: Borrowed("query"),
                        schema: SchemaId(1),
                    },
                    Property {
                        name: Borrowed("limit"),
                        schema: SchemaId(2),
                    },
                ])),
                Rule::Required(Borrowed(&[Borrowed("query")])),
                Rule::AdditionalProperties(SchemaId(3)),
            ]),
        },
        Schema {
            types: Types::STRING,
            rules: Borrowed(&[Rule::MinLength(1), Rule::MaxLength(400)]),
        },
        Schema {
            types: Types::INTEGER,
            rules: Borrowed(&[Rule::Minimum(Borrowed("1")), Rule::Maximum(Borrowed("50"))]),
        },
        Schema::NONE,
    ]),
};

/// Says all about tools that are known by name.
pub static DESCRIBE: MetaTool = MetaTool {
    name: "describe_tool",
    title: "Describe tools",
    description: "Gives the whole description of tools and the schemas of their arguments. Read it before you \
                  call a tool for the first time.",
    input_schema: r#"{"type":"object","properties":{"names":{"type":"array","items":{"type":"string"},"description":"The names of the tools, as search_tools gives them.","minItems":1,"maxItems":20}},"required":["names"],"additionalProperties":false}"#,
    rules: Table::new(&[
        Schema {
            types: Types::OBJECT,
            rules: Borrowed(&[
                Rule::Properties(Borrowed(&[Property {
                    name: Borrowed("names"),
                    schema: SchemaId(1),
                }])),
                Rule::Required(Borrowed(&[Borrowed("names")])),
                Rule::AdditionalProperties(SchemaId(3)),
            ]),
        },
        Schema {
            types: Types::ARRAY,
            rules: Borrowed(&[
                Rule::Items(SchemaId(2)),
                Rule::MinItems(1),
                Rule::MaxItems(20),
            ]),
        },
        Schema {
            types: Types::STRING,
            rules: Borrowed(&[]),
        },
        Schema::NONE,
    ]),
};

/// Calls a tool of the catalogue.
pub static CALL: MetaTool = MetaTool {
    name: "call_tool",
    title: "Call a tool",
    description: "Calls a tool of this server. The arguments must match the schema that describe_tool gives.",
    input_schema: r#"{"type":"object","properties":{"name":{"type":"string","description":"The name of the tool, as search_tools gives it."},"arguments":{"type":"object","description":"The arguments of the tool, as an object."}},"required":["name"],"additionalProperties":false}"#,
    rules: Table::new(&[
        Schema {
            types: Types::OBJECT,
            rules: Borrowed(&[
                Rule::Properties(Borrowed(&[
                    Property {
                        name: Borrowed("name"),
                        schema: SchemaId(1),
                    },
                    Property {
                        name: Borrowed("arguments"),
                        schema: SchemaId(2),
                    },
                ])),
                Rule::Required(Borrowed(&[Borrowed("name")])),
                Rule::AdditionalProperties(SchemaId(3)),
            ]),
        },
        Schema {
            types: Types::STRING,
            rules: Borrowed(&[]),
        },
        Schema {
            types: Types::OBJECT,
            rules: Borrowed(&[]),
        },
        Schema::NONE,
    ]),
};

/// All three, as they are listed.
pub static ALL: [&MetaTool; 3] = [&SEARCH, &DESCRIBE, &CALL];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{ALL, CALL, DESCRIBE, SEARCH};
    use crate::SchemaId;
    use crate::decode::object;

    #[test]
    fn what_is_published_is_what_is_checked() {
        let many: Vec<String> = (0..21).map(|number| number.to_string()).collect();
        let samples = [
            json!({}),
            json!({"query": ""}),
            json!({"query": "pets"}),
            json!({"query": "x".repeat(400)}),
            json!({"query": "x".repeat(401)}),
            json!({"query": 1}),
            json!({"query": "pets", "limit": 0}),
            json!({"query": "pets", "limit": 1}),
            json!({"query": "pets", "limit": 50}),
            json!({"query": "pets", "limit": 51}),
            json!({"query": "pets", "limit": 1.5}),
            json!({"query": "pets", "more": 1}),
            json!({"names": []}),
            json!({"names": ["a"]}),
            json!({"names": &many[..20]}),
            json!({"names": many}),
            json!({"names": [1]}),
            json!({"names": "a"}),
            json!({"name": "a"}),
            json!({"name": 1}),
            json!({"name": "a", "arguments": {"b": [1, {}]}}),
            json!({"name": "a", "arguments": null}),
            json!({"name": "a", "arguments": "{}"}),
            json!({"name": "a", "b": 1}),
            json!([]),
        ];
        for tool in ALL {
            let schema: Value = serde_json::from_str(tool.input_schema).unwrap();
            let judge = jsonschema::validator_for(&schema).unwrap();
            let properties = schema["properties"].as_object().unwrap();
            for sample in &samples {
                let text = sample.to_string();
                let mut slots = vec![crate::decode::Slot::ABSENT; properties.len()];
                let checked = object(&tool.rules, SchemaId(0), text.as_bytes(), &mut slots);
                assert_eq!(
                    checked.is_ok(),
                    judge.is_valid(sample),
                    "{} {text}",
                    tool.name
                );
            }
        }
        assert_eq!(
            [SEARCH.name, DESCRIBE.name, CALL.name],
            ["search_tools", "describe_tool", "call_tool"]
        );
    }
}
