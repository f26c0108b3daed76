use std::path::PathBuf;

use super::*;
use crate::diagnostic::{CODES, codes};
use crate::source::{FileId, MemoryLoader};

const MANIFEST: &str = "\
gateway: acme
apis:
  petstore:
    spec: specs/petstore.yaml
    timeuot: 5s
    timeout: 5 parsecs
servers:
  größe:
    tools:
      - { api: petstore, operations: [getPett] }
";

const SPEC: &str = "\
openapi: 3.1.0
paths:
  /pets/{id}:
    get:
      operationId: getPet
";

fn files() -> Files {
    let minified = format!(
        "{{\"a\": [{}], \"broken\": tru, \"b\": [{}]}}",
        vec!["\"é\""; 100_000].join(","),
        vec!["1"; 100_000].join(",")
    );
    let loader = MemoryLoader::new([
        ("ci/gateway.yaml", MANIFEST),
        ("ci/specs/petstore.yaml", SPEC),
        ("ci/specs/a b,%.json", &minified),
    ]);
    let mut files = Files::new(PathBuf::from("ci"), Box::new(loader));
    let manifest = files.open("gateway.yaml", None).unwrap();
    files.open("specs/petstore.yaml", Some(manifest)).unwrap();
    files.open("specs/a b,%.json", Some(manifest)).unwrap();
    files
}

/// The first place where `what` stands in a file.
fn at(files: &Files, file: u32, what: &str) -> Span {
    let file = FileId(file);
    let start = u32::try_from(files.file(file).text.find(what).unwrap()).unwrap();
    Span::new(file, start, start + u32::try_from(what.len()).unwrap())
}

fn diagnostics(files: &Files) -> Vec<Diagnostic> {
    let mut nowhere = Diagnostic::nowhere(&codes::FILE_UNREADABLE, "100% of nothing\r\n::error::x");
    nowhere.severity = Severity::Note;
    let mut warning = Diagnostic::new(
        &codes::INVALID_VALUE,
        at(files, 0, "5 parsecs"),
        "`5 parsecs` is not a duration",
    )
    .label("a length, if anything");
    warning.severity = Severity::Warning;
    vec![
        Diagnostic::new(
            &codes::INVALID_VALUE,
            at(files, 0, "getPett"),
            "there is no operation `getPett` in `petstore`",
        )
        .also(at(files, 1, "getPet"), "there is this one")
        .also(at(files, 0, "petstore:"), "the API")
        .help("did you mean `getPet`?"),
        Diagnostic::new(
            &codes::SYNTAX,
            at(files, 2, "tru"),
            "expected a value, found `t`",
        ),
        warning,
        Diagnostic::new(
            &codes::UNKNOWN_KEY,
            at(files, 0, "timeuot"),
            "unknown key `timeuot`",
        )
        .label("unknown")
        .help("did you mean `timeout`?"),
        Diagnostic::new(
            &codes::MISSING_KEY,
            at(files, 0, &MANIFEST[MANIFEST.find("größe").unwrap()..]),
            "a server needs a title",
        ),
        nowhere,
    ]
}

fn rendered(format: Format) -> String {
    let files = files();
    render(&diagnostics(&files), &files, format)
}

#[test]
fn full() {
    insta::assert_snapshot!(rendered(Format::Full { colour: false }));
}

#[test]
fn colour_only_adds_escape_sequences() {
    let coloured = rendered(Format::Full { colour: true });
    assert!(coloured.contains("\u{1B}["));
    let mut plain = String::new();
    for (position, piece) in coloured.split("\u{1B}[").enumerate() {
        plain += if position == 0 {
            piece
        } else {
            piece.split_once('m').unwrap().1
        };
    }
    assert_eq!(plain, rendered(Format::Full { colour: false }));
}

#[test]
fn json() {
    let rendered = rendered(Format::Json);
    for line in rendered.lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    insta::assert_snapshot!(rendered);
}

#[test]
fn github() {
    let rendered = rendered(Format::Github);
    assert!(
        rendered.lines().all(|line| line.starts_with("::")),
        "{rendered}"
    );
    assert_eq!(rendered.lines().count(), 6);
    insta::assert_snapshot!(rendered);
}

#[test]
fn sarif() {
    let mut document: serde_json::Value = serde_json::from_str(&rendered(Format::Sarif)).unwrap();
    // The explanations have their own tests, and the version changes.
    for rule in document["runs"][0]["tool"]["driver"]["rules"]
        .as_array_mut()
        .unwrap()
    {
        assert_eq!(rule["help"]["text"], rule["help"]["markdown"]);
        rule.as_object_mut().unwrap().remove("help");
    }
    document["runs"][0]["tool"]["driver"]["version"] = "0.0.0".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn nothing_is_rendered_as_nothing() {
    let files = files();
    for format in [Format::Full { colour: true }, Format::Json, Format::Github] {
        assert_eq!(render(&[], &files, format), "");
    }
    assert!(render(&[], &files, Format::Sarif).contains("\"results\":[]"));
}

#[test]
fn long_lines_are_cut_around_any_place() {
    let files = files();
    let length = u32::try_from(files.file(FileId(2)).text.len()).unwrap();
    // Also within characters and at both ends, where no reader would point.
    for start in (0..200)
        .chain(250_000..250_200)
        .chain(length - 200..=length)
    {
        for end in [start, start + 1, start + 90, length] {
            let span = Span::new(FileId(2), start, end.min(length).max(start));
            let diagnostic = Diagnostic::new(&codes::SYNTAX, span, "here").also(span, "there");
            let text = render(&[diagnostic], &files, Format::Full { colour: false });
            assert!(text.len() < 1200, "{text}");
        }
    }
}

#[test]
fn every_code_is_explained() {
    for code in CODES {
        assert!(
            !code.explanation.starts_with(['#', '\n']),
            "{}: the name is the title",
            code.name
        );
        assert!(code.summary().len() > 20, "{}: what it means", code.name);
        assert!(
            code.explanation.len() > 100,
            "{}: a cause and a remedy",
            code.name
        );
        let same = CODES.iter().filter(|other| other.name == code.name).count();
        assert_eq!(same, 1, "{}", code.name);
    }
}
