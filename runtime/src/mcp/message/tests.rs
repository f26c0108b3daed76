//! Reading of messages.

use bytes::Bytes;
use proptest::prelude::*;

use super::{Body, Message, Reading, Shape, read};

fn one(body: &[u8]) -> Reading<'_> {
    match read(body) {
        Ok(Body::One(reading)) => reading,
        other => panic!("not one message: {other:?}"),
    }
}

fn message(body: &str) -> Message<'_> {
    one(body.as_bytes()).unwrap()
}

fn refusal(body: &str) -> (Option<String>, i32, String) {
    let refused = one(body.as_bytes()).unwrap_err();
    (
        refused.id.map(|id| id.as_str().to_owned()),
        refused.fault.code,
        refused.fault.message.into_owned(),
    )
}

#[test]
fn what_the_server_acts_on_is_found_in_any_order() {
    let body = r#" {"params":{"_meta":{"progressToken":"t","x":[{}],
        "io.modelcontextprotocol/protocolVersion":"2026-07-28"},"arguments": {"a" : [1]} ,"name":"n","more":{"name":"no"}},
        "method":"tools/call","extra":{"method":"no"},"id":"7","jsonrpc":"2.0"} "#;
    let message = message(body);
    assert_eq!(message.id().unwrap().as_str(), "\"7\"");
    assert_eq!(message.method, "tools/call");
    assert_eq!(message.params.name.unwrap().as_str(), "\"n\"");
    assert_eq!(message.progress_token().unwrap().as_str(), "\"t\"");
    assert_eq!(message.meta_version().unwrap().as_str(), "\"2026-07-28\"");
    let bytes = Bytes::copy_from_slice(body.as_bytes());
    let Ok(Body::One(Ok(message))) = read(&bytes) else {
        panic!("one message");
    };
    assert_eq!(message.params.arguments.unwrap().as_str(), r#"{"a" : [1]}"#);
}

#[test]
fn a_message_is_what_its_members_make_it() {
    let shape = |body| message(body).shape;
    assert_eq!(
        shape(r#"{"jsonrpc":"2.0","method":"m"}"#),
        Shape::Notification
    );
    assert_eq!(
        shape(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
        Shape::Response
    );
    assert!(matches!(
        shape(r#"{"jsonrpc":"2.0","id":1,"method":"m"}"#),
        Shape::Request(_)
    ));
}

#[test]
fn members_given_twice_are_refused_however_they_are_written() {
    for (body, member) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}"#,
            "method",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","m\u0065thod":"b"}"#,
            "method",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{},"params":{}}"#,
            "params",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":"a","n\u0061me":"b"}}"#,
            "name",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"arguments":{},"arguments":{}}}"#,
            "arguments",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{},"_meta":{}}}"#,
            "_meta",
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"progressToken":1,"progressToken":2}}}"#,
            "progressToken",
        ),
    ] {
        let expected = (
            Some("1".to_owned()),
            -32600,
            format!("`{member}` is given twice"),
        );
        assert_eq!(refusal(body), expected, "{body}");
    }
}

#[test]
fn refusals_carry_the_id_wherever_it_stands() {
    let (id, code, _) = refusal(r#"{"params":[],"jsonrpc":"2.0","method":"m","id":"late"}"#);
    assert_eq!((id.as_deref(), code), (Some("\"late\""), -32602));
    let (id, code, _) = refusal(r#"{"jsonrpc":"2.0","method":"m","id":null}"#);
    assert_eq!((id, code), (None, -32600));
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"arguments":{}}}}}"#,
        "[".repeat(1_000_000)
    );
    assert_eq!(read(deep.as_bytes()).unwrap_err().code, -32700);
}

/// JSON of any shape, more often than not one that resembles a message.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z\"\\\\\n\u{e9}]{0,6}".prop_map(Value::from),
        Just(Value::from("2.0")),
    ];
    let key = prop_oneof![
        3 => proptest::sample::select(vec![
            "jsonrpc", "id", "method", "params", "result", "_meta", "name", "arguments",
            "progressToken", "io.modelcontextprotocol/protocolVersion",
        ]).prop_map(str::to_owned),
        1 => "[a-z\u{e9}\"]{0,4}",
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            4 => proptest::collection::btree_map(key.clone(), inner, 0..7)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let is_json = serde_json::from_slice::<serde_json::Value>(&bytes).is_ok();
        if let Err(fault) = read(&bytes) {
            prop_assert!(fault.code == -32600 || !is_json, "{fault:?}");
        }
    }

    #[test]
    fn members_are_those_of_another_reader(value in json()) {
        let text = value.to_string();
        if let Ok(Body::One(Ok(message))) = read(text.as_bytes()) {
            prop_assert_eq!(value.get("jsonrpc"), Some(&serde_json::Value::from("2.0")));
            let raw = |raw: Option<gatewright_schema::json::Raw<'_>>| {
                raw.map(|raw| serde_json::from_str::<serde_json::Value>(raw.as_str()).unwrap())
            };
            let params = value.get("params");
            let member = |name| params.and_then(|params| params.get(name)).cloned();
            prop_assert_eq!(raw(message.params.name), member("name"));
            prop_assert_eq!(raw(message.params.arguments), member("arguments"));
            let version = "io.modelcontextprotocol/protocolVersion";
            let meta = member("_meta");
            prop_assert_eq!(
                raw(message.meta_version()),
                meta.and_then(|meta| meta.get(version).cloned())
            );
            let is_request = value.get("method").is_some() && value.get("id").is_some();
            prop_assert_eq!(message.id().is_some(), is_request);
        }
    }
}
