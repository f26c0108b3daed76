//! What OpenAPI 2.0 and 3.2 have and the versions between them have not.

use super::unit::{Case, listed};
use crate::openapi::{Details, Location, Style, Version};
use crate::source::Node;

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
fn a_whole_query_string_is_a_parameter_with_content() {
    let paths = "  /a:\n    get: { parameters: [{ name: q, in: querystring, content: { text/plain: {} } }] }\n    \
                 post: { parameters: [{ name: q, in: querystring, schema: {} }] }\n";
    let mut case = Case::new(&[("a.yaml", &of_3_2(paths))]);
    let document = case.document().unwrap();
    let operations = document.operations(&case.documents);
    let get = document
        .details(&operations[0], &case.documents, &mut case.sink)
        .unwrap();
    assert!(case.sink.diagnostics().is_empty());
    let parameter = &get.parameters[0];
    assert!(parameter.whole_query);
    assert_eq!(
        (
            parameter.location,
            parameter.content.as_ref().unwrap().name.value
        ),
        (Location::Query, "text/plain")
    );
    let post = document.details(&operations[1], &case.documents, &mut case.sink);
    assert!(post.is_none());
    assert_eq!(
        case.sink.diagnostics()[0].message,
        "a parameter that is the whole query has no `content`"
    );
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

/// A document of version 2.0 with these path items.
fn of_2_0(paths: &str) -> String {
    format!(
        "swagger: '2.0'\nconsumes: [application/json]\nproduces: [application/xml, application/json]\n\
         paths:\n{paths}\ndefinitions:\n  Pet: {{ type: object, properties: {{ name: {{ type: string }} }} }}\n\
         parameters:\n  Limit: {{ name: limit, in: query, type: integer, format: int32 }}\n  \
         Body: {{ name: pet, in: body, required: true, description: A pet, schema: {{ $ref: '#/definitions/Pet' }} }}\n\
         responses:\n  Found: {{ description: Found, schema: {{ $ref: '#/definitions/Pet' }} }}\n"
    )
}

/// The details of the first operation.
fn first(case: &mut Case) -> Details<'_> {
    let document = case.document().unwrap();
    let operations = document.operations(&case.documents);
    let details = document.details(&operations[0], &case.documents, &mut case.sink);
    assert!(
        case.sink.diagnostics().is_empty(),
        "{:?}",
        case.sink.diagnostics()
    );
    details.unwrap()
}

#[test]
fn servers_of_2_0_come_from_schemes_host_and_path() {
    for (text, expected) in [
        (
            "schemes: [http, https, ws]\nhost: a.example:8080\nbasePath: /v1/",
            &["https://a.example:8080/v1", "http://a.example:8080/v1"][..],
        ),
        ("schemes: [http]\nhost: a.example", &["http://a.example"]),
        ("host: a.example\nbasePath: /", &["//a.example"]),
        ("basePath: /v1", &["/v1"]),
        ("info: {}", &[]),
    ] {
        let mut case = Case::new(&[("a.yaml", &format!("swagger: '2.0'\n{text}\n"))]);
        let document = case.document().unwrap();
        assert_eq!(document.version, Version::V20);
        let urls: Vec<_> = document
            .servers
            .iter()
            .map(|server| server.written.as_str())
            .collect();
        assert_eq!(urls, expected, "{text}");
    }
}

#[test]
fn parameters_of_2_0_are_their_own_schemas() {
    let paths = "  /a/{ids}:\n    parameters:\n      - { name: ids, in: path, required: true, type: array, items: { type: string } }\n      \
                 - $ref: '#/parameters/Limit'\n    get:\n      parameters:\n        - { name: q, in: query, type: array, collectionFormat: multi }\n        \
                 - { name: s, in: query, type: array, collectionFormat: ssv }\n        - { name: p, in: query, type: array, collectionFormat: pipes }\n        \
                 - { name: c, in: query, type: array }\n        - { name: X-A, in: header, type: string, collectionFormat: tsv }\n";
    let mut case = Case::new(&[("a.yaml", &of_2_0(paths))]);
    let details = first(&mut case);
    let summary: Vec<_> = details
        .parameters
        .iter()
        .map(|found| (found.name.value, found.location, found.style, found.explode))
        .collect();
    assert_eq!(
        summary,
        [
            ("ids", Location::Path, Style::Simple, false),
            ("limit", Location::Query, Style::Form, true),
            ("q", Location::Query, Style::Form, true),
            ("s", Location::Query, Style::SpaceDelimited, false),
            ("p", Location::Query, Style::PipeDelimited, false),
            ("c", Location::Query, Style::Form, false),
            ("X-A", Location::Header, Style::Simple, false),
        ]
    );
    let limit = details.parameters[1].schema.unwrap();
    assert_eq!(
        limit.node.get("format").and_then(Node::as_str),
        Some("int32")
    );
    assert!(details.unsupported.is_none() && details.body.is_none());
}

#[test]
fn lists_between_tabs_are_refused_with_their_operation() {
    for parameter in [
        "{ name: a, in: query, type: array, collectionFormat: tsv }",
        "{ name: a, in: formData, type: array, collectionFormat: tsv }",
        "{ name: a, in: header, type: array, collectionFormat: pipes }",
    ] {
        let paths = format!("  /a: {{ post: {{ parameters: [{parameter}] }} }}");
        let mut case = Case::new(&[("a.yaml", &of_2_0(&paths))]);
        let reason = first(&mut case).unsupported.unwrap().value;
        assert!(
            reason.ends_with("cannot be written"),
            "{parameter}: {reason}"
        );
    }
}

/// The media types of the body with the schema of the first, and its encoding.
fn body_of(details: &Details<'_>) -> (bool, Vec<String>, String, String) {
    let body = details.body.as_ref().unwrap();
    let names = body.media_types.iter();
    let json = |node: Option<&Node>| node.map(Node::to_json).unwrap_or_default();
    let first = &body.media_types[0];
    (
        body.required,
        names.map(|found| found.name.value.to_owned()).collect(),
        json(first.schema.map(|schema| schema.node)),
        json(first.node.get("encoding")),
    )
}

#[test]
fn bodies_of_2_0_are_of_the_types_consumed() {
    for (consumes, expected) in [
        ("", "application/json"),
        ("consumes: [text/json],", "text/json"),
        ("consumes: [],", "application/json"),
    ] {
        let paths = format!(
            "  /a:\n    parameters: [{{ name: other, in: body, schema: {{}} }}]\n    \
             post: {{ {consumes} parameters: [{{ $ref: '#/parameters/Body' }}] }}"
        );
        let mut case = Case::new(&[("a.yaml", &of_2_0(&paths))]);
        let details = first(&mut case);
        let reference = r##"{"$ref":"#/definitions/Pet"}"##;
        assert_eq!(
            body_of(&details),
            (
                true,
                vec![expected.to_owned()],
                reference.to_owned(),
                String::new()
            )
        );
        assert_eq!(details.body.unwrap().description, Some("A pet"));
    }
}

#[test]
fn forms_of_2_0_become_one_schema() {
    let form = "{ name: tags, in: formData, required: true, type: array, items: { type: string } }";
    let other = "{ name: note, in: formData, type: string, description: D }";
    let schema = r#"{"type":"object","properties":{"tags":{"type":"array","items":{"type":"string"}},"note":{"type":"string","description":"D"}},"required":["tags"]}"#;
    for (consumes, types) in [
        ("", &["application/x-www-form-urlencoded"][..]),
        ("consumes: [multipart/form-data],", &["multipart/form-data"]),
    ] {
        // That of the path is overridden.
        let paths = format!(
            "  /a:\n    parameters: [{{ name: tags, in: formData, type: string }}]\n    \
             post: {{ {consumes} parameters: [{form}, {other}] }}"
        );
        let mut case = Case::new(&[("a.yaml", &of_2_0(&paths))]);
        let (required, names, found, encoding) = body_of(&first(&mut case));
        assert!(required);
        assert_eq!(names, types);
        assert_eq!(found, schema);
        assert_eq!(encoding, r#"{"tags":{"style":"form","explode":false}}"#);
    }
    let paths = "  /a: { post: { consumes: [application/x-www-form-urlencoded], parameters: [{ name: f, in: formData, type: file }] } }";
    let mut case = Case::new(&[("a.yaml", &of_2_0(paths))]);
    let (required, names, found, _) = body_of(&first(&mut case));
    assert!(!required);
    assert_eq!(names, ["multipart/form-data"]);
    assert!(
        found.contains(r#""f":{"type":"string","format":"binary"}"#),
        "{found}"
    );
}

#[test]
fn answers_of_2_0_are_of_the_types_produced() {
    let paths = "  /a: { get: { responses: { 200: { $ref: '#/responses/Found' }, 204: { description: None } } } }\n  \
                 /b: { get: { produces: [text/plain], responses: { default: { schema: { type: string } } } } }";
    let mut case = Case::new(&[("a.yaml", &of_2_0(paths))]);
    let document = case.document().unwrap();
    let mut found = Vec::new();
    for operation in document.operations(&case.documents) {
        let details = document
            .details(&operation, &case.documents, &mut case.sink)
            .unwrap();
        for response in details.responses {
            let names: Vec<_> = response
                .media_types
                .iter()
                .map(|media_type| {
                    assert!(media_type.schema.is_some());
                    media_type.name.value
                })
                .collect();
            found.push(names.join(" "));
        }
    }
    assert_eq!(
        found,
        ["application/xml application/json", "", "text/plain"]
    );
}

#[test]
fn what_2_0_does_not_allow_is_pointed_at() {
    let paths = "  /a:\n    post:\n      parameters:\n        - { name: a, in: cookie, type: string }\n        \
                 - { name: b, in: body }\n        - { name: c, in: formData, type: string }\n        - { name: d, in: body }\n        \
                 - { name: e, in: query, type: array, collectionFormat: tvs }\n        \
                 - { name: f, in: header, type: array, collectionFormat: multi }\n        - { name: g, in: nowhere }\n        - { $ref: '#/parameters/Bdoy' }\n";
    insta::assert_snapshot!(Case::new(&[("a.yaml", &of_2_0(paths))]).said());
}
