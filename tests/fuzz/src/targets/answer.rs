//! An API's answer, made a tool's result.

use gatewright::fuzzing::result;

use super::judge;

/// A line with status, one with the media type, one with a content coding; the rest is the body.
pub(super) fn run(bytes: &[u8]) {
    let mut lines = bytes.splitn(4, |byte| *byte == b'\n');
    let (Some(status), Some(media_type), Some(coding), Some(body)) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return;
    };
    let status = std::str::from_utf8(status)
        .ok()
        .and_then(|status| status.parse().ok());
    let Some(result) = status.and_then(|status| result(status, media_type, coding, body)) else {
        return;
    };
    if let Some(structured) = &result.structured {
        let sent = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let read =
            judge::read(structured).unwrap_or_else(|error| panic!("{error}: {structured:?}"));
        assert!(!structured.contains(&b'\n') && !structured.contains(&b'\r'));
        if let (true, Some(read), Ok(Some(sent))) =
            (is_one_json(media_type), read, judge::read(sent))
        {
            assert_eq!(read, sent);
        }
    }
    assert!(!result.content.is_empty(), "a result that says nothing");
    assert!(
        matches!(status, Some(200..300 | 304)) || result.is_error,
        "a failure that is none"
    );
}

/// Whether the body is one JSON text: lines, events and XML become values of their own.
fn is_one_json(media_type: &[u8]) -> bool {
    let name = media_type.trim_ascii().to_ascii_lowercase();
    name.is_empty()
        || name == b"application/json"
        || name == b"text/json"
        || name.ends_with(b"+json")
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    [
        "200\napplication/json\n\n{ \"id\": 7, \"name\": \"R\\u00e9x\",\n \"tags\": [1.50, true, null] }",
        "200\napplication/vnd.shop+json; charset=utf-8\n\n[1, 2]",
        "201\ntext/plain; charset=iso-8859-1\n\nhello",
        "204\n\n\n",
        "200\nimage/png\n\n\u{1}PNG",
        "200\ntext/csv\ngzip\na,b",
        "404\napplication/problem+json\n\n{\"type\":\"about:blank\",\"title\":\"No\",\"detail\":\"gone\",\"errors\":[{\"path\":\"a\"}]}",
        "500\ntext/html\n\n<html><body>no</body></html>",
        "200\napplication/xml\n\n<a b=\"c\"><d/>e &amp; f</a>",
        "200\ntext/event-stream\n\ndata: {\"a\":1}\n\ndata: [DONE]\n\n",
        "200\napplication/x-ndjson\n\n{\"a\":1}\n{\"a\":2}\n",
        "302\n\n\n",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .to_vec()
}
