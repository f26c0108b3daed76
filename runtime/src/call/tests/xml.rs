//! XML on a real socket: what arrives at the API, and what its answer becomes.

use super::*;
use crate::rest::Value;
use crate::rest::shape;
use crate::rest::xml::{Document, Member, Name, Node, Object, Place, Shape};

const fn element(local: &'static str, shape: u32) -> Node {
    let name = Name {
        prefix: "",
        local,
        namespace: "",
    };
    Node {
        place: Place::Element(name),
        shape,
    }
}

const fn member(key: &'static str, node: Node) -> Member {
    Member {
        key,
        node,
        required: false,
    }
}

/// A list of numbers in an element of its own, within the root.
static SHAPES: &[Shape] = &[
    Shape {
        types: Types::OBJECT,
        object: Some(Object {
            members: &[member("numbers", element("numbers", 1))],
            rest: None,
        }),
        item: None,
    },
    Shape {
        types: Types::ARRAY,
        object: None,
        item: Some(element("number", 2)),
    },
    Shape {
        types: Types::NUMBER,
        object: None,
        item: None,
    },
];

const fn document(shape: u32) -> Document {
    Document {
        shapes: SHAPES,
        root: element("root", shape),
        namespaces: &[],
    }
}

static PUT: Operation = Operation {
    arguments: &["numbers"],
    body: Body::XmlObject {
        media_type: "application/xml",
        document: document(0),
        members: &[("numbers", 0)],
        required: true,
    },
    xml: Some(document(1)),
    ..operation("PUT")
};

static LISTED: Table = Table::new(&[
    Schema {
        types: Types::ARRAY,
        rules: Cow::Borrowed(&[Rule::Items(SchemaId(1))]),
    },
    Schema {
        types: Types::NUMBER,
        rules: Cow::Borrowed(&[]),
    },
]);

static PUT_NUMBERS: Tool = Tool {
    name: "putNumbers",
    operation: Some(&PUT),
    output: Some((&LISTED, SchemaId(0))),
    timeout: TIMEOUT,
    max_response_bytes: 20_000,
    response: None,
    ..Tool::NATIVE
};

/// What a call becomes where the API answers with this body.
async fn put(answer: &str) -> (String, ToolResult) {
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    );
    let stub = Stub::new(move |_, _| answer.clone().into_bytes());
    let shared = shared(stub.url(""));
    let request = encode(&PUT, &[Value::Json("[1, 2.50]")]).unwrap();
    let client = &shared.clients[0];
    let response = client.send(request, TIMEOUT, 20_000, None).await.unwrap();
    let result = crate::rest::answer::result(&PUT_NUMBERS, &PUT, &response);
    (stub.requests().remove(0), result)
}

#[tokio::test]
async fn bodies_and_answers() {
    let (request, result) = put("<list><number>1</number></list>").await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(
        head.to_lowercase()
            .contains("content-type: application/xml")
    );
    assert_eq!(
        body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <root><numbers><number>1</number><number>2.50</number></numbers></root>"
    );
    assert_eq!(result.structured.as_deref(), Some(b"[1]".as_slice()));
    assert!(!result.is_error);
}

#[tokio::test]
async fn answers_that_break_the_promise() {
    let (_, result) = put("<list><number>one</number></list>").await;
    assert!(result.is_error && result.structured.is_none());
    assert_eq!(text(&result.content[1]), r#"["one"]"#);
}

#[tokio::test]
async fn answers_are_reduced_and_masked_like_json() {
    static SHAPE: shape::Shape = shape::Shape {
        levels: &[shape::Level {
            members: &[],
            others: shape::Fate::Mask(0),
            scalars: true,
        }],
        masks: &["0"],
        max_items: Some(2),
        max_bytes: None,
        headers: &[],
    };
    let tool = Tool {
        response: Some(&SHAPE),
        ..PUT_NUMBERS
    };
    let body = "<list><number>1</number><number>2</number><number>3</number></list>";
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let stub = Stub::new(move |_, _| answer.clone().into_bytes());
    let shared = shared(stub.url(""));
    let request = encode(&PUT, &[Value::Json("[1]")]).unwrap();
    let client = &shared.clients[0];
    let response = client.send(request, TIMEOUT, 20_000, tool.response).await;
    let result = crate::rest::answer::result(&tool, &PUT, &response.unwrap());
    assert_eq!(result.structured.as_deref(), Some(b"[0,0]".as_slice()));
    assert!(text(&result.content[1]).contains("the first 2 of 3"));
}

#[tokio::test]
async fn answers_that_are_no_xml() {
    let head = "200 OK\r\ncontent-type: application/xml";
    let result = answered(PLAIN, head, b"<a>&b;</a>").await;
    assert!(!result.is_error && result.structured.is_none());
    assert!(text(&result.content[0]).starts_with("The API announced XML, but"));
    assert_eq!(text(&result.content[1]), "<a>&b;</a>");
}

#[tokio::test]
async fn answers_without_a_schema() {
    for kind in [
        "application/xml",
        "TEXT/XML; charset=utf-8",
        "application/atom+xml",
    ] {
        let head = format!("200 OK\r\ncontent-type: {kind}");
        let result = answered(PLAIN, &head, b"<a><b>1</b></a>").await;
        assert_eq!(
            result.structured.as_deref(),
            Some(br#"{"a":{"b":"1"}}"#.as_slice())
        );
    }
    // Pages and pictures are not data.
    for kind in ["application/xhtml+xml", "image/svg+xml"] {
        let head = format!("200 OK\r\ncontent-type: {kind}");
        let result = answered(PLAIN, &head, b"<a><b>1</b></a>").await;
        assert_eq!(text(&result.content[0]), "<a><b>1</b></a>");
    }
}
