//! Answers that are many values: lines of JSON, JSON text sequences, server-sent events.

use gatewright_schema::json::{self, push_compact};

/// What separates the texts of a JSON text sequence (RFC 7464).
const RECORD: u8 = 0x1e;

/// The values as one JSON array, compact. Lines without anything are skipped.
///
/// # Errors
/// Where one is not JSON: the error's offset is in that value.
pub(super) fn array(body: &[u8]) -> Result<Vec<u8>, json::Error> {
    let body = body.strip_prefix(super::MARK).unwrap_or(body);
    // Within a text of a sequence there may be line ends.
    let separator = if body.contains(&RECORD) {
        RECORD
    } else {
        b'\n'
    };
    let mut array = Vec::with_capacity(body.len() + 2);
    array.push(b'[');
    for value in body.split(|byte| *byte == separator) {
        if value.trim_ascii().is_empty() {
            continue;
        }
        if array.len() > 1 {
            array.push(b',');
        }
        push_compact(value, &mut array)?;
    }
    array.push(b']');
    Ok(array)
}

/// The data of the events of a stream (WHATWG HTML, section 9.2), in order. The last event counts also
/// where no empty line follows it, unless the stream was cut off. Events without data are skipped; so is
/// `[DONE]`, by which APIs say that a stream is over, and all that follows.
pub(super) fn events(body: &str, cut_off: bool) -> Vec<String> {
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    let mut events = Vec::new();
    let mut data: Option<String> = None;
    for line in lines(body) {
        if line.is_empty() {
            if let Some(data) = data.take() {
                if data == "[DONE]" {
                    return events;
                }
                events.push(data);
            }
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field != "data" {
            continue;
        }
        let value = value.strip_prefix(' ').unwrap_or(value);
        match &mut data {
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
            None => data = Some(value.to_owned()),
        }
    }
    events.extend(data.filter(|data| !cut_off && data != "[DONE]"));
    events
}

/// Lines that end with CR, LF or both.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            // What follows the last line end is no line of its own, where it is nothing.
            return (!text.is_empty()).then_some(text);
        };
        let after = text.get(end..).unwrap_or_default();
        rest = after.strip_prefix("\r\n").or_else(|| after.get(1..));
        text.get(..end)
    })
}

/// The events as a JSON array, if each of them is JSON.
pub(super) fn array_of(events: &[String]) -> Option<Vec<u8>> {
    let mut array = vec![b'['];
    for event in events {
        if array.len() > 1 {
            array.push(b',');
        }
        push_compact(event.as_bytes(), &mut array).ok()?;
    }
    array.push(b']');
    Some(array)
}

#[cfg(test)]
mod tests {
    use super::{array, array_of, events};

    #[test]
    fn lines_of_json() {
        for (body, expected) in [
            ("{\"a\": 1}\n\n[2]\r\n3", "[{\"a\":1},[2],3]"),
            ("\u{feff}1\n", "[1]"),
            ("\n \n", "[]"),
            ("\u{1e}{\"a\":\n1}\n\u{1e}2\n", "[{\"a\":1},2]"),
        ] {
            assert_eq!(array(body.as_bytes()).unwrap(), expected.as_bytes());
        }
        for body in ["{\"a\":\n1}", "1 2", "\u{1e}1\u{1e}{", "x"] {
            assert!(array(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn events_of_a_stream() {
        let body = "\u{feff}: hello\r\nevent: x\ndata: {\"a\":\ndata:1}\r\rdata\n\nid: 7\n\ndata:  two\n\ndata: rest";
        assert_eq!(events(body, false), ["{\"a\":\n1}", "", " two", "rest"]);
        assert_eq!(events(body, true), ["{\"a\":\n1}", "", " two"]);
        assert_eq!(
            events("data: 1\n\ndata: [DONE]\n\ndata: 2\n\n", false),
            ["1"]
        );
        assert_eq!(events("data: [DONE]", false), [""; 0]);
        assert_eq!(
            array_of(&["{\"a\":\n1}".to_owned(), "2".to_owned()]).unwrap(),
            b"[{\"a\":1},2]"
        );
        assert_eq!(array_of(&["x".to_owned()]), None);
    }
}
