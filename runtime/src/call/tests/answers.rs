//! Answers that are compressed, in other encodings, many values, elsewhere, or passed on in part.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::{CHECKED, PLAIN, TOOLS, WRITING, answered, error, shared, text};
use crate::call::Call;
use crate::description::Tool;
use crate::rest::encode;
use crate::rest::shape::{Fate, Level, Shape};
use crate::result::{Content, ToolResult};
use crate::upstream::tests::stub::Stub;

const JSON: &str = "200 OK\r\ncontent-type: application/json";

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &*body, &mut coded, &parameters).unwrap();
    coded
}

type Encoder = fn(&[u8]) -> Vec<u8>;

const CODINGS: [(&str, Encoder); 5] = [
    ("gzip", gzip),
    ("X-GZIP", gzip),
    ("deflate", zlib),
    ("deflate", deflate),
    ("br", brotli),
];

/// The result of an answer that comes in these pieces, chunk by chunk.
async fn in_chunks(tool: &'static Tool, head: &str, chunks: Vec<Vec<u8>>) -> ToolResult {
    let head = format!("HTTP/1.1 {head}\r\ntransfer-encoding: chunked\r\n\r\n");
    let stub = Stub::writing(move |stream, _| {
        stream.write(head.as_bytes());
        for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
            stream.write(format!("{:x}\r\n", chunk.len()).as_bytes());
            stream.write(chunk);
            stream.write(b"\r\n");
        }
        stream.write(b"0\r\n\r\n");
    });
    call(tool, stub.url("")).await
}

async fn call(tool: &'static Tool, url: String) -> ToolResult {
    let mut call = Call::new(&shared(url), 0, PLAIN, None, Arc::default());
    call.tool = tool;
    call.forward(encode(tool.operation.unwrap(), &[])).await
}

#[tokio::test]
async fn compressed() {
    for (name, encoder) in CODINGS {
        let head = format!("{JSON}\r\ncontent-encoding: {name}");
        let result = answered(PLAIN, &head, &encoder(b"{\"a\": [1, 2]}")).await;
        assert_eq!(
            result.structured.as_deref(),
            Some(b"{\"a\":[1,2]}".as_slice()),
            "{name}: {result:?}"
        );
        // In pieces of a byte each.
        let coded = encoder(b"[\"a\"]");
        let chunks = coded.iter().map(|byte| vec![*byte]).collect();
        let result = in_chunks(&TOOLS[PLAIN], &head, chunks).await;
        assert_eq!(result.structured.as_deref(), Some(b"[\"a\"]".as_slice()));
        // An error, too.
        let head = format!("400 Bad Request\r\ncontent-encoding: {name}");
        let result = answered(PLAIN, &head, &encoder(b"{\"code\": 7}")).await;
        assert!(error(&result).ends_with("What the API said:\n{\"code\":7}"));
        // No body has no coding.
        let head = format!("204 No Content\r\ncontent-encoding: {name}");
        assert!(!answered(PLAIN, &head, b"").await.is_error);
    }
}

#[tokio::test]
async fn damaged() {
    for (name, encoder) in CODINGS {
        let coded = encoder(
            "{\"a\": \"something that is long enough\"}"
                .repeat(9)
                .as_bytes(),
        );
        let head = format!("{JSON}\r\ncontent-encoding: {name}");
        let short = &coded[..coded.len() - 3];
        let result = answered(PLAIN, &head, short).await;
        assert_eq!(
            error(&result),
            "The answer of the API `store` is compressed, and its compressed data is damaged. The same call \
             can safely be made again, later or with a narrower request.",
            "{name}"
        );
        let result = answered(WRITING, &head, b"\x01 what is this?").await;
        assert!(error(&result).contains("its compressed data is damaged. The call may"));
    }
    let head = format!("{JSON}\r\ncontent-encoding: gzip, br");
    assert!(error(&answered(PLAIN, &head, b"x").await).contains("(another coding)"));
}

#[tokio::test]
async fn compressed_beyond_the_bound() {
    let bomb = vec![b' '; 2_000_000];
    for (name, encoder) in CODINGS {
        let coded = encoder(&bomb);
        assert!(coded.len() < 200_000);
        let head = format!("{JSON}\r\ncontent-encoding: {name}");
        // Less than the bound on the wire, more than the bound decoded.
        let coded = &coded[..coded.len().min(15_000)];
        let result = answered(PLAIN, &head, coded).await;
        assert!(
            error(&result).contains("greater than the 20000 bytes that this tool admits"),
            "{name}: {result:?}"
        );
    }
}

#[tokio::test]
async fn encodings() {
    let wide = |text: &str, mark: bool, little: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        let units = mark.into_iter().chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    for (charset, body) in [
        ("", "[\"é\"]".as_bytes().to_vec()),
        ("; charset=utf-8", "[\"é\"]".as_bytes().to_vec()),
        // Announced wrongly, as by many servers.
        ("; charset=ISO-8859-1", "[\"é\"]".as_bytes().to_vec()),
        ("; charset=latin1", b"[\"\xe9\"]".to_vec()),
        ("; charset=\"utf-16le\"", wide("[\"é\"]", false, true)),
        ("; charset=utf-16", wide("[\"é\"]", true, false)),
        ("", wide("[\"é\"]", true, true)),
        ("; charset=nonsense", "[\"é\"]".as_bytes().to_vec()),
    ] {
        let result = answered(PLAIN, &format!("{JSON}{charset}"), &body).await;
        assert_eq!(
            result.structured.as_deref(),
            Some("[\"é\"]".as_bytes()),
            "{charset}"
        );
    }
    for (charset, body) in [
        ("windows-1252", b"\x80".as_slice()),
        ("shift_jis", b"\x83\x65"),
        ("utf-8", "\u{feff}é".as_bytes()),
        ("gb18030", b"\xc4\xe3"),
    ] {
        let head = format!("200 OK\r\ncontent-type: text/plain; charset={charset}");
        let result = answered(PLAIN, &head, body).await;
        let expected = match charset {
            "windows-1252" => "€",
            "shift_jis" => "テ",
            "gb18030" => "你",
            _ => "é",
        };
        assert_eq!(text(&result.content[0]), expected);
    }
}

#[tokio::test]
async fn many_values() {
    for kind in [
        "application/x-ndjson",
        "application/jsonl; charset=utf-8",
        "application/json-seq",
        "application/geo+json-seq",
    ] {
        let head = format!("200 OK\r\ncontent-type: {kind}");
        let result = answered(CHECKED, &head, b"1\n\n 2 \n").await;
        assert_eq!(result.structured.as_deref(), Some(b"[1,2]".as_slice()));
        assert!(!result.is_error);
        let result = answered(PLAIN, &head, b"{\"a\":1}\nno").await;
        assert!(text(&result.content[0]).starts_with("The API announced JSON, but"));
        assert_eq!(text(&result.content[1]), "{\"a\":1}\nno");
    }
    let events = "200 OK\r\ncontent-type: text/event-stream";
    let result = answered(PLAIN, events, b"data: {\"a\": 1}\n\ndata: [DONE]\n\n").await;
    assert_eq!(
        result.structured.as_deref(),
        Some(b"[{\"a\":1}]".as_slice())
    );
    let result = answered(PLAIN, events, b"data: one\n\ndata: two\n\n").await;
    assert_eq!(text(&result.content[0]), "one\n\ntwo");
}

#[tokio::test]
async fn events_without_an_end() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let silent = Stub::writing(move |stream, _| {
        stream.write(head.as_bytes());
        stream.write(b"data: 1\n\ndata: 2\n\ndata: 3");
        std::thread::sleep(Duration::from_secs(3));
    });
    let endless = Stub::writing(move |stream, _| {
        stream.write(head.as_bytes());
        while stream.write(b"data: 1\n\n") {}
    });
    for (url, least) in [(silent.url(""), 2), (endless.url(""), 20)] {
        let result = call(&TOOLS[PLAIN], url).await;
        let numbers = result.structured.as_deref().unwrap();
        assert!(numbers.len() > least && numbers.len() < 20_000);
        assert!(text(&result.content[1]).starts_with("The API had not come to an end"));
    }
}

#[tokio::test]
async fn headers_that_are_told() {
    let head = format!(
        "{JSON}\r\nlink: <http://10.0.0.1/pets?page=2>; rel=next, </pets?page=2>; rel=\"next\"\r\nx-total-count: 12"
    );
    let result = answered(PLAIN, &head, b"[1]").await;
    assert_eq!(result.structured.as_deref(), Some(b"[1]".as_slice()));
    assert!(matches!(&result.content[0], Content::Structured));
    assert_eq!(
        text(&result.content[1]),
        "Headers of the answer:\nLink (next): /pets?page=2"
    );
    let result = answered(CHECKED, "202 Accepted\r\nretry-after: 5", b"").await;
    assert!(text(&result.content[1]).ends_with("no content.\nRetry-After: 5"));
}

#[tokio::test]
async fn redirects() {
    let stub = Stub::new(|line, request| {
        let to = |status: &str, location: &str| {
            format!(
                "HTTP/1.1 {status} X\r\nlocation: {location}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
        };
        let host = request
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap();
        match line.split(' ').nth(1).unwrap() {
            "/v1/" => to("302", "a"),
            "/v1/a" => to("301", &format!("http://{host}/v1/b?x=1#y")),
            "/v1/b?x=1" => to("308", "./c/../d"),
            "/v1/d" => "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[1]".to_owned(),
            "/other/" => to("303", "/v1/%2e%2e/secret"),
            _ => "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n[13]".to_owned(),
        }
        .into_bytes()
    });
    let result = call(&TOOLS[PLAIN], stub.url("/v1")).await;
    assert_eq!(
        result.structured.as_deref(),
        Some(b"[1]".as_slice()),
        "{result:?}"
    );
    let lines: Vec<_> = stub
        .requests()
        .iter()
        .map(|request| request.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(
        lines,
        ["/v1/", "/v1/a", "/v1/b?x=1", "/v1/d"].map(|path| format!("GET {path} HTTP/1.1"))
    );
    let result = call(&TOOLS[PLAIN], stub.url("/other")).await;
    assert!(error(&result).contains("answered 303 See Other to GET"));
}

#[tokio::test]
async fn redirects_that_are_not_followed() {
    let elsewhere = Stub::new(|_, _| b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1".to_vec());
    let location = elsewhere.url("/v1/");
    for (tool, status, location) in [
        (PLAIN, 302, location.as_str()),
        (PLAIN, 302, "//127.0.0.1:1/v1/"),
        (PLAIN, 302, "/v2/"),
        (PLAIN, 302, "../v2"),
        (PLAIN, 300, "/v1/"),
        (PLAIN, 307, "/v1/"),
        (WRITING, 307, "/v1/"),
        (WRITING, 302, "/v1/"),
    ] {
        let answer = format!(
            "HTTP/1.1 {status} X\r\nlocation: {location}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        );
        let stub = Stub::new(move |_, _| answer.clone().into_bytes());
        let result = call(&TOOLS[tool], stub.url("/v1")).await;
        assert!(
            error(&result).contains(&format!("answered {status}")),
            "{status} {location}: {result:?}"
        );
        // A redirect to itself is followed, but not for ever.
        let followed = tool == PLAIN && status == 307;
        assert_eq!(stub.requests().len(), if followed { 6 } else { 1 });
    }
    assert_eq!(elsewhere.requests().len(), 0);
    // After 303, what was done is looked at.
    let stub = Stub::new(|line, _| match line {
        "POST /v1/ HTTP/1.1" => {
            b"HTTP/1.1 303 X\r\nlocation: /v1/7\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                .to_vec()
        }
        "GET /v1/7 HTTP/1.1" => b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n7".to_vec(),
        _ => b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n".to_vec(),
    });
    let result = call(&TOOLS[WRITING], stub.url("/v1")).await;
    assert_eq!(result.structured.as_deref(), Some(b"7".as_slice()));
    assert!(!stub.requests()[1].contains("content-length"));
}

static SELECTED: Shape = Shape {
    levels: &[
        Level {
            members: &[("pets", Fate::Into(1))],
            others: Fate::Drop,
            scalars: false,
        },
        Level {
            members: &[],
            others: Fate::Into(2),
            scalars: false,
        },
        Level {
            members: &[("id", Fate::Keep)],
            others: Fate::Drop,
            scalars: false,
        },
    ],
    masks: &[],
    max_items: Some(3),
    max_bytes: Some(50),
    headers: &["X-Total-Count"],
};

static SHORT: Shape = Shape {
    levels: &[],
    masks: &[],
    max_items: None,
    max_bytes: Some(20),
    headers: &[],
};

static REDUCED: &[Tool] = &[
    Tool {
        name: "listPets",
        operation: Some(&super::GET),
        timeout: super::TIMEOUT,
        max_response_bytes: 1 << 20,
        response: Some(&SELECTED),
        ..Tool::NATIVE
    },
    Tool {
        name: "listPets",
        operation: Some(&super::GET),
        timeout: super::TIMEOUT,
        max_response_bytes: 1 << 20,
        response: Some(&SHORT),
        ..Tool::NATIVE
    },
];

/// A list that is far greater than what is passed on of it.
fn pets() -> String {
    let pets: Vec<_> = (0..3000)
        .map(|id| format!("{{\"id\": {id}, \"secret\": \"{}\"}}", "s".repeat(100)))
        .collect();
    format!("{{\"pets\": [{}], \"secret\": 1}}", pets.join(", "))
}

#[tokio::test]
async fn a_part_is_passed_on() {
    let pets = pets();
    let head = format!("{JSON}\r\nx-total-count: 3000");
    for (head, body) in [
        (head.clone(), pets.clone().into_bytes()),
        (
            format!("{head}\r\ncontent-encoding: gzip"),
            gzip(pets.as_bytes()),
        ),
        (
            head.replace("/json", "/json; charset=utf-16le"),
            pets.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        (
            "200 OK\r\nx-total-count: 3000".to_owned(),
            pets.clone().into_bytes(),
        ),
    ] {
        let chunks = body.chunks(10_000).map(<[u8]>::to_vec).collect();
        let result = in_chunks(&REDUCED[0], &head, chunks).await;
        assert!(!result.is_error, "{result:?}");
        assert_eq!(
            result.structured.as_deref(),
            Some(br#"{"pets":[{"id":0},{"id":1},{"id":2}]}"#.as_slice()),
        );
        assert_eq!(
            text(&result.content[1]),
            "Not all items are shown:\n- /pets: the first 3 of 3000\n\
             To see others, narrow the request or ask for another page."
        );
        assert_eq!(
            text(&result.content[2]),
            "Headers of the answer:\nX-Total-Count: 3000"
        );
    }
    let lines = b"{\"pets\":1}".to_vec();
    let result = in_chunks(
        &REDUCED[1],
        "200 OK\r\ncontent-type: application/jsonl",
        vec![b"1\n22\n333\n4444\n55555\n6666666".to_vec()],
    )
    .await;
    assert_eq!(
        result.structured.as_deref(),
        Some(b"[1,22,333,4444]".as_slice())
    );
    let result = in_chunks(&REDUCED[1], JSON, vec![lines]).await;
    assert_eq!(
        result.structured.as_deref(),
        Some(b"{\"pets\":1}".as_slice())
    );
}

#[tokio::test]
async fn what_cannot_be_reduced_is_not_passed_on() {
    for (head, body) in [
        (JSON, "{\"secret\": \"s3cret\""),
        ("200 OK", "s3cret"),
        ("200 OK\r\ncontent-type: text/plain", "s3cret"),
        ("200 OK\r\ncontent-type: application/pdf", "s3cret"),
        ("200 OK\r\ncontent-type: image/png", "s3cret"),
        ("200 OK\r\ncontent-type: text/event-stream", "data: s3cret"),
        ("200 OK\r\ncontent-type: application/jsonl", "s3cret"),
    ] {
        let result = in_chunks(&REDUCED[0], head, vec![body.as_bytes().to_vec()]).await;
        assert!(result.is_error, "{head}");
        assert!(!format!("{result:?}").contains("s3cret"), "{head}");
    }
    for (head, body, expected) in [
        (
            JSON,
            "{\"a\": \"bcdefghijklmnopqrstuvwxyz\"}",
            "greater than the 20 bytes",
        ),
        (
            "200 OK\r\ncontent-type: image/png",
            "123456789012345678901",
            "greater than the 20 bytes",
        ),
    ] {
        let result = in_chunks(&REDUCED[1], head, vec![body.as_bytes().to_vec()]).await;
        assert!(error(&result).contains(expected), "{result:?}");
    }
    let long = "é".repeat(11);
    let head = "200 OK\r\ncontent-type: text/plain";
    let result = in_chunks(&REDUCED[1], head, vec![long.into_bytes()]).await;
    assert_eq!(text(&result.content[0]), "é".repeat(10));
    assert_eq!(
        text(&result.content[1]),
        "The text above is cut off after 20 bytes."
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_pieces_of_any_coding(
        text in "[a-z\u{e9} ]{0,300}",
        coding in 0..CODINGS.len(),
        piece in 1..40usize,
    ) {
        let (name, encoder) = CODINGS[coding];
        let head = format!("200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: {name}");
        let chunks = encoder(text.as_bytes()).chunks(piece).map(<[u8]>::to_vec).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let result = runtime.block_on(in_chunks(&TOOLS[PLAIN], &head, chunks));
        match result.content.as_slice() {
            [Content::Text(shown)] if text.is_empty() => prop_assert!(shown.ends_with("no content.")),
            [Content::Text(shown)] => prop_assert_eq!(shown, &text),
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
