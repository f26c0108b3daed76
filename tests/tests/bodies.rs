//! Request bodies other than JSON: what arrives at the API of forms, files, text and bytes.

use gatewright_tests::{Client, Program, Received, Stub, binary};
use serde_json::{Value, json};

fn start(stub: &Stub) -> (Program, Client) {
    let environment = [("API_URL", stub.url.as_str()), ("API_KEY", "hush")];
    let program = binary("gatewright-strict", "gatewright-strict");
    let mut program = Program::gateway(&program, &[], &environment);
    let url = program.url("/bodies/mcp");
    (program, Client::new(&url))
}

fn header<'r>(request: &'r Received, name: &str) -> &'r str {
    let found = request.headers.iter().find(|header| header.0 == name);
    &found.unwrap_or_else(|| panic!("{name} of {request:?}")).1
}

/// The request that a call leads to.
fn sent(stub: &Stub, client: &Client, tool: &str, arguments: &Value) -> Received {
    let result = client.call(tool, arguments);
    assert_ne!(result["isError"], true, "{result}");
    stub.received().pop().unwrap()
}

#[test]
fn each_kind_of_body_arrives() {
    let stub = Stub::answering("204 No Content", "text/plain", "");
    let (_program, client) = start(&stub);

    let scan = sent(
        &stub,
        &client,
        "uploadScan",
        &json!({
            "title": "A \"title\"\r\n--x",
            "pages": [
                { "filename": "one.png", "data": "b25l" },
                { "filename": "two \"2\".jpg", "media_type": "image/jpeg", "data": "dHdv" },
            ],
            "details": { "author": "Ann" },
            "tags": ["a", "b"],
        }),
    );
    let media_type = header(&scan, "content-type");
    let boundary = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let part = |head: &str, content: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let expected = [
        part("name=\"title\"", "A \"title\"\r\n--x"),
        part(
            "name=\"pages\"; filename=\"one.png\"\r\nContent-Type: image/png",
            "one",
        ),
        part(
            "name=\"pages\"; filename=\"two %222%22.jpg\"\r\nContent-Type: image/jpeg",
            "two",
        ),
        part(
            "name=\"details\"\r\nContent-Type: application/json\r\nx-part: details",
            "{\"author\":\"Ann\"}",
        ),
        part("name=\"tags\"", "a"),
        part("name=\"tags\"", "b"),
    ];
    assert_eq!(
        scan.body,
        expected.concat() + &format!("--{boundary}--\r\n")
    );
    assert_eq!(header(&scan, "content-length"), scan.body.len().to_string());

    let search = sent(
        &stub,
        &client,
        "search",
        &json!({
            "text": "a b&text=c+",
            "tags": ["x", "y"],
            "box": { "w": 3 },
            "filter": { "author": "Ann", "years": [2024, 2025] },
        }),
    );
    assert_eq!(
        header(&search, "content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        search.body,
        "text=a%20b%26text%3Dc%2B&tags=x&tags=y&box=%7B%22w%22%3A3%7D&filter%5Bauthor%5D=Ann\
         &filter%5Byears%5D%5B%5D=2024&filter%5Byears%5D%5B%5D=2025"
    );

    let arguments = json!({ "id": 7, "body": { "media_type": "image/webp", "data": "cGl4ZWxz" } });
    let picture = sent(&stub, &client, "putPicture", &arguments);
    assert_eq!(
        (header(&picture, "content-type"), picture.body.as_str()),
        ("image/webp", "pixels")
    );
    let arguments = json!({ "id": 7, "body": "JVBERg==" });
    let original = sent(&stub, &client, "putOriginal", &arguments);
    assert_eq!(
        (header(&original, "content-type"), original.body.as_str()),
        ("application/pdf", "%PDF")
    );
    let notes = sent(
        &stub,
        &client,
        "putNotes",
        &json!({ "id": 7, "body": "so\n\"what\"" }),
    );
    assert_eq!(
        (header(&notes, "content-type"), notes.body.as_str()),
        ("text/plain; charset=utf-8", "so\n\"what\"")
    );
    let report = sent(
        &stub,
        &client,
        "report",
        &json!({ "year": "20&kind=long", "page": 2 }),
    );
    assert_eq!(
        report.target,
        "/reports?kind=short&year=20%26kind%3Dlong&page=2"
    );
}

#[test]
fn what_cannot_be_sent_is_explained() {
    let stub = Stub::answering("204 No Content", "text/plain", "");
    let (_program, client) = start(&stub);
    let said = |tool: &str, arguments: &Value| {
        let result = client.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    };
    let pages = |page: Value| json!({ "title": "t", "pages": [page] });
    let file = said("uploadScan", &pages(json!({ "data": "not base64" })));
    assert!(
        file.contains("/pages/0/data") && file.contains("base64"),
        "{file}"
    );
    let kind = said(
        "uploadScan",
        &pages(json!({ "data": "", "media_type": "text/html" })),
    );
    assert!(kind.contains("/pages/0/media_type"), "{kind}");
    let path = said(
        "uploadScan",
        &pages(json!({ "data": "", "filename": "../x" })),
    );
    assert!(path.contains("/pages/0/filename"), "{path}");
    let text = said("uploadScan", &pages(json!("aGk=")));
    assert!(text.contains("/pages/0"), "{text}");
    let range = said(
        "putPicture",
        &json!({ "id": 1, "body": { "data": "", "media_type": "text/plain" } }),
    );
    assert!(range.contains("/body/media_type"), "{range}");
    let read_only = said("search", &json!({ "text": "t", "id": 1 }));
    assert!(read_only.contains("/id"), "{read_only}");
    assert!(stub.received().is_empty());
}
