//! `multipart/form-data`, read back by an independent parser.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::{BodyDataStream, Full};
use proptest::prelude::*;

use super::{operation, said};
use crate::rest::{Body, Content, Operation, Part, Request, Value, encode};

/// A part as a server sees it.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    name: String,
    filename: Option<String>,
    media_type: Option<String>,
    content: Vec<u8>,
}

fn part(argument: usize, name: &'static str, content: Content) -> Part {
    Part {
        name,
        argument,
        content,
        media_type: "",
        headers: "",
    }
}

fn form(whole: Option<usize>, parts: Vec<Part>, required: bool) -> &'static Operation {
    let body = Body::Multipart {
        whole,
        parts: Vec::leak(parts),
        required,
    };
    operation(vec![], vec![], body, &["a", "b", "c", "d"])
}

/// The parts of a request; the whole body is there, so that nothing is waited for.
fn parts(request: &Request) -> Vec<Seen> {
    let media_type = request.headers()["content-type"].to_str().unwrap();
    let boundary = multer::parse_boundary(media_type).unwrap();
    let body = Bytes::copy_from_slice(request.body());
    let reading = async {
        let mut multipart = multer::Multipart::new(BodyDataStream::new(Full::new(body)), boundary);
        let mut seen = Vec::new();
        while let Some(field) = multipart.next_field().await.unwrap() {
            seen.push(Seen {
                name: field.name().unwrap().to_owned(),
                filename: field.file_name().map(str::to_owned),
                media_type: field.content_type().map(ToString::to_string),
                content: field.bytes().await.unwrap().to_vec(),
            });
        }
        seen
    };
    match pin!(reading).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(seen) => seen,
        Poll::Pending => panic!("the body ends early"),
    }
}

fn seen(name: &str, media_type: Option<&str>, content: &[u8]) -> Seen {
    Seen {
        name: name.to_owned(),
        filename: None,
        media_type: media_type.map(str::to_owned),
        content: content.to_vec(),
    }
}

#[test]
fn every_kind_of_part() {
    let json = Part {
        media_type: "application/vnd.x+json",
        headers: "x-part: 1\r\n",
        ..part(1, "json", Content::Json)
    };
    let operation = form(
        None,
        vec![
            part(0, "text", Content::Value),
            json,
            part(2, "items", Content::Value),
            part(3, "files", Content::File),
        ],
        true,
    );
    let request = encode(
        operation,
        &[
            Value::Text("a\r\nb é"),
            Value::Text("x\"y"),
            Value::Json(r#"["one", null, 2, {"k": [1]}]"#),
            Value::Json(
                r#"[{"filename": "a b.png", "media_type": "image/png", "data": "AP8="}, {"data": ""}]"#,
            ),
        ],
    )
    .unwrap();
    let file = Some("file".to_owned());
    assert_eq!(
        parts(&request),
        [
            seen("text", None, "a\r\nb é".as_bytes()),
            seen("json", Some("application/vnd.x+json"), br#""x\"y""#),
            seen("items", None, b"one"),
            seen("items", None, b"2"),
            seen("items", Some("application/json"), br#"{"k": [1]}"#),
            Seen {
                filename: Some("a b.png".to_owned()),
                ..seen("files", Some("image/png"), &[0, 255])
            },
            Seen {
                filename: file,
                ..seen("files", Some("application/octet-stream"), b"")
            },
        ]
    );
    let text = String::from_utf8_lossy(request.body());
    assert!(text.contains("\r\nx-part: 1\r\n\r\n\"x"), "{text}");
}

#[test]
fn a_file_has_the_media_type_of_its_part_unless_the_caller_names_another() {
    let operation = form(
        None,
        vec![Part {
            media_type: "audio/mpeg",
            ..part(0, "f", Content::File)
        }],
        true,
    );
    let media_type = |text| {
        let request = encode(operation, &[Value::Json(text)]).unwrap();
        parts(&request).remove(0).media_type.unwrap()
    };
    assert_eq!(media_type(r#"{"data":""}"#), "audio/mpeg");
    assert_eq!(
        media_type(r#"{"data":"","media_type":"audio/ogg"}"#),
        "audio/ogg"
    );
}

#[test]
fn lists_joined_into_one_part() {
    let operation = form(None, vec![part(0, "ids", Content::Joined('|'))], true);
    let request = encode(operation, &[Value::Json(r#"["a,b", null, 3]"#)]).unwrap();
    assert_eq!(parts(&request), [seen("ids", None, b"a,b|3")]);
    assert!(encode(operation, &[Value::Json(r#"["a|b"]"#)]).is_err());
    assert!(encode(operation, &[Value::Json("[[1]]")]).is_err());
}

#[test]
fn absent_parts_are_left_out() {
    let fields = || vec![part(0, "a", Content::Value)];
    let none = encode(form(None, fields(), false), &[Value::Absent]).unwrap();
    assert!(none.body.is_none() && !none.headers().contains_key("content-type"));
    let required = encode(form(None, fields(), true), &[Value::Absent]).unwrap();
    assert!(parts(&required).is_empty() && !required.body().is_empty());
    let null = encode(form(None, fields(), true), &[Value::Json("null")]).unwrap();
    assert!(parts(&null).is_empty());
}

#[test]
fn a_whole_form_has_the_members_that_the_document_does_not_name_too() {
    let operation = form(Some(0), vec![part(0, "a%22b", Content::File)], true);
    let body = r#"{"a\"b": {"filename": "x", "data": "QQ=="}, "other": [1, {"data": "QQ=="}]}"#;
    let request = encode(operation, &[Value::Json(body)]).unwrap();
    assert_eq!(
        parts(&request),
        [
            Seen {
                filename: Some("x".to_owned()),
                ..seen("a%22b", Some("application/octet-stream"), b"A")
            },
            seen("other", None, b"1"),
            seen("other", Some("application/json"), br#"{"data": "QQ=="}"#),
        ]
    );
}

#[test]
fn files_that_are_refused() {
    let operation = form(None, vec![part(0, "f", Content::File)], true);
    for value in [
        r#"{"filename": "x"}"#,
        r#"{"data": "A"}"#,
        r#"{"data": "QQ==\n"}"#,
        r#"{"data": "QQ==", "media_type": "text/plain\r\nx: y"}"#,
    ] {
        let violations = encode(operation, &[Value::Json(value)]).unwrap_err();
        assert_eq!(violations.iter().next().unwrap().pointer, "/a", "{value}");
    }
}

#[test]
fn boundaries_differ_from_request_to_request() {
    let operation = form(None, vec![part(0, "a", Content::Value)], true);
    let media_type = || {
        let request = encode(operation, &[Value::Integer(1)]).unwrap();
        request.headers()["content-type"].clone()
    };
    assert_ne!(media_type(), media_type());
}

#[test]
fn lists_of_very_many_parts_are_refused() {
    let operation = form(None, vec![part(0, "item", Content::Value)], true);
    let items = format!("[{}1]", "1,".repeat(400_000));
    let violations = encode(operation, &[Value::Json(&items)]).unwrap_err();
    assert!(said(&violations).contains("fewer items"), "{violations:?}");
}

proptest! {
    #[test]
    fn no_text_leaves_its_part(
        text in prop_oneof![".{0,20}", "(\r\n|--|gatewright-|Content-|[a-z\": ;=]){0,12}"],
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        filename in "[^\0]{0,16}",
    ) {
        use base64::Engine as _;
        let data = base64::engine::general_purpose::STANDARD.encode(&bytes);
        let file = serde_json::json!({ "filename": filename, "media_type": "x/y", "data": data }).to_string();
        let operation = form(
            None,
            vec![part(0, "text", Content::Value), part(1, "file", Content::File), part(2, "last", Content::Value)],
            true,
        );
        let request = encode(operation, &[Value::Text(&text), Value::Json(&file), Value::Boolean(true)]).unwrap();
        let found = parts(&request);
        prop_assert_eq!(found.len(), 3);
        prop_assert_eq!(&found[0], &seen("text", None, text.as_bytes()));
        prop_assert_eq!((&*found[1].name, &found[1].content), ("file", &bytes));
        prop_assert_eq!(found[1].media_type.as_deref(), Some("x/y"));
        prop_assert_eq!(&found[2], &seen("last", None, b"true"));
    }

    #[test]
    fn no_name_leaves_its_quotes(members in prop::collection::btree_map("[ -~\r\n]{1,10}", "[ -~\r\n]{0,10}", 0..5)) {
        let json = serde_json::to_string(&members).unwrap();
        let request = encode(form(Some(0), vec![], true), &[Value::Json(&json)]).unwrap();
        let contents: Vec<String> =
            parts(&request).into_iter().map(|part| String::from_utf8(part.content).unwrap()).collect();
        let expected: Vec<String> = members.into_values().collect();
        prop_assert_eq!(contents, expected);
    }
}
