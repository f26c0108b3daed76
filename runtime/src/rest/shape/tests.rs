//! The machine against a slow one that has the whole value before it.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{Fate, LeftOut, Level, Projection, Refusal, Shape};

const PLAIN: Shape = Shape {
    levels: &[],
    max_items: None,
    max_bytes: None,
    headers: &[],
    masks: &[],
};

fn leaked(shape: Shape) -> &'static Shape {
    Box::leak(Box::new(shape))
}

/// What is kept of a text that comes in these pieces.
fn pieces<'p>(
    shape: &'static Shape,
    pieces: impl IntoIterator<Item = &'p [u8]>,
) -> Result<(String, Vec<LeftOut>), Refusal> {
    let mut projection = Projection::new(shape);
    for piece in pieces {
        projection.push(piece)?;
    }
    let (text, left_out) = projection.finish()?;
    Ok((String::from_utf8(text).unwrap(), left_out))
}

fn whole(shape: Shape, text: &str) -> Result<(String, Vec<LeftOut>), Refusal> {
    pieces(leaked(shape), [text.as_bytes()])
}

/// `/pets/*/id` and `/pets/*/name` selected, `/pets/*/owner/email` left out of nothing.
static PETS: &[Level] = &[
    Level {
        members: &[("pets", Fate::Into(1)), ("next", Fate::Keep)],
        others: Fate::Drop,
        scalars: false,
    },
    Level {
        members: &[],
        others: Fate::Into(2),
        scalars: false,
    },
    Level {
        members: &[("id", Fate::Keep), ("na/me", Fate::Keep)],
        others: Fate::Drop,
        scalars: false,
    },
];

#[test]
fn members_are_kept_by_what_their_names_mean() {
    let text = r#" { "\u0070ets" : [ {"id": 1.50, "na\/me":"a\"b", "age": {"x":[]}}, 7, null, {"name":1}, [2] ] ,
        "pets": "secret", "total": 3, "next": {"a" : [1, 2]}, "id": 1 } "#;
    let shape = Shape {
        levels: PETS,
        ..PLAIN
    };
    let (kept, left_out) = whole(shape, text).unwrap();
    assert_eq!(
        kept,
        r#"{"\u0070ets":[{"id":1.50,"na\/me":"a\"b"},null,null,{},[]],"pets":null,"next":{"a":[1,2]}}"#
    );
    assert_eq!(left_out, []);
}

#[test]
fn arrays_are_shortened() {
    let shape = || Shape {
        max_items: Some(2),
        ..PLAIN
    };
    let left_out = |pointer: &str, kept, total| LeftOut {
        pointer: pointer.to_owned(),
        kept,
        total,
    };
    assert_eq!(
        whole(shape(), "[[1,2,3],2,3]").unwrap(),
        ("[[1,2,3],2]".to_owned(), vec![left_out("", 2, 3)])
    );
    assert_eq!(
        whole(
            shape(),
            r#"{"a/b":[1,2,{"c":[1,2,3]}],"d":[1],"e":{"f":[1,2,3]}}"#
        )
        .unwrap(),
        (
            r#"{"a/b":[1,2],"d":[1],"e":{"f":[1,2,3]}}"#.to_owned(),
            vec![left_out("/a~1b", 2, 3)]
        )
    );
}

#[test]
fn answers_are_made_to_fit() {
    let shape = |max_bytes| Shape {
        max_bytes: Some(max_bytes),
        ..PLAIN
    };
    let text = r#"{"items":["aaaa","bbbb","cccc"],"total":3}"#;
    assert_eq!(whole(shape(text.len()), text).unwrap().0, text);
    let (kept, left_out) = whole(shape(text.len() - 1), text).unwrap();
    assert_eq!(kept, r#"{"items":["aaaa","bbbb"],"total":3}"#);
    assert_eq!((left_out[0].kept, left_out[0].total), (2, 3));
    assert_eq!(
        whole(shape(22), text).unwrap().0,
        r#"{"items":[],"total":3}"#
    );
    assert_eq!(whole(shape(21), text), Err(Refusal::TooLarge(21)));
    assert_eq!(whole(shape(3), "\"abc\""), Err(Refusal::TooLarge(3)));
    // An item that is far greater than all that is kept.
    let text = format!(
        r#"{{"items":[1,{{"x":{{"y":"{}","z":[1]}}}},2],"n":[3]}}"#,
        "long".repeat(100)
    );
    let (kept, left_out) = whole(shape(24), &text).unwrap();
    assert_eq!(kept, r#"{"items":[1],"n":[3]}"#);
    assert_eq!((left_out[0].kept, left_out[0].total), (1, 3));
}

#[test]
fn what_is_left_out_must_be_json_too() {
    for (text, what) in [
        ("", "an end before the value's"),
        ("{", "an end before the value's"),
        ("[1,]", "a byte that starts no value"),
        ("[1}", "an item followed by neither `,` nor `]`"),
        ("{} {}", "text after the value"),
        (r#"{"a":01}"#, "a member followed by neither `,` nor `}`"),
        (r#"{"a":1.}"#, "a number that is none"),
        (r#"{"a":"\ud800"}"#, "half of a surrogate pair"),
        (r#"{"a":"\x"}"#, "an unknown escape"),
        (r#"{"a":truE}"#, "a word other than a literal"),
        (r#"{"a" 1}"#, "a member without `:`"),
        ("{1:2}", "a member whose name is no string"),
        ("{\"a\":\"\n\"}", "a control character in a string"),
    ] {
        let shape = Shape {
            levels: PETS,
            ..PLAIN
        };
        match whole(shape, text) {
            Err(Refusal::Syntax(error)) => assert_eq!(error.what, what, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    let deep = "[".repeat(129);
    assert!(whole(PLAIN, &deep).is_err());
    let deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(whole(PLAIN, &deep).unwrap().0, deep);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        "[a-c\u{e9}\u{1f600}\"\\\\\n]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-d]", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Keep),
        Just(Fate::Drop),
        Just(Fate::Mask(0)),
        (0..3usize).prop_map(Fate::Into)
    ]
}

fn any_levels() -> impl Strategy<Value = Vec<Level>> {
    let level = (
        prop::collection::btree_map("[a-d]", any_fate(), 0..3),
        any_fate(),
        any::<bool>(),
    )
        .prop_map(|(members, others, scalars)| Level {
            members: members
                .into_iter()
                .map(|(name, fate)| (&*name.leak(), fate))
                .collect::<Vec<_>>()
                .leak(),
            others,
            scalars,
        });
    prop::collection::vec(level, 3)
}

/// What is kept of a value, by recursion over the whole.
fn reference(levels: &[Level], fate: Fate, value: &Value) -> Option<Value> {
    let level = match fate {
        Fate::Keep => return Some(value.clone()),
        Fate::Drop => return None,
        Fate::Mask(_) => return Some(serde_json::json!({ "masked": [1] })),
        Fate::Into(level) => &levels[level],
    };
    Some(match value {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| reference(levels, level.others, item))
            .collect(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(name, value)| {
                let fate = level.members.iter().find(|(known, _)| known == name);
                let fate = fate.map_or(level.others, |(_, fate)| *fate);
                Some((name.clone(), reference(levels, fate, value)?))
            })
            .collect::<Map<_, _>>()
            .into(),
        scalar if level.scalars => scalar.clone(),
        _ => Value::Null,
    })
}

/// The arrays that may be shortened.
fn arrays(value: &mut Value) -> Vec<&mut Vec<Value>> {
    match value {
        Value::Array(items) => vec![items],
        Value::Object(members) => members
            .values_mut()
            .filter_map(Value::as_array_mut)
            .collect(),
        _ => Vec::new(),
    }
}

/// The text in pieces that end after the given numbers of bytes.
fn cut<'t>(mut text: &'t [u8], lengths: &[usize]) -> Vec<&'t [u8]> {
    let mut pieces = Vec::new();
    for length in lengths {
        let (piece, rest) = text.split_at((*length).min(text.len()));
        pieces.push(piece);
        text = rest;
    }
    pieces.push(text);
    pieces
}

fn written(value: &Value, pretty: bool) -> String {
    if pretty {
        serde_json::to_string_pretty(value).unwrap()
    } else {
        value.to_string()
    }
}

proptest! {
    #[test]
    fn keeps_what_the_slow_one_keeps(
        value in any_value(),
        levels in any_levels(),
        most in prop::option::of(1..4usize),
        lengths in prop::collection::vec(0..9usize, 0..20),
        pretty: bool,
    ) {
        let mut expected = reference(&levels, Fate::Into(0), &value).unwrap();
        for array in arrays(&mut expected) {
            array.truncate(most.unwrap_or(usize::MAX));
        }
        let text = written(&value, pretty);
        let shape = leaked(Shape { levels: levels.leak(), max_items: most, masks: &[r#"{"masked":[1]}"#], ..PLAIN });
        let (kept, _) = pieces(shape, cut(text.as_bytes(), &lengths)).unwrap();
        prop_assert_eq!(&kept, &expected.to_string());
    }

    #[test]
    fn fits(
        value in any_value(),
        limit in 1..120usize,
        lengths in prop::collection::vec(0..9usize, 0..20),
    ) {
        let text = written(&value, true);
        let shape = leaked(Shape { max_bytes: Some(limit), ..PLAIN });
        let in_pieces = pieces(shape, cut(text.as_bytes(), &lengths));
        prop_assert_eq!(&in_pieces, &pieces(shape, [text.as_bytes()]));
        let mut least = value.clone();
        arrays(&mut least).into_iter().for_each(Vec::clear);
        let Ok((kept, left_out)) = in_pieces else {
            prop_assert!(least.to_string().len() > limit);
            return Ok(());
        };
        prop_assert!(kept.len() <= limit);
        let mut kept: Value = serde_json::from_str(&kept).unwrap();
        let mut expected = value.clone();
        let mut shortened = 0;
        for (kept, all) in arrays(&mut kept).into_iter().zip(arrays(&mut expected)) {
            shortened += usize::from(kept.len() < all.len());
            all.truncate(kept.len());
        }
        prop_assert_eq!(shortened, left_out.len());
        prop_assert_eq!(&kept, &expected);
        // Where there is only one array, no longer beginning of it would do.
        let mut more = value.clone();
        if let [all] = &mut arrays(&mut more)[..] && let [cut] = &left_out[..] {
            all.truncate(cut.kept + 1);
            prop_assert!(more.to_string().len() > limit);
        }
    }

    #[test]
    fn agrees_on_what_is_json(text in "[\\[\\]{},:\"\\\\a0-9.eE+tru -]{0,12}", at in 0..12usize) {
        let shape = leaked(PLAIN);
        let ours = pieces(shape, cut(text.as_bytes(), &[at]));
        let mut expected = Vec::new();
        let theirs = gatewright_schema::json::push_compact(text.as_bytes(), &mut expected);
        prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{}", text);
        if let Ok((kept, _)) = ours {
            prop_assert_eq!(kept.as_bytes(), &expected);
        }
    }

    #[test]
    fn never_panics(bytes: Vec<u8>, at in 0..40usize, limit in 1..20usize) {
        let shape = leaked(Shape { levels: PETS, max_bytes: Some(limit), max_items: Some(1), ..PLAIN });
        let ours = pieces(shape, cut(&bytes, &[at]));
        // What is wrong first may depend on the pieces, whether something is does not.
        prop_assert_eq!(ours.ok(), pieces(shape, [&bytes[..]]).ok());
    }
}

#[test]
fn bytes_that_are_not_utf_8() {
    let shape = leaked(PLAIN);
    let good = "\u{feff}\"é😀\"".as_bytes();
    for at in 0..good.len() {
        assert_eq!(
            pieces(shape, [&good[..at], &good[at..]]).unwrap().0,
            "\"é😀\""
        );
    }
    for bad in [
        &b"\"\xc3\""[..],
        b"\"\xff\"",
        b"\"\xed\xa0\x80\"",
        b"\xef\xbb1",
    ] {
        for at in 0..bad.len() {
            assert!(pieces(shape, [&bad[..at], &bad[at..]]).is_err());
        }
    }
}
