//! What policies change of requests is part of what answers are remembered under.

use http::header::HeaderValue;

use super::{Gateway, OWN, SEARCHING, SHARED, Served, TOOLS, encode, nobody, said};
use crate::call::Call;
use crate::rest::{Change, Exists, Value};

/// One question, asked with a change of the request.
async fn call(gateway: &Gateway, tool: usize, change: Change) -> (String, Option<Served>) {
    let call = Call::new(&gateway.shared, 0, tool, None, nobody());
    call.request_changes().push(change);
    let value = match tool {
        SEARCHING => Value::Json("{\"q\":1}"),
        _ => Value::Text("a"),
    };
    let operation = TOOLS[tool].operation.unwrap();
    let result = call.forward(encode(operation, &[value])).await;
    (said(&result), call.was_served())
}

fn header(value: &'static str) -> Change {
    Change::Header {
        name: "x-team",
        exists: Exists::Override,
        value: HeaderValue::from_static(value),
    }
}

fn query(value: &str) -> Change {
    Change::Query {
        name: "tenant",
        exists: Exists::Override,
        value: value.to_owned(),
    }
}

fn member(value: &str) -> Change {
    Change::Member {
        path: &["owner"],
        value: value.into(),
    }
}

#[tokio::test]
async fn two_values_that_a_policy_sets_do_not_share_an_answer() {
    for (tool, [red, blue]) in [
        (OWN, [header("red"), header("blue")]),
        (SHARED, [header("red"), header("blue")]),
        (OWN, [query("red"), query("blue")]),
        (SEARCHING, [member("\"red\""), member("\"blue\"")]),
    ] {
        let gateway = Gateway::counting("200 OK", "");
        for (change, expected, served) in [
            (&red, "1", Served::Miss),
            (&blue, "2", Served::Miss),
            (&red, "1", Served::Hit),
            (&blue, "2", Served::Hit),
        ] {
            let answer = call(&gateway, tool, change.clone()).await;
            assert_eq!(answer, (expected.to_owned(), Some(served)), "{change:?}");
        }
        // Nor does a request that no policy changed, and each was changed once.
        let plain = match tool {
            SEARCHING => "{\"q\":1}",
            _ => "a",
        };
        let answer = gateway.call(tool, &nobody(), plain).await;
        assert_eq!(answer, ("3".to_owned(), Some(Served::Miss)));
        let sent = &gateway.stub.requests()[0];
        assert_eq!(sent.matches("red").count(), 1, "{sent}");
    }
}
