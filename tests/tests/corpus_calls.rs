//! A sample of public documents, compiled to one gateway and called: every tool with arguments made from
//! the schema that it publishes, against a stub that validates each request with an independent validator
//! of OpenAPI. Which documents is `corpus/sample.tsv`; what is refused, and why that is right, is
//! `corpus/refused.tsv`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gatewright_compiler::compile;
use gatewright_compiler::diagnostic::{Format, Sink, render};
use gatewright_compiler::plan::Action;
use gatewright_compiler::source::{Files, Loader};
use gatewright_tests::{binary, node_tool, python, root, sharing_builds};
use serde_json::{Value, json};

/// Outcomes that can be right. Others never are: a protocol error, a second request, an answer that the
/// result does not hold.
const EXCUSABLE: [&str; 3] = [
    "no arguments made",
    "refused by the gateway",
    "refused by the validator",
];

/// A line of the sample.
struct Sampled {
    document: String,
    operations: usize,
    /// Which of the paths; all where the document as a whole is refused.
    paths: Option<String>,
}

fn sample() -> Vec<Sampled> {
    let text = std::fs::read_to_string(root().join("tests/corpus/sample.tsv")).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            Sampled {
                document: columns.next().unwrap().to_owned(),
                operations: columns.next().unwrap().parse().unwrap(),
                paths: columns.next().map(str::to_owned),
            }
        })
        .collect()
}

/// The disk, and a manifest that is not on it.
struct WithManifest(String);

impl Loader for WithManifest {
    fn load(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path.ends_with("wide.yaml") {
            return Ok(self.0.clone().into_bytes());
        }
        std::fs::read(path)
    }
}

/// Some operations that can be tools, evenly over the document, by method and path.
fn chosen(folder: &Path, sampled: &Sampled) -> Vec<(String, String)> {
    let selection = match &sampled.paths {
        Some(paths) => format!("paths: [{paths:?}]"),
        None => "operations: all".to_owned(),
    };
    let manifest = format!(
        "gateway: x\napis: {{ a: {{ spec: {:?}, url: \"http://127.0.0.1\", credential: none }} }}\n\
         servers: {{ s: {{ tools: [{{ api: a, {selection}, deprecated: true }}] }} }}\n",
        format!("corpus/{}", sampled.document)
    );
    let mut files = Files::new(folder.to_owned(), Box::new(WithManifest(manifest)));
    let mut sink = Sink::default();
    let plan = compile("wide.yaml", &mut files, &mut sink).unwrap_or_else(|_| {
        let full = Format::Full { colour: false };
        panic!("{}", render(sink.diagnostics(), &files, full))
    });
    let operations: Vec<_> = plan.servers[0]
        .tools
        .iter()
        .filter_map(|tool| match &tool.action {
            Action::Operation(operation) => {
                let request = &operation.request;
                Some((request.method.to_owned(), request.template.clone()))
            }
            Action::Rust(_) => None,
        })
        // A `*` in an id of the manifest stands for any text.
        .filter(|(_, template)| !template.contains('*'))
        .collect();
    let count = sampled.operations.min(operations.len());
    (0..count)
        .map(|index| operations[index * operations.len() / count].clone())
        .collect()
}

/// The document as the validator reads it: 2.0 converted by another project's converter.
fn readable(folder: &Path, index: usize, document: &str) -> PathBuf {
    let path = folder.join("corpus").join(document);
    let text = std::fs::read_to_string(&path).unwrap();
    let start = &text[..text.floor_char_boundary(2_000)];
    if !text.contains("\"swagger\"") && !start.lines().any(|line| line.starts_with("swagger:")) {
        return path;
    }
    let converted = folder.join(format!("converted-{index}.json"));
    let output = node_tool("swagger2openapi")
        .args(["--patch", "--warnOnly", "--outfile"])
        .args([&converted, &path])
        .output()
        .unwrap();
    assert!(
        output.status.success() && converted.exists(),
        "{document}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    converted
}

/// Writes the gateway's manifest, and gives back the cases for the program that calls.
fn prepare(folder: &Path) -> Vec<Value> {
    let mut environment = String::new();
    let (mut apis, mut servers) = (String::new(), String::new());
    let mut cases = Vec::new();
    for (index, sampled) in sample().into_iter().enumerate() {
        let operations = chosen(folder, &sampled);
        let document = &sampled.document;
        let ids: Vec<_> = operations
            .iter()
            .map(|(method, path)| format!("{:?}", format!("{method} {path}")))
            .collect();
        let _ = writeln!(environment, "  API_{index}: {{ type: url }}");
        let _ = writeln!(
            apis,
            "  a{index}: {{ spec: {:?}, url: \"${{API_{index}}}\", credential: none }}",
            format!("corpus/{document}")
        );
        let _ = writeln!(
            servers,
            "  s{index}: {{ tools: [{{ api: a{index}, operations: [{}] }}] }}",
            ids.join(", ")
        );
        cases.push(json!({
            "document": document,
            "file": readable(folder, index, document),
            "variable": format!("API_{index}"),
            "path": format!("/s{index}/mcp"),
            "operations": operations,
        }));
    }
    std::fs::write(
        folder.join("gateway.yaml"),
        format!("gateway: corpus\nenvironment:\n{environment}apis:\n{apis}servers:\n{servers}"),
    )
    .unwrap();
    cases
}

/// The gateway of `gateway.yaml`, built unoptimised.
fn build(folder: &Path) -> PathBuf {
    let mut command = std::process::Command::new(binary("gatewright-compiler", "gatewright"));
    let built = sharing_builds(&mut command)
        .current_dir(folder)
        .args(["build", "gateway.yaml", "-o", "gateway", "--debug"])
        .env("GATEWRIGHT_CACHE", folder.join("cache"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{said}");
    folder.join("gateway")
}

/// A call that is not accepted: document, tool, outcome.
type Refusal = (String, String, String);

/// What is not accepted, to why that is right.
fn expected() -> BTreeMap<Refusal, String> {
    let text = std::fs::read_to_string(root().join("tests/corpus/refused.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|line| {
            let mut columns = line.splitn(4, '\t').map(str::to_owned);
            let mut next = || columns.next().expect("four columns");
            let key: Refusal = (next(), next(), next());
            assert!(
                EXCUSABLE.contains(&key.2.as_str()),
                "no reason excuses {key:?}"
            );
            (key, next())
        })
        .collect()
}

#[test]
fn requests_are_what_the_documents_describe() {
    let shared =
        std::env::var_os("GATEWRIGHT_SHARED").map_or_else(|| root().join("../shared"), Into::into);
    let corpus = shared.join("corpus");
    if !corpus.is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing",
            corpus.display()
        );
        println!("skipped: {} is missing", corpus.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::os::unix::fs::symlink(corpus.canonicalize().unwrap(), folder.join("corpus")).unwrap();
    let cases = prepare(folder);
    let sampled = cases.len();
    let operations: usize = cases
        .iter()
        .map(|case| case["operations"].as_array().unwrap().len())
        .sum();
    assert!(
        sampled >= 25 && operations >= 250,
        "{sampled} documents, {operations} operations"
    );
    let gateway = build(folder);
    let (cases_file, report_file) = (folder.join("cases.json"), folder.join("report.json"));
    let cases = json!({ "gateway": gateway, "apis": cases });
    std::fs::write(&cases_file, cases.to_string()).unwrap();
    let output = python()
        .arg(root().join("tests/corpus/calls.py"))
        .args([&cases_file, &report_file])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    if let Some(kept) = std::env::var_os("CORPUS_CALLS") {
        std::fs::copy(&report_file, kept).unwrap();
    }

    let report: Value = serde_json::from_slice(&std::fs::read(&report_file).unwrap()).unwrap();
    let report = report.as_array().unwrap();
    let of = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    let tools: BTreeSet<_> = report
        .iter()
        .map(|line| (of(line, "document"), of(line, "tool")))
        .collect();
    assert_eq!(
        tools.len(),
        operations,
        "every operation is a tool that is called"
    );
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused: BTreeMap<Refusal, String> = BTreeMap::new();
    for line in report {
        let outcome = of(line, "outcome");
        *counts.entry(outcome.clone()).or_default() += 1;
        if !outcome.starts_with("accepted") {
            let what = format!("({}) {}", of(line, "arguments"), of(line, "why"));
            let key = (of(line, "document"), of(line, "tool"), outcome);
            refused.entry(key).or_insert(what);
        }
    }
    println!(
        "{operations} tools of {sampled} documents, {} calls: {counts:?}",
        report.len()
    );
    let expected = expected();
    let unexpected: Vec<_> = refused
        .iter()
        .filter(|(key, _)| !expected.contains_key(key))
        .map(|((document, tool, outcome), what)| format!("{document}\t{tool}\t{outcome}\t{what}"))
        .collect();
    let accepted: Vec<_> = expected
        .keys()
        .filter(|key| !refused.contains_key(key))
        .collect();
    assert!(
        unexpected.is_empty() && accepted.is_empty(),
        "not in corpus/refused.tsv:\n{}\n{said}\nin it, but they do not come out so: {accepted:?}",
        unexpected.join("\n")
    );
    // More than two calls of each operation, of which one in twenty may be refused.
    let accepted = counts.get("accepted").copied().unwrap_or_default();
    assert!(
        accepted > 2 * operations && accepted * 20 > report.len() * 17,
        "{counts:?}"
    );
}
