//! Any schema and any value of it: written, judged by another parser, and read again.

use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

/// A schema with its hints.
#[derive(Clone, Debug)]
enum Schema {
    Text,
    Integer,
    Flag,
    List(Box<Schema>),
    Object(Vec<(At, Schema)>),
}

/// Where a member goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Element,
    Attribute,
    Text,
    CData,
    Inline,
}

const KEYS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];
const NAMES: [&str; 6] = ["n-1", "zwei", "три", "_4", "five", "one"];

fn scalars() -> impl Strategy<Value = Schema> + Clone {
    prop_oneof![
        Just(Schema::Text),
        Just(Schema::Integer),
        Just(Schema::Flag)
    ]
}

fn schemas() -> impl Strategy<Value = Schema> {
    let object = scalars().prop_map(|schema| Schema::Object(vec![(At::Element, schema)]));
    object.prop_recursive(4, 40, 6, |inner| {
        let part = prop_oneof![2 => scalars(), 3 => inner.clone()];
        let plain = prop::collection::vec((Just(At::Element), scalars()), 1..3);
        let member = prop_oneof![
            3 => (Just(At::Element), part.clone()),
            2 => (Just(At::Attribute), scalars()),
            1 => part.clone().prop_map(|item| (At::Element, Schema::List(Box::new(item)))),
            2 => part.prop_map(|item| (At::Inline, Schema::List(Box::new(item)))),
        ];
        let members = prop::collection::vec(member, 1..5);
        let text = prop_oneof![Just(None), Just(Some(At::Text)), Just(Some(At::CData))];
        prop_oneof![
            4 => (members, text).prop_map(|(mut members, text)| {
                members.extend(text.map(|at| (at, Schema::Text)));
                Schema::Object(members)
            }),
            1 => plain.prop_map(|plain| Schema::Object(vec![
                (At::Inline, Schema::Object(plain)),
                (At::Attribute, Schema::Integer),
            ])),
        ]
    })
}

/// Adds the shape of a schema, and tells its position.
fn shape(schema: &Schema, shapes: &mut Vec<Shape>) -> u32 {
    let position = shapes.len();
    let shape = match schema {
        Schema::Text => scalar(Types::STRING),
        Schema::Integer => scalar(Types::INTEGER.union(Types::NULL)),
        Schema::Flag => scalar(Types::BOOLEAN),
        Schema::List(item) => {
            shapes.push(Shape::ANY);
            let item = element(
                if matches!(**item, Schema::Text) {
                    ""
                } else {
                    "item"
                },
                self::shape(item, shapes),
            );
            shapes[position] = list(item);
            return u32::try_from(position).unwrap();
        }
        Schema::Object(members) => {
            shapes.push(Shape::ANY);
            let members = members.iter().enumerate().map(|(index, (at, schema))| {
                let name = name(NAMES[index]);
                // Names of items must not repeat, and neither may those of inlined members.
                let place = match (at, schema) {
                    (At::Element, _) => Place::Element(name),
                    (At::Attribute, _) => Place::Attribute(name),
                    (At::Text, _) => Place::Text,
                    (At::CData, _) => Place::CData,
                    (At::Inline, _) => Place::Inline(NAMES[index]),
                };
                let shape = self::shape(schema, shapes);
                if let (At::Inline, Schema::List(_)) = (at, schema)
                    && let Some(item) = &mut shapes[shape as usize].item
                {
                    item.place = Place::Element(Name::NONE);
                }
                Member {
                    required: true,
                    ..member(KEYS[index], Node { place, shape })
                }
            });
            let members = members.collect();
            shapes[position] = object(members);
            return u32::try_from(position).unwrap();
        }
    };
    shapes.push(shape);
    u32::try_from(position).unwrap()
}

fn strings(blank: bool) -> BoxedStrategy<Json> {
    let text = prop_oneof!["[a-z <>&\"'\\]\r\n\t]{0,8}", "\\PC{0,5}"];
    let text = text.prop_filter("XML has it", |text: &String| {
        text.chars().all(gatewright_schema::xml::is_character)
    });
    if blank {
        text.prop_map(Json::from).boxed()
    } else {
        text.prop_map(|text| Json::from(format!("x{text}"))).boxed()
    }
}

/// Values of a schema. Text beside members cannot be blank, and what is written nowhere is not there.
fn values(schema: &Schema, at: At) -> BoxedStrategy<Json> {
    match schema {
        Schema::Text => strings(!matches!(at, At::Text | At::CData)),
        Schema::Integer => prop_oneof![any::<i64>().prop_map(Json::from), Just(Json::Null)].boxed(),
        Schema::Flag => any::<bool>().prop_map(Json::from).boxed(),
        Schema::List(item) => {
            let items = values(item, At::Element);
            prop::collection::vec(items, 0..4)
                .prop_map(Json::from)
                .boxed()
        }
        Schema::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .enumerate()
                .map(|(index, (at, schema))| {
                    let value = values(schema, *at);
                    // A list without an element is never absent, and neither is what could be `null`.
                    let always = *at == At::Inline
                        || *at == At::Attribute && matches!(schema, Schema::Integer);
                    let value = if always {
                        value.prop_map(Some).boxed()
                    } else {
                        prop::option::weighted(0.8, value).boxed()
                    };
                    value.prop_map(move |value| (KEYS[index], value))
                })
                .collect();
            members
                .prop_map(|members| {
                    let given = members.into_iter();
                    let given = given.filter_map(|(key, value)| Some((key.to_owned(), value?)));
                    Json::Object(given.collect::<Map<_, _>>())
                })
                .boxed()
        }
    }
}

/// The value of an element by another parser and another reader of the schema.
fn judged(schema: &Schema, node: roxmltree::Node<'_, '_>, name: &str) -> Json {
    let nil = ("http://www.w3.org/2001/XMLSchema-instance", "nil");
    if node.attribute(nil) == Some("true") {
        return Json::Null;
    }
    let elements = || node.children().filter(roxmltree::Node::is_element);
    match schema {
        Schema::List(item) => {
            assert!(
                elements()
                    .all(|child| child.tag_name().name() == "item"
                        || child.tag_name().name() == name)
            );
            elements().map(|child| judged(item, child, name)).collect()
        }
        Schema::Object(members) => {
            let mut found = Map::new();
            for (index, (at, schema)) in members.iter().enumerate() {
                let name = NAMES[index];
                let mut named = elements().filter(|child| child.tag_name().name() == name);
                let value = match (at, schema) {
                    (At::Element, _) => named.next().map(|child| judged(schema, child, name)),
                    (At::Attribute, _) => match node.attribute(name) {
                        Some(text) => Some(typed(schema, text)),
                        None => matches!(schema, Schema::Integer).then_some(Json::Null),
                    },
                    (At::Text | At::CData, _) => {
                        let text: String = node
                            .children()
                            .filter(roxmltree::Node::is_text)
                            .filter_map(|node| node.text())
                            .collect();
                        (!text.is_empty()).then(|| Json::from(text))
                    }
                    (At::Inline, Schema::List(item)) => {
                        Some(named.map(|child| judged(item, child, name)).collect())
                    }
                    (At::Inline, _) => Some(judged(schema, node, name)),
                };
                if let Some(value) = value {
                    found.insert(KEYS[index].to_owned(), value);
                }
            }
            Json::Object(found)
        }
        scalar => {
            let text: String = node.children().filter_map(|node| node.text()).collect();
            typed(scalar, &text)
        }
    }
}

fn typed(schema: &Schema, text: &str) -> Json {
    match schema {
        Schema::Integer => text.parse::<i64>().map_or(json!("?"), Json::from),
        Schema::Flag => text.parse::<bool>().map_or(json!("?"), Json::from),
        _ => Json::from(text),
    }
}

/// An inlined object of which nothing was given cannot be told from none.
fn is_representable(schema: &Schema, value: &Json) -> bool {
    match (schema, value) {
        (Schema::Object(members), Json::Object(given)) => {
            members.iter().enumerate().all(|(index, (at, schema))| {
                let Some(value) = given.get(KEYS[index]) else {
                    return true;
                };
                let is_empty = value.as_object().is_some_and(Map::is_empty);
                !(*at == At::Inline && is_empty) && is_representable(schema, value)
            })
        }
        (Schema::List(item), Json::Array(items)) => {
            items.iter().all(|value| is_representable(item, value))
        }
        _ => true,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read((schema, value) in schemas().prop_flat_map(|schema| {
        let values = values(&schema, At::Element);
        (Just(schema), values)
    })) {
        prop_assume!(is_representable(&schema, &value));
        let mut shapes = Vec::new();
        shape(&schema, &mut shapes);
        let document = document("root", shapes);
        let xml = written(&document, &value).unwrap();
        let oracle = roxmltree::Document::parse(&xml).unwrap();
        prop_assert_eq!(&judged(&schema, oracle.root_element(), "root"), &value, "{}", xml);
        prop_assert_eq!(&parsed(Some(&document), &xml), &value, "{}", xml);
    }
}
