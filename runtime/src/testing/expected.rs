//! What came, against what was expected.

use gatewright_schema::equal;
use gatewright_schema::json::Raw;
use http::HeaderMap;

use super::{Asked, Expect, ExpectRequest, ExpectResult, Observed, Outcome, Text};

/// What is otherwise than expected, a line each; none where all is well.
pub(super) fn differences(expect: &Expect<'_>, observed: &Observed) -> Vec<String> {
    let mut found = Differences::default();
    let same = expect.outcome == observed.outcome;
    found.unless(same, "the call", &expect.outcome, &observed.outcome);
    if let Some(status) = expect.status {
        found.unless(
            status == observed.status,
            "the HTTP status",
            &status,
            &observed.status,
        );
    }
    found.headers("the HTTP response", expect.headers, &observed.headers);
    // A call that is let through may be answered without the API; one that is not never reaches it.
    let never = expect.outcome != Outcome::Allowed;
    let asked = !observed.asked.is_empty();
    if never && asked {
        found.say("the API was asked, though the call was not to be let through".to_owned());
    }
    match expect.upstream_asked {
        Some(true) if !asked => found.say("the API was to be asked, and was not".to_owned()),
        Some(false) if asked => found.say("the API was not to be asked, and was".to_owned()),
        _ => {}
    }
    if let Some(upstream) = &expect.upstream {
        match observed.asked.last() {
            Some(request) => found.request(upstream, request),
            None => found.say("the API was to be asked, and was not".to_owned()),
        }
    }
    if let Some(result) = &expect.result {
        found.result(result, observed);
    }
    for (name, value) in expect.record {
        let mut fields = observed.record.iter();
        let came = fields.find(|(field, _)| field == name);
        let came = came.map_or("nothing", |(_, value)| value.as_str());
        let what = format!("`{name}` of the access record");
        found.unless(*value == came, &what, value, &came);
    }
    found.0
}

#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn say(&mut self, line: String) {
        self.0.push(line);
    }

    fn unless(
        &mut self,
        same: bool,
        what: &str,
        expected: &dyn std::fmt::Display,
        came: &dyn std::fmt::Display,
    ) {
        if !same {
            self.say(format!("{what}: expected `{expected}`, came `{came}`"));
        }
    }

    fn text(&mut self, what: &str, expected: Option<&str>, came: &str) {
        if let Some(expected) = expected {
            self.unless(expected == came, what, &expected, &came);
        }
    }

    fn headers(&mut self, of: &str, expected: &[(&str, &str)], came: &HeaderMap) {
        for (name, value) in expected {
            let values: Vec<_> = came
                .get_all(*name)
                .iter()
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .collect();
            match values.as_slice() {
                [] => self.say(format!("{of}: the header `{name}` is not there")),
                // Several lines of one header are one value (RFC 9110, section 5.3).
                values => {
                    let came = values.join(", ");
                    self.unless(came == *value, &format!("{of}: `{name}`"), value, &came);
                }
            }
        }
    }

    fn request(&mut self, expected: &ExpectRequest<'_>, came: &Asked) {
        self.text(
            "the method of the request to the API",
            expected.method,
            came.method.as_str(),
        );
        self.text(
            "the path of the request to the API",
            expected.path,
            &came.path,
        );
        self.text(
            "the query of the request to the API",
            expected.query,
            &came.query,
        );
        self.headers("the request to the API", expected.headers, &came.headers);
        for name in expected.without_headers {
            if came.headers.contains_key(*name) {
                self.say(format!("the request to the API has the header `{name}`"));
            }
        }
        let body = String::from_utf8_lossy(&came.body);
        match expected.body {
            None => {}
            Some(Text::Exactly(text)) => {
                self.unless(
                    text == body,
                    "the body of the request to the API",
                    &text,
                    &body,
                );
            }
            Some(Text::Json(json)) => {
                let same = is_json(json, &body);
                self.unless(same, "the body of the request to the API", &json, &body);
            }
        }
    }

    fn result(&mut self, expected: &ExpectResult<'_>, observed: &Observed) {
        let Some(came) = &observed.result else {
            self.say("there is no result".to_owned());
            return;
        };
        if let Some(is_error) = expected.is_error {
            let came = observed.is_error();
            self.unless(is_error == came, "`isError`", &is_error, &came);
        }
        let text = observed.text();
        self.text("the text of the result", expected.text, &text);
        for part in expected.contains {
            if !text.contains(part) {
                self.say(format!(
                    "the text of the result does not contain `{part}`: `{text}`"
                ));
            }
        }
        if let Some(expected) = expected.structured {
            match came.get("structuredContent") {
                None => self.say("the result has no `structuredContent`".to_owned()),
                Some(came) => {
                    let came = came.to_string();
                    let same = is_json(expected, &came);
                    self.unless(same, "`structuredContent`", &expected, &came);
                }
            }
        }
    }
}

fn is_json(expected: &str, came: &str) -> bool {
    match (
        Raw::parse(expected.as_bytes()),
        Raw::parse(came.trim().as_bytes()),
    ) {
        (Ok(expected), Ok(came)) => equal(expected, came),
        _ => false,
    }
}
