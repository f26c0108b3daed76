//! The documentation says what is so: its code is that of the examples, its manifest the quickstart's.

use std::collections::BTreeSet;
use std::path::Path;

use gatewright_tests::{Client, Program, Stub, binary, root};
use serde_json::json;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of a language.
fn blocks<'m>(markdown: &'m str, language: &str) -> Vec<&'m str> {
    markdown
        .split(&format!("```{language}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Every line of `part` is in `whole`, in that order.
fn is_in(part: &str, whole: &str) {
    let mut lines = whole.lines().map(str::trim);
    for line in part.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(
            lines.any(|other| other == line),
            "{line:?} is not there, or elsewhere"
        );
    }
}

#[test]
fn the_code_is_that_of_the_examples() {
    let guide = read("docs/using.md");
    let blocks = blocks(&guide, "rust");
    assert!(blocks.len() >= 5);
    for block in blocks {
        let (path, code) = block.split_once('\n').unwrap();
        let path = path.trim_start_matches("// ");
        let source = match path {
            // What `gatewright new` writes, its two files in one.
            "src/main.rs" => format!(
                "gatewright::include_gateway!();\n{}",
                read("compiler/src/cli/new/main.rs.template").replace("{{crate}}::", "")
            ),
            path => read(path),
        };
        is_in(code, &source);
    }
}

#[test]
fn the_manifest_is_the_quickstarts() {
    let readme = read("README.md");
    let manifest = blocks(&readme, "yaml")[0];
    let whole = read("examples/quickstart/gateway.yaml");
    for line in manifest
        .lines()
        .filter(|line| line.contains("- {") || line.contains("default"))
    {
        assert!(whole.contains(line), "{line:?}");
    }
}

#[test]
fn the_page_about_identities_is_the_example() {
    let page = read("docs/identity.md");
    is_in(
        blocks(&page, "yaml")[0],
        &read("examples/protected/gateway.yaml"),
    );
    let code = blocks(&page, "rust")[0].split_once('\n').unwrap();
    is_in(code.1, &read(code.0.trim_start_matches("// ")));
    // What the page says of key files is what the gateway reads: see `auth::tests::keys`.
    let file: serde_json::Value = serde_json::from_str(blocks(&page, "json")[0]).unwrap();
    assert_eq!(file["consumers"][0]["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn the_files_that_are_referred_to_exist() {
    let mut documents = vec![
        "README.md".to_owned(),
        "ARCHITECTURE.md".to_owned(),
        "CONTRIBUTING.md".to_owned(),
        "CHANGELOG.md".to_owned(),
    ];
    for page in std::fs::read_dir(root().join("docs")).unwrap() {
        let page = page.unwrap().path();
        if page.extension().is_some_and(|extension| extension == "md") {
            let name = page.file_name().unwrap().to_string_lossy();
            documents.push(format!("docs/{name}"));
        }
    }
    let broken: Vec<String> = documents
        .iter()
        .flat_map(|document| broken_links(document))
        .collect();
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The links of a document that lead to no file of ours, or to no heading of it.
fn broken_links(document: &str) -> Vec<String> {
    // Patterns in code look like links.
    let text = read(document).replace("``", "`");
    let text: String = text.split('`').step_by(2).collect();
    let path = root().join(document);
    text.split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap())
        .filter(|link| !link.starts_with("http"))
        .filter(|link| {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file),
            };
            let known = target.exists()
                && (heading.is_empty()
                    || std::fs::read_to_string(&target)
                        .is_ok_and(|text| headings(&text).contains(&heading.to_owned())));
            !known
        })
        .map(|link| format!("{document}: {link}"))
        .collect()
}

/// The anchors that a reader's browser finds in a page: its headings in lower case, with dashes for spaces.
fn headings(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
                .map(|letter| if letter == ' ' { '-' } else { letter })
                .collect()
        })
        .collect()
}

#[test]
fn the_example_of_handlers_does_what_it_says() {
    let stub = Stub::answering("201 Created", "application/json", "{\"id\":1}");
    let mut program = Program::gateway(
        &binary("handlers", "handlers"),
        &[],
        &[("PETSTORE_URL", &stub.url)],
    );
    let client = Client::new(&program.url("/pets/mcp"));
    let refused = client.call(
        "orderPet",
        &json!({ "petId": 1, "customer": "a@example.com" }),
    );
    assert_eq!(refused["isError"], true);
    assert!(stub.received().is_empty());
    let ordered = client.call(
        "orderPet",
        &json!({ "petId": 1, "customer": "a@example.org" }),
    );
    assert_eq!(ordered["structuredContent"], json!({ "id": 1 }));
    let hours = client.call("opening_hours", &json!({ "day": "Sunday" }));
    assert_eq!(hours["content"][0]["text"], "closed");
}

/// The tests in the sources: functions with the attribute of one.
fn tests_of_the_project(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                tests_of_the_project(&path, found);
            }
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let mut is_test = false;
        for line in source.lines().map(str::trim) {
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let function = line.trim_start_matches("async ").strip_prefix("fn ");
            if let (true, Some(function)) = (is_test, function) {
                found.insert(function.split('(').next().unwrap().to_owned());
                is_test = false;
            }
        }
    }
}

#[test]
fn the_table_of_api_management_is_true() {
    let mut known = BTreeSet::new();
    tests_of_the_project(&root(), &mut known);
    assert!(known.contains("the_table_of_api_management_is_true"));
    let page = read("docs/api-management.md");
    let mut named = 0;
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let ["", theirs, ours, _, tests, _, ""] = columns[..] else {
            panic!("five columns: {line}");
        };
        if theirs == "API Management" {
            continue;
        }
        let tests: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        let absent = ours.starts_with("not yet") || ours.starts_with("not there");
        assert!(
            absent || !tests.is_empty(),
            "nothing shows what is said here: {line}"
        );
        for test in tests {
            assert!(known.contains(test), "`{test}` is no test: {line}");
            named += 1;
        }
    }
    assert!(named > 100, "{named}");
    // Every policy that the manifest takes has a row.
    let schema: serde_json::Value =
        serde_json::from_str(&read("docs/gateway.schema.json")).unwrap();
    let policies = schema["$defs"]["policy"]["properties"].as_object().unwrap();
    for policy in policies.keys() {
        assert!(
            page.contains(&format!("`{policy}`")),
            "`{policy}` has no row"
        );
    }
}
