use std::fmt::Write as _;
use std::path::PathBuf;

use crate::diagnostic::{Format, Sink, render};
use crate::openapi::{Document, Documents, Location, Operation, Status, Style};
use crate::source::{FileId, Files, MemoryLoader, Node, Span, Spanned};

/// A store filled from texts, of which the first is the document.
pub(super) struct Case {
    pub(super) files: Files,
    pub(super) documents: Documents,
    pub(super) file: Option<FileId>,
    pub(super) sink: Sink,
}

impl Case {
    pub(super) fn new(texts: &[(&str, &str)]) -> Self {
        let all = texts.iter().copied().chain([("gateway.yaml", "")]);
        let mut files = Files::new(PathBuf::new(), Box::new(MemoryLoader::new(all)));
        let manifest = files.open("gateway.yaml", None).unwrap();
        let mut documents = Documents::new();
        let mut sink = Sink::default();
        let path = Spanned::new(texts[0].0.to_owned(), Span::new(manifest, 0, 0));
        let file = documents.load(&path, &mut files, &mut sink);
        Self {
            files,
            documents,
            file,
            sink,
        }
    }

    pub(super) fn document(&mut self) -> Option<Document> {
        Document::open(self.file?, &self.documents, &mut self.sink)
    }

    /// What is said about the details of all operations.
    pub(super) fn said(mut self) -> String {
        if let Some(document) = self.document() {
            for operation in document.operations(&self.documents) {
                document.details(&operation, &self.documents, &mut self.sink);
            }
        }
        render(
            self.sink.diagnostics(),
            &self.files,
            Format::Full { colour: false },
        )
    }

    pub(super) fn resolve(&self, reference: &str) -> Result<String, String> {
        self.documents
            .resolve(self.file.unwrap(), reference)
            .map(|(_, node)| node.to_json())
            .map_err(|error| error.to_string())
    }
}

/// A document with these path items.
fn with_paths(paths: &str) -> String {
    format!("openapi: 3.0.3\ninfo: {{ title: T, version: '1' }}\npaths:\n{paths}\n")
}

#[test]
fn references_lead_through_files_and_pointers() {
    let case = Case::new(&[
        (
            "api/root.yaml",
            "a: { $ref: 'parts/one.yaml#/x' }\nb: { 'a/b': { '~': 1 }, 'ü {}': 2, list: [10, 11] }\nc: { $ref: '#/b' }\n\
             d: { $anchor: named, v: 3 }\ndiscriminator: { mapping: { cat: mapped.json, dog: Dog } }\nempty: { '': 4 }\n",
        ),
        ("api/parts/one.yaml", "x: { y: 5, $ref: '../two.json' }\n"),
        (
            "api/two.json",
            r#"{ "z": { "$ref": "root.yaml#/b/list/1" } }"#,
        ),
        ("api/mapped.json", "[true]"),
    ]);
    for (reference, expected) in [
        ("#/b/a~1b/~0", "1"),
        ("#/b/%C3%BC%20%7B%7D", "2"),
        ("#/b/list/0", "10"),
        ("#/empty/", "4"),
        // Through a reference on the way.
        ("#/c/list/1", "11"),
        ("#/a/z", r#"{"$ref":"root.yaml#/b/list/1"}"#),
        ("parts/one.yaml#/x/y", "5"),
        ("mapped.json", "[true]"),
        ("mapped.json#", "[true]"),
        ("#named", r#"{"$anchor":"named","v":3}"#),
    ] {
        assert_eq!(
            case.resolve(reference).as_deref(),
            Ok(expected),
            "{reference}"
        );
    }
    let (file, node) = case.documents.resolve(case.file.unwrap(), "#/a/z").unwrap();
    let (_, end) = case.documents.follow(file, node).unwrap();
    assert_eq!(end.to_json(), "11");
}

#[test]
fn references_that_lead_nowhere_say_why() {
    let case = Case::new(&[
        (
            "root.yaml",
            "refs: [{ $ref: missing.yaml }, { $ref: ../secret.yaml }, { $ref: broken.json }, { $ref: /etc/passwd }]\n\
             list: [1]\nloop: { $ref: '#/loop' }\nping: { $ref: '#/pong' }\npong: { $ref: '#/ping' }\nschemas: { Pet: {} }\n",
        ),
        ("broken.json", "{ \"a\": }"),
    ]);
    let mut out = String::new();
    for reference in [
        "#/schemas/Pett",
        "#/list/1",
        "#/list/00",
        "#/list/-",
        "#/loop/x",
        "#/ping/x",
        "#/~2",
        "#/%zz",
        "#nowhere",
        "missing.yaml#/a",
        "../secret.yaml",
        "/etc/passwd",
        "broken.json#/a",
        "not-walked.yaml",
        "https://example.com/a.yaml#/x",
        "//example.com/a.yaml",
        "urn:x",
    ] {
        let error = case.resolve(reference).unwrap_err();
        writeln!(out, "{reference}\n    {error}").unwrap();
    }
    for name in ["loop", "ping"] {
        let file = case.file.unwrap();
        let node = case.documents.root(file).unwrap().get(name).unwrap();
        let error = case.documents.follow(file, node).unwrap_err();
        writeln!(out, "follow {name}\n    {error}").unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn versions_are_told_apart() {
    let mut out = String::new();
    for text in [
        "openapi: 3.0.4",
        "openapi: 3.1.1",
        "openapi: 3.0",
        "openapi: '3.1'",
        "openapi: 3.10.0",
        "openapi: 3.2.0",
        "swagger: '2.0'",
        "openapi: []",
        "info: { title: x }",
        "[1]",
        "openapi: 3.0.0\npaths: []",
    ] {
        let mut case = Case::new(&[("a.yaml", text)]);
        let version = case.document().map(|document| document.version);
        let said: Vec<_> = case
            .sink
            .diagnostics()
            .iter()
            .map(|found| found.message.clone())
            .collect();
        writeln!(out, "{text:?}: {version:?} {}", said.join("; ")).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn servers_have_their_variables_replaced() {
    let mut case = Case::new(&[(
        "a.yaml",
        "openapi: 3.1.0\ninfo: { title: Pets, description: All }\nservers:\n  \
         - { url: 'https://{region}.example.com:{port}/v1', variables: { region: { default: eu }, port: { default: 8443 } } }\n  \
         - { url: 'https://{unknown}/' }\n  - { url: /relative }\n  - nonsense\n",
    )]);
    let document = case.document().unwrap();
    let urls: Vec<_> = document
        .servers
        .iter()
        .map(|server| server.with(|name| (name == "port").then_some("1")))
        .collect();
    let expected = [
        Ok("https://eu.example.com:1/v1".to_owned()),
        Err("unknown"),
        Ok("/relative".to_owned()),
    ];
    assert_eq!(urls, expected);
    let defaults = document.servers[0].with(|_| None);
    assert_eq!(defaults.unwrap(), "https://eu.example.com:8443/v1");
    assert_eq!(document.title.as_deref(), Some("Pets"));
    assert_eq!(document.description.as_deref(), Some("All"));
}

/// The operations as `METHOD /path id`.
pub(super) fn listed(operations: &[Operation<'_>]) -> Vec<String> {
    operations
        .iter()
        .map(|operation| {
            let id = operation.id.as_ref().map_or("-", |id| id.value);
            format!("{} {} {id}", operation.method, operation.path.value)
        })
        .collect()
}

#[test]
fn listing_takes_what_it_can() {
    let mut case = Case::new(&[
        (
            "a.yaml",
            "openapi: 3.1.0\npaths:\n  x-note: 1\n  /a:\n    summary: Item\n    get: { operationId: getA, tags: [t, 3], deprecated: true }\n    \
             post: { operationId: 7, summary: Own }\n    put: nonsense\n    trace: { operationId: no }\n    x-get: {}\n  \
             /b: { $ref: 'items.yaml#/b', get: { operationId: nearer } }\n  /c: { $ref: 'gone.yaml' }\n  \
             /d: { $ref: '#/paths/~1d' }\n  /e: []\n  /f: { get: { $ref: 'items.yaml#/op' } }\n",
        ),
        (
            "items.yaml",
            "b: { description: Far, get: { operationId: farther }, delete: { operationId: deleteB } }\nop: { operationId: other, description: D }\n",
        ),
    ]);
    let document = case.document().unwrap();
    let operations = document.operations(&case.documents);
    assert_eq!(
        listed(&operations),
        [
            "GET /a getA",
            "POST /a -",
            "GET /b nearer",
            "DELETE /b deleteB",
            "GET /f other"
        ]
    );
    assert_eq!(operations[0].tags, ["t"]);
    assert!(operations[0].deprecated && !operations[1].deprecated);
    assert_eq!(operations[0].summary, Some("Item"));
    assert_eq!(operations[1].summary, Some("Own"));
    assert_eq!(operations[3].description, Some("Far"));
    assert_ne!(operations[4].file, document.file);
    assert!(case.sink.diagnostics().is_empty());
}

/// A document in which everything that can be elsewhere is elsewhere.
fn spread_out() -> Case {
    let paths = "  /a/{id}/{part}:\n    parameters:\n      - { name: id, in: path, schema: { type: string } }\n      \
        - { name: limit, in: query, description: path level }\n      - { name: x-trace, in: header }\n      - $ref: 'shared.yaml#/part'\n    \
        get:\n      parameters:\n        - { name: limit, in: query, style: pipeDelimited, allowReserved: true, example: [1] }\n        \
        - { name: X-Trace, in: header, required: true }\n        - { name: accept, in: header }\n        - { name: session, in: cookie, explode: false }\n        \
        - { name: filter, in: query, content: { application/json: { schema: { type: object } } }, examples: { one: { value: 5 } } }\n      \
        requestBody: { $ref: 'shared.yaml#/body' }\n      responses:\n        200: { description: OK, content: { application/json: { schema: {} }, text/plain: {} } }\n        \
        2XX: { $ref: 'shared.yaml#/answer' }\n        default: { description: Error }\n        x-note: 1\n";
    Case::new(&[
        ("a.yaml", &with_paths(paths)),
        (
            "shared.yaml",
            "part: { name: part, in: path, required: false, style: label, schema: { $ref: '#/s' } }\nbody: { required: true, content: { text/csv: {} } }\n\
             answer: { description: Any }\ns: { type: integer }\n",
        ),
    ])
}

#[test]
fn parameters_are_merged_and_defaulted() {
    let mut case = spread_out();
    let document = case.document().unwrap();
    let operations = document.operations(&case.documents);
    let details = document.details(&operations[0], &case.documents, &mut case.sink);
    assert!(
        case.sink.diagnostics().is_empty(),
        "{:?}",
        case.sink.diagnostics()
    );
    let details = details.unwrap();
    let summary: Vec<_> = details
        .parameters
        .iter()
        .map(|found| {
            (
                found.name.value,
                found.location,
                found.required,
                found.style,
                found.explode,
            )
        })
        .collect();
    assert_eq!(
        summary,
        [
            ("id", Location::Path, true, Style::Simple, false),
            ("limit", Location::Query, false, Style::PipeDelimited, false),
            ("X-Trace", Location::Header, true, Style::Simple, false),
            ("part", Location::Path, true, Style::Label, false),
            ("session", Location::Cookie, false, Style::Form, false),
            ("filter", Location::Query, false, Style::Form, true),
        ]
    );
    let limit = &details.parameters[1];
    assert!(limit.allow_reserved && limit.description.is_none() && limit.schema.is_none());
    assert_eq!(limit.example.map(Node::to_json).as_deref(), Some("[1]"));
    let part = details.parameters[3].schema.unwrap();
    assert_eq!(
        case.documents
            .resolve(part.file, "#/s")
            .unwrap()
            .1
            .to_json(),
        r#"{"type":"integer"}"#
    );
    let filter = &details.parameters[5];
    let content = filter.content.as_ref().map(|content| content.name.value);
    assert_eq!(content, Some("application/json"));
    assert_eq!(filter.example.map(Node::to_json).as_deref(), Some("5"));
}

#[test]
fn bodies_and_answers_are_found() {
    let mut case = spread_out();
    let document = case.document().unwrap();
    let operations = document.operations(&case.documents);
    let details = document
        .details(&operations[0], &case.documents, &mut case.sink)
        .unwrap();
    let body = details.body.unwrap();
    assert!(body.required);
    assert_eq!(body.media_types[0].name.value, "text/csv");
    let responses: Vec<_> = details
        .responses
        .iter()
        .map(|response| {
            (
                response.status,
                response.description,
                response.media_types.len(),
            )
        })
        .collect();
    assert_eq!(
        responses,
        [
            (Status::Code(200), Some("OK"), 2),
            (Status::Range(2), Some("Any"), 0),
            (Status::Default, Some("Error"), 0),
        ]
    );
}

#[test]
fn descriptions_beside_references_count_since_3_1() {
    for (version, expected) in [("3.0.3", "far"), ("3.1.0", "near")] {
        let text = format!(
            "openapi: {version}\npaths:\n  /a:\n    get:\n      parameters: [{{ $ref: '#/p', description: near }}]\n\
             p: {{ name: q, in: query, description: far }}\n"
        );
        let mut case = Case::new(&[("a.yaml", &text)]);
        let document = case.document().unwrap();
        let operations = document.operations(&case.documents);
        let details = document
            .details(&operations[0], &case.documents, &mut case.sink)
            .unwrap();
        assert_eq!(details.parameters[0].description, Some(expected));
    }
}

#[test]
fn paths_and_parameters_must_agree() {
    let said = Case::new(&[(
        "a.yaml",
        &with_paths(
            "  /a/{petId}: { get: { parameters: [{ name: petid, in: path }] } }\n  \
             /b/{x: { get: {} }\n  /c?d={e}#f: { get: { parameters: [{ name: e, in: path }] } }\n  \
             /f/{}: { get: {} }\n  /g/{h}-{i}/{h}: { get: { parameters: [{ name: h, in: path }, { name: i, in: path }] } }\n"
        )
    )])
    .said();
    insta::assert_snapshot!(said);
}

#[test]
fn malformed_parts_are_pointed_at() {
    let said = Case::new(&[
        (
            "a.yaml",
            &with_paths(
                "  /a:\n    parameters: none\n    get:\n      parameters:\n        - 7\n        - { in: query }\n        \
                 - { name: a }\n        - { name: [], in: query }\n        - { name: b, in: body }\n        - { name: c, in: querry }\n        \
                 - { name: d, in: query, style: simple }\n        - { name: e, in: query, required: 'yes' }\n        \
                 - { name: f, in: query, schema: {}, content: {} }\n        - { name: g, in: query, content: {} }\n        \
                 - { name: h, in: query }\n        - { name: h, in: query }\n        - { $ref: 'shared.yaml#/Limt' }\n        \
                 - { $ref: 'https://example.com/x.yaml' }\n        - { $ref: 'shared.yaml#/Bad' }\n      \
                 requestBody: {}\n      responses:\n        20: {}\n        200: { content: { a/b: 3 } }\n        201: []\n"
            )
        ),
        ("shared.yaml", "Limit: { name: limit, in: query }\nBad: { name: bad, in: query, style: 3 }\n"),
    ])
    .said();
    insta::assert_snapshot!(said);
}

/// A duplicate key does harm only where it is selected, however far away it is.
#[test]
fn duplicate_keys_matter_where_they_are_read() {
    let text = with_paths(
        "  /a: { get: { operationId: a, operationId: b } }\n  /b: { get: {}, get: {} }\n  \
         /c: { get: { parameters: [{ $ref: '#/p' }] }, post: {} }\n  /d: { get: { responses: { 200: { $ref: 'b.json' } } } }\n  \
         /e: { parameters: [{ $ref: '#/p' }], get: {} }\n\
         p: { name: q, in: query, schema: { $ref: '#/s' } }\ns: { items: { $ref: '#/t' } }\nt: { type: x, type: y, items: { $ref: '#/s' } }",
    );
    let mut case = Case::new(&[
        ("a.yaml", &text),
        ("b.json", r#"{ "description": "", "description": "" }"#),
    ]);
    let document = case.document().unwrap();
    let found: Vec<_> = document
        .operations(&case.documents)
        .iter()
        .map(|operation| {
            let mut sink = Sink::default();
            document.details(operation, &case.documents, &mut sink);
            let codes: Vec<_> = sink
                .diagnostics()
                .iter()
                .map(|found| found.code.name)
                .collect();
            format!(
                "{} {} {}",
                operation.method,
                operation.path.value,
                codes.join(" ")
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "GET /a duplicate-key",
            "GET /b duplicate-key",
            "GET /c duplicate-key",
            "POST /c ",
            "GET /d duplicate-key",
            "GET /e duplicate-key",
        ]
    );
}
