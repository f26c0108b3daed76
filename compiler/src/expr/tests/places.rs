//! Where parts of expressions stand in the manifest.

use super::compiled;

/// The marked line and its mark, of the first thing said of a document.
fn marked(document: &str) -> String {
    let (_, said) = compiled(document);
    let lines: Vec<_> = said.lines().collect();
    let mark = lines
        .iter()
        .position(|line| line.contains('^'))
        .unwrap_or_else(|| panic!("{said}"));
    let (line, mark) = (lines[mark - 1], lines[mark]);
    let (start, end) = (mark.find('^').unwrap(), mark.rfind('^').unwrap());
    line.chars().skip(start).take(end - start + 1).collect()
}

#[test]
fn spans_lead_back_through_every_style() {
    for document in [
        "rule: arguments.id > 1 && nothing == 'it'",
        "rule: \"arguments.id > 1 && \\\"\\u00e9\\\" in arguments.items && nothing == 'it'\"",
        "rule: 'arguments.id > 1 && ''é'' in arguments.items && nothing == 1'",
        "rule: |\n  arguments.id > 1 &&\n    'é' in arguments.items &&\n  nothing == 1\n",
        "rule: | # a comment\n\n    arguments.id > 1 &&\n      nothing == 1\n",
        "rule: >\n  arguments.id > 1 &&\n  'é' in arguments.items &&\n  nothing == 1\n",
        "rule: >-\n  arguments.id > 1\n\n  && nothing == 1\n",
        "rule: arguments.id > 1 &&\n  arguments.id < 9 &&\n  nothing == 1\n",
        "rule: \"arguments.id > 1 && \\\n  nothing == 1\"\n",
        "rule: \"arguments.id > 1 &&\n  nothing == 1\"\n",
        "{ \"rule\": \"'\\ud83d\\ude00' in arguments.items || nothing == 1\" }",
    ] {
        assert_eq!(marked(document), "nothing", "{document}");
    }
}
