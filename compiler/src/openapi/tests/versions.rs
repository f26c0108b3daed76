//! What OpenAPI 2.0 and 3.2 have and the versions between them have not.

use super::unit::{Case, listed};
use crate::openapi::{Location, Style, Version};

/// A document of version 3.2 with these path items.
fn of_3_2(paths: &str) -> String {
    format!("openapi: 3.2.0\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}\n")
}

#[test]
fn methods_of_3_2_are_listed() {
    let paths = "  /a:\n    query: { operationId: search, requestBody: { content: { application/json: { schema: {} } } } }\n    \
                 additionalOperations:\n      COPY: { operationId: copy }\n      link: { operationId: link }\n      \
                 GET: { operationId: fixed }\n      trace: { operationId: fixed }\n      'a b': { operationId: none }\n      LOCK: 7\n    \
                 get: { operationId: plain }\n";
    let mut case = Case::new(&[("a.yaml", &of_3_2(paths))]);
    let document = case.document().unwrap();
    assert_eq!(document.version, Version::V32);
    let operations = document.operations(&case.documents);
    assert_eq!(
        listed(&operations),
        [
            "QUERY /a search",
            "COPY /a copy",
            "link /a link",
            "GET /a plain"
        ]
    );
    let details = document
        .details(&operations[0], &case.documents, &mut case.sink)
        .unwrap();
    assert_eq!(details.body.unwrap().media_types.len(), 1);

    let older = of_3_2(paths).replace("3.2.0", "3.1.0");
    let mut case = Case::new(&[("a.yaml", &older)]);
    let document = case.document().unwrap();
    assert_eq!(
        listed(&document.operations(&case.documents)),
        ["GET /a plain"]
    );
}

#[test]
fn a_whole_query_string_is_refused_with_its_operation() {
    let paths = "  /a:\n    get: { parameters: [{ name: q, in: querystring, content: { text/plain: {} } }] }\n    post: {}\n";
    let mut case = Case::new(&[("a.yaml", &of_3_2(paths))]);
    let document = case.document().unwrap();
    let reasons: Vec<_> = document
        .operations(&case.documents)
        .iter()
        .map(|operation| {
            let details = document
                .details(operation, &case.documents, &mut case.sink)
                .unwrap();
            details.unsupported.map(|reason| reason.value)
        })
        .collect();
    assert_eq!(
        reasons,
        [
            Some(
                "the parameter `q` is the whole query string, and arguments are sent one by one"
                    .to_owned()
            ),
            None
        ]
    );
    assert!(case.sink.diagnostics().is_empty());
}

#[test]
fn cookies_of_3_2_are_not_escaped() {
    let paths = "  /a:\n    get: { parameters: [{ name: c, in: cookie, style: cookie }, { name: d, in: cookie }] }\n";
    let mut case = Case::new(&[("a.yaml", &of_3_2(paths))]);
    let document = case.document().unwrap();
    let operations = document.operations(&case.documents);
    let details = document
        .details(&operations[0], &case.documents, &mut case.sink)
        .unwrap();
    let cookies: Vec<_> = details
        .parameters
        .iter()
        .map(|cookie| {
            assert_eq!(cookie.location, Location::Cookie);
            (cookie.style, cookie.explode, cookie.allow_reserved)
        })
        .collect();
    assert_eq!(
        cookies,
        [(Style::Form, true, true), (Style::Form, true, false)]
    );
    let older = of_3_2(paths).replace("3.2.0", "3.1.0");
    assert!(
        Case::new(&[("a.yaml", &older)])
            .said()
            .contains("cannot have the style `cookie`")
    );
}

#[test]
fn documents_are_found_by_the_uri_they_give_themselves() {
    let case = Case::new(&[
        (
            "specs/a.yaml",
            "openapi: 3.2.0\n$self: https://api.example.com/v1/main.yaml\nx: { $ref: shared.yaml }\nown: 1\n",
        ),
        (
            "specs/shared.yaml",
            "openapi: 3.2.0\n$self: https://api.example.com/v1/other.yaml\nthere: 2\n",
        ),
    ]);
    for (reference, expected) in [
        ("https://api.example.com/v1/main.yaml#/own", "1"),
        ("main.yaml#/own", "1"),
        ("/v1/main.yaml#/own", "1"),
        ("https://api.example.com/v1/other.yaml#/there", "2"),
        ("other.yaml#/there", "2"),
        // By its file, as before.
        ("shared.yaml#/there", "2"),
    ] {
        assert_eq!(
            case.resolve(reference).as_deref(),
            Ok(expected),
            "{reference}"
        );
    }
    let unknown = case.resolve("https://api.example.com/v1/third.yaml#/own");
    assert!(unknown.unwrap_err().contains("another machine"));
}
