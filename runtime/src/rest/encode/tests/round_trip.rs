//! What is written, read back by an independent decoder.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{operation, parameter};
use crate::rest::{Body, Location, Parameter, Style, Value, encode};

/// Percent-decoding as servers do it.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let hex = std::str::from_utf8(&rest[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn query(
    style: Style,
    explode: bool,
    allow_reserved: bool,
    value: Value<'_>,
) -> Vec<(String, String)> {
    let parameter = Parameter {
        allow_reserved,
        ..parameter(Location::Query, style, explode, "q")
    };
    let operation = operation(vec![], vec![parameter], Body::None, &["q"]);
    let request = encode(operation, &[value]).unwrap();
    let Some((_, query)) = request.path_and_query().split_once('?') else {
        return Vec::new();
    };
    query
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", ".{0,8}", "[%&=+#?/,;]{0,6}"]
}

proptest! {
    #[test]
    fn scalars(value in text()) {
        let pairs = query(Style::Form, true, false, Value::Text(&value));
        prop_assert_eq!(pairs.len(), 1);
        prop_assert_eq!(decode(&pairs[0].1), value);
    }

    #[test]
    fn reserved_scalars_without_triplets(value in "[a-z:/?#@!$&'()*+,;= é]{0,12}") {
        let pairs = query(Style::Form, true, true, Value::Text(&value));
        prop_assert_eq!(decode(&pairs[0].1), value);
    }

    #[test]
    fn exploded_arrays(items in prop::collection::vec(text(), 0..6)) {
        let json = serde_json::to_string(&items).unwrap();
        let pairs = query(Style::Form, true, false, Value::Json(&json));
        let back: Vec<String> = pairs.iter().map(|(_, value)| decode(value)).collect();
        prop_assert_eq!(back, items);
    }

    #[test]
    fn delimited_arrays(items in prop::collection::vec("[^ |]{1,6}", 1..6)) {
        let json = serde_json::to_string(&items).unwrap();
        for (style, delimiter) in [(Style::Form, ","), (Style::SpaceDelimited, "%20"), (Style::PipeDelimited, "%7C")] {
            let pairs = query(style, false, false, Value::Json(&json));
            prop_assert_eq!(pairs.len(), 1);
            let back: Vec<String> = pairs[0].1.split(delimiter).map(decode).collect();
            prop_assert_eq!(&back, &items);
        }
    }

    #[test]
    fn objects(members in prop::collection::btree_map("[^q]{1,6}", text(), 0..5)) {
        let json = serde_json::to_string(&members).unwrap();
        let exploded = query(Style::Form, true, false, Value::Json(&json));
        let back: BTreeMap<String, String> =
            exploded.iter().map(|(name, value)| (decode(name), decode(value))).collect();
        prop_assert_eq!(&back, &members);
        let deep = query(Style::DeepObject, true, false, Value::Json(&json));
        let back: BTreeMap<String, String> = deep
            .iter()
            .map(|(name, value)| {
                let key = name.strip_prefix("q%5B").unwrap().strip_suffix("%5D").unwrap();
                (decode(key), decode(value))
            })
            .collect();
        prop_assert_eq!(&back, &members);
    }

    #[test]
    fn json_text(members in prop::collection::btree_map(text(), text(), 0..5)) {
        let json = serde_json::to_string_pretty(&members).unwrap();
        let pairs = query(Style::Json, false, false, Value::Json(&json));
        let back: BTreeMap<String, String> = serde_json::from_str(&decode(&pairs[0].1)).unwrap();
        prop_assert_eq!(back, members);
    }

    #[test]
    fn bodies(name in any::<String>(), count: i64) {
        use crate::rest::Member;
        let members = Vec::leak(vec![
            Member { key: "\"name\":", argument: 0 },
            Member { key: "\"count\":", argument: 1 },
        ]);
        let body = Body::JsonObject { media_type: "application/json", members, required: true };
        let operation = operation(vec![], vec![], body, &["name", "count"]);
        let request = encode(operation, &[Value::Text(&name), Value::Integer(count)]).unwrap();
        let back: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        prop_assert_eq!(back, serde_json::json!({ "name": name, "count": count }));
    }
}
