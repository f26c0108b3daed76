//! What the evaluator says, and the bounds it keeps; what it decides is tested against the suite.

use crate::json::{MAX_DEPTH, Raw};
use crate::rule::{Discriminator, Format, Pattern, PatternProperty, Property, Rule, Schema, Types};
use crate::violation::MAX_REPORTED;
use crate::{SchemaId, Table, Violations};

use super::MAX_CHAIN;

fn table<const N: usize>(schemas: [Schema; N]) -> Table {
    Table {
        schemas: Vec::from(schemas).into(),
    }
}

fn schema<const N: usize>(types: Types, rules: [Rule; N]) -> Schema {
    Schema {
        types,
        rules: Vec::from(rules).into(),
    }
}

fn ids<const N: usize>(ids: [u32; N]) -> crate::rule::List<SchemaId> {
    ids.into_iter().map(SchemaId).collect()
}

fn properties<const N: usize>(names: [(&'static str, u32); N]) -> Rule {
    Rule::Properties(
        names
            .into_iter()
            .map(|(name, id)| Property {
                name: name.into(),
                schema: SchemaId(id),
            })
            .collect(),
    )
}

fn required<const N: usize>(names: [&'static str; N]) -> Rule {
    Rule::Required(names.into_iter().map(Into::into).collect())
}

fn constant(text: &'static str) -> Schema {
    schema(Types::ANY, [Rule::Enumeration(vec![text.into()].into())])
}

fn pattern(text: &'static str, lookaround: bool) -> Pattern {
    Pattern {
        source: text.into(),
        translated: text.into(),
        lookaround,
    }
}

fn check(table: &Table, text: &str) -> Result<(), Violations> {
    table.check(SchemaId(0), Raw::parse(text.as_bytes()).unwrap())
}

fn violations(table: &Table, text: &str) -> Vec<String> {
    match check(table, text) {
        Ok(()) => Vec::new(),
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

const VALID: [&str; 0] = [];

#[test]
fn reports_every_violation_of_an_object() {
    let table = table([
        schema(
            Types::OBJECT,
            [
                properties([("limit", 1), ("name", 2), ("a/b", 1)]),
                required(["name"]),
                Rule::AdditionalProperties(SchemaId(3)),
            ],
        ),
        schema(
            Types::INTEGER,
            [Rule::Minimum("1".into()), Rule::Maximum("100".into())],
        ),
        schema(Types::STRING, [Rule::MinLength(1)]),
        Schema::NONE,
    ]);
    assert_eq!(
        violations(&table, r#"{"limit": 1e2, "name": "Rex"}"#),
        VALID
    );
    assert_eq!(
        violations(&table, r#"{"limit": 500, "nam": "Rex", "a/b": "x"}"#),
        [
            "/limit: expected an integer of at least 1 and at most 100, got the number 500 [maximum]",
            r#"/nam: expected one of the members "limit", "name", "a/b", got the member "nam" [additionalProperties]; did you mean "name"?"#,
            r#"/a~1b: expected an integer of at least 1 and at most 100, got the string "x" [type]"#,
            "/name: expected a string of at least 1 character, got nothing [required]",
        ]
    );
    assert_eq!(
        violations(&table, "[]"),
        ["(root): expected an object, got the array [] [type]"]
    );
}

#[test]
fn describes_scalars() {
    let table = table([
        schema(
            Types::OBJECT,
            [properties([
                ("id", 1),
                ("size", 2),
                ("code", 3),
                ("when", 4),
                ("half", 5),
                ("either", 6),
            ])],
        ),
        schema(Types::INTEGER, [Rule::Format(Format::Int32)]),
        schema(
            Types::STRING,
            [Rule::Enumeration(
                vec![r#""small""#.into(), r#""large""#.into()].into(),
            )],
        ),
        schema(
            Types::STRING,
            [
                Rule::Pattern(pattern("^[A-Z]{2}$", false)),
                Rule::MaxLength(2),
            ],
        ),
        schema(Types::STRING, [Rule::Format(Format::Date)]),
        schema(
            Types::NUMBER,
            [
                Rule::MultipleOf("0.5".into()),
                Rule::ExclusiveMinimum("0".into()),
            ],
        ),
        schema(Types::STRING.union(Types::NULL), []),
    ]);
    let long = format!(r#"{{"code": "{}"}}"#, "é".repeat(80));
    assert_eq!(
        violations(
            &table,
            r#"{"id": 3000000000, "size": "smal", "when": "1.2.2026", "half": 0.3, "either": 1}"#
        ),
        [
            "/id: expected an integer of 32 bits, got the number 3000000000 [format]",
            r#"/size: expected one of "small", "large", got the string "smal" [enum]; did you mean "small"?"#,
            r#"/when: expected a string that is a date, such as 2026-01-31, got the string "1.2.2026" [format]"#,
            "/half: expected a number that is a multiple of 0.5 greater than 0, got the number 0.3 [multipleOf]",
            "/either: expected a string or null, got the number 1 [type]",
        ]
    );
    let shown = format!("the string \"{}…", "é".repeat(59));
    assert_eq!(
        violations(&table, &long),
        [
            format!(
                "/code: expected a string that matches the pattern ^[A-Z]{{2}}$ of at most 2 characters, got {shown} [pattern]"
            ),
            format!(
                "/code: expected a string that matches the pattern ^[A-Z]{{2}}$ of at most 2 characters, got {shown} [maxLength]"
            ),
        ]
    );
}

#[test]
fn describes_arrays() {
    let table = table([
        schema(
            Types::ARRAY,
            [
                Rule::PrefixItems(ids([1])),
                Rule::Items(SchemaId(2)),
                Rule::MinItems(3),
                Rule::UniqueItems,
                Rule::Contains {
                    schema: SchemaId(1),
                    min: 2,
                    max: None,
                },
            ],
        ),
        schema(Types::INTEGER, []),
        Schema::NONE,
    ]);
    assert_eq!(
        violations(&table, r#"["a", "a"]"#),
        [
            r#"/0: expected an integer, got the string "a" [type]"#,
            r#"/1: expected no more than 1 item, got the string "a" [items]"#,
            "(root): expected an array of at least 3 items, got an array of 2 items [minItems]",
            "(root): expected at least 2 items that match: an integer, got 0 items that match [minContains]",
            r#"(root): expected an array whose items differ, got the string "a" at 0 and at 1 [uniqueItems]"#,
        ]
    );
}

/// A cat or a dog, told apart by `kind`.
fn animals(discriminator: bool) -> Table {
    let mapping = vec![("cat".into(), SchemaId(1)), ("dog".into(), SchemaId(2))].into();
    let discriminator = discriminator.then(|| Discriminator {
        property: "kind".into(),
        mapping,
    });
    table([
        schema(
            Types::ANY,
            [Rule::OneOf {
                schemas: ids([1, 2, 3]),
                discriminator,
            }],
        ),
        schema(
            Types::OBJECT,
            [
                properties([("kind", 4), ("lives", 6)]),
                required(["kind", "lives"]),
            ],
        ),
        schema(
            Types::OBJECT,
            [
                properties([("kind", 5), ("age", 6)]),
                required(["kind", "age"]),
            ],
        ),
        schema(Types::NULL, []),
        constant(r#""cat""#),
        constant(r#""dog""#),
        schema(Types::INTEGER, []),
    ])
}

#[test]
fn speaks_about_the_alternative_that_was_meant() {
    let dog = r#"{"kind": "dog", "lives": 9, "age": "old"}"#;
    assert_eq!(
        violations(&animals(false), dog),
        [
            r#"/age: expected an integer, got the string "old" [type]; so the closest of 3 alternatives (oneOf) asks"#
        ]
    );
    assert_eq!(
        violations(&animals(true), dog),
        [r#"/age: expected an integer, got the string "old" [type]"#]
    );
    assert_eq!(
        violations(&animals(true), r#"{"kind": "bird"}"#),
        [r#"/kind: expected one of "cat", "dog", got the string "bird" [oneOf]"#]
    );
    assert_eq!(
        violations(&animals(false), "5"),
        ["(root): expected an object, or null, got the number 5 [oneOf]"]
    );
    assert_eq!(
        violations(&animals(true), r#"{"kind": "cat", "lives": 9}"#),
        VALID
    );
}

#[test]
fn says_when_too_many_alternatives_match() {
    let both = table([
        schema(
            Types::ANY,
            [Rule::OneOf {
                schemas: ids([1, 2]),
                discriminator: None,
            }],
        ),
        schema(Types::INTEGER, []),
        schema(Types::NUMBER, []),
    ]);
    assert_eq!(violations(&both, "1.5"), VALID);
    assert_eq!(
        violations(&both, "1"),
        [
            "(root): expected a value that matches exactly one alternative, got the number 1, which matches 2 [oneOf]"
        ]
    );
}

#[test]
fn negation_is_described() {
    let table = table([
        schema(Types::ANY, [Rule::Not(SchemaId(1))]),
        schema(Types::STRING, []),
    ]);
    assert_eq!(violations(&table, "1"), VALID);
    assert_eq!(
        violations(&table, r#""x""#),
        [r#"(root): expected anything but a string, got the string "x" [not]"#]
    );
}

#[test]
fn members_of_one_name_are_refused_at_any_depth() {
    let any = table([Schema::ANY]);
    assert_eq!(
        violations(&any, r#"{"a": [{"b": 1, "\u0062": 2}]}"#),
        [
            r#"/a/0/b: expected an object whose members have different names, got a second member "b" [json]"#
        ]
    );
}

#[test]
fn the_outermost_resource_decides_a_dynamic_reference() {
    // A list whose items are decided by whoever refers to it.
    let reference = Rule::DynamicReference {
        initial: SchemaId(3),
        candidates: vec![(0, SchemaId(4)), (1, SchemaId(3))].into(),
    };
    let schemas = table([
        schema(
            Types::ANY,
            [Rule::Resource(0), Rule::Reference(SchemaId(1))],
        ),
        schema(Types::ARRAY, [Rule::Resource(1), Rule::Items(SchemaId(2))]),
        schema(Types::ANY, [reference]),
        Schema::ANY,
        schema(Types::STRING, []),
    ]);
    let check = |root, text: &str| {
        schemas
            .check(SchemaId(root), Raw::parse(text.as_bytes()).unwrap())
            .is_ok()
    };
    assert!(check(0, r#"["a"]"#));
    assert!(!check(0, "[1]"), "the outer resource wants strings");
    assert!(check(1, "[1]"), "the list alone wants nothing");
    assert!(check(2, "1"), "no resource on the way");
}

#[test]
fn a_resource_that_was_left_decides_nothing() {
    let reference = Rule::DynamicReference {
        initial: SchemaId(3),
        candidates: vec![(7, SchemaId(4))].into(),
    };
    let schemas = table([
        schema(Types::ANY, [Rule::AllOf(ids([1, 2]))]),
        schema(Types::ANY, [Rule::Resource(7)]),
        schema(Types::ANY, [reference]),
        Schema::ANY,
        Schema::NONE,
    ]);
    assert_eq!(violations(&schemas, "1"), VALID);
}

#[test]
fn references_in_a_circle_end() {
    let direct = table([schema(Types::ANY, [Rule::Reference(SchemaId(0))])]);
    assert_eq!(violations(&direct, "1").len(), 1);
    let negated = table([schema(Types::ANY, [Rule::Not(SchemaId(0))])]);
    assert!(check(&negated, "1").is_err());
    let branching = table([
        schema(
            Types::ANY,
            [
                Rule::AnyOf(ids([1, 0])),
                Rule::AllOf(ids([0, 0])),
                Rule::OneOf {
                    schemas: ids([0, 0]),
                    discriminator: None,
                },
            ],
        ),
        Schema::NONE,
    ]);
    assert!(check(&branching, "1").is_err());
}

/// A chain of references, at its end an array of such chains.
fn chains(length: u32) -> Table {
    let mut schemas: Vec<Schema> = (1..=length)
        .map(|next| schema(Types::ANY, [Rule::AllOf(ids([next]))]))
        .collect();
    schemas.push(schema(Types::ARRAY, [Rule::Items(SchemaId(0))]));
    Table {
        schemas: schemas.into(),
    }
}

#[test]
fn depth_is_bounded_within_the_stack_of_a_worker_thread() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    let test = move || {
        assert!(check(&chains(1), &nested(MAX_DEPTH)).is_ok());
        assert!(check(&chains(30), &nested(7)).is_ok());
        assert!(check(&chains(30), &nested(MAX_DEPTH)).is_err());
        let length = u32::try_from(MAX_CHAIN).unwrap();
        assert!(check(&chains(length), "[]").is_ok());
        assert!(check(&chains(length + 1), "[]").is_err());
        let broken = format!("{}1{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        let choices = table([
            schema(Types::ANY, [Rule::AnyOf(ids([1, 2]))]),
            schema(
                Types::ARRAY,
                [
                    Rule::Items(SchemaId(0)),
                    Rule::UnevaluatedItems(SchemaId(0)),
                ],
            ),
            schema(Types::OBJECT, []),
        ]);
        assert!(check(&choices, &broken).is_err());
        let any = table([Schema::ANY]);
        let objects = r#"{"a":"#.repeat(MAX_DEPTH) + "1" + &"}".repeat(MAX_DEPTH);
        assert!(check(&any, &objects).is_ok());
    };
    let thread = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(test)
        .unwrap();
    thread.join().unwrap();
}

#[test]
fn work_is_bounded() {
    // Each level asks twice for the next: 2^40 ways without a bound.
    let mut schemas: Vec<Schema> = (1..=40)
        .map(|next| schema(Types::ANY, [Rule::AnyOf(ids([next, next]))]))
        .collect();
    schemas.push(Schema::NONE);
    let table = Table {
        schemas: schemas.into(),
    };
    assert_eq!(
        violations(&table, "1"),
        [
            "(root): expected a value that can be checked in bounded time, got one that takes too many steps [json]"
        ]
    );
}

#[test]
fn a_pattern_that_takes_too_long_refuses() {
    let slow = Rule::Pattern(pattern("(?=x*)(a|a?)+b\\1?$", true));
    let broken = Rule::Pattern(pattern("(a", false));
    for rule in [slow, broken] {
        let table = table([
            schema(Types::STRING, [Rule::Not(SchemaId(1))]),
            schema(Types::STRING, [rule]),
        ]);
        let text = format!("\"{}\"", "a".repeat(5000));
        let violations = check(&table, &text).expect_err("undecided is not valid");
        assert_eq!(violations.iter().next().unwrap().rule, "pattern");
    }
}

#[test]
fn a_long_list_of_violations_is_cut() {
    let table = table([
        schema(Types::ARRAY, [Rule::Items(SchemaId(1))]),
        schema(Types::STRING, []),
    ]);
    let violations = check(&table, &format!("[{}1]", "1,".repeat(99))).unwrap_err();
    assert_eq!(violations.iter().count(), MAX_REPORTED);
    assert_eq!(violations.len(), 100);
}

#[test]
fn a_schema_that_does_not_exist_admits_nothing() {
    let table = table([schema(Types::ANY, [Rule::Not(SchemaId(9))])]);
    assert!(check(&table, "1").is_err());
}

#[test]
fn patterns_of_names_apply_besides_properties() {
    let entry = PatternProperty {
        pattern: pattern("^x-", false),
        schema: SchemaId(1),
    };
    let table = table([
        schema(
            Types::OBJECT,
            [
                properties([("x-a", 2)]),
                Rule::PatternProperties(vec![entry].into()),
                Rule::PropertyNames(SchemaId(3)),
            ],
        ),
        schema(Types::STRING, []),
        schema(Types::ANY, [Rule::MinLength(2)]),
        schema(Types::ANY, [Rule::MaxLength(3)]),
    ]);
    assert_eq!(violations(&table, r#"{"x-a": "ab", "y": 1}"#), VALID);
    assert_eq!(
        violations(&table, r#"{"x-a": "a", "x-b": 1, "long": 1}"#),
        [
            r#"/x-a: expected a value of at least 2 characters, got the string "a" [minLength]"#,
            "/x-b: expected a string, got the number 1 [type]",
            r#"/long: expected a member whose name is a value of at most 3 characters, got the name "long" [propertyNames]"#,
        ]
    );
}

#[test]
fn many_properties_and_many_required_names() {
    let names: Vec<String> = (0..300).map(|n| format!("member{n}")).collect();
    let list = names.iter().map(|name| Property {
        name: name.clone().into(),
        schema: SchemaId(1),
    });
    let object = schema(
        Types::OBJECT,
        [
            Rule::Properties(list.collect()),
            Rule::Required(names.iter().map(|name| name.clone().into()).collect()),
        ],
    );
    let table = table([object, schema(Types::INTEGER, [])]);
    let text = |names: &[String]| {
        let members: Vec<String> = names
            .iter()
            .rev()
            .map(|name| format!("\"{name}\":1"))
            .collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(violations(&table, &text(&names)), VALID);
    assert_eq!(
        violations(&table, &text(&names[..299])),
        ["/member299: expected an integer, got nothing [required]"]
    );
}
