//! Which body a request has, from which arguments, and what is left of parameters.

use super::{compiled, compiled_with, operation_tools, shown};

/// A document of version 3.1 with one operation `a`, whose body has this `content`.
fn with_content(content: &str) -> String {
    format!(
        "openapi: 3.1.0\npaths:\n  /a:\n    post:\n      operationId: a\n      summary: A\n      \
         requestBody:\n        required: true\n        content:\n{content}"
    )
}

/// The tool of a document with that content, and what is said.
fn tool(content: &str) -> String {
    let (plan, said) = compiled(&[("a.yaml", &with_content(content))]);
    said + &plan.as_ref().map(shown).unwrap_or_default()
}

/// The same with an override of the tool.
fn tool_with(change: &str, content: &str) -> String {
    let manifest = format!(
        "gateway: g\napis: {{ a: {{ spec: a.yaml, url: https://example.com }} }}\n\
         servers: {{ s: {{ tools: [{{ api: a, operations: [a] }}], overrides: {{ a: {{ body: {change} }} }} }} }}\n"
    );
    let (plan, said) = compiled_with(&manifest, &[("a.yaml", &with_content(content))]);
    said + &plan.as_ref().map(shown).unwrap_or_default()
}

const EVERY_KIND: &str = "          image/*: {}\n          application/octet-stream: {}\n          text/csv: {}\n          \
                          application/x-www-form-urlencoded: { schema: { type: object, properties: { f: { type: string } } } }\n          \
                          multipart/form-data: { schema: { type: object, properties: { m: { type: string } } } }\n          \
                          application/vnd.x+json: { schema: { type: object, properties: { v: { type: string } } } }\n          \
                          application/json: { schema: { type: object, properties: { j: { type: string } } } }\n";

#[test]
fn what_says_most_is_chosen() {
    let mut content: Vec<&str> = EVERY_KIND.lines().collect();
    let mut chosen = Vec::new();
    // From the last to the first: each is taken only where nothing better is left.
    while !content.is_empty() {
        let (plan, said) = compiled(&[("a.yaml", &with_content(&(content.join("\n") + "\n")))]);
        let plan = plan.unwrap_or_else(|| panic!("{said}"));
        let (_, tool) = operation_tools(&plan).next().unwrap();
        let body = format!("{:?}", tool.request.body);
        chosen.push(body.split(',').next().unwrap().to_owned());
        let position = match content.len() {
            // The form in parts is declared after the other, which is preferred.
            5 => 3,
            length => length - 1,
        };
        content.remove(position);
    }
    assert_eq!(
        chosen,
        [
            "JsonObject { media_type: \"application/json\"",
            "JsonObject { media_type: \"application/vnd.x+json\"",
            "UrlEncoded { media_type: \"application/x-www-form-urlencoded\"",
            "Multipart { whole: None",
            "Text { media_type: \"text/csv; charset=utf-8\"",
            "Binary { media_type: \"application/octet-stream\"",
            "File { value: 0 }",
        ]
    );
}

#[test]
fn a_form_with_a_file_goes_in_parts() {
    let both = "          application/x-www-form-urlencoded: &form\n            schema:\n              type: object\n              \
                properties: { name: { type: string }, file: { type: string, format: binary } }\n          \
                multipart/form-data: *form\n";
    assert!(tool(both).contains("Multipart {"), "{}", tool(both));
}

#[test]
fn parts_by_their_schemas_and_encodings() {
    insta::assert_snapshot!(tool(
        "          multipart/form-data:\n            schema:\n              type: object\n              required: [file, meta]\n              \
         properties:\n                id: { type: integer, readOnly: true }\n                secret: { type: string, writeOnly: true }\n                \
         meta: { type: object, properties: { id: { readOnly: true }, tag: { type: string } } }\n                \
         file: { description: What to keep, type: string, format: binary }\n                \
         scans: { type: array, maxItems: 3, items: { contentMediaType: application/pdf } }\n                \
         picture: { type: string, format: binary }\n                photo: {}\n                \
         page: { type: string, contentMediaType: text/html }\n                \
         coded: { type: string, contentEncoding: base64, contentMediaType: image/png }\n                \
         any: { type: [string, object] }\n                either: { anyOf: [{ type: string, format: binary }, { type: 'null' }] }\n                \
         labels: { type: array, items: { type: string } }\n                joined: { type: array, items: { type: string } }\n            \
         encoding:\n              photo: { contentType: 'image/png, image/jpeg' }\n              picture: { contentType: image/* }\n              \
         any: { contentType: application/json, headers: { X-Kind: { schema: { const: any } }, X-Other: { schema: { type: string } } } }\n              \
         joined: { style: form, explode: false }\n"
    ));
}

#[test]
fn fields_by_their_encodings() {
    insta::assert_snapshot!(tool(
        "          application/x-www-form-urlencoded:\n            schema:\n              type: object\n              \
         properties:\n                id: { type: integer, readOnly: true }\n                'a[b]': { type: string }\n                \
         deep: { type: object, additionalProperties: { type: string } }\n                json: { type: string }\n                \
         list: { type: array, items: { type: string } }\n                plain: { type: object, properties: { id: { readOnly: true }, x: {} } }\n            \
         encoding:\n              deep: { style: deepObject }\n              json: { contentType: application/json }\n              \
         list: { style: pipeDelimited }\n"
    ));
}

#[test]
fn forms_that_stay_whole() {
    let union = "schema: { oneOf: [{ $ref: '#/x/One' }, { type: object, required: [url], properties: { url: { type: string } } }] }";
    let document = with_content(&format!("          multipart/form-data: {{ {union} }}\n"))
        + "x:\n  One:\n    type: object\n    required: [file]\n    properties:\n      file: { type: string, format: binary }\n";
    let (plan, said) = compiled(&[("a.yaml", &document)]);
    insta::assert_snapshot!(said + &plan.as_ref().map(shown).unwrap_or_default());
}

#[test]
fn the_manifest_chooses() {
    let chosen = [
        tool_with("{ media_type: multipart/form-data }", EVERY_KIND),
        tool_with("{ media_type: Text/CSV }", EVERY_KIND),
        tool_with("{ media_type: image/webp }", EVERY_KIND),
        tool_with("{ arguments: nested }", EVERY_KIND),
        tool_with(
            "{ media_type: application/x-www-form-urlencoded, arguments: nested }",
            EVERY_KIND,
        ),
        tool_with("{ arguments: flat }", EVERY_KIND),
    ];
    insta::assert_snapshot!(chosen.join("\n"));
}

#[test]
fn choices_that_there_are_not() {
    let open = "          application/json: { schema: { type: object, additionalProperties: { type: integer } } }\n";
    let chosen = [
        tool_with("{ media_type: multipart/from-data }", EVERY_KIND),
        tool_with("{ media_type: text/csv, arguments: flat }", EVERY_KIND),
        tool_with("{ arguments: flat }", open),
    ];
    let none = "openapi: 3.1.0\npaths: { /a: { get: { operationId: a, summary: A } } }\n";
    let manifest = "gateway: g\napis: { a: { spec: a.yaml, url: https://example.com } }\n\
                    servers: { s: { tools: [{ api: a, operations: [a] }], overrides: { a: { body: { arguments: flat } } } } }\n";
    let (plan, said) = compiled_with(manifest, &[("a.yaml", none)]);
    assert!(plan.is_none());
    insta::assert_snapshot!(chosen.join("\n") + &said);
}

#[test]
fn bodies_that_cannot_be_written() {
    let refused = [
        tool("          multipart/mixed: { itemSchema: {} }\n"),
        tool("          multipart/form-data: { itemSchema: {} }\n"),
        tool("          text/plain; charset=latin1: {}\n"),
        tool("          application/x-www-form-urlencoded: { schema: { type: string } }\n"),
        tool(
            "          multipart/form-data:\n            schema: { type: object, properties: { o: { type: object } } }\n            \
             encoding: { o: { contentType: text/xml } }\n",
        ),
        tool(
            "          multipart/form-data:\n            schema: { type: object, properties: { o: { type: object } } }\n            \
             encoding: { o: { headers: { X-A: { required: true, schema: { type: string } } } } }\n",
        ),
        tool(
            "          multipart/form-data:\n            schema: { type: object, properties: { o: { type: object } } }\n            \
             encoding: { o: { headers: { X-A: { schema: { const: \"a\\r\\nb: c\" } } } } }\n",
        ),
    ];
    insta::assert_snapshot!(refused.join("\n"));
}

/// A document with one operation `a` of that path and those parameters.
fn with_parameters(path: &str, parameters: &str) -> String {
    format!(
        "openapi: 3.2.0\npaths:\n  {path}:\n    get:\n      operationId: a\n      summary: A\n      parameters:\n{parameters}"
    )
}

#[test]
fn paths_with_a_query() {
    let document = with_parameters(
        "/a/{b}?action=list all&flag&v={version}",
        "        - { name: b, in: path }\n        - { name: version, in: path, schema: { type: integer } }\n        \
         - { name: q, in: query, schema: { type: string } }\n",
    );
    let (plan, said) = compiled(&[("a.yaml", &document)]);
    let plan = plan.unwrap();
    let (_, tool) = operation_tools(&plan).next().unwrap();
    insta::assert_snapshot!(format!("{said}{}{:#?}", shown(&plan), tool.values));
}

#[test]
fn whole_queries() {
    let json = with_parameters(
        "/a",
        "        - { name: q, in: querystring, content: { application/json: { schema: { type: object } } } }\n",
    );
    let form = with_parameters(
        "/a",
        "        - name: q\n          in: querystring\n          content:\n            application/x-www-form-urlencoded:\n              \
         schema: { type: object, properties: { x: { type: string }, l: { type: array, items: {} } } }\n              \
         encoding: { l: { explode: false } }\n",
    );
    let refused = with_parameters(
        "/a",
        "        - { name: q, in: querystring, content: { application/x-www-form-urlencoded: { schema: { type: string } } } }\n",
    );
    let all = [json, form, refused].map(|document| {
        let (plan, said) = compiled(&[("a.yaml", &document)]);
        said + &plan.as_ref().map(shown).unwrap_or_default()
    });
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn parameters_as_text_and_without_a_value() {
    let document = with_parameters(
        "/a",
        "        - { name: t, in: query, content: { text/plain: { schema: { type: string, maxLength: 3 } } } }\n        \
         - { name: h, in: header, content: { text/plain: {} } }\n        \
         - { name: e, in: query, allowEmptyValue: true, schema: { type: boolean } }\n        \
         - { name: s, in: query, allowEmptyValue: true, schema: { type: string } }\n        \
         - { name: m, in: query, allowEmptyValue: true, schema: { type: string, minLength: 2 } }\n",
    );
    let (plan, said) = compiled(&[("a.yaml", &document)]);
    insta::assert_snapshot!(said + &plan.as_ref().map(shown).unwrap_or_default());
}

#[test]
fn what_would_leave_nothing_in_a_request_is_no_argument() {
    let document = with_parameters(
        "/a/{s}/{l}/{m}/{o}/{f}",
        "        - { name: s, in: path, required: true, schema: { type: string, pattern: \"^[a-z]*$\" } }\n        \
         - { name: l, in: path, required: true, schema: { type: array, items: { type: string } } }\n        \
         - { name: m, in: path, required: true, style: matrix, schema: { type: [string, object] } }\n        \
         - { name: o, in: path, required: true, schema: { type: [integer, string], enum: [1, a] } }\n        \
         - { name: f, in: path, required: true, schema: { type: string, format: uuid } }\n        \
         - { name: q, in: query, required: true, schema: { type: array, items: { type: string } } }\n        \
         - { name: p, in: query, schema: { type: array, items: { type: string } } }\n        \
         - { name: t, in: query, required: true, schema: { type: string } }\n",
    );
    let (plan, said) = compiled(&[("a.yaml", &document)]);
    insta::assert_snapshot!(said + &plan.as_ref().map(shown).unwrap_or_default());
}

#[test]
fn values_within_a_deep_object_need_a_choice() {
    let deep = |schema: &str| {
        let parameter =
            format!("        - {{ name: f, in: query, style: deepObject, schema: {schema} }}\n");
        with_parameters("/a", &parameter)
    };
    let nested =
        deep("{ type: object, properties: { tags: { type: array, items: { type: string } } } }");
    let objects =
        deep("{ type: object, properties: { l: { type: array, items: { type: object } } } }");
    let flat = deep("{ type: object, properties: { x: { type: string }, y: {} } }");
    let with = |choice: &str, document: &str| {
        let manifest = format!(
            "gateway: g\napis: {{ a: {{ spec: a.yaml, url: https://example.com{choice} }} }}\n\
             servers: {{ s: {{ tools: [{{ api: a, operations: [a] }}] }} }}\n"
        );
        let (plan, said) = compiled_with(&manifest, &[("a.yaml", document)]);
        said + &plan.as_ref().map(shown).unwrap_or_default()
    };
    let all = [
        with("", &nested),
        with(", deep_object: brackets", &nested),
        with(", deep_object: repeat", &nested),
        with(", deep_object: repeat", &objects),
        with("", &flat),
        with(", deep_object: dots", &flat),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn alternatives_of_a_form_keep_what_each_says_of_a_member() {
    let content = "          multipart/form-data:\n            schema:\n              oneOf:\n                \
                   - { type: object, required: [kind], properties: { kind: { const: drink }, photo: { type: string, format: binary } } }\n                \
                   - { type: object, required: [kind], properties: { kind: { const: dessert }, photo: { type: string, format: binary, description: Of it } } }\n";
    let (plan, said) = compiled(&[("a.yaml", &with_content(content))]);
    let plan = plan.unwrap_or_else(|| panic!("{said}"));
    let (_, tool) = operation_tools(&plan).next().unwrap();
    let table = gatewright_schema::Table {
        schemas: plan.table.clone().into(),
    };
    let is_accepted = |body: &str| {
        let arguments = format!("{{\"body\":{body}}}");
        table
            .check_text(tool.arguments, arguments.as_bytes())
            .is_ok()
    };
    for kind in ["drink", "dessert"] {
        assert!(is_accepted(&format!("{{\"kind\":\"{kind}\"}}")), "{kind}");
        let photo = format!("{{\"kind\":\"{kind}\",\"photo\":{{\"data\":\"aGk=\"}}}}");
        assert!(is_accepted(&photo), "{photo}");
        let photo = format!("{{\"kind\":\"{kind}\",\"photo\":\"aGk=\"}}");
        assert!(!is_accepted(&photo), "{photo}");
    }
    assert!(!is_accepted("{\"kind\":\"meal\"}"));
}
