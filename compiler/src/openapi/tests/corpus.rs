//! Documents found in the wild, and another implementation's reading of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use openapiv3::ReferenceOr;
use serde_json::Value as Json;

use crate::diagnostic::Sink;
use crate::openapi::{Details, Document, Documents, Location, Operation, Status, Version};
use crate::source::{FileId, Files, Loader, Span, Spanned};

/// What the comparison looks at.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    id: Option<String>,
    /// Name, location, required.
    parameters: BTreeSet<(String, &'static str, bool)>,
    body: Option<(bool, BTreeSet<String>)>,
    responses: BTreeMap<String, BTreeSet<String>>,
}

struct FromDisk;

impl Loader for FromDisk {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

/// A document of the corpus, and how many operations another reader counted in it.
struct Entry {
    name: String,
    version: String,
    operations: usize,
}

/// The folder of the corpus and the OpenAPI documents in it.
fn corpus() -> Option<(PathBuf, Vec<Entry>)> {
    let shared = std::env::var_os("GATEWRIGHT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus");
    let Ok(index) = std::fs::read_to_string(folder.join("INDEX.tsv")) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            folder.display()
        );
        eprintln!("skipped: {} is missing", folder.display());
        return None;
    };
    let entries = index
        .lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            Entry {
                name: columns[0].to_owned(),
                version: columns[3].to_owned(),
                operations: columns[4].parse().unwrap(),
            }
        })
        .collect();
    Some((folder, entries))
}

/// A store with one document of the corpus, which is in the folder `root`.
fn load(root: &Path, name: &str) -> (Documents, Option<FileId>, Files, Sink) {
    let mut files = Files::new(root.to_owned(), Box::new(FromDisk));
    let mut documents = Documents::new();
    let mut sink = Sink::default();
    // As if a manifest in the same folder named it.
    let manifest = files.open("INDEX.tsv", None).unwrap();
    let path = Spanned::new(name.to_owned(), Span::new(manifest, 0, 0));
    let file = documents.load(&path, &mut files, &mut sink);
    (documents, file, files, sink)
}

fn facts(operation: &Operation<'_>, details: &Details<'_>) -> Facts {
    let media_types = |list: &[crate::openapi::MediaType<'_>]| {
        list.iter()
            .map(|media_type| (*media_type.name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    Facts {
        id: operation.id.as_ref().map(|id| id.value.to_owned()),
        parameters: details
            .parameters
            .iter()
            .map(|parameter| {
                let location = match parameter.location {
                    Location::Path => "path",
                    Location::Query => "query",
                    Location::Header => "header",
                    Location::Cookie => "cookie",
                };
                (
                    parameter.name.value.to_owned(),
                    location,
                    parameter.required,
                )
            })
            .collect(),
        body: details
            .body
            .as_ref()
            .map(|body| (body.required, media_types(&body.media_types))),
        responses: details
            .responses
            .iter()
            .map(|response| {
                let status = match response.status {
                    Status::Code(code) => code.to_string(),
                    Status::Range(digit) => format!("{digit}XX"),
                    Status::Default => "default".into(),
                };
                (status, media_types(&response.media_types))
            })
            .collect(),
    }
}

/// Every document opens, every operation is read or refused with a reason, and where the `openapiv3`
/// crate reads the document too, both find the same.
#[test]
fn documents_of_the_wild_are_read_as_by_others() {
    let Some((folder, entries)) = corpus() else {
        return;
    };
    let (mut operations, mut read, mut compared) = (0, 0, 0);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    let mut unread = Vec::new();
    let mut by_version: BTreeMap<Version, usize> = BTreeMap::new();
    for entry in &entries {
        let name = &entry.name;
        let (documents, file, _files, mut sink) = load(&folder, name);
        let document = file.and_then(|file| Document::open(file, &documents, &mut sink));
        let Some(document) = document else {
            let reasons: Vec<_> = sink
                .diagnostics()
                .iter()
                .map(|found| found.message.as_str())
                .collect();
            unread.push(format!("{name}: {}", reasons.join("; ")));
            continue;
        };
        let theirs = oracle(&documents, &document);
        let listed = document.operations(&documents);
        *by_version.entry(document.version).or_default() += 1;
        if is_counted(entry) {
            assert_eq!(listed.len(), entry.operations, "{name}");
        }
        if let Some(theirs) = &theirs {
            let ours: BTreeSet<_> = listed.iter().map(key).collect();
            let their_keys: BTreeSet<_> = theirs.keys().cloned().collect();
            assert_eq!(ours, their_keys, "{name}");
        }
        for operation in &listed {
            operations += 1;
            let mut sink = Sink::default();
            let Some(details) = document.details(operation, &documents, &mut sink) else {
                assert!(
                    sink.errors() > 0,
                    "{name}: {:?} is refused without a reason",
                    operation.id
                );
                // One line of the table for each document and kind of problem.
                let reasons: BTreeSet<_> = sink
                    .diagnostics()
                    .iter()
                    .map(|found| format!("{name}: {}", found.message))
                    .collect();
                for reason in reasons {
                    *refused.entry(reason).or_default() += 1;
                }
                continue;
            };
            read += 1;
            if let Some(Some(theirs)) = theirs.as_ref().map(|theirs| &theirs[&key(operation)]) {
                compared += 1;
                assert_eq!(
                    &facts(operation, &details),
                    theirs,
                    "{name}: {:?}",
                    key(operation)
                );
            }
        }
    }
    println!(
        "{by_version:?} documents, {operations} operations, {read} read, {compared} compared\nrefused: {refused:#?}\nnot opened: {unread:#?}",
    );
    assert!(entries.len() > 150 && compared > 5000);
    assert!(by_version.values().all(|count| *count >= 10) && by_version.len() == 4);
    let with_query: usize = refused
        .iter()
        .filter(|(reason, _)| reason.ends_with("the path holds a fragment"))
        .map(|(_, count)| count)
        .sum();
    assert!(operations - read - with_query < 60, "{refused:#?}");
    assert!(unread.len() < 5, "{unread:#?}");
}

/// Whether the index counts the operations of a document as this reader does.
fn is_counted(entry: &Entry) -> bool {
    entry.version.starts_with("2.0") || entry.version.starts_with("3.2")
}

fn key(operation: &Operation<'_>) -> (String, String) {
    (operation.method.to_owned(), operation.path.value.to_owned())
}

/// What the `openapiv3` crate finds, references followed here by `serde_json`; `None` where it cannot
/// read the document. An operation is `None` where it refers to other files.
fn oracle(
    documents: &Documents,
    document: &Document,
) -> Option<BTreeMap<(String, String), Option<Facts>>> {
    if document.version != Version::V30 {
        return None;
    }
    let text = documents.root(document.file)?.to_json();
    let raw: Json = serde_json::from_str(&text).unwrap();
    let parsed: openapiv3::OpenAPI = serde_json::from_value(raw.clone()).ok()?;
    let mut found = BTreeMap::new();
    for (path, item) in &parsed.paths.paths {
        let item = deref(item, &raw, serde_json::from_value)?;
        for (method, operation) in item.iter() {
            if method != "trace" {
                let facts = their_facts(&item, operation, &raw);
                found.insert((method.to_uppercase(), path.clone()), facts);
            }
        }
    }
    Some(found)
}

/// How `serde_json` reads a `T` or a reference to one.
type Parse<T> = fn(Json) -> serde_json::Result<ReferenceOr<T>>;

fn deref<T: Clone>(item: &ReferenceOr<T>, raw: &Json, parse: Parse<T>) -> Option<T> {
    match item {
        ReferenceOr::Item(item) => Some(item.clone()),
        ReferenceOr::Reference { reference } => {
            let pointer = reference.strip_prefix('#')?;
            let pointer = pointer.replace("%7B", "{").replace("%7D", "}");
            let target = parse(raw.pointer(&pointer)?.clone()).ok()?;
            deref(&target, raw, parse)
        }
    }
}

fn their_facts(
    item: &openapiv3::PathItem,
    operation: &openapiv3::Operation,
    raw: &Json,
) -> Option<Facts> {
    let mut parameters: BTreeMap<(String, &'static str), bool> = BTreeMap::new();
    for parameter in item.parameters.iter().chain(&operation.parameters) {
        let parameter = deref(parameter, raw, serde_json::from_value)?;
        let data = parameter.parameter_data_ref();
        let (location, required) = match parameter {
            openapiv3::Parameter::Query { .. } => ("query", data.required),
            openapiv3::Parameter::Header { .. } => ("header", data.required),
            openapiv3::Parameter::Cookie { .. } => ("cookie", data.required),
            openapiv3::Parameter::Path { .. } => ("path", true),
        };
        let ignored = ["accept", "content-type", "authorization"];
        if location != "header" || !ignored.contains(&data.name.to_lowercase().as_str()) {
            parameters.insert((data.name.clone(), location), required);
        }
    }
    let types = |content: &openapiv3::Content| content.keys().cloned().collect::<BTreeSet<_>>();
    let body = match &operation.request_body {
        Some(body) => {
            let body = deref(body, raw, serde_json::from_value)?;
            Some((body.required, types(&body.content)))
        }
        None => None,
    };
    let mut responses = BTreeMap::new();
    for (status, response) in &operation.responses.responses {
        let status = match status {
            openapiv3::StatusCode::Code(code) => code.to_string(),
            openapiv3::StatusCode::Range(digit) => format!("{digit}XX"),
        };
        responses.insert(
            status,
            types(&deref(response, raw, serde_json::from_value)?.content),
        );
    }
    if let Some(response) = &operation.responses.default {
        responses.insert(
            "default".into(),
            types(&deref(response, raw, serde_json::from_value)?.content),
        );
    }
    Some(Facts {
        id: operation.operation_id.clone().filter(|id| !id.is_empty()),
        parameters: parameters
            .into_iter()
            .map(|((name, location), required)| (name, location, required))
            .collect(),
        body,
        responses,
    })
}
